"""Bytes of an answer -> all that the core makes of them: what every page would show, without a page."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.dialnexa import parse
from dashboard.dialnexa.decode import decode
from dashboard.dialnexa.errors import UnreadableError
from dashboard.drawing import layout, plot, svg, table
from dashboard.drawing.picture import Picture
from dashboard.timeline import mask, transcript
from dashboard.timeline.digest import digest
from dashboard.timeline.fingerprint import fingerprint
from dashboard.timeline.model import Call, Timeline
from dashboard.timeline.narrate import narrate
from dashboard.timeline.standing import Kind, standing
from dashboard.timeline.veil import Veil

NOW = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)
KOLKATA = ZoneInfo("Asia/Kolkata")
WORKFLOW, LEAD, CALL = "workflow_solar7", "lead_k2", "call_u81"
HREFS: dict[str, Any] = {
    "visit_href": lambda position: f"/visits/{position}/",
    "fold_href": lambda key: f"?unfold={key}",
    "group_href": lambda first, last: f"?first={first}&last={last}",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    picture: Picture
    figure: dict[str, Any]
    markup: tuple[str, ...]  # the picture and the table
    sentences: tuple[str, ...]


def draw(path: Timeline) -> Drawn:
    """A timeline as its page draws, tells and judges it."""
    stand = standing(path, now=NOW, workflow_status="active")
    digest(path, now=NOW)
    fingerprint(path)
    picture = layout.picture(path, now=NOW, zone=KOLKATA, is_overdue=stand.kind is Kind.STUCK)
    rows = table.rows(
        path.visits, now=NOW, zone=KOLKATA, current=None, visit_href=HREFS["visit_href"], record_href=None
    )
    for visit in path.visits:
        json.loads(mask.record(visit.raw))
    return Drawn(
        picture=picture,
        figure=plot.figure(picture),
        markup=(str(svg.draw(picture, **HREFS)), str(rows)),
        sentences=(stand.sentence, *narrate(path.visits, now=NOW, zone=KOLKATA)),
    )


def finite(value: object) -> bool:
    """A number that a page can draw, or none."""
    return value is None or (isinstance(value, int | float) and math.isfinite(value))


def told(call: Call) -> list[str]:
    """What a call's panel says, masked."""
    veil = Veil(call.to_phone, {"name": call.summary or ""})
    return [*(veil.text(turn.text) for turn in call.transcript), veil.text(call.summary or "")]


def read(body: bytes) -> list[Drawn]:
    """Everything that can be made of an answer; only our own errors end a reading, and none leaves here."""
    with suppress(UnreadableError):
        value = decode(body)
        drawn = []
        with suppress(UnreadableError):
            drawn.append(draw(parse.timeline(value, workflow_id=WORKFLOW, lead_id=LEAD, now=NOW)))
        with suppress(UnreadableError):
            call = parse.call(value, call_id=CALL)
            told(call)
            transcript.absence(call, now=NOW)
        with suppress(UnreadableError):
            parse.leads(value, workflow_id=WORKFLOW, page=1, limit=100, now=NOW)
        with suppress(UnreadableError):
            parse.workflows(value)
        with suppress(UnreadableError):
            parse.workflow(value, workflow_id=WORKFLOW)
        parse.body_status(value)
        return drawn
    return []
