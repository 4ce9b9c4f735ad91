"""The site, DialNexa, the database, Redis, background work and scans."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

from dashboard.logs import logging_config
from dashboard.settings.environment import BASE_DIR as BASE_DIR
from dashboard.settings.environment import env, setting, valid

# --- The site itself
DEBUG = setting(env.bool, "DEBUG", "Set it to true or false.", default=False)
SECRET_KEY = setting(
    env.str,
    "SECRET_KEY",
    "Set it to 32 random characters or more, such as: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'.",
    **({"default": "only-for-debugging-" + "x" * 40} if DEBUG else {}),
    validate=valid.Length(min=32),
)
ALLOWED_HOSTS = setting(
    env.list,
    "ALLOWED_HOSTS",
    "Set it to the host names people open Leadline by, separated by commas.",
    default=["localhost", "127.0.0.1", "[::1]"],
)
CSRF_TRUSTED_ORIGINS = setting(
    env.list,
    "CSRF_TRUSTED_ORIGINS",
    "Set it to origins such as https://leadline.example.org, separated by commas.",
    default=[],
)
# HTTPS=false is for a trial on this machine only; manage.py check --deploy refuses it.
HTTPS = setting(env.bool, "HTTPS", "Set it to true or false.", default=not DEBUG)
BEHIND_PROXY = setting(env.bool, "BEHIND_PROXY", "Set it to true or false.", default=False)
TIME_ZONE = setting(
    env.str,
    "TIME_ZONE",
    "Set it to a zone name such as Asia/Kolkata.",
    default="UTC",
    validate=valid.OneOf(available_timezones()),
)
LOG_LEVEL = setting(
    env.str,
    "LOG_LEVEL",
    "Set it to DEBUG, INFO, WARNING or ERROR.",
    default="INFO",
    validate=valid.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]),
)

# --- DialNexa
DIALNEXA_BASE_URL = setting(
    env.str,
    "DIALNEXA_BASE_URL",
    "Set it to the origin of the API, for instance https://api.dialnexa.com.",
    default="https://api.dialnexa.com",
    validate=valid.Regexp(r"https?://[^/?#\s@]+/?\Z"),
).rstrip("/")
DIALNEXA_API_KEY = setting(
    env.str,
    "DIALNEXA_API_KEY",
    "Set it to the whole key, key_id:secret, or DIALNEXA_API_KEY_FILE to a file that holds it.",
    default="",
    validate=valid.Regexp(r"[\x21-\x7e]*\Z"),
)
# Minutes a wait may pass its planned release before it counts as overdue: upstream releases on a tick of its own.
STUCK_GRACE_MINUTES = setting(env.int, "STUCK_GRACE_MINUTES", "Set it to whole minutes.", default=15)
# Minutes a step that is neither a call nor a wait may stay open before the lead counts as stuck.
STUCK_STEP_MINUTES = setting(env.int, "STUCK_STEP_MINUTES", "Set it to whole minutes.", default=60)

METRICS_TOKEN = setting(env.str, "METRICS_TOKEN", "Set it to a long random text.", default="")

# Threads of this web process, which gunicorn.conf.py reads too: dashboard/admission.py shares them out.
WEB_THREADS = setting(env.int, "WEB_THREADS", "Set it to 8 or more.", default=64, validate=valid.Range(min=8))

# --- Redis, where there is one: what processes share
REDIS_URL = setting(
    env.str,
    "REDIS_URL",
    "Set it to something like redis://redis:6379/0.",
    default="",
    validate=valid.Regexp(r"(rediss?://\S+)?\Z"),
)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "leadline",
        "OPTIONS": {"serializer": "dashboard.cache.JsonSerializer"},
    }
    if REDIS_URL
    # A table: counts of failed sign-ins hold for all processes. A migration makes it.
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "dashboard_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # with few, whoever tries many names would push out the counts
    }
}

# --- Background work: rows of the database that manage.py worker takes, or Celery over Redis
TASK_BACKEND = setting(
    env.str,
    "TASK_BACKEND",
    "Set it to database or celery.",
    default="database",
    validate=valid.OneOf(["database", "celery"]),
)
if TASK_BACKEND == "celery" and not REDIS_URL:
    raise ImproperlyConfigured("TASK_BACKEND is celery, which needs REDIS_URL. .env.example explains every setting.")

# Seconds between two looks of an open timeline: while a call is under way, and while the lead waits.
LIVE_FAST_SECONDS = setting(
    env.int, "LIVE_FAST_SECONDS", "Set it to whole seconds.", default=10, validate=valid.Range(min=1)
)
LIVE_SLOW_SECONDS = setting(
    env.int, "LIVE_SLOW_SECONDS", "Set it to whole seconds.", default=60, validate=valid.Range(min=1)
)

# --- Scans: the background reading of many histories
_some, _any = valid.Range(min=1), valid.Range(min=0)
SCAN_REQUESTS_PER_SECOND = setting(
    env.float, "SCAN_REQUESTS_PER_SECOND", "Set it to a number.", default=10.0, validate=_any
)
SCAN_CONCURRENCY = setting(
    env.int, "SCAN_CONCURRENCY", "Set it to 1 or more.", default=8, validate=valid.Range(min=1, max=256)
)
SCAN_WORKERS = setting(env.int, "SCAN_WORKERS", "Set it to 1 or more.", default=2, validate=_some)
SCAN_LEASE_SECONDS = setting(env.int, "SCAN_LEASE_SECONDS", "Set it to seconds.", default=60, validate=_some)
SCAN_EVERY_HOURS = setting(env.float, "SCAN_EVERY_HOURS", "Set it to hours.", default=0.0, validate=_any)
DIGEST_DAYS = setting(env.int, "DIGEST_DAYS", "Set it to whole days.", default=90, validate=valid.Range(min=1))

# --- Review: which leads enter the queue beside those at risk, and which judgements are repeated
_percent = valid.Range(min=0, max=100)
REVIEW_SAMPLE_PERCENT = setting(
    env.float, "REVIEW_SAMPLE_PERCENT", "Set it to a percentage.", default=2.0, validate=_percent
)
REVIEW_BLIND_PERCENT = setting(
    env.float, "REVIEW_BLIND_PERCENT", "Set it to a percentage.", default=10.0, validate=_percent
)
# A folder of an installation's own rule packs, each a file that ends in .toml; read when a process starts to need them.
RULE_PACKS = setting(env.str, "RULE_PACKS", "Set it to a folder.", default="")
REVIEW_SEED = setting(env.str, "REVIEW_SEED", "Set it to any text.", default="1")
REVIEW_DISPUTE_DAYS = setting(env.int, "REVIEW_DISPUTE_DAYS", "Set it to whole days.", default=14, validate=_any)

INSTALLED_APPS = [
    "dashboard",
    "dashboard.apps.LeadlineAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django.contrib.humanize",  # allauth's pages write dates with it
    "django_htmx",
    "simple_history",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "dashboard.middleware.RequestIdMiddleware",
    "dashboard.middleware.CountingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dashboard.middleware.PrivateResponseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Before anything that costs: turning somebody away asks neither the database nor who it is.
    "dashboard.middleware.AdmissionMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dashboard.signin.SessionLifetimeMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "dashboard.audit.middleware.ActorMiddleware",
    "dashboard.middleware.FragmentLoginMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # Who changed a review.
    "simple_history.middleware.HistoryRequestMiddleware",
    "dashboard.middleware.FailureMiddleware",
]
ROOT_URLCONF = "dashboard.urls"
WSGI_APPLICATION = "dashboard.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database: SQLite in WAL with IMMEDIATE transactions, so that writers queue instead of failing; or PostgreSQL. In
# both the threads of a process lend each other a few open connections: one for each page at work, and some for health
# and sign-in.
DATABASES = {
    "default": setting(
        env.dj_db_url,
        "DATABASE_URL",
        "Set it to something like sqlite:////data/leadline.sqlite3 or postgres://user:password@host/leadline.",
        default=f"sqlite:///{BASE_DIR / 'var' / 'leadline.sqlite3'}",
    )
}
_lent = WEB_THREADS // 16 + 4
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "dashboard.sqlite3"
    DATABASES["default"]["OPTIONS"] = {
        "idle": _lent,
        "timeout": 5,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
    }
    if not str(DATABASES["default"]["NAME"]).startswith((":memory:", "file:")):
        Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # The pool hands out a tested connection, or raises after five seconds.
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": _lent, "timeout": 5}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {
    "default": {
        "BACKEND": {
            "database": "django_tasks_db.DatabaseBackend",
            "celery": "dashboard.scan.celery.CeleryBackend",
        }[TASK_BACKEND]
    }
}

# --- Languages and clocks: views choose the zone of each page; stored moments are UTC
LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True

# --- Static files: hashed names, brotli, immutable
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

LOGGING = logging_config(LOG_LEVEL)
