"""Gathers what verdicts rest on, from the database, and has it judged: one lead for its page, many for the queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.crypto import salted_hmac

from dashboard.compliance import calls, packs
from dashboard.compliance.calls import CallFacts
from dashboard.compliance.case import Case
from dashboard.compliance.clock import CalledClock, called_clock
from dashboard.compliance.packs import Pack, Phrases
from dashboard.compliance.rules import judge
from dashboard.compliance.snapshot import Snapshot, snapshot
from dashboard.compliance.verdict import Result, Verdict, worst
from dashboard.models import CallDigest, Digest, PackChoice, Review, RulePack, call_digest, phone_hash
from dashboard.timeline.digest import retold
from dashboard.timeline.model import Call, Timeline

# What no history tells, said with every verdict that counts dials.
UNKNOWN = ("Retries inside one call, and workflows that Leadline has not read, are not counted.",)
MOST_OTHERS = 500  # other leads with the same number: a test number may stand in thousands
CALL_KEYS = ("workflow_id", "lead_id", "call_id")
CALL_FIELDS = tuple(field.name for field in CallDigest._meta.concrete_fields if field.name not in ("id", *CALL_KEYS))


class Dialled(NamedTuple):
    """What a digest tells of its lead's dials."""

    workflow_id: str
    lead_id: str
    dials: int
    dial_times: list[str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One lead, judged. has_pack False: only the record's own rules were, which says nothing of any law."""

    case: Case
    chosen: tuple[Pack, ...]
    verdicts: tuple[Verdict, ...]
    review: Review | None

    @property
    def has_pack(self) -> bool:
        return len(self.chosen) > 1

    @property
    def worst(self) -> Result | None:
        return worst(verdict.result for verdict in self.verdicts)


_pack = lru_cache(maxsize=64)(packs.read)  # a text is the same pack for every page


def known_packs() -> dict[str, Pack]:
    """Those that come along, those of RULE_PACKS, and those of the admin, by id."""
    own = (_pack(text) for text in RulePack.objects.values_list("text", flat=True))
    return {**{pack.id: pack for pack in own}, **packs.filed(settings.RULE_PACKS)}


def chosen_packs(workflow_id: str) -> tuple[Pack, ...]:
    """The record's own pack, and those that the workflow is judged by."""
    choice = PackChoice.objects.filter(workflow_id=workflow_id).values_list("packs", flat=True).first() or []
    filed = packs.filed(settings.RULE_PACKS)
    known = filed if all(one in filed for one in choice) else known_packs()
    return tuple(known[one] for one in (packs.RECORD, *choice) if one in known)


def judgement(timeline: Timeline) -> Judgement:
    """A lead whose history was just read. Costs four queries, and none upstream."""
    return judged(timeline, review_of(timeline))


def review_of(timeline: Timeline) -> Review | None:
    """The lead's place in the queue, with the people that its state names."""
    ids = {"workflow_id": timeline.workflow_id, "lead_id": timeline.lead.id}
    return Review.objects.filter(**ids).select_related("reviewer", "second").defer("snapshot").first()


def judged(timeline: Timeline, review: Review | None) -> Judgement:
    """judgement(), where the review is known: costs three queries."""
    ids = {"workflow_id": timeline.workflow_id, "lead_id": timeline.lead.id}
    number = phone_hash(timeline.lead.phone)
    own = (timeline.workflow_id, timeline.lead.id)
    elsewhere, undated = _elsewhere(own, _dials([number])[number]) if number else (None, 0)
    case = Case(
        timeline,
        called_clock(timeline.lead.phone, review.zone if review else ""),
        {one.call_id: one.facts() for one in CallDigest.objects.filter(**ids)},
        elsewhere,
        UNKNOWN,
        undated,
    )
    chosen = chosen_packs(timeline.workflow_id)
    return Judgement(case, chosen, judge(case, chosen), review)


def judged_digests(workflow_id: str, lead_ids: Iterable[str]) -> Iterator[tuple[str, tuple[Verdict, ...]]]:
    """Each lead's id and verdicts, by digests alone. Costs five queries, however many leads there are."""
    wanted = list(lead_ids)
    ids = {"workflow_id": workflow_id, "lead_id__in": wanted}
    chosen = chosen_packs(workflow_id)
    digests = list(Digest.objects.filter(**ids))
    zones = dict(Review.objects.filter(**ids).exclude(zone="").values_list("lead_id", "zone"))
    facts = _facts(ids)
    dials = _dials({digest.phone_hash for digest in digests if digest.phone_hash})
    for digest in digests:
        number, own = digest.phone_hash, (digest.workflow_id, digest.lead_id)
        elsewhere, undated = _elsewhere(own, dials[number]) if number else (None, 0)
        clock = _clock(digest, zones.get(digest.lead_id, ""))
        case = Case(retold(digest), clock, facts[digest.lead_id], elsewhere, UNKNOWN, undated)
        yield digest.lead_id, judge(case, chosen)


def judged_histories(workflow_id: str, timelines: Iterable[Timeline]) -> list[Judgement]:
    """Leads of one workflow whose histories were just read and their digests kept. Six queries, however many."""
    histories = {timeline.lead.id: timeline for timeline in timelines}
    ids = {"workflow_id": workflow_id, "lead_id__in": list(histories)}
    chosen = chosen_packs(workflow_id)
    reviews = {review.lead_id: review for review in Review.objects.filter(**ids)}
    facts = _facts(ids)
    numbers = {lead_id: phone_hash(timeline.lead.phone) for lead_id, timeline in histories.items()}
    dials = _dials(filter(None, numbers.values()))
    found = []
    for lead_id, timeline in histories.items():
        review, number = reviews.get(lead_id), numbers[lead_id]
        elsewhere, undated = _elsewhere((workflow_id, lead_id), dials[number]) if number else (None, 0)
        clock = called_clock(timeline.lead.phone, review.zone if review else "")
        case = Case(timeline, clock, facts[lead_id], elsewhere, UNKNOWN, undated)
        found.append(Judgement(case, chosen, judge(case, chosen), review))
    return found


def rests_on(judgement: Judgement) -> Snapshot:
    """The snapshot that a review keeps, and compares with."""
    case = judgement.case
    return snapshot(case.timeline, case.calls, judgement.chosen, judgement.verdicts, key=_key("snapshots"))


def phrases(chosen: Iterable[Pack]) -> tuple[Phrases, ...]:
    """Every list that a call's turns are searched for."""
    return tuple(one for pack in chosen for one in pack.phrases)


def keep_call(timeline: Timeline, call: Call | str, *, read_at: datetime) -> bool:
    """Keep the facts of a call of this lead that was just read; of an id, that it has no record.

    Returns whether that told anything new: what is known already is not written again.
    """
    if isinstance(call, str):
        found = calls.missing(call, read_at=read_at)
    else:
        found = calls.facts(call, phrases(known_packs().values()), key=_key("calls"), read_at=read_at)
    ids = {"workflow_id": timeline.workflow_id, "lead_id": timeline.lead.id, "call_id": found.call_id}
    known = CallDigest.objects.filter(**ids).first()
    if known and replace(known.facts(), read_at=read_at) == found:
        return False
    row = call_digest(timeline.workflow_id, timeline.lead.id, found)
    CallDigest.objects.bulk_create([row], update_conflicts=True, unique_fields=CALL_KEYS, update_fields=CALL_FIELDS)
    return True


def _key(purpose: str) -> bytes:
    return salted_hmac(f"dashboard.judging.{purpose}", "digest", algorithm="sha256").digest()


def _clock(digest: Digest, override: str) -> CalledClock:
    zones = (override,) if override else tuple(digest.zones)
    return CalledClock(zones, bool(override), digest.country_code)


def _facts(ids: Mapping[str, Any]) -> defaultdict[str, dict[str, CallFacts]]:
    """By lead: its calls' facts, by their ids."""
    found: defaultdict[str, dict[str, CallFacts]] = defaultdict(dict)
    for one in CallDigest.objects.filter(**ids):
        found[one.lead_id][one.call_id] = one.facts()
    return found


def _dials(numbers: Iterable[str]) -> defaultdict[str, list[Dialled]]:
    """By a number's hash: what every lead that has it was dialled."""
    found: defaultdict[str, list[Dialled]] = defaultdict(list)
    rows = Digest.objects.filter(phone_hash__in=set(numbers))
    for number, *dialled in rows.values_list("phone_hash", *Dialled._fields):
        found[number].append(Dialled(*dialled))
    return found


def _elsewhere(own: tuple[str, str], known: Iterable[Dialled]) -> tuple[tuple[datetime, ...], int]:
    """The moments of other leads' dials to a number; and how many more dials there are, of which none is known."""
    others = [one for one in known if (one.workflow_id, one.lead_id) != own]
    moments = [datetime.fromisoformat(moment) for one in others[:MOST_OTHERS] for moment in one.dial_times]
    return tuple(moments), sum(one.dials for one in others) - len(moments)
