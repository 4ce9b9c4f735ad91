from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from dashboard.dialnexa.deadline import Attempt
from dashboard.dialnexa.errors import DeadlineError, RefusedIdError, TooLargeError, UnexpectedError
from dashboard.dialnexa.wire import Limits, Reply, Wire


@pytest.mark.parametrize(
    "path", ["/v1/calls/..", "/v1/calls/../agents", "/v1/calls/a#b", "/v1/calls/a?b=c", "/v1/calls/é"]
)
def test_path_that_httpx_would_change_does_not_go_out(path):
    """The second wall behind the rule for ids: what is sent is what was meant, or nothing."""
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={})

    wire = Wire("http://127.0.0.1:8001", "key_9:s3cret", limits=Limits(), transport=httpx.MockTransport(handle))
    attempt = Attempt(ends_at=time.monotonic() + 5, monotonic=time.monotonic)

    with pytest.raises(RefusedIdError, match=r"^That id would have changed the address\.$"):
        wire.get(path, None, cap=1000, attempt=attempt)

    assert requests == []


def answer(response: httpx.Response, *, cap: int = 1000, left: float = 5.0) -> bytes:
    """What one request brings back that has so many seconds left once its answer is there."""
    moment = 0.0

    def handle(_: httpx.Request) -> httpx.Response:
        nonlocal moment
        moment = 5.0 - left
        return response

    wire = Wire("http://127.0.0.1:8001", "key_9:s3cret", limits=Limits(), transport=httpx.MockTransport(handle))
    attempt = Attempt(ends_at=5.0, monotonic=lambda: moment)
    return wire.get("/v1/workflows", None, cap=cap, attempt=attempt).body


def pieces(*sent: bytes) -> httpx.Response:
    return httpx.Response(200, content=iter(sent))


def test_body_is_all_of_its_pieces_up_to_the_cap():
    """Exactly as many bytes as allowed are allowed."""
    assert answer(pieces(b"abc", b"", b"def"), cap=6) == b"abcdef"


def test_body_above_the_cap_is_refused_with_its_size():
    """One byte more is too large, whatever it is."""
    with pytest.raises(TooLargeError, match=r"^DialNexa's answer is larger than 2 KiB\.$") as caught:
        answer(pieces(b"a" * 2048, b"b"), cap=2048)

    assert caught.value.upstream_status == 200


@pytest.mark.parametrize("left", [0.0, -1.0])
def test_body_that_outlasts_its_attempt_is_given_up(left):
    """The deadline is looked at after each piece."""
    with pytest.raises(DeadlineError, match=r"^DialNexa did not finish its answer in time\.$") as caught:
        answer(pieces(b"abc"), left=left)

    assert caught.value.upstream_status == 200


@pytest.mark.parametrize("encoding", ["gzip", " BR ", "identity, gzip"])
def test_packed_body_is_not_unpacked(encoding):
    """It was not asked for; the header alone decides."""
    with pytest.raises(
        UnexpectedError, match=r"^DialNexa's answer is compressed, which was not asked for\.$"
    ) as caught:
        answer(httpx.Response(200, content=iter([b"abc"]), headers={"Content-Encoding": encoding}))

    assert caught.value.upstream_status == 200


@pytest.mark.parametrize("encoding", ["identity", " Identity "])
def test_body_that_says_it_is_plain_is_plain(encoding):
    """However it is written."""
    assert answer(httpx.Response(200, content=iter([b"abc"]), headers={"Content-Encoding": encoding})) == b"abc"


class Peer:
    """A transport that answers all with the same, and holds what it was asked."""

    def __init__(self, status: int = 200, content: object = b"abc", **headers: str) -> None:
        self.requests: list[httpx.Request] = []
        self.given = {"status_code": status, "content": content, "headers": headers}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(**self.given)  # type: ignore[arg-type]

    def get(self, *, left: float = 5.0, cap: int = 1000, limits: Limits | None = None) -> Reply:
        transport = httpx.MockTransport(self)
        wire = Wire("http://127.0.0.1:8001", "key_9:s3cret", limits=limits or Limits(), transport=transport)
        return wire.get("/v1/workflows", {"page": "1"}, cap=cap, attempt=Attempt(ends_at=left, monotonic=lambda: 0.0))


@pytest.mark.parametrize(("left", "queue"), [(5.0, 1.0), (0.25, 0.25)])
def test_each_wait_has_its_limit(left, queue):
    """Connecting, silence and the queue, which gets no more than is left."""
    peer = Peer()

    peer.get(left=left)

    assert peer.requests[0].extensions["timeout"] == {"connect": 2.0, "read": 5.0, "write": 5.0, "pool": queue}


def test_attempt_that_is_over_waits_for_no_connection():
    """Less than nothing is nothing."""
    peer = Peer(status=503)

    peer.get(left=-1.0)

    assert peer.requests[0].extensions["timeout"]["pool"] == 0.0


def test_redirect_is_not_followed():
    """Its address may be anybody's."""
    peer = Peer(status=302, content=b"", Location="http://127.0.0.1:8001/v1/calls")

    assert peer.get() == Reply(302, "", "", b"")
    assert len(peer.requests) == 1


def test_proxy_of_the_environment_is_not_used(monkeypatch):
    """The key would go through it."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    peer = Peer()

    assert peer.get().body == b"abc"
    assert len(peer.requests) == 1


def test_headers_that_matter_are_passed_on():
    """When it was answered, and when to come again."""
    peer = Peer(status=429, content=b"words of theirs", Date="Wed, 15 Jul 2026 09:30:00 GMT", **{"Retry-After": "7"})

    assert peer.get() == Reply(429, "Wed, 15 Jul 2026 09:30:00 GMT", "7", b"")


@pytest.mark.parametrize(("status", "most"), [(200, 3), (503, 0)])
def test_no_more_is_read_than_is_wanted(status, most):
    """A body above the cap ends there; that of an error is not looked at."""
    taken: list[int] = []

    def body() -> Iterator[bytes]:
        for number in range(100):
            taken.append(number)
            yield b"x" * 500

    with suppress(TooLargeError):
        Peer(status=status, content=body()).get(cap=1000)

    assert len(taken) == most
