"""Settings of every labsys process, read from the environment (see .env.example).

Nothing here has a default that would be unsafe in a hospital: no secret, no password, no wide
host list. `./lab up` and docker-compose.yml set what is needed.
"""

from __future__ import annotations

import base64
import json
import os
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from labsys.lib.contents_settings import contents_storage

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("LABSYS_VAR", BASE_DIR / "var"))
RUNTIME_SERVICES = ("web", "worker", "beat", "relay", "instruments")
SERVICE = os.environ.get("LABSYS_SERVICE", "")


def required(name: str, what: str) -> str:
    """Return an environment variable, or refuse to start with one clear sentence."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: it names {what}. See .env.example.")
    return value


def database(url: str, *, variable: str) -> dict[str, object]:
    """Return Django's settings for a postgresql:// URL (host may be a socket directory)."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{variable} must read postgresql://user:password@host:port/name; labsys runs on "
            "PostgreSQL alone."
        )
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", "") or unquote(parts.hostname or "")
    options: dict[str, object] = {
        "connect_timeout": 3,
        "keepalives": 1,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 5000,
        # jit: compiling a query takes longer than a page may. random_page_cost: what is asked often lies
        # in memory or on a disk without a head; with the default, millions of rows are read in a row
        # where a partial index names the few.
        "options": "-c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000 "
        "-c lock_timeout=5000 -c jit=off -c random_page_cost=1.1",
        **query,
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": query.pop("port", None) or (str(parts.port) if parts.port else ""),
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


def databases() -> dict[str, dict[str, object]]:
    """Return the runtime connection, and the owner's where this process may migrate."""
    runtime = os.environ.get("DATABASE_URL", "").strip()
    owner = os.environ.get("MIGRATE_DATABASE_URL", "").strip()
    if SERVICE in RUNTIME_SERVICES and owner:
        raise ImproperlyConfigured(
            f"The {SERVICE} service must not know MIGRATE_DATABASE_URL: it runs as the runtime "
            "role alone."
        )
    if not runtime or (not owner and SERVICE not in RUNTIME_SERVICES):
        missing = "MIGRATE_DATABASE_URL" if runtime else "DATABASE_URL"
        raise ImproperlyConfigured(
            f"{missing} is not set. labsys needs both: DATABASE_URL for the runtime role and "
            "MIGRATE_DATABASE_URL for the owner role. `./lab up` starts an embedded database when "
            "neither is given."
        )
    found = {"default": database(runtime, variable="DATABASE_URL")}
    if owner:
        found["owner"] = {
            **database(owner, variable="MIGRATE_DATABASE_URL"),
            "TEST": {"MIRROR": "default"},
        }
        found["owner"]["OPTIONS"] = {"options": "-c lock_timeout=5000"}
    if SERVICE == "web":
        # A page is short, and several are asked for at once: to start further processes for one of
        # them takes longer than they save as soon as the processors have other work.
        found["default"]["OPTIONS"]["options"] += " -c max_parallel_workers_per_gather=0"  # type: ignore[index]
        found["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 5}  # type: ignore[index]
    else:
        found["default"]["CONN_MAX_AGE"] = None
    return found


def field_keys() -> dict[str, bytes]:
    """Return the keys of sealed fields: `LABSYS_FIELD_KEYS=k2:base64,k1:base64`, newest first."""
    keys: dict[str, bytes] = {}
    for entry in required("LABSYS_FIELD_KEYS", "the keys that seal private fields").split(","):
        name, _colon, encoded = entry.strip().partition(":")
        key = base64.b64decode(encoded)
        if not name or len(key) != 32:
            raise ImproperlyConfigured(
                "LABSYS_FIELD_KEYS must read name:key with a key of 32 bytes in base64."
            )
        keys[name] = key
    return keys


def networks(name: str) -> list[str]:
    """Return the address ranges named in an environment variable, separated by commas."""
    given = [text.strip() for text in os.environ.get(name, "").split(",") if text.strip()]
    try:
        return [str(ip_network(text)) for text in given]
    except ValueError as wrong:
        raise ImproperlyConfigured(
            f"{name} must name address ranges such as 10.0.0.0/24, separated by commas: {wrong}."
        ) from wrong


def port(name: str, default: int) -> int:
    """Return the number of a TCP port; 0 means any free one."""
    text = os.environ.get(name, "").strip() or str(default)
    if not text.isdecimal() or int(text) > 65535:
        raise ImproperlyConfigured(f"{name} is {text!r}; a port is a number from 0 to 65535.")
    return int(text)


SECRET_KEY = required("LABSYS_SECRET_KEY", "the key that signs sessions")
DEBUG = False
DEMO = os.environ.get("LABSYS_DEMO") == "1"
ALLOWED_HOSTS = os.environ.get("LABSYS_ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")
CSRF_TRUSTED_ORIGINS = [
    origin for origin in os.environ.get("LABSYS_TRUSTED_ORIGINS", "").split(",") if origin
]
LABSYS_FIELD_KEYS = field_keys()
LABSYS_SINGLE_ROLE_ALLOWED = False
# What the label printers of this hospital take: sizes in millimetres, and dots per inch.
LABEL_SIZES = os.environ.get("LABEL_SIZES", "50x25 38x19 76x25").split()
LABEL_DPI = int(os.environ.get("LABEL_DPI", "203"))
HOSPITAL_NAME = os.environ.get("HOSPITAL_NAME", "Hospital laboratory")

DATABASES = databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "labsys.audit",
    "labsys.accounts",
    "labsys.work",
    "patients",
    "assays",
    "consent",
    "labsys.web.apps.WebConfig",
    "labsys.web.apps.LabAdminConfig",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "pgtrigger",
    "axes",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "labsys.web.middleware.UploadMiddleware",  # before the check of the token reads the form
    "django.middleware.csrf.CsrfViewMiddleware",
    "labsys.accounts.middleware.LoginMiddleware",
    "labsys.accounts.middleware.PrincipalMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "labsys.web.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "labsys.web.urls"
WSGI_APPLICATION = "labsys.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "labsys.web.context.site",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # form.as_div is drawn by labsys.web

# --- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "labsys.accounts.backends.PrincipalBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "labsys.accounts.passwords.PredictablePasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "labsys.accounts.lockout.locked_out"
AXES_VERBOSE = False
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # or an attacker could lock for ever
AXES_DISABLE_ACCESS_LOG = True  # LoginSession is the log
AXES_CLIENT_IP_CALLABLE = "labsys.accounts.addresses.of_request"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "old", "new", "again"]
AXES_ENABLE_ADMIN = False
TRUSTED_PROXIES = networks("LABSYS_TRUSTED_PROXIES")
SESSION_ENGINE = "labsys.accounts.session_store"
SESSION_IDLE_SECONDS = 15 * 60
SESSION_ABSOLUTE_SECONDS = 12 * 3600
SESSION_PARALLEL_LIMIT = 3

# --- the browser
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
HTTPS = os.environ.get("LABSYS_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = False  # the proxy that ends TLS redirects
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "labsys.web.refusals.csrf_failed"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

# --- languages, time, files
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
FORMAT_MODULE_PATH = ["labsys.formats"]
LOCALE_PATHS = [BASE_DIR / "labsys" / "locale"]
USE_TZ = True
TIME_ZONE = os.environ.get("HOSPITAL_TIME_ZONE", "UTC")
STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("LABSYS_STATIC", VAR_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "contents": contents_storage(os.environ, VAR_DIR / "contents"),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- cache: this process's memory only; web processes never talk to Redis
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- the API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "labsys.accounts.authentication.AccessKeyAuthentication",
        "labsys.accounts.authentication.PersonAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["labsys.accounts.permissions.DeclaredPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["labsys.lib.strict_json.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "labsys.lib.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "labsys",
    "DESCRIPTION": "Results in, clearances out: the interface for instruments and other systems.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": ["labsys.accounts.permissions.DeclaredPermission"],
}

# --- the queue: only the relay (and beat) ring; see labsys/celery.py
REDIS_URL = os.environ.get("REDIS_URL", "")
# How long a worker that died keeps its item to itself.
LABSYS_LEASE_SECONDS = int(os.environ.get("LABSYS_LEASE_SECONDS", "60"))
# What one part of an analysis may take, in a process apart from the worker; a worker's task ends
# after 50 seconds, and does other things within them.
LABSYS_CONFINED = True
LABSYS_ANALYSIS_MEMORY_MIB = int(os.environ.get("LABSYS_ANALYSIS_MEMORY_MIB", "1024"))
LABSYS_ANALYSIS_SECONDS = min(float(os.environ.get("LABSYS_ANALYSIS_SECONDS", "30")), 40.0)

# --- instruments: where `serve_instruments` listens; port 0 takes any that is free
LABSYS_INSTRUMENTS_BIND = os.environ.get("LABSYS_INSTRUMENTS_BIND", "127.0.0.1")
LABSYS_ASTM_PORT = port("LABSYS_ASTM_PORT", 15200)
LABSYS_MLLP_PORT = port("LABSYS_MLLP_PORT", 12575)
LABSYS_INSTRUMENTS_CONNECTIONS = int(os.environ.get("LABSYS_INSTRUMENTS_CONNECTIONS", "2000"))
LABSYS_INSTRUMENTS_PER_ADDRESS = int(os.environ.get("LABSYS_INSTRUMENTS_PER_ADDRESS", "1200"))
# This machine's certificate and its key, and the certificates it trusts, of encrypted lines (PEM).
LABSYS_TLS_CERTIFICATE = os.environ.get("LABSYS_TLS_CERTIFICATE", "")
LABSYS_TLS_KEY = os.environ.get("LABSYS_TLS_KEY", "")
LABSYS_TLS_AUTHORITIES = os.environ.get("LABSYS_TLS_AUTHORITIES", "")
# The folder below which instruments leave their files; without it none is watched.
LABSYS_FOLDERS = os.environ.get("LABSYS_FOLDERS", "")
LABSYS_DUPLICATE_CHANCES = json.loads(os.environ.get("LABSYS_DUPLICATE_CHANCES") or "{}")

# --- telling others: e-mail, and the hosts that webhooks may be posted to (host or host:port)
LABSYS_WEBHOOK_HOSTS = frozenset(
    host.strip().lower()
    for host in os.environ.get("LABSYS_WEBHOOK_HOSTS", "").split(",")
    if host.strip()
)
EMAIL_HOST = os.environ.get("LABSYS_SMTP_HOST", "")
EMAIL_PORT = port("LABSYS_SMTP_PORT", 587)
EMAIL_HOST_USER = os.environ.get("LABSYS_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("LABSYS_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("LABSYS_SMTP_TLS", "1") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("LABSYS_MAIL_FROM", "labsys@localhost")
# The demo writes its messages to the log; elsewhere one that cannot be sent is parked and seen.
EMAIL_BACKEND = "django.core.mail.backends.{}.EmailBackend".format(
    "console" if DEMO and not EMAIL_HOST else "smtp"
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "labsys.lib.logs.Formatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(process)d %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LABSYS_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.security": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "axes": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

# --- instruments
# Recorded sessions of real instruments, for `manage.py play_recordings` and the second demo; they are
# no part of labsys, and nothing needs them.
LABSYS_CORPUS = Path(
    os.environ.get("LABSYS_CORPUS", BASE_DIR.parent / "shared" / "corpus" / "protocols")
)
