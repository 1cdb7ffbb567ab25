"""The full mode as compose runs it, without a container engine: real commands, servers, proxy, kills and an upgrade.

One system for the file, in the order of its tests: each leaves it whole. Nothing is called in this process: people come
over TLS through the proxy, an operator by the commands of docs/operations.md, and PostgreSQL is asked what is there.
"""

import http.client
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import psutil
import psycopg2
import pytest

from tests.faults import full_mode
from tests.faults.full_mode import HOST, WEBS, WORKERS, FullMode, LockWatch, until
from tests.faults.people import Form, Load, MailServer, OpenPages, Person

pytestmark = [
    pytest.mark.long,
    pytest.mark.alone,
    pytest.mark.postgres,
    pytest.mark.skipif(sys.platform != "linux", reason="each web has a loopback address of its own"),
]

PASSWORD = "one long passphrase of these tests"
LONGEST_LOCK = 2.0  # seconds that anybody may wait for a lock while the system is upgraded


@pytest.fixture(scope="module")
def mail():
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def house(mail):
    assert shutil.which("caddy", path=full_mode.PROGRAMS), "The tests need caddy: apt-get install caddy."
    house = FullMode(mail.port)
    try:
        house.start()
        house.run(
            "migrate", "python", "manage.py", "shell", "--no-imports", "--command",
            f"from reports.demo.boroughs import build; build({PASSWORD!r})",
        )  # fmt: skip
        yield house
    finally:
        house.end()


@pytest.fixture(scope="module")
def come(house):
    """`come("coordinator")`: somebody signed in, nobody where None, each from an address of their own."""
    people = []

    def come(who=None, address=None):
        person = Person(house, address or f"127.0.1.{len(people) + 1}")
        people.append(person)
        return person.sign_in(f"{who}@northmere.example", PASSWORD) if who else person

    yield come
    for person in people:
        person.leave()


@pytest.fixture(scope="module")
def coordinator(come):
    return come("coordinator")


@pytest.fixture(scope="module")
def several(come):
    """Those who work at the same time."""
    return [come(who) for who in ("coordinator", "second.coordinator") * 2]


@pytest.fixture(scope="module")
def incident(coordinator):
    """The address of the incident that they work on."""
    return log_one(coordinator)


def log_one(person):
    onward = person.send(
        "/incidents/new/", happened="stabbing", when="hour", place="Station Parade", source="police", injury="serious",
        young_people="2", places=["hospital"], summary="Two hurt",
    )  # fmt: skip
    return onward.removesuffix("logged/")


def mobilise(person, incident):
    assert person.send(f"{incident}mobilise/", press="send", reason="Needed now.").endswith("/mobilise/sent/")


def ask_for_pack(person, incident, purpose):
    """The address of a pack, asked for as the two pages have it."""
    asked = f"{incident}packs/new/"
    form = Form(person.see(asked)).values
    preview = person.ask(
        "POST", asked, form | {"audience": "gold", "purpose": purpose, "recipients": "Gold group"}
    )
    assert preview.status == 200
    made = person.ask("POST", asked, Form(preview.text).values | {"confirmed": "1"})
    assert made.status == 302
    return made.headers["Location"]


def uuid_of(incident):
    return incident.strip("/").split("/")[-1]


# --- What stands there ----------------------------------------------------------------------------


def test_every_health_check_of_compose_says_well(house):
    for service, names in {"web": WEBS, "worker": WORKERS, "redis": [""], "postgres": [""]}.items():
        for name in names:
            until(lambda service=service, name=name: house.healthy(service, name or service))
    assert not house.healthy("worker", "nobody")


@pytest.mark.parametrize(
    "words",
    [
        "ALTER TABLE incidents_incident ADD COLUMN more integer",
        "DROP TABLE incidents_incident",
        "TRUNCATE incidents_logentry",
        "DROP TRIGGER incidents_logentry_no_update ON incidents_logentry",
        "ALTER TABLE incidents_logentry DISABLE TRIGGER ALL",
        "CREATE OR REPLACE FUNCTION incidents_logentry_no_update() RETURNS trigger LANGUAGE sql AS ''",
        "CREATE TABLE more (id integer)",
        "SET ROLE svit_owner",
    ],
)
def test_the_application_can_alter_nothing(house, words):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        house.ask(words, user="svit_app")


def test_the_owner_migrates_and_the_application_connects_as_the_lesser_role(house):
    owners = house.ask("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [("svit_owner",)]
    query = "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = 'svit' AND usename <> 'postgres'"
    assert house.ask(query) == [("svit_app",)]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(
            host="127.0.0.1", port=house.postgres_port, user="svit_app", dbname="svit", password="guessed"
        )


# --- The proxy ------------------------------------------------------------------------------------


def test_the_proxys_file_says_what_compose_needs_without_any_hook():
    adapted = subprocess.run(
        ["caddy", "adapt", "--config", "docker/Caddyfile", "--adapter", "caddyfile", "--validate"],
        cwd=full_mode.ROOT,
        env={"PATH": full_mode.PROGRAMS, "SVIT_HOST": "svit.example.org", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
    )
    assert adapted.returncode == 0, adapted.stderr
    assert '"dial":"web:8000"' in adapted.stdout
    assert '"listen":[":443"]' in adapted.stdout
    assert "resolver" not in adapted.stdout


def test_plain_http_leads_to_https(house):
    connection = http.client.HTTPConnection(HOST, house.http_port)
    connection.request("GET", "/incidents/")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 308
    assert answer.headers["Location"] == f"https://{HOST}/incidents/"


def test_every_answer_carries_its_guards_through_the_proxy(come, coordinator):
    page = come().ask("GET", "/account/login/")
    for name, words in {
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
        "Content-Security-Policy": "default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=()",
        "Cache-Control": "no-store",
    }.items():
        assert words in page.headers[name], name
    assert "Server" not in page.headers
    fresh = come()
    fresh.sign_in("youth@northmere.example", PASSWORD)
    set_cookies = [line for answer in fresh.answers for line in answer.headers.get_all("Set-Cookie", [])]
    assert {line.split("=")[0] for line in set_cookies} >= {"__Host-session", "__Host-csrf"}
    assert all("Secure" in line and "HttpOnly" in line for line in set_cookies if line.startswith("__Host-"))


def test_styles_come_compressed_and_are_kept(come):
    person = come()
    path = re.search(r'href="(/static/[^"]+\.css)"', person.see("/account/login/"))[1]
    style = person.ask("GET", path, **{"Accept-Encoding": "gzip"})
    assert (style.status, style.headers["Content-Encoding"]) == (200, "gzip")
    assert "immutable" in style.headers["Cache-Control"]


def test_figures_are_refused_by_the_proxy_and_told_by_a_web_itself(house, come):
    bearer = {"Authorization": f"Bearer {house.secret('metrics_token')}"}
    assert come().ask("GET", "/metrics", **bearer).status == 404
    for name, address in WEBS.items():
        connection = http.client.HTTPConnection(address, house.web_port)
        forwarded = {"Host": HOST, "X-Forwarded-Proto": "https"}
        connection.request("GET", "/metrics", headers=forwarded)
        refused = connection.getresponse()
        refused.read()
        connection.request("GET", "/metrics", headers=forwarded | bearer)
        told = connection.getresponse()
        figures = told.read().decode()
        connection.close()
        assert (refused.status, told.status) == (404, 200), name
        assert "svit_sweep_age_seconds" in figures
        # of all processes of this web, not of the one that happened to be asked
        assert list((house.folder / "run" / name / "tmp").glob("svit-metrics-*/counter_*.db"))


def test_an_address_that_somebody_makes_up_is_not_believed(come):
    """Sign-in attempts are counted by address: ten in a minute, whatever address is claimed."""
    guesser, other = come(address="127.0.2.1"), come(address="127.0.2.2")
    form = Form(guesser.see("/account/login/")).values
    for number in range(11):
        guess = {"login": f"guess{number}@northmere.example", "password": "a wrong passphrase"}
        answer = guesser.ask(
            "POST", "/account/login/", form | guess, **{"X-Forwarded-For": f"203.0.113.{number}"}
        )
    assert "tried too often" in answer.text
    form = Form(other.see("/account/login/")).values
    answer = other.ask("POST", "/account/login/", form | guess)
    assert "do not match" in answer.text
    assert other.ask("GET", "/account/login/", **{"X-Forwarded-Proto": "http"}).status == 200


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_body_that_is_too_large_is_refused_in_so_many_words(come, kind):
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    answer = come().ask("POST", "/account/login/", head + bytes(31_000_000), **{"Content-Type": kind})
    assert answer.status == 413


# --- A response, driven over the network ----------------------------------------------------------


def test_an_operator_opens_a_partnership_and_its_administrator_comes_in(house, come):
    told = house.run(
        "migrate", "python", "manage.py", "add_partnership", "--name", "Westhaven CSP", "--area", "Westhaven",
        "--code", "WH", "--administrator", "Ada Example", "--email", "ada@westhaven.example",
    ).stdout  # fmt: skip
    person = come()
    link = re.search(r"https://\S+", told)[0]
    person.send(urlsplit(link).path, password1=PASSWORD, password2=PASSWORD)
    assert person.ask("GET", "/setup/").headers["Location"].startswith("/account/security/")
    person = come()
    person.sign_in("ada@westhaven.example", PASSWORD)
    assert "Westhaven" in person.see("/setup/")


def test_a_response_from_the_first_call_to_the_pack(house, coordinator, incident, mail):
    assert "Station Parade" in coordinator.see("/incidents/")
    mobilise(coordinator, incident)
    ((item,),) = house.ask(
        "SELECT i.uuid::text FROM checklists_checklistitem i JOIN incidents_incident n ON n.id = i.incident_id"
        " WHERE n.uuid = %s AND i.kind = 'action' AND i.state = 'open' ORDER BY i.id LIMIT 1",
        uuid_of(incident),
    )
    page = f"{incident}checklist/{item}/"
    coordinator.send(f"{page}done/", at=page, note="Officers are there.")
    assert "Officers are there." in coordinator.see(page)
    coordinator.send(f"{incident}log/new/", text="The parade is closed.")
    assert "The parade is closed." in coordinator.see(f"{incident}log/")
    pack = ask_for_pack(coordinator, incident, "Gold group at nine")
    taken = until(lambda: (got := coordinator.ask("GET", f"{pack}download/")).status == 200 and got)
    assert taken.content.startswith(b"%PDF")
    until(lambda: [letter for letter in mail.letters if letter["To"] == "police@northmere.example"])


# --- Pages that stay open -------------------------------------------------------------------------


def test_two_hundred_pages_stay_open_for_a_minute_without_a_failed_request(
    house, come, coordinator, incident
):
    pages = [Person(house, f"127.0.2.{number + 1}") for number in range(200)]
    for who in range(4):
        signed_in = come(("coordinator", "second.coordinator")[who % 2])
        for page in pages[who::4]:
            page.cookies = signed_in.cookies
    with OpenPages(incident, pages) as opened:
        time.sleep(25)
        began = time.time()
        time.sleep(30)
        coordinator.send(f"{incident}log/new/", text="One more note.")
        time.sleep(30)
    asked = [answer for answer in opened.answers if answer.began > began]
    assert [answer.status for answer in opened.answers if answer.status not in (200, 304)] == []
    assert len(asked) >= 200 * 60 / 6 * 0.8
    assert sum(answer.status == 304 for answer in asked) > len(asked) / 2
    took = sorted(answer.took for answer in asked)
    print(f"\n{len(asked)} answers, half within {took[len(took) // 2]:.2f} s, slowest {took[-1]:.2f} s")
    for page in pages:
        page.leave()


# --- A web ends -----------------------------------------------------------------------------------


@contextmanager
def working(house, incident, people, least=10):
    """Several work without a pause; afterwards each answered write is there once, and none twice."""
    with Load(house, incident, people) as load:
        time.sleep(1)
        yield load
        time.sleep(1.5)
    kept = load.kept()
    assert len(load.written) >= least, "they must have worked, or nothing is proved"
    assert [text for text in load.written if kept.pop(text, 0) != 1] == [], (
        "an answered write is lost or doubled"
    )
    assert set(kept) <= set(load.unsure)
    assert set(kept.values()) <= {1}, "a write without an answer may be there, but once"
    failed = [(answer.method, answer.status) for answer in load.failures]
    slowest = max(answer.took for answer in load.answers)
    print(
        f"\n{len(load.answers)} answers, slowest {slowest:.2f} s; failed {failed}, of these {len(kept)} written"
    )


def test_a_killed_web_costs_no_more_than_the_requests_it_had_in_hand(house, incident, several):
    assert house.services["web"]["restart"] == "unless-stopped"
    with working(house, incident, several) as load:
        house.processes["web1"].kill()
        killed = time.time()
        time.sleep(1)
        assert not house.healthy("web", "web1")
        house.launch_web("web1")
    assert [answer for answer in load.failures if answer.began > killed] == []
    assert len(load.failures) <= len(several), "one in hand for each person at most"
    # A page is asked for again at the other web, unless a part of it had come already.
    assert [answer for answer in load.failures if answer.method == "GET" and answer.status] == []


def test_a_web_that_is_told_to_stop_costs_nothing(house, incident, several):
    for name in WEBS:
        with working(house, incident, several) as load:
            assert house.processes[name].stop() == 0
            house.launch_web(name)
        assert load.failures == []


def test_a_web_that_is_gone_from_its_address_costs_time_and_nothing_else(house, incident, several):
    """A container that vanished does not even refuse: like this address, whose queue of callers is full."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.13", house.web_port))
        deaf.listen(0)
        callers = [socket.socket() for _ in range(3)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.13", house.web_port))
        house.names.more.append("127.0.0.13")
        try:
            with working(house, incident, several, least=4) as load:
                time.sleep(4)
        finally:
            house.names.more.clear()
            for caller in callers:
                caller.close()
    assert load.failures == []
    assert max(answer.took for answer in load.answers) > 1, "nobody met it, so nothing is proved"


# --- A worker ends --------------------------------------------------------------------------------


def waiting(house):
    """How many packs and how many e-mails are not done."""
    ((packs,),) = house.ask("SELECT count(*) FROM reports_pack WHERE state NOT IN ('ready')")
    ((letters,),) = house.ask(
        "SELECT count(*) FROM reminders_delivery WHERE state = 'pending' AND next_try_at <= now()"
    )
    return packs, letters


def minutes_pass(house, killed):
    """What is held for minutes has its time, and so has what a worker had in hand when it was killed."""
    house.ask(
        "UPDATE reminders_delivery SET next_try_at = now() WHERE state = 'pending'"
        " AND (message_id = '' OR next_try_at <= to_timestamp(%s) + interval '3 minutes')",
        killed,
    )
    house.ask(
        "UPDATE reports_pack SET claimed_at = claimed_at - interval '4 minutes'"
        " WHERE state = 'rendering' AND claimed_at <= to_timestamp(%s)",
        killed,
    )


def whose(house, port):
    """The worker one of whose processes speaks from this port."""
    for name in WORKERS:
        main = psutil.Process(house.processes[name].popen.pid)
        for process in main.children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # whoever prints a page ends with it
                if any(connection.laddr.port == port for connection in process.net_connections()):
                    return name
    raise AssertionError("The mail came from no worker of ours.")


def test_what_a_killed_worker_had_in_hand_is_done_by_another(house, several, mail):
    person, incident = several[0], log_one(several[0])
    with working(house, incident, several[1:]) as load, mail.slow():
        mobilise(person, incident)
        packs = [ask_for_pack(person, incident, f"Gold group {number}") for number in range(3)]
        until(lambda: mail.held and house.ask("SELECT 1 FROM reports_pack WHERE state = 'rendering'"))
        name = whose(house, mail.held[0])
        house.processes[name].kill()
        killed = time.time()
        in_hand = {letter["Message-ID"] for letter in mail.letters[-len(mail.held) :]}
        house.launch("worker", name)
    assert load.failures == []
    minutes_pass(house, killed)
    until(lambda: waiting(house) == (0, 0), seconds=120)
    for pack in packs:
        assert person.ask("GET", f"{pack}download/").content.startswith(b"%PDF")
    arrived = mail.count()
    doubled = {message for message, times in arrived.items() if times > 1}
    print(f"\n{len(arrived)} e-mails; sent twice under one Message-ID, having been in hand: {len(doubled)}")
    assert doubled, "the kill met no e-mail between sending and marking"
    assert doubled <= in_hand
    assert {arrived[message] for message in doubled} == {2}
    nothing_is_lost(house, mail)


def nothing_is_lost(house, mail):
    """Each e-mail that is marked as sent arrived, and each that arrived is marked; none was given up."""
    sent = house.ask("SELECT DISTINCT message_id FROM reminders_delivery WHERE state = 'sent'")
    assert {message for (message,) in sent} == {
        message
        for message in mail.count()
        if message.endswith(f"@{HOST}>") and not message.startswith("<letter-")
    }
    assert house.ask("SELECT 1 FROM reminders_delivery WHERE state = 'failed'") == []
    twice = (
        "SELECT 1 FROM incidents_storedfile WHERE about_kind = 'pack' GROUP BY about_uuid HAVING count(*) > 1"
    )
    assert house.ask(twice) == []


def test_a_worker_that_is_told_to_stop_finishes_what_it_has_in_hand(house, several, mail):
    person, incident = several[0], log_one(several[0])
    before = mail.count()
    mobilise(person, incident)
    for number in range(4):
        ask_for_pack(person, incident, f"Partners {number}")
    until(lambda: house.ask("SELECT 1 FROM reports_pack WHERE state = 'rendering'"))
    for name in WORKERS:
        assert house.processes[name].stop(within=60) == 0, "compose gives it 60 seconds"
    assert house.ask("SELECT 1 FROM reports_pack WHERE state = 'rendering'") == []
    in_hand = "SELECT 1 FROM reminders_delivery WHERE state = 'pending' AND message_id <> '' AND attempts = 0"
    assert house.ask(in_hand) == []
    for name in WORKERS:
        house.launch("worker", name)
    until(lambda: waiting(house) == (0, 0), seconds=90)
    assert {times for message, times in mail.count().items() if message not in before} == {1}
    nothing_is_lost(house, mail)


# --- An upgrade -----------------------------------------------------------------------------------


def next_version(house, name):
    """What runs, with one more column on the busiest table and its history; new code alone writes into it."""
    tree = house.folder / name
    shutil.copytree(house.tree, tree)
    model = tree / "incidents" / "models" / "incident.py"
    place = '\n    history = History(excluded_fields=["remind_at"'
    before, after = model.read_text().split(place)
    field = f'    since_{name} = models.CharField(max_length=20, null=True, default="{name}")\n'
    model.write_text(before + field + place + after)
    subprocess.run(
        ["python", "manage.py", "makemigrations", "incidents", "--name", f"since_{name}", "--verbosity", "0"],
        cwd=tree,
        env=house.of_the_image("build") | {"SVIT_DATA": str(house.folder / "embedded")},
        check=True,
    )
    (made,) = (tree / "incidents" / "migrations").glob(f"*_since_{name}.py")
    assert made.read_text().count("AddField") == 2
    return tree


def column(house, incident, name):
    """What the row of an incident, and its history, say in the new column."""
    rows = house.ask(
        f"SELECT i.since_{name}, h.since_{name} FROM incidents_incident i"
        " JOIN incidents_historicalincident h ON h.uuid = i.uuid WHERE i.uuid = %s",
        uuid_of(incident),
    )
    return {value for row in rows for value in row}


def test_an_upgrade_under_traffic_makes_nobody_wait_and_fails_nobody(house, incident, several, come):
    person = come("second.coordinator")
    tree = next_version(house, "two")
    with LockWatch(house) as watch, working(house, incident, several) as load:
        house.run("migrate", tree=tree)
        assert column(house, incident, "two") == {"two"}, "what was there is filled in"
        assert column(house, log_one(person), "two") == {None}, "old code goes on above the new column"
        for name in WEBS:
            assert house.processes[name].stop() == 0
            house.launch_web(name, tree=tree)
        for name in WORKERS:
            assert house.processes[name].stop(within=60) == 0
            house.launch("worker", name, tree=tree)
        house.processes["beat"].stop()
        house.launch("beat", tree=tree)
        assert column(house, log_one(person), "two") == {"two"}, "new code writes into it"
    house.tree = tree
    print(f"longest wait for a lock {watch.longest:.2f} s: {watch.seen}")
    assert load.failures == []
    assert watch.longest < LONGEST_LOCK
    for name in (*WEBS, *WORKERS, "beat"):
        assert psutil.Process(house.processes[name].popen.pid).cwd() == str(tree)
    for name in WEBS:
        until(lambda name=name: house.healthy("web", name))


def hold(house, watch):
    """A transaction that read the table that everybody needs, and stays open for 5 s after the migration met it."""
    connection = house.connect("svit_app")
    connection.autocommit = False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM incidents_incident LIMIT 1")
        until(lambda: any(user == "svit_owner" for user, *_ in list(watch.seen)))
        time.sleep(5)
    connection.close()


def test_a_migration_gives_way_to_whoever_holds_the_table(house, incident, several):
    tree = next_version(house, "three")
    with LockWatch(house) as watch, working(house, incident, several) as load:
        holder = threading.Thread(target=hold, args=(house, watch))
        holder.start()
        told = house.run("migrate", tree=tree).stdout
        holder.join()
    print(f"longest wait for a lock {watch.longest:.2f} s: {watch.seen}")
    assert load.failures == []
    assert watch.longest < LONGEST_LOCK
    assert "trying again" in told
    assert column(house, incident, "three") == {"three"}


# --- What it left behind --------------------------------------------------------------------------


def test_nothing_was_written_into_the_image_and_no_log_tells_of_a_failure(house):
    """A container's file system is read-only, so whatever is written in the tree would be a failure there."""
    began = house.processes["web1"].began
    assert [path for path in house.tree.rglob("*") if path.stat().st_mtime > began] == []
    for name in (*WEBS, *WORKERS, "beat"):
        broken = [line for line in full_mode.told(house, name) if line["level"] in ("ERROR", "CRITICAL")]
        # Django tells a 503 of /healthz as well, but then nothing was raised.
        assert [line for line in broken if "error" in line] == [], name
        assert "Traceback" not in house.processes[name].log.read_text(), name
