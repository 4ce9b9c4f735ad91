"""Readers of one field: the first of several spellings, then text, moment, number, id, or a bag of variables.

A field that cannot be read becomes its default and adds a doubt: half a sentence, never with personal data in it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone

import msgspec

from dashboard.timeline import mask
from dashboard.timeline.model import DataNote
from dashboard.timeline.words import length

Row = Mapping[str, object]
Doubts = list[str]

ODD = "came in an unexpected form"
SKEW = timedelta(minutes=5)  # clocks differ by this much without anything being wrong
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,20}))?)?"
    r"(?: ?(?:([Zz])|([+-])([0-9]{2}):?([0-9]{2})?))?)?"
)
# A wrong value worth quoting: it has the shape of a time, so it cannot be somebody's name or number.
_QUOTABLE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9:.,Zz+\-UTC ]{0,40})?")


def first(row: Row, keys: Sequence[str]) -> object:
    """The value under the first key that holds one; null and blank text do not count. "a.b" looks inside a."""
    for key in keys:
        value = row.get(key)
        if value is None and "." in key:
            outer, inner = key.split(".", 1)
            nested = row.get(outer)
            value = nested.get(inner) if isinstance(nested, dict) else None
        if value is not None and not (isinstance(value, str) and not value.strip()):
            return value
    return None


def compact(value: object, *, is_sorted: bool = False) -> str | None:
    """A JSON value as compact JSON text. None: nested too deep to be written down."""
    try:
        return msgspec.json.encode(value, order="deterministic" if is_sorted else None).decode()
    except (ValueError, RecursionError):
        return None


def plain(value: object) -> str:
    """Any JSON value as text: text as it is, null as nothing, the rest as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else compact(value) or "(nested too deep to show)"


def text(row: Row, keys: Sequence[str], name: str, doubts: Doubts) -> str | None:
    """A word or a name as upstream gave it, not trimmed, with phone numbers masked: whoever sees a page sees these.

    Another kind of value is kept as its JSON text, with a doubt.
    """
    value = prose(row, keys, name, doubts)
    return mask.phones_in(value) if value else value


def prose(row: Row, keys: Sequence[str], name: str, doubts: Doubts) -> str | None:
    """text(), but unmasked: what is shown through a veil, and may be revealed."""
    value = first(row, keys)
    if value is None or isinstance(value, str):
        return value
    doubts.append(f"the {name} {ODD}")
    return plain(value)


def identifier(row: Row, keys: Sequence[str], name: str, doubts: Doubts) -> str | None:
    """An id that may stand in an address: letters, digits, "-" and "_", at most 100. A whole number counts as text."""
    value = first(row, keys)
    if value is None:
        return None
    spelled = plain(value)
    if isinstance(value, bool | float | dict | list) or not _ID.fullmatch(spelled):
        doubts.append(f"the {name} is not one Leadline can use, so it cannot be opened")
        return None
    return spelled


def number(value: object) -> float | None:
    """A finite number or its text in ASCII digits, within 15 digits; never true or false."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        return None
    return float(value)


def whole(value: object) -> int | None:
    """A whole number of zero or more, or None."""
    read = number(value)
    return int(read) if read is not None and read >= 0 and read == math.floor(read) else None


def count(row: Row, key: str, name: str, doubts: Doubts) -> int | None:
    """A count; a negative, broken or other value is dropped with a doubt."""
    value = first(row, (key,))
    read = whole(value)
    if value is not None and read is None:
        doubts.append(f"the {name} is not a count, so it is left out")
    return read


def moment(row: Row, keys: Sequence[str], name: str, doubts: Doubts, *, now: datetime | None = None) -> datetime | None:
    """An aware moment in UTC. now: also doubt a moment more than five minutes ahead of it."""
    value = first(row, keys)
    if value is None:
        return None
    read, is_zoned = instant(value)
    if read is None:
        quoted = f" “{value[:40]}”" if isinstance(value, str) and _QUOTABLE.fullmatch(value) else ""
        doubts.append(f"the {name}{quoted} could not be read, so it is treated as unknown")
    elif not is_zoned:
        doubts.append(f"the {name} came without a time zone, so it is read as UTC")
    if read and now and read - now > SKEW:
        doubts.append(f"the {name} is {length(read - now)} in the future: the two clocks differ, or it is wrong")
    return read


def instant(value: object) -> tuple[datetime | None, bool]:
    """(moment, whether it named its zone): ISO 8601, or 10 digits of seconds or 13 of milliseconds since 1970.

    Week dates, second 60, hour 24 and years outside 2000 to 2099 are not read: (None, False).
    """
    if isinstance(value, str):
        value = value.strip()
        if found := _MOMENT.fullmatch(value):
            return _iso(found)
        value = int(value) if value.isascii() and value.isdigit() and len(value) in (10, 13) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None, False
    if 10**12 <= value < 10**13:
        value = value / 1000
    if not 10**9 <= value < 10**10:
        return None, False
    return _in_window(datetime.fromtimestamp(0, UTC) + timedelta(seconds=value)), True


def _iso(found: re.Match[str]) -> tuple[datetime | None, bool]:
    year, month, day, hour, minute, second, fraction, zulu, sign, hours, minutes = found.groups()
    if not EARLIEST.year - 1 <= int(year) <= LATEST.year:  # years 1 and 9999 overflow when the zone is applied
        return None, False
    zone = UTC
    try:
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
            zone = timezone(-offset if sign == "-" else offset)
        clock = (int(hour or 0), int(minute or 0), int(second or 0), int((fraction or "0")[:6].ljust(6, "0")))
        read = datetime(int(year), int(month), int(day), *clock, tzinfo=zone)
    except ValueError:
        return None, False
    return _in_window(read.astimezone(UTC)), bool(zulu or sign)


def _in_window(read: datetime) -> datetime | None:
    return read if EARLIEST <= read < LATEST else None


def bag(row: Row, keys: Sequence[str], name: str, doubts: Doubts) -> dict[str, str]:
    """Several objects as one of texts, the earlier key winning; nested values as JSON text."""
    merged: dict[str, str] = {}
    for key in keys:
        value = row.get(key)
        if isinstance(value, dict):
            for each, held in value.items():
                merged.setdefault(each, plain(held))
        elif value not in (None, "", []):
            doubts.append(f"the {name} {ODD} and are left out")
    return merged


def notes(doubts: Doubts) -> tuple[DataNote, ...]:
    """Doubts about a whole record as sentences, each once."""
    return tuple(DataNote(sentence(doubt)) for doubt in dict.fromkeys(doubts))


def sentence(doubt: str) -> str:
    return f"{doubt[0].upper()}{doubt[1:]}."
