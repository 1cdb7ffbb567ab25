"""/admin/: not there unless it is asked for; then the set-up alone, to look at, behind our own sign-in."""

import json
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import NoReverseMatch, reverse

SET_UP = {
    "partners.partnership", "partners.agency", "partners.user", "partners.membership", "partners.contact",
    "partners.oncall", "partners.rota", "partners.leave",
    "partners.sharingagreement", "checklists.template", "checklists.templateitem",
    "checklists.readinessitem", "checklists.supportorganisation", "checklists.resource",
}  # fmt: skip

# A copy of its own with the administration on; what each visitor met there is printed.
VISIT = """
import json
import django
from django.conf import settings
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
django.setup()
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
call_command("migrate", verbosity=0)
settings.ALLOWED_HOSTS = ["testserver"]
from partners.models import Agency, Membership, Partnership, User
from partners.second_factor import SESSION
from tests.forms import free_text_in_addresses

north = Partnership.objects.create(name="Northmere CSP", code="NM", area="Northmere")
group = Group.objects.create(name="homes")
homes = Agency.objects.create(name="Northmere Homes", kind="housing", group=group)
homes.partnerships.add(north)

def person(email, **more):
    user = User.objects.create_user(email, "a long enough passphrase", name=email, **more)
    Membership.objects.create(user=user, agency=homes, role="practitioner")
    return user

root = person("root@agency.example", is_staff=True, is_superuser=True)
staff = person("staff@agency.example", is_staff=True)
other = person("other@agency.example")

def browser(user=None, factor=True):
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
        if factor:
            session = client.session
            session[SESSION] = user.pk
            session.save()
    return client

def met(client, path, method="get", **data):
    answer = getattr(client, method)(path, data)
    return [answer.status_code, answer.headers.get("Location", "")]

found = {"registered": sorted(model._meta.label_lower for model in admin.site._registry)}
found["routes"] = sorted(name for each in admin.site.get_urls() if (name := getattr(each, "name", "")))
people = {"nobody": None, "other": other, "staff": staff, "root": root}
found["index"] = {name: met(browser(user), "/admin/") for name, user in people.items()}
found["without_factor"] = [met(browser(root, factor=False), path) for path in ("/admin/", "/admin/partners/user/")]
found["login"] = {name: met(browser(user), "/admin/login/") for name, user in people.items()}
found["login"]["root without"] = met(browser(root, factor=False), "/admin/login/")
password = {"username": root.email, "password": "a long enough passphrase"}
found["own_sign_in"] = met(browser(), "/admin/login/", "post", **password)
eyes = browser(root)
found["pages"] = {
    path: met(eyes, path)[0]
    for model in admin.site._registry
    for path in [f"/admin/{model._meta.label_lower.replace('.', '/')}/"]
}
found["typing"] = [path for path in found["pages"] if free_text_in_addresses(eyes.get(path).content)]
found["adding"] = {path: met(eyes, f"{path}add/")[0] for path in found["pages"]}
row = f"/admin/partners/user/{other.pk}/"
page = eyes.get(f"{row}change/")
found["row"] = [page.status_code, "pbkdf2" in page.content.decode() or "argon2" in page.content.decode()]
changed = {"email": other.email, "name": "Changed", "is_superuser": "on", "is_staff": "on", "role": "coordinator"}
member = Membership.objects.get(user=other)
found["changing"] = [
    met(eyes, f"{row}change/", "post", **changed)[0],
    met(eyes, f"{row}delete/", "post", post="yes")[0],
    met(eyes, f"/admin/partners/membership/{member.pk}/change/", "post", **changed)[0],
    met(eyes, "/admin/partners/user/", "post", action="delete_selected", _selected_action=other.pk, post="yes")[0],
]
other.refresh_from_db()
member.refresh_from_db()
found["after"] = [other.name, other.is_superuser, other.is_staff, member.role]
found["content"] = {
    path: met(eyes, path)[0]
    for path in ("/admin/incidents/incident/", "/admin/auth/group/", "/admin/mfa/authenticator/",
                 "/admin/socialaccount/socialapp/", "/admin/r/1/1/", "/admin/autocomplete/")
}
found["leads_to_ours"] = [met(eyes, f"/admin/{name}/", "post")[1] for name in ("logout", "password_change")]
found["incidents"] = [met(eyes, "/incidents/")[0], eyes.get("/incidents/").content.decode().count("NM-26-")]
index = eyes.get("/admin/")
found["headers"] = {name: index.headers.get(name) for name in ("Content-Security-Policy", "Cache-Control")}
print(json.dumps(found))
"""


def run(script, folder, **more):
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "svit.settings",
        "SVIT_DATA": str(folder),
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env=environment | more, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


@pytest.fixture(scope="module")
def visited(tmp_path_factory):
    done = run(VISIT, tmp_path_factory.mktemp("administration"), SVIT_ADMIN="yes")
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


# --- Off, as it comes


def test_it_is_not_there_unless_it_is_asked_for(client, cast):
    assert settings.ADMIN is False
    assert not apps.is_installed("django.contrib.admin")
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")
    for who in ("administrator", "superuser", "coordinator"):
        client.force_login(cast[who])
        for path in ("/admin/", "/admin/login/", "/admin/partners/user/"):
            assert client.get(path).status_code == 404, (who, path)


# --- On


def test_only_set_up_is_registered(visited):
    assert set(visited["registered"]) == SET_UP


def test_no_model_of_an_incident_is_among_them():
    """Whatever hangs on an incident, at any distance, is content; so is what a record, a log or a file holds."""
    content = {apps.get_model("incidents", "Incident")}
    while True:
        more = {
            model
            for model in apps.get_models(include_auto_created=True)
            if any(
                (each.many_to_one or each.one_to_one) and each.related_model in content
                for each in model._meta.fields
            )
        }
        if more <= content:
            break
        content |= more
    labels = {model._meta.label_lower for model in content}
    assert {
        "incidents.logentry",
        "incidents.storedfile",
        "checklists.checklistitem",
        "response.person",
    } <= labels
    assert labels & SET_UP == set()


def test_it_takes_staff_and_a_second_factor(visited):
    assert visited["index"] == {
        "nobody": [302, "/admin/login/?next=/admin/"],
        "other": [302, "/admin/login/?next=/admin/"],
        "staff": [200, ""],
        "root": [200, ""],
    }
    assert all(status == 302 for status, _ in visited["without_factor"])
    assert visited["login"]["root without"] == [302, "/account/security/?next=%2Fadmin%2F"]


def test_it_has_no_sign_in_of_its_own(visited):
    assert visited["login"]["nobody"] == [302, "/account/login/?next=/admin/login/"]
    assert visited["own_sign_in"] == [302, "/account/login/?next=/admin/login/"]
    assert visited["login"]["other"] == [404, ""]
    assert visited["leads_to_ours"] == ["/account/logout/", "/account/password/change/"]


def test_everything_is_looked_at_and_nothing_changed(visited):
    assert set(visited["pages"].values()) == {200}
    assert set(visited["adding"].values()) == {403}
    assert visited["row"] == [200, False]
    assert visited["changing"][:3] == [403, 403, 403]
    assert visited["after"] == ["other@agency.example", False, False, "practitioner"]


def test_nothing_that_is_typed_there_stands_in_an_address(visited):
    assert visited["typing"] == []


def test_what_is_no_set_up_has_no_address_there(visited):
    assert set(visited["content"].values()) == {404}
    assert not {"view_on_site", "autocomplete"} & set(visited["routes"])


def test_a_superuser_sees_no_incident_by_being_one(visited):
    assert visited["incidents"] == [200, 0]


def test_its_pages_carry_the_same_headers(visited):
    assert "default-src 'none'" in visited["headers"]["Content-Security-Policy"]
    assert "no-store" in visited["headers"]["Cache-Control"]


# --- Who comes in


def test_a_command_lets_somebody_in_and_out_again(cast):
    words = StringIO()
    call_command("administration", cast["administrator"].email, stdout=words)
    cast["administrator"].refresh_from_db()
    assert cast["administrator"].is_staff
    assert "SVIT_ADMIN=yes" in words.getvalue()
    call_command("administration", cast["administrator"].email, "--withdraw", stdout=words)
    cast["administrator"].refresh_from_db()
    assert (cast["administrator"].is_staff, cast["administrator"].is_superuser) == (False, False)
    with pytest.raises(CommandError, match="Nobody with the address"):
        call_command("administration", "nobody@agency.example")
