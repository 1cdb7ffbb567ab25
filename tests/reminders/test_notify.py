"""GOV.UK Notify, against a fake of its API: what goes there, what it answers, what it says afterwards."""

import subprocess
import sys
from datetime import timedelta

import pytest

from partners.models import User
from reminders import actions, texts
from reminders.channels import notify_sms
from reminders.models import BadAddress, Delivery, DeliveryState
from tests.notify import KEY, SECRET, FakeNotify
from tests.reminders.conftest import (
    DAY,
    HOUR,
    MINUTE,
    SECRETS,
    close,
    item_for,
    make_incident,
    mobilise,
    sweep,
)

NUMBER = "+447700900456"


@pytest.fixture
def fake(settings):
    with FakeNotify() as fake:
        fake.on(settings)
        yield fake


@pytest.fixture
def texted(cast):
    """The youth worker gave a number."""
    User.objects.filter(pk=cast["youth"].pk).update(mobile=NUMBER)
    return cast["youth"]


@pytest.fixture
def due(matter, agencies, actors, texted, fake):
    """Something urgent is due to the youth worker, and said."""
    mobilise(matter, agencies.youth, actors["coordinator"], DAY)
    sweep(DAY)
    return matter


def text():
    return Delivery.objects.get(channel="sms")


class TestTexts:
    def test_what_is_urgent_is_texted_to_whoever_gave_a_number(self, due, fake, mailoutbox):
        assert actions.deliver(DAY) == 2
        [sent] = fake.sent
        assert (sent["type"], sent["to"]) == ("sms", NUMBER)
        words = sent["personalisation"]["message"]
        assert words.startswith(
            "SVIT: Your agency is asked to respond to an incident. NM-26-0001. http://localhost"
        )
        assert "/inbox/" in words
        assert len(mailoutbox) == 1
        row = text()
        assert (row.state, row.provider_id) == (DeliveryState.SENT, sent["id"])
        assert sent["reference"] == row.message_id.strip("<").split("@")[0]

    def test_a_text_and_an_e_mail_have_identifiers_of_their_own(self, due):
        actions.deliver(DAY)
        assert len(set(Delivery.objects.values_list("message_id", flat=True))) == 2

    def test_nobody_else_is_texted_and_nothing_that_can_wait(self, due, engaged, agencies, cast, fake):
        User.objects.filter(pk=cast["partner"].pk).update(mobile="+447700900457")
        item_for(engaged, agencies, cast)
        sweep(DAY)
        actions.deliver(DAY + 2 * MINUTE)
        assert [one["to"] for one in fake.sent] == [NUMBER]

    def test_several_within_minutes_are_one_text(self, due, agencies, actors, fake, settings):
        actions.deliver(DAY)
        for minutes in (0.5, 1):
            other = make_incident(actors["coordinator"], DAY + minutes * MINUTE)
            mobilise(other, agencies.youth, actors["coordinator"], DAY + minutes * MINUTE)
            sweep(DAY + minutes * MINUTE)
            actions.deliver(DAY + minutes * MINUTE)
        assert len(fake.sent) == 1
        actions.deliver(DAY + 2 * MINUTE)
        second = fake.sent[1]["personalisation"]["message"]
        assert second == f"SVIT: 2 requests to respond, 2 incidents. {settings.BASE_URL}/inbox/"

    def test_an_exercise_says_so_first(self, actors, agencies, texted, fake):
        drill = make_incident(actors["coordinator"], DAY, exercise=True)
        mobilise(drill, agencies.youth, actors["coordinator"], DAY)
        sweep(DAY)
        actions.deliver(DAY)
        assert fake.sent[0]["personalisation"]["message"].startswith("EXERCISE SVIT: ")

    def test_no_typed_word_and_no_name_is_in_a_text(self, due, fake):
        actions.deliver(DAY)
        said = str(fake.sent)
        assert not [secret for secret in (*SECRETS, "Youth") if secret in said]

    def test_a_text_fits_two_segments_whatever_the_words(self, due, monkeypatch, settings):
        settings.BASE_URL = "https://serious-violence-response.northmere-community-safety.example"
        kind = texts.registry._kinds["mobilised"]
        monkeypatch.setattr(type(kind), "words", lambda *_: "Long words. " * 30)
        row = text().notification
        texts.registry.attach([row])
        assert len(texts.compose([row], now=DAY)) <= texts.LONGEST

    def test_what_is_done_before_it_goes_is_not_texted(self, due, fake):
        close(due)
        actions.deliver(DAY)
        assert fake.sent == []
        assert text().state == DeliveryState.NOT_DUE

    def test_a_number_that_was_taken_back_gets_nothing(self, due, texted, fake):
        User.objects.filter(pk=texted.pk).update(mobile="")
        actions.deliver(DAY)
        assert fake.sent == []
        assert text().state == DeliveryState.NOT_DUE

    def test_switched_off_nothing_waits_for_ever(self, due, fake, settings):
        fake.on(settings, sms=False)
        actions.deliver(DAY)
        assert fake.sent == []
        assert text().state == DeliveryState.NOT_DUE


def test_e_mail_goes_by_notify_where_there_is_a_template(engaged, agencies, cast, fake, settings, mailoutbox):
    fake.on(settings, email=True, sms=False)
    item_for(engaged, agencies, cast)
    sweep(DAY)
    assert actions.deliver(DAY + 2 * MINUTE) == 1
    [sent] = fake.sent
    assert (sent["type"], sent["to"]) == ("email", "police@northmere.example")
    assert sent["personalisation"]["subject"] == "SVIT: 1 item, NM-26-0001"
    assert "/inbox/" in sent["personalisation"]["message"]
    assert mailoutbox == []


class TestAKill:
    def test_after_notify_took_it_causes_no_second_text(self, due, fake, monkeypatch):
        post = notify_sms.NotifySms.post

        def killed(line, message):
            post(line, message)
            raise KeyboardInterrupt

        monkeypatch.setattr(notify_sms.NotifySms, "post", killed)
        with pytest.raises(KeyboardInterrupt):
            actions.deliver(DAY)
        monkeypatch.undo()
        fake_sent = list(fake.sent)
        assert len(fake_sent) == 1
        assert text().state == DeliveryState.PENDING
        actions.deliver(DAY + 4 * MINUTE)
        assert fake.sent == fake_sent
        assert (text().state, text().provider_id) == (DeliveryState.SENT, fake_sent[0]["id"])

    def test_before_it_took_it_loses_none(self, due, fake, monkeypatch):
        def killed(line, message):
            raise KeyboardInterrupt

        monkeypatch.setattr(notify_sms.NotifySms, "post", killed)
        with pytest.raises(KeyboardInterrupt):
            actions.deliver(DAY)
        monkeypatch.undo()
        actions.deliver(DAY + 4 * MINUTE)
        assert len(fake.sent) == 1

    def test_an_answer_that_was_lost_causes_no_second_text(self, due, fake):
        fake.drop = True
        actions.deliver(DAY)
        fake.drop = False
        actions.deliver(DAY + MINUTE)
        assert len(fake.sent) == 1
        assert text().state == DeliveryState.SENT


class TestErrors:
    @pytest.mark.parametrize("error", ["auth", "clock", "rate", "limit"])
    def test_what_is_wrong_for_everybody_counts_for_nobody(self, due, fake, error):
        fake.fail = error
        actions.deliver(DAY)
        assert (text().state, text().attempts) == (DeliveryState.PENDING, 0)
        assert len([one for one in fake.asked if one[0] == "POST"]) == 1
        fake.fail = None
        actions.deliver(DAY + MINUTE / 4)
        assert text().state == DeliveryState.SENT

    def test_notify_that_is_away_counts_for_nobody(self, due, fake, settings):
        settings.NOTIFY_URL = "http://127.0.0.1:9"
        actions.deliver(DAY)
        assert (text().state, text().attempts) == (DeliveryState.PENDING, 0)

    @pytest.mark.parametrize(("error", "outcome"), [("exception", "Exception"), ("team", "BadRequestError")])
    def test_what_is_wrong_with_one_message_backs_off(self, due, fake, error, outcome):
        fake.fail_next = [error]
        actions.deliver(DAY)
        row = text()
        assert (row.state, row.attempts, row.outcome) == (DeliveryState.PENDING, 1, outcome)
        assert row.next_try_at == DAY + MINUTE

    def test_a_number_that_is_none_fails_at_once_and_is_marked(self, due, texted, fake):
        fake.fail_next = ["phone_number"]
        actions.deliver(DAY)
        assert text().state == DeliveryState.FAILED
        assert BadAddress.objects.get().why == BadAddress.Why.IMPOSSIBLE

    def test_neither_key_nor_number_is_logged_or_kept(self, due, fake, caplog):
        for error in ("phone_number", "auth", "exception"):
            Delivery.objects.update(state="pending", next_try_at=DAY, message_id="")
            BadAddress.objects.all().delete()
            fake.fail_next = [error]
            with caplog.at_level("DEBUG", logger="svit"), caplog.at_level("DEBUG", logger="reminders"):
                actions.deliver(DAY)
            said = caplog.text + str(list(Delivery.objects.values_list("outcome", flat=True)))
            assert not [
                word for word in (SECRET, KEY, NUMBER, NUMBER[3:], "northmere.example") if word in said
            ]


class TestAfterwards:
    @pytest.fixture
    def sent(self, due, fake):
        actions.deliver(DAY)
        return fake.sent[0]

    def test_what_arrived_is_asked_for_no_more(self, sent, fake):
        sent["status"] = "delivered"
        assert actions.follow_up(DAY + 2 * MINUTE) == 1
        questions = len(fake.asked)
        assert actions.follow_up(DAY + HOUR) == 0
        assert len(fake.asked) == questions
        assert text().state == DeliveryState.SENT

    def test_what_is_on_its_way_is_asked_for_less_and_less_and_for_72_hours(self, sent, fake):
        sent["status"], asked = "sending", []
        moment = DAY
        while moment < DAY + 80 * HOUR:
            moment += 3 * MINUTE
            before = len(fake.asked)
            actions.follow_up(moment)
            asked += [moment - DAY] * (len(fake.asked) - before)
        assert 10 < len(asked) < 30
        assert asked[-1] <= timedelta(hours=72, minutes=3)
        assert asked[-1] > timedelta(hours=71)

    def test_a_permanent_failure_marks_the_number(self, sent, texted, fake):
        sent["status"] = "permanent-failure"
        actions.follow_up(DAY + 2 * MINUTE)
        row = text()
        assert (row.state, row.outcome, row.ask_at) == (DeliveryState.FAILED, "undelivered", None)
        bad = BadAddress.objects.get()
        assert (bad.user, bad.channel, bad.why) == (texted, "sms", BadAddress.Why.UNDELIVERED)

    @pytest.mark.parametrize("status", ["temporary-failure", "technical-failure"])
    def test_any_other_failure_is_tried_again(self, sent, fake, status):
        sent["status"] = status
        actions.follow_up(DAY + 2 * MINUTE)
        assert (text().state, text().attempts) == (DeliveryState.PENDING, 1)
        actions.deliver(DAY + 3 * MINUTE)
        assert len(fake.sent) == 2
        assert text().provider_id == fake.sent[1]["id"]
        assert BadAddress.objects.count() == 0

    def test_what_notify_no_longer_knows_is_let_be(self, sent, fake):
        fake.sent.clear()
        actions.follow_up(DAY + 2 * MINUTE)
        assert (text().state, text().ask_at) == (DeliveryState.SENT, None)

    def test_notify_that_is_away_is_asked_at_the_next_turn(self, sent, fake, settings):
        settings.NOTIFY_URL = "http://127.0.0.1:9"
        assert actions.follow_up(DAY + 2 * MINUTE) == 0
        assert text().ask_at == DAY + 7 * MINUTE


def test_an_e_mail_by_smtp_is_never_asked_for(engaged, agencies, cast, mailoutbox):
    item_for(engaged, agencies, cast)
    sweep(DAY)
    actions.deliver(DAY + 2 * MINUTE)
    assert Delivery.objects.get().ask_at is None
    assert actions.follow_up(DAY + HOUR) == 0


def test_without_a_key_its_client_is_not_even_imported(tmp_path):
    asked = (
        "import django, sys; django.setup(); import reminders.tasks, svit.urls;"
        "from reminders import channels; channels.Lines().open('email');"
        "print('notifications_python_client' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", asked],
        env={"DJANGO_SETTINGS_MODULE": "svit.settings", "SVIT_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
