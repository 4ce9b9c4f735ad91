"""The demo's histories and calls through the dashboard's own client: every shape arrives as the same domain objects."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.demo.dialogues import DIALOGUES
from dashboard.demo.graphs import FAULTS
from dashboard.demo.scenarios import SCENARIOS, Scenario
from dashboard.demo.server import DemoServer
from dashboard.dialnexa.client import Client
from dashboard.dialnexa.errors import NotFoundError, WrongRecordError
from tests.demo.conftest import call_ids, path_of


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.lead_id)
def test_client_reads_the_scenario(client: Client, demo: DemoServer, scenario: Scenario) -> None:
    """Every row arrives in the dashboard as a visit; only the dirty record has anything to note."""
    sent = path_of(demo, scenario.number)

    timeline = client.lead_history(scenario.workflow_id, scenario.lead_id)

    assert timeline.received_rows == len(sent)
    assert len(timeline.visits) == len(sent) - (scenario.number == 12)
    assert bool(timeline.notes) is (scenario.number == 12)
    assert timeline.call_ids == tuple(call_ids(sent))


@pytest.mark.parametrize(
    ("call_id", "dialogue"),
    [
        ("call_priya01", "priya"),
        ("call_rahul01", "rahul"),
        ("call_anita04", "anita"),
        ("call_farhan02", "farhan"),
        ("call_vikram01", "vikram1"),
        ("call_vikram02", "vikram2"),
        ("call_vikram03", "vikram3"),
        ("call_lakshmi01", "lakshmi"),
        ("call_test01", "test"),
        ("call_seed02", "seed"),
        ("call_priya02", "priya_emi"),
        ("call_sarah01", "sarah"),
        ("call_james01", "james"),
        ("call_ms01", "plain"),
    ],
)
def test_client_reads_each_transcript_form_turn_by_turn(client: Client, call_id: str, dialogue: str) -> None:
    """In whichever form a conversation is sent, the same turns arrive, by the same speakers."""
    call = client.call(call_id)

    said = [(turn.speaker == "agent", turn.text) for turn in call.transcript]
    assert said == [(turn.is_agent, turn.text) for turn in DIALOGUES[dialogue]]


def test_client_refuses_the_odd_calls(client: Client) -> None:
    """Another record's id is refused, a missing one not found, milliseconds are recognised."""
    ids = client.lead_history(FAULTS, "lead_odd_calls").call_ids

    assert ids == ("call_other01", "call_404", "call_ms01")
    with pytest.raises(WrongRecordError):
        client.call("call_other01")
    with pytest.raises(NotFoundError):
        client.call("call_404")
    assert client.call("call_ms01").duration == timedelta(seconds=142)
