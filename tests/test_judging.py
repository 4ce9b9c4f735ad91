"""What verdicts rest on, gathered from the database: for a lead's page, and for many leads by their digests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard import judging
from dashboard.compliance.snapshot import changes, fingerprint
from dashboard.compliance.verdict import Result, Verdict
from dashboard.models import CallDigest, Digest, PackChoice, Review, RulePack
from dashboard.scan.digests import keep
from dashboard.timeline.model import Call, Lead, Timeline, Turn, Visit
from tests.compliance.cases import step, talk

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)
NOON = datetime(2026, 7, 14, 16, 0, tzinfo=UTC)  # in New York
HOUR = timedelta(hours=1)
PHONE = "+12125550123"
SAID = Call(
    "call_1",
    "completed",
    transcript=(Turn("agent", "Hello."), Turn("caller", "Stop calling me."), Turn("agent", "Goodbye.")),
    started_at=NOON,
    from_phone="+911600000100",
)


def path(lead_id: str, *visits: Visit, workflow_id: str = "wf_abc", phone: str | None = PHONE) -> Timeline:
    placed = tuple(replace(visit, position=place, received=place) for place, visit in enumerate(visits, 1))
    return Timeline(workflow_id, Lead(lead_id, phone, status="active"), placed, received_rows=len(placed))


def by_rule(verdicts: tuple[Verdict, ...]) -> dict[str, str]:
    return {verdict.rule.id: verdict.result.value for verdict in verdicts}


def digests(*timelines: Timeline) -> dict[str, dict[str, str]]:
    """Kept and judged, by lead."""
    for one in timelines:
        keep(one.workflow_id, [(one, NOW)])
    ids = [one.lead.id for one in timelines if one.workflow_id == "wf_abc"]
    return {lead_id: by_rule(verdicts) for lead_id, verdicts in judging.judged_digests("wf_abc", ids)}


def test_workflow_without_a_choice_has_no_pack() -> None:
    """Only the record's own rules, and the judgement says that they are no law."""
    found = judging.judgement(path("lead_1", step(NOON)))

    assert not found.has_pack
    assert {verdict.pack.id for verdict in found.verdicts} == {"record"}
    assert found.worst is Result.WARNING  # a call that names no record


def test_packs_are_those_chosen_and_the_installation_s_own() -> None:
    """One that was deleted since is left out."""
    own = (
        'id = "own"\ntitle = "Own"\nversion = "1"\neffective_on = 2026-01-01\npurpose = "any"\ncountry = "any"\n'
        '[[rules]]\nid = "OWN-1"\nkind = "outside"\ntitle = "t"\ntext = "t."\nthreshold = "t."\n'
        'source = "https://example.com/"\nchecked_on = 2026-01-01\n'
    )
    RulePack.objects.create(slug="own", text=own)
    PackChoice.objects.create(workflow_id="wf_abc", packs=["uk-misuse", "own", "gone"])

    assert [pack.id for pack in judging.chosen_packs("wf_abc")] == ["record", "uk-misuse", "own"]
    assert judging.judgement(path("lead_1")).has_pack


def test_dials_to_the_number_count_over_workflows() -> None:
    """Four dials of this lead and four of another workflow's, all within a day: both are over seven."""
    PackChoice.objects.create(workflow_id="wf_abc", packs=["us-collections"])
    own = path("lead_1", *(step(NOON + HOUR * place, "no_answer") for place in range(4)))
    other = path("lead_2", *(step(NOON + HOUR * place, "busy") for place in range(4)), workflow_id="wf_other")

    alone = by_rule(judging.judgement(own).verdicts)
    found = digests(own, other)

    assert alone["REGF-7IN7"] == "clear"
    assert found["lead_1"]["REGF-7IN7"] == by_rule(judging.judgement(own).verdicts)["REGF-7IN7"] == "breach"


@pytest.mark.parametrize("unplaced", [step(None, "no_answer"), talk(NOON, "call_9", "queued")])
def test_other_lead_s_dial_of_no_known_moment_makes_the_count_unknown(unplaced: Visit) -> None:
    """It has no time, or waits in a queue and may have been made; one that was never made does not count."""
    PackChoice.objects.create(workflow_id="wf_abc", packs=["us-states"])
    own = path("lead_1", *(step(NOON + HOUR * place, "no_answer") for place in range(3)))

    unmade = digests(own, path("lead_2", step(NOON, "queued"), workflow_id="wf_other"))
    unknown = digests(own, path("lead_2", unplaced, workflow_id="wf_other"))

    assert unmade["lead_1"]["FL-24H"] == "clear"
    assert unknown["lead_1"]["FL-24H"] == by_rule(judging.judgement(own).verdicts)["FL-24H"] == "cannot tell"


def test_leads_without_a_number_are_not_taken_for_each_other() -> None:
    """No number is no number in common, and nobody can count its dials."""
    PackChoice.objects.create(workflow_id="wf_abc", packs=["us-collections"])
    some = [path(f"lead_{number}", step(NOON, "no_answer"), phone=None) for number in range(9)]

    assert {one["REGF-7IN7"] for one in digests(*some).values()} == {"cannot tell"}


def test_only_so_many_other_leads_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test number stands in thousands: the rest of their dials count as of no known moment."""
    monkeypatch.setattr(judging, "MOST_OTHERS", 1)
    PackChoice.objects.create(workflow_id="wf_abc", packs=["us-states"])
    own = path("lead_1", step(NOON, "no_answer"))
    others = [path(f"lead_{number}", step(NOON - 90 * HOUR, "no_answer")) for number in range(2, 6)]

    assert digests(own, *others)["lead_1"]["FL-24H"] == "cannot tell"


def test_zone_set_by_a_reviewer_holds_for_page_and_queue() -> None:
    """8:30 in New York is 2:30 in Honolulu."""
    PackChoice.objects.create(workflow_id="wf_abc", packs=["us-collections"])
    own = path("lead_1", step(NOON - 3.5 * HOUR, "no_answer"))
    before = digests(own)["lead_1"]["REGF-HOURS"]
    Review.objects.create(workflow_id="wf_abc", lead_id="lead_1", queued_at=NOW, zone="Pacific/Honolulu")

    assert (before, digests(own)["lead_1"]["REGF-HOURS"]) == ("clear", "breach")
    assert by_rule(judging.judgement(own).verdicts)["REGF-HOURS"] == "breach"


def test_call_that_is_read_is_kept_and_judged() -> None:
    """Its facts replace those kept before; what was said is nowhere in the row; the review's snapshot tells it."""
    own = path("lead_1", talk(NOON, "call_1"), step(NOON + 30 * HOUR, "no_answer"))
    before = judging.judgement(own)
    judging.keep_call(own, "call_1", read_at=NOW)
    judging.keep_call(own, SAID, read_at=NOW)

    after = judging.judgement(own)

    (row,) = CallDigest.objects.all()
    assert "Stop calling" not in str(row.__dict__)
    assert (row.is_missing, row.turns, row.caller_turns, row.caller_series) == (False, 3, 1, "91 1600")
    assert by_rule(before.verdicts)["REC-OPT-OUT"] == "cannot tell"
    assert by_rule(after.verdicts)["REC-OPT-OUT"] == digests(own)["lead_1"]["REC-OPT-OUT"] == "breach"
    assert changes(judging.rests_on(before), judging.rests_on(after)) == [
        "Call call_1: its record had not been read.",
        "Rule record REC-OPT-OUT: cannot tell → breach.",
        "Rule record REC-TRANSCRIPT: cannot tell → clear.",
    ]
    assert fingerprint(judging.rests_on(after)) == fingerprint(judging.rests_on(judging.judgement(own)))


def test_call_that_says_nothing_new_is_not_written_again() -> None:
    """Whoever reads a transcript twice waits for the database once."""
    own = path("lead_1", talk(NOON, "call_1"))

    told = [judging.keep_call(own, one, read_at=NOW) for one in ("call_1", "call_1", SAID)]
    with CaptureQueriesContext(connection) as found:
        told.append(judging.keep_call(own, SAID, read_at=NOW + HOUR * 2))

    assert told == [True, False, True, False]
    assert [query["sql"].partition(" ")[0] for query in found][-1:] == ["SELECT"]


def test_many_digests_cost_as_many_queries_as_few() -> None:
    """No query a lead."""
    few = [path(f"lead_{number}", talk(NOON, "call_1")) for number in range(2)]
    many = [path(f"lead_{number}", talk(NOON, "call_1"), phone=f"+1212555{number:04}") for number in range(40)]

    def queries(timelines: list[Timeline]) -> int:
        digests(*timelines)
        with CaptureQueriesContext(connection) as captured:
            found = dict(judging.judged_digests("wf_abc", [one.lead.id for one in timelines]))
        assert len(found) == len(timelines)
        return len(captured)

    assert queries(few) == queries(many) == 5
    assert Digest.objects.count() == 40
