"""What the settings ask of the environment, and the words with which they refuse it."""

import os
import re
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured


def read(name: str, default: str = "") -> str:
    """The value of `name`, or of the file that `name`_FILE points at, as Docker hands over secrets."""
    file = os.environ.get(f"{name}_FILE", "")
    value = os.environ.get(name, "").strip()
    if file and value:
        raise ImproperlyConfigured(f"Both {name} and {name}_FILE are set: set one.")
    if not file:
        return value or default
    try:
        value = Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}.") from error
    return value or default


def require(name: str, why: str) -> str:
    """The value of `name`, without which full mode does not start."""
    value = read(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {why}")
    return value


def flag(name: str) -> bool:
    """Whether `name` says yes. Anything that says neither yes nor no is refused."""
    value = read(name, "no").lower()
    if value in {"1", "yes", "true", "on"}:
        return True
    if value in {"0", "no", "false", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no.")


def whole(name: str, default: int) -> int:
    """A whole number, zero or more."""
    value = read(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number.")
    return int(value)


def is_loopback(host: str | None) -> bool:
    """Whether only this machine can reach `host`."""
    if not host:
        return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def secret_key(value: str) -> str:
    """A key that is long and was not typed by hand: it signs sessions and password links."""
    if len(value) < 50 or len(set(value)) < 10 or value.startswith("django-insecure-"):
        raise ImproperlyConfigured(
            "SVIT_SECRET_KEY is too short or too plain: give 50 random characters or more, "
            'for example python3 -c "import secrets; print(secrets.token_urlsafe(50))".'
        )
    return value


def kept_secret_key(folder: Path) -> str:
    """Embedded mode's key, made on first use and readable by its owner alone.

    Web and worker may start at the same moment: the key is written whole under a name of its own and then
    linked into place, so that both read the same one.
    """
    import secrets

    path = folder / "secret_key"
    if not path.exists():
        draft = folder / f".secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(60), encoding="utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # the other process was first
        finally:
            draft.unlink()
    return secret_key(path.read_text(encoding="utf-8").strip())


def hosts(value: str, *, strict: bool) -> list[str]:
    """The host names that may be asked for, separated by commas. Full mode takes no wildcard."""
    names = [name.strip() for name in value.split(",") if name.strip()]
    if strict and any("*" in name or name.startswith(".") for name in names):
        raise ImproperlyConfigured("SVIT_HOSTS holds a wildcard: name each host, separated by commas.")
    return names


def base_url(value: str, *, names: list[str], strict: bool) -> str:
    """The address that people open and that messages link to, without a slash at the end."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ImproperlyConfigured("SVIT_BASE_URL must be an address such as https://svit.example.org.")
    if strict and parts.scheme != "https" and not is_loopback(parts.hostname):
        raise ImproperlyConfigured("SVIT_BASE_URL must begin with https, except for this machine itself.")
    if strict and parts.hostname not in names:
        raise ImproperlyConfigured(f"SVIT_BASE_URL names {parts.hostname}, which SVIT_HOSTS does not list.")
    return value.rstrip("/")


def database(url: str) -> dict:
    """Full mode's database: PostgreSQL, with connections that are kept and tested before use."""
    import dj_database_url

    if urlsplit(url).scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database (postgres://…).")
    settings = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    if not settings["NAME"]:
        raise ImproperlyConfigured("DATABASE_URL names no database.")
    # Questions here read few rows under many conditions: compiling them (jit) took longer than answering them.
    settings["OPTIONS"] = {"connect_timeout": 5, "options": "-c jit=off", **settings.get("OPTIONS", {})}
    return settings


def broker(url: str) -> tuple[str, str]:
    """Full mode's Redis, as Celery writes its address and as its client does."""
    parts = urlsplit(url)
    if parts.scheme == "redis+socket":
        from urllib.parse import parse_qs

        number = parse_qs(parts.query).get("virtual_host", ["0"])[0]
        return url, f"unix://{parts.path}?db={number}"
    if parts.scheme in {"redis", "rediss"} and parts.hostname:
        return url, url
    raise ImproperlyConfigured(
        "CELERY_BROKER_URL must name a Redis (redis://, rediss:// or redis+socket://)."
    )


def mail(url: str, *, strict: bool) -> dict:
    """Django's EMAIL_ settings from one address. Full mode takes a mail server and nothing else."""
    import dj_email_url

    parts = urlsplit(url)
    if parts.scheme not in dj_email_url.SCHEMES:
        raise ImproperlyConfigured(
            "EMAIL_URL must be an address such as submission://user:password@mail.example.org."
        )
    settings = dj_email_url.parse(url)
    if strict and (parts.scheme not in {"smtp", "submission", "submit"} or not settings["EMAIL_HOST"]):
        raise ImproperlyConfigured("EMAIL_URL must name a mail server (submission:// or smtp://).")
    settings["EMAIL_TIMEOUT"] = settings["EMAIL_TIMEOUT"] or 20
    return settings


NOTIFY_KEY = re.compile(r"[\w .&'()-]*-?(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}-?){2}", re.IGNORECASE)


def notify_key(value: str) -> str:
    """A key of GOV.UK Notify: its name, the service and the secret, each a UUID. It is never repeated."""
    if value and not NOTIFY_KEY.fullmatch(value):
        raise ImproperlyConfigured(
            "SVIT_NOTIFY_KEY is no key of GOV.UK Notify: give it as Notify shows it once."
        )
    return value


def notify_template(name: str, key: str) -> str:
    """The number of a template at GOV.UK Notify; unset, that channel is off."""
    value = read(name)
    if not value:
        return ""
    try:
        template = str(UUID(value))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be the ID of a template, as Notify shows it.") from error
    if not key:
        raise ImproperlyConfigured(f"{name} is set and SVIT_NOTIFY_KEY is not: set both, or neither.")
    return template


def notify_url(value: str) -> str:
    """Where GOV.UK Notify is asked, where that is not its own address: by TLS, but for this machine itself."""
    parts = urlsplit(value)
    if value and not (
        parts.hostname
        and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)))
    ):
        raise ImproperlyConfigured("SVIT_NOTIFY_URL must begin with https.")
    return value.rstrip("/")
