"""Paths to draw: invented leads, step after step from one moment on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.drawing import layout
from dashboard.drawing.layout import View
from dashboard.drawing.picture import Picture
from dashboard.timeline.model import TIME, VOICE_CALL, Lead, Timeline, Visit

START = datetime(2026, 7, 13, 10, 0, tzinfo=UTC)
IST = ZoneInfo("Asia/Kolkata")
HOUR, DAY = 3600, 86400
HREFS: dict[str, Any] = {
    "visit_href": lambda position: f"/visits/{position}/?zone=utc&scale=true",
    "fold_href": lambda key: f"?unfold={key}",
    "group_href": lambda first, last: f"?first={first}&last={last}",
}


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def step(node: str | None, type_: str, seconds: float = 0, **more: Any) -> dict[str, Any]:
    return {"node_id": node, "type": type_, "label": f"Step {node}", "status": "completed", "seconds": seconds, **more}


def call(node: str, seconds: float, status: str = "completed", **more: Any) -> dict[str, Any]:
    return step(node, VOICE_CALL, seconds, **{"label": f"Call {node}", "status": status, **more})


def wait(node: str, seconds: float, status: str = "completed", **more: Any) -> dict[str, Any]:
    return step(node, TIME, seconds, **{"label": f"Wait {node}", "status": status, **more})


def timeline(*steps: dict[str, Any], lead_status: str = "active") -> Timeline:
    """Each step enters where the one before left, unless it says otherwise."""
    visits, at = [], START
    for position, given in enumerate(steps, start=1):
        seconds = given.pop("seconds")
        fields = {"entered_at": at, "raw_status": given["status"], **given}
        if not fields.get("is_open") and "left_at" not in fields and fields["entered_at"]:
            fields["left_at"] = fields["entered_at"] + timedelta(seconds=seconds)
        at = fields.get("left_at") or at
        visits.append(Visit(position=position, received=position, **fields))
    return Timeline("workflow_paths01", Lead("lead_paths01", status=lead_status), tuple(visits))


def documented() -> Timeline:
    """A call of 45 s, two hours' wait, a call of 2 min 25 s."""
    return timeline(
        call("first", 45, "no_answer", exit="DNP"),
        wait("pause", 2 * HOUR),
        call("second", 145, call_id="call_paths02"),
        lead_status="completed",
    )


def overdue() -> Timeline:
    """A call, then a wait whose release, two hours after the start, has passed."""
    return timeline(call("first", 60), wait("late", 0, "waiting", is_open=True, due_at=after(2 * HOUR)))


def loop(visits: int) -> Timeline:
    """A call every day, for as many visits as asked for."""
    return timeline(
        *(call("daily", 40, "no_answer") if number % 2 == 0 else wait("night", DAY) for number in range(visits)),
        lead_status="completed",
    )


LATER = after(30 * DAY)
WHOLE = View()


def picture(path: Timeline, *, now: datetime = LATER, view: View = WHOLE, is_overdue: bool = False) -> Picture:
    return layout.picture(path, now=now, zone=IST, view=view, is_overdue=is_overdue)
