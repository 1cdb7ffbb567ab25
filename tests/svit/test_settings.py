"""Full mode starts with everything or not at all; embedded mode starts with nothing."""

import json
import os
import stat
import subprocess
import sys

import pytest

FULL = {
    "DATABASE_URL": "postgres://svit:secret@db.example.org/svit",
    "CELERY_BROKER_URL": "redis://redis.example.org:6379/0",
    "SVIT_SECRET_KEY": "tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKL",
    "SVIT_HOSTS": "svit.example.org",
    "SVIT_BASE_URL": "https://svit.example.org",
    "SVIT_FROM": "svit@example.org",
    "EMAIL_URL": "submission://mail.example.org",
    "SVIT_DATA": "/srv/svit",
}

READ = """
import json, sys
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
try:
    settings.DEBUG
except ImproperlyConfigured as refusal:
    sys.exit(f"refused: {refusal}")
found = {}
for name in sys.argv[1:]:
    found[name] = getattr(settings, name, None)
print(json.dumps(found, default=str))
"""


def read(environment, *names):
    """What the settings say in a process of its own; or its refusal."""
    done = subprocess.run(
        [sys.executable, "-c", READ, *names],
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "svit.settings"} | environment,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout) if not done.returncode else done.stderr.strip()


def test_embedded_mode_needs_nothing_and_keeps_its_data_in_one_folder(tmp_path):
    found = read(
        {"SVIT_DATA": str(tmp_path / "data")},
        *("EMBEDDED", "DEBUG", "DATABASES", "CELERY_BROKER_URL", "EMAIL_FILE_PATH", "STORAGES", "BASE_URL"),
        "CELERY_BROKER_TRANSPORT",
    )
    assert found["EMBEDDED"] is True
    assert found["DEBUG"] is False
    assert found["CELERY_BROKER_URL"] == "filesystem://localhost"
    assert found["CELERY_BROKER_TRANSPORT"] == "svit.broker:Transport"
    assert found["DATABASES"]["default"]["NAME"] == f"{tmp_path}/data/svit.sqlite3"
    assert found["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["EMAIL_FILE_PATH"] == f"{tmp_path}/data/mail"
    assert found["STORAGES"]["stored_files"]["OPTIONS"]["location"] == f"{tmp_path}/data/files"
    assert found["BASE_URL"] == "http://localhost:8000"


def test_the_embedded_secret_key_is_made_once_and_is_its_owners_alone(tmp_path):
    first, second = (read({"SVIT_DATA": str(tmp_path)}, "SECRET_KEY") for _ in range(2))
    assert first == second
    assert len(first["SECRET_KEY"]) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_the_secret_key(tmp_path):
    script = "import pathlib, sys, svit.environment as e; print(e.kept_secret_key(pathlib.Path(sys.argv[1])))"
    started = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert len({process.communicate()[0] for process in started}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_full_mode_starts_with_all_it_asks_for():
    found = read(
        FULL,
        "EMBEDDED",
        "SESSION_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_PROXY_SSL_HEADER",
        "REDIS_URL",
    )
    assert found == {
        "EMBEDDED": False,
        "SESSION_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_PROXY_SSL_HEADER": None,  # a header that anybody can send is believed only behind our proxy
        "REDIS_URL": "redis://redis.example.org:6379/0",
    }


def test_a_proxy_of_ours_is_believed():
    assert read(FULL | {"SVIT_PROXY": "1"}, "SECURE_PROXY_SSL_HEADER", "ALLAUTH_TRUSTED_PROXY_COUNT") == {
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
    }


@pytest.mark.parametrize("name", FULL)
def test_full_mode_refuses_to_start_without(name):
    refusal = read({key: value for key, value in FULL.items() if key != name})
    assert refusal.startswith(f"refused: {name} is not set.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:////srv/svit.sqlite3"),
        ("DATABASE_URL", "mysql://svit@db.example.org/svit"),
        ("DATABASE_URL", "postgres://db.example.org"),
        ("CELERY_BROKER_URL", "filesystem://"),
        ("CELERY_BROKER_URL", "memory://"),
        ("SVIT_SECRET_KEY", "short"),
        ("SVIT_SECRET_KEY", "a" * 60),
        ("SVIT_SECRET_KEY", "django-insecure-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKL"),
        ("SVIT_HOSTS", "*"),
        ("SVIT_HOSTS", "svit.example.org,*.example.org"),
        ("SVIT_HOSTS", ".example.org"),
        ("SVIT_BASE_URL", "http://svit.example.org"),
        ("SVIT_BASE_URL", "svit.example.org"),
        ("SVIT_BASE_URL", "https://other.example.org"),
        ("SVIT_BASE_URL", "https://svit.example.org/below"),
        ("SVIT_DATA", "var"),
        ("EMAIL_URL", "console://"),
        ("EMAIL_URL", "mail.example.org"),
        ("SVIT_PROXY", "yes"),
        ("SVIT_DEBUG", "yes"),
    ],
)
def test_full_mode_refuses_an_unsafe(name, value):
    refusal = read(FULL | {name: value})
    assert refusal.startswith("refused: ")
    assert name in refusal


def test_a_refusal_does_not_repeat_the_secret():
    assert "hunter2" not in read(FULL | {"SVIT_SECRET_KEY": "hunter2"})


def test_plain_http_is_for_this_machine_alone():
    found = read(
        FULL | {"SVIT_HOSTS": "localhost", "SVIT_BASE_URL": "http://localhost:8000"}, "SESSION_COOKIE_SECURE"
    )
    assert found == {"SESSION_COOKIE_SECURE": False}


def test_a_value_may_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text(FULL["SVIT_SECRET_KEY"] + "\n")
    without = {key: value for key, value in FULL.items() if key != "SVIT_SECRET_KEY"}
    found = read(without | {"SVIT_SECRET_KEY_FILE": str(tmp_path / "key")}, "SECRET_KEY")
    assert found == {"SECRET_KEY": FULL["SVIT_SECRET_KEY"]}
    assert read(FULL | {"SVIT_SECRET_KEY_FILE": str(tmp_path / "key")}).startswith(
        "refused: Both SVIT_SECRET_KEY and"
    )
    assert "SVIT_SECRET_KEY_FILE cannot be read" in read(
        without | {"SVIT_SECRET_KEY_FILE": str(tmp_path / "none")}
    )


def test_the_lists_of_packages_name_no_address():
    from django.conf import settings

    for lock in (settings.BASE_DIR / "requirements").glob("*.txt"):
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "--index" not in text
        assert "--extra-index" not in text
        assert "--find-links" not in text


NOTIFY_KEY = "reminders-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
NOTIFY = ("NOTIFY_KEY", "NOTIFY_EMAIL_TEMPLATE", "NOTIFY_SMS_TEMPLATE", "NOTIFY_URL")


def test_unset_nothing_goes_by_notify(tmp_path):
    assert set(read({"SVIT_DATA": str(tmp_path)}, *NOTIFY).values()) == {""}


def test_a_template_switches_a_channel_to_notify(tmp_path):
    given = {"SVIT_NOTIFY_KEY": NOTIFY_KEY, "SVIT_NOTIFY_SMS_TEMPLATE": TEMPLATE.upper()}
    found = read({"SVIT_DATA": str(tmp_path)} | given, *NOTIFY)
    assert [found[name] for name in NOTIFY] == [NOTIFY_KEY, "", TEMPLATE, ""]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"SVIT_NOTIFY_SMS_TEMPLATE": TEMPLATE}, "SVIT_NOTIFY_KEY"),
        ({"SVIT_NOTIFY_KEY": NOTIFY_KEY, "SVIT_NOTIFY_EMAIL_TEMPLATE": "mine"}, "SVIT_NOTIFY_EMAIL_TEMPLATE"),
        ({"SVIT_NOTIFY_KEY": NOTIFY_KEY[:-3]}, "SVIT_NOTIFY_KEY"),
        ({"SVIT_NOTIFY_URL": "http://notify.example.org"}, "SVIT_NOTIFY_URL"),
    ],
)
def test_what_notify_cannot_be_asked_with_is_refused_and_the_key_not_repeated(tmp_path, given, name):
    refusal = read({"SVIT_DATA": str(tmp_path)} | given, *NOTIFY)
    assert refusal.startswith("refused: ")
    assert name in refusal
    assert NOTIFY_KEY[-36:-3] not in refusal
