"""Conversations of a lead: calls, in either direction, in which somebody spoke or may have spoken. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.compliance.calls import CallFacts
from dashboard.compliance.case import Case
from dashboard.timeline import status as words
from dashboard.timeline.dialling import is_call, is_unmade
from dashboard.timeline.model import Visit
from dashboard.timeline.status import Family


@dataclass(frozen=True, slots=True)
class Talk:
    """is_sure False: nobody knows whether anybody spoke. call None: nobody read its record."""

    at: datetime | None
    position: int
    is_sure: bool
    call: CallFacts | None


def talks(case: Case) -> list[Talk]:
    """In order of the path."""
    found = []
    for visit in case.timeline.visits:
        if not is_call(visit) or is_unmade(visit):
            continue
        call = case.facts(visit)
        spoke = call.is_conversation if call else None
        if spoke or (spoke is None and not _is_unreached(visit, call)):
            at = (call.started_at if call else None) or visit.entered_at
            found.append(Talk(at, visit.position, spoke is True, call))
    return found


def _is_unreached(visit: Visit, call: CallFacts | None) -> bool:
    """Whether the step's status, or else the call's, leaves no doubt that nobody was reached."""
    family = words.family(visit.status)
    if family in (Family.DONE, Family.NOT_REACHED):
        return family is Family.NOT_REACHED
    return call is not None and call.status in words.CALL_NEVER_CONNECTED
