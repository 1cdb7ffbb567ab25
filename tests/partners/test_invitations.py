"""The way in for somebody new: by e-mail, for one agency and role, once, for three days."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from partners import actions, figures, invitations
from partners.actions import send_letters
from partners.models import Invitation, Letter, Membership, Role, User
from partners.views.invitation import BY_LINK
from reminders import actions as reminders
from svit import clock
from svit.refused import Refused
from tests.conftest import PASSWORD

NEW = {"name": "New Person", "email": "new@agency.example", "role": "practitioner"}
PASSWORDS = {"password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def invite(client, cast, world, **more):
    """The administrator adds somebody to housing; the path in the letter that follows."""
    client.force_login(cast["administrator"])
    answer = client.post(reverse("setup-add-member", args=[world.agencies.housing.uuid]), NEW | more)
    assert answer.status_code == 302, answer.content.decode()
    client.logout()
    send_letters()
    return link_in(mail.outbox[-1])


def link_in(message):
    return re.search(r"https?://[^/]+(/account/invitation/\S+)", message.body)[1]


@pytest.fixture
def link(client, cast, world):
    return invite(client, cast, world)


@pytest.fixture
def invitation(link):
    return Invitation.objects.get()


def test_somebody_is_invited_sets_a_password_and_is_in(client, link):
    [message] = mail.outbox
    assert message.to == ["new@agency.example"]
    assert "Northmere Homes" in message.body
    assert message.extra_headers["Message-ID"].startswith("<letter-")
    assert "New Person" not in message.body + message.subject
    page = client.get(link).content.decode()
    assert "Northmere Homes" in page
    done = client.post(link, PASSWORDS)
    assert done["Location"] == "/"
    assert "Northmere Homes" in client.get(reverse("account")).content.decode()
    assert User.objects.get(email="new@agency.example").joined_at is not None


def test_the_link_tells_nothing_of_whoever_it_is_for(link):
    assert re.fullmatch(r"/account/invitation/[0-9a-f]{32}:[\w-]+/", link)


def test_looking_at_the_link_changes_nothing(client, link):
    """A mail scanner opens it, more than once."""
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert client.post(link, PASSWORDS).status_code == 302


def test_a_link_works_once(client, link):
    client.post(link, PASSWORDS)
    client.logout()
    assert "This invitation was used" in client.get(link).content.decode()
    again = client.post(
        link, {"password1": "another long passphrase", "password2": "another long passphrase"}
    )
    assert "This invitation was used" in again.content.decode()
    user = User.objects.get(email="new@agency.example")
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "password1234", "password2": "password1234"}, "too common"),
        ({"password1": PASSWORD, "password2": "another one entirely"}, "the same password twice"),
        ({"password1": "", "password2": ""}, "Choose a password"),
        ({"password1": "new@agency.example", "password2": "new@agency.example"}, "too similar"),
        ({"password1": "x" * 5000, "password2": "x" * 5000}, "1,000 characters or fewer"),
    ],
)
def test_a_password_has_to_be_good(client, link, typed, why):
    page = client.post(link, typed)
    assert page.status_code == 200
    assert why in page.content.decode()
    assert Invitation.objects.get().used_at is None


def test_setting_up_ends_on_the_page_that_the_link_was_for(client, link):
    page = client.get(f"{link}?next=/incidents/")
    assert 'value="/incidents/"' in page.content.decode()
    assert client.post(f"{link}?next=/incidents/", PASSWORDS)["Location"] == "/incidents/"


@pytest.mark.parametrize(
    "onward", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_setting_up_leads_nowhere_else(client, link, onward):
    assert "elsewhere" not in client.get(link, {"next": onward}).content.decode()
    assert client.post(link, PASSWORDS | {"next": onward})["Location"] == "/"


def test_after_three_days_the_link_has_a_new_one_sent_to_the_same_address(client, link, invitation):
    with clock.at(invitation.made_at + timedelta(hours=72)):
        page = client.get(f"{link}?next=/incidents/").content.decode()
        assert "too old" in page
        assert "new@agency.example" not in page
        assert "too old" in client.post(link, PASSWORDS).content.decode()
        sent = client.post(link + "renew/", {"next": "/incidents/"}, follow=True)
        assert "on its way" in sent.content.decode()
        send_letters()
        assert mail.outbox[-1].to == ["new@agency.example"]
        fresh = link_in(mail.outbox[-1])
        assert fresh.endswith("?next=%2Fincidents%2F")
        assert "A newer invitation was sent" in client.get(link).content.decode()
        assert client.post(fresh, PASSWORDS)["Location"] == "/incidents/"


def test_nobody_fills_a_mailbox_from_an_old_link(client, link, invitation):
    with clock.at(invitation.made_at + timedelta(hours=80)):
        for _ in range(4):
            client.post(link + "renew/")
        answer = client.post(link + "renew/", follow=True)
        assert "a few minutes ago" in answer.content.decode()
        send_letters()
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("token", ["x", "0" * 32, "0" * 32 + ":forged", "%00", "a" * 3000])
def test_a_link_that_nobody_sent_leads_nowhere(client, db, token):
    assert client.get(f"/account/invitation/{token}/").status_code == 404
    assert client.post(f"/account/invitation/{token}/", PASSWORDS).status_code == 404
    assert client.post(f"/account/invitation/{token}/renew/").status_code == 403
    assert client.post(f"/account/invitation/{token}/service/").status_code == 302


def test_a_withdrawn_invitation_lets_nobody_in(client, cast, link):
    membership = Membership.objects.get(user__email="new@agency.example")
    client.force_login(cast["administrator"])
    client.post(reverse("setup-end-membership", args=[membership.uuid]))
    client.logout()
    assert "was withdrawn" in client.get(link).content.decode()
    assert "was withdrawn" in client.post(link, PASSWORDS).content.decode()
    client.post(link + "renew/")
    send_letters()
    assert len(mail.outbox) == 1
    assert User.objects.get(email="new@agency.example").joined_at is None


def test_a_new_invitation_makes_the_one_before_useless(client, cast, link, invitation):
    client.force_login(cast["administrator"])
    agency = reverse("setup-agency", args=[invitation.membership.agency.uuid])
    assert "Invited, until" in client.get(agency).content.decode()
    again = client.post(reverse("setup-invite-again", args=[invitation.membership.uuid]), follow=True)
    assert "A new invitation goes to new@agency.example." in again.content.decode()
    client.logout()
    assert "A newer invitation was sent" in client.get(link).content.decode()
    send_letters()
    assert client.post(link_in(mail.outbox[-1]), PASSWORDS).status_code == 302


def test_whoever_has_set_up_is_not_invited_again(client, cast, link, invitation, actors):
    client.post(link, PASSWORDS)
    with pytest.raises(Refused, match="has set up already"):
        actions.invite(membership=invitation.membership, by=actors["administrator"])


def test_a_letter_that_is_not_taken_is_tried_again_and_the_page_says_so(client, cast, world, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    client.force_login(cast["administrator"])
    client.post(reverse("setup-add-member", args=[world.agencies.housing.uuid]), NEW)
    agency = reverse("setup-agency", args=[world.agencies.housing.uuid])
    assert "on its way" in client.get(agency).content.decode()
    assert send_letters() == 0
    assert send_letters() == 0, "not again at once"
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts) == ("waiting", 1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert send_letters() == 1
    assert len(mail.outbox) == 1


def test_after_eight_tries_a_letter_has_failed_and_the_page_says_so(client, cast, world, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    client.force_login(cast["administrator"])
    client.post(reverse("setup-add-member", args=[world.agencies.housing.uuid]), NEW)
    for hours in range(9):
        with clock.at(clock.now() + timedelta(hours=hours)):
            send_letters()
    assert Letter.objects.get().state == "failed"
    page = client.get(reverse("setup-agency", args=[world.agencies.housing.uuid])).content.decode()
    assert "could not be sent" in page


def test_the_figures_tell_what_waits_and_what_failed(link, world, actors):
    assert (figures.letters_waiting(), figures.letters_failed()) == (0, 0)
    actions.add_member(
        agency=world.agencies.housing, by=actors["administrator"], **NEW | {"email": "b@homes.example"}
    )
    assert (figures.letters_waiting(), figures.letters_failed()) == (1, 0)
    Letter.objects.filter(sent_at=None).update(failed_at=clock.now())
    assert (figures.letters_waiting(), figures.letters_failed()) == (0, 1)


def test_a_name_cannot_add_a_line_to_a_message(client, cast, world):
    invite(client, cast, world, name="New\r\nBcc: other@x.example")
    assert User.objects.get(email="new@agency.example").name == "New Bcc: other@x.example"
    assert mail.outbox[0].recipients() == ["new@agency.example"]


def test_somebody_who_is_there_is_offered_the_role_and_gets_no_invitation(client, cast, world):
    client.force_login(cast["administrator"])
    client.post(
        reverse("setup-add-member", args=[world.agencies.housing.uuid]),
        {"name": "x", "email": cast["partner"].email, "role": "practitioner"},
    )
    send_letters()
    assert "/account/invitation/" not in mail.outbox[0].body
    assert "/account/acting/" in mail.outbox[0].body
    assert not Invitation.objects.exists()


def test_a_forgotten_password_before_setting_up_leads_to_the_invitation(client, link):
    client.post(reverse("account_reset_password"), {"email": "New@agency.example"})
    send_letters()
    assert link_in(mail.outbox[-1]) == link


def test_a_reminder_leads_somebody_new_through_the_invitation_to_the_very_message(
    client, cast, world, actors, incident
):
    from checklists.actions import assign
    from checklists.models import ChecklistItem
    from incidents.access import sight

    member = actions.add_member(
        agency=world.agencies.police, by=actors["administrator"], name="New Officer", email="new@police.example",
        role=Role.PRACTITIONER,
    )  # fmt: skip
    item = ChecklistItem.objects.filter(incident=incident, agency=world.agencies.police, kind="action")[0]
    assign(
        seen=sight(actors["coordinator"], incident),
        item=item,
        agency=world.agencies.police,
        assignee=member.user,
    )
    reminders.sweep()
    with clock.at(clock.now() + timedelta(hours=12)):
        reminders.deliver()
    letter = next(each for each in mail.outbox if each.to == ["new@police.example"])
    link = link_in(letter)
    assert "?next=%2Finbox%2F" in link
    done = client.post(link, PASSWORDS)
    assert done["Location"].startswith("/inbox/")
    assert client.get(done["Location"], follow=True).status_code == 200
    mail.outbox.clear()


def test_two_who_use_one_link_at_once_set_up_once(invitation, actors):
    actions.accept(invitation=invitation, password=PASSWORD)
    with pytest.raises(Refused, match="no longer be used"):
        actions.accept(invitation=invitation, password="another long passphrase")


def test_nothing_goes_out_after_a_restore_until_it_is_released(client, cast, world, actors):
    from reminders import holding

    holding.hold()
    actions.add_member(agency=world.agencies.housing, by=actors["administrator"], **NEW)
    assert send_letters() == 0
    assert mail.outbox == []
    holding.release(drop=False)
    assert send_letters() == 1


def test_renewing_leads_back_with_the_whole_way_onward(client, link):
    onward = "/search/?q=knife&kind=incident#first"
    back = client.post(f"{link}renew/", {"next": onward})["Location"]
    assert client.get(back).context["onward"] == onward


@pytest.mark.parametrize("joined", [True, False])
def test_inviting_again_does_not_tell_whether_an_offered_account_was_set_up(
    client, cast, world, actors, joined
):
    user = world.cast["coordinator"].user
    User.objects.filter(pk=user.pk).update(joined_at=clock.now() if joined else None)
    member = actions.add_member(
        agency=world.agencies.police, by=actors["agency_manager"], name="x", email=user.email,
        role=Role.PRACTITIONER,
    )  # fmt: skip
    sent = Letter.objects.count()
    client.force_login(cast["agency_manager"])
    page = client.post(reverse("setup-invite-again", args=[member.uuid]), follow=True).content.decode()
    assert "has not taken this role up, so there is nothing to send again" in page
    assert Letter.objects.count() == sent


def test_an_address_is_found_for_those_who_have_not_set_up_alone(invitation, cast):
    assert "/account/invitation/" in invitations.way_in(invitation.membership.user, "/inbox/")
    assert invitations.way_in(cast["partner"], "/inbox/") is None


def test_renewing_is_refused_where_the_invitation_was_used(invitation):
    actions.accept(invitation=invitation, password=PASSWORD)
    with pytest.raises(Refused, match="no longer be used"):
        actions.renew(invitation=Invitation.objects.get(), by=BY_LINK)
