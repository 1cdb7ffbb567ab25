"""Django's administration: off unless SVIT_ADMIN says yes, and then a window on the set-up that changes nothing.

Every change of the set-up has rules (a role takes two people, each act is in the history), and these stand in the
actions that the pages of the set-up call. So here everything is read, and nothing of an incident is here at all.
"""

from importlib import import_module

from django.contrib.admin import ModelAdmin
from django.contrib.admin.apps import SimpleAdminConfig
from django.db.models import Model
from django.http import HttpRequest

# The rooms that show set-up here. Nobody else's `admin` is looked for: the libraries' own would offer groups, which
# hold what an agency may see, second factors, and secrets of single sign-on.
ROOMS = ("partners", "checklists")


class Administration(SimpleAdminConfig):
    """The administration with the site of `partners`, and the models of our own rooms alone."""

    default_site = "partners.administration.Site"

    def ready(self) -> None:
        super().ready()
        for room in ROOMS:
            import_module(f"{room}.admin")


class Shown(ModelAdmin):
    """A model that is looked at: nobody adds, changes or deletes a row here, a superuser neither."""

    search_fields = ()  # Django's search puts what somebody types, a name, into the address
    view_on_site = False  # would ask any model of the program for an address
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
