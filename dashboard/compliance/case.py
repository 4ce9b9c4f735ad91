"""One lead as rules look at it: its path, its dials, whose clock, what its calls' records say, what is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from dashboard.compliance.calls import CallFacts
from dashboard.compliance.clock import CalledClock
from dashboard.compliance.talks import Talk, made_calls
from dashboard.timeline import status as words
from dashboard.timeline.dialling import is_call, is_in_queue, is_unmade, may_hide_call
from dashboard.timeline.model import Timeline, Visit
from dashboard.timeline.status import Family

RUNG = frozenset({"no_answer", "did_not_pick", "dnp", "user_did_not_pick_up"})
AHEAD = 0  # the position of a dial that has not been made


@dataclass(frozen=True, slots=True)
class Dial:
    """One outbound call to the lead's number. at None: nobody said when. position None: another lead's path has it."""

    at: datetime | None
    position: int | None = None
    is_own_time: bool = False  # by the call's own record; else the step's start
    answered: bool | None = None  # by a person or a machine; None: nobody can say
    has_rung: bool | None = None  # it rang and nobody picked up: neither busy nor a machine
    is_under_way: bool = False
    rang: timedelta | None = None  # as long as its step lasted
    call: CallFacts | None = None

    @property
    def is_ahead(self) -> bool:
        return self.position == AHEAD


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
    elsewhere_undated: int = 0  # further dials in other leads' paths: when is not known, or nobody looked
    ahead: datetime | None = None  # a dial that a forecast adds

    @cached_property
    def dials(self) -> tuple[Dial, ...]:
        """The lead's own, in order of the path; calls that only wait in a queue have not been made."""
        own = [dial for visit in self.timeline.visits if is_call(visit) and (dial := self._dial(visit)) is not None]
        return (*own, Dial(self.ahead, AHEAD)) if self.ahead else tuple(own)

    @cached_property
    def placed(self) -> tuple[tuple[datetime, Dial], ...]:
        """The lead's own dials that have a moment, in order of time."""
        return _in_order((dial.at, dial) for dial in self.dials if dial.at is not None)

    @cached_property
    def undated(self) -> tuple[Dial, ...]:
        return tuple(dial for dial in self.dials if dial.at is None)

    @cached_property
    def to_number(self) -> tuple[tuple[datetime, Dial], ...]:
        """Every known dial to the number, whichever lead's, in order of time."""
        others = [(at, Dial(at)) for at in self.elsewhere or ()]
        return _in_order((*self.placed, *others)) if others else self.placed

    @cached_property
    def calls_made(self) -> tuple[Talk, ...]:
        """In either direction, in order of the path; those that may still wait for their turn, too."""
        return tuple(made_calls(self.timeline.visits, self.calls))

    @cached_property
    def talks(self) -> tuple[Talk, ...]:
        """Those that were conversations, or may have been."""
        return tuple(one for one in self.calls_made if one.spoke is not False)

    @cached_property
    def unreadable(self) -> int:
        """Steps of the history that may hide a dial."""
        return sum(may_hide_call(visit) for visit in self.timeline.visits)

    def with_dial(self, at: datetime) -> Case:
        """The same with one more dial, which has not been made."""
        return replace(self, ahead=at)

    def facts(self, visit: Visit) -> CallFacts | None:
        return self.calls.get(visit.call_id) if visit.call_id else None

    def _dial(self, visit: Visit) -> Dial | None:
        call = self.facts(visit)
        if is_unmade(visit) or (call is not None and call.is_inbound):
            return None
        own_time = call.started_at if call else None
        at = own_time or visit.entered_at
        if is_in_queue(visit):
            if call is not None and (call.status == "created" or words.family(call.status) is Family.WAITING):
                return None
            if call is None or call.status == "unknown":
                at = None
        family = words.family(visit.status)
        is_under_way = visit.is_open and family is Family.IN_FLIGHT
        is_told = is_under_way or family in (Family.DONE, Family.NOT_REACHED)
        return Dial(
            at=at,
            position=visit.position,
            is_own_time=own_time is not None,
            answered=_answered(family, call),
            has_rung=visit.status in RUNG if is_told else None,
            is_under_way=is_under_way,
            rang=visit.duration,
            call=call,
        )


def _answered(family: Family, call: CallFacts | None) -> bool | None:
    """By the step's status; where that leaves it open, by the call's record."""
    if family in (Family.DONE, Family.NOT_REACHED):
        return family is Family.DONE
    if call is not None and call.turns:
        return True
    return False if call is not None and call.status in words.CALL_NEVER_CONNECTED else None


def _in_order(dials: Iterable[tuple[datetime, Dial]]) -> tuple[tuple[datetime, Dial], ...]:
    return tuple(sorted(dials, key=lambda pair: pair[0]))
