"""A fake of the HTTP API of GOV.UK Notify, on loopback.

Checked against its published documentation (docs.notifications.service.gov.uk: the REST API and Python client pages,
and their source, alphagov/notifications-tech-docs: `_api_docs.md`, `error_tables/`) and against the source of
notifications-python-client 13.0.0 (`base.py`, `authentication.py`, `errors.py`, whose own `decode_jwt_token` checks the
token here). From there are: the paths, what a request holds, the 201 with id, reference, content, uri and template, the
200 of one message and of a page of them filtered by reference, the statuses, and the kinds of error: 400
BadRequestError and ValidationError, 403 AuthError, 404 NoResultFound, 429 RateLimitError and TooManyRequestsError, 500
Exception. Like Notify it keeps whatever it takes, twice what comes twice.
"""

import json
import re
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from notifications_python_client.authentication import decode_jwt_token, decode_token
from notifications_python_client.errors import TokenError

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"reminders-{SERVICE}-{SECRET}"
EMAIL_TEMPLATE = "9d751e0e-f929-4891-82a1-a3e1c3c18ee3"
SMS_TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
FIELDS = {EMAIL_TEMPLATE: {"subject", "message"}, SMS_TEMPLATE: {"message"}}
SEND = {
    "/v2/notifications/email": ("email", "email_address", EMAIL_TEMPLATE),
    "/v2/notifications/sms": ("sms", "phone_number", SMS_TEMPLATE),
}
MOBILE = re.compile(r"\+447\d{9}$")


class Refusal(Exception):
    def __init__(self, status, kind, message):
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message


ERRORS = {
    "team": Refusal(400, "BadRequestError", "Can’t send to this recipient using a team-only API key"),
    "email_address": Refusal(400, "ValidationError", "email_address is not a valid email address"),
    "phone_number": Refusal(400, "ValidationError", "phone_number Not enough digits"),
    "auth": Refusal(403, "AuthError", "Invalid token: API key not found"),
    "clock": Refusal(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds"),
    "rate": Refusal(
        429, "RateLimitError", "Exceeded rate limit for key type live of 3000 requests per 60 seconds"
    ),
    "limit": Refusal(429, "TooManyRequestsError", "Exceeded send limits (250000) for today"),
    "exception": Refusal(500, "Exception", "Internal server error"),
}


class FakeNotify:
    """`sent` is what it took, `asked` each request. `fail_next` and `fail` answer an error instead of taking.

    With `drop` it takes a message and ends the connection without an answer.
    """

    def __init__(self):
        self.sent, self.asked, self.fail_next, self.fail, self.drop = [], [], [], None, False
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                self.answer("GET", None)

            def do_POST(self):
                self.answer("POST", json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def answer(self, method, body):
                fake.asked.append((method, self.path))
                try:
                    status, answer = fake.answer(method, self.path, self.headers, body)
                except Refusal as refusal:
                    status = refusal.status
                    answer = {
                        "status_code": status,
                        "errors": [{"error": refusal.kind, "message": refusal.message}],
                    }
                if fake.drop:
                    self.close_connection = True
                    return
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def on(self, settings, *, email=False, sms=True):
        """Have the application send by it."""
        settings.NOTIFY_KEY, settings.NOTIFY_URL = KEY, self.url
        settings.NOTIFY_EMAIL_TEMPLATE = EMAIL_TEMPLATE if email else ""
        settings.NOTIFY_SMS_TEMPLATE = SMS_TEMPLATE if sms else ""

    def answer(self, method, path, headers, body):
        signed(headers)
        url = urlsplit(path)
        if method == "POST":
            return 201, self.take(url.path, body)
        if url.path == "/v2/notifications":
            wanted = parse_qs(url.query).get("reference", [None])[0]
            found = [told(one) for one in reversed(self.sent) if wanted in (None, one["reference"])]
            return 200, {"notifications": found[:250], "links": {"current": self.url + path}}
        return 200, told(self.one(url.path.removeprefix("/v2/notifications/")))

    def one(self, number):
        try:
            uuid.UUID(number)
        except ValueError:
            raise Refusal(400, "ValidationError", "id is not a valid UUID") from None
        for one in self.sent:
            if one["id"] == number:
                return one
        raise Refusal(404, "NoResultFound", "No result found")

    def take(self, path, body):
        kind, field, template = SEND[path]
        if self.fail_next:
            raise ERRORS[self.fail_next.pop(0)]
        if self.fail:
            raise ERRORS[self.fail]
        extra = set(body) - {field, "template_id", "personalisation", "reference"}
        if extra:
            raise Refusal(
                400, "ValidationError", f"Additional properties are not allowed ({extra} was unexpected)"
            )
        if body["template_id"] != template:
            raise Refusal(400, "BadRequestError", "Template not found")
        if missing := FIELDS[template] - set(body["personalisation"]):
            raise Refusal(400, "BadRequestError", f"Missing personalisation: {', '.join(sorted(missing))}")
        if kind == "sms" and not MOBILE.match(body[field]):
            raise ERRORS["phone_number"]
        if kind == "email" and "@" not in body[field]:
            raise ERRORS["email_address"]
        one = {
            "id": str(uuid.uuid4()), "type": kind, "to": body[field], "reference": body.get("reference"),
            "personalisation": body["personalisation"], "status": "created", "template": template,
        }  # fmt: skip
        self.sent.append(one)
        sender = (
            {"from_number": "GOVUK"}
            if kind == "sms"
            else {"subject": "", "from_email": "svit@notify.example"}
        )
        return {
            "id": one["id"], "reference": one["reference"],
            "content": {"body": one["personalisation"]["message"], **sender},
            "uri": f"{self.url}/v2/notifications/{one['id']}",
            "template": {"id": template, "version": 1, "uri": f"{self.url}/v2/template/{template}"},
            "scheduled_for": None,
        }  # fmt: skip


def signed(headers):
    """The token is the service's, signed by the secret with HS256, and at most 30 seconds old."""
    scheme, _, token = (headers["Authorization"] or "").partition(" ")
    try:
        assert scheme == "Bearer"
        assert jwt.get_unverified_header(token) == {"typ": "JWT", "alg": "HS256"}
        decode_jwt_token(token, SECRET)
        assert decode_token(token)["iss"] == SERVICE
    except (AssertionError, TokenError, jwt.PyJWTError):
        raise ERRORS["auth"] from None


def told(one):
    """A message as Notify tells of it."""
    return {
        "id": one["id"], "reference": one["reference"], "type": one["type"], "status": one["status"],
        "email_address": one["to"] if one["type"] == "email" else None,
        "phone_number": one["to"] if one["type"] == "sms" else None,
        "template": {"id": one["template"], "version": 1, "uri": f"/v2/template/{one['template']}/version/1"},
        "body": one["personalisation"]["message"], "subject": one["personalisation"].get("subject"),
        "created_at": "2026-06-06T09:00:00.000000Z", "sent_at": None, "completed_at": None,
        "created_by_name": None, "scheduled_for": None,
    }  # fmt: skip
