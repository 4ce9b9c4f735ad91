"""Conversations of a lead: calls, in either direction, in which both sides spoke or may have. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from dashboard.compliance.calls import CallFacts
from dashboard.timeline import status as words
from dashboard.timeline.dialling import is_call, is_unmade
from dashboard.timeline.model import Visit
from dashboard.timeline.status import Family


@dataclass(frozen=True, slots=True)
class Talk:
    """One call. spoke: whether both sides did; None: nobody can say. call None: nobody read its record."""

    at: datetime | None
    position: int
    spoke: bool | None
    call: CallFacts | None


def made_calls(visits: Iterable[Visit], known: Mapping[str, CallFacts]) -> Iterator[Talk]:
    """Every call that was made, or may have been by now, in order of the path."""
    for visit in visits:
        if not is_call(visit) or is_unmade(visit):
            continue
        call = known.get(visit.call_id) if visit.call_id else None
        spoke = call.is_conversation if call else None
        if spoke is None and _is_unreached(visit, call):
            spoke = False
        yield Talk((call.started_at if call else None) or visit.entered_at, visit.position, spoke, call)


def _is_unreached(visit: Visit, call: CallFacts | None) -> bool:
    """Whether the step's status, or else the call's, leaves no doubt that nobody was reached."""
    family = words.family(visit.status)
    if family in (Family.DONE, Family.NOT_REACHED):
        return family is Family.NOT_REACHED
    return call is not None and call.status in words.CALL_NEVER_CONNECTED
