"""A picture as SVG text: first paint, print, and pages without JavaScript. Every string is escaped here.

No style attributes or elements, so that a strict style-src holds: classes for chart.css, and plain geometry. Across,
everything is a percentage, so that the drawing fits any page; down, pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from dashboard.drawing.markup import Markup
from dashboard.drawing.notes import text_width
from dashboard.drawing.picture import (
    AXIS_BREAK_PATH,
    BAR,
    BASE_Y,
    BREAK_PATH,
    CLOCK_Y,
    DAY_Y,
    HANDLE_Y,
    WIDE,
    WIDTH,
    Bar,
    Flag,
    FoldMark,
    Group,
    Lane,
    Marker,
    Note,
    Picture,
    Plan,
    Tick,
    edge_anchor,
)
from dashboard.timeline.marks import visible

# A handle must be this wide, px on a wide page, to be hit; the list of folds has those that are not.
_REACHABLE = 6
_DEFS = (
    "<defs>"
    '<pattern id="hatch-planned" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatch-ground" width="7" height="7"/><rect class="hatch-planned" width="2.5" height="7"/></pattern>'
    '<pattern id="hatch-overdue" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<rect class="hatch-ground" width="6" height="6"/><rect class="hatch-overdue" width="3.5" height="6"/></pattern>'
    '<pattern id="hatch-unsure" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatch-unsure" width="3" height="8"/></pattern>'
    "</defs>"
)


def draw(
    picture: Picture,
    *,
    visit_href: Callable[[int], str],
    fold_href: Callable[[str], str],
    group_href: Callable[[int, int], str],
) -> Markup:
    """The picture. visit_href takes a position, fold_href a fold's key, group_href the first and last position."""
    parts = [
        f'<svg class="timeline-svg" xmlns="http://www.w3.org/2000/svg" width="100%" height="{picture.height}" '
        f'role="group" aria-label="{_text(picture.title)}">',
        _DEFS,
        *_shades(picture),
        *_bands(picture),
        *_grid(picture),
        *(_lane(lane) for lane in picture.lanes),
        *(_bar(bar, picture.lanes, visit_href) for bar in picture.bars),
        *(_plan(plan, picture.lanes, visit_href) for plan in picture.plans),
        *(_group(group, picture.lanes, group_href) for group in picture.groups),
        *_breaks(picture),
        *(_marker(marker, picture.lanes, visit_href) for marker in picture.markers),
        *(_note(note, picture.lanes) for note in picture.notes),
        *(_flag(flag, picture.lanes) for flag in picture.flags),
        *_now(picture),
        *_ticks(picture.ticks),
        *(_handle(fold, fold_href) for fold in picture.folds if fold.room or _is_reachable(fold)),
        "</svg>",
    ]
    return Markup("".join(parts))


def _text(text: str) -> str:
    return escape(visible(text))


def _percent(position: float) -> str:
    return f"{round(100 * position / WIDTH, 3):g}%"


def _title(lines: Sequence[str]) -> str:
    said = "\n".join(map(visible, lines))
    return f"<title>{escape(said, quote=False)}</title>"


def _room(room: str, name: str) -> str:
    return name if room == "both" else f"{name} room-{room}"


def _at(position: float, y: float, content: str) -> str:
    """Content in pixels, with its own 0,0 there."""
    return f'<svg x="{_percent(position)}" y="{y:g}" overflow="visible">{content}</svg>'


def _rect(name: str, left: float, right: float, y: float, height: float, more: str = "") -> str:
    wide = _percent(right - left)
    return f'<rect class="{name}" x="{_percent(left)}" y="{y:g}" width="{wide}" height="{height:g}"{more}/>'


def _shades(picture: Picture) -> Iterator[str]:
    for shade in picture.shades:
        fill = "" if shade.is_sure else ' fill="url(#hatch-unsure)"'
        name = "shade" if shade.is_sure else "shade is-unsure"
        yield _rect(name, shade.left, shade.right, BASE_Y, picture.floor - BASE_Y, fill)


def _bands(picture: Picture) -> Iterator[str]:
    for fold in picture.folds:
        if fold.is_folded:
            yield _rect("fold-band", fold.left, fold.right, BASE_Y, picture.floor - BASE_Y)


def _grid(picture: Picture) -> Iterator[str]:
    for lane in picture.lanes[1:]:
        yield f'<line class="lane-line" x1="0" x2="100%" y1="{lane.top - 1}" y2="{lane.top - 1}"/>'
    for tick in picture.ticks:
        if not tick.is_extra:
            name = "grid-line room-wide" if tick.is_minor else "grid-line"
            x = _percent(tick.at)
            yield f'<line class="{name}" x1="{x}" x2="{x}" y1="{DAY_Y + 5}" y2="{picture.floor}"/>'
    yield f'<line class="axis-line" x1="0" x2="100%" y1="{BASE_Y}" y2="{BASE_Y}"/>'


def _lane(lane: Lane) -> str:
    names = (
        [("wide", lane.name), ("narrow", lane.short_name)] if lane.name != lane.short_name else [("both", lane.name)]
    )
    return "".join(
        f'<text class="{_room(room, "lane-label")}" x="0" y="{lane.text_y}">{_text(name)}</text>'
        for room, name in names
    )


def _visit(position: int, family: str, href: str, *, is_selected: bool = False) -> str:
    selected = " is-selected" if is_selected else ""
    return f'<a class="visit family-{family}{selected}" href="{_text(href)}" tabindex="-1" data-visit-bar="{position}">'


def _bar(bar: Bar, lanes: Sequence[Lane], href: Callable[[int], str]) -> str:
    start = _visit(bar.position, bar.family, href(bar.position), is_selected=bar.is_selected)
    rect = _rect("bar", bar.left, bar.right, lanes[bar.lane].bar_y, BAR, ' rx="3"')
    return f"{start}{_title(bar.hover)}{rect}</a>"


def _plan(plan: Plan, lanes: Sequence[Lane], href: Callable[[int], str]) -> str:
    name = "overdue" if plan.is_overdue else "planned"
    start = _visit(plan.position, plan.family, href(plan.position))
    rect = _rect(name, plan.left, plan.right, lanes[plan.lane].bar_y, BAR, f' rx="3" fill="url(#hatch-{name})"')
    return f"{start}{_title(plan.hover)}{rect}</a>"


def _group(group: Group, lanes: Sequence[Lane], href: Callable[[int, int], str]) -> str:
    selected = " is-selected" if group.is_selected else ""
    rect = _rect("bar group", group.left, group.right, lanes[group.lane].bar_y, BAR, ' rx="3"')
    return (
        f'<a class="family-{group.family}{selected}" href="{_text(href(group.first, group.last))}" tabindex="-1" '
        f'data-group="{group.first}-{group.last}">{_title(group.hover)}{rect}</a>'
    )


def _breaks(picture: Picture) -> Iterator[str]:
    for found in picture.breaks:
        if found.lane is None:
            yield _at(found.at, BASE_Y, f'<path class="{_room(found.room, "axis-break")}" d="{AXIS_BREAK_PATH}"/>')
        else:
            zigzag = f'<path class="{_room(found.room, "break")}" d="{BREAK_PATH}"/>'
            yield _at(found.at, picture.lanes[found.lane].middle, zigzag)


def _marker(marker: Marker, lanes: Sequence[Lane], href: Callable[[int], str]) -> str:
    start = _visit(marker.position, marker.family, href(marker.position), is_selected=marker.is_selected)
    name = "marker" if marker.is_sure else "marker is-unsure"
    shape = f'<circle class="reach" r="11"/><path class="{name}" d="M0,-6.5L6.5,0L0,6.5L-6.5,0Z"/>'
    return f"{start}{_title(marker.hover)}{_at(marker.at, lanes[marker.lane].middle, shape)}</a>"


def _note(note: Note, lanes: Sequence[Lane]) -> str:
    name = _room(note.room, f"note note-{note.tone}")
    aside = -note.gap if note.anchor == "end" else note.gap
    place = f'x="{_percent(note.at)}" dx="{aside:g}" y="{lanes[note.lane].bar_y + 13}" text-anchor="{note.anchor}"'
    return f'<text class="{name}" {place}>{_text(note.text)}</text>'


def _flag(flag: Flag, lanes: Sequence[Lane]) -> str:
    down, anchor = (3, "start") if flag.is_above else (14, "end")
    place = f'x="{_percent(flag.at)}" y="{lanes[flag.lane].bar_y + down}" text-anchor="{anchor}"'
    return f'<text class="flag flag-{flag.kind}" {place} role="img" aria-label="{_text(flag.text)}">{flag.sign}</text>'


def _now(picture: Picture) -> Iterator[str]:
    if picture.now is None:
        return
    x = _percent(picture.now.at)
    yield f'<line class="now-line" x1="{x}" x2="{x}" y1="{BASE_Y}" y2="{picture.floor + 8}"/>'
    text = _text(picture.now.text)
    yield f'<text class="now-text" x="{x}" y="{picture.floor + 20}" text-anchor="{picture.now.anchor}">{text}</text>'


def _ticks(ticks: Sequence[Tick]) -> Iterator[str]:
    """Each clock; its day only where it differs from the label before, which depends on how many labels there are."""
    shown = sorted((tick for tick in ticks if not tick.is_extra), key=lambda tick: tick.at)
    before = {"wide": "", "narrow": ""}
    for tick in shown:
        x, anchor = _percent(tick.at), edge_anchor(tick.at)
        name = _room("wide" if tick.is_minor else "both", "tick")
        yield f'<text class="{name}" x="{x}" y="{CLOCK_Y}" text-anchor="{anchor}">{_text(tick.clock)}</text>'
        rooms = [room for room in ("wide", "narrow") if not (room == "narrow" and tick.is_minor)]
        new = [room for room in rooms if before[room] != tick.day]
        before.update(dict.fromkeys(rooms, tick.day))
        if new:
            name = "tick-day" if len(new) == 2 else f"tick-day room-{new[0]}"
            yield f'<text class="{name}" x="{x}" y="{DAY_Y}" text-anchor="{anchor}">{_text(tick.day)}</text>'


def _is_reachable(fold: FoldMark) -> bool:
    return (fold.right - fold.left) * WIDE / WIDTH >= _REACHABLE


def _handle(fold: FoldMark, href: Callable[[str], str]) -> str:
    """The fold's length where that has room; the strip above its zigzag can be selected in any case."""
    middle = (fold.left + fold.right) / 2
    parts = [_title(fold.hover)]
    if fold.is_folded:
        parts.append(_rect("reach", fold.left, fold.right, HANDLE_Y - 8, BASE_Y - HANDLE_Y + 16))
    if fold.room:
        wide = text_width(fold.text) + 12
        shape = f'<rect x="{-wide / 2:g}" y="-8" width="{wide:g}" height="16" rx="8"/>'
        text = f'<text y="4" text-anchor="middle">{_text(fold.text)}</text>'
        parts.append(_at(middle, HANDLE_Y, f'<g class="{_room(fold.room, "pill")}">{shape}{text}</g>'))
    name = "fold" if fold.is_folded else "fold is-open"
    start = f'<a class="{name}" href="{_text(href(fold.key))}" tabindex="-1" data-fold="{_text(fold.key)}">'
    return f"{start}{''.join(parts)}</a>"
