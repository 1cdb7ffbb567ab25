"""Those who use it over the network: a client that verifies TLS and keeps cookies, a load of several, a mail server."""

import asyncio
import http.client
import logging
import random
import re
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_string
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

from aiosmtpd.controller import Controller

from tests.faults.full_mode import HOST, free_port
from tests.partners.one_time import code


class App:
    """An authenticator app. A code works once, and those of the half minutes beside this one work as well."""

    def __init__(self, key):
        self.key, self.used = key, set()

    def fresh(self):
        while True:
            now = int(time.time() // 30)
            for counter in (now, now + 1, now - 1):
                if counter not in self.used:
                    self.used.add(counter)
                    return code(self.key, at=counter * 30)
            time.sleep(1)


APPS = {}  # by the origin at which it was set up, and the address of whoever did


class Form(HTMLParser):
    """What the page's forms would send: names and the values that stand in them."""

    def __init__(self, page):
        super().__init__()
        self.values, self.checks, self.select, self.area = {}, set(), None, None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        field = dict(attributes)
        name, value = field.get("name"), field.get("value", "on")
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in field or self.select not in self.values):
            self.values[self.select] = value
        elif tag == "textarea" and name:
            self.area = name
            self.values[name] = ""
        elif tag != "input" or not name or field.get("type") == "submit":
            return
        elif field.get("type") in ("checkbox", "radio"):
            if "checked" in field:
                self.values.setdefault(name, []).append(value)
        else:
            self.values[name] = field.get("value", "")

    def handle_data(self, data):
        if self.area:
            self.values[self.area] += data

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None


@dataclass
class Answer:
    """What came of one request; status 0 where no answer came."""

    began: float
    took: float
    method: str
    path: str
    status: int
    headers: http.client.HTTPMessage | None
    content: bytes

    @property
    def text(self):
        return self.content.decode()

    @property
    def failed(self):
        return self.status == 0 or self.status >= 500


class Person:
    """Somebody at a browser, at an address of this machine of their own."""

    def __init__(self, house, address="127.0.0.1"):
        self.house, self.address = house, address
        self.cookies, self.answers, self.token = {}, [], ""
        self.connection = None
        self.origin = self.reach()

    def reach(self):
        """The origin of the pages, once whoever answers there can be believed."""
        self.trust = ssl.create_default_context(cafile=self.house.authority)
        return f"https://{HOST}:{self.house.https_port}"

    def connect(self):
        return http.client.HTTPSConnection(
            HOST, self.house.https_port, timeout=70, context=self.trust, source_address=(self.address, 0)
        )

    def ask(self, method, path, data=None, **extra):
        """One request, as it is; redirects are not followed."""
        if path.startswith("http"):
            parts = urlsplit(path)
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        body = data if isinstance(data, bytes) else urlencode(data, doseq=True).encode() if data else None
        sent = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())}
        if body is not None:
            sent |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": self.origin,
            }
        began, clock = time.time(), time.monotonic()
        status, headers, content = 0, None, b""
        try:
            if self.connection is None:
                self.connection = self.connect()
            # Where it is refused before all of it was sent, the answer may be there.
            with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
                self.connection.request(method, path, body, sent | extra)
            response = self.connection.getresponse()
            status, headers, content = response.status, response.headers, response.read()
            if response.will_close:
                self.leave()
        except (OSError, http.client.HTTPException):
            self.leave()
        for cookie in headers.get_all("Set-Cookie", []) if headers else []:
            key, value = cookie.split(";")[0].split("=", 1)
            self.cookies[key] = value
        answer = Answer(began, time.monotonic() - clock, method, path, status, headers, content)
        self.answers.append(answer)
        return answer

    def leave(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def see(self, path):
        answer = self.ask("GET", path)
        assert answer.status == 200, f"{path}: {answer.status} {answer.content[:300]}"
        return answer.text

    def send(self, path, *, at=None, **values):
        """Fill in the form of a page and send it; the address to which that leads."""
        form = Form(self.see(at or path)).values | values
        answer = self.ask("POST", path, form)
        assert answer.status == 302, f"{path}: {answer.status} {problems(answer)}"
        return answer.headers["Location"]

    def sign_in(self, email, password):
        """With the password, and the code of an authenticator app, which is set up at the first time."""
        onward = self.send("/account/login/", login=email, password=password)
        if onward.endswith("/security/code/"):
            onward = self.send(onward, code=APPS[self.origin, email].fresh())
        if "/account/security/" in self.ask("GET", "/account/").headers.get("Location", ""):
            page = self.see("/account/security/app/")
            APPS[self.origin, email] = App(re.search(r'id="totp-key">([^<]+)<', page)[1].replace(" ", ""))
            form = Form(page).values | {"code": APPS[self.origin, email].fresh()}
            answer = self.ask("POST", "/account/security/app/", form)
            assert answer.status == 302, problems(answer)
        return self


def problems(answer):
    """What a page says is wrong."""
    found = re.findall(
        r'class="govuk-error-(?:message|summary)[^>]*>(.*?)</(?:p|div)>', answer.text, re.DOTALL
    )
    return re.sub(r"<[^>]+>|\s+", " ", " ".join(found))


class Together:
    """People who each do something in a thread of their own, until the block ends."""

    def __init__(self, people, do):
        self.people, self.over = people, threading.Event()
        self.threads = [threading.Thread(target=do, args=pair) for pair in enumerate(people)]

    def __enter__(self):
        for person in self.people:
            person.answers.clear()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    @property
    def answers(self):
        return sorted((a for person in self.people for a in person.answers), key=lambda a: a.began)


class Load(Together):
    """Several people who read and write notes without a pause, until told to stop."""

    def __init__(self, house, incident, people):
        super().__init__(people, self._work)
        self.house, self.incident = house, incident
        self.written, self.unsure = [], []  # texts that were answered, and those that got no good answer
        self.name = f"{time.time_ns():x}"

    def _work(self, number, person):
        add = f"{self.incident}log/new/"
        form = Form(person.see(add)).values
        pages = ["/incidents/", self.incident, f"{self.incident}log/"]
        count = 0
        while not self.over.wait(0.02):
            count += 1
            text = f"Note {self.name}-{number}-{count}."
            answer = person.ask("POST", add, form | {"text": text})
            (self.written if answer.status == 302 else self.unsure).append(text)
            person.ask("GET", pages[count % 3])

    @property
    def failures(self):
        good = {"GET": 200, "POST": 302}
        return [answer for answer in self.answers if answer.status != good[answer.method]]

    def kept(self):
        """How often each text stands in the database."""
        rows = self.house.ask(
            "SELECT text, count(*) FROM incidents_logtext WHERE text LIKE %s GROUP BY text",
            f"Note {self.name}-%",
        )
        return dict(rows)


class OpenPages(Together):
    """Pages that stay open and ask again as their script does: every five seconds more or less, with their version."""

    def __init__(self, incident, people):
        super().__init__(people, self._stay_open)
        self.incident = incident

    def _stay_open(self, _, person):
        self.over.wait(random.uniform(0, 20))  # people open their pages one after the other
        page = person.ask("GET", self.incident)
        url = re.search(r'hx-get="([^"]+)"', page.text)[1].replace("&amp;", "&")
        tag = page.headers["ETag"]
        while not self.over.wait(random.uniform(4, 6)):
            answer = person.ask("GET", url, **{"If-None-Match": tag, "HX-Request": "true"})
            tag = answer.headers["ETag"] if answer.status == 200 else tag


class MailServer:
    """Keeps each letter that arrives."""

    def __init__(self):
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # it tells each line of each conversation
        self.letters, self.holding = [], False
        self.held = []  # the ports from which those came that wait for an answer
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(message_from_string(envelope.content.decode()))
        if self.holding:
            self.held.append(session.peer[1])
            while self.holding:
                await asyncio.sleep(0.05)
        return "250 Kept"

    @contextmanager
    def slow(self):
        """Meanwhile it takes letters and does not say so."""
        self.holding = True
        try:
            yield
        finally:
            self.holding = False

    def start(self):
        self.controller.start()

    def stop(self):
        self.holding = False
        self.controller.stop()

    def count(self):
        """How often each Message-ID arrived."""
        found = {}
        for letter in list(self.letters):
            found[letter["Message-ID"]] = found.get(letter["Message-ID"], 0) + 1
        return found
