"""What a computation found, before it is a verdict; and the words that computations share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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


def clear(sentence: str, inputs: Iterable[str] = ()) -> Found:
    return Found(Result.CLEAR, sentence, inputs=tuple(inputs))


def cannot_tell(sentence: str, positions: Iterable[int | None] = (), inputs: Iterable[str] = ()) -> Found:
    return Found(Result.CANNOT_TELL, sentence, _known(positions), tuple(inputs))


def positions_of(dials: Iterable[Dial]) -> list[int | None]:
    return [dial.position for dial in dials]


def count(number: int, noun: str) -> str:
    """ "1 dial", "2 dials" """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def doubt(case: Case) -> Found | None:
    """Why a rule about the times of dials can't say "clear" of this record, or None."""
    if case.undated:
        sentence = f"{count(len(case.undated), 'dial')} without a time: nobody can say when."
        return cannot_tell(sentence, positions_of(case.undated))
    if case.unreadable:
        return cannot_tell(f"{count(case.unreadable, 'row')} of the history could not be read and may hide a dial.")
    return None


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
