"""A picture as a plotly figure, ready for json_script. Every string for plotly is escaped here, every number is finite.

A request fills arrays into a copy of the checked skeleton; what depends on the width of the page is left to chart.js.
Where a mark leads and what it says when it is pointed at stands in the SVG beside it, once: chart.js reads it there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from dashboard.drawing.markup import Markup
from dashboard.drawing.notes import text_width
from dashboard.drawing.picture import (
    AXIS_BREAK_PATH,
    BAR,
    BASE_Y,
    BLEED,
    BREAK_PATH,
    DAY_Y,
    WIDE,
    Bar,
    FoldMark,
    Group,
    Note,
    Picture,
    Plan,
    Tick,
)
from dashboard.drawing.skeleton import skeleton
from dashboard.timeline.marks import visible

CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "doubleClick": "reset",
    "plotlyServerURL": "",
    # chart.js tells plotly its width: what fits depends on it.
    "responsive": False,
    "scrollZoom": False,
    "showLink": False,
    "showSendToCloud": False,
    "showTips": False,
}
# chart.js fills these for the width and the zoom it finds.
_LEFT_TO_SCRIPT = frozenset({"clocks", "days"})


def plot_text(text: str) -> str:
    """For plotly, which reads a little HTML in every text: plain again. Quotes stay; plotly would show &quot;."""
    return escape(visible(text), quote=False)


def figure(picture: Picture) -> dict[str, Any]:
    """data, layout and config, JSON-ready.

    customdata of a bar: [its key in the SVG (a position, or a group's first-last), text within it on a narrow page].
    """
    base = skeleton()
    handles = [fold for fold in picture.folds if fold.room]
    layout = {**base["layout"], "yaxis": {**base["layout"]["yaxis"]}}
    layout["height"] = picture.height
    layout["yaxis"]["range"] = [picture.height, 0]
    layout["shapes"] = list(_shapes(picture))
    layout["annotations"] = [_handle(fold) for fold in handles]
    layout["meta"] = {
        "wide": WIDE,
        "bleed": BLEED,
        "top": DAY_Y + 5,
        "floor": picture.floor,
        "ticks": [_tick(tick) for tick in picture.ticks],
        "folds": [[fold.key, fold.room] for fold in handles],
    }
    filled = {
        **_bars(picture),
        **_texts(picture),
        "markers": _markers(picture),
        "bands": _boxes(picture, [(fold.left, fold.right) for fold in picture.folds if fold.is_folded]),
        "closed": _boxes(picture, [(shade.left, shade.right) for shade in picture.shades if shade.is_sure]),
        "closed-unsure": _boxes(picture, [(shade.left, shade.right) for shade in picture.shades if not shade.is_sure]),
        "flags": _flags(picture),
    }
    data = [_filled(trace, filled.get(trace["name"], {})) for trace in base["data"]]
    shown = [trace for trace in data if trace.get("x") or trace["name"] in _LEFT_TO_SCRIPT]
    return {"data": shown, "layout": layout, "config": CONFIG}


def script(figure: dict[str, Any]) -> Markup:
    """A figure as the text of a script element of type application/json: nothing in it can end that element."""
    text = json.dumps(figure, allow_nan=False, separators=(",", ":"))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def _filled(trace: dict[str, Any], arrays: dict[str, Any]) -> dict[str, Any]:
    """A trace of the skeleton with its arrays; the skeleton itself stays as it was."""
    marker = {**trace.get("marker", {}), **arrays.get("marker", {})}
    return {**trace, **arrays, **({"marker": marker} if marker else {})}


def _tick(tick: Tick) -> list[Any]:
    """[position, clock, day, 0 for always, 1 for a wide page, 2 for zooming in]."""
    level = 2 if tick.is_extra else 1 if tick.is_minor else 0
    return [_round(tick.at), plot_text(tick.clock), plot_text(tick.day), level]


def _round(position: float) -> float:
    return round(position, 3)


def _bars(picture: Picture) -> dict[str, dict[str, Any]]:
    """Each trace of bars, by name."""
    inside = _inside(picture.notes)
    bars: dict[str, list[Bar | Plan | Group]] = {}
    for bar in picture.bars:
        bars.setdefault(f"bars-{bar.family}", []).append(bar)
    for group in picture.groups:
        bars.setdefault(f"groups-{group.family}", []).append(group)
    for plan in picture.plans:
        bars.setdefault("overdue" if plan.is_overdue else "planned", []).append(plan)
    return {
        name: _across(picture, found, {} if name in ("planned", "overdue") else inside) for name, found in bars.items()
    }


def _boxes(picture: Picture, stretches: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """One closed line around each stretch, to be filled. Not bars: a bar is always of a visit or a group."""
    ends = [(_round(left), _round(right)) for left, right in stretches]
    top, floor = BASE_Y, picture.floor
    return {
        "x": [x for left, right in ends for x in (left, right, right, left, left, None)],
        "y": [y for _ in ends for y in (top, top, floor, floor, top, None)],
    }


def _flags(picture: Picture) -> dict[str, Any]:
    return {
        "x": [_round(flag.at) for flag in picture.flags],
        "y": [picture.lanes[flag.lane].bar_y + (-2 if flag.is_above else BAR / 2) for flag in picture.flags],
        "text": [flag.sign for flag in picture.flags],
        "textposition": ["middle right" if flag.is_above else "middle left" for flag in picture.flags],
        "textfont": {"color": [f"var(--flag-{flag.kind})" for flag in picture.flags]},
    }


def _across(picture: Picture, bars: Sequence[Bar | Plan | Group], inside: dict[int, list[str]]) -> dict[str, Any]:
    positions = [bar.first if isinstance(bar, Group) else bar.position for bar in bars]
    texts = [inside.get(position, ("", "")) for position in positions]
    keys = [f"{bar.first}-{bar.last}" if isinstance(bar, Group) else bar.position for bar in bars]
    found: dict[str, Any] = {
        "base": [_round(bar.left) for bar in bars],
        # plotly draws no bar of no width; one that rounds to nothing still has its edge.
        "x": [max(_round(bar.right - bar.left), 0.001) for bar in bars],
        "y": [picture.lanes[bar.lane].middle for bar in bars],
        "text": [wide for wide, _ in texts],
        "customdata": [[key, narrow] for key, (_, narrow) in zip(keys, texts, strict=True)],
    }
    chosen = [not isinstance(bar, Plan) and bar.is_selected for bar in bars]
    if any(chosen):
        plain = f"var(--family-{bars[0].family})"
        colors = ["var(--focus)" if is_chosen else plain for is_chosen in chosen]
        found["marker"] = {"line": {"color": colors, "width": [2.5 if is_chosen else 1 for is_chosen in chosen]}}
    return found


def _inside(notes: Iterable[Note]) -> dict[int, list[str]]:
    """Texts within bars, by position: [on a wide page, on a narrow one]."""
    found: dict[int, list[str]] = {}
    for note in notes:
        if note.tone == "inside":
            pair = found.setdefault(note.position, ["", ""])
            for index, room in enumerate(("wide", "narrow")):
                if note.room in ("both", room):
                    pair[index] = f"\u2009{plot_text(note.text)}"
    return found


def _markers(picture: Picture) -> dict[str, Any]:
    markers = picture.markers
    focus = ["var(--focus)" if m.is_selected else f"var(--family-{m.family})" for m in markers]
    return {
        "x": [_round(marker.at) for marker in markers],
        "y": [picture.lanes[marker.lane].middle for marker in markers],
        "marker": {
            "size": 12,
            "symbol": "diamond",
            "color": [f"var(--family-{m.family})" if m.is_sure else "var(--paper)" for m in markers],
            "line": {
                "width": [2.5 if m.is_selected else 1.5 for m in markers],
                "color": [
                    color if m.is_selected or not m.is_sure else "var(--paper)"
                    for m, color in zip(markers, focus, strict=True)
                ],
            },
        },
        "customdata": [[marker.position] for marker in markers],
    }


_TURN = {"start": "middle right", "middle": "middle center", "end": "middle left"}


def _texts(picture: Picture) -> dict[str, dict[str, Any]]:
    """plotly centres a text on its point; SVG stands it on its baseline."""
    found: dict[str, dict[str, Any]] = {
        name: {"x": [], "y": [], "text": [], "textposition": "middle center"} for name in ("clocks", "days")
    }
    found["lane-labels"] = {
        "x": [0] * len(picture.lanes),
        "y": [lane.text_y - 3 for lane in picture.lanes],
        "text": [plot_text(lane.name) for lane in picture.lanes],
        "customdata": [plot_text(lane.short_name) for lane in picture.lanes],
    }
    for room in ("wide", "narrow"):
        notes = [note for note in picture.notes if note.tone != "inside" and note.room in ("both", room)]
        found[f"notes-{room}"] = {
            "x": [_round(note.at) for note in notes],
            "y": [picture.lanes[note.lane].middle + 1 for note in notes],
            "text": [_spaced(note) for note in notes],
            "textposition": [_TURN[note.anchor] for note in notes],
            "textfont": {
                "color": ["var(--overdue)" if note.tone == "overdue" else "var(--ink)" for note in notes],
                "weight": [650 if note.tone == "overdue" else 400 for note in notes],
            },
        }
    if picture.now is not None:
        at = _round(picture.now.at)
        found["now"] = {"x": [at, at], "y": [BASE_Y, picture.floor + 8]}
        found["now-text"] = {
            "x": [at],
            "y": [picture.floor + 16],
            "text": [plot_text(picture.now.text)],
            "textposition": _TURN[picture.now.anchor],
        }
    return found


def _spaced(note: Note) -> str:
    """plotly has no gap in pixels: an en space is about 5 px wide here, an em space 11."""
    space = "\u2002" if note.gap < 8 else "\u2003"
    return f"{space}{plot_text(note.text)}{space}"


def _shapes(picture: Picture) -> Iterator[dict[str, Any]]:
    """The axis, the lines between lanes, and zigzags where a fold has room for one. chart.js adds the grid."""
    for y, color, opacity in (
        *((lane.top - 1, "var(--line)", 0.45) for lane in picture.lanes[1:]),
        (BASE_Y, "var(--ink-soft)", 0.55),
    ):
        ends = {"xref": "x2 domain", "x0": 0, "x1": 1, "y0": y, "y1": y}
        yield {"type": "line", "layer": "below", "opacity": opacity, "line": {"color": color, "width": 1}, **ends}
    for found in picture.breaks:
        if found.lane is None:
            line = {"color": "var(--ink-soft)", "width": 1.25}
            shape = _zigzag(AXIS_BREAK_PATH, found.at, BASE_Y, line, {"fillcolor": "var(--paper)"})
        else:
            line, clear = {"color": "var(--paper)", "width": 4}, {"fillcolor": "rgba(0,0,0,0)"}
            shape = _zigzag(BREAK_PATH, found.at, picture.lanes[found.lane].middle, line, clear)
        yield {**shape, "name": found.room}


def _zigzag(path: str, x: float, y: float, line: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    place = {"xsizemode": "pixel", "ysizemode": "pixel", "xanchor": _round(x), "yanchor": y}
    return {"type": "path", "path": path, "layer": "above", "line": line, **place, **more}


def _handle(fold: FoldMark) -> dict[str, Any]:
    """One annotation, in the order of meta.folds; the skeleton has the rest, and chart.js hides those without room."""
    return {
        "x": _round((fold.left + fold.right) / 2),
        "text": plot_text(fold.text),
        "visible": fold.room in ("both", "wide"),
        "width": text_width(fold.text) + 8,
    }
