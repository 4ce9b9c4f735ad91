"""The demo as a server: who may ask what, how lists are paged, what goes wrong on purpose, how it ends."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from dashboard.demo.faults import FAULT_OF
from dashboard.demo.graphs import EMI, FAULTS, HOME_LOAN, SCALE, WORKFLOWS
from dashboard.demo.moments import NOW
from dashboard.demo.server import DemoServer
from tests.demo.conftest import KEY, ask, rows
from tests.project import ROOT


def error_keys(body: object) -> set[str]:
    return set(body) if isinstance(body, dict) else set()


@pytest.mark.parametrize("key", [None, "", "demo_id:wrong", KEY + "x", "schlüssel"])
def test_wrong_key_is_refused_in_dialnexas_words(demo: DemoServer, key: str | None) -> None:
    """401 with the error body, whatever the path."""
    reply = ask(demo, "/v1/workflows", key=key)

    assert reply.status == 401
    assert reply.body == {"statusCode": 401, "message": "API key is missing or invalid", "error": "Unauthorized"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_writing_is_not_allowed(demo: DemoServer, method: str) -> None:
    """The demo can only be read."""
    reply = ask(demo, f"/v1/workflows/{HOME_LOAN}/leads/lead_priya01", method=method)

    assert reply.status == 405
    assert reply.headers["Allow"] == "GET"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/v1/workflows/workflow_nobody", "Workflow not found"),
        ("/v1/workflows/workflow_nobody/leads", "Workflow not found"),
        (f"/v1/workflows/{HOME_LOAN}/leads/lead_nobody/history", "Workflow lead not found"),
        (f"/v1/workflows/{EMI}/leads/lead_priya01/history", "Workflow lead not found"),
        (f"/v1/workflows/{HOME_LOAN}/leads/lead_404/history", "Workflow lead not found"),
        (f"/v1/workflows/{HOME_LOAN}/leads/lead_500/history", "Workflow lead not found"),
        ("/v1/calls/call_nobody", "Call not found"),
        ("/v1/calls/call_v50_26", "Call not found"),
        ("/v1/call-logs/call_nobody/details", "Call log not found"),
        (f"/v1/workflows/{HOME_LOAN}/nodes", f"Cannot GET /v1/workflows/{HOME_LOAN}/nodes"),
        (f"/v1/workflows/{HOME_LOAN}/edges", f"Cannot GET /v1/workflows/{HOME_LOAN}/edges"),
        ("/workflows", "Cannot GET /workflows"),
        ("/", "Cannot GET /"),
    ],
)
def test_what_is_not_there_is_not_found(demo: DemoServer, path: str, message: str) -> None:
    """404 with a message that says what is missing; nodes and edges have no published route."""
    reply = ask(demo, path)

    assert reply.status == 404
    assert reply.body == {"statusCode": 404, "message": message, "error": "Not Found"}


def test_call_id_of_another_kind_is_a_bad_request(demo: DemoServer) -> None:
    """The contract answers 400 to an id that can't be a call's."""
    assert ask(demo, "/v1/calls/log_priya01").status == 400


def test_workflows_come_in_two_envelopes_and_pages(demo: DemoServer) -> None:
    """The live list wraps its page twice."""
    first = ask(demo, "/v1/workflows?page=1&limit=4").body["data"]
    second = ask(demo, "/v1/workflows?page=2&limit=4").body["data"]

    assert [row["id"] for row in first["data"] + second["data"]] == list(WORKFLOWS)
    assert second["meta"] == {"totalItems": len(WORKFLOWS), "itemsPerPage": 4, "totalPages": 2, "currentPage": 2}


@pytest.mark.parametrize("query", ["page=0", "limit=-1", "page=x", "limit=1.5"])
def test_page_that_is_no_number_is_a_bad_request(demo: DemoServer, query: str) -> None:
    """400, as from an API that checks its input."""
    reply = ask(demo, f"/v1/workflows?{query}")

    assert reply.status == 400
    assert set(reply.body) == {"statusCode", "message", "error"}


def test_each_workflow_answers_in_a_form_of_its_own(demo: DemoServer) -> None:
    """In an envelope, bare with an organisation, or bare with a name and counts."""
    enveloped = ask(demo, f"/v1/workflows/{HOME_LOAN}").body
    bare = ask(demo, f"/v1/workflows/{EMI}").body
    counted = ask(demo, "/v1/workflows/workflow_renewal01").body

    assert (enveloped["data"]["title"], enveloped["data"]["status"]) == ("Home loan follow-up", "active")
    assert (bare["organization_id"], bare["status"]) == ("org_leadline01", "paused")
    assert (counted["name"], counted["status"], counted["enrolled_leads"]) == ("Policy renewal (draft)", "draft", 0)


def test_plain_leads_ignore_paging_but_not_ids(demo: DemoServer) -> None:
    """The contract's list is the whole list, unless ids are asked for."""
    whole = ask(demo, f"/v1/workflows/{HOME_LOAN}/leads?page=2&limit=3&status=pending").body
    two = ask(demo, f"/v1/workflows/{HOME_LOAN}/leads?leadIds=lead_rahul02,lead_priya01,lead_sarah16").body

    assert whole["count"] == len(whole["data"]) > 3
    assert {row["status"] for row in whole["data"]} >= {"active", "failed", "pending", "removed", "In Progress"}
    assert [row["id"] for row in two["data"]] == ["lead_rahul02", "lead_priya01"]


def test_paged_leads_honour_page_limit_and_status() -> None:
    """The older list pages, filters, and says where each lead is."""
    with DemoServer(key=KEY, now=NOW, leads_mode="paged") as demo:
        page = ask(demo, f"/v1/workflows/{HOME_LOAN}/leads?page=2&limit=5").body
        active = ask(demo, f"/v1/workflows/{HOME_LOAN}/leads?status=active").body

    assert len(page["data"]) == 5
    assert (page["meta"]["page"], page["meta"]["limit"], page["meta"]["totalPages"]) == (2, 5, 3)
    nodes = {row["id"]: row["current_node_id"] for row in active["data"]}
    assert nodes == {"lead_farhan04": "a_cb", "lead_neha07": "a_call2"}
    assert active["meta"]["total"] == 2


@pytest.mark.parametrize(("options", "count"), [({}, 50), ({"leads_mode": "scale"}, 1_200), ({"scan_leads": 5}, 9)])
def test_generated_leads_are_as_many_as_asked_for(options: dict[str, object], count: int) -> None:
    """A scale demo lists 1,200 leads in one body; a benchmark may name its own number."""
    with DemoServer(key=KEY, now=NOW, **options) as demo:  # type: ignore[arg-type]
        body = ask(demo, f"/v1/workflows/{SCALE}/leads").body
        last = ask(demo, f"/v1/workflows/{SCALE}/leads/{body['data'][-1]['id']}/history")

    assert body["count"] == len(body["data"]) == len({row["id"] for row in body["data"]}) == count
    assert last.status == 200


def test_variable_keys_are_the_union_of_the_leads(demo: DemoServer) -> None:
    """In an envelope for one workflow, bare for another, never with the phone."""
    enveloped = ask(demo, f"/v1/workflows/{HOME_LOAN}/leads/variable-keys").body["data"]["keys"]
    bare = ask(demo, f"/v1/workflows/{EMI}/leads/variable-keys").body["keys"]

    assert {"customer_name", "loan_amount", "city", "opt_out"} <= set(enveloped)
    assert {"emi_amount", "currency"} <= set(bare)
    assert "phone_number" not in {*enveloped, *bare}


def test_calls_come_bare_by_id_and_without_transcripts(demo: DemoServer) -> None:
    """A list of records, newest first; unknown ids are left out."""
    found = ask(demo, "/v1/calls?call_id=call_anita01,call_nobody,call_anita04,call_v50_1&limit=200").body
    missed = ask(demo, "/v1/calls?status=busy&limit=7&page=2").body

    assert [call["id"] for call in found] == ["call_v50_1", "call_anita04", "call_anita01"]
    assert not any("transcript" in call for call in found)
    assert len(missed) == 7
    assert {call["status"] for call in missed} == {"busy"}


def test_call_details_have_what_the_record_lacks(demo: DemoServer) -> None:
    """The transcript by lines, and a timeline from start to end."""
    record = ask(demo, "/v1/calls/call_rahul01").body
    details = ask(demo, "/v1/call-logs/call_rahul01/details").body

    assert "transcript" not in record
    assert (details["id"], details["call_id"]) == ("log_rahul01", "call_rahul01")
    assert len(details["transcript"].splitlines()) == 15
    moments = [datetime.fromisoformat(event["timestamp"]) for event in details["timeline"]]
    assert moments == sorted(moments)
    assert [details["timeline"][0]["event"], details["timeline"][-1]["event"]] == ["call_started", "call_ended"]


@pytest.mark.parametrize(
    ("lead_id", "statuses"),
    [
        ("lead_404", [404, 404]),
        ("lead_401", [401, 401]),
        ("lead_403", [403, 403]),
        ("lead_429", [429, 200, 200]),
        ("lead_500", [500, 500, 200, 200]),
    ],
)
def test_fault_strikes_as_often_as_it_says(lead_id: str, statuses: list[int]) -> None:
    """Some never pass, some pass after a try or two; a reset brings them back."""
    path = f"/v1/workflows/{FAULTS}/leads/{lead_id}/history"
    with DemoServer(key=KEY, now=NOW) as demo:
        replies = [ask(demo, path) for _ in statuses]
        demo.reset()
        again = ask(demo, path)

    assert [reply.status for reply in replies] == statuses
    assert again.status == statuses[0]
    assert all(error_keys(reply.body) == {"statusCode", "message", "error"} for reply in replies if reply.status >= 400)
    assert replies[0].headers.get("Retry-After") == ("3" if lead_id == "lead_429" else None)
    assert replies[-1].status != 200 or rows(replies[-1].body)[0]["node_id"] == "a_call1"


def test_fault_that_passes_strikes_once_among_many_at_once() -> None:
    """Counting holds when sixteen ask at the same time."""
    path = f"/v1/workflows/{FAULTS}/leads/lead_500/history"
    with DemoServer(key=KEY, now=NOW) as demo, ThreadPoolExecutor(16) as pool:
        statuses = [reply.status for reply in pool.map(lambda _: ask(demo, path), range(64))]

    assert sorted(statuses) == [200] * 62 + [500] * 2


def test_unreadable_answers_are_web_page_and_null(demo: DemoServer) -> None:
    """200 both times, and nothing in it that a reader could use."""
    page = ask(demo, f"/v1/workflows/{FAULTS}/leads/lead_html/history")
    null = ask(demo, f"/v1/workflows/{FAULTS}/leads/lead_null/history")

    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.raw.startswith(b"<!doctype html>")
    assert (null.status, null.body) == (200, {"statusCode": 200, "data": None})


def test_hanging_answer_hangs_and_still_lets_the_server_close() -> None:
    """The reader gives up first, and closing does not wait for the silence to end."""
    began = time.monotonic()
    with DemoServer(key=KEY, now=NOW) as demo, pytest.raises(TimeoutError):
        ask(demo, f"/v1/workflows/{FAULTS}/leads/lead_hang/history", timeout=0.3)

    assert time.monotonic() - began < 15


def test_faulty_leads_are_listed(demo: DemoServer) -> None:
    """Each of them can be reached by clicking."""
    listed = [row["id"] for row in rows(ask(demo, f"/v1/workflows/{FAULTS}/leads").body)]

    assert listed == [*FAULT_OF, "lead_odd_calls"]


def test_connection_is_kept_for_the_next_request(demo: DemoServer) -> None:
    """One connection, many answers, and a 404 between them breaks nothing."""
    address = urlsplit(demo.url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=10)
    connection.connect()
    socket = connection.sock

    statuses = []
    for path in ("/v1/workflows", "/v1/nothing", "/v1/calls/call_priya01"):
        connection.request("GET", path, headers={"Authorization": f"Bearer {KEY}"})
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)

    assert statuses == [200, 404, 200]
    assert connection.sock is socket
    connection.close()


def test_closing_ends_open_connections() -> None:
    """A reader that keeps its connection learns of the end at once, and nobody gets in again."""
    with DemoServer(key=KEY, now=NOW) as demo:
        address = urlsplit(demo.url)
        connection = HTTPConnection(address.hostname or "", address.port, timeout=10)
        connection.request("GET", "/v1/workflows", headers={"Authorization": f"Bearer {KEY}"})
        connection.getresponse().read()
        socket = connection.sock

    assert socket.recv(1) == b""
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        connection.request("GET", "/v1/workflows")


def test_requests_are_remembered_until_a_reset() -> None:
    """Method and path with its query, refused ones too."""
    with DemoServer(key=KEY, now=NOW) as demo:
        ask(demo, "/v1/workflows?limit=1")
        ask(demo, "/v1/calls", key="wrong")
        ask(demo, "/v1/calls", method="DELETE")
        seen = demo.requests
        demo.reset()

        assert seen == [("GET", "/v1/workflows?limit=1"), ("GET", "/v1/calls"), ("DELETE", "/v1/calls")]
        assert demo.requests == []


def test_latency_delays_every_answer() -> None:
    """A slow upstream for benchmarks: at least that long, refusals included."""
    with DemoServer(key=KEY, now=NOW, latency=0.05) as demo:
        began = time.monotonic()
        ask(demo, "/v1/workflows")
        ask(demo, "/v1/workflows", key="wrong")

    assert time.monotonic() - began >= 0.1


def test_present_without_an_offset_is_refused() -> None:
    """A naive moment would be somebody's guess."""
    with pytest.raises(ValueError, match="UTC offset"):
        DemoServer(key=KEY, now=datetime(2026, 7, 15, 15))  # noqa: DTZ001


def test_server_module_needs_no_django() -> None:
    """Benchmarks start the demo without the dashboard."""
    code = "import sys, dashboard.demo.server; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
