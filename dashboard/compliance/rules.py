"""The judge: every rule of some packs over one case. Pure; which computation a rule's kind is stands here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashboard.compliance import frequency, packs, record, speech, timing
from dashboard.compliance.case import Case
from dashboard.compliance.found import Computation, Found
from dashboard.compliance.packs import Base, Pack, Rule
from dashboard.compliance.verdict import Verdict

COMPUTATIONS: Mapping[type[Base], Computation] = {
    packs.Hours: timing.hours,
    packs.Weekdays: timing.weekdays,
    packs.PerDay: timing.per_day,
    packs.Frequency: frequency.frequency,
    packs.Gap: frequency.gap,
    packs.AfterTalk: frequency.after_talk,
    packs.Ring: frequency.ring,
    packs.Silent: speech.silent,
    packs.AfterSilent: speech.after_silent,
    packs.CallerSeries: speech.caller_series,
    packs.Outside: record.outside,
    packs.Transcript: record.transcript,
    packs.CallRecord: record.call_record,
    packs.DataNotes: record.data_notes,
    packs.AfterEnd: record.after_end,
}


def judge(case: Case, chosen: Iterable[Pack]) -> tuple[Verdict, ...]:
    """A verdict for each rule, in the packs' order."""
    return tuple(_verdict(case, pack, rule) for pack in chosen for rule in pack.rules)


def _verdict(case: Case, pack: Pack, rule: Rule) -> Verdict:
    found = _found(case, pack, rule)
    return Verdict(pack, rule, found.result, found.sentence, found.inputs, found.positions)


def _found(case: Case, pack: Pack, rule: Rule) -> Found:
    if isinstance(rule, packs.Said):
        return speech.said(case, rule, pack.words(rule.phrases))
    if isinstance(rule, packs.OptOut):
        return speech.opt_out(case, rule, pack.words(rule.phrases))
    return COMPUTATIONS[type(rule)](case, rule)
