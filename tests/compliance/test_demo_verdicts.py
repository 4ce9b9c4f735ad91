"""What the rules say of the demo's leads, in a file that a person can read.

DEMO_VERDICTS=write writes it anew; the difference is then read like any other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from dashboard.compliance.calls import CallFacts, facts, missing
from dashboard.compliance.case import Case
from dashboard.compliance.clock import called_clock
from dashboard.compliance.forecast import Successors, forecast, successors
from dashboard.compliance.rules import judge
from dashboard.compliance.verdict import worst
from dashboard.demo.graphs import EMI
from dashboard.demo.moments import NOW
from dashboard.demo.scenarios import SCENARIOS, Scenario
from dashboard.demo.server import DemoServer
from dashboard.dialnexa.client import Client
from dashboard.dialnexa.errors import NotFoundError
from dashboard.timeline.dialling import is_call
from dashboard.timeline.digest import Step, digest
from dashboard.timeline.model import Timeline
from dashboard.timeline.standing import standing
from tests.compliance.cases import PACKS

FILE = Path(__file__).with_name("demo_verdicts.md")
KEY = "demo_id:demo_secret"
HEAD = """# What the rules say of the demo’s leads

At the moment for which the scenarios are written, with every call’s record read. Each lead is judged by the record’s
own pack and by those named. Written by `DEMO_VERDICTS=write`; a test holds it against the demo.
"""
BY_COUNTRY = {1: ("us-collections", "us-telemarketing", "us-states"), 44: ("uk-misuse",)}
INDIAN = {EMI: ("in-rbi-recovery",)}  # instalments; elsewhere, sales


def test_demo_s_verdicts_are_those_written_down() -> None:
    """Every rule of every lead: its word, its sentence, the steps it concerns; and the dial to come."""
    with DemoServer(key=KEY, now=NOW) as demo, closing(Client(demo.url, KEY, clock=lambda: NOW)) as client:
        paths = {
            scenario.lead_id: client.lead_history(scenario.workflow_id, scenario.lead_id) for scenario in SCENARIOS
        }
        text = "\n".join([HEAD, *(line for scenario in SCENARIOS for line in _lines(client, scenario, paths))])

    if os.environ.get("DEMO_VERDICTS") == "write":
        FILE.write_text(text, "utf-8")

    assert text == FILE.read_text("utf-8")


def _lines(client: Client, scenario: Scenario, paths: dict[str, Timeline]) -> Iterator[str]:
    timeline = paths[scenario.lead_id]
    clock = called_clock(timeline.lead.phone)
    known = {call_id: _read(client, call_id) for call_id in timeline.call_ids}
    case = Case(timeline, clock, known, tuple(_elsewhere(timeline, paths)))
    others = BY_COUNTRY.get(clock.country_code or 0) or INDIAN.get(scenario.workflow_id, ("in-trai",))
    chosen = [PACKS[one] for one in ("record", *others)]
    verdicts = judge(case, chosen)
    yield f"## {scenario.number}. {scenario.title}"
    yield ""
    by = ", ".join(f"`{one}`" for one in others)
    yield f"`{scenario.lead_id}`, judged by {by}: **{worst(verdict.result for verdict in verdicts)}**"
    yield ""
    yield "| rule | verdict | why | steps |"
    yield "|---|---|---|---|"
    for verdict in verdicts:
        steps = ", ".join(map(str, verdict.positions[:5])) + (" …" if len(verdict.positions) > 5 else "")
        yield f"| {verdict.rule.id} | {verdict.result} | {verdict.sentence} | {steps} |"
    yield ""
    where = standing(timeline, now=NOW, workflow_status="paused" if scenario.workflow_id == EMI else "active")
    observed = _successors(scenario.workflow_id, paths)
    if found := forecast(case, chosen, now=NOW, standing=where, successors=observed):
        yield f"Next dial: {found.at.astimezone(clock.first).isoformat(' ')}. {' '.join(found.why)}"
        yield from (f"\n- {one.rule.id}: {one.result}. {one.sentence}" for one in found.verdicts)
        yield ""


def _successors(workflow_id: str, paths: dict[str, Timeline]) -> Successors:
    known = (timeline for timeline in paths.values() if timeline.workflow_id == workflow_id)
    return successors(map(Step.of, digest(timeline, now=NOW).path) for timeline in known)


def _read(client: Client, call_id: str) -> CallFacts:
    lists = [one for pack in PACKS.values() for one in pack.phrases]
    try:
        return facts(client.call(call_id), lists, key=b"demo", read_at=NOW)
    except NotFoundError:
        return missing(call_id, read_at=NOW)


def _elsewhere(timeline: Timeline, paths: dict[str, Timeline]) -> Iterator[datetime]:
    for other in paths.values():
        if other.lead.phone == timeline.lead.phone and other.lead.id != timeline.lead.id:
            yield from (visit.entered_at for visit in other.visits if is_call(visit) and visit.entered_at)
