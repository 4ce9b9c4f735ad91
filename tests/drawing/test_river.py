"""The flow as geometry, and the two drawings of it."""

from __future__ import annotations

import itertools
import json
import re

from hypothesis import given
from hypothesis import strategies as st

from dashboard.drawing import flow as sankey
from dashboard.drawing import river_svg
from dashboard.drawing.plot import CONFIG
from dashboard.drawing.river import PAD, TOP, River, river
from dashboard.timeline.coverage import Walk
from dashboard.timeline.flow import flow
from tests.timeline.walks import walk, walks

ODD = "<b>नमस्ते</b> & \u202egnp.exe \ud800"


def drawn(leads: list[Walk], depth: int = 4, most: int = 3, label: str = "Call") -> River:
    return river(flow(leads, depth=depth, most=most), name=lambda node_id: ("VOICE_CALL", f"{label} {node_id}"))


@given(walks, st.integers(1, 6), st.integers(2, 4))
def test_boxes_stay_apart_and_bands_within_them(leads: list[Walk], depth: int, most: int) -> None:
    """In each column from top to bottom; a band leaves its box and enters the next at its own height."""
    found = drawn(leads, depth, most)

    columns: dict[float, list[tuple[float, float]]] = {}
    for box in found.boxes:
        columns.setdefault(box.x, []).append((box.y, box.y + box.height))
    for spans in columns.values():
        for (_, above), (below, _) in itertools.pairwise(spans):
            assert below - above >= PAD - 1e-6
        assert spans[0][0] == TOP
        assert spans[-1][1] <= found.floor + 1e-6
    for band in found.bands:
        for box, y in ((found.boxes[band.source], band.left_y), (found.boxes[band.target], band.right_y)):
            assert box.y - 1e-6 <= y
            assert y + band.height <= box.y + box.height + 1e-6
    assert len(found.columns) * 168 == found.width


@given(walks)
def test_both_drawings_have_every_box_and_band(leads: list[Walk]) -> None:
    """And every number for plotly is one that JSON has."""
    found = drawn(leads)
    figure, svg = sankey.figure(found), river_svg.draw(found)

    json.dumps(figure, allow_nan=False)
    assert svg.count('class="flow-box"') == len(found.boxes)
    assert svg.count('class="flow-band"') == len(found.bands)
    if found.bands:
        (trace,) = figure["data"]
        assert len(trace["node"]["x"]) == len(trace["node"]["color"]) == len(found.boxes)
        assert len(trace["link"]["value"]) == len(found.bands)
        assert all(0 < place < 1 for place in (*trace["node"]["x"], *trace["node"]["y"]))
    else:
        assert figure["data"] == []


def test_labels_are_text_in_both_drawings() -> None:
    """No markup of upstream's, and hidden characters shown."""
    found = drawn([walk("lead_1", "ab")], label=ODD)

    for text in (river_svg.draw(found), json.dumps(sankey.figure(found), ensure_ascii=False)):
        assert "<b>" not in text
        assert "\u202e" not in text


def test_long_labels_keep_their_ends() -> None:
    """Steps that differ only at the end stay apart; the whole stands in the title."""
    svg = river_svg.draw(drawn([walk("lead_1", "ab")], label="Send the list of documents"))

    assert re.findall(r'class="flow-label"[^>]*>([^<]*?) <', svg) == ["Send the li…ments a", "Send the li…ments b"]
    assert "Send the list of documents a" in svg


def test_merged_steps_say_how_many_they_are() -> None:
    """And that leads stay at a step is in its title."""
    leads = [walk(f"lead_{number}", path) for number, path in enumerate(["ab", "ab", "ac", "ad", "ae", "a"])]

    svg = river_svg.draw(drawn(leads))

    assert "2 other steps" in svg
    assert "Step 1: Call a, 6 of 6 leads; for 1 it is the last so far" in svg


def test_nothing_leaves_the_browser() -> None:
    """The figure's configuration is the timeline's: no button that sends it anywhere."""
    assert sankey.figure(drawn([walk("lead_1", "ab")]))["config"] is CONFIG
