"""What the client makes of answers, and how it holds back. Upstream is faked at the transport, and so is time."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.dialnexa.client import Client
from dashboard.dialnexa.deadline import one_page
from dashboard.dialnexa.errors import (
    BusyError,
    DeadlineError,
    DialNexaError,
    MissingCallError,
    NoRoomError,
    NotFoundError,
    RefusedIdError,
    RejectedError,
    ServerFaultError,
    TooLargeError,
    UnavailableError,
    UnexpectedError,
    UnreadableError,
    WrongRecordError,
)
from dashboard.dialnexa.wire import Limits
from dashboard.timeline.model import Edge, Graph, Node
from tests.dialnexa.stopwatch import Stopwatch

KEY = "key_9:canary-s3cret"
NOW = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)

WORKFLOWS = {
    "data": [{"id": "workflow_solar7", "title": "Solar survey", "status": "active"}],
    "meta": {"totalItems": 1},
}
WORKFLOW = {"data": {"id": "workflow_solar7", "title": "Solar survey", "status": "active"}}
LEADS = {"data": [{"id": "lead_7", "phone_number": "+919812300007", "status": "active"}], "count": 1}
STEP = {
    "node_id": "node_first",
    "node_type": "VOICE_CALL",
    "label": "First call",
    "status": "completed",
    "call_id": "call_7",
    "started_at": "2026-07-15T09:00:00.000Z",
    "ended_at": "2026-07-15T09:02:00.000Z",
}
HISTORY = {"data": {"lead": {"id": "lead_7", "phone_number": "+919812300007", "status": "active"}, "history": [STEP]}}
CALL = {"id": "call_7", "status": "completed", "duration_seconds": 61, "to_number": "+919812300007"}
TALK = {"transcript": "Agent: Hello Bhavna.\nUser: Hello, who is it?"}

Reply = dict[str, Any] | Exception


def reply(body: object = WORKFLOWS, status: int = 200, **headers: str) -> Reply:
    """One canned answer; a body that is not bytes goes out as JSON. Header names with _ for -."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return {
        "status_code": status,
        "content": content,
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
    }


class Upstream:
    """Answers in order, the last one for ever; `requests` holds what was asked."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[httpx.Request] = []
        self.watch = Stopwatch()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        found = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(found, Exception):
            raise found
        return httpx.Response(**found)

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.requests]

    def client(self, **options: Any) -> Client:
        settings: dict[str, Any] = {
            "clock": lambda: NOW,
            "transport": httpx.MockTransport(self),
            "monotonic": self.watch.now,
            "sleep": self.watch.sleep,
            "jitter": lambda low, high: high,
        }
        return Client("http://127.0.0.1:8001", KEY, **(settings | options))


READS: dict[str, Callable[[Client], object]] = {
    "workflow": lambda client: client.workflow("workflow_solar7"),
    "leads": lambda client: client.leads("workflow_solar7"),
    "history": lambda client: client.lead_history("workflow_solar7", "lead_7"),
    "call": lambda client: client.call("call_7"),
}


def error_of(client: Client, read: Callable[[Client], object] = Client.workflows) -> DialNexaError:
    with pytest.raises(DialNexaError) as caught:
        read(client)
    assert "s3cret" not in repr(caught.value)
    return caught.value


# --- What is asked


def test_each_method_asks_one_address():
    """The five reads and their paths; lists name page and limit."""
    upstream = Upstream(reply(WORKFLOWS), reply(WORKFLOW), reply(LEADS), reply(HISTORY), reply(CALL | TALK))
    client = upstream.client()

    workflows = client.workflows(page=2, limit=50)
    workflow = client.workflow("workflow_solar7")
    leads = client.leads("workflow_solar7", page=3, status="no-answer")
    timeline = client.lead_history("workflow_solar7", "lead_7")
    call = client.call("call_7")

    assert [request.url.raw_path.decode() for request in upstream.requests] == [
        "/v1/workflows?page=2&limit=50",
        "/v1/workflows/workflow_solar7",
        "/v1/workflows/workflow_solar7/leads?page=3&limit=100&status=no-answer",
        "/v1/workflows/workflow_solar7/leads/lead_7/history",
        "/v1/calls/call_7",
    ]
    assert workflows.items[0].title == workflow.title == "Solar survey"
    assert leads.items[0].id == timeline.lead.id == "lead_7"
    assert timeline.call_ids == ("call_7",)
    assert len(call.transcript) == 2


def test_lists_are_asked_for_from_their_first_page():
    """A hundred rows, unless said otherwise; what is read says whose and which page it is."""
    rows = [{"id": f"lead_{number}", "workflow_id": "workflow_other"} for number in range(3)]
    upstream = Upstream(reply(WORKFLOWS), reply(LEADS), reply({"data": rows}), reply({"data": rows, "total": 9}))
    client = upstream.client()

    client.workflows()
    client.leads("workflow_solar7")
    whole = client.leads("workflow_solar7", page=4, limit=2)
    part = client.leads("workflow_solar7", page=4, limit=3)

    assert [request.url.raw_path.decode() for request in upstream.requests[:2]] == [
        "/v1/workflows?page=1&limit=100",
        "/v1/workflows/workflow_solar7/leads?page=1&limit=100",
    ]
    assert (whole.is_whole, whole.size, whole.number) == (True, 2, 4)
    assert (part.is_whole, part.size, part.number, part.pages) == (False, 3, 4, 3)
    assert "another workflow" in part.items[0].notes[0].text


def test_records_of_another_workflow_are_noted():
    """Workflow and history know which one was asked for."""
    upstream = Upstream(
        reply({"id": "workflow_other", "title": "Other"}),
        reply({"data": {"lead": {"id": "lead_7", "workflow_id": "workflow_other"}, "history": []}}),
    )
    client = upstream.client()

    workflow, timeline = client.workflow("workflow_solar7"), client.lead_history("workflow_solar7", "lead_7")

    assert (workflow.id, timeline.workflow_id) == ("workflow_solar7", "workflow_solar7")
    assert "another workflow" in workflow.notes[0].text


def test_moments_of_a_list_are_judged_by_upstreams_own_time():
    """An enrolment that our clock alone calls future is none."""
    ahead = NOW + timedelta(hours=3)
    rows = [{"id": "lead_7", "status": "active", "enrolled_at": (NOW + timedelta(hours=2)).isoformat()}]
    upstream = Upstream(reply({"data": rows}, Date=format_datetime(ahead, usegmt=True)), reply({"data": rows}))
    client = upstream.client()

    assert client.leads("workflow_solar7").items[0].notes == ()
    assert "future" in client.leads("workflow_solar7").items[0].notes[0].text


def test_list_of_leads_may_be_larger_than_other_answers():
    """All leads may come in one body."""
    upstream = Upstream(reply(LEADS))
    limits = Limits(body=10, lead_list=10_000)

    assert upstream.client(limits=limits).leads("workflow_solar7").items[0].id == "lead_7"
    assert type(error_of(upstream.client(limits=limits))) is TooLargeError


def test_graph_is_read_from_two_endpoints():
    """Nodes, then edges, within one page's time."""
    upstream = Upstream(
        reply({"data": [{"id": "a", "node_type": "VOICE_CALL", "label": "Call"}]}),
        reply({"data": [{"from_node_id": "a", "to_node_id": "b", "label": "DNP"}]}),
    )

    found = upstream.client().graph("workflow_solar7")

    assert upstream.paths == ["/v1/workflows/workflow_solar7/nodes", "/v1/workflows/workflow_solar7/edges"]
    assert found == Graph((Node("a", "VOICE_CALL", "Call"),), (Edge("a", "b", "DNP"),))


def test_page_deadline_covers_both_requests_of_a_graph():
    """Nodes took eight of ten seconds: edges that take three are given up."""
    upstream = Upstream(reply({"data": []}))
    seconds = iter([8.0, 3.0])

    def handle(request: httpx.Request) -> httpx.Response:
        upstream.watch.advance(next(seconds))
        return upstream(request)

    client = upstream.client(transport=httpx.MockTransport(handle), limits=Limits(attempt=9))

    assert type(error_of(client, lambda client: client.graph("workflow_solar7"))) is DeadlineError


def test_graph_that_nobody_has_is_not_found():
    """The endpoints are not promised: their absence says nothing about key or health."""
    upstream = Upstream(reply({"statusCode": 404}, status=404))

    error = error_of(upstream.client(), lambda client: client.graph("workflow_solar7"))

    assert type(error) is NotFoundError
    assert upstream.paths == ["/v1/workflows/workflow_solar7/nodes"]


def test_requests_carry_the_key_and_ask_for_plain_json():
    """GET, bearer, JSON, no compression, a name of our own; no cookie of theirs comes back."""
    upstream = Upstream(reply(Set_Cookie="session=theirs"))
    client = upstream.client()
    client.workflows()

    client.workflows()

    request = upstream.requests[1]
    assert request.method == "GET"
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.headers["Accept"] == "application/json"
    assert request.headers["Accept-Encoding"] == "identity"
    assert request.headers["User-Agent"].startswith("Leadline")
    assert "Cookie" not in request.headers


@given(
    st.text()
    | st.text("abZ09_-.%/\\?#;:@ \n", max_size=8)
    | st.sampled_from(
        ["", ".", "..", "%2e%2e", "a/b", "x?a=1", "x#f", "abc\n", "é", "\uff0e\uff0e", "\ud800", "-x", "_x", "x" * 101]
    )
    | st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,99}\Z")
)
def test_any_id_is_refused_or_goes_out_exactly(text):
    """Whatever text a URL brings: no request at all, or the very path it should be."""
    upstream = Upstream(reply({}, status=404))
    client = upstream.client()

    for read, path in [
        (lambda: client.workflow(text), f"/v1/workflows/{text}"),
        (lambda: client.lead_history(text, "lead_7"), f"/v1/workflows/{text}/leads/lead_7/history"),
        (lambda: client.lead_history("workflow_solar7", text), f"/v1/workflows/workflow_solar7/leads/{text}/history"),
        (lambda: client.call(text), f"/v1/calls/{text}"),
    ]:
        upstream.requests.clear()
        with pytest.raises(DialNexaError) as caught:
            read()
        if isinstance(caught.value, RefusedIdError):
            assert str(caught.value) == "That is not an id DialNexa could have given."
            assert upstream.requests == []
            assert not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", text)
        else:
            assert upstream.requests[0].url.raw_path == path.encode()
            assert upstream.requests[0].url.host == "127.0.0.1"


@pytest.mark.parametrize("status", ["", "no answer", "a&page=9", "<b>", "x" * 41, "\n"])
def test_status_filter_that_is_no_word_is_refused(status):
    """A filter is one word of DialNexa's, or no request."""
    upstream = Upstream(reply(LEADS))

    with pytest.raises(RefusedIdError):
        upstream.client().leads("workflow_solar7", status=status)

    assert upstream.requests == []


@pytest.mark.parametrize(
    "url",
    [
        *("", "api.dialnexa.com", "ftp://127.0.0.1", "http://", "https://k:s3cret@127.0.0.1", "https://127.0.0.1/v1"),
        *("https://127.0.0.1?x=1", "https://127.0.0.1#x", "https://127.0.0.1:port"),
    ],
)
def test_base_url_that_is_no_origin_is_refused(url):
    """Only scheme, host and port: anything else would end up in, or in place of, a path."""
    with pytest.raises(ValueError, match="base URL") as caught:
        Client(url, KEY, clock=lambda: NOW)

    assert "s3cret" not in str(caught.value)


def test_key_no_header_can_carry_is_refused_at_once():
    """A client with such a key is never made."""
    with pytest.raises(ValueError, match="API key") as caught:
        Client("http://127.0.0.1:8001", "canary s3cret", clock=lambda: NOW)

    assert "s3cret" not in str(caught.value)


# --- 429: holding back


def test_f20_short_retry_after_is_waited_for():
    """429 with one second: one wait of one second, then the answer."""
    upstream = Upstream(reply(status=429, Retry_After="1"), reply())

    page = upstream.client().workflows()

    assert page.items
    assert upstream.watch.slept == [1.0]


def test_f20_second_429_is_busy():
    """One retry, not two."""
    upstream = Upstream(reply(status=429, Retry_After="1"))

    error = error_of(upstream.client())

    assert type(error) is BusyError
    assert len(upstream.requests) == 2


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("3600", 3600), ("6", 6), ("Wed, 15 Jul 2026 10:30:00 GMT", 3600), ("Wed Jul 15 09:40:00 2026", 600)],
)
def test_f21_long_retry_after_is_busy_with_the_time(value, seconds):
    """More than half of the page's ten seconds: no thread sleeps, and the page can say when to come back."""
    upstream = Upstream(reply(status=429, Retry_After=value))

    error = error_of(upstream.client())

    assert type(error) is BusyError
    assert error.retry_after == seconds
    assert upstream.watch.slept == []
    assert len(upstream.requests) == 1


def test_f21_nobody_asks_before_the_time():
    """Until the moment upstream named, reads are busy without a request; then they ask again."""
    upstream = Upstream(reply(status=429, Retry_After="60"), reply(), reply(HISTORY))
    client = upstream.client()
    error_of(client)
    upstream.watch.advance(59)

    error = error_of(client, READS["history"])

    assert type(error) is BusyError
    assert error.retry_after == pytest.approx(1)
    assert len(upstream.requests) == 1

    upstream.watch.advance(1)

    assert client.workflows().items


@pytest.mark.parametrize("value", ["Wed, 15 Jul 2026 09:00:00 GMT", "-5", "soon", None])
def test_f22_retry_after_that_says_nothing_is_five_seconds_and_jitter(value):
    """A date in the past, a negative number, a word or no header: five to six seconds."""
    headers = {"Retry_After": value} if value else {}
    upstream = Upstream(reply(status=429, **headers))

    error = error_of(upstream.client())

    assert type(error) is BusyError
    assert error.retry_after == 6.0
    assert upstream.watch.slept == []


def test_f22_decimal_retry_after_is_understood():
    """1.5 is not in the standard, but plain enough."""
    upstream = Upstream(reply(status=429, Retry_After="1.5"), reply())

    upstream.client().workflows()

    assert upstream.watch.slept == [1.5]


def test_retry_after_date_counts_from_upstreams_own_clock():
    """Their Date and their Retry-After belong together, however far our clock is off."""
    upstream = Upstream(
        reply(status=429, Date="Wed, 15 Jul 2026 11:30:00 GMT", Retry_After="Wed, 15 Jul 2026 11:30:02 GMT"), reply()
    )

    upstream.client().workflows()

    assert upstream.watch.slept == [2.0]


def test_f23_burst_of_429_makes_one_retry():
    """Thirty-two threads are told to slow down at once: one waits and asks again, the others are busy."""
    barrier = threading.Barrier(32)
    others_gave_up = threading.Event()
    lock = threading.Lock()
    watch = Stopwatch()
    outcomes: list[str] = []
    requests = 0

    def handle(request: httpx.Request) -> httpx.Response:
        nonlocal requests
        with lock:
            requests += 1
            is_first_wave = requests <= 32
        if is_first_wave:
            barrier.wait(10)
            return httpx.Response(429, headers={"Retry-After": "1"})
        return httpx.Response(200, json=WORKFLOWS)

    def sleep(seconds: float) -> None:
        assert others_gave_up.wait(10)
        watch.advance(seconds)

    client = Upstream(reply()).client(transport=httpx.MockTransport(handle), sleep=sleep, monotonic=watch.now)

    def read() -> None:
        try:
            client.workflows()
            outcome = "read"
        except BusyError:
            outcome = "busy"
        with lock:
            outcomes.append(outcome)
            if len(outcomes) == 31:
                others_gave_up.set()

    threads = [threading.Thread(target=read) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["busy"] * 31 + ["read"]
    assert requests == 33


# --- Faults of theirs: retries and the breaker


@pytest.mark.parametrize("status", [502, 503, 504])
def test_passing_fault_is_retried_once(status):
    """A gateway's hiccup: a short wait, a second try."""
    upstream = Upstream(reply(status=status), reply())

    page = upstream.client().workflows()

    assert page.items
    assert upstream.watch.slept == [0.25]


def test_fault_with_retry_after_is_given_that_time():
    """503 may name its time too."""
    upstream = Upstream(reply(status=503, Retry_After="2"), reply())

    upstream.client().workflows()

    assert upstream.watch.slept == [2.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 500, 501, 301, 304])
def test_other_statuses_are_not_retried(status):
    """Asking again would not change them."""
    upstream = Upstream(reply(status=status))

    error_of(upstream.client(), READS["history"])

    assert len(upstream.requests) == 1


@pytest.mark.parametrize("raised", [httpx.ConnectError("refused"), httpx.ReadError("reset")])
def test_connection_that_failed_is_retried_once(raised):
    """Nothing came back, so nothing is lost by asking again."""
    upstream = Upstream(raised, reply())

    assert upstream.client().workflows().items


@pytest.mark.parametrize("raised", [httpx.ReadTimeout(""), httpx.ConnectTimeout(""), httpx.PoolTimeout("")])
def test_time_out_is_not_retried(raised):
    """Who was slow once gets no second request on top."""
    upstream = Upstream(raised)

    error_of(upstream.client())

    assert len(upstream.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_f24_steady_faults_open_the_breaker(status):
    """After five failures of ten nobody asks any more, and the page knows when to try again."""
    upstream = Upstream(reply(status=status))
    client = upstream.client()
    errors = [error_of(client) for _ in range(50)]

    assert all(type(error) is ServerFaultError for error in errors)
    assert len(upstream.requests) <= 6
    assert errors[-1].retry_after == pytest.approx(18, abs=2)


def test_f24_steady_503_costs_less_than_a_request_per_page():
    """Ten minutes, a page every second: the probes are all that goes out after the first failures."""
    upstream = Upstream(reply(status=503))
    client = upstream.client()
    for _ in range(600):
        error_of(client)
        upstream.watch.advance(1)

    assert len(upstream.requests) <= 6 + 600 / 18


def test_f25_good_probe_closes_the_breaker():
    """After the pause one read goes out; it is good, and the next one is good too."""
    upstream = Upstream(*[reply(status=500)] * 5, reply())
    client = upstream.client()
    for _ in range(6):
        error_of(client)
    upstream.watch.advance(18)

    assert client.workflows().items
    assert client.workflows().items
    assert len(upstream.requests) == 7


def test_f25_bad_probe_keeps_it_open():
    """The probe fails: its own error is shown, the rest don't ask."""
    upstream = Upstream(reply(status=500))
    client = upstream.client()
    for _ in range(6):
        error_of(client)
    upstream.watch.advance(18)

    assert error_of(client).upstream_status == 500
    assert error_of(client).upstream_status is None
    assert len(upstream.requests) == 6


def test_answers_about_records_count_as_health():
    """DialNexa that says "no such lead" is well: ten such answers between four faults and four more."""
    fault, unknown = reply(status=500), reply({}, status=404)
    upstream = Upstream(*[fault] * 4, *[unknown] * 10, *[fault] * 4, reply())
    client = upstream.client()
    for _ in range(18):
        error_of(client, READS["history"])

    assert client.workflows().items


def test_probe_that_found_no_free_connection_proves_nothing():
    """Our own queue was full: the breaker is not closed by that, and the next read is the probe."""
    upstream = Upstream(*[reply(status=500)] * 5, httpx.PoolTimeout(""), reply(status=500))
    client = upstream.client()
    for _ in range(6):
        error_of(client)
    upstream.watch.advance(18)

    assert type(error_of(client)) is NoRoomError
    assert error_of(client).upstream_status == 500
    assert error_of(client).upstream_status is None
    assert len(upstream.requests) == 7


def test_retries_stay_a_tenth_of_the_requests():
    """Every third read meets a passing fault: ten are retried, then one for ten reads."""
    upstream = Upstream(reply())
    client = upstream.client()
    for number in range(300):
        if number % 3 == 0:
            upstream.replies = [reply(status=503), reply()]
        with contextlib.suppress(ServerFaultError):
            client.workflows()
        upstream.replies = [reply()]

    assert 300 + 10 < len(upstream.requests) <= 300 + 10 + 300 / 10


# --- What statuses mean


def test_f26_refused_key_is_rejected_and_tried_once_a_minute():
    """The key is wrong for everybody: one request a minute until somebody mends it."""
    upstream = Upstream(reply({"message": "Unauthorized"}, status=401))
    client = upstream.client()
    errors = []
    for _ in range(120):
        errors.append(error_of(client, READS["history"]))
        upstream.watch.advance(1)

    assert {type(error) for error in errors} == {RejectedError}
    assert len(upstream.requests) == 2


@pytest.mark.parametrize("status", [200, 404])
def test_f26_accepted_key_is_used_again(status):
    """The key was mended: once the minute's try is answered, be it by "no such lead", everything flows."""
    upstream = Upstream(reply(status=401), reply(HISTORY, status=status), reply())
    client = upstream.client()
    error_of(client)
    upstream.watch.advance(60)
    with contextlib.suppress(NotFoundError):
        client.lead_history("workflow_solar7", "lead_7")

    assert client.workflows().items
    assert client.workflows().items


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize(
    ("status", "message"),
    [
        pytest.param(403, "You do not have permission to access this workflow", id="f27"),
        pytest.param(404, "Workflow lead not found", id="f28"),
        pytest.param(400, "Invalid call ID format", id="f29"),
        pytest.param(410, "Gone", id="gone"),
    ],
)
def test_f27_f28_f29_missing_or_foreign_record_is_not_found(read, status, message):
    """Unknown, not ours, badly formed, gone: one error, and the same words for all four."""
    upstream = Upstream(reply({"statusCode": status, "message": message}, status=status))

    error = error_of(upstream.client(), READS[read])

    assert type(error) is (MissingCallError if read == "call" else NotFoundError)
    assert message not in str(error)
    assert error.upstream_status == status


@pytest.mark.parametrize("status", [403, 404])
def test_missing_list_of_workflows_is_rejected(status):
    """There is no record to miss: the address is wrong, or the key may not read."""
    error = error_of(Upstream(reply({}, status=status)).client())

    assert type(error) is RejectedError


@pytest.mark.parametrize("status", [201, 202, 206, 402, 409, 418, 422, 451, 600, 999])
def test_f30_odd_status_is_unexpected(status):
    """Nobody promised these; none is a success."""
    error = error_of(Upstream(reply(status=status)).client())

    assert type(error) is UnexpectedError
    assert error.upstream_status == status


@pytest.mark.parametrize("status", [300, 301, 302, 304, 307])
def test_f31_not_modified_or_redirect_is_unexpected(status):
    """We sent no condition and follow nothing; a copy may bridge what something between has dropped."""
    error = error_of(Upstream(reply(b"", status=status, Location="http://evil.example/")).client())

    assert type(error) is (ServerFaultError if status == 304 else UnexpectedError)


@pytest.mark.parametrize("status", [200, 204])
def test_f33_empty_answer_is_not_an_empty_list(status):
    """No body is no answer; it must not look like "nothing there"."""
    error = error_of(Upstream(reply(b"", status=status)).client())

    assert isinstance(error, UnreadableError)


def test_f34_html_is_unreadable():
    """A login or firewall page with status 200."""
    error = error_of(Upstream(reply(b"<!doctype html><title>Sign in</title>", Content_Type="text/html")).client())

    assert type(error) is UnreadableError
    assert "Sign in" not in str(error)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, NotFoundError), (401, RejectedError), (429, BusyError), (500, ServerFaultError), (409, UnexpectedError)],
)
def test_f35_status_in_the_body_counts_as_the_status(status, kind):
    """200 outside, an error inside."""
    error = error_of(Upstream(reply({"statusCode": status, "message": "No"})).client(), READS["history"])

    assert type(error) is kind
    assert error.upstream_status == status


@pytest.mark.parametrize("message", [["one", "two"], {"a": 1}, "<b>loud</b>" * 90_000, "plain words of theirs"])
def test_f36_message_of_theirs_is_not_shown(message):
    """Whatever they say in an error, the sentence is ours."""
    upstream = Upstream(reply({"statusCode": 500, "message": message}, status=500))

    error = error_of(upstream.client())

    assert type(error) is ServerFaultError
    assert str(error) == "DialNexa has a fault (500)."


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(json.dumps(HISTORY).encode()[:-20], id="f37-cut"),
        pytest.param(b'{"data": {"history": [NaN]}}', id="f37-nan"),
        pytest.param(b'{"data": {"history": [-Infinity]}}', id="f37-infinity"),
        pytest.param(b'{"data": {"history": [1e999]}}', id="f37-beyond-float"),
        pytest.param(b'{"data": {"history": [' + b"9" * 5000 + b"]}}", id="f38-digits"),
        pytest.param(b'{"history": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", id="f38-nested"),
        pytest.param(json.dumps(HISTORY).encode("utf-16"), id="f39-utf16"),
        pytest.param('{"data": {"title": "Prénom"}}'.encode("latin-1"), id="f39-latin1"),
        pytest.param(b'{"data": {"title": "\xff\xfe"}}', id="f39-invalid"),
        pytest.param(b'{"data": null}', id="f41-null"),
        pytest.param(b'{"data": "none"}', id="f41-text"),
        pytest.param(b"null", id="f41-bare-null"),
        pytest.param(b'"history"', id="f41-bare-text"),
    ],
)
def test_f37_f38_f39_f41_unreadable_body_is_unreadable(body):
    """Cut, not quite JSON, too deep, wrongly encoded, or with nothing in it: one error, never a crash."""
    upstream = Upstream(reply(body))

    error = error_of(upstream.client(), READS["history"])

    assert type(error) is UnreadableError
    assert len(upstream.requests) == 1


def test_f39_byte_order_mark_is_harmless():
    """Some servers begin with one."""
    body = b"\xef\xbb\xbf" + json.dumps(WORKFLOWS).encode()

    assert Upstream(reply(body)).client().workflows().items


@pytest.mark.parametrize("text", ["\\ud800", "a\\u0000b", "\\u0085\\u0007"])
def test_f40_odd_characters_can_be_encoded_again(text):
    """Half a surrogate pair, NUL, control characters: read, and safe to write into a page."""
    body = json.dumps(HISTORY).replace("First call", text).encode()

    timeline = Upstream(reply(body)).client().lead_history("workflow_solar7", "lead_7")

    assert timeline.visits[0].label.encode()


def test_f41_wrappers_are_opened():
    """A list and an object inside several layers of data are found."""
    wrapped = {"data": {"data": {"data": HISTORY}}}

    timeline = Upstream(reply(wrapped)).client().lead_history("workflow_solar7", "lead_7")

    assert len(timeline.visits) == 1


# --- A call and its details


def test_call_with_transcript_needs_no_details():
    """One request is enough when the record has it all."""
    upstream = Upstream(reply(CALL | TALK))

    call = upstream.client().call("call_7")

    assert call.transcript
    assert upstream.paths == ["/v1/calls/call_7"]


def test_call_without_transcript_is_completed_from_details():
    """The details' transcript is merged into the record."""
    upstream = Upstream(reply(CALL), reply({"id": "log_7", "call_id": "call_7", "status": "completed"} | TALK))

    call = upstream.client().call("call_7")

    assert len(call.transcript) == 2
    assert call.to_phone == "+919812300007"
    assert upstream.paths == ["/v1/calls/call_7", "/v1/call-logs/call_7/details"]


@pytest.mark.parametrize("record", [CALL | {"status": "in-progress"}, CALL | {"sensitive_delete": True}])
def test_call_that_can_have_no_transcript_is_not_asked_about(record):
    """Still going on, or removed at source: no second request."""
    upstream = Upstream(reply(record))

    upstream.client().call("call_7")

    assert upstream.paths == ["/v1/calls/call_7"]


def test_missing_details_endpoint_is_remembered_for_an_hour():
    """A 404 there: the call stands as it is, and nobody asks again until the hour is over."""
    upstream = Upstream(reply(CALL), reply({}, status=404), reply(CALL))
    client = upstream.client()

    assert client.call("call_7").notes == ()
    client.call("call_7")
    upstream.watch.advance(3599)
    client.call("call_7")

    assert upstream.paths.count("/v1/call-logs/call_7/details") == 1

    upstream.watch.advance(1)
    client.call("call_7")

    assert upstream.paths.count("/v1/call-logs/call_7/details") == 2


@pytest.mark.parametrize(
    "second",
    [
        httpx.ReadTimeout("slow"),
        reply({}, status=500),
        reply({}, status=503),
        reply({}, status=401),
        reply({}, status=403),
        reply({}, status=429, Retry_After="1"),
        reply(b"<html>"),
        reply({"id": "log_8", "call_id": "call_8", "status": "completed"} | TALK),
    ],
)
def test_failing_details_cost_a_note_not_the_call(second):
    """The record that was read is shown, with a sentence about what is missing; there is no retry."""
    upstream = Upstream(reply(CALL), second)

    call = upstream.client().call("call_7")

    assert call.id == "call_7"
    assert call.transcript == ()
    assert "details" in call.notes[-1].text
    assert len(upstream.requests) == 2


@pytest.mark.parametrize("second", [reply({}, status=500), reply({}, status=401)])
def test_failing_details_say_nothing_about_dialnexa(second):
    """An optional address that always fails neither opens the breaker nor condemns the key."""
    replies = [reply(CALL), second] * 30
    client = Upstream(*replies).client()

    calls = [client.call("call_7") for _ in range(30)]

    assert all(call.id == "call_7" for call in calls)


def test_f45_another_calls_record_is_refused():
    """Nobody is shown another person's conversation."""
    error = error_of(Upstream(reply(CALL | TALK | {"id": "call_8"})).client(), READS["call"])

    assert type(error) is WrongRecordError


# --- The rest


def test_now_is_upstreams_own_time():
    """A step that begins half an hour ahead of our clock, but not of theirs, is no surprise; without a Date it is."""
    step = {"node_id": "node_first", "node_type": "VOICE_CALL", "label": "First call", "status": "in_progress"}
    later = {"data": {"lead": {"id": "lead_7"}, "history": [step | {"started_at": "2026-07-15T10:00:00Z"}]}}

    told = Upstream(reply(later, Date="Wed, 15 Jul 2026 10:00:05 GMT")).client()
    untold = Upstream(reply(later)).client()

    assert told.lead_history("workflow_solar7", "lead_7").notes == ()
    assert "future" in untold.lead_history("workflow_solar7", "lead_7").notes[0].text


def test_page_deadline_covers_both_requests_of_a_call():
    """Eight of ten seconds went into the record: details that take three are given up, though one try may take nine."""
    upstream = Upstream(reply(CALL), reply({"call_id": "call_7", "status": "completed"} | TALK))
    seconds = iter([8.0, 3.0])

    def handle(request: httpx.Request) -> httpx.Response:
        upstream.watch.advance(next(seconds))
        return upstream(request)

    client = upstream.client(transport=httpx.MockTransport(handle), limits=Limits(attempt=9))

    call = client.call("call_7")

    assert call.transcript == ()
    assert "details" in call.notes[-1].text


def test_everything_a_page_asks_ends_with_the_page():
    """Five and four of its ten seconds are gone: the third answer has one, the fourth is not asked for."""
    upstream = Upstream(reply())

    def handle(request: httpx.Request) -> httpx.Response:
        seconds = (5, 4, 3, 0)[len(upstream.requests)]
        upstream.watch.advance(seconds)
        return upstream(request)

    client = upstream.client(transport=httpx.MockTransport(handle))

    with one_page(upstream.watch.now() + 10):
        client.workflows()
        client.workflows()
        late, unasked = error_of(client), error_of(client)
    client.workflows()

    assert (type(late), type(unasked)) == (DeadlineError, DeadlineError)
    assert len(upstream.requests) == 4


def test_answer_that_takes_longer_than_an_attempt_is_given_up():
    """Seven seconds for one try is one too many, wherever they went."""
    upstream = Upstream(reply())

    def handle(request: httpx.Request) -> httpx.Response:
        upstream.watch.advance(7)
        return upstream(request)

    error = error_of(upstream.client(transport=httpx.MockTransport(handle)))

    assert type(error) is DeadlineError


def test_log_has_a_line_per_request_and_nothing_personal(caplog):
    """Endpoint, outcome, status, time, bytes, try; no ids, phones, names or key."""
    caplog.set_level("DEBUG", "dashboard.dialnexa")
    upstream = Upstream(reply(status=503), reply(HISTORY))

    upstream.client().lead_history("workflow_solar7", "lead_7")

    lines = [record.getMessage() for record in caplog.records if record.name == "dashboard.dialnexa"]
    size = len(json.dumps(HISTORY))
    assert lines == [
        "GET lead-history: ServerFaultError, status 503, 0 ms, 0 bytes, try 1",
        f"GET lead-history: read, status 200, 0 ms, {size} bytes, try 2",
    ]


def test_what_was_not_asked_says_why():
    """Sentences that administrators read; nothing goes out for any of them."""
    upstream = Upstream(reply(status=429, Retry_After="60"))
    client = upstream.client()
    error_of(client)
    held = error_of(client)
    upstream.watch.advance(60)
    upstream.replies = [reply(status=401)]
    error_of(client)
    refused = error_of(client)
    odd = error_of(client, lambda client: client.leads("workflow_solar7", status="no such/status"))
    with one_page(upstream.watch.now()):
        late = error_of(client, READS["history"])
    broken = Upstream(reply(status=500)).client()
    for _ in range(5):
        error_of(broken, READS["history"])
    left = error_of(broken, READS["history"])

    assert len(upstream.requests) == 2  # what brought the 429 and the 401
    assert [(type(error), str(error)) for error in (held, refused, odd, late, left)] == [
        (BusyError, "DialNexa asked for fewer requests a moment ago."),
        (RejectedError, "DialNexa refused the API key less than a minute ago."),
        (RefusedIdError, "That is not a status DialNexa could have given."),
        (DeadlineError, "The page's time was used up before this was asked."),
        (ServerFaultError, "DialNexa kept failing and is left alone."),
    ]
    assert (held.retry_after, refused.upstream_status, refused.retry_after) == (60, 401, 60)
    assert left.retry_after == pytest.approx(18, abs=0.1)


def test_missing_call_and_missing_details_are_told_apart():
    """The one is an error, the other a note beside the call."""
    missing = error_of(Upstream(reply(status=404)).client(), READS["call"])
    call = Upstream(reply(CALL), reply(status=500)).client().call("call_7")

    assert (type(missing), str(missing), missing.upstream_status) == (
        MissingCallError,
        "DialNexa has no record of this call.",
        404,
    )
    assert [note.text for note in call.notes] == [
        "The call's details could not be read just now; there may be a transcript all the same."
    ]


def test_waits_are_spread():
    """A retry within a quarter of a second, a 429 without a time by a second, a breaker's pause by a fifth."""
    asked: list[tuple[float, float]] = []

    def jitter(low: float, high: float) -> float:
        asked.append((low, high))
        return low

    upstream = Upstream(httpx.ConnectError("x"), reply(), *[reply(status=429)] * 2, *[reply(status=500)] * 9)
    client = upstream.client(jitter=jitter)
    client.workflows()
    busy = error_of(client)
    upstream.watch.advance(60)
    for _ in range(5):
        error_of(client)

    assert (asked[:2], asked[-1]) == ([(0, 0.25), (0, 1)], (0.8, 1.2))
    assert busy.retry_after == 5


def test_retry_may_wait_for_half_of_the_time_that_is_left():
    """So that it has as much again."""
    upstream = Upstream(reply(status=503, Retry_After="5"), reply())

    upstream.client().workflows()

    assert upstream.watch.slept == [5]


def test_unavailable_covers_what_a_last_good_copy_may_bridge():
    """Refused, slow and faulty are of one kind; a refused key and a missing record are not."""
    kinds = {
        type(error_of(Upstream(found).client(), READS["history"]))
        for found in [httpx.ConnectError(""), httpx.ReadTimeout(""), reply(status=500)]
    }

    assert all(issubclass(kind, UnavailableError) for kind in kinds)
    assert not issubclass(RejectedError, UnavailableError)
    assert not issubclass(NotFoundError, UnavailableError)
