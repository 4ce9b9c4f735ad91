"""The plotly figure without its data, checked by graph_objects. The one module that imports plotly for the timeline.

Colours are CSS custom properties ("var(--ink)"), which chart.js resolves, so that one figure serves light and dark.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from plotly import graph_objects

from dashboard.drawing.picture import BAR, BLEED, HANDLE_Y, MARGIN, WIDE, WIDTH
from dashboard.timeline.status import Family

_HOVER = "%{hovertext}<extra></extra>"
_CLEAR = "rgba(0,0,0,0)"
_FILLED = {"fill": "toself", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
_UNSURE = {"shape": "/", "size": 8, "solidity": 0.3, "fgcolor": "var(--closed)", "bgcolor": _CLEAR}
_NOW = {"color": "var(--overdue)", "width": 1.5, "dash": "3px,3px"}
_FONT = {"family": "inherit", "size": 11, "color": "var(--ink)"}
# The handle of a fold, but for its place and text.
_HANDLE = {
    "y": HANDLE_Y - 1,
    "showarrow": False,
    "captureevents": True,
    "yanchor": "middle",
    "bgcolor": "var(--paper)",
    "bordercolor": "var(--line)",
    "height": 12,
    "borderpad": 1,
    "font": {"size": 11, "color": "var(--ink-soft)", "weight": 550},
}


@cache
def skeleton() -> dict[str, Any]:
    """data and layout. Shared by all requests: copy before filling."""
    figure = graph_objects.Figure(data=_traces(), layout=_layout()).to_plotly_json()
    return {"data": list(figure["data"]), "layout": figure["layout"]}


def _traces() -> list[Any]:
    """From back to front."""
    return [
        graph_objects.Scatter(name="closed", fillcolor="var(--closed)", **_FILLED),
        graph_objects.Scatter(name="closed-unsure", fillpattern=_UNSURE, **_FILLED),
        graph_objects.Scatter(name="bands", fillcolor="var(--ink)", opacity=0.045, **_FILLED),
        *(_bars(f"bars-{family}", f"var(--family-{family})") for family in Family),
        *(_bars(f"groups-{family}", f"var(--family-{family})", opacity=0.8) for family in Family),
        _hatched("planned", "var(--family-waiting)", shape="/", solidity=0.35, fgopacity=0.4),
        _hatched("overdue", "var(--overdue)", shape="\\", solidity=0.55, fgopacity=1),
        graph_objects.Scatter(name="markers", mode="markers", cliponaxis=False, hovertemplate=_HOVER),
        graph_objects.Scatter(name="now", mode="lines", line=_NOW, hoverinfo="skip"),
        _texts("now-text", {"color": "var(--overdue)", "weight": 650}),
        _texts("notes-wide", {}),
        _texts("notes-narrow", {}, visible=False),
        _texts("flags", {"size": 14}),
        _texts("lane-labels", {"size": 12, "weight": 550}, xaxis="x2", textposition="middle right"),
        _texts("clocks", {"weight": 550}),
        _texts("days", {"color": "var(--ink-soft)"}),
    ]


def _texts(name: str, font: dict[str, Any], **more: Any) -> Any:
    return graph_objects.Scatter(name=name, mode="text", cliponaxis=False, hoverinfo="skip", textfont=font, **more)


def _bars(name: str, color: str, opacity: float = 1) -> Any:
    return graph_objects.Bar(
        name=name,
        orientation="h",
        width=BAR,
        marker={"color": color, "opacity": opacity, "line": {"color": color, "width": 1}, "cornerradius": 3},
        hovertemplate=_HOVER,
        textposition="inside",
        insidetextanchor="start",
        insidetextfont={"color": "var(--paper)", "size": 11, "weight": 550},
        textangle=0,
        constraintext="none",
    )


def _hatched(name: str, color: str, **pattern: Any) -> Any:
    colors = {"fgcolor": color, "bgcolor": "var(--paper)", "fillmode": "replace"}
    return _bars(name, color).update(marker_pattern={"size": 6, **colors, **pattern})


def _layout() -> dict[str, Any]:
    plain = {"visible": False, "automargin": False}
    return {
        # A template of our own, so that six kilobytes of default ones stay away.
        "template": {"layout": {"annotationdefaults": _HANDLE}},
        "margin": {"l": MARGIN - BLEED, "r": MARGIN - BLEED, "t": 0, "b": 0, "pad": 0},
        # For a drawing WIDE pixels across; chart.js keeps the bleed in pixels.
        "xaxis": {"range": [-BLEED * WIDTH / WIDE, WIDTH + BLEED * WIDTH / WIDE], **plain},
        # In pixels: lane labels stay where they are when the axis is zoomed.
        "xaxis2": {"range": [-BLEED, WIDE + BLEED], "fixedrange": True, "overlaying": "x", **plain},
        "yaxis": {"fixedrange": True, **plain},
        "barmode": "overlay",
        "showlegend": False,
        "dragmode": "zoom",
        "hovermode": "closest",
        "hoverdistance": 12,
        "hoverlabel": {
            "align": "left",
            "namelength": 0,
            "bgcolor": "var(--paper)",
            "bordercolor": "var(--ink-soft)",
            "font": {**_FONT, "size": 12},
        },
        "paper_bgcolor": _CLEAR,
        "plot_bgcolor": _CLEAR,
        "font": _FONT,
    }
