"""SVIT's settings, all of them from the environment. docs/settings.md lists what may be set.

With neither DATABASE_URL nor CELERY_BROKER_URL the application runs embedded: one machine, SQLite, a
broker in a folder, mail in files. With either of them it runs in full mode, where a missing or unsafe
value refuses to start.
"""

import re
from datetime import timedelta
from pathlib import Path
from wsgiref.headers import Headers

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from svit import environment

BASE_DIR = Path(__file__).resolve().parent.parent

# A key that is taking over from an old one: what the old one signed and encrypted is still read.
SECRET_KEY_FALLBACKS = [key] if (key := environment.read("SVIT_SECRET_KEY_OLD")) else []

EMBEDDED = not (environment.read("DATABASE_URL") or environment.read("CELERY_BROKER_URL"))

# Templates and static files straight from the tree, and Django's error pages: for a developer, never for a
# partnership.
DEBUG = environment.flag("SVIT_DEBUG")
if DEBUG and not EMBEDDED:
    raise ImproperlyConfigured(
        "SVIT_DEBUG shows the program's inside to whoever asks: it is for embedded mode alone."
    )

if EMBEDDED:
    DATA = Path(environment.read("SVIT_DATA", str(BASE_DIR / "var"))).resolve()
    DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    SECRET_KEY = environment.read("SVIT_SECRET_KEY") or environment.kept_secret_key(DATA)
    ALLOWED_HOSTS = environment.hosts(
        environment.read("SVIT_HOSTS", "localhost,127.0.0.1,[::1]"), strict=False
    )
    BASE_URL = environment.base_url(
        environment.read("SVIT_BASE_URL", "http://localhost:8000"), names=ALLOWED_HOSTS, strict=False
    )
else:
    DATA = Path(environment.require("SVIT_DATA", "Stored files need a folder that web and worker share."))
    if not DATA.is_absolute():
        raise ImproperlyConfigured("SVIT_DATA must be a full path, because web and worker share it.")
    SECRET_KEY = environment.secret_key(
        environment.require("SVIT_SECRET_KEY", "It signs sessions and links.")
    )
    ALLOWED_HOSTS = environment.hosts(
        environment.require("SVIT_HOSTS", "It lists the host names that people use, separated by commas."),
        strict=True,
    )
    BASE_URL = environment.base_url(
        environment.require("SVIT_BASE_URL", "Messages link to it."), names=ALLOWED_HOSTS, strict=True
    )

HTTPS = BASE_URL.startswith("https://")

# How many proxies of ours stand in front, each of which must set X-Forwarded-For and X-Forwarded-Proto
# itself. Without this the headers are not believed, because anybody can send them.
PROXIES = environment.whole("SVIT_PROXY", 0)


# --- The program ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "svit",
    "partners",
    "reminders",
    "incidents",
    "checklists",
    "response",
    "comms",
    "reports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",  # runserver serves static files as gunicorn does
    "svit.staticfiles.StaticFiles",
    "guardian",
    "simple_history",
    "django_htmx",
    "django_guid",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

# Django's administration, to look at the set-up from the host's side. Off, there is no address and no table of it.
ADMIN = environment.flag("SVIT_ADMIN")
if ADMIN:
    INSTALLED_APPS.append("svit.administration.Administration")

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "svit.metrics.Measured",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # These two stand outside the rest, so that a refusal, an error page and a redirect carry the headers as
    # well.
    "svit.middleware.NoStore",
    "csp.middleware.CSPMiddleware",
    "svit.middleware.Utf8",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "partners.sessions.Idle",
    "partners.middleware.ActorMiddleware",
    "incidents.middleware.AskReason",
    "incidents.middleware.NothingUnrecorded",
]

ROOT_URLCONF = "svit.urls"
WSGI_APPLICATION = "svit.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                # Templates receive booleans and never ask `perms`; the administration alone needs the user
                # put in.
                "django.contrib.messages.context_processors.messages",
                "reports.context.page",
                *(["django.contrib.auth.context_processors.auth"] if ADMIN else []),
            ],
        },
    },
]
FORM_RENDERER = "svit.renderer.Renderer"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True


# --- The engines ----------------------------------------------------------------------------------

if EMBEDDED:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(DATA / "svit.sqlite3"),
            "OPTIONS": {
                # A transaction takes the write lock when it begins: four processes met no lock error so,
                # and thousands otherwise.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }
    CELERY_BROKER_URL = "filesystem://localhost"  # the name means nothing, and its absence is warned of
    CELERY_BROKER_TRANSPORT = "svit.broker:Transport"
    BROKER_FOLDER = DATA / "broker"
    for folder in ("messages", "control"):
        (BROKER_FOLDER / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_FOLDER / "messages"),
        "data_folder_out": str(BROKER_FOLDER / "messages"),
        "control_folder": str(BROKER_FOLDER / "control"),
    }
    mail = environment.mail(environment.read("EMAIL_URL", "file:///"), strict=False)
    mail["EMAIL_FILE_PATH"] = str(DATA / "mail")
else:
    DATABASES = {
        "default": environment.database(
            environment.require("DATABASE_URL", "Full mode (CELERY_BROKER_URL is set) needs PostgreSQL.")
        )
    }
    CELERY_BROKER_URL, REDIS_URL = environment.broker(
        environment.require("CELERY_BROKER_URL", "Full mode (DATABASE_URL is set) needs Redis.")
    )
    # Redis out of reach costs a page a moment, not its life: what must be said is a row, and the next sweep
    # finds it.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 10}
    mail = environment.mail(environment.require("EMAIL_URL", "Reminders go out by e-mail."), strict=True)

# Guesses at sign-in are counted, and codes that were used are remembered, in the database: one count for all web
# processes, that no full memory and no lost broker forgets. Rarely written, and large enough that nobody can push
# a count out of it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "svit_counts",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

EMAIL_BACKEND = mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = mail["EMAIL_FILE_PATH"]
EMAIL_HOST = mail["EMAIL_HOST"]
EMAIL_PORT = mail["EMAIL_PORT"]
EMAIL_HOST_USER = mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = mail["EMAIL_TIMEOUT"]
DEFAULT_FROM_EMAIL = environment.read("SVIT_FROM", "svit@localhost" if EMBEDDED else "")
if not DEFAULT_FROM_EMAIL:
    raise ImproperlyConfigured("SVIT_FROM is not set. Messages need an address to come from.")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Reminders by GOV.UK Notify: e-mail in place of the mail server where there is a template for it, texts where there
# is one for them. Unset, its client is not even imported.
NOTIFY_KEY = environment.notify_key(environment.read("SVIT_NOTIFY_KEY"))
NOTIFY_EMAIL_TEMPLATE = environment.notify_template("SVIT_NOTIFY_EMAIL_TEMPLATE", NOTIFY_KEY)
NOTIFY_SMS_TEMPLATE = environment.notify_template("SVIT_NOTIFY_SMS_TEMPLATE", NOTIFY_KEY)
NOTIFY_URL = environment.notify_url(environment.read("SVIT_NOTIFY_URL"))

# Celery only wakes; what is due, and what was done, is in the database. So nothing is kept of a task, and a
# wake-up that was not heard in its minute is dropped.
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "reminders.sweep", "schedule": timedelta(seconds=60), "options": {"expires": 60}},
    "deliver": {"task": "reminders.deliver", "schedule": timedelta(seconds=15), "options": {"expires": 15}},
    "follow up": {
        "task": "reminders.follow_up",
        "schedule": timedelta(minutes=3),
        "options": {"expires": 180},
    },
    "letters": {
        "task": "partners.send_letters",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "end lapsed": {
        "task": "checklists.end_lapsed",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "seal": {
        "task": "incidents.seal_access_record",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "dispose": {"task": "reports.dispose", "schedule": timedelta(seconds=60), "options": {"expires": 60}},
    "gather": {"task": "reports.gather", "schedule": timedelta(seconds=60), "options": {"expires": 60}},
    "render": {"task": "reports.render_packs", "schedule": timedelta(seconds=20), "options": {"expires": 20}},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA / "beat-schedule")


# --- Who comes in ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "partners.User"
AUTHENTICATION_BACKENDS = ["partners.backend.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "partners.passwords.OwnName"},
    {"NAME": "partners.passwords.Length", "OPTIONS": {"min_length": 12}},
    {"NAME": "partners.passwords.Common"},
    {"NAME": "partners.passwords.OfTheService"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds that a link for a new password works
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# E-mail and password, and nobody signs up: the adapter says so, and an administrator invites.
ACCOUNT_ADAPTER = "partners.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever owns the account is told of a new password or second factor
# A guess is a wrong password or a wrong code; for an account, and for the address that it comes from.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/ip,10/5m/key", "break_glass": "10/1h/user"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
ACCOUNT_FORMS = {"reauthenticate": "partners.forms.account.AgainForm"}

# The second factor: an authenticator app, passkeys, and codes on paper for when both are lost.
MFA_ADAPTER = "partners.adapter.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "SVIT"
MFA_TOTP_TOLERANCE = 1  # a code may be half a minute old
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # whoever signs in came by an invitation to the address
MFA_FORMS = {
    "authenticate": "partners.forms.second_factor.CodeForm",
    "reauthenticate": "partners.forms.second_factor.CodeAgainForm",
    "activate_totp": "partners.forms.second_factor.AppForm",
    "add_webauthn": "partners.forms.second_factor.PasskeyForm",
    "edit_webauthn": "partners.forms.second_factor.RenamePasskeyForm",
}
# Outside a copy for trying out, a role that opens incidents takes two factors.
SECOND_FACTOR_COMPULSORY = not EMBEDDED

# Nobody comes in by an address that another service vouches for: an invitation says whose account it is.
SOCIALACCOUNT_ADAPTER = "partners.adapter.SingleSignOn"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10

# guardian keeps which agency's group may see which incident, and the door asks it directly. No person holds
# a grant of their own, nobody is anonymous, and `user.has_perm` is asked nowhere: so no backend, and
# nothing is patched.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # its backend is left out on purpose, see above

SESSION_COOKIE_AGE = 12 * 60 * 60  # at most; partners.sessions ends it sooner
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [BASE_URL]
if HTTPS:
    # The prefix binds the cookie to this very host and to TLS: no neighbour under the same domain can set
    # it.
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
MESSAGE_STORAGE = "svit.messages.Cookie"


# --- What an answer carries -----------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
# Not `no-referrer`: with it a browser sends `Origin: null` with our own forms, and Django's CSRF check then
# refuses them. Nothing goes to another site either way.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from within, without TLS
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# A form of ours is text: the largest is a plan or a set of minutes. A page of ticks has a few hundred
# fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# A scanner for uploaded files: host:port, or the path of its socket. Empty: no file is scanned, and says
# so.
CLAMAV = environment.read("SVIT_CLAMAV")


# --- Files ----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = environment.read("SVIT_STATIC", str(DATA / "static"))
# Ours, and what script/styles builds from the packages of GOV.UK and MOJ.
STATICFILES_DIRS = [
    folder for folder in (BASE_DIR / "static", BASE_DIR / "build" / "static") if folder.is_dir()
]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG


def is_hashed(path: str, url: str) -> bool:
    """Whether a static file carries its hash in its name, and so may be kept for ever."""
    return re.search(r"\.[0-9a-f]{12}\.\w+$", url) is not None


WHITENOISE_IMMUTABLE_FILE_TEST = is_hashed


def guard_static(headers: Headers, path: str, url: str) -> None:
    """A style or a script opened by itself is a page that may do nothing, and no other site may load it."""
    headers["Content-Security-Policy"] = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


WHITENOISE_ADD_HEADERS_FUNCTION = guard_static
WHITENOISE_ALLOW_ALL_ORIGINS = False

STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.InMemoryStorage"
    },  # nothing is stored without a named place
    "stored_files": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA / "files")},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "svit.staticfiles.HashedStorage"
    },
}


# --- What is written down of the running ----------------------------------------------------------

# An identifier for each request: of a proxy that brings one, else a new one.
DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "RETURN_HEADER": True,
    "EXPOSE_HEADER": False,
    "INTEGRATIONS": [],
}
# Whoever brings this may read /metrics; empty, nobody may.
METRICS_TOKEN = environment.read("SVIT_METRICS_TOKEN")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("SVIT_METRICS_TOKEN is too short: 20 characters or more.")
LOG_FORMAT = environment.read("SVIT_LOG_FORMAT", "line" if EMBEDDED else "json")
if LOG_FORMAT not in ("line", "json"):
    raise ImproperlyConfigured("SVIT_LOG_FORMAT is neither line nor json.")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "django_guid.log_filters.CorrelationId"}},
    "formatters": {
        "line": {"()": "svit.logs.Line", "with_values": DEBUG},
        "json": {"()": "svit.logs.Json", "with_values": DEBUG},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["request"]}
    },
    "root": {"handlers": ["stderr"], "level": environment.read("SVIT_LOG_LEVEL", "INFO").upper()},
    "loggers": {
        # Django's own handlers (a console in debug, a mail with the whole request to administrators) are
        # replaced.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True, "level": "INFO"},
        # A line for each wake-up, every 15 seconds, says nothing.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        # A line for each answer is for who collects them; on one machine it is noise.
        "svit.requests": {"level": "WARNING" if EMBEDDED else "INFO"},
        "django_guid": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},  # it names each passkey
        "fontTools": {"level": "WARNING"},
        "notifications_python_client": {"level": "CRITICAL"},  # it repeats what Notify said of an address
        "urllib3": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
