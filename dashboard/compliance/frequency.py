"""Rules about how often a number is dialled, and how soon again. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dashboard.compliance.case import Case, Dial
from dashboard.compliance.found import Found, cannot_tell, clear, count, doubt, positions_of, times, violated
from dashboard.compliance.packs import AfterTalk, Frequency, Gap, Ring
from dashboard.compliance.talks import talks
from dashboard.compliance.verdict import Result

_SHIFT = timedelta(hours=2)  # more than clocks are ever put forward or back
Placed = Sequence[tuple[datetime, Dial]]


def frequency(case: Case, rule: Frequency) -> Found:
    """The most dials in any trailing window, which holds its end and not its beginning."""
    length = timedelta(hours=rule.hours)
    window = f"{rule.hours // 24} days" if rule.hours % 24 == 0 and rule.hours > 24 else f"{rule.hours} hours"
    inputs = (_known(case), *times(case), *case.unknown)
    if not case.dials:
        return doubt(case) or clear("Nothing was dialled.", inputs)
    full = max(_windows(case.to_number, length), key=len, default=())
    most = len(full)
    if most > rule.most:
        over = [dial for held in _windows(case.to_number, length) if len(held) > rule.most for _, dial in held]
        sentence = f"{count(most, 'dial')} within {window}; {rule.most} are allowed."
        if rule.state:
            return cannot_tell(f"{sentence} It counts only in {rule.state}.", positions_of(over), inputs)
        return violated(rule, sentence, positions_of(over), inputs)
    if most + len(case.undated) + case.unreadable > rule.most and (found := doubt(case)):
        return found
    if case.elsewhere is None:
        return cannot_tell("The number is not known, so dials by other leads are not counted.", inputs=inputs)
    sentence = f"At most {count(most, 'dial')} within {window}; {rule.most} are allowed."
    if rule.warn_from and most >= rule.warn_from:
        return _warning(sentence, full, inputs)
    return clear(sentence, inputs)


def gap(case: Case, rule: Gap) -> Found:
    """Two unanswered dials close together."""
    length, inputs = timedelta(minutes=rule.minutes), times(case)
    close = [
        (one, other)
        for (at, one), (then, other) in zip(case.to_number, case.to_number[1:], strict=False)
        if then - at <= length
    ]
    sure = [pair for pair in close if all(dial.is_unanswered for dial in pair)]
    if sure:
        sentence = f"{count(len(sure), 'time')} two unanswered dials within {rule.minutes} minutes."
        return violated(rule, sentence, positions_of(dial for pair in sure for dial in pair), inputs)
    # Whether another lead's dial, or one to come, was answered is not known.
    unsure = [
        pair for pair in close if any(dial.is_unanswered for dial in pair) and any(not dial.position for dial in pair)
    ]
    if unsure:
        sentence = f"Two dials within {rule.minutes} minutes, one of which is not in this record."
        return cannot_tell(sentence, positions_of(dial for pair in unsure for dial in pair), inputs)
    return doubt(case) or clear(f"No two unanswered dials within {rule.minutes} minutes.", inputs)


def after_talk(case: Case, rule: AfterTalk) -> Found:
    """Dials on the days after a conversation, whose own day is the first."""
    inputs = (case.clock.sentence, *times(case), *case.unknown)
    sure: list[Dial] = []
    unsure: list[Dial] = []
    for talk in talks(case):
        later = case.to_number if talk.at is None else [pair for pair in case.to_number if pair[0] > talk.at]
        for at, dial in later:
            within = None if talk.at is None else _is_within(case, talk.at, at, rule.days)
            if within and talk.is_sure:
                sure.append(dial)
            elif within is not False:
                unsure.append(dial)
    if sure:
        sentence = f"{count(len(sure), 'dial')} within {rule.days} days of a conversation."
        return violated(rule, sentence, positions_of(sure), inputs)
    if unsure:
        why = "of which it is not known whether they spoke, or on which day"
        sentence = f"{count(len(unsure), 'dial')} soon after a call {why}."
        return cannot_tell(sentence, positions_of(unsure), inputs)
    if found := doubt(case):
        return found
    if case.elsewhere is None and talks(case):
        return cannot_tell("The number is not known, so dials by other leads are not counted.", inputs=inputs)
    return clear(f"No dial within {rule.days} days of a conversation.", inputs)


def ring(case: Case, rule: Ring) -> Found:
    """How long unanswered calls rang."""
    least = timedelta(seconds=rule.seconds)
    unanswered = [dial for dial in case.dials if dial.has_rung]
    short = [dial for dial in unanswered if dial.rang is not None and dial.rang < least]
    inputs = ("Ringing is taken to last as long as the step did.",)
    if short:
        sentence = f"{count(len(short), 'unanswered call')} shorter than {rule.seconds} s."
        return violated(rule, sentence, positions_of(short), inputs)
    if unknown := [dial for dial in unanswered if dial.rang is None]:
        sentence = f"{count(len(unknown), 'unanswered call')} whose length is not known."
        return cannot_tell(sentence, positions_of(unknown), inputs)
    if case.unreadable and (found := doubt(case)):
        return found
    return clear(f"Each of {count(len(unanswered), 'unanswered call')} rang {rule.seconds} s or longer.", inputs)


def _windows(placed: Placed, length: timedelta) -> list[Placed]:
    """For each dial that window which ends with it; those that hold none of the lead's own dials say nothing of it."""
    found, first = [], 0
    for last, (at, _) in enumerate(placed):
        while at - placed[first][0] >= length:
            first += 1
        held = placed[first : last + 1]
        if any(dial.position is not None for _, dial in held):
            found.append(held)
    return found


def _warning(sentence: str, held: Placed, inputs: tuple[str, ...]) -> Found:
    positions = tuple(dial.position for _, dial in held if dial.position is not None)
    return Found(Result.WARNING, f"{sentence} Near the limit.", positions, inputs)


def _known(case: Case) -> str:
    others = len(case.elsewhere or ())
    own = len(case.dials)
    return f"Known dials to this number: {own:,} of this lead, {others:,} of other leads."


def _is_within(case: Case, talk: datetime, at: datetime, days: int) -> bool | None:
    """Whether a dial falls on one of `days` days that begin with the conversation's; None: it depends on the zone."""
    found = {(then.date() - day.date()).days < days for day, then in case.clock.pairs(talk, at)}
    if found:
        return found.pop() if len(found) == 1 else None
    elapsed = at - talk
    if elapsed < timedelta(days=days - 1) - _SHIFT:
        return True
    return False if elapsed > timedelta(days=days) + _SHIFT else None
