"""A workflow's graph with what leads did in it, as SVG: ways by their share, never taken and unexpected ones apart."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from itertools import pairwise

from dashboard.drawing.markup import Markup
from dashboard.drawing.ranks import Ranked, Spot, ranked
from dashboard.drawing.river_svg import FAMILY_OF_TYPE
from dashboard.timeline.coverage import Coverage, EdgeUse, NodeUse
from dashboard.timeline.marks import visible
from dashboard.timeline.mask import phones_in
from dashboard.timeline.status import Family
from dashboard.timeline.words import percent

BOX, TALL, GAP, LINE = 164, 38, 22, 14  # px: a box, its height, between two boxes, a passing line
ROW = 96  # px from one rank to the next
HEAD, TAIL = 13, 9  # characters kept of a long label


def draw(found: Coverage) -> Markup:
    edges = {(edge.source.id, edge.target.id): edge for edge in found.edges}
    laid = ranked([use.node.id for use in found.nodes], list(edges), box=BOX + GAP, line=LINE)
    width = max((place for place in laid.x.values()), default=0.0) + (BOX + GAP) / 2
    height = ROW * len(laid.ranks) - (ROW - TALL) + 8
    level = {spot: at for at, row in enumerate(laid.ranks) for spot in row}
    ports = _ports(laid, level)
    loops = {source: edge for (source, target), edge in edges.items() if source == target}
    parts = [
        f'<svg class="graph-svg" xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
        f'viewBox="0 0 {width:.0f} {height}" role="img" aria-label="{_text(_title(found))}">',
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0,0L8,4L0,8Z"/></marker></defs>',
        *(_edge(edges[ends], route, laid, level, ports) for ends, route in laid.routes.items()),
        *(_box(use, laid.x[(use.node.id,)], level[(use.node.id,)], loops.get(use.node.id)) for use in found.nodes),
        "</svg>",
    ]
    return Markup("".join(parts))


def _title(found: Coverage) -> str:
    never = f", {len(found.never)} never taken" if found.has_graph else ""
    return f"The graph: {len(found.nodes)} steps, {len(found.edges)} ways{never}. The table below says the same."


def _text(text: str) -> str:
    return escape(visible(phones_in(text)))


def _short(label: str) -> str:
    is_long = len(label) > HEAD + TAIL + 1
    return f"{label[:HEAD].rstrip()}…{label[-TAIL:].lstrip()}" if is_long else label


Port = tuple[str, tuple[str, str], bool]  # a node, an edge, and whether at the node's upper side


def _ports(laid: Ranked, level: dict[Spot, int]) -> dict[Port, float]:
    """Where along its node's side an edge begins or ends, in the order of where it comes from or goes to."""
    sides: defaultdict[tuple[str, bool], list[tuple[float, tuple[str, str]]]] = defaultdict(list)
    for ends, route in laid.routes.items():
        for node, after in ((route[0], route[1]), (route[-1], route[-2])):
            sides[node[0], level[after] < level[node]].append((laid.x[after], ends))
    return {
        (node, ends, is_upper): laid.x[(node,)] + BOX * 0.8 * ((index + 0.5) / len(found) - 0.5)
        for (node, is_upper), found in sides.items()
        for index, (_, ends) in enumerate(sorted(found))
    }


def _edge(
    edge: EdgeUse, route: tuple[Spot, ...], laid: Ranked, level: dict[Spot, int], ports: dict[Port, float]
) -> str:
    ends = (edge.source.id, edge.target.id)
    is_up = level[route[1]] < level[route[0]]
    start, end = ports[ends[0], ends, is_up], ports[ends[1], ends, not is_up]
    points = [(start, _side(level[route[0]], is_upper=is_up))]
    for spot in route[1:-1]:
        # Straight past the boxes of a rank that is none of its business.
        points += [(laid.x[spot], _side(level[spot], is_upper=is_upper)) for is_upper in (not is_up, is_up)]
    points.append((end, _side(level[route[-1]], is_upper=not is_up)))
    path = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
    for (x, y), (next_x, next_y) in pairwise(points):
        middle = (y + next_y) / 2
        path += f"C{x:.1f},{middle:.1f} {next_x:.1f},{middle:.1f} {next_x:.1f},{next_y:.1f}"
    kind = "unexpected" if edge.is_unexpected else "never" if edge.is_never else "taken"
    share = edge.share
    wide = 1 + 5 * share.value if share else 1
    sign = {"unexpected": "! ", "never": "∅", "taken": ""}[kind]
    words = f"{sign}{percent(share.value)}" if share and not edge.is_never else sign
    near = start + (points[1][0] - start) * 0.2, points[0][1] + (-8 if is_up else 15)
    title = (
        f"{edge.source.label} → {edge.target.label}{''.join(f' ({label})' for label in edge.labels)}: {edge.numbers}"
    )
    return (
        f'<g class="way way-{kind}"><title>{_text(title)}</title>'
        f'<path d="{path}" stroke-width="{wide:.1f}" marker-end="url(#arrow)"/>'
        f'<text x="{near[0]:.1f}" y="{near[1]:.1f}" text-anchor="middle">{_text(words)}</text></g>'
    )


def _side(rank: int, *, is_upper: bool) -> float:
    return 4 + rank * ROW + (0 if is_upper else TALL)


def _box(use: NodeUse, middle: float, rank: int, loop: EdgeUse | None) -> str:
    family = FAMILY_OF_TYPE.get(use.node.type, Family.UNKNOWN)
    left, top = middle - BOX / 2, _side(rank, is_upper=True)
    again = f" · ↻ {loop.count:,}" if loop else ""
    words = f"{use.visits:,} visit{'s' * (use.visits != 1)}{again}" if use.visits else "∅ never visited"
    name = "step" if use.visits else "step step-never"
    return (
        f'<g class="{name} family-{family}"><title>{_text(f"{use.node.label}: {words}")}</title>'
        f'<rect class="step-box" x="{left:.1f}" y="{top}" width="{BOX}" height="{TALL}" rx="6"/>'
        f'<rect class="step-type" x="{left:.1f}" y="{top}" width="5" height="{TALL}" rx="2"/>'
        f'<text class="step-label" x="{left + 12:.1f}" y="{top + 16}">{_text(_short(use.node.label))}</text>'
        f'<text class="step-visits" x="{left + 12:.1f}" y="{top + 31}">{_text(words)}</text></g>'
    )
