"""A transcript in any of its forms -> turns: labelled text, a list of turns, or that list as JSON text.

Nothing said is dropped or rewritten: what has no known speaker stays, as unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from dashboard.dialnexa.decode import decode
from dashboard.dialnexa.errors import UnreadableError
from dashboard.dialnexa.fields import Doubts, Row, first, number, plain
from dashboard.timeline.model import Speaker, Turn

SPEAKERS: dict[str, Speaker] = {
    **dict.fromkeys(("agent", "assistant", "bot", "ai"), "agent"),
    **dict.fromkeys(("user", "customer", "caller", "human"), "caller"),
}
ROLE = ("role", "speaker", "from")
SAID = ("content", "text", "message")
TURNS = ("transcript", "messages", "conversation", "turns")
START = ("start",)
END = ("end",)
LONGEST = 24 * 3600  # seconds into a call

_LABEL = rf"({'|'.join(SPEAKERS)})[ \t]*:[ \t]*"
_AT_LINE_START = re.compile(rf"^[ \t]*{_LABEL}", re.IGNORECASE | re.MULTILINE)
# Within one line a label counts at the start or behind a finished sentence: 'so the user: said' is somebody's words.
_AFTER_SENTENCE = re.compile(rf"(?:\A|(?:(?<=[.!?…।])|(?<=[.!?…।][\"”’)]))[ \t]+){_LABEL}", re.IGNORECASE)


def turns(value: object, doubts: Doubts) -> tuple[Turn, ...]:
    """Who said what, in order; () for nothing at all."""
    if isinstance(value, str):
        value = _from_json(value)
    if isinstance(value, str):
        return tuple(_of_text(value))
    if isinstance(value, dict):
        inner = first(value, TURNS) if first(value, ROLE) is None else None
        value = inner if isinstance(inner, list) else [value]
    if value is None:
        return ()
    entries = value if isinstance(value, list) else [value]
    return tuple(turn for entry in entries for turn in _of_entry(entry, doubts) if turn.text.strip())


def _from_json(said: str) -> object:
    """A list or an object written as JSON text, once; any other text as it is."""
    if said.lstrip()[:1] not in ("[", "{"):
        return said
    try:
        read = decode(said.encode("utf-8", "replace"))
    except UnreadableError:
        return said
    return read if isinstance(read, list | dict) else said


def _of_text(said: str) -> Iterator[Turn]:
    said = said.replace("\r\n", "\n").strip()
    labels = list((_AT_LINE_START if "\n" in said else _AFTER_SENTENCE).finditer(said))
    ends = [*(label.start() for label in labels), len(said)]
    if ahead := said[: ends[0]].strip():
        yield Turn("unknown", ahead)
    for label, end in zip(labels, ends[1:], strict=True):
        if words := said[label.end() : end].strip():
            yield Turn(SPEAKERS[label.group(1).lower()], words)


def _of_entry(entry: object, doubts: Doubts) -> Iterator[Turn]:
    if isinstance(entry, str):
        yield from _of_text(entry)
    elif not isinstance(entry, dict):
        if entry is not None:
            yield Turn("unknown", plain(entry))
    elif first(entry, ROLE) is not None or any(key in entry for key in SAID):
        yield _turn(entry, doubts)
    else:
        pairs = [(SPEAKERS.get(key.strip().lower()), held) for key, held in entry.items()]
        if any(speaker for speaker, _ in pairs):
            yield from (Turn(speaker, plain(held)) for speaker, held in pairs if speaker)
        else:
            yield Turn("unknown", plain(entry))


def _turn(entry: Row, doubts: Doubts) -> Turn:
    role, said = plain(first(entry, ROLE)), plain(first(entry, SAID))
    speaker = SPEAKERS.get(role.strip().lower(), "unknown")
    if speaker == "unknown" and role and said:
        said = f"{role}: {said}"
    start, end = _offset(entry, START, doubts), _offset(entry, END, doubts)
    return Turn(speaker, said, start, end)


def _offset(entry: Row, keys: tuple[str, ...], doubts: Doubts) -> timedelta | None:
    value = first(entry, keys)
    seconds = number(value)
    if seconds is not None and 0 <= seconds <= LONGEST:
        return timedelta(seconds=seconds)
    if value is not None:
        doubts.append("some times within the transcript could not be read")
    return None
