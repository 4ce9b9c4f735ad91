"""The loads and moves of browser.py as tables, and what they are held against."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import pages
from benchmarks.browser import (
    HOVERS,
    LARGEST,
    PICTURE,
    READY,
    SLOW,
    USUAL,
    WARM,
    Browsing,
    Lines,
    Load,
    Loads,
    Move,
)
from benchmarks.figures import Figure, Section, Target, figure
from benchmarks.leads import SIZES

HEAD = (
    *("visits", "first byte", "first picture", "interactive", "first picture, cold history"),
    *("SVG file", "plotly alone", "vis-timeline"),
)
# Which loads, and which of their moments, stand in which column.
COLUMNS = (
    *(("page", "first_byte"), ("page", PICTURE), ("page", READY), ("cold", PICTURE)),
    *(("svg", PICTURE), ("plotly", READY), ("vis", READY)),
)
TEXT = """\
{program}, headless, 1280 × 800, over loopback, in a new context for each load: no cache, no connection. First
picture: the frame that shows the whole SVG has been made. Interactive: plotly's drawing has taken its place. The
history is in the server's memory but where it is called cold. SVG file, plotly alone, vis-timeline: the same visits
on a page of their own, timed by the same script. {vis}"""
LINES_TEXT = """\
Warm: the page was open a moment ago, its files are in the cache. Slow: nothing is, the line is Chromium's “slow 4G”
(150 ms, 1.6 Mbit/s), and the browser has a fourth of this machine's speed."""
MOVES_TEXT = f"""\
{HOVERS} moves over the bars, a stretch drawn out to zoom in, a double click back. The browser reports no event
under 16 ms and no frame under 50 ms: they count as 0. Layout shift is that of the whole visit, loading included."""


def sections(found: Browsing | None) -> list[Section]:
    if found is None:
        return [Section("In the browser", (), (), "**Skipped: there is no Chromium on this machine.**")]
    vis = f"{pages.VIS} was **skipped**: {found.vis.reason}." if found.vis.reason else f"It is {pages.VIS}, from npm."
    text = TEXT.format(program=found.program, vis=vis)
    rows = tuple(
        (f"{visits:,}", *(_cell(found.loads.get((kind, visits), []), what) for kind, what in COLUMNS))
        for visits in SIZES
    )
    return [
        Section("In the browser, ms", HEAD, rows, text, tuple(_targets(found.loads, has_vis=not found.vis.reason))),
        _lines(found.lines),
        _moves(found.moves),
    ]


def _cell(loads: Sequence[Load], what: str) -> str:
    return str(_figure(loads, what)) if loads else "–"


def _figure(loads: Sequence[Load], what: str) -> Figure:
    return figure(getattr(load, what) for load in loads)


def _targets(loads: Loads, *, has_vis: bool) -> list[Target]:
    def against(kind: str, what: str) -> Figure:
        return _figure(loads["page", USUAL], what).per(_figure(loads[kind, USUAL], what))

    found = [
        Target(f"First picture, {USUAL} visits, against the SVG as a file", against("svg", PICTURE), 1.3, "×"),
        Target(f"First picture, {USUAL} visits, against plotly alone", against("plotly", PICTURE), 0.3, "×"),
        Target(f"Interactive, {USUAL} visits, against plotly alone", against("plotly", READY), 1.15, "×"),
    ]
    if has_vis:
        found.insert(
            1, Target(f"First picture, {USUAL} visits, against vis-timeline", against("vis", PICTURE), 0.4, "×")
        )
    for kind, words in (("page", ""), ("cold", ", cold history")):
        growth = _figure(loads[kind, LARGEST], PICTURE).per(_figure(loads[kind, USUAL], PICTURE))
        found.append(Target(f"First picture, {LARGEST:,} visits, against {USUAL}{words}", growth, 2, "×"))
    return found


def _lines(lines: Lines) -> Section:
    return Section(
        f"{USUAL} visits with everything in the cache, and over a slow line, ms",
        ("line", "first picture", "interactive", "SVG file", "plotly alone", "vis-timeline"),
        tuple(
            (line, *(_cell(lines.get((line, kind), []), what) for kind, what in COLUMNS[1:] if kind != "cold"))
            for line in (WARM, SLOW)
        ),
        LINES_TEXT,
    )


def _moves(moves: Sequence[Move]) -> Section:
    ready, task, event, frame, shift = (
        figure(getattr(move, name) for move in moves) for name in ("ready", "task", "event", "frame", "shift")
    )
    return Section(
        f"Hover and zoom at {LARGEST:,} visits, ms",
        ("interactive", "longest task while loading", "longest event", "longest frame", "layout shift"),
        (tuple(map(str, (ready, task, event, frame, shift))),),
        MOVES_TEXT,
        (
            Target(f"Interactive, {LARGEST:,} visits", ready, 1500, "ms"),
            Target(f"Longest task while loading, {LARGEST:,} visits", task, 500, "ms"),
            Target(f"Longest event, hover and zoom, {LARGEST:,} visits", event, 200, "ms"),
            Target(f"Longest frame, hover and zoom, {LARGEST:,} visits", frame, 200, "ms"),
            Target(f"Layout shift, {LARGEST:,} visits", shift, 0.02, ""),
        ),
    )
