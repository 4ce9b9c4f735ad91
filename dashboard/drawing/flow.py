"""The flow as a plotly sankey figure, ready for json_script. Its skeleton is checked once by graph_objects.

Colours are CSS custom properties, which flow.js resolves. Every string is escaped for plotly, every number is finite.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from plotly import graph_objects

from dashboard.drawing.plot import CONFIG, plot_text
from dashboard.drawing.river import BOX, COLUMN, PAD, TOP, River
from dashboard.drawing.river_svg import FAMILY_OF_TYPE
from dashboard.timeline.status import Family

_HOVER = "%{customdata}<extra></extra>"
_CLEAR = "rgba(0,0,0,0)"
_EDGE = 0.001  # plotly takes a place of 0 for none given


@cache
def skeleton() -> dict[str, Any]:
    """data and layout. Shared by all requests: copy before filling."""
    sankey = graph_objects.Sankey(
        arrangement="fixed",
        valueformat=",d",
        node={"pad": PAD, "thickness": BOX, "line": {"width": 0}, "hovertemplate": _HOVER},
        link={"color": "var(--flow-band)", "hovercolor": "var(--flow-band-over)", "hovertemplate": _HOVER},
    )
    layout = graph_objects.Layout(
        template=None,
        margin={"l": 0, "r": COLUMN - BOX, "t": TOP, "b": 8, "pad": 0},
        paper_bgcolor=_CLEAR,
        plot_bgcolor=_CLEAR,
        font={"family": "inherit", "size": 11, "color": "var(--ink)"},
        hoverlabel={"bgcolor": "var(--paper)", "bordercolor": "var(--ink-soft)", "font": {"color": "var(--ink)"}},
    )
    return {"data": [sankey.to_plotly_json()], "layout": layout.to_plotly_json()}


def figure(river: River) -> dict[str, Any]:
    """data, layout and config. Without a band there is nothing that plotly could draw: data is empty."""
    base = skeleton()
    sankey = base["data"][0]
    across, down = river.width - COLUMN + BOX, river.floor - TOP
    node = {
        **sankey["node"],
        # Empty: plotly would write those of the last column to the left, over the bands.
        "label": ["" for _ in river.boxes],
        "x": [_place((box.x + BOX / 2) / across) for box in river.boxes],
        "y": [_place((box.middle - TOP) / down) for box in river.boxes],
        "color": [f"var(--family-{FAMILY_OF_TYPE.get(box.type, Family.UNKNOWN)})" for box in river.boxes],
        "customdata": [plot_text(box.hover) for box in river.boxes],
    }
    link = {
        **sankey["link"],
        "source": [band.source for band in river.bands],
        "target": [band.target for band in river.bands],
        "value": [band.link.count for band in river.bands],
        "customdata": [plot_text(band.hover) for band in river.bands],
    }
    size = {"width": river.width, "height": river.height}
    data = [{**sankey, "node": node, "link": link}] if river.bands else []
    texts = [
        *(_text(title, index * COLUMN / across, 1, "ink-soft", 17) for index, title in enumerate(river.columns)),
        *(
            _text(
                f"{plot_text(box.short)} {box.stop.count:,}",
                (box.x + BOX) / across,
                1 - (box.middle - TOP) / down,
            )
            for box in river.boxes
        ),
    ]
    return {"data": data, "layout": {**base["layout"], **size, "annotations": texts}, "config": CONFIG}


def _text(text: str, x: float, y: float, color: str = "ink", shift: int = 0) -> dict[str, Any]:
    """To the right of a place in the plot's own measure, 0..1 from the left and from below."""
    place = {"x": round(x, 5), "y": round(y, 5), "xref": "paper", "yref": "paper", "xshift": 3, "yshift": shift}
    turn = {"xanchor": "left", "yanchor": "middle", "showarrow": False, "captureevents": False}
    return {"text": text, "font": {"color": f"var(--{color})", "size": 11}, **place, **turn}


def _place(part: float) -> float:
    return round(min(1 - _EDGE, max(_EDGE, part)), 5)
