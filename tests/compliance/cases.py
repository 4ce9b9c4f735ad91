"""Cases for tests, as short as the rule they try: calls of one lead, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.compliance import packs
from dashboard.compliance.calls import CallFacts
from dashboard.compliance.case import Case
from dashboard.compliance.clock import CalledClock
from dashboard.compliance.rules import judge
from dashboard.compliance.verdict import Verdict
from dashboard.timeline.model import VOICE_CALL, DataNote, Lead, Timeline, Visit

NEW_YORK = CalledClock(("America/New_York",), country_code=1)
ALASKA = CalledClock(("America/Adak", "America/Anchorage"), country_code=1)  # an hour apart
INDIA = CalledClock(("Asia/Kolkata",), country_code=91)
NOWHERE = CalledClock()

PACKS = packs.shipped()
PACK_OF = {rule.id: pack for pack in PACKS.values() for rule in pack.rules}


def moment(text: str, zone: str = "America/New_York") -> datetime:
    """ "2026-07-14 08:00:00" by that clock, in UTC"""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def step(at: datetime | None, status: str = "completed", *, seconds: float | None = 60, **fields: Any) -> Visit:
    """A call step; its position is the path's matter."""
    left_at = at + timedelta(seconds=seconds) if at and seconds is not None else None
    return replace(Visit(1, 1, "node_call", VOICE_CALL, "Call", status, entered_at=at, left_at=left_at), **fields)


def calls(*moments: datetime, status: str = "no_answer") -> list[Visit]:
    return [step(at, status) for at in moments]


def talk(at: datetime | None, call_id: str, status: str = "completed", **fields: Any) -> Visit:
    """A call step that names its call."""
    return step(at, status, call_id=call_id, **fields)


def facts(call_id: str, agent: int = 3, caller: int = 3, **fields: Any) -> CallFacts:
    """A call that was read, in which both spoke, and nobody said any phrase of the shipped packs."""
    found: dict[str, tuple[int, ...]] = {one.key: () for pack in PACKS.values() for one in pack.phrases}
    known: dict[str, Any] = {"status": "completed", "turns": agent + caller}
    known |= {"agent_turns": agent, "caller_turns": caller}
    known |= {"found": found | fields.pop("found", {}), "digest": "d" * 64}
    return CallFacts(call_id, datetime(2026, 7, 15, tzinfo=UTC), **(known | fields))


def phrase(pack: str, words: str, *turns: int) -> dict[str, tuple[int, ...]]:
    """Where a list's phrases were found."""
    return {PACKS[pack].words(words).key: turns}


def case(
    visits: Iterable[Visit],
    clock: CalledClock = NEW_YORK,
    *,
    known: Iterable[CallFacts] = (),
    elsewhere: tuple[datetime, ...] | None = (),
    status: str = "active",
    notes: Sequence[DataNote] = (),
    **fields: Any,
) -> Case:
    path = tuple(replace(visit, position=place, received=place) for place, visit in enumerate(visits, 1))
    timeline = Timeline("wf_abc", Lead("lead_abc", status=status), path, tuple(notes), received_rows=len(path))
    return Case(timeline, clock, {one.call_id: one for one in known}, elsewhere, **fields)


def verdict(judged: Case, rule_id: str) -> Verdict:
    """What one rule of the shipped packs says."""
    return next(one for one in judge(judged, [PACK_OF[rule_id]]) if one.rule.id == rule_id)


def result(judged: Case, rule_id: str) -> str:
    return verdict(judged, rule_id).result.value
