"""What a mail server refuses, on a real one: for good or for now, one address or everybody."""

import logging
import socket
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from checklists.models import ChecklistItem
from partners.models import User
from reminders import actions, reach, rooms
from reminders.models import BadAddress, Delivery, DeliveryState, Reason, Skipped
from tests.notify import FakeNotify
from tests.reminders.conftest import DAY, HOUR, MINUTE, item_for, make_item, states, sweep

POLICE = "police@northmere.example"
TWO = "police.two@northmere.example"


class Server:
    """Takes letters, and answers as it is told: at RCPT and at DATA by address, or to everybody."""

    def __init__(self):
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self.letters, self.at_rcpt, self.at_data, self.connections, self.hang_up_after = [], {}, {}, 0, None
        self.rcpt = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.controller = None

    @contextmanager
    def on(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", self.port, 5
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def start(self):
        server = self

        class Counting(SMTP):
            def connection_made(self, transport):
                server.connections += 1
                super().connection_made(transport)

        class Counted(Controller):
            def factory(self):
                return Counting(self.handler, **self.SMTP_kwargs)

        self.controller = Counted(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        self.connections = 0  # it tried itself

    def stop(self):
        if self.controller:
            self.controller.stop()
            self.controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.rcpt.append(address)
        if answer := self.at_rcpt.get(address) or self.at_rcpt.get("*"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if answer := self.at_data.get(envelope.rcpt_tos[0]):
            return answer
        self.letters.append(envelope.rcpt_tos[0])
        if self.hang_up_after and len(self.letters) % self.hang_up_after == 0:
            session.full = True
        return "250 Kept"

    async def handle_MAIL(self, server, session, envelope, address, options):
        if getattr(session, "full", False):
            return "421 4.7.0 Too many messages for one connection"
        envelope.mail_from = address
        return "250 OK"


@pytest.fixture
def server(settings):
    with Server().on(settings) as server:
        yield server


@pytest.fixture
def two(engaged, agencies, cast):
    """An item for each of two people."""
    item_for(engaged, agencies, cast)
    make_item(engaged, DAY, agency=agencies.police, assignee=cast["colleague"])
    sweep(DAY)


def of(address):
    return Delivery.objects.get(notification__recipient__email=address)


class TestForGood:
    @pytest.mark.parametrize(
        ("where", "answer"),
        [
            ("at_rcpt", "550 5.1.1 No such mailbox"),
            ("at_rcpt", "550 No such user here"),
            ("at_rcpt", "553 Mailbox name not allowed"),
            ("at_data", "550 5.1.1 No such mailbox"),
            ("at_data", "550 Unknown user"),
            ("at_data", "554 5.1.1 No such mailbox"),
        ],
    )
    def test_a_refused_address_fails_at_once_and_is_marked(self, two, server, cast, where, answer):
        getattr(server, where)[POLICE] = answer
        actions.deliver(DAY + 2 * MINUTE)
        row = of(POLICE)
        assert (row.state, row.attempts, row.outcome) == (DeliveryState.FAILED, 1, f"refused {answer[:3]}")
        bad = BadAddress.objects.get()
        assert (bad.user, bad.channel, bad.code) == (cast["partner"], "email", answer[:3])
        assert server.letters == [TWO], "the others' mail goes in the same run"
        assert set(reach.bad_addresses([cast["partner"].pk, cast["colleague"].pk])) == {cast["partner"].pk}

    def test_nothing_of_what_the_server_said_is_kept(self, two, server):
        server.at_rcpt[POLICE] = "550 Kamal Adeyemi moved away"
        actions.deliver(DAY + 2 * MINUTE)
        kept = str([*Delivery.objects.values(), *BadAddress.objects.values()])
        assert "Kamal" not in kept
        assert "police@" not in kept

    def test_later_messages_go_to_the_next_level_without_asking_the_server(
        self, two, engaged, agencies, cast, server
    ):
        server.at_rcpt[POLICE] = "550 5.1.1 No such mailbox"
        actions.deliver(DAY + 2 * MINUTE)
        item_for(engaged, agencies, cast, DAY + 5 * MINUTE)
        sweep(DAY + 5 * MINUTE)
        asked = server.rcpt.count(POLICE)
        actions.deliver(DAY + 7 * MINUTE)
        assert server.rcpt.count(POLICE) == asked
        assert Skipped.objects.get(user=cast["partner"]).reason == "bounced"
        assert states() == ["failed", "sent", "sent", "sent"], "the agency's others are told instead"

    def test_what_waited_already_fails_without_asking_the_server(self, two, engaged, agencies, cast, server):
        item_for(engaged, agencies, cast, DAY + MINUTE)
        sweep(DAY + MINUTE)
        Delivery.objects.filter(notification__said_at__gte=DAY + MINUTE).update(next_try_at=DAY + 30 * MINUTE)
        server.at_rcpt[POLICE] = "550 5.1.1 No such mailbox"
        actions.deliver(DAY + 2 * MINUTE)
        asked = server.rcpt.count(POLICE)
        actions.deliver(DAY + 40 * MINUTE)
        assert server.rcpt.count(POLICE) == asked == 1

    def test_a_changed_address_is_good_again(self, two, engaged, agencies, cast, server):
        server.at_rcpt[POLICE] = "550 5.1.1 No such mailbox"
        actions.deliver(DAY + 2 * MINUTE)
        User.objects.filter(pk=cast["partner"].pk).update(email="new@northmere.example")
        assert reach.bad_addresses([cast["partner"].pk]) == {}
        item_for(engaged, agencies, cast, DAY + 5 * MINUTE)
        sweep(DAY + 5 * MINUTE)
        actions.deliver(DAY + 7 * MINUTE)
        assert server.letters == [TWO, "new@northmere.example"]

    def test_send_again_tries_the_address_again(self, two, cast, server):
        server.at_rcpt[POLICE] = "550 5.1.1 No such mailbox"
        actions.deliver(DAY + 2 * MINUTE)
        server.at_rcpt.clear()
        row = of(POLICE)
        assert actions.send_again(deliveries=[row.pk], by=cast["administrator"].pk) == 1
        Delivery.objects.filter(pk=row.pk).update(next_try_at=DAY)
        actions.deliver(DAY + HOUR)
        row.refresh_from_db()
        assert (row.state, row.again_by) == (DeliveryState.SENT, cast["administrator"])
        assert BadAddress.objects.count() == 0

    def test_send_again_sends_nothing_that_is_no_longer_due(self, two, cast, server):
        server.at_rcpt[POLICE] = "550 5.1.1 No such mailbox"
        actions.deliver(DAY + 2 * MINUTE)
        server.at_rcpt.clear()
        ChecklistItem.objects.filter(assignee=cast["partner"]).update(state="done", done_at=DAY)
        row = of(POLICE)
        actions.send_again(deliveries=[row.pk], by=cast["administrator"].pk)
        Delivery.objects.filter(pk=row.pk).update(next_try_at=DAY)
        actions.deliver(DAY + HOUR)
        assert of(POLICE).state == DeliveryState.NOT_DUE
        assert server.letters == [TWO]

    def test_what_did_not_fail_is_not_sent_again(self, two, cast, server):
        actions.deliver(DAY + 2 * MINUTE)
        assert actions.send_again(deliveries=[of(TWO).pk], by=cast["administrator"].pk) == 0
        assert of(TWO).state == DeliveryState.SENT


class TestForNow:
    @pytest.mark.parametrize(
        ("where", "answer"),
        [
            ("at_rcpt", "450 4.2.1 Mailbox busy"),
            ("at_rcpt", "451 Greylisted"),
            ("at_rcpt", "550 5.7.1 Your server is on a list"),
            ("at_data", "451 4.3.0 Try again later"),
            ("at_data", "554 5.7.1 Taken for spam"),
            ("at_data", "552 5.2.2 Mailbox full"),
        ],
    )
    def test_one_address_backs_off_and_delays_nobody(self, two, server, where, answer):
        getattr(server, where)[POLICE] = answer
        actions.deliver(DAY + 2 * MINUTE)
        row = of(POLICE)
        assert (row.state, row.attempts, row.next_try_at) == (DeliveryState.PENDING, 1, DAY + 3 * MINUTE)
        assert server.letters == [TWO]
        assert BadAddress.objects.count() == 0
        getattr(server, where).clear()
        actions.deliver(DAY + 3 * MINUTE)
        assert server.letters == [TWO, POLICE]

    def test_a_server_that_is_down_costs_one_attempt_a_run_and_nobody_s(self, two, server, monkeypatch):
        server.stop()
        tried = []
        connect = socket.create_connection
        monkeypatch.setattr(
            socket, "create_connection", lambda *args, **more: tried.append(args) or connect(*args, **more)
        )
        for minutes in range(2, 122):
            actions.deliver(DAY + minutes * MINUTE)
        assert len(tried) == 120
        assert set(Delivery.objects.values_list("state", "attempts")) == {("pending", 0)}
        server.start()
        actions.deliver(DAY + 122 * MINUTE)
        assert sorted(server.letters) == [TWO, POLICE]
        assert states() == ["sent", "sent"]

    def test_one_connection_serves_a_run(self, two, server):
        actions.deliver(DAY + 2 * MINUTE)
        assert len(server.letters) == 2
        assert server.connections == 1

    def test_a_server_that_ends_a_connection_is_asked_once_more(self, two, server):
        server.hang_up_after = 1
        actions.deliver(DAY + 2 * MINUTE)
        assert len(server.letters) == 2
        assert server.connections == 2
        assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}

    def test_a_refusal_leaves_the_connection_to_the_others(self, two, server):
        server.at_rcpt[POLICE] = "550 5.1.1 No such mailbox"
        actions.deliver(DAY + 2 * MINUTE)
        assert server.connections == 1


class TestReach:
    def test_whoever_has_a_number_is_reached_by_what_is_urgent(self, two, cast, server, settings):
        server.at_rcpt["*"] = "550 5.1.1 No such mailbox"
        actions.deliver(DAY + 2 * MINUTE)
        User.objects.filter(pk=cast["colleague"].pk).update(mobile="+447700900456")
        everybody = [user.pk for user in cast.values()]
        partner, colleague = cast["partner"].pk, cast["colleague"].pk
        both = dict.fromkeys([partner, colleague], Reason.BOUNCED)
        assert reach.bad_addresses(everybody) == both, "no texts are sent here"
        with FakeNotify() as fake:
            fake.on(settings)
            assert reach.bad_addresses(everybody) == both | {colleague: Reason.TEXTS_ALONE}
            assert rooms.unreachable([colleague], DAY) == {colleague: Reason.TEXTS_ALONE}

    def test_an_address_is_marked_from_the_first_refusal(self, cast):
        person = cast["partner"]
        reach.mark(person, "email", "refused", "550", DAY)
        reach.mark(person, "email", "refused", "551", DAY + HOUR)
        assert BadAddress.objects.get().since == DAY
        person.email = "new@northmere.example"
        reach.mark(person, "email", "refused", "550", DAY + 2 * HOUR)
        assert BadAddress.objects.get().since == DAY + 2 * HOUR
