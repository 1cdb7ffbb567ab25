"""In the embedded mode e-mails are files, and a page shows them."""

import pytest
from django.core.mail import EmailMessage
from django.urls import reverse

from reminders import actions
from reminders.models import Notification
from tests.reminders.conftest import DAY, MINUTE, make_item, sweep


@pytest.fixture
def embedded(settings, tmp_path):
    settings.EMBEDDED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return tmp_path


@pytest.fixture
def mailed(embedded, engaged, agencies, cast):
    for part in ("partner", "colleague"):
        make_item(engaged, DAY, agency=agencies.police, assignee=cast[part])
    sweep(DAY)
    actions.deliver(DAY + 2 * MINUTE)


def test_the_page_shows_each_mail_with_a_link_that_leads_here(client, cast, mailed):
    client.force_login(cast["coordinator"])
    page = client.get(reverse("demo-mail")).content.decode()
    for one in Notification.objects.all():
        assert f'href="/inbox/{one.uuid}/"' in page
    assert "police@northmere.example" in page
    assert "police.two@northmere.example" in page
    assert page.count("SVIT: 1 item, NM-26-0001") == 2


def test_mails_in_one_file_are_told_apart(client, cast, mailed, embedded):
    files = sorted(embedded.glob("*.log"))
    whole = b"".join(path.read_bytes() for path in files)
    for path in files:
        path.unlink()
    (embedded / "20260606-100000-1.log").write_bytes(whole)
    client.force_login(cast["coordinator"])
    assert len(client.get(reverse("demo-mail")).context["mails"]) == 2


def test_a_link_for_a_new_password_is_shown_to_nobody(client, cast, embedded, settings):
    EmailMessage("New password", f"{settings.BASE_URL}/account/password/secret/", to=["a@example.org"]).send()
    client.force_login(cast["coordinator"])
    page = client.get(reverse("demo-mail")).content.decode()
    assert "secret" not in page
    assert "No e-mail was written yet." in page


def test_another_boroughs_mail_is_not_shown(client, cast, mailed, settings):
    headers = {"X-SVIT": "reminder"}
    for to in ("coordinator@eastbrook.example", "housing@northmere.example", "police@northmere.example"):
        EmailMessage(f"For {to}", "Sign in.", to=[to], headers=headers).send()
    shown = {}
    for part in ("other_coordinator", "coordinator", "stranger", "partner"):
        client.force_login(cast[part])
        shown[part] = {mail.to for mail in client.get(reverse("demo-mail")).context["mails"]}
    police = {"police@northmere.example", "police.two@northmere.example"}  # they serve both boroughs
    assert shown["other_coordinator"] == police | {"coordinator@eastbrook.example"}
    assert shown["coordinator"] == shown["stranger"] == police | {"housing@northmere.example"}
    assert shown["partner"] == police, "where no borough is chosen, the own agency's"


def test_a_partnerships_own_copy_shows_nobodys_mail(client, cast, mailed):
    """Started with --no-demo, the embedded mode may hold real work."""
    type(cast["coordinator"]).objects.filter(pk=cast["coordinator"].pk).update(email="c@council.gov.uk")
    client.force_login(cast["csp_manager"])
    assert client.get(reverse("demo-mail")).status_code == 404
    assert "E-mails of this demonstration" not in client.get(reverse("inbox")).content.decode()


def test_a_folder_that_is_not_there_yet_is_empty(client, cast, embedded, settings):
    settings.EMAIL_FILE_PATH = str(embedded / "none")
    client.force_login(cast["coordinator"])
    assert client.get(reverse("demo-mail")).status_code == 200


def test_there_is_no_such_page_in_full_mode(client, cast, embedded, settings):
    settings.EMBEDDED = False
    client.force_login(cast["coordinator"])
    assert client.get(reverse("demo-mail")).status_code == 404


def test_it_asks_for_signing_in(client, embedded):
    assert client.get(reverse("demo-mail")).status_code == 302
