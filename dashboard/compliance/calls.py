"""What rules need of a call's record, kept without a word that was said: counts, places of phrases, a digest."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import phonenumbers

from dashboard.compliance.packs import LONGEST_SERIES, Phrases
from dashboard.compliance.wording import plain
from dashboard.timeline.model import Call, Turn


@dataclass(frozen=True, slots=True)
class CallFacts:
    """One call as last read. is_missing: the history names it, DialNexa has no record of it."""

    call_id: str
    read_at: datetime
    is_missing: bool = False
    status: str = "unknown"
    started_at: datetime | None = None  # when it was dialled, by its own record
    is_inbound: bool = False
    is_sensitive: bool = False  # what was said was removed at source
    turns: int = 0
    agent_turns: int = 0
    caller_turns: int = 0
    found: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # by key of a phrase list: turns, from 1
    caller_series: str = ""  # country code and first digits of the calling number: "91 1600"
    digest: str = ""  # of what was said, keyed: equal while it is the same

    @property
    def unknown_turns(self) -> int:
        """Of which nobody can say who spoke."""
        return self.turns - self.agent_turns - self.caller_turns

    @property
    def is_conversation(self) -> bool | None:
        """Whether somebody spoke with the agent; None: nobody can say."""
        if self.caller_turns and self.agent_turns:
            return True
        return False if self.turns and not self.unknown_turns else None


def facts(call: Call, lists: Iterable[Phrases], *, key: bytes, read_at: datetime) -> CallFacts:
    """The facts of a call's record. key: of this installation, so that a digest can't be guessed at."""
    said = [(turn.speaker, _padded(turn.text)) for turn in call.transcript]
    speakers = [speaker for speaker, _ in said]
    return CallFacts(
        call_id=call.id,
        read_at=read_at,
        status=call.status,
        started_at=call.started_at,
        is_inbound=call.direction == "inbound",
        is_sensitive=call.is_sensitive,
        turns=len(said),
        agent_turns=speakers.count("agent"),
        caller_turns=speakers.count("caller"),
        found={one.key: _found(said, one) for one in lists},
        caller_series=_series(call.from_phone),
        digest=digest(call.transcript, key=key) if call.transcript else "",
    )


def missing(call_id: str, *, read_at: datetime) -> CallFacts:
    """The facts of a call that has no record."""
    return CallFacts(call_id, read_at, is_missing=True)


def digest(transcript: Iterable[Turn], *, key: bytes) -> str:
    """HMAC-SHA256 of what was said and by whom, in hexadecimal."""
    text = json.dumps([[turn.speaker, turn.text] for turn in transcript], ensure_ascii=True)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _found(said: Sequence[tuple[str, str]], phrases: Phrases) -> tuple[int, ...]:
    # Who spoke is not always told; what was asked for must not be missed by that.
    speakers, wanted = (phrases.speaker, "unknown"), _wanted(phrases)
    return tuple(
        number
        for number, (speaker, text) in enumerate(said, 1)
        if speaker in speakers and any(phrase in text for phrase in wanted)
    )


@lru_cache(maxsize=100)
def _wanted(phrases: Phrases) -> tuple[str, ...]:
    return tuple(map(_padded, phrases.phrases))


def _padded(text: str) -> str:
    """Its plain words, each between spaces: part of another text only as whole words."""
    return f" {plain(text)} "


def _series(phone: str | None) -> str:
    if phone is None or not phone.startswith("+"):
        return ""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return ""
    return f"{number.country_code} {str(number.national_number)[:LONGEST_SERIES]}"
