"""Whatever DialNexa answers, what is drawn of it holds together. P3, P4, P6 and P10 of docs/reliability.md."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dashboard.drawing import layout
from dashboard.drawing.picture import WIDTH
from dashboard.timeline import marks, mask
from tests import strategies
from tests.corpus import CONTROLS, HTML, UNICODE
from tests.dialnexa.test_parse_properties import KEYS, ROWS, SCALARS, VALUES, damaged
from tests.fuzz.drawn import KOLKATA, NOW, Drawn, finite, read
from tests.promises import promised

SLOW = settings(promised, suppress_health_check=[HealthCheck.too_slow])
TEXTS = st.text(max_size=60) | st.sampled_from([text[:500] for text in [*HTML, *UNICODE, *CONTROLS]])
ODD_VISITS = st.lists(
    st.dictionaries(KEYS, SCALARS, max_size=6).map(lambda more: {"node_id": "n", "node_type": "VOICE_CALL", **more}),
    max_size=6,
)


def numbers(drawn: Drawn) -> list[Any]:
    """Everything in the figure that is a place or a length on the axis."""
    return [number for trace in drawn.figure["data"] for key in ("x", "base") for number in trace.get(key) or []]


def holds_together(drawn: Drawn) -> None:
    for number in numbers(drawn):
        assert finite(number)
        assert number is None or 0 <= number <= WIDTH
    written = json.dumps(drawn.figure, allow_nan=False, ensure_ascii=False)
    written.encode()
    assert json.loads(written, parse_constant=lambda name: 1 / 0) is not None
    for text in (*drawn.markup, *drawn.sentences):
        text.encode()
        assert "NaN" not in text or "NaN" in written


@promised
@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode(errors="surrogatepass")))
def test_p1_any_bytes_are_drawn_or_refused(body: bytes) -> None:
    """No bytes end in an error that is not ours."""
    for drawn in read(body):
        holds_together(drawn)


@SLOW
@given(ROWS | ODD_VISITS, VALUES)
def test_p3_p4_any_rows_are_drawn_within_the_axis_and_as_json(rows: list[Any], around: Any) -> None:
    """Each place on the axis is a finite number of the picture, and a browser can read the figure."""
    for drawn in read(json.dumps({"history": rows, "lead": around}).encode()):
        holds_together(drawn)


@SLOW
@given(damaged())
def test_p3_p4_damaged_forms_are_drawn_within_the_axis_and_as_json(body: object) -> None:
    """The same of every documented form with some faults in it."""
    for drawn in read(json.dumps(body).encode()):
        holds_together(drawn)


@promised
@given(strategies.timelines())
def test_p6_time_is_never_negative_nor_longer_than_the_path(path: Any) -> None:
    """No visit has a negative length; together, overlaps counted once, they take no longer than the whole."""
    spans = sorted(
        (visit.entered_at, visit.left_at) for visit in path.visits if visit.duration is not None and visit.entered_at
    )
    covered, end = timedelta(0), datetime.min.replace(tzinfo=UTC)
    for start, stop in spans:
        covered, end = covered + max(timedelta(0), stop - max(start, end)), max(end, stop)

    assert all(visit.duration is None or visit.duration >= timedelta(0) for visit in path.visits)
    if spans:
        assert timedelta(0) <= covered <= end - spans[0][0]
    picture = layout.picture(path, now=NOW, zone=KOLKATA, is_overdue=False)
    bars = [(bar.left, bar.right) for bar in picture.bars]
    assert all(0 <= left <= right <= WIDTH for left, right in bars)


@promised
@given(TEXTS)
@example("+91 90000 00103")
def test_p10_text_is_shown_as_it_was_sent(text: str) -> None:
    """Unescaped, the name of a step reads as upstream wrote it, with marks for what can't be seen and phones masked."""
    body = json.dumps({"history": [{"node_id": "n", "node_type": "SMS", "label": f"a{text}z", "status": "completed"}]})

    (drawn,) = read(body.encode())

    _, table = drawn.markup
    found = re.search(r"<th scope=\"row\"[^>]*>(.*?)</th>", table, re.DOTALL)
    assert found
    shown = html.unescape(re.sub(r"<[^>]+>", "", found[1]))
    sent = json.loads(json.dumps(f"a{text}z").encode().decode())
    expected = marks.visible(mask.phones_in(re.sub("[\ud800-\udfff]", "\ufffd", sent)))
    assert " ".join(expected.split()) in " ".join(shown.split())
