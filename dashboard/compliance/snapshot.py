"""What a judgement rests on, in short and without anything personal; its fingerprint; and what differs since. Pure.

A review keeps the snapshot that it was signed on. The lead's page takes another, and tells what has changed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dashboard.compliance.calls import CallFacts
from dashboard.compliance.packs import Pack
from dashboard.compliance.verdict import Verdict
from dashboard.timeline.marks import visible
from dashboard.timeline.model import Timeline, Visit
from dashboard.timeline.words import stamp

Snapshot = dict[str, Any]

LONGEST = 200  # characters of a text that is kept
MOST_CHANGES = 100
_VISIT = {  # field of a visit: what people call it
    "label": "name",
    "type": "type",
    "status": "status",
    "exit": "exit",
    "entered_at": "start",
    "left_at": "end",
    "due_at": "planned release",
    "call_id": "call",
    "is_open": "being open",
    "is_readable": "being readable",
}
_CALL = {
    "is_missing": "being without a record",
    "status": "status",
    "started_at": "start",
    "is_inbound": "being inbound",
    "is_sensitive": "being removed at source",
    "caller_series": "calling number’s series",
}
_SAME_STEP = ("type", "label", "call_id", "entered_at")


def snapshot(
    timeline: Timeline,
    calls: Mapping[str, CallFacts],
    chosen: Iterable[Pack],
    verdicts: Iterable[Verdict],
    *,
    key: bytes,
) -> Snapshot:
    """Ready for JSON. key: of this installation, so that no hash of a number or a variable can be guessed at."""
    lead = timeline.lead
    return {
        "lead": {"status": _text(lead.status), "phone": _hash(key, "phone", lead.phone)},
        "variables": {_text(name): _hash(key, name, value) for name, value in lead.variables.items()},
        "visits": [_visit(visit) for visit in timeline.visits],
        "notes": len(timeline.notes),
        "calls": {one: _call(calls[one]) for one in timeline.call_ids if one in calls},
        "packs": {pack.id: {"version": pack.version, "sha256": pack.digest} for pack in chosen},
        "results": {f"{verdict.pack.id} {verdict.rule.id}": verdict.result.value for verdict in verdicts},
        "history": _history(timeline, key),
    }


def fingerprint(snapshot: Mapping[str, Any]) -> str:
    """SHA-256 of a snapshot, in hexadecimal: equal while nothing that the judgement rests on has changed."""
    return hashlib.sha256(_canonical(snapshot).encode()).hexdigest()


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs between two snapshots, a sentence each. Empty only if nothing does."""
    found = [
        *_lead_changes(before, after),
        *_visit_changes(before["visits"], after["visits"]),
        *_call_changes(before["calls"], after["calls"]),
        *_pack_changes(before["packs"], after["packs"]),
        *_differences(before["results"], after["results"], "Rule {}"),
    ]
    if before["history"] != after["history"] and not found:
        found.append("Something in the history has changed that this list does not show.")
    more = len(found) - MOST_CHANGES
    return found if more <= 0 else [*found[:MOST_CHANGES], f"And {more:,} more changes."]


def _visit(visit: Visit) -> dict[str, Any]:
    return {name: _plain(getattr(visit, name)) for name in _VISIT}


def _call(call: CallFacts) -> dict[str, Any]:
    return {"digest": call.digest, **{name: _plain(getattr(call, name)) for name in _CALL}}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    """Short, and without what databases refuse."""
    return visible(value[:LONGEST])


def _history(timeline: Timeline, key: bytes) -> str:
    """Of all that was read of it, in whatever shape and order upstream sent it."""
    lead = timeline.lead
    whole = [
        [lead.id, lead.status, lead.phone, dict(lead.variables), lead.current_node_id, _plain(lead.enrolled_at)],
        [[visit.node_id, *(getattr(visit, name) for name in _VISIT)] for visit in timeline.visits],
        [[note.text, note.position] for note in timeline.notes],
    ]
    return _hash(key, "history", _canonical(whole)) or ""


def _hash(key: bytes, name: str, value: str | None) -> str | None:
    if value is None:
        return None
    return hmac.new(key, json.dumps([name, value]).encode(), hashlib.sha256).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=True, separators=(",", ":"), sort_keys=True)


def _lead_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if before["lead"]["phone"] != after["lead"]["phone"]:
        yield "The phone number has changed."
    if before["lead"]["status"] != after["lead"]["status"]:
        yield f"The lead’s status: {before['lead']['status']} → {after['lead']['status']}."
    for name in dict.fromkeys((*before["variables"], *after["variables"])):
        if before["variables"].get(name) != after["variables"].get(name):
            yield f"Variable “{name}” {_fate(name, before['variables'], after['variables'])}."
    if before["notes"] != after["notes"]:
        yield f"Data notes: {before['notes']} → {after['notes']}."


def _fate(one: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if one not in before:
        return "is new"
    return "has changed" if one in after else "is gone"


def _visit_changes(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Steps that stand before and after the first and the last change are the same ones, whatever their place now."""
    first = _same(before, after)
    last = _same(before[first:][::-1], after[first:][::-1])
    old, new = len(before) - last, len(after) - last
    both = min(old, new)
    for place in range(both):
        yield from _step_changes(place, before[place], after[place])
    for place in range(both, old):
        yield f"Step {place + 1} “{before[place]['label']}” is gone."
    for place in range(both, new):
        yield f"Step {place + 1} “{after[place]['label']}” is new."
    for place in range(last):
        yield from _step_changes(new + place, before[old + place], after[new + place])


def _same(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> int:
    """How many steps from the beginning are the same ones."""
    pairs = zip(before, after, strict=False)
    different = (at for at, (one, other) in enumerate(pairs) if any(one[name] != other[name] for name in _SAME_STEP))
    return next(different, min(len(before), len(after)))


def _step_changes(place: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name, word in _VISIT.items():
        if before[name] != after[name]:
            yield f"Step {place + 1}’s {word}: {_shown(before[name])} → {_shown(after[name])}."


def _call_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for call_id in dict.fromkeys((*before, *after)):
        if call_id not in before:
            yield f"Call {call_id}: its record had not been read."
        elif call_id not in after:
            yield f"Call {call_id}: its record is not known any more."
        else:
            if before[call_id]["digest"] != after[call_id]["digest"]:
                yield f"Call {call_id}: its transcript has changed."
            for name, word in _CALL.items():
                one, other = before[call_id][name], after[call_id][name]
                if one != other:
                    yield f"Call {call_id}’s {word}: {_shown(one)} → {_shown(other)}."


def _pack_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    yield from _differences(
        {one: pack["version"] for one, pack in before.items()},
        {one: pack["version"] for one, pack in after.items()},
        "Pack {}",
    )
    for one in before.keys() & after.keys():
        if before[one]["version"] == after[one]["version"] and before[one] != after[one]:
            yield f"Pack {one}: its rules have changed, and its version has not."


def _differences(before: Mapping[str, str], after: Mapping[str, str], what: str) -> Iterator[str]:
    for one in dict.fromkeys((*before, *after)):
        if before.get(one) != after.get(one):
            yield f"{what.format(one)}: {before.get(one, 'not there')} → {after.get(one, 'not there')}."


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not value:
        return "not given"
    try:
        return stamp(datetime.fromisoformat(str(value)), UTC)
    except ValueError:
        return str(value)
