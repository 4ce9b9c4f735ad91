"""Rules about how often a number is dialled, and how soon again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from dashboard.compliance.case import Case, Dial
from dashboard.compliance.found import (
    Found,
    cannot_tell,
    clear,
    count,
    doubt,
    latest_before,
    positions_of,
    times,
    undialled,
    unseen,
    violated,
    warned,
)
from dashboard.compliance.packs import AfterTalk, Frequency, Gap, Ring

_SHIFT = timedelta(hours=2)  # more than clocks are ever put forward or back
Placed = Sequence[tuple[datetime, Dial]]


def frequency(case: Case, rule: Frequency) -> Found:
    """The most dials in any trailing window, which holds its end and not its beginning."""
    window = f"{rule.hours // 24} days" if rule.hours % 24 == 0 and rule.hours > 24 else f"{rule.hours} hours"
    inputs = (_known(case), *times(case), *case.unknown)
    if found := undialled(case, inputs):
        return found
    windows = list(_windows(case.to_number, timedelta(hours=rule.hours)))
    own = [one for one in windows if one.is_own]
    full = max(own, key=_size, default=None)
    most = _size(full) if full else 0
    sentence = f"{count(most, 'dial')} within {window}; allowed: {rule.most}."
    if most > rule.most:
        positions = positions_of(_held(case.to_number, [one for one in own if _size(one) > rule.most]))
        if rule.state:
            return cannot_tell(f"{sentence} It counts only in {rule.state}.", positions, inputs)
        return violated(rule, sentence, positions, inputs)
    if full and rule.warn_from and most >= rule.warn_from:
        return warned(f"{sentence} Near the limit.", positions_of(_held(case.to_number, [full])), inputs)
    # A dial without a moment may fall into any window, and so into those that hold other leads' dials only; and be the
    # one from which on to warn.
    at_most = max(map(_size, windows), default=0) + len(case.undated) + case.unreadable + case.elsewhere_undated
    if (at_most >= (rule.warn_from or rule.most + 1) or case.elsewhere is None) and (found := unseen(case, inputs)):
        return found
    return clear(f"At most {sentence}", inputs)


def gap(case: Case, rule: Gap) -> Found:
    """Two unanswered dials close together."""
    length, inputs = timedelta(minutes=rule.minutes), times(case)
    if found := undialled(case, inputs):
        return found
    sure = _close([pair for pair in case.to_number if pair[1].answered is False], length)
    if sure:
        sentence = f"{count(len(sure), 'time')} two unanswered dials within {rule.minutes} minutes."
        return violated(rule, sentence, positions_of(dial for pair in sure for dial in pair), inputs)
    # Whether another lead's dial, or one to come, was answered is not known.
    unsure = _close([pair for pair in case.to_number if not pair[1].answered], length)
    if unsure:
        sentence = f"Two dials within {rule.minutes} minutes, of which it is not known whether anybody answered."
        return cannot_tell(sentence, positions_of(dial for pair in unsure for dial in pair), inputs)
    return unseen(case, inputs) or clear(f"No two unanswered dials within {rule.minutes} minutes.", inputs)


def after_talk(case: Case, rule: AfterTalk) -> Found:
    """Dials on the days after a conversation, whose own day is the first."""
    inputs = (case.clock.sentence, *times(case), *case.unknown)
    if found := undialled(case, inputs):
        return found
    sure_talks = sorted(talk.at for talk in case.talks if talk.at and talk.spoke)
    own_talks = sorted(talk.at for talk in case.talks if talk.at)
    any_talks = sorted((*own_talks, *(case.elsewhere or ())))  # other leads' calls may have been conversations
    is_undated = any(talk.at is None for talk in case.talks)
    sure: list[Dial] = []
    unsure: list[Dial] = []
    for at, dial in case.to_number:
        if _is_soon(case, sure_talks, at, rule.days):
            sure.append(dial)
        elif (
            is_undated or _is_soon(case, own_talks if dial.position is None else any_talks, at, rule.days) is not False
        ):
            unsure.append(dial)
    if sure:
        sentence = f"{count(len(sure), 'dial')} within {rule.days} days of a conversation."
        return violated(rule, sentence, positions_of(sure), inputs)
    if unsure:
        why = "of which it is not known whether they spoke, or on which day"
        sentence = f"{count(len(unsure), 'dial')} soon after a call {why}."
        return cannot_tell(sentence, positions_of(unsure), inputs)
    return unseen(case, inputs) or clear(f"No dial within {rule.days} days of a conversation.", inputs)


def ring(case: Case, rule: Ring) -> Found:
    """How long unanswered calls rang."""
    least = timedelta(seconds=rule.seconds)
    unanswered = [dial for dial in case.dials if dial.has_rung]
    short = [dial for dial in unanswered if dial.rang is not None and dial.rang < least]
    inputs = ("Ringing is taken to last as long as the step did.",)
    if short:
        sentence = f"{count(len(short), 'unanswered call')} shorter than {rule.seconds} s."
        return violated(rule, sentence, positions_of(short), inputs)
    unknown = [
        dial
        for dial in case.dials
        if not dial.is_ahead and (dial.has_rung is None or (dial.has_rung and dial.rang is None))
    ]
    if unknown:
        sentence = (
            f"{count(len(unknown), 'call')} of which it is not known whether, or how long, the phone rang in vain."
        )
        return cannot_tell(sentence, positions_of(unknown), inputs)
    if case.unreadable and (found := doubt(case)):
        return found
    if not unanswered:
        return clear("No call rang in vain.", inputs)
    return clear(f"Each of {count(len(unanswered), 'unanswered call')} rang {rule.seconds} s or longer.", inputs)


class _Window(NamedTuple):
    """The dials from first to last, both included. is_own: the lead itself has one of them."""

    first: int
    last: int
    is_own: bool


def _windows(placed: Placed, length: timedelta) -> Iterator[_Window]:
    """For each dial the window that ends with it."""
    first, own = 0, -1
    for last, (at, dial) in enumerate(placed):
        if dial.position is not None:
            own = last
        while at - placed[first][0] >= length:
            first += 1
        yield _Window(first, last, own >= first)


def _size(window: _Window) -> int:
    return window.last - window.first + 1


def _held(placed: Placed, windows: Iterable[_Window]) -> Iterator[Dial]:
    """The dials of windows that come in order, each once."""
    after = 0
    for window in windows:
        yield from (dial for _, dial in placed[max(after, window.first) : window.last + 1])
        after = window.last + 1


def _close(placed: Placed, length: timedelta) -> list[tuple[Dial, Dial]]:
    """Neighbours no farther from each other than that, one of them at least the lead's own."""
    return [
        (one, other)
        for (at, one), (then, other) in pairwise(placed)
        if then - at <= length and (one.position is not None or other.position is not None)
    ]


def _known(case: Case) -> str:
    others = len(case.elsewhere or ())
    own = len(case.dials)
    return f"Known dials to this number: {own:,} of this lead, {others:,} of other leads."


def _is_soon(case: Case, moments: Sequence[datetime], at: datetime, days: int) -> bool | None:
    """Whether a dial falls on one of `days` days that begin with the latest moment's; None: it depends on the zone."""
    moment = latest_before(moments, at)
    if moment is None:
        return False
    elapsed = at - moment
    if elapsed > timedelta(days=days) + _SHIFT:
        return False
    if found := {(then.date() - day.date()).days < days for day, then in case.clock.pairs(moment, at)}:
        return found.pop() if len(found) == 1 else None
    return True if elapsed < timedelta(days=days - 1) - _SHIFT else None
