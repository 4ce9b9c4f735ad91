"""The same database, sessions and compression as the dashboard, and of middleware what a new Django project has."""

import os
from pathlib import Path

from benchmarks.site_settings import *

ROOT_URLCONF = "benchmarks.peers.urls"
LOGIN_URL = "/"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # its sessions, as the dashboard signs in
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES[0]["DIRS"] = [Path(__file__).parent / "templates"]
# The static pages that a browser is timed on, each beside its compressed copies.
WHITENOISE_ROOT = Path(os.environ["BENCH_FOLDER"]) / "pages"
