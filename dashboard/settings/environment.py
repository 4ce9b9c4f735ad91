"""The one reader of the environment, and how a wrong value is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from environs import EnvError, FileAwareEnv
from environs import validate as valid

__all__ = ["BASE_DIR", "env", "setting", "valid"]

T = TypeVar("T")

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = FileAwareEnv(strip_whitespace=True)
env.read_env(str(BASE_DIR / ".env"), recurse=False)


def setting(read: Callable[..., T], name: str, hint: str, **options: Any) -> T:
    """One value from the environment. Raises ImproperlyConfigured with a sentence that says what to do."""
    try:
        return read(name, **options)
    except (EnvError, ValueError) as error:
        # The cause may quote the value, and the value may be a secret.
        reason = "is not set" if "not set" in str(error) else "can't be used as it is"
        raise ImproperlyConfigured(f"{name} {reason}. {hint} .env.example explains every setting.") from None
