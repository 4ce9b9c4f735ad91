"""A packet's pages: long tables go on over pages without a broken row, and say what they leave out."""

from __future__ import annotations

import io
import json
from typing import Any
from zoneinfo import ZoneInfo

import pypdf
import pytest

from dashboard.export import paper, seal, veiled
from dashboard.export.evidence import Reading
from dashboard.timeline.model import Timeline, Workflow
from dashboard.timeline.veil import Veil
from tests.drawing.paths import START, call, timeline, wait

pytestmark = [pytest.mark.pdf, pytest.mark.usefixtures("pdfs")]


def made(path: Timeline) -> tuple[list[str], dict[str, Any]]:
    """The text of each page, and the JSON's content."""
    shown = veiled.veiled(path, Veil())
    content: dict[str, Any] = {
        "packet": {"number": 1, "as_of": START, "asked_at": START, "reason": {}, "is_masked": True},
        "workflow": {"id": "workflow_paths01", "title": "Paths"},
        "lead": veiled.lead(shown),
        "standing": {"kind": "final", "sentence": "Finished."},
        "visits": veiled.visits(shown),
        "notes": [],
        "verdicts": [],
        "calls": [],
        "access": {"total": 0, "rows": []},
    }
    reading = Reading(path, Workflow("workflow_paths01", "Paths"), (), START)
    parts = paper.parts(content, shown, reading, ZoneInfo("Asia/Kolkata"))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(parts[seal.PDF])).pages]
    return pages, json.loads(parts[seal.JSON])["content"]


def test_long_table_repeats_its_head_and_breaks_no_row() -> None:
    """Each page of steps has the names of its columns; each step stands whole on one page; pages are numbered."""
    steps = [step for number in range(30) for step in (call(f"c{number}", 45, "no_answer"), wait(f"w{number}", 3600))]

    pages, _ = made(timeline(*steps))

    tables = [text for text in pages if "no answer" in text and "Entered" in text]
    assert len(tables) > 1
    for number in range(30):
        assert sum(f"Call c{number} VOICE_CALL" in " ".join(text.split()) for text in tables) == 1
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
        assert "Packet 1 · lead lead_paths01" in text


def test_what_is_left_out_on_paper_is_said_and_in_the_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first steps on paper, all of them for machines."""
    monkeypatch.setattr(paper, "MOST_STEPS", 3)

    pages, content = made(timeline(*[call(f"c{number}", 45) for number in range(5)]))

    assert "5 steps: the first 3; packet.json has all" in " ".join("".join(pages).split())
    assert len(content["visits"]) == 5


def test_path_without_steps_has_its_page() -> None:
    """No picture, and a sentence."""
    pages, _ = made(timeline())

    assert "No steps." in "".join(pages)
