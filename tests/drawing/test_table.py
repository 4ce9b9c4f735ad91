"""The table's rows: what each cell says, and that nothing upstream sent is ever markup."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.drawing.table import rows
from dashboard.timeline.model import TIME, VOICE_CALL, Visit

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
START = NOW - timedelta(hours=2)
CALL = Visit(
    position=1,
    received=1,
    node_id="n_call",
    type=VOICE_CALL,
    label="First call",
    status="no_answer",
    raw_status="No-Answer",
    entered_at=START,
    left_at=START + timedelta(seconds=45),
    call_id="call_1",
)


def row(visit: Visit, current: Visit | None = None) -> str:
    return rows(
        [visit],
        now=NOW,
        zone=ZoneInfo("Asia/Kolkata"),
        current=current,
        visit_href=lambda position: f"/calls/{position}/?a=1&b=2",
        record_href=lambda position: f"/visits/{position}/",
    )


def cells(markup: str) -> list[str]:
    """The words of each cell."""
    found = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", markup, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in found]


def test_row_says_everything_about_a_call():
    """Number, step and type, status with its sign, both moments with their zone, length, raw record."""
    assert cells(row(CALL)) == [
        "1",
        "First call VOICE_CALL",
        "⊘ no answer",
        "Mon 2 Mar 2026 15:30:00 IST",
        "Mon 2 Mar 2026 15:30:45 IST",
        "45 s",
        "raw",
    ]


def test_row_carries_its_visit_for_scripts():
    """Position and family in this order, the call's id on the row's own link."""
    markup = row(CALL)

    assert markup.startswith('<tr data-visit="1" data-status="not_reached" id="visit-1">')
    assert '<a href="/calls/1/?a=1&amp;b=2" data-visit-link' in markup
    assert 'data-call="call_1"' in markup


def test_row_of_the_chosen_visit_is_current():
    """The row whose panel is open says so, the others do not."""
    assert 'aria-current="true"' in row(CALL, current=CALL)
    assert "aria-current" not in row(CALL)


@pytest.mark.parametrize(
    ("change", "cell", "words"),
    [
        ({"call_id": None}, 1, "First call VOICE_CALL · no call recorded"),
        ({"call_id": None}, 6, ""),
        ({"entered_at": None}, 3, "start unknown"),
        ({"left_at": None}, 4, "not given"),
        ({"left_at": None, "is_open": True}, 4, "still here"),
        ({"left_at": None, "is_open": True}, 5, "2 h so far"),
        ({"left_at": None, "type": TIME, "due_at": NOW}, 4, "planned Mon 2 Mar 2026 17:30:00 IST"),
        ({"left_at": START - timedelta(1)}, 5, "inconsistent"),
        ({"left_at": None}, 5, "–"),
        ({"status": "teleported"}, 2, "? teleported"),
    ],
)
def test_row_says_what_is_not_known(change, cell, words):
    """A cell is never empty where a person would ask why."""
    assert cells(row(replace(CALL, **change)))[cell] == words


class Tags(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [name for name, _ in attrs]))


@given(st.text(max_size=40) | st.sampled_from(["<script>", '"><img src=x onerror=1>', "' onx='", "&lt;b&gt;", "</td>"]))
def test_row_has_the_same_tags_whatever_the_words(text):
    """No label, type, status or node can add an element or an attribute."""
    odd = replace(CALL, label=text, type=text or "X", raw_status=text, node_id=text, status=text)

    assert Tags(row(odd)).found == Tags(row(replace(CALL, type="X"))).found
