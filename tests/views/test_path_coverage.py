"""Path coverage in front of somebody of the ops team, out of digests."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from dashboard import upstream
from dashboard.demo.server import DemoServer
from dashboard.models import AuditEvent, Digest, Scan, ScanItem
from dashboard.scan.digests import keep
from dashboard.timeline.model import Edge, Lead, Node, Timeline, Visit
from tests.strategies import NOW
from tests.stub import Stub

pytestmark = pytest.mark.django_db
WORKFLOW = "wf_ways"
URL = f"/workflows/{WORKFLOW}/coverage/"
HOME_LOAN = "workflow_homeloan01"
# The nine leads whose ways were counted by hand, and what came of it.
COUNTED = ("priya01", "rahul02", "anita03", "farhan04", "meera05", "joseph06", "neha07", "vikram08", "imran10")
TAKEN = {
    "a_call1 a_cond": 5,
    "a_call1 a_w2h": 4,
    "a_w2h a_call2": 3,
    "a_call2 a_cond": 1,
    "a_call2 a_w4h": 1,
    "a_w4h a_call3": 1,
    "a_call3 a_w1d": 1,
    "a_w1d a_call4": 1,
    "a_call4 a_cond": 1,
    "a_cond a_wa": 5,
    "a_cond a_cb": 4,
    "a_cb a_cbcall": 2,
    "a_cbcall a_cond": 2,
    "a_wa a_conv": 4,
    "a_wa a_mail": 1,
}
NEVER = {
    *("a_call1 a_mail", "a_call2 a_mail", "a_call3 a_mail", "a_call4 a_mail", "a_cbcall a_mail"),
    *("a_call3 a_cond", "a_call4 a_drop", "a_cbcall a_drop", "a_mail a_drop"),
}


@pytest.fixture(autouse=True)
def at_now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def demo(settings: Any) -> Iterator[DemoServer]:
    with DemoServer(key=settings.DIALNEXA_API_KEY, now=NOW) as server:
        settings.DIALNEXA_BASE_URL = server.url
        upstream.forget()
        yield server
        upstream.forget()


def says(stub: Stub, status: str = "active") -> None:
    stub.answer(f"/v1/workflows/{WORKFLOW}", {"data": {"id": WORKFLOW, "title": "Follow-up", "status": status}})


def told(
    lead_id: str, path: str, status: str = "completed", enrolled_at: datetime | None = NOW, **more: Any
) -> Timeline:
    """A minute at each letter of the path."""
    start = NOW - timedelta(hours=1)
    visits = tuple(
        Visit(
            position=at,
            received=at,
            node_id=node_id,
            type="VOICE_CALL",
            label=f"Node {node_id}",
            status="completed",
            entered_at=start + timedelta(minutes=at),
            left_at=start + timedelta(minutes=at + 1),
        )
        for at, node_id in enumerate(path, start=1)
    )
    return Timeline(WORKFLOW, Lead(lead_id, "+919812345678", status=status, enrolled_at=enrolled_at), visits, **more)


def graph(*edges: str) -> dict[str, Any]:
    nodes = dict.fromkeys("".join(edges))
    return {
        "nodes": tuple(Node(node, "VOICE_CALL", f"Node {node}") for node in nodes),
        "edges": tuple(Edge(*edge) for edge in edges),
    }


def known(*timelines: Timeline, age: timedelta = timedelta(minutes=5)) -> None:
    keep(WORKFLOW, [(timeline, NOW - age) for timeline in timelines])


def text(response: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(plain).split())


def rows(response: Any) -> dict[str, str]:
    """Each edge's row of the table, in words, by its ends."""
    found = re.findall(r'<tr data-edge="([^"]+)"(.*?)</tr>', response.content.decode(), re.DOTALL)
    return {ends: " ".join(re.sub(r"<[^>]+>", " ", row).split()) for ends, row in found}


def test_oracle_is_on_the_page(ops: Client, demo: DemoServer) -> None:
    """The nine leads counted by hand: 15 of 24 edges, each count, and the nine never taken."""
    for name in COUNTED:
        assert ops.get(f"/workflows/{HOME_LOAN}/leads/lead_{name}/").status_code == 200

    response = ops.get(f"/workflows/{HOME_LOAN}/coverage/")

    said, found = text(response), rows(response)
    assert "n = 9 leads , of 9 whose history has been read" in said
    assert "15 of 24 ways taken" in said
    taken = {ends: re.search(r"(\d+) of \d+, ", row) for ends, row in found.items()}
    assert {ends: int(match[1]) for ends, match in taken.items() if match} == TAKEN
    assert {ends for ends, row in found.items() if "never" in row} == NEVER
    assert "5 of 9, 56 % (27 % to 81 %)" in found["a_call1 a_cond"]
    assert "never in n = 9 (at most 34 %)" in found["a_call1 a_mail"]
    assert "never: no lead has left this step" in found["a_mail a_drop"]
    assert "Never visited Dropped DROPPED" in said
    assert "Taken, but not in the graph" not in said


def test_page_asks_upstream_for_the_workflow_alone(ops: Client, stub: Stub, django_assert_max_num_queries: Any) -> None:
    """And the database the same few questions, however many leads there are."""
    says(stub)
    known(*(told(f"lead_{number:03}", "abab") for number in range(120)))

    with django_assert_max_num_queries(16):
        response = ops.get(URL)

    assert response.status_code == 200
    assert stub.seen == [f"/v1/workflows/{WORKFLOW}"]


def test_page_stays_when_upstream_fails(ops: Client, stub: Stub) -> None:
    """What was read is counted all the same."""
    stub.answer(f"/v1/workflows/{WORKFLOW}", {"statusCode": 500}, status=500)
    known(told("lead_a", "ab"))

    assert "n = 1 lead" in text(ops.get(URL))


def test_workflow_without_a_history_says_what_to_do(ops: Client, stub: Stub) -> None:
    """And one that is not there is not found."""
    says(stub)

    assert "No history of this workflow has been read. Start a scan" in text(ops.get(URL))
    assert ops.get("/workflows/wf_other/coverage/").status_code == 404


def test_graph_that_nobody_told_is_labelled(ops: Client, stub: Stub) -> None:
    """Then nothing can be missing."""
    says(stub)
    known(told("lead_a", "ab"))

    said = text(ops.get(URL))

    assert "1 way taken observed only" in said
    assert "ways and steps that no lead has come to cannot be named" in said
    assert "Never taken" not in said


def test_way_outside_the_graph_stands_out_with_an_example(ops: Client, stub: Stub) -> None:
    """The link leads to the visit that was left by it."""
    says(stub)
    known(told("lead_a", "abx", **graph("ab", "bc")))

    response = ops.get(URL)

    assert "Taken, but not in the graph" in text(response)
    assert "not in the graph" in rows(response)["b x"]
    assert f'href="/workflows/{WORKFLOW}/leads/lead_a/?visit=2#visit-2"' in response.content.decode()


def test_scan_going_on_is_shown_with_what_it_has_read(ops: Client, stub: Stub) -> None:
    """Numbers of what there is, progress beside them, and failures in sight; a fragment looks again."""
    says(stub)
    known(told("lead_a", "ab"), told("lead_b", "ac"), told("lead_z", "xy"))
    scan = Scan.objects.create(workflow_id=WORKFLOW, created_at=NOW, state=Scan.State.RUNNING, listed=5, alive_at=NOW)
    states = {"lead_a": "done", "lead_b": "done", "lead_c": "failed", "lead_d": "todo", "lead_e": "leased"}
    for position, (lead_id, state) in enumerate(states.items()):
        ScanItem.objects.create(scan=scan, lead_id=lead_id, position=position, state=state)

    page = ops.get(f"{URL}?scan={scan.pk}")
    now = f"{URL}scans/{scan.pk}/"
    fragment = ops.get(now, headers={"HX-Request": "true"})

    said = text(page)
    assert f"n = 2 leads , read by scan {scan.pk}" in said
    assert "1 could not be read and is missing. 2 not read yet." in said
    assert "2 read, 1 failed, 2 left" in said
    assert set(rows(page)) == {"a b", "a c"}
    assert f'hx-get="{now}"' in page.content.decode()
    assert fragment.status_code == 200
    assert ops.get(now).headers["Location"] == f"{URL}?scan={scan.pk}"

    Scan.objects.update(state=Scan.State.DONE, finished_at=NOW)
    ended = ops.get(now, headers={"HX-Request": "true"})

    assert ended.status_code == 286
    assert "hx-get" not in ended.content.decode()


def test_scan_is_asked_for_on_the_page(ops: Client, stub: Stub) -> None:
    """With sample and seed; the page then watches it."""
    says(stub)

    response = ops.post(f"{URL}scan/", {"sample": "200", "seed": "7", "lead_status": "completed"})

    scan = Scan.objects.get()
    assert (scan.sample, scan.seed, scan.lead_status) == (200, 7, "completed")
    assert response.headers["Location"] == f"{URL}?scan={scan.pk}"
    assert "waiting for a worker" in text(ops.get(response.headers["Location"]))


def test_scan_of_another_workflow_is_not_found(ops: Client, stub: Stub) -> None:
    """Neither as the first sample nor as the second."""
    says(stub)
    known(told("lead_a", "ab"))
    other = Scan.objects.create(workflow_id="wf_other", created_at=NOW)

    assert ops.get(f"{URL}?scan={other.pk}").status_code == 404
    assert ops.get(f"{URL}?compare=1&vs_scan={other.pk}").status_code == 404


def test_same_seed_draws_the_same_leads(ops: Client, stub: Stub) -> None:
    """In whatever order they were read; another seed draws others."""
    says(stub)
    leads = [told(f"lead_{number:02}", "ab", status="completed" if number % 2 else "dropped") for number in range(40)]
    known(*leads)

    first = ops.get(f"{URL}coverage.json?sample=10&seed=7").json()
    Digest.objects.all().delete()
    known(*reversed(leads))
    second = ops.get(f"{URL}coverage.json?sample=10&seed=7").json()
    other = ops.get(f"{URL}coverage.json?sample=10&seed=8").json()

    assert first == second
    assert first["leads"]["counted"] == 10
    assert first["leads"]["matched"] == 40
    assert other["edges"][0]["examples"] != first["edges"][0]["examples"]
    assert "n = 10 leads , drawn from 40 that fit by seed 7" in text(ops.get(f"{URL}?sample=10&seed=7"))


def test_leads_are_chosen_by_when_they_were_enrolled(ops: Client, stub: Stub) -> None:
    """Whole days by the reader's clock; a lead without a moment is skipped, and that is said."""
    says(stub)
    moments = {
        "lead_before": datetime(2026, 7, 9, 18, 29, tzinfo=UTC),
        "lead_first": datetime(2026, 7, 9, 18, 30, tzinfo=UTC),  # midnight in India
        "lead_last": datetime(2026, 7, 10, 18, 29, tzinfo=UTC),
        "lead_after": datetime(2026, 7, 10, 18, 30, tzinfo=UTC),
        "lead_unknown": None,
    }
    known(*(told(lead_id, "ab", enrolled_at=moment) for lead_id, moment in moments.items()))
    ops.cookies["timezone"] = "Asia/Kolkata"

    said = text(ops.get(f"{URL}?since=2026-07-10&until=2026-07-10"))

    assert "n = 2 leads , of 5 whose history has been read" in said
    assert "1 skipped: nobody knows when they were enrolled." in said
    assert "lead_first , lead_last" in said


@pytest.mark.parametrize(
    "query",
    [
        "since=2026-07-11&until=2026-07-10",
        "vs_since=2026-07-11&vs_until=2026-07-10",
        "since=yesterday",
        "status=%3Cb%3E",
        "sample=0",
        "scan=99999999999999999999",
        "depth=1",
        "compare=yes",
    ],
)
def test_odd_question_is_refused_in_a_sentence(ops: Client, stub: Stub, query: str) -> None:
    """With status 400."""
    says(stub)

    assert ops.get(f"{URL}?{query}").status_code == 400
    assert ops.get(f"{URL}coverage.csv?{query}").status_code == 400


def test_two_samples_are_compared_in_words(ops: Client, stub: Stub) -> None:
    """Two periods: what is beyond chance is a sentence, and both samples say what they are of."""
    says(stub)
    june = [told(f"june_{n:02}", "ab" if n < 36 else "ac", enrolled_at=NOW - timedelta(days=30)) for n in range(40)]
    july = [told(f"july_{n:02}", "ab" if n < 12 else "ac", enrolled_at=NOW) for n in range(40)]
    known(*june, *july)
    periods = "until=2026-06-30&compare=1&vs_since=2026-07-01"

    said = text(ops.get(f"{URL}?{periods}"))

    assert said.count("n = 40 leads") == 3
    assert "whose history has been read, enrolled up to 30 Jun 2026, between" in said
    assert "whose history has been read, enrolled from 1 Jul 2026, between" in said
    assert "After “Node a”, “Node b” follows 60 points less often in the second sample." in said
    assert "Node a → Node b 36 of 40, 90 % (77 % to 96.0 %) 12 of 40, 30 % (18 % to 45 %) −60 points" in said
    assert "leads are in both" not in said
    assert "80 leads are in both" in text(ops.get(f"{URL}?compare=1"))


def test_files_hold_what_the_page_says_and_are_recorded(reviewer: Client, stub: Stub) -> None:
    """CSV by part, JSON as the command line gives it; each with its checksum in the trail."""
    says(stub)
    known(told("lead_a", "abab", **graph("ab", "ba", "bc")), told("lead_b", "ab"))

    edges = reviewer.get(f"{URL}coverage.csv")
    parts = {part: reviewer.get(f"{URL}coverage.csv?part={part}") for part in ("nodes", "variants")}
    document = reviewer.get(f"{URL}coverage.json")

    table = list(csv.DictReader(io.StringIO(edges.content.decode().removeprefix("\ufeff"))))
    assert [(row["source"], row["target"], row["count"], row["of"]) for row in table] == [
        ("a", "b", "3", "3"),
        ("b", "a", "1", "1"),
        ("b", "c", "0", "1"),
    ]
    assert table[0]["examples"] == "lead_a?visit=1 lead_b?visit=1"
    assert "(a + b) × 2" in parts["variants"].content.decode()
    assert "median_seconds" in parts["nodes"].content.decode()
    out = StringIO()
    call_command("coverage", WORKFLOW, "--json", stdout=out)
    assert json.loads(out.getvalue()) == document.json()
    events = AuditEvent.objects.filter(action="coverage.export").order_by("seq")
    assert [event.target for event in events] == ["edges.csv", "nodes.csv", "variants.csv", "coverage.json"]
    assert all(len(json.loads(event.detail)["sha256"]) == 64 for event in events)


def test_labels_are_only_text_and_hide_numbers(ops: Client, stub: Stub) -> None:
    """Upstream's words become no markup, in no part of the page."""
    says(stub)
    odd = '<img src=x onerror=alert(1)> +919812345678 "'
    nodes = (Node("a", "VOICE_CALL", odd), Node("b", "VOICE_CALL", odd), Node("c", odd, odd))
    known(told("lead_a", "ab", nodes=nodes, edges=(Edge("a", "b", odd), Edge("b", "c", odd), Edge("a", "c", odd))))

    page = ops.get(URL).content.decode()

    assert "<img src=x" not in page
    assert "9812345678" not in page


def test_paused_workflow_has_nobody_overdue(ops: Client, stub: Stub) -> None:
    """Who waits is still counted as there."""
    waiting = Visit(
        1,
        1,
        "w",
        "TIME",
        "Wait",
        "waiting",
        entered_at=NOW - timedelta(days=2),
        due_at=NOW - timedelta(days=1),
        is_open=True,
    )
    known(Timeline(WORKFLOW, Lead("lead_a", status="active"), (waiting,)))
    seen = {}
    for status in ("active", "paused"):
        says(stub, status)
        stub.mend()
        upstream.forget()
        row = re.search(r'<tr data-node="w".*?</tr>', ops.get(URL).content.decode(), re.DOTALL)
        assert row
        seen[status] = re.sub(r"<[^>]+>", " ", row[0]).split()[-2:]

    assert seen == {"active": ["1", "1"], "paused": ["1", "0"]}


def test_depth_of_the_flow_is_in_the_address(ops: Client, stub: Stub) -> None:
    """Beyond it the page says how many go on; without it, eight steps."""
    says(stub)
    known(told("lead_a", "ababab"))

    assert "1 lead goes on beyond step 2" in text(ops.get(f"{URL}?depth=2"))
    assert "beyond step" not in text(ops.get(URL))


def test_loops_are_folded_among_the_paths(ops: Client, stub: Stub) -> None:
    """With share, outcome, and the time to the end."""
    says(stub)
    known(told("lead_a", "ababab"), told("lead_b", "a", status="active"))

    said = text(ops.get(URL))

    assert "(Node a + Node b) × 3 1 50 % completed 1 6 min lead_a" in said
    assert "Node a 1 50 % active 1 not over lead_b" in said


def test_workflow_page_leads_here(ops: Client, stub: Stub) -> None:
    """One click from the leads."""
    says(stub)
    stub.answer(f"/v1/workflows/{WORKFLOW}/leads", {"data": [], "count": 0})

    assert f'<a href="{URL}">Path coverage</a>' in ops.get(f"/workflows/{WORKFLOW}/").content.decode()
