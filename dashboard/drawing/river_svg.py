"""The flow as SVG: for the first paint, for print, and for whoever has no JavaScript."""

from __future__ import annotations

from html import escape

from dashboard.drawing.markup import Markup
from dashboard.drawing.river import BOX, Band, Box, River
from dashboard.timeline.marks import visible
from dashboard.timeline.model import TIME, VOICE_CALL
from dashboard.timeline.status import Family

FAMILY_OF_TYPE = {
    VOICE_CALL: Family.IN_FLIGHT,
    TIME: Family.WAITING,
    "CONVERTED": Family.DONE,
    "DROPPED": Family.STOPPED,
}


def draw(river: River) -> Markup:
    parts = [
        f'<svg class="flow-svg" xmlns="http://www.w3.org/2000/svg" width="{river.width}" height="{river.height:g}" '
        f'viewBox="0 0 {river.width} {river.height:g}" role="img" aria-label="{_text(river.title)}">',
        *(_title(index, title, river) for index, title in enumerate(river.columns)),
        *map(_band, river.bands),
        *map(_box, river.boxes),
        "</svg>",
    ]
    return Markup("".join(parts))


def _text(text: str) -> str:
    return escape(visible(text))


def _title(index: int, title: str, river: River) -> str:
    x = index * river.width / len(river.columns)
    return f'<text class="flow-title" x="{x:g}" y="14">{_text(title)}</text>'


def _band(band: Band) -> str:
    left, right, middle = band.left, band.right, (band.left + band.right) / 2
    upper, lower = (band.left_y, band.right_y), (band.left_y + band.height, band.right_y + band.height)
    path = (
        f"M{left:g},{upper[0]:.2f}C{middle:g},{upper[0]:.2f} {middle:g},{upper[1]:.2f} {right:g},{upper[1]:.2f}"
        f"L{right:g},{lower[1]:.2f}C{middle:g},{lower[1]:.2f} {middle:g},{lower[0]:.2f} {left:g},{lower[0]:.2f}Z"
    )
    return f'<path class="flow-band" d="{path}"><title>{_text(band.hover)}</title></path>'


def _box(box: Box) -> str:
    family = FAMILY_OF_TYPE.get(box.type, Family.UNKNOWN)
    height = max(box.height, 1)
    return (
        f'<g class="family-{family}"><title>{_text(box.hover)}</title>'
        f'<rect class="flow-box" x="{box.x:g}" y="{box.y:.2f}" width="{BOX}" height="{height:.2f}"/>'
        f'<text class="flow-label" x="{box.x + BOX + 5:g}" y="{box.middle + 4:.2f}">{_text(box.short)} '
        f'<tspan class="flow-count">{box.stop.count:,}</tspan></text></g>'
    )
