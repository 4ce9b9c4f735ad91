"""A packet's content as pages, and its three parts: PDF, JSON, and a text that says what they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string

from dashboard.compliance.verdict import Result
from dashboard.drawing import layout, svg
from dashboard.drawing.markup import Markup
from dashboard.drawing.picture import Picture
from dashboard.export import pdf, seal
from dashboard.export.evidence import Reading
from dashboard.export.veiled import plain
from dashboard.timeline.model import Timeline
from dashboard.timeline.standing import Kind

MOST_STEPS = 500  # on paper, where a row takes a fortieth of a second to set; the JSON has all
MOST_ROWS = 200  # of the trail
# Each result's sign, and its class in packet.css.
SIGNS = {
    Result.CLEAR: ("✓", "clear"),
    Result.CANNOT_TELL: ("?", "cannot"),
    Result.WARNING: ("!", "warning"),
    Result.BREACH: ("✕", "breach"),
}
README = """This is an evidence packet that Leadline has made about one lead.

packet.pdf     what is known of the lead, to read
packet.json    the same, for machines
manifest.json  the SHA-256 of every part, and a seal

Whether the parts are as they were made, anybody with Python can check:

    python3 verify_packet.py FILE.zip

verify_packet.py is in the folder scripts of Leadline's source. Whether the seal is theirs, those can check who run the
Leadline that made it: manage.py verify_packet FILE.zip

Verdicts are computed from a record by rules that the packet shows. They are no legal advice.
"""


def parts(content: dict[str, Any], shown: Timeline, reading: Reading, zone: ZoneInfo) -> dict[str, bytes]:
    """The parts by their names. shown: the timeline as it may be drawn. Raises PdfError."""
    said = plain(content)
    digest = seal.sha256(seal.canonical(said))
    page = pdf.render(_html(content, shown, reading, zone, digest), pdf.style("packet.css"))
    named = {"bytes": len(page), "sha256": seal.sha256(page)}
    whole = {"format": seal.FORMAT, "content": said, "content_sha256": digest, "pdf": named}
    return {seal.PDF: page, seal.JSON: seal.canonical(whole), seal.README: README.encode()}


def _html(content: dict[str, Any], shown: Timeline, reading: Reading, zone: ZoneInfo, digest: str) -> str:
    is_overdue = content["standing"]["kind"] == Kind.STUCK
    picture = layout.picture(shown, now=reading.as_of, zone=zone, is_overdue=is_overdue)
    drawn = svg.draw(
        picture,
        visit_href="#visit-{}".format,
        fold_href=lambda _: "#path",
        group_href=lambda first, _: f"#visit-{first}",
    )
    return render_to_string(
        "packet.html",
        {
            **content,
            "zone": zone,
            "content_sha256": digest,
            "picture": Markup(pdf.picture(drawn, picture.height)) if picture.lanes else "",
            "captions": list(_captions(picture)),
            "shown_visits": [_timed(visit) for visit in content["visits"][:MOST_STEPS]],
            "shown_rows": content["access"]["rows"][-MOST_ROWS:],
            "verdicts": [_signed(verdict) for verdict in content["verdicts"]],
            "calls": [_timed(call) for call in content["calls"]],
        },
    )


def _captions(picture: Picture) -> Iterator[str]:
    """What a reader of paper must know; on the page some of it can be selected."""
    if picture.groups:
        yield f"So many steps are drawn as {len(picture.groups):,} groups; the table has them one by one."
    if picture.folds:
        yield f"Stretches without calls are folded, {len(picture.folds):,} in all; the table has their true lengths."
    if picture.lanes and not picture.ticks:
        yield "No step has a start time that can be drawn: places on the axis mean nothing here."


def _timed(record: dict[str, Any]) -> dict[str, Any]:
    seconds = record.get("seconds")
    return {**record, "duration": timedelta(seconds=seconds) if seconds is not None else None}


def _signed(verdict: dict[str, Any]) -> dict[str, Any]:
    icon, name = SIGNS[Result(verdict["result"])]
    return {**verdict, "icon": icon, "class": name}
