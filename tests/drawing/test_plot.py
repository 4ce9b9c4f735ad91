"""The plotly figure: valid, finite, escaped, without anything that would send it elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from plotly import graph_objects

from dashboard.drawing import layout, plot, svg
from dashboard.drawing.layout import View
from dashboard.drawing.picture import Picture
from dashboard.timeline.model import Timeline
from tests import strategies
from tests.drawing.paths import (
    DAY,
    HOUR,
    HREFS,
    IST,
    after,
    call,
    documented,
    loop,
    overdue,
    picture,
    step,
    timeline,
    wait,
)
from tests.promises import promised


def figure(drawn: Picture) -> dict[str, Any]:
    return plot.figure(drawn)


def traces(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {trace["name"]: trace for trace in found["data"]}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


DEMO = {
    "documented": picture(documented()),
    "four calls": picture(
        timeline(
            *(call("a", 45, "no_answer"), wait("b", 2 * HOUR), call("c", 41, "busy"), wait("d", 4 * HOUR)),
            *(call("e", 45, "no_answer"), wait("f", DAY), call("g", 312), step("h", "CONVERTED")),
        ),
        view=View(selected=7),
    ),
    "overdue": picture(overdue(), now=after(5 * HOUR), is_overdue=True),
    "planned": picture(overdue(), now=after(HOUR)),
    "unfolded": picture(documented(), view=View(unfolded=frozenset({"2.1"}))),
    "dirty": picture(
        timeline(call("a", 9, "odd"), step(None, "X", entered_at=None), step("b", "SMS", left_at=after(-9)))
    ),
    "grouped": picture(loop(10_000), view=View(selected=77)),
    "empty": picture(Timeline("workflow_paths01", documented().lead)),
}


@pytest.mark.parametrize("name", DEMO)
def test_figure_is_valid_plotly_and_json(name: str) -> None:
    """graph_objects accepts the whole, and it is JSON without NaN or binary data."""
    found = figure(DEMO[name])

    graph_objects.Figure(data=found["data"], layout=found["layout"])
    assert "bdata" not in json.dumps(found, allow_nan=False)


def test_bars_are_the_visits_with_a_length() -> None:
    """Total bars: one per visit, by family, with base and length in positions of the axis."""
    found = figure(picture(documented()))

    bars = {trace["name"]: trace for trace in found["data"] if trace["type"] == "bar"}
    assert {name: len(trace["x"]) for name, trace in bars.items()} == {"bars-not_reached": 1, "bars-done": 2}
    done = bars["bars-done"]
    assert [base + length for base, length in zip(done["base"], done["x"], strict=True)] == pytest.approx(
        [done["base"][1], 1000], abs=0.01
    )


def test_selecting_a_visit_adds_no_bar() -> None:
    """Its outline is that of its own bar."""
    found = figure(picture(documented(), view=View(selected=3)))

    bars = [trace for trace in found["data"] if trace["type"] == "bar"]
    assert sum(len(trace["x"]) for trace in bars) == 3
    assert traces(found)["bars-done"]["marker"]["line"]["color"] == ["var(--family-done)", "var(--focus)"]


@pytest.mark.parametrize("name", DEMO)
def test_every_mark_is_in_the_svg_by_its_key(name: str) -> None:
    """Where a mark leads and what it says stands there once, for both."""
    found = figure(DEMO[name])

    keys = {str(data[0]) for trace in found["data"] if "hovertemplate" in trace for data in trace["customdata"]}
    keys |= {key for key, _ in found["layout"]["meta"]["folds"]}
    assert keys <= set(re.findall(r'data-(?:visit-bar|group|fold)="([^"]+)"', svg.draw(DEMO[name], **HREFS)))


def test_planned_and_overdue_are_patterns() -> None:
    """Traces of their own, hatched."""
    planned = traces(figure(DEMO["planned"]))
    late = traces(figure(DEMO["overdue"]))

    assert planned["planned"]["marker"]["pattern"]["shape"] == "/"
    assert "overdue" not in planned
    assert late["overdue"]["marker"]["pattern"]["fgcolor"] == "var(--overdue)"


def test_visits_without_length_are_markers() -> None:
    """One scatter point each, hollow where its place is not sure."""
    markers = traces(figure(DEMO["dirty"]))["markers"]

    assert [data[0] for data in markers["customdata"]] == [2, 3]
    assert markers["marker"]["color"] == ["var(--paper)", "var(--paper)"]


def test_groups_carry_the_range_they_open() -> None:
    """As the key of their mark in the SVG."""
    found = traces(figure(DEMO["grouped"]))

    assert found["groups-not_reached"]["customdata"][1][0] == "101-200"


def test_folds_are_handles() -> None:
    """One annotation per fold with room for its text, in the order of the keys."""
    found = figure(picture(documented()))["layout"]

    assert [handle["text"] for handle in found["annotations"]] == ["2 h"]
    assert found["meta"]["folds"] == [["2.1", "both"]]


def test_picture_and_figure_are_equally_high() -> None:
    """Nothing on the page moves when one replaces the other."""
    drawn = picture(documented())

    found = figure(drawn)["layout"]

    assert found["height"] == drawn.height
    assert found["yaxis"]["range"] == [drawn.height, 0]


def test_nothing_can_be_sent_elsewhere() -> None:
    """plotly.js 4 offers to share charts with a cloud service unless it is told not to, and where."""
    config = figure(picture(documented()))["config"]

    assert (config["showSendToCloud"], config["plotlyServerURL"], config["displaylogo"]) == (False, "", False)
    assert config["displayModeBar"] is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<a href="https://evil.example">x</a>', '&lt;a href="https://evil.example"&gt;x&lt;/a&gt;'),
        ('Tom & Anna\'s "call"', 'Tom &amp; Anna\'s "call"'),
        ("a\u202eb\ud800\x07", "a⟦U+202E⟧b⟦U+D800⟧⟦U+0007⟧"),
        ("%{customdata} $x$", "%{customdata} $x$"),
    ],
)
def test_plot_text_is_plain_again(text: str, expected: str) -> None:
    """plotly reads a little HTML in every text; quotes it would show as entities."""
    assert plot.plot_text(text) == expected


def test_hostile_text_stays_text() -> None:
    """No string of the figure holds a tag, and templates are constants."""
    hostile = '<b style="font-size:90px">%{x}</b><a href="/admin/logout/">x</a>'
    path = timeline(
        call("a", 60, hostile, label=hostile, exit=hostile, raw_status=hostile),
        step(hostile, hostile, 5, label=hostile),
        step(None, hostile, entered_at=None, label=hostile),
    )

    found = figure(picture(path))

    assert {tag for text in strings(found["data"]) for tag in text.split("<")[1:]} == {"extra>", "/extra>"}
    templates = {trace["hovertemplate"] for trace in found["data"] if "hovertemplate" in trace}
    assert templates == {"%{hovertext}<extra></extra>"}


def test_one_request_leaves_nothing_to_the_next() -> None:
    """The skeleton is shared; what fills it is not."""
    before = figure(picture(documented()))

    figure(DEMO["grouped"])
    figure(DEMO["overdue"])

    assert figure(picture(documented())) == before


def test_very_short_visit_still_has_a_bar() -> None:
    """plotly draws nothing for a length that rounds to zero."""
    path = timeline(call("a", 60), call("b", 0, left_at=after(60) + timedelta(microseconds=1)), wait("c", 3 * HOUR))

    found = figure(picture(path, view=View(is_true_scale=True)))

    assert min(x for trace in found["data"] if trace["type"] == "bar" for x in trace["x"]) > 0


@promised
@given(strategies.timelines())
def test_p3_p4_any_path_is_json_with_finite_numbers_only(path: Timeline) -> None:
    """Whatever the record holds: encodable, finite, as many bars as the picture has."""
    drawn = layout.picture(path, now=strategies.NOW, zone=IST, is_overdue=True)

    found = plot.figure(drawn)

    json.dumps(found, allow_nan=False, ensure_ascii=False).encode()
    bars = sum(len(trace["x"]) for trace in found["data"] if trace["type"] == "bar")
    assert bars == len(drawn.bars) + len(drawn.plans)
