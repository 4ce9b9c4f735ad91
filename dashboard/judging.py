"""Gathers what verdicts rest on, from the database, and has it judged: one lead for its page, many for the queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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


def known_packs() -> dict[str, Pack]:
    """Those that come along and the installation's own, by id."""
    own = (packs.read(text) for text in RulePack.objects.values_list("text", flat=True))
    return {**packs.shipped(), **{pack.id: pack for pack in own}}


def chosen_packs(workflow_id: str) -> tuple[Pack, ...]:
    """The record's own pack, and those that the workflow is judged by."""
    choice = PackChoice.objects.filter(workflow_id=workflow_id).values_list("packs", flat=True).first() or []
    known = packs.shipped() if all(one in packs.shipped() for one in choice) else known_packs()
    return tuple(known[one] for one in (packs.RECORD, *choice) if one in known)


def judgement(timeline: Timeline) -> Judgement:
    """A lead whose history was just read. Costs four queries, and none upstream."""
    ids = {"workflow_id": timeline.workflow_id, "lead_id": timeline.lead.id}
    review = Review.objects.filter(**ids).defer("snapshot").first()
    number = phone_hash(timeline.lead.phone)
    others: Sequence[datetime] | None = None
    if number:
        rows = Digest.objects.filter(phone_hash=number).exclude(**ids).values_list("dial_times", flat=True)
        others = [datetime.fromisoformat(moment) for moments in rows[:MOST_OTHERS] for moment in moments]
    case = Case(
        timeline,
        called_clock(timeline.lead.phone, review.zone if review else ""),
        {one.call_id: one.facts() for one in CallDigest.objects.filter(**ids)},
        tuple(others) if others is not None else None,
        UNKNOWN,
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
    facts: defaultdict[str, dict[str, CallFacts]] = defaultdict(dict)
    for one in CallDigest.objects.filter(**ids):
        facts[one.lead_id][one.call_id] = one.facts()
    dials = _dials({digest.phone_hash for digest in digests if digest.phone_hash})
    for digest in digests:
        case = Case(
            retold(digest),
            _clock(digest, zones.get(digest.lead_id, "")),
            facts[digest.lead_id],
            _elsewhere(digest, dials),
            UNKNOWN,
        )
        yield digest.lead_id, judge(case, chosen)


def rests_on(judgement: Judgement) -> Snapshot:
    """The snapshot that a review keeps, and compares with."""
    case = judgement.case
    return snapshot(case.timeline, case.calls, judgement.chosen, judgement.verdicts, key=_key("snapshots"))


def phrases(chosen: Iterable[Pack]) -> tuple[Phrases, ...]:
    """Every list that a call's turns are searched for."""
    return tuple(one for pack in chosen for one in pack.phrases)


def keep_call(timeline: Timeline, call: Call | str, *, read_at: datetime) -> CallFacts:
    """Keep the facts of a call of this lead that was just read; of an id, that it has no record."""
    if isinstance(call, str):
        found = calls.missing(call, read_at=read_at)
    else:
        found = calls.facts(call, phrases(known_packs().values()), key=_key("calls"), read_at=read_at)
    row = call_digest(timeline.workflow_id, timeline.lead.id, found)
    CallDigest.objects.bulk_create([row], update_conflicts=True, unique_fields=CALL_KEYS, update_fields=CALL_FIELDS)
    return found


def _key(purpose: str) -> bytes:
    return salted_hmac(f"dashboard.judging.{purpose}", "digest", algorithm="sha256").digest()


def _clock(digest: Digest, override: str) -> CalledClock:
    zones = (override,) if override else tuple(digest.zones)
    return CalledClock(zones, bool(override), digest.country_code)


def _dials(numbers: Iterable[str]) -> Mapping[str, list[tuple[str, str, list[str]]]]:
    """By a number's hash: workflow, lead and dial times of every lead that has it."""
    found: defaultdict[str, list[tuple[str, str, list[str]]]] = defaultdict(list)
    rows = Digest.objects.filter(phone_hash__in=numbers)
    for number, *path in rows.values_list("phone_hash", "workflow_id", "lead_id", "dial_times"):
        found[number].append((path[0], path[1], path[2]))
    return found


def _elsewhere(digest: Digest, dials: Mapping[str, list[tuple[str, str, list[str]]]]) -> tuple[datetime, ...] | None:
    if not digest.phone_hash:
        return None
    own = (digest.workflow_id, digest.lead_id)
    others = [times for *path, times in dials[digest.phone_hash] if tuple(path) != own]
    return tuple(datetime.fromisoformat(moment) for times in others[:MOST_OTHERS] for moment in times)
