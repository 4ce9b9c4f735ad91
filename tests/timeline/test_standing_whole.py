"""Everything that a standing tells at once: kind, words, since when, which step, how late, and what to check."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dashboard.timeline.model import VOICE_CALL, Call, Lead, Timeline
from dashboard.timeline.standing import Kind, Standing, late_from, standing
from tests.strategies import NOW
from tests.timeline.test_standing import HOUR, ago, stand, visit

PAST = visit("SMS", "completed", entered_at=ago(9 * HOUR), left_at=ago(8 * HOUR))
SCHEDULER = "Check the field that sets the release time, and whether DialNexa’s scheduler ran."


@pytest.mark.parametrize(
    ("here", "workflow", "expected"),
    [
        (
            visit(due_at=ago(2 * HOUR)),
            "active",
            Standing(
                Kind.STUCK,
                "Stuck at “Here”: its release is overdue by 2 h.",
                ago(HOUR),
                2,
                2 * HOUR,
                ago(2 * HOUR),
                SCHEDULER,
            ),
        ),
        (
            visit(),
            "active",
            Standing(
                *(Kind.WAITING, "Waiting at “Here”, release time not given.", ago(HOUR), 2, None, None),
                "Look in DialNexa at what this wait’s settings say about its end.",
            ),
        ),
        (
            visit(due_at=NOW + HOUR),
            "active",
            Standing(Kind.WAITING, "Waiting at “Here”, to be released in 1 h.", ago(HOUR), 2, None, NOW + HOUR),
        ),
        (
            visit(due_at=NOW + HOUR),
            "paused",
            Standing(
                *(Kind.HELD, "Held by pause at “Here”.", ago(HOUR), 2, None, NOW + HOUR),
                "Nothing moves on, and nothing is late, until the workflow is resumed.",
            ),
        ),
        (
            visit("APPLICATION", entered_at=ago(3 * HOUR)),
            "active",
            Standing(
                *(
                    Kind.STUCK,
                    "Stuck at “Here” for 3 h, longer than the 1 h allowed for such a step.",
                    ago(3 * HOUR),
                    2,
                ),
                *(2 * HOUR, None, "Check the step’s exits and its integration."),
            ),
        ),
        (
            visit(VOICE_CALL, entered_at=ago(3 * HOUR)),
            "active",
            Standing(
                *(Kind.STUCK, "Stuck at “Here” for 3 h, longer than a call can last.", ago(3 * HOUR), 2),
                *(3 * HOUR - timedelta(seconds=5520), None, "Check the call’s own record."),
            ),
        ),
    ],
)
def test_standing_tells_all_of_it(here: Any, workflow: str, expected: Standing) -> None:
    """Of the second of two steps."""
    assert stand(PAST, here, workflow=workflow) == expected


def test_standing_after_a_call_that_has_ended_tells_all_of_it() -> None:
    """The call's own record says that it is over, the step is still open."""
    here = visit(VOICE_CALL, call_id="call_1", entered_at=ago(3 * HOUR))
    call = Call("call_1", status="completed", started_at=ago(3 * HOUR), ended_at=ago(2 * HOUR))

    assert stand(PAST, here, call=call) == Standing(
        *(Kind.STUCK, "Stuck at “Here”: the call ended 2 h ago, but the step is still open.", ago(3 * HOUR), 2),
        *(2 * HOUR, None, "Check the step’s exits: is there a path for the way this call ended?"),
    )


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (visit(due_at=NOW), ("wait", NOW)),
        (visit(), None),
        (visit(VOICE_CALL), ("call", ago(HOUR))),
        (visit("APPLICATION"), ("step", ago(HOUR))),
        (visit("APPLICATION", entered_at=None), None),
        (visit("APPLICATION", "completed", left_at=ago(HOUR)), ("step", ago(HOUR))),
        (visit("CONVERTED", "completed", left_at=ago(HOUR)), None),
    ],
)
def test_late_from_is_where_the_limit_begins_to_count(last: Any, expected: Any) -> None:
    """At the release of a wait, at the start of a step, at the end of the last one when none is open."""
    path = (replace(PAST, position=1), replace(last, position=2))

    assert late_from(Timeline("wf_abc", Lead("lead_abc", status="active"), path)) == expected


def test_late_from_of_a_path_without_steps_is_nothing() -> None:
    """Nobody is late before the first step."""
    empty = Timeline("wf_abc", Lead("lead_abc", status="active"))

    assert late_from(empty) is None
    assert standing(empty, now=NOW, workflow_status="active").kind is Kind.PENDING
