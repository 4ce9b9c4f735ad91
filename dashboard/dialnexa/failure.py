"""What a failed try means: httpx's exceptions and upstream's statuses, each as one error of our tree.

Sentences are ours. Nothing upstream said, no URL and no header gets into them.
"""

from __future__ import annotations

import httpx

from dashboard.dialnexa.deadline import Attempt
from dashboard.dialnexa.endpoint import Endpoint
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

# What httpx raises for a bad wire, and the ValueErrors (bad host name, bad text) that are no HTTPError.
RAISED = (httpx.HTTPError, httpx.InvalidURL, ValueError)

QUEUE_PAUSE = 1.0  # seconds a person is asked to wait when all our connections are in use


def of_wire(error: Exception, attempt: Attempt) -> DialNexaError:
    """The error for something httpx raised during this attempt."""
    match error:
        case httpx.PoolTimeout():
            return NoRoomError("All connections to DialNexa are in use.", retry_after=QUEUE_PAUSE)
        case httpx.TimeoutException():
            return DeadlineError("DialNexa did not answer in time.")
        case httpx.ConnectError():
            return UnreachableError("DialNexa can't be reached.")
        case httpx.TransportError() if attempt.status is not None:
            return UnreachableError("DialNexa's answer broke off.", status=attempt.status)
        case httpx.NetworkError():
            return UnreachableError("The connection to DialNexa broke off.")
        case httpx.RemoteProtocolError() if not attempt.received:
            return UnreachableError("DialNexa closed the connection without an answer.")
        case _:
            return UnreadableError("DialNexa's answer is not proper HTTP.")


def is_worth_repeating(error: Exception, attempt: Attempt) -> bool:
    """Whether a second try may do better: no connection, or one that broke before a byte came back. Never slowness."""
    return isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError) and not attempt.received


def of_status(status: int, endpoint: Endpoint, *, wait: float | None) -> DialNexaError | None:
    """The error for a status, None for 200. wait: seconds from Retry-After."""
    match status:
        case 200:
            return None
        case 401:
            return RejectedError("DialNexa refuses the API key.", status=status)
        case 403 | 404 if not endpoint.is_record:
            return RejectedError(
                f"DialNexa answers {status} to the list of workflows: "
                "the address is wrong, or the key may not read workflows.",
                status=status,
            )
        case 400 | 403 | 404 | 410 if endpoint.is_record:
            return NotFoundError("DialNexa has no such record, or not for this key.", status=status)
        case 429:
            return BusyError("DialNexa asks for fewer requests.", retry_after=wait, status=status)
        case _ if 500 <= status <= 599:
            return ServerFaultError(f"DialNexa has a fault ({status}).", retry_after=wait, status=status)
        case 304:
            # Nobody asked whether anything had changed: something between is at fault, and a copy may bridge it.
            return ServerFaultError("DialNexa sent no answer (304).", status=status)
        case _ if 300 <= status <= 399:
            return UnexpectedError(
                f"DialNexa answered with a redirect ({status}), which is not followed.", status=status
            )
        case _:
            return UnexpectedError(f"DialNexa gave an unexpected answer ({status}).", status=status)
