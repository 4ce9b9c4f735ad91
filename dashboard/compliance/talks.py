"""Conversations of a lead: calls, in either direction, in which somebody spoke or may have spoken. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.compliance.calls import CallFacts
from dashboard.compliance.case import Case
from dashboard.timeline import status as words
from dashboard.timeline.model import VOICE_CALL
from dashboard.timeline.status import Family


@dataclass(frozen=True, slots=True)
class Talk:
    """is_sure False: the call was completed, and whether anybody spoke is not known. call None: nobody read it."""

    at: datetime | None
    position: int
    is_sure: bool
    call: CallFacts | None


def talks(case: Case) -> list[Talk]:
    """In order of the path."""
    found = []
    for visit in case.timeline.visits:
        if visit.type != VOICE_CALL or words.family(visit.status) is not Family.DONE:
            continue
        call = case.facts(visit)
        spoke = call.is_conversation if call else None
        if spoke is not False:
            at = (call.started_at if call else None) or visit.entered_at
            found.append(Talk(at, visit.position, spoke is True, call))
    return found
