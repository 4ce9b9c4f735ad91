"""One lead as rules look at it: its path, its dials, whose clock, what its calls' records say, what is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from dashboard.compliance.calls import CallFacts
from dashboard.compliance.clock import CalledClock
from dashboard.timeline import status as words
from dashboard.timeline.model import VOICE_CALL, Timeline, Visit
from dashboard.timeline.status import Family

RUNG = frozenset({"no_answer", "did_not_pick", "dnp", "user_did_not_pick_up"})
AHEAD = 0  # the position of a dial that has not been made


@dataclass(frozen=True, slots=True)
class Dial:
    """One outbound call to the lead's number. at None: nobody said when. position None: another lead's path has it."""

    at: datetime | None
    position: int | None = None
    is_own_time: bool = False  # by the call's own record; else the step's start
    is_unanswered: bool = False
    has_rung: bool = False  # it rang and nobody picked up: neither busy nor a machine
    rang: timedelta | None = None  # as long as its step lasted
    call: CallFacts | None = None
    is_completed: bool = False


@dataclass(frozen=True)
class Case:
    """Everything that verdicts are computed from.

    calls: by call id, those whose record was read; a missing key means that nobody has. elsewhere: dials to the same
    number in other leads' paths; None: the number is not known, so nobody could look. unknown: sentences.
    """

    timeline: Timeline
    clock: CalledClock
    calls: Mapping[str, CallFacts] = field(default_factory=dict)
    elsewhere: tuple[datetime, ...] | None = None
    unknown: tuple[str, ...] = ()
    ahead: datetime | None = None  # a dial that a forecast adds

    @cached_property
    def dials(self) -> tuple[Dial, ...]:
        """The lead's own, in order of the path; calls that only wait in a queue have not been made."""
        own = [dial for visit in self.timeline.visits if (dial := self._dial(visit)) is not None]
        return (*own, Dial(self.ahead, AHEAD)) if self.ahead else tuple(own)

    @cached_property
    def placed(self) -> tuple[tuple[datetime, Dial], ...]:
        """The lead's own dials that have a moment, in order of time."""
        found = [(dial.at, dial) for dial in self.dials if dial.at is not None]
        return tuple(sorted(found, key=lambda pair: pair[0]))

    @cached_property
    def undated(self) -> tuple[Dial, ...]:
        return tuple(dial for dial in self.dials if dial.at is None)

    @cached_property
    def to_number(self) -> tuple[tuple[datetime, Dial], ...]:
        """Every known dial to the number, whichever lead's, in order of time."""
        others = [(at, Dial(at)) for at in self.elsewhere or ()]
        return tuple(sorted((*self.placed, *others), key=lambda pair: pair[0])) if others else self.placed

    @property
    def unreadable(self) -> int:
        """Rows of the history that may hide a dial."""
        return sum(not visit.is_readable for visit in self.timeline.visits)

    def with_dial(self, at: datetime) -> Case:
        """The same with one more dial, which has not been made."""
        return replace(self, ahead=at)

    def facts(self, visit: Visit) -> CallFacts | None:
        return self.calls.get(visit.call_id) if visit.call_id else None

    def _dial(self, visit: Visit) -> Dial | None:
        if visit.type != VOICE_CALL:
            return None
        family = words.family(visit.status)
        call = self.facts(visit)
        is_queued = family is Family.WAITING or (family is Family.STOPPED and visit.call_id is None)
        if is_queued or (call is not None and call.is_inbound):
            return None
        own_time = call.started_at if call else None
        return Dial(
            at=own_time or visit.entered_at,
            position=visit.position,
            is_own_time=own_time is not None,
            is_unanswered=family is Family.NOT_REACHED,
            has_rung=visit.status in RUNG,
            rang=visit.duration,
            call=call,
            is_completed=family is Family.DONE,
        )
