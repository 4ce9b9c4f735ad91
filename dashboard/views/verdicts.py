"""What the rules say of the lead on a timeline page: verdicts, legal hours, dials, forecast. Each worked out once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from dashboard import stuck
from dashboard.compliance import forecast, hours
from dashboard.compliance.clock import CalledClock
from dashboard.compliance.found import count
from dashboard.compliance.packs import Frequency, Hours
from dashboard.compliance.verdict import Result, Verdict
from dashboard.drawing import dialstrip, rulemarks
from dashboard.drawing.dialstrip import Track
from dashboard.drawing.markup import Markup
from dashboard.drawing.picture import Picture
from dashboard.judging import Judgement, judgement
from dashboard.timeline.model import Timeline
from dashboard.timeline.standing import Standing
from dashboard.timeline.words import LeadClock, length, stamp

LINKS = 20  # of a verdict; the rest is counted
WINDOWS = (24, 168)  # hours, whether a rule has a cap for them or not
ICONS = {Result.CLEAR: "✓", Result.CANNOT_TELL: "?", Result.WARNING: "!", Result.BREACH: "✕"}
KINDS = {Result.CLEAR: "clear", Result.CANNOT_TELL: "cannot", Result.WARNING: "warning", Result.BREACH: "breach"}
WORST_FIRST = tuple(reversed(Result))


@dataclass(frozen=True, slots=True)
class Chip:
    """One verdict as the page shows it."""

    verdict: Verdict
    links: tuple[tuple[int, str], ...]  # positions of visits, and where their rows are

    @property
    def icon(self) -> str:
        return ICONS[self.verdict.result]

    @property
    def kind(self) -> str:
        return KINDS[self.verdict.result]

    @property
    def more(self) -> int:
        """Visits that are not linked."""
        return len(self.verdict.positions) - len(self.links)


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next dial, in words."""

    when: str
    is_certain: bool
    why: tuple[str, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def is_breach(self) -> bool:
        return any(verdict.result is Result.BREACH for verdict in self.verdicts)


class LeadRules:
    """The context of _verdicts.html and of what rules add to the chart, the table and the standing."""

    def __init__(self, timeline: Timeline, *, now: datetime, row_href: Callable[[int], str]) -> None:
        self.timeline = timeline
        self.now = now
        self._row_href = row_href

    @cached_property
    def judgement(self) -> Judgement:
        return judgement(self.timeline)

    @property
    def clock(self) -> CalledClock:
        return self.judgement.case.clock

    @property
    def lead_clock(self) -> LeadClock | None:
        return LeadClock(self.clock.first, self.clock.is_sure) if self.clock.zones else None

    # --- Verdicts

    @cached_property
    def chips(self) -> list[Chip]:
        """The worst first, else in the packs' order."""
        ordered = sorted(self.judgement.verdicts, key=lambda verdict: -verdict.result.rank)
        return [Chip(verdict, self._links(verdict)) for verdict in ordered]

    @property
    def open_chips(self) -> list[Chip]:
        return [chip for chip in self.chips if chip.verdict.result is not Result.CLEAR]

    @property
    def clear_chips(self) -> list[Chip]:
        return [chip for chip in self.chips if chip.verdict.result is Result.CLEAR]

    def _links(self, verdict: Verdict) -> tuple[tuple[int, str], ...]:
        return tuple((position, self._row_href(position)) for position in verdict.positions[:LINKS])

    @cached_property
    def summary(self) -> str:
        """ "1 breach, 2 cannot tell, 5 clear" """
        counts = Counter(verdict.result for verdict in self.judgement.verdicts)
        plural = {Result.BREACH: "breaches", Result.WARNING: "warnings"}
        said = [
            f"{counts[result]} {plural.get(result, result) if counts[result] > 1 else result}"
            for result in WORST_FIRST
            if counts[result]
        ]
        return ", ".join(said)

    @property
    def tag(self) -> tuple[Any, ...]:
        """Equal while the rules say the same."""
        found = self.judgement
        said = [(verdict.result, verdict.sentence, verdict.positions) for verdict in found.verdicts]
        review = found.review
        states = (review.state, review.verdict, review.is_stale, review.reviewed_at, review.second_at) if review else ()
        return said, self.clock.zones, states, self._ahead is not None and self._ahead.is_certain

    @cached_property
    def marks(self) -> dict[int, rulemarks.Mark]:
        """Each visit that a rule concerns: the kind of the worst result, and all of them in words."""
        found: dict[int, rulemarks.Mark] = {}
        for chip in self.open_chips:
            said = f"{chip.verdict.result}: {chip.verdict.rule.title}"
            for position in chip.verdict.positions:
                kind, before = found.get(position, (chip.kind, ""))
                found[position] = kind, f"{before}; {said}" if before else said
        return found

    # --- On the chart

    def drawn_on(self, picture: Picture) -> Picture:
        """The picture with legal hours and flags."""
        shades = rulemarks.shades(picture.axis, self._closed(picture))
        sentences = (*picture.sentences, *self._legend(picture, shades_any=bool(shades)))
        return rulemarks.flagged(replace(picture, shades=shades, sentences=sentences), self.marks)

    def _closed(self, picture: Picture) -> Iterator[tuple[datetime, datetime, bool]]:
        if picture.axis is not None and not picture.axis.is_empty:
            for one in hours.closed(self.judgement.chosen, self.clock, picture.axis.start, picture.axis.end):
                yield one.start, one.end, one.is_sure

    def _legend(self, picture: Picture, *, shades_any: bool) -> Iterator[str]:
        rules = [(pack, rule) for pack in self.judgement.chosen for rule in pack.rules if isinstance(rule, Hours)]
        if shades_any:
            windows = dict.fromkeys(f"{rule.opens:%H:%M}–{rule.closes:%H:%M}" for _, rule in rules)
            unsure = any(not shade.is_sure for shade in picture.shades) if picture.shades else not self.clock.is_sure
            hatched = " Hatched: only on some of the clocks that may be theirs." if unsure else ""
            yield f"Shaded: outside the hours for calls ({', '.join(windows)}) on the called party’s clock.{hatched}"
        elif rules and not self.clock.zones:
            yield "The hours for calls are not shaded: the called party’s zone is not known from the number."
