"""A call's record, from any of the endpoints that have one -> Call; and two records of one call made one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from dashboard.dialnexa import envelope
from dashboard.dialnexa.decode import decode
from dashboard.dialnexa.errors import UnreadableError, WrongRecordError
from dashboard.dialnexa.fields import Doubts, Row, first, moment, notes, number, plain, prose, text
from dashboard.dialnexa.leads import phone
from dashboard.dialnexa.rows import by_time
from dashboard.dialnexa.transcripts import turns
from dashboard.timeline import mask
from dashboard.timeline.model import Call, CallEvent
from dashboard.timeline.status import in_words, word

WRAPPERS = ("call", "callLogs")
ID = ("call_id", "id")
CALL_PREFIX = "call_"
SIGNATURE = (
    *("call_id", "to_number", "to_phone_number", "call_direction", "direction", "end_reason", "hangup_reason"),
    *("duration", "duration_seconds", "duration_sec", "duration_in_seconds"),
)
STATUS = ("status",)
END_REASON = ("end_reason", "hangup_reason", "disconnection_reason")
DIRECTION = ("call_direction", "direction")
SENTIMENT = ("sentiment",)
TO = ("to_number", "to_phone_number")
FROM = ("from_number", "from_phone_number")
STARTED = ("started_at", "initiated_at", "called_at", "called_time", "createdAt", "created_at")
ENDED = ("ended_at",)
SECONDS = ("duration_seconds", "duration_sec", "duration_in_seconds")
DURATION = ("duration",)  # in seconds or milliseconds, which is not said
RECORDING = ("recording_url", "recording_sas_url")
SUMMARY = ("summary", "call_summary", "post_call_analysis.summary")
ANALYSIS = (
    *("analysis", "post_call_analysis", "postcall_analysis", "postcallanalysis"),
    *("extracted_data", "json_output"),
)
TRANSCRIPT = ("post_call_transcript", "transcript", "messages", "conversation")
EVENTS = ("timeline", "events")
EVENT_NAME = ("event", "type", "name")
EVENT_AT = ("timestamp", "at", "time")
ENDED_EVENT = "call_ended"
AGENT = ("agent_name", "agent_id")
AGENT_VERSION = ("agent_version_number",)
TRANSFER = ("call_transfer", "transfer", "transfers")
TRANSFER_TO = ("destination", "to_number", "to")
SENSITIVE = ("sensitive_delete", "sensitiveDelete")
NOT_SENSITIVE = frozenset({"", "false", "0", "no", "none", "null"})

LONGEST_CALL = 5400  # seconds; DialNexa's highest max_call_duration_sec. A bare number above it is milliseconds
LONGEST_BELIEVED = 24 * 3600
FITS = timedelta(seconds=5)  # between a length and the times around it

_ADDRESS = re.compile(r"https://[!-~]{1,4000}", re.IGNORECASE)


def call(data: object, *, call_id: str) -> Call:
    """One call. Raises UnreadableError when the answer holds none, WrongRecordError when it holds another one."""
    row = envelope.record(data, signature=SIGNATURE, ids=ID, wrappers=WRAPPERS, name="call")
    doubts: Doubts = []
    _require_same(row, call_id, doubts)
    started_at = moment(row, STARTED, "call’s start time", doubts)
    events = _events(row, doubts)
    ended_at = moment(row, ENDED, "call’s end time", doubts) or _ended(events)
    if started_at and ended_at and ended_at < started_at:
        doubts.append("the call’s end is before its start")
    duration, is_assumed = _duration(row, started_at, ended_at, doubts)
    raw_status = text(row, STATUS, "call’s status", doubts)
    end_reason = word(text(row, END_REASON, "reason for the call’s end", doubts))
    is_named = first(row, END_REASON) is not None and end_reason != "completed"
    direction = text(row, DIRECTION, "call’s direction", doubts)
    sentiment = text(row, SENTIMENT, "sentiment", doubts)
    read = Call(
        id=call_id,
        status=word(raw_status),
        raw_status=raw_status or "",
        end_reason=end_reason if is_named else None,
        direction=word(direction) if direction else None,
        sentiment=word(sentiment) if sentiment else None,
        to_phone=phone(row, TO, "number called", doubts),
        from_phone=phone(row, FROM, "calling number", doubts),
        started_at=started_at,
        ended_at=ended_at or (started_at + duration if started_at and duration is not None else None),
        duration=duration,
        is_duration_assumed=is_assumed,
        recording_url=_recording(row, doubts),
        summary=prose(row, SUMMARY, "summary", doubts),
        analysis=_analysis(first(row, ANALYSIS)),
        transcript=turns(first(row, TRANSCRIPT), doubts),
        events=events,
        agent=_agent(row),
        transfer=_transfer(first(row, TRANSFER)),
        is_sensitive=any(_is_set(row.get(key)) for key in SENSITIVE),
        notes=notes(doubts),
    )
    return _emptied(read) if read.is_sensitive else read


def merge(call: Call, details: Call) -> Call:
    """One call from two records of it: details first for transcript, events and analysis, the call for all else.

    Where either is sensitive, so is the whole. Raises WrongRecordError when they are of two calls.
    """
    if call.id != details.id:
        raise WrongRecordError("The details are of another call.")
    is_known = call.status != "unknown"
    length = call if call.duration is not None and not call.is_duration_assumed else details
    if length.duration is None:
        length = call
    merged = replace(
        call,
        status=call.status if is_known else details.status,
        raw_status=call.raw_status if is_known else details.raw_status,
        end_reason=call.end_reason or details.end_reason,
        direction=call.direction or details.direction,
        sentiment=call.sentiment or details.sentiment,
        to_phone=call.to_phone or details.to_phone,
        from_phone=call.from_phone or details.from_phone,
        started_at=call.started_at or details.started_at,
        ended_at=call.ended_at or details.ended_at,
        duration=length.duration,
        is_duration_assumed=length.is_duration_assumed,
        recording_url=call.recording_url or details.recording_url,
        summary=call.summary or details.summary,
        analysis=details.analysis or call.analysis,
        transcript=details.transcript or call.transcript,
        events=details.events or call.events,
        agent=call.agent or details.agent,
        transfer=call.transfer or details.transfer,
        is_sensitive=call.is_sensitive or details.is_sensitive,
        notes=tuple(dict.fromkeys((*call.notes, *details.notes))),
    )
    return _emptied(merged) if merged.is_sensitive else merged


def _emptied(call: Call) -> Call:
    """Upstream may still send what was removed: none of it goes further than this."""
    return replace(call, recording_url=None, summary=None, analysis={}, transcript=())


def _require_same(row: Row, asked: str, doubts: Doubts) -> None:
    """A log's own id (log_...) may stand beside the call's; then the call's counts, unless the log was asked for."""
    named = [plain(row[key]) for key in ID if isinstance(row.get(key), str | int) and row[key] != ""]
    if not named:
        doubts.append("the answer does not say which call it is of")
    own = next((one for one in named if one.startswith(CALL_PREFIX)), named[0] if named else asked)
    if own != asked and (asked.startswith(CALL_PREFIX) or asked not in named):
        raise WrongRecordError("The answer is the record of another call.")


def _duration(
    row: Row, started_at: datetime | None, ended_at: datetime | None, doubts: Doubts
) -> tuple[timedelta | None, bool]:
    """(length, whether its unit was inferred without proof). From the times around it where no length is given."""
    span = ended_at - started_at if started_at and ended_at and ended_at >= started_at else None
    given, bare = first(row, SECONDS), first(row, DURATION)
    if given is None and bare is None:
        return span, False
    value = number(bare if given is None else given)
    if value is None or value < 0 or value > LONGEST_BELIEVED * (1000 if given is None else 1):
        doubts.append("the call’s length could not be read, so it is taken from its times, where they are known")
        return span, False
    seconds, milliseconds = timedelta(seconds=value), timedelta(milliseconds=value)
    if given is not None:
        return seconds, False
    if span is not None and min(abs(span - seconds), abs(span - milliseconds)) <= FITS:
        return min(seconds, milliseconds, key=lambda length: abs(span - length)), False
    return (milliseconds if value > LONGEST_CALL else seconds), True


def _recording(row: Row, doubts: Doubts) -> str | None:
    value = first(row, RECORDING)
    if value is None:
        return None
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value) or not _host(value):
        doubts.append("the recording’s address is not a safe https address, so it is left out")
        return None
    return value


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _analysis(value: object) -> Mapping[str, str]:
    """An object as texts by name; JSON text is opened once; anything else stands under one name."""
    if isinstance(value, str):
        value = _opened(value)
    if isinstance(value, dict):
        return {key: plain(held) for key, held in value.items()}
    return {"analysis": plain(value)} if value is not None and value != [] else {}


def _opened(written: str) -> object:
    try:
        return decode(written.encode("utf-8", "replace"))
    except UnreadableError:
        return written


def _events(row: Row, doubts: Doubts) -> tuple[CallEvent, ...]:
    value = first(row, EVENTS)
    entries = value if isinstance(value, list) else [] if value is None else [value]
    events = []
    for entry in entries:
        if isinstance(entry, dict):
            at = moment(entry, EVENT_AT, "time of one of the call’s events", doubts)
            events.append(CallEvent(plain(first(entry, EVENT_NAME)) or "unnamed event", at))
        elif isinstance(entry, str) and entry.strip():
            events.append(CallEvent(entry))
        else:
            doubts.append("some of the call’s events could not be read")
    timed = by_time([event for event in events if event.at], lambda event: event.at)
    return (*timed, *(event for event in events if not event.at))


def _ended(events: tuple[CallEvent, ...]) -> datetime | None:
    return next((event.at for event in events if event.at and word(event.name) == ENDED_EVENT), None)


def _agent(row: Row) -> str | None:
    who, version = first(row, AGENT), first(row, AGENT_VERSION)
    if who is None:
        return None
    return plain(who) if version is None else f"{plain(who)}, version {plain(version)}"


def _transfer(value: object) -> str | None:
    """How a transfer went and, masked, to whom. Several: one after the other."""
    if isinstance(value, list):
        return "; ".join(filter(None, map(_one_transfer, value))) or None
    return _one_transfer(value)


def _one_transfer(value: object) -> str | None:
    if not isinstance(value, dict):
        return mask.phones_in(plain(value)) if value and value is not True else None
    outcome, to = first(value, STATUS), first(value, TRANSFER_TO)
    parts = (in_words(word(plain(outcome))) if outcome is not None else "", f"to {plain(to)}" if to is not None else "")
    return mask.phones_in(", ".join(filter(None, parts))) or "transferred"


def _is_set(value: object) -> bool:
    """True, 1, "true", or when it was done; in doubt, yes."""
    return value.strip().lower() not in NOT_SENSITIVE if isinstance(value, str) else bool(value)
