"""What a computation found, before it is a verdict; and the words that computations share."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.compliance.case import Case, Dial
from dashboard.compliance.packs import Base
from dashboard.compliance.verdict import Result


@dataclass(frozen=True, slots=True)
class Found:
    """clear, cannot tell, warning or breach; why, in a sentence; the visits concerned; what it was computed from."""

    result: Result
    sentence: str
    positions: tuple[int, ...] = ()
    inputs: tuple[str, ...] = ()


Computation = Callable[[Case, Any], Found]


def violated(rule: Base, sentence: str, positions: Iterable[int | None] = (), inputs: Iterable[str] = ()) -> Found:
    """As bad as the rule's source has it."""
    return Found(Result(rule.level), sentence, _known(positions), tuple(inputs))


def warned(sentence: str, positions: Iterable[int | None], inputs: Iterable[str]) -> Found:
    """Short of a violation, whatever the rule's level."""
    return Found(Result.WARNING, sentence, _known(positions), tuple(inputs))


def clear(sentence: str, inputs: Iterable[str] = ()) -> Found:
    return Found(Result.CLEAR, sentence, inputs=tuple(inputs))


def cannot_tell(sentence: str, positions: Iterable[int | None] = (), inputs: Iterable[str] = ()) -> Found:
    return Found(Result.CANNOT_TELL, sentence, _known(positions), tuple(inputs))


def positions_of(dials: Iterable[Dial]) -> Iterator[int | None]:
    return (dial.position for dial in dials)


def count(number: int, noun: str) -> str:
    """ "1 dial", "2 dials" """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def doubt(case: Case, inputs: Iterable[str] = ()) -> Found | None:
    """Why a rule about the times of the lead's own dials can't say "clear" of this record, or None."""
    if case.undated:
        sentence = f"{count(len(case.undated), 'dial')} of which nobody can say when."
        return cannot_tell(sentence, positions_of(case.undated), inputs)
    if case.unreadable:
        sentence = (
            f"{count(case.unreadable, 'step')} of the history can’t be read, or has no type, and may hide a dial."
        )
        return cannot_tell(sentence, inputs=inputs)
    return None


def unseen(case: Case, inputs: Iterable[str] = ()) -> Found | None:
    """The same for a rule about every dial to the number, whichever lead's."""
    if found := doubt(case, inputs):
        return found
    if case.dials and case.elsewhere is None:
        return cannot_tell("The number is not known, so dials by other leads are not counted.", inputs=inputs)
    if case.dials and case.elsewhere_undated:
        sentence = f"{count(case.elsewhere_undated, 'dial')} by other leads to this number, nobody can say when."
        return cannot_tell(sentence, inputs=inputs)
    return None


def undialled(case: Case, inputs: Iterable[str] = ()) -> Found | None:
    """What a rule about dials says of a lead that was never dialled, or None: it was, or may have been."""
    return None if case.dials or case.unreadable else clear("Nothing was dialled.", inputs)


def latest_before(moments: Sequence[datetime], at: datetime) -> datetime | None:
    """Of moments in order."""
    place = bisect_left(moments, at)
    return moments[place - 1] if place else None


def times(case: Case) -> tuple[str, ...]:
    """Which clock the moments of dials are by, for the inputs of a verdict."""
    own = sum(dial.is_own_time for _, dial in case.placed)
    steps = len(case.placed) - own - (case.ahead is not None)
    said = [f"{count(own, 'dial')} by the call’s own record" if own else ""]
    said.append(f"{count(steps, 'dial')} by the start of the step, which the dial may follow" if steps else "")
    said.append("one dial as forecast" if case.ahead else "")
    return (f"Times of dials: {'; '.join(filter(None, said))}.",) if any(said) else ()


def _known(positions: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(position for position in positions if position is not None))


def first_few(words: Sequence[str], most: int = 3) -> str:
    more = len(words) - most
    return ", ".join(words[:most]) + (f" and {more} more" if more > 0 else "")
