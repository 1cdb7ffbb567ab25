"""The command that opens a partnership on an empty database."""

import re

import pytest
from django.core.management import CommandError, call_command

from partners.models import Partnership, Role, User

ARGUMENTS = {
    "name": "Westford CSP", "area": "Westford", "code": "WF", "administrator": "First Person",
    "email": "first@westford.example",
}  # fmt: skip


def test_a_partnership_opens_with_an_administrator_who_can_set_a_password(client, db, capsys):
    call_command("add_partnership", **ARGUMENTS)
    partnership = Partnership.objects.get()
    assert partnership.csp_agency.memberships.get().role == Role.ADMINISTRATOR
    path = re.search(r"http://[^/]+(/account/\S+)", capsys.readouterr().out)[1]
    assert client.get(path, follow=True).status_code == 200


@pytest.mark.parametrize(
    ("change", "why"),
    [({"code": "wf"}, "capital"), ({"email": "nobody"}, "e-mail"), ({"name": "x" * 200}, "120")],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(db, change, why):
    with pytest.raises(CommandError, match=why):
        call_command("add_partnership", **ARGUMENTS | change)
    assert not Partnership.objects.exists()
    assert not User.objects.exists()


def test_the_same_partnership_twice_is_refused(db):
    call_command("add_partnership", **ARGUMENTS)
    with pytest.raises(CommandError, match="already"):
        call_command("add_partnership", **ARGUMENTS)
