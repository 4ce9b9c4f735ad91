"""What a person is told when something fails: fixed texts, the same for a page and a fragment."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from dashboard.dialnexa import errors


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    status: int
    title: str
    sentence: str
    can_retry: bool = True
    retry_after: int | None = None  # seconds
    cause: str | None = None  # for those who can mend the installation


NOT_FOUND = Outcome(
    "notfound",
    404,
    "Not found",
    "There is nothing at this address, or it is not yours to see. Check the address, or start from the workflows.",
    can_retry=False,
)
NOT_RECORDED = Outcome(
    "record",
    503,
    "This can’t be opened right now",
    "Leadline records who sees what before it shows anything, and could not write that record. Nothing was shown.",
    retry_after=10,
)
CROWDED = Outcome(
    "busy", 503, "Leadline is busy", "More is asked of it right now than it can answer. Nothing is lost.", retry_after=2
)
FAULT = Outcome("fault", 500, "Something went wrong in Leadline", "It has been logged under the reference below.")

_OUTCOMES: dict[type[BaseException], Outcome] = {
    errors.RefusedIdError: NOT_FOUND,
    errors.NotFoundError: NOT_FOUND,
    errors.MissingCallError: Outcome(
        "notfound",
        404,
        "No record of this call",
        "The history names this call, but DialNexa has no record of it. It may have been deleted, or never written.",
        can_retry=False,
    ),
    errors.RejectedError: Outcome(
        "setup",
        502,
        "The connection to DialNexa needs attention",
        "DialNexa does not accept Leadline’s connection. An administrator has to look at it; your sign-in is fine.",
    ),
    errors.BusyError: Outcome(
        "busy", 503, "DialNexa is busy", "It asked Leadline to slow down. Nothing is lost.", retry_after=5
    ),
    errors.NoRoomError: CROWDED,
    errors.DeadlineError: Outcome(
        "down", 504, "DialNexa did not answer in time", "Leadline stopped waiting. Nothing is lost."
    ),
    errors.UnreachableError: Outcome(
        "down", 502, "DialNexa can’t be reached", "The connection failed or broke off. Nothing is lost."
    ),
    errors.ServerFaultError: Outcome(
        "down", 502, "DialNexa has a fault", "It answered with an error of its own. Nothing is lost."
    ),
    errors.UnreadableError: Outcome(
        "down",
        502,
        "DialNexa answered in a form Leadline can’t read",
        "So nothing is shown, rather than half of it.",
    ),
    errors.TooLargeError: Outcome(
        "down", 502, "DialNexa’s answer was too large", "Leadline stopped reading, so nothing is shown."
    ),
    errors.WrongRecordError: Outcome(
        "down", 502, "DialNexa answered with another record", "It is not the one asked for, so it is not shown."
    ),
    errors.DialNexaError: Outcome("down", 502, "DialNexa can’t be read", "Nothing is lost."),
}


def outcome(error: errors.DialNexaError) -> Outcome:
    """The outcome of the nearest class in the tree; a busy upstream's own waiting time when it gave one."""
    found = next(_OUTCOMES[kind] for kind in type(error).__mro__ if kind in _OUTCOMES)
    retry_after = math.ceil(error.retry_after) if error.retry_after is not None else found.retry_after
    return replace(found, retry_after=retry_after, cause=str(error) or None)
