"""What hides one lead's phone, names and variables in everything that is said of it. Pure.

It compares as people read: whatever the case, the accents' encoding, the spaces, invisible characters or the script of
digits. What it can't know: a value that was spelled out, translated or misheard.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dashboard.timeline import mask

SHORTEST_INSIDE = 4  # characters; shorter values are hidden as whole words only, or "an" would eat "wanted"
SHORTEST = 2
NAME = re.compile(r"name|naam|नाम|surname", re.IGNORECASE)
# Values that tell nothing of a person, and would hide half of every conversation.
PLAIN = frozenset(
    {"true", "false", "yes", "no", "none", "null", "unknown", "n/a", "na", "on", "off", "other", "active", "pending"}
)
_SEPARATOR = r"[\s,.\-/()]{0,3}"  # as amounts and numbers are written: 1,20,000


@dataclass(frozen=True)
class Veil:
    """Hides what belongs to one lead. is_lifted: somebody may see it, and gave a reason."""

    phone: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    is_lifted: bool = False

    def number(self, value: str | None) -> str:
        """A phone number, alone in its place."""
        return value or "no number" if self.is_lifted else mask.phone(value)

    def value(self, value: str) -> str:
        """A variable's value, alone in its place."""
        return value if self.is_lifted else mask.HIDDEN

    def text(self, text: str) -> str:
        """Free text: what was said, summaries, our notes on what upstream sent."""
        return text if self.is_lifted else mask.phones_in(self._without_values(text))

    def record(self, text: str) -> str:
        """JSON text, and still JSON. Raises ValueError if it is not."""
        return text if self.is_lifted else mask.record(text, self.text)

    @cached_property
    def _secrets(self) -> re.Pattern[str] | None:
        found = sorted(set(_secrets(self.phone, self.variables)), key=len, reverse=True)
        return re.compile("|".join(map(_pattern, found))) if found else None

    def _without_values(self, text: str) -> str:
        if self._secrets is None:
            return text
        folded, places = fold(text)
        pieces, at = [], 0
        for found in self._secrets.finditer(folded):
            start, end = places[found.start()], places[found.end() - 1] + 1
            # What combines with the last character belongs to it.
            while end < len(text) and unicodedata.combining(text[end]):
                end += 1
            if start >= at:
                pieces += [text[at:start], mask.HIDDEN]
            at = max(at, end)
        return "".join([*pieces, text[at:]])


def fold(text: str) -> tuple[str, list[int]]:
    """Text as it is compared, and for each of its characters the index of the one it comes from."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    folded, places = [], []
    for at, char in enumerate(text):
        category = unicodedata.category(char)
        if category == "Cf":
            continue
        # ¼ is no 1 and no 4: a number stays as it is written.
        for part in char if category == "No" else unicodedata.normalize("NFKD", char).casefold():
            folded.append(str(unicodedata.decimal(part)) if part.isdecimal() else part)
            places.append(at)
    return "".join(folded), places


def _secrets(phone: str | None, variables: Mapping[str, str]) -> Iterator[str]:
    """Everything to hide, folded, its spaces single."""
    yield from filter(None, [_plain(phone or "")])
    for name, value in variables.items():
        for leaf in _leaves(value):
            if (whole := _plain(leaf)) and whole not in PLAIN and len(whole) >= SHORTEST:
                yield whole
                if NAME.search(name):
                    yield from (word for word in whole.split() if len(word) > SHORTEST)


def _plain(text: str) -> str:
    return " ".join(fold(text)[0].split())


def _leaves(value: str) -> Iterable[str]:
    """A value, and what is in it where it is JSON."""
    yield value
    if value[:1] in "[{":
        try:
            yield from _inner(json.loads(value))
        except (ValueError, RecursionError):
            return


def _inner(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _inner(one)
    elif value is not None:
        yield str(value)


def _pattern(secret: str) -> str:
    """A secret as a pattern over folded text."""
    digits = [char for char in secret if char.isdecimal()]
    if len(digits) >= SHORTEST_INSIDE and not any(char.isalpha() for char in secret):
        number = rf"\+?{_SEPARATOR.join(digits)}"
        return number if len(digits) >= mask.SHORTEST else rf"(?<!\d){number}(?!\d)"
    pattern = r"\s+".join(map(re.escape, secret.split()))
    return pattern if len(secret) >= SHORTEST_INSIDE else rf"(?<!\w){pattern}(?!\w)"
