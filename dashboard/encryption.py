"""What the database keeps encrypted: under keys that follow from SECRET_KEY, one for each purpose."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from django.utils.crypto import salted_hmac


def fernet(purpose: str) -> Fernet:
    """Encrypts and authenticates; what was encrypted for one purpose is nothing for another."""
    key = salted_hmac(purpose, "key", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
