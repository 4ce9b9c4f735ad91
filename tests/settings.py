"""The dashboard's own settings under a fixed environment: nothing a developer has exported or put in .env leaks in."""

import atexit
import os
import tempfile
from pathlib import Path

ENVIRONMENT = {
    "SECRET_KEY": "tests-only-" + "k" * 50,
    "DEBUG": "false",
    "HTTPS": "false",
    "BEHIND_PROXY": "false",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "CSRF_TRUSTED_ORIGINS": "",
    # Tests of the database run once more over PostgreSQL: tests/test_postgresql.py.
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", "sqlite://:memory:"),
    "REDIS_URL": "",
    "METRICS_TOKEN": "",
    "WEB_THREADS": "100",
    "LIVE_FAST_SECONDS": "10",
    "LIVE_SLOW_SECONDS": "60",
    "TASK_BACKEND": "database",
    "SCAN_REQUESTS_PER_SECOND": "0",
    "SCAN_CONCURRENCY": "4",
    "SCAN_WORKERS": "1",
    "SCAN_LEASE_SECONDS": "60",
    "SCAN_EVERY_HOURS": "0",
    "DIGEST_DAYS": "90",
    "REVIEW_SAMPLE_PERCENT": "0",
    "REVIEW_BLIND_PERCENT": "0",
    "REVIEW_SEED": "1",
    "RULE_PACKS": "",
    "REVIEW_DISPUTE_DAYS": "14",
    "TIME_ZONE": "UTC",
    "LOG_LEVEL": "INFO",
    "AUDIT_KEY": "tests-only-" + "a" * 40,
    "AUDIT_KEYS_OLD": "",
    "AUDIT_ADDRESSES": "whole",
    "AUDIT_ANCHORS": "",
    "AUDIT_ARCHIVE": "",
    "AUDIT_MONTHS": "13",
    "OIDC_SERVER_URL": "",
    "OIDC_CLIENT_ID": "",
    "OIDC_CLIENT_SECRET": "",
    "OIDC_NAME": "",
    # The discard port: a test that forgets its own upstream is refused at once.
    "DIALNEXA_BASE_URL": "http://127.0.0.1:9",
    # A canary: no page, log line, repr or exception may ever hold it.
    "DIALNEXA_API_KEY": "canary_key_id:canary_secret_4f1d",
    "STUCK_GRACE_MINUTES": "15",
    "STUCK_STEP_MINUTES": "60",
}
for name, value in ENVIRONMENT.items():
    os.environ[name] = value
    # An empty name of a file means no file, and keeps the one in .env out.
    os.environ[f"{name}_FILE"] = ""

from dashboard.settings import *

if DATABASES["default"]["NAME"] == ":memory:":
    # A file, as it is deployed: the threads of a server each have a connection. What a test writes need not survive.
    # Both names: the live server looks at the first one before the test database is made.
    file = f"{tempfile.gettempdir()}/leadline-tests-{os.getpid()}.sqlite3"
    atexit.register(Path(f"{file}-turn").unlink, missing_ok=True)
    DATABASES["default"] |= {"NAME": file, "TEST": {"NAME": file}}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Hashed names need collectstatic; live_server finds the plain ones.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Tests travel in time; those about sessions set their own limits.
SESSION_IDLE = SESSION_COOKIE_AGE = 100 * 365 * 24 * 3600
