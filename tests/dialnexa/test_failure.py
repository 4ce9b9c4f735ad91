"""Each bad wire and each status is one error, with the sentence that administrators read."""

from __future__ import annotations

import httpx
import pytest

from dashboard.dialnexa import failure
from dashboard.dialnexa.deadline import Attempt
from dashboard.dialnexa.endpoint import LEADS, WORKFLOWS, Endpoint
from dashboard.dialnexa.errors import (
    BusyError,
    DeadlineError,
    DialNexaError,
    NoRoomError,
    NotFoundError,
    RejectedError,
    ServerFaultError,
    UnexpectedError,
    UnreachableError,
    UnreadableError,
)

REFUSED_LIST = "the address is wrong, or the key may not read workflows."


def told(error: DialNexaError | None) -> tuple[object, ...]:
    return (type(error), str(error), error and error.upstream_status, error and error.retry_after)


def attempt(*, received: int = 0, status: int | None = None) -> Attempt:
    made = Attempt(ends_at=1.0, monotonic=lambda: 0.0)
    made.received, made.status = received, status
    return made


@pytest.mark.parametrize(
    ("raised", "state", "expected"),
    [
        (httpx.PoolTimeout("x"), {}, (NoRoomError, "All connections to DialNexa are in use.", None, 1.0)),
        (httpx.ReadTimeout("x"), {}, (DeadlineError, "DialNexa did not answer in time.", None, None)),
        (httpx.ConnectTimeout("x"), {}, (DeadlineError, "DialNexa did not answer in time.", None, None)),
        (httpx.ConnectError("x"), {}, (UnreachableError, "DialNexa can't be reached.", None, None)),
        (
            httpx.ReadError("x"),
            {"received": 90, "status": 200},
            (UnreachableError, "DialNexa's answer broke off.", 200, None),
        ),
        (
            httpx.RemoteProtocolError("x"),
            {"received": 90, "status": 200},
            (UnreachableError, "DialNexa's answer broke off.", 200, None),
        ),
        (
            httpx.ReadError("x"),
            {"received": 3},
            (UnreachableError, "The connection to DialNexa broke off.", None, None),
        ),
        (
            httpx.RemoteProtocolError("x"),
            {},
            (UnreachableError, "DialNexa closed the connection without an answer.", None, None),
        ),
        (
            httpx.RemoteProtocolError("x"),
            {"received": 3},
            (UnreadableError, "DialNexa's answer is not proper HTTP.", None, None),
        ),
        (ValueError("x"), {}, (UnreadableError, "DialNexa's answer is not proper HTTP.", None, None)),
    ],
)
def test_bad_wire_is_told_in_our_words(raised: Exception, state: dict[str, int], expected: tuple[object, ...]) -> None:
    """By how far the answer had come; nothing of httpx's own text."""
    assert told(failure.of_wire(raised, attempt(**state))) == expected


@pytest.mark.parametrize(
    ("status", "endpoint", "expected"),
    [
        (401, LEADS, (RejectedError, "DialNexa refuses the API key.", 401, None)),
        (403, WORKFLOWS, (RejectedError, f"DialNexa answers 403 to the list of workflows: {REFUSED_LIST}", 403, None)),
        (404, WORKFLOWS, (RejectedError, f"DialNexa answers 404 to the list of workflows: {REFUSED_LIST}", 404, None)),
        *(
            (status, LEADS, (NotFoundError, "DialNexa has no such record, or not for this key.", status, None))
            for status in (400, 403, 404, 410)
        ),
        (429, LEADS, (BusyError, "DialNexa asks for fewer requests.", 429, 7.0)),
        (500, LEADS, (ServerFaultError, "DialNexa has a fault (500).", 500, 7.0)),
        (599, LEADS, (ServerFaultError, "DialNexa has a fault (599).", 599, 7.0)),
        (304, LEADS, (ServerFaultError, "DialNexa sent no answer (304).", 304, None)),
        *(
            (
                status,
                LEADS,
                (
                    UnexpectedError,
                    f"DialNexa answered with a redirect ({status}), which is not followed.",
                    status,
                    None,
                ),
            )
            for status in (300, 302, 399)
        ),
        *(
            (status, endpoint, (UnexpectedError, f"DialNexa gave an unexpected answer ({status}).", status, None))
            for status, endpoint in ((204, LEADS), (299, LEADS), (418, LEADS), (600, LEADS), (400, WORKFLOWS))
        ),
    ],
)
def test_status_is_told_in_our_words(status: int, endpoint: Endpoint, expected: tuple[object, ...]) -> None:
    """A time to come again is passed on where it means something."""
    assert told(failure.of_status(status, endpoint, wait=7.0)) == expected


def test_good_status_is_no_failure() -> None:
    """200 alone."""
    assert failure.of_status(200, LEADS, wait=None) is None


@pytest.mark.parametrize(
    ("raised", "received", "expected"),
    [
        (httpx.ConnectError("x"), 0, True),
        (httpx.RemoteProtocolError("x"), 0, True),
        (httpx.ReadError("x"), 1, False),
        (httpx.ReadTimeout("x"), 0, False),
        (ValueError("x"), 0, False),
    ],
)
def test_second_try_is_for_what_broke_before_a_byte_came(raised: Exception, received: int, expected: bool) -> None:
    """Never for slowness."""
    assert failure.is_worth_repeating(raised, attempt(received=received)) is expected
