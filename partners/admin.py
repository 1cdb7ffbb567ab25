"""The set-up in the administration: partnerships, agencies, who works for them, whom to ring."""

from django.contrib import admin

from partners.models import (
    Agency,
    Contact,
    Leave,
    Membership,
    OnCall,
    Partnership,
    Rota,
    SharingAgreement,
    User,
)
from svit.administration import Shown


@admin.register(Partnership)
class Partnerships(Shown):
    list_display = ("name", "code", "area", "second_factor_for_all")


@admin.register(Agency)
class Agencies(Shown):
    list_display = ("name", "kind", "active")
    list_filter = ("kind", "active")
    fields = ("name", "kind", "partnerships", "regime", "telephone", "email", "address", "csp_of", "active")


@admin.register(User)
class Users(Shown):
    """Who has an account; never the password, not even its hash."""

    list_display = ("email", "name", "is_active", "is_staff", "joined_at", "last_login")
    list_filter = ("is_active", "is_staff")
    fields = ("email", "name", "job_title", "telephone", "is_active", "is_staff", "joined_at", "last_login")


@admin.register(Membership)
class Memberships(Shown):
    list_display = ("user", "agency", "role", "from_at", "until_at", "confirmed_at")
    list_filter = ("role",)
    list_select_related = ("user", "agency")
    fields = ("user", "agency", "role", "from_at", "until_at", "picked_at", "confirmed_at", "confirmed_by")


@admin.register(Contact)
class Contacts(Shown):
    list_display = ("name", "represents", "partnership", "confirmed_at")


@admin.register(OnCall)
class Duty(Shown):
    list_display = ("user", "agency", "from_at", "until_at")
    list_select_related = ("user", "agency")


@admin.register(Rota)
class Rotas(Shown):
    list_display = ("agency", "starts_on", "hand_over", "weeks")
    list_select_related = ("agency",)


@admin.register(Leave)
class Leaves(Shown):
    list_display = ("user", "from_at", "until_at")
    list_select_related = ("user",)


@admin.register(SharingAgreement)
class Agreements(Shown):
    list_display = ("agency", "partnership", "signed_on", "review_by")
    list_select_related = ("agency", "partnership")
