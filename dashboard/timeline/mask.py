"""What personal data looks like before anyone has asked to see it. Pure; the secret itself is never in the result.

It knows digits only, of any script: a number that was spelled out in words is not found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

HIDDEN = "••••"
SHORTEST = 9  # digits; dates, postal codes and usual amounts have fewer

# What people and address books put between digits: spaces, dots, brackets, dashes of all sorts, and characters that
# cannot be seen. Not the comma and the colon: amounts and times of day are written with them.
_BETWEEN = r"[\s().\-\u2010-\u2015\u2212\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]{0,4}"
# Digits that stay: a day, with its time or without; an id with an underscore; a UUID; a fraction below one.
_KEPT = (
    r"(?<![\d+])(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?!\d))?",
    r"(?<![\d+])(?:0[1-9]|[12]\d|3[01])(?P<dot>[-./])(?:0[1-9]|1[0-2])(?P=dot)(?:19|20)\d\d(?!\d)",
    r"(?<![A-Za-z0-9_])[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]*",
    r"(?<![A-Za-z0-9])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![A-Za-z0-9])",
    rf"(?<![\d.+])0\.\d+(?!{_BETWEEN}\d)",
)
_NUMBER = rf"\+?\d(?:{_BETWEEN}\d){{{SHORTEST - 1},}}"
_DIGIT = re.compile(r"\d")
_FOUND = re.compile(rf"(?P<kept>{'|'.join(_KEPT)})|{_NUMBER}")
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?')


def phone(value: str | None) -> str:
    """The last two digits only: "+919876543210" -> "•••• ••10"; too short to mask safely -> "••••"."""
    digits = [char for char in value or "" if char.isdecimal()]
    if not digits:
        return "no number"
    return f"{HIDDEN} ••{''.join(digits[-2:])}" if len(digits) >= 8 else HIDDEN


def phones_in(text: str) -> str:
    """Free text with every run of nine digits or more masked, however it is punctuated.

    Rather too much than too little: an account number or seconds since 1970 read like a phone and go too.
    """
    if not _DIGIT.search(text):  # most words
        return text
    return _FOUND.sub(lambda found: found.group() if found["kept"] else phone(found.group()), text)


def record(text: str, hide: Callable[[str], str] = phones_in) -> str:
    """JSON text with the phones in every name and value masked, and still JSON. Raises ValueError if it is not JSON.

    hide: what masks a text. A number that it masks becomes a text: there are no masked digits that make a number.
    """
    return _JSON_TOKEN.sub(lambda found: _masked_token(found.group(), hide), text)


def _masked_token(token: str, hide: Callable[[str], str]) -> str:
    plain = json.loads(token) if token.startswith('"') else token
    masked = hide(plain)
    is_fraction = plain is token and not token.lstrip("-").isdecimal()
    # A number with a fraction is no phone: it is hidden whole, or not at all.
    is_kept = masked == plain or (is_fraction and masked != HIDDEN)
    return token if is_kept else json.dumps(masked, ensure_ascii=False)
