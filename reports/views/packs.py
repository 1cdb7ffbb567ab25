"""Packs: asking for one, seeing what is in and what is withheld, and taking it away."""

from django.http import HttpResponse


def pack_list(request, uuid):
    return HttpResponse("")


def new_pack(request, uuid):
    return HttpResponse("")


def pack(request, uuid, pack_uuid):
    return HttpResponse("")


def download(request, uuid, pack_uuid):
    return HttpResponse("")
