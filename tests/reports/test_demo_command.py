"""The command of the demonstration where there is none yet: its password, and where it refuses."""

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.urls import reverse

from partners.models import Partnership, User
from tests.reports.test_demo import run


def test_a_password_is_made_up_and_printed_where_none_is_given(db, monkeypatch, client):
    monkeypatch.delenv("SVIT_DEMO_PASSWORD", raising=False)
    monkeypatch.setattr("reports.management.commands.demo.happen", lambda boroughs: None)
    password = run().rsplit(": ", 1)[1].strip()
    assert len(password) >= 12
    signed = client.post(
        reverse("account_login"), {"login": "coordinator@northmere.example", "password": password}
    )
    assert signed.status_code == 302


@override_settings(EMBEDDED=False)
def test_full_mode_gets_no_demonstration(db):
    with pytest.raises(CommandError, match="embedded mode alone"):
        call_command("demo")
    assert not User.objects.exists()


def test_a_database_with_a_partnership_of_the_same_prefix_is_left_alone(db):
    Partnership.objects.create(name="A real one", code="NM", area="Somewhere")
    with pytest.raises(CommandError, match="prefix"):
        run()
    assert Partnership.objects.count() == 1


def test_a_demonstration_that_breaks_leaves_nothing(db, monkeypatch):
    def breaks(boroughs):
        raise RuntimeError("cut short")

    monkeypatch.setattr("reports.management.commands.demo.happen", breaks)
    with pytest.raises(RuntimeError):
        run()
    assert not User.objects.exists()
