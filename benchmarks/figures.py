"""Figures and what they are held against: medians with their spread, targets, tables in plain Markdown."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from textwrap import fill

LINE = 120
README = Path(__file__).parent / "README.md"


@dataclass(frozen=True, slots=True)
class Figure:
    """Some measurements of one thing. Ratios are made round by round, so that a busy moment spoils both sides."""

    values: tuple[float, ...]

    @property
    def middle(self) -> float:
        return median(self.values)

    @property
    def spread(self) -> float:
        """Half the distance between the outer values, as a part of the middle."""
        return (max(self.values) - min(self.values)) / 2 / self.middle if self.middle else 0.0

    def per(self, other: Figure) -> Figure:
        return Figure(tuple(own / its for own, its in zip(self.values, other.values, strict=True)))

    def minus(self, other: Figure) -> Figure:
        return Figure(tuple(own - its for own, its in zip(self.values, other.values, strict=True)))

    def times(self, factor: float) -> Figure:
        return Figure(tuple(value * factor for value in self.values))

    def __str__(self) -> str:
        return f"{number(self.middle)} ±{self.spread:.0%}"


def figure(values: Iterable[float]) -> Figure:
    return Figure(tuple(values))


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that at least this part of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def number(value: float) -> str:
    """Three digits that say something: 0.42, 5.31, 84.2, 1,092"""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


@dataclass(frozen=True, slots=True)
class Target:
    what: str
    found: Figure
    most: float
    unit: str  # "×", "ms", "kB", ""

    @property
    def is_held(self) -> bool:
        return self.found.middle <= self.most

    def row(self) -> tuple[str, ...]:
        found = f"{self.found}" if len(self.found.values) > 1 else number(self.found.middle)
        most = f"{self.most:g}"
        return self.what, f"{found} {self.unit}".strip(), f"≤ {most} {self.unit}".strip(), self.verdict

    @property
    def verdict(self) -> str:
        return "held" if self.is_held else "**missed**"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: a table, what it means, and the targets it decides."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text: str = ""
    targets: tuple[Target, ...] = ()

    def __str__(self) -> str:
        parts = [f"### {self.title}", wrapped(self.text), table(self.head, self.rows) if self.rows else ""]
        return "\n\n".join(part for part in parts if part)


def wrapped(text: str) -> str:
    """A paragraph in lines as long as the project's."""
    return fill(text, LINE, break_long_words=False, break_on_hyphens=False)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Aligned, so that it reads well in a terminal too."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    texts = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([texts[0], rule, *texts[1:]])


def report(sections: Sequence[Section], *, command: str, seconds: float, note: str) -> str:
    """When and where it was measured, what was held and what was missed, and everything."""
    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    told = (
        f"{datetime.now(UTC):%d %B %Y}, `{command}`, {seconds:.0f} s, {platform.system()} {platform.machine()} with "
        f"{os.cpu_count()} cores{load}, Python {platform.python_version()}. {note}"
    )
    return "\n\n".join((wrapped(told), targets_table(sections), *(str(section) for section in sections)))


def put(text: str, *, between: str) -> None:
    """Into README.md, between its two marks of this name."""
    marked = re.compile(f"(?<=<!-- {between} -->\n).*?(?=<!-- end of {between} -->)", re.DOTALL)
    readme = README.read_text()
    assert marked.search(readme), f"README.md has lost the marks around its {between}."
    README.write_text(marked.sub(lambda _: f"\n{text}\n", readme))


def targets_table(sections: Iterable[Section]) -> str:
    found = [target.row() for section in sections for target in section.targets]
    return table(("target", "found", "limit", ""), found)
