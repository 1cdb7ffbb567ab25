"""Search over the incidents that the reader may see."""

from django.http import HttpResponse


def search(request):
    return HttpResponse("")
