"""Rules about what was said, by the facts that were kept of each call: never by the words themselves. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from dashboard.compliance.calls import CallFacts
from dashboard.compliance.case import Case, Dial
from dashboard.compliance.found import (
    Found,
    cannot_tell,
    clear,
    count,
    doubt,
    latest_before,
    positions_of,
    undialled,
    unseen,
    violated,
    warned,
)
from dashboard.compliance.packs import AfterSilent, CallerSeries, OptOut, Phrases, Said, Silent
from dashboard.compliance.talks import Talk

NOT_READ = "whose record has not been read, or has no transcript"
ELSEWHERE = "What was said in other leads’ calls to this number is not searched."


def silent(case: Case, rule: Silent) -> Found:
    """Answered calls in which the agent said nothing."""
    bad, unsure = _silence(case)
    if bad:
        sentence = f"{count(len(bad), 'answered call')} without a word from the agent: possibly silent or abandoned."
        return violated(rule, sentence, positions_of(bad))
    if unsure:
        return cannot_tell(f"{count(len(unsure), 'call')} {NOT_READ}.", positions_of(unsure))
    return _unreadable(case) or clear("The agent spoke in every answered call.")


def after_silent(case: Case, rule: AfterSilent) -> Found:
    """Dials soon after such a call."""
    if found := undialled(case):
        return found
    length = timedelta(hours=rule.hours)
    bad, unsure = _silence(case)
    bad_ends = sorted(dial.at for dial in bad if dial.at)
    own_ends = sorted((*bad_ends, *(dial.at for dial in unsure if dial.at)))
    any_ends = sorted((*own_ends, *(case.elsewhere or ())))  # nobody knows what was said in other leads' calls

    def is_soon(ends: list[datetime], at: datetime) -> bool:
        end = latest_before(ends, at)
        return end is not None and at - end <= length

    if again := [dial for at, dial in case.to_number if is_soon(bad_ends, at)]:
        sentence = f"{count(len(again), 'dial')} within {rule.hours} h of a call without a word from the agent."
        return violated(rule, sentence, positions_of(again))
    unsure_again = [
        dial for at, dial in case.to_number if is_soon(any_ends if dial.position is not None else own_ends, at)
    ]
    if unsure_again:
        sentence = f"{count(len(unsure_again), 'dial')} within {rule.hours} h of a call {NOT_READ}."
        return cannot_tell(sentence, positions_of(unsure_again))
    return unseen(case) or clear(f"No dial within {rule.hours} h of such a call.")


def said(case: Case, rule: Said, phrases: Phrases) -> Found:
    """Conversations without any of the phrases."""
    bad, unsure = [], []
    for talk in case.talks:
        turns = _turns(talk.call, phrases)
        # Where nobody knows who spoke, the words may have been the other side's, and it may have been no conversation.
        if turns is None or not talk.spoke or (turns and talk.call and talk.call.unknown_turns):
            unsure.append(talk.position)
        elif not turns:
            bad.append(talk.position)
    inputs = (_looked_for(phrases),)
    if bad:
        sentence = f"{count(len(bad), 'conversation')} in which none of the pack’s phrases was found."
        return violated(rule, sentence, bad, inputs)
    if unsure:
        sentence = f"{count(len(unsure), 'call')} {NOT_READ}, or does not tell who spoke."
        return cannot_tell(sentence, unsure, inputs)
    return _unreadable(case) or clear(
        "Said in every conversation." if case.talks else "There was no conversation.", inputs
    )


def opt_out(case: Case, rule: OptOut, phrases: Phrases) -> Found:
    """Dials after the caller's words."""
    asked: list[Talk] = []
    unsure: list[Talk] = []
    for talk in case.calls_made:
        turns = _turns(talk.call, phrases)
        if turns:
            asked.append(talk)
        elif turns is None and (talk.spoke is not False or (talk.call and talk.call.turns)):
            unsure.append(talk)
    inputs = (_looked_for(phrases), ELSEWHERE, *case.unknown)
    if asked:
        since = min((talk.at for talk in asked if talk.at), default=None)
        later = [dial for at, dial in case.to_number if since and at > since]
        calls = [talk.position for talk in asked]
        if later:
            sentence = f"{count(len(later), 'dial')} after the caller’s words were found that ask for no more calls."
            return violated(rule, sentence, [*calls, *positions_of(later)], inputs)
        sentence = "The caller’s words were found that ask for no more calls; no dial is known since."
        return warned(sentence, calls, inputs)
    if unsure:
        sentence = f"{count(len(unsure), 'call')} {NOT_READ}."
        return cannot_tell(sentence, [talk.position for talk in unsure], inputs)
    return _unreadable(case) or clear("No such words were found in any call.", inputs)


def caller_series(case: Case, rule: CallerSeries) -> Found:
    """The first digits of the numbers that called."""
    country = case.clock.country_code
    if country not in (None, rule.country_code):
        return clear(f"The called number is not of country code {rule.country_code}.")
    made = [dial for dial in case.dials if not dial.is_ahead]
    if not made:
        return _unreadable(case) or clear("Nothing was dialled.")
    if country is None:
        return cannot_tell("The called number’s country is not known.")
    bad, unsure = [], []
    for dial in made:
        code, _, digits = (dial.call.caller_series if dial.call else "").partition(" ")
        if not digits:
            unsure.append(dial)
        elif code != str(country) or not digits.startswith(rule.prefixes):
            bad.append(dial)
    if bad:
        return violated(rule, f"{count(len(bad), 'dial')} from a number of another series.", positions_of(bad))
    if unsure:
        sentence = f"{count(len(unsure), 'dial')} whose calling number is not known."
        return cannot_tell(sentence, positions_of(unsure))
    return _unreadable(case) or clear("Every dial came from a number of these series.")


def _silence(case: Case) -> tuple[list[Dial], list[Dial]]:
    """Answered calls without a word from the agent, and those of which nobody can say."""
    bad, unsure = [], []
    for dial in case.dials:
        call = dial.call
        if dial.answered is False or dial.is_under_way or dial.is_ahead or (call and call.agent_turns):
            continue
        if call and call.turns and not call.unknown_turns:
            bad.append(dial)
        else:
            unsure.append(dial)
    return bad, unsure


def _turns(call: CallFacts | None, phrases: Phrases) -> tuple[int, ...] | None:
    """Where the phrases were found; None: nobody looked, or there was nothing to look at."""
    if call is None or not call.turns:
        return None
    return call.found.get(phrases.key)


def _looked_for(phrases: Phrases) -> str:
    return f"Looked for: {'; '.join(phrases.phrases)}."


def _unreadable(case: Case) -> Found | None:
    return doubt(case) if case.unreadable else None
