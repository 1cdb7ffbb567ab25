"""Text in another character set than UTF-8 is refused before anybody reads it."""

import logging
import runpy
import sys
from pathlib import Path

import pytest
from django.test import Client
from gunicorn.config import Config

from svit.logs import Line

FORM = b"login=police%40northmere.example&password=x"


def send(charset, method="POST", kind="application/x-www-form-urlencoded", path="/account/login/"):
    client = Client(raise_request_exception=False)
    return client.generic(method, path, FORM, content_type=f"{kind}; charset={charset}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "charset",
    ["utf-16", "UTF-16LE", "latin-1", "utf-7", "undefined", "base64", "idna", "x-none", "é", "x" * 900],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_another_charset_gets_a_plain_page_with_our_headers(charset, method):
    answer = send(charset, method)
    assert answer.status_code == 400
    assert "could not be understood" in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_a_form_with_files_in_another_charset_is_refused_too():
    assert send("utf-16", kind="multipart/form-data; boundary=x").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", '"utf-8"'])
def test_utf_8_by_any_of_its_names_is_read(charset):
    answer = send(charset)
    assert answer.status_code == 200
    assert "do not match" in answer.content.decode()


def test_the_web_server_writes_its_errors_as_we_do(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    conf = runpy.run_path(str(Path(__file__).resolve().parents[2] / "gunicorn.conf.py"))
    config = Config()
    for name in ("errorlog", "loglevel", "accesslog"):
        config.set(name, conf[name])
    own = logging.getLogger("gunicorn.error")
    before, after = list(own.handlers), conf["logger_class"](config)
    try:
        [handler] = [one for one in after.error_log.handlers if one not in before]
        assert isinstance(handler.formatter, Line)
        try:
            raise ValueError("police@northmere.example")
        except ValueError:
            record = own.makeRecord("gunicorn.error", 40, "", 0, "Error handling request", (), sys.exc_info())
        line = handler.format(record)
        assert "ValueError" in line
        assert "northmere" not in line
        assert "\n" not in line
    finally:
        own.handlers[:] = before
