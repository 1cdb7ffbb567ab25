"""Where the floor's pages are, and Django's own list of the same table."""

from django.contrib import admin
from django.urls import path

from incidents.models import Incident
from tests.bench.floor import views


class Admin(admin.AdminSite):
    """Django's administration as it comes, open to whoever is signed in."""

    def has_permission(self, request):
        return request.user.is_active


class Stock(admin.ModelAdmin):
    """A list of what SVIT's list shows of the incident itself; the rest is as it comes."""

    list_display = ("reference", "happened", "place", "stage", "logged_at")
    ordering = ("-logged_at", "-id")


class Page(Stock):
    """The same, with as many rows as SVIT's list."""

    list_per_page = 25


def site(name, options):
    made = Admin(name=name)
    made.register(Incident, options)
    return made


urlpatterns = [
    path("list/", views.incidents),
    path("search/", views.search),
    path("incident/<int:pk>/", views.incident),
    path("tick/<int:pk>/", views.tick),
    path("create/", views.create),
    path("my-work/", views.work),
    path("admin/", site("admin", Stock).urls),
    path("admin25/", site("admin25", Page).urls),
]
