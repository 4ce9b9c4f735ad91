"""The project as files and as commands, for tests of what surrounds the code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PRODUCTION = {
    "AUDIT_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "leadline.example.org",
    "DATABASE_URL": "sqlite://:memory:",
    "DIALNEXA_API_KEY": "prod_key_id:prod_secret_83ac",
}


def run_pytest(*arguments: str, seconds: int, **environment: str) -> subprocess.CompletedProcess[str]:
    """pytest in a process of its own, with these arguments."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def manage(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One manage.py command in a process of its own, with this environment and no other."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=project,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
