from __future__ import annotations

import time

import httpx
import pytest

from dashboard.dialnexa.deadline import Attempt
from dashboard.dialnexa.errors import DeadlineError, RefusedIdError, TooLargeError, UnexpectedError
from dashboard.dialnexa.wire import Limits, Wire


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

    with pytest.raises(RefusedIdError):
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
