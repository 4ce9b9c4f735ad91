"""The scenarios as they arrive over HTTP: each shows what it promises, and the dashboard's own client reads it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from dashboard.demo.dialogues import DIALOGUES
from dashboard.demo.graphs import EMI, GRAPH_A, HOME_LOAN
from dashboard.demo.moments import IST, NOW, Anchor
from dashboard.demo.scenarios import SCENARIOS
from dashboard.demo.server import DemoServer
from tests.demo.conftest import KEY, LEAD, ask, call_ids, entered, history, path_of, record, rows, steps_taken, when


def test_home_loan_paths_take_fifteen_of_twenty_four_edges(demo: DemoServer) -> None:
    """The coverage that a reader of scenarios 1 to 8 and 10 must find."""
    taken = Counter(pair for number in (*range(1, 9), 10) for pair in steps_taken(path_of(demo, number)))

    edges = {(source, target) for source, target, _ in GRAPH_A.edges}
    assert len(edges) == 24
    assert taken == {
        ("a_call1", "a_cond"): 5,
        ("a_call1", "a_w2h"): 4,
        ("a_w2h", "a_call2"): 3,
        ("a_call2", "a_cond"): 1,
        ("a_call2", "a_w4h"): 1,
        ("a_w4h", "a_call3"): 1,
        ("a_call3", "a_w1d"): 1,
        ("a_w1d", "a_call4"): 1,
        ("a_call4", "a_cond"): 1,
        ("a_cond", "a_wa"): 5,
        ("a_cond", "a_cb"): 4,
        ("a_cb", "a_cbcall"): 2,
        ("a_cbcall", "a_cond"): 2,
        ("a_wa", "a_conv"): 4,
        ("a_wa", "a_mail"): 1,
    }
    assert edges - set(taken) == {
        *((call, "a_mail") for call in ("a_call1", "a_call2", "a_call3", "a_call4", "a_cbcall")),
        ("a_call3", "a_cond"),
        ("a_call4", "a_drop"),
        ("a_cbcall", "a_drop"),
        ("a_mail", "a_drop"),
    }


@pytest.mark.parametrize(
    ("number", "keys"),
    [
        (1, {"lead_id", "history"}),
        (2, {"statusCode", "message", "data"}),
        (3, {"id", "workflow_id", "history"}),
        (8, {"lead", "execution", "history", "all_nodes", "all_edges"}),
        (16, {"statusCode", "message", "data"}),
    ],
)
def test_history_comes_in_the_leads_own_shape(demo: DemoServer, number: int, keys: set[str]) -> None:
    """Clicking through the scenarios meets every documented form."""
    body = history(demo, LEAD[number].workflow_id, LEAD[number].lead_id)

    assert set(body) == keys
    assert ("data" in body.get("data", {})) is (number == 16)


def test_stuck_lead_is_past_its_release(demo: DemoServer) -> None:
    """Scenario 1: released two days, one hour and 57 minutes ago, and still there."""
    *_, last = path_of(demo, 1)

    assert last["status"] == "waiting"
    assert NOW - when(last, "ends_at") == timedelta(days=2, hours=1, minutes=57, seconds=37)


def test_failed_message_ends_the_path(demo: DemoServer) -> None:
    """Scenario 2: WhatsApp fails with its reason, the email fails, nothing follows."""
    path = path_of(demo, 2)

    assert [row["status"] for row in path] == ["completed", "completed", "failed", "failed"]
    assert path[2]["metadata"]["error_code"] == "missing_fields"


def test_fourth_call_converts(demo: DemoServer) -> None:
    """Scenario 3: ten visits, four calls, and a transcript with times inside the call."""
    path = path_of(demo, 3)

    assert len(path) == 10
    assert [row["status"] for row in path if row["call_id"]] == ["no_answer"] * 3 + ["completed"]
    assert entered(path[6]) == datetime(2026, 7, 12, 15, 33, tzinfo=IST)
    turns = record(demo, path[6]["call_id"])["transcript"]
    assert all(earlier["end"] <= later["start"] for earlier, later in pairwise(turns))
    assert turns[-1]["end"] < 312


def test_night_calls_lie_outside_the_calling_hours(demo: DemoServer) -> None:
    """Scenario 4: 21:47 and 23:47 in India, and the complaint is on record."""
    path = path_of(demo, 4)

    calls = [entered(row) for row in path if row.get("call_id")]
    assert [f"{at:%H:%M}" for at in calls] == ["21:47", "23:47"]
    assert when(path[-1], "ends_at") > NOW
    complaint = record(demo, "call_farhan02")
    assert (complaint["end_reason"], complaint["sentiment"]) == ("user_disconnected", "negative")
    assert any("midnight" in turn["content"] for turn in json.loads(complaint["transcript"]))


def test_missing_transcript_is_missing_everywhere(demo: DemoServer) -> None:
    """Scenario 5: a summary, no transcript, and no details either."""
    call = record(demo, "call_meera01")

    assert call["summary"]
    assert "transcript" not in call
    assert ask(demo, "/v1/call-logs/call_meera01/details").status == 404


def test_sensitive_call_still_carries_a_summary(demo: DemoServer) -> None:
    """Scenario 6: marked as deleted, and yet sent."""
    call = record(demo, "call_joseph01")

    assert call["sensitive_delete"] is True
    assert call["summary"]


def test_call_in_progress_ends_after_a_minute() -> None:
    """Scenario 7: the call is open for 95 s, completes 60 s later with its transcript, and the lead converts."""
    moment = [NOW]
    with DemoServer(key=KEY, now=lambda: moment[0]) as demo:
        before, during = path_of(demo, 7), record(demo, "call_neha02")
        moment[0] = NOW + timedelta(seconds=61)
        after, ended = path_of(demo, 7), record(demo, "call_neha02")
        moment[0] = NOW + timedelta(seconds=63)
        done = history(demo, HOME_LOAN, "lead_neha07")
        demo.reset()
        again = record(demo, "call_neha02")

    assert NOW - entered(before[-1]) == timedelta(seconds=95)
    assert (before[-1]["status"], during["status"]) == ("in_progress", "in-progress")
    assert "ended_at" not in before[-1]
    assert not {"transcript", "duration", "end_reason"} & set(during)
    assert [row["node_id"] for row in after[2:]] == ["a_call2", "a_cond", "a_wa"]
    assert (ended["status"], ended["duration"], len(ended["transcript"])) == ("completed", 155, 6)
    assert (done["data"]["lead"]["status"], rows(done)[-1]["node_id"]) == ("completed", "a_conv")
    assert again["status"] == "in-progress"


def test_loop_goes_round_in_transitions(demo: DemoServer) -> None:
    """Scenario 8: three decisions, two holds, two callbacks, converted at 10:17 on the twelfth."""
    path = path_of(demo, 8)

    visits = Counter(row["to_node_id"] for row in path)
    assert (visits["a_cond"], visits["a_cb"], visits["a_cbcall"]) == (3, 2, 2)
    assert f"{entered(path[-1]):%d %b %H:%M}" == "12 Jul 10:17"
    assert [row["reason"] for row in path if row["from_node_id"] == "a_cond"] == ["false", "false", "true"]


def test_long_loop_is_one_large_body(demo: DemoServer) -> None:
    """Scenario 9: 400 visits up to noon tomorrow, 200 calls with records, old recordings gone."""
    path = path_of(demo, 9)

    assert len(path) == 400
    assert entered(path[0]).date().isoformat() == "2025-12-28"
    assert when(path[-1], "ends_at") == datetime(2026, 7, 16, 12, tzinfo=IST)
    calls = call_ids(path)
    assert len(calls) == 200
    assert {record(demo, call_id)["status"] for call_id in calls[:7]} == {"no_answer", "busy", "did_not_pick"}
    assert record(demo, calls[0])["recording_url"] is None
    assert record(demo, calls[-1])["recording_url"].startswith("https://")


def test_removed_lead_stops_inside_its_wait(demo: DemoServer) -> None:
    """Scenario 10: the wait is cancelled after 31 minutes, and the history still opens."""
    body = history(demo, HOME_LOAN, "lead_imran10")

    last = rows(body)[-1]
    assert body["data"]["lead"]["status"] == "removed"
    assert last["status"] == "cancelled"
    assert when(last, "ended_at") - entered(last) == timedelta(minutes=31)


def test_unknown_steps_and_release_stay_unknown(demo: DemoServer) -> None:
    """Scenario 11: types that nobody documents, and a wait that tells neither end nor plan."""
    path = path_of(demo, 11)

    assert [row["node_type"] for row in path] == ["VOICE_CALL", "SMS", "AI_SCORE", "TIME"]
    assert path[-1]["exited_at"] is None
    assert record(demo, path[0]["call_id"])["end_reason"] == "voicemail_detected"


def test_dirty_record_has_every_fault(demo: DemoServer) -> None:
    """Scenario 12: nothing in it is tidy."""
    body = history(demo, HOME_LOAN, "lead_test12")

    path = rows(body)
    assert path[0] == path[1]
    assert path[2] is None
    assert {type(row["started_at"]) for row in path if row} == {str, int}
    assert any("node_id" not in row for row in path if row)
    assert any("<script>" in row["label"] for row in path if row)
    assert (body["data"]["lead"]["status"], body["data"]["lead"]["dynamic_variables"]) == ("In Progress", "n/a")
    assert ask(demo, "/v1/calls/call_404").status == 404


def test_documented_example_is_bare_and_plain(demo: DemoServer) -> None:
    """Scenario 13: 45 s unanswered, two hours, 2 min 25 s completed."""
    path = path_of(demo, 13)

    lengths = [(when(row, "exited_at") - entered(row)).total_seconds() for row in path]
    assert lengths == [45, 7200, 145]
    assert [row["node_label"] for row in path] == ["Initial call", "Wait 2 hours", "Follow-up call"]
    assert [row["status"] for row in path] == ["no_answer", "completed", "completed"]


def test_extra_leads_are_what_they_are_for(demo: DemoServer) -> None:
    """A lead without a history, and a second one with the phone of the first."""
    pending = history(demo, HOME_LOAN, "lead_arjun14")
    twin = history(demo, EMI, "lead_priya15")
    listed = rows(ask(demo, f"/v1/workflows/{HOME_LOAN}/leads").body)

    assert (rows(pending), pending["data"]["lead"]["status"]) == ([], "pending")
    phone = next(lead["phone_number"] for lead in listed if lead["id"] == "lead_priya01")
    assert twin["data"]["lead"]["phone_number"] == phone


def test_every_call_has_a_record_that_agrees_with_its_step(demo: DemoServer) -> None:
    """Whatever a history links to can be opened, but for the one that is missing on purpose."""
    for scenario in SCENARIOS:
        path = path_of(demo, scenario.number)
        statuses = {row["call_id"]: row["status"] for row in path if row and row.get("call_id")}
        for call_id in set(call_ids(path)) - {"call_404"}:
            call = record(demo, call_id)
            assert call["id"] == call_id
            assert call["status"].replace("-", "_") == statuses.get(call_id, "completed")


def test_conversations_are_believable_in_length() -> None:
    """Eight to twenty turns each, the agent first; voicemail, the dirty record and the silent agent are shorter."""
    for name, said in DIALOGUES.items():
        assert said[0].is_agent or name == "grace1"
        assert all(turn.text[-1] in ".!?।" for turn in said)
        assert name in ("lakshmi", "test", "grace1") or 8 <= len(said) <= 20, name


@pytest.mark.parametrize("hour", [0, 4, 9, 12, 18, 23])
def test_live_demo_keeps_the_hour_and_stays_behind_now(hour: int) -> None:
    """Whenever the demo starts: night calls were at night, waits lie ahead, and the open call is open now."""
    start = datetime(2027, 2, 28, hour, 59, 30, tzinfo=UTC)
    with DemoServer(key=KEY, now=start) as demo:
        night, live, stuck = path_of(demo, 4), path_of(demo, 7), path_of(demo, 1)

    assert [f"{entered(row):%H:%M}" for row in night if row.get("call_id")] == ["21:47", "23:47"]
    assert start - timedelta(days=2) < entered(night[0]) < start < when(night[-1], "ends_at")
    assert start - entered(live[-1]) == timedelta(seconds=95)
    assert timedelta(days=2) < start - when(stuck[-1], "ends_at") < timedelta(days=4)


def test_anchor_at_the_scenarios_own_moment_moves_nothing() -> None:
    """A demo that starts at NOW shows the moments as they are written."""
    anchor = Anchor(NOW)

    assert anchor.moved(NOW) == anchor.moved(NOW, live=True) == NOW
    assert anchor.ahead(NOW) == NOW + timedelta(days=1)
