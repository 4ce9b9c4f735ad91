"""What the rules say of the lead on a timeline page: verdicts, legal hours, dials, forecast. Each worked out once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.functional import cached_property

from dashboard import stuck
from dashboard.compliance import forecast, hours
from dashboard.compliance.case import Case
from dashboard.compliance.clock import CalledClock, called_clock
from dashboard.compliance.packs import Frequency, Hours, Rule
from dashboard.compliance.verdict import Result, Verdict
from dashboard.drawing import dialstrip, rulemarks
from dashboard.drawing.dialstrip import Track
from dashboard.drawing.markup import Markup
from dashboard.drawing.picture import Picture
from dashboard.judging import Judgement, judged, review_of
from dashboard.models import Review
from dashboard.reviewing import state_words
from dashboard.reviewing.possible import blind_for
from dashboard.reviewing.words import ICONS, KINDS
from dashboard.timeline.words import length, stamp
from dashboard.views.readcalls import MOST

if TYPE_CHECKING:
    from dashboard.views.page import TimelinePage

LINKS = 20  # of a verdict; the rest is counted
WINDOWS = (24, 168)  # hours, whether a rule has a cap for them or not
MANY = {Result.BREACH: "breaches", Result.WARNING: "warnings"}


@dataclass(frozen=True, slots=True)
class Chip:
    """One verdict as the page shows it."""

    verdict: Verdict
    links: tuple[tuple[int, str], ...] = ()  # positions of visits, and where their rows are

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
    """The next dial, in words; chips: what the rules would say of it that they don't say today."""

    when: str
    is_certain: bool
    why: tuple[str, ...]
    chips: tuple[Chip, ...]

    @property
    def kind(self) -> str:
        return max(self.chips, key=lambda chip: chip.verdict.result.rank).kind if self.chips else ""


class LeadRules:
    """The context of _verdicts.html, and what rules add to the chart, the table and the standing."""

    read_at_once = MOST

    def __init__(self, page: TimelinePage) -> None:
        self._page = page

    @cached_property
    def review(self) -> Review | None:
        return review_of(self._page.timeline)

    @cached_property
    def clock(self) -> CalledClock:
        """By the number, or as a reviewer has set it."""
        return called_clock(self._page.lead.phone, self.review.zone if self.review else "")

    @cached_property
    def judgement(self) -> Judgement:
        return judged(self._page.timeline, self.review)

    @property
    def _case(self) -> Case:
        return self.judgement.case

    @cached_property
    def tag(self) -> tuple[Any, ...]:
        """Equal while the rules and the reviewers say the same."""
        said = [(verdict.result, verdict.sentence, verdict.positions) for verdict in self.judgement.verdicts]
        ahead = (self.ahead.is_certain, self.ahead.kind) if self.ahead else ()
        return said, self.clock.zones, self.state, ahead

    # --- Verdicts

    @cached_property
    def chips(self) -> list[Chip]:
        """The worst first, else in the packs' order."""
        ordered = sorted(self.judgement.verdicts, key=lambda verdict: -verdict.result.rank)
        return [Chip(verdict, self._links(verdict)) for verdict in ordered]

    @property
    def open_chips(self) -> list[Chip]:
        """Those that ask for a person."""
        return [chip for chip in self.chips if chip.verdict.result is not Result.CLEAR]

    @property
    def clear_chips(self) -> list[Chip]:
        return [chip for chip in self.chips if chip.verdict.result is Result.CLEAR]

    def _links(self, verdict: Verdict) -> tuple[tuple[int, str], ...]:
        known = [position for position in verdict.positions if position][:LINKS]
        return tuple((position, self._page.row_href(position)) for position in known)

    @cached_property
    def summary(self) -> str:
        """ "1 breach, 2 cannot tell, 5 clear" """
        counts = Counter(verdict.result for verdict in self.judgement.verdicts)
        ordered = sorted(counts.items(), key=lambda pair: -pair[0].rank)
        return ", ".join(f"{number} {MANY.get(result, result) if number > 1 else result}" for result, number in ordered)

    @cached_property
    def state(self) -> str:
        """Of the review, in a sentence."""
        if self.review is None:
            return "Not in the review queue, not reviewed."
        may_judge = self.review.state == Review.State.SIGNED and "review" in self._page.rights
        if may_judge and blind_for(self.review, self._page.request.user):
            return "Signed off. You may judge it blindly, so you are not told how."
        return state_words(self.review)

    @property
    def unread(self) -> int:
        """Calls whose records the rules do not know."""
        return sum(call_id not in self._case.calls for call_id in self._page.timeline.call_ids)

    @property
    def is_queueable(self) -> bool:
        return self.review is None or self.review.state == Review.State.OUT

    @property
    def is_disputable(self) -> bool:
        """As far as a page can say: the rules of conduct have the last word."""
        return self.review is not None and self.review.state == Review.State.SIGNED

    @cached_property
    def marks(self) -> dict[int, rulemarks.Mark]:
        """By visit: the kind of the worst result that concerns it, and all of them in words."""
        found: dict[int, rulemarks.Mark] = {}
        for chip in self.open_chips:
            said = f"{chip.verdict.result}: {chip.verdict.rule.title}"
            for position in chip.verdict.positions:
                kind, before = found.get(position, (chip.kind, ""))
                found[position] = kind, f"{before}; {said}" if before else said
        return found

    # --- On the chart

    def drawn_on(self, picture: Picture) -> Picture:
        """The picture with the hours in which nobody may be called, and flags at what rules concern."""
        axis = picture.axis
        if axis is None or axis.is_empty:
            return rulemarks.flagged(picture, self.marks)
        closed = hours.closed(self.judgement.chosen, self.clock, axis.start, axis.end)
        shades = rulemarks.shades(axis, ((one.start, one.end, one.is_sure) for one in closed))
        is_sure = all(shade.is_sure for shade in shades)
        sentences = (*picture.sentences, *self._legend(bool(shades), is_sure, bool(closed)))
        return rulemarks.flagged(replace(picture, shades=shades, sentences=sentences), self.marks)

    def _legend(self, is_shaded: bool, is_sure: bool, is_closed: bool) -> Iterator[str]:
        windows = dict.fromkeys(f"{rule.opens:%H:%M}–{rule.closes:%H:%M}" for rule in self._rules(Hours))
        if is_shaded:
            hatched = "" if is_sure else " Hatched: only by some of the clocks, or of the states, that may be theirs."
            yield f"Shaded: outside the hours for calls ({', '.join(windows)}) on the called party’s clock.{hatched}"
        elif is_closed:
            yield "The hours without calls are too short on this axis to be shaded."
        elif windows and not self.clock.zones:
            yield "The hours for calls are not shaded: the called party’s zone is not known."

    def _rules(self, kind: type[Any]) -> list[Any]:
        found: list[Rule] = [rule for pack in self.judgement.chosen for rule in pack.rules]
        return [rule for rule in found if isinstance(rule, kind)]

    # --- Dials

    @cached_property
    def _tracks(self) -> list[Track]:
        axis = self._page.picture.axis
        dials = [at for at, _ in self._case.to_number]
        caps: dict[int, int | None] = dict.fromkeys(WINDOWS)
        for rule in self._rules(Frequency):
            caps[rule.hours] = min(rule.most, caps.get(rule.hours) or rule.most)
        if axis is None or not dials:
            return []
        return [dialstrip.track(axis, dials, hours=window, cap=cap) for window, cap in sorted(caps.items())]

    @property
    def tracks(self) -> Iterator[tuple[Track, Markup]]:
        for track in self._tracks:
            yield track, dialstrip.draw(track, f"Dials to this number in any {track.words}: {track.sentence}")

    @property
    def dials_sentence(self) -> str:
        """The same in words, and what is not counted."""
        case = self._case
        most = ", ".join(f"{track.most:,} in any {track.words}{track.cap_words}" for track in self._tracks)
        others = "other leads’ are not known" if case.elsewhere is None else f"{len(case.elsewhere):,} of other leads"
        undated = f", {len(case.undated):,} of them without a time and not counted" if case.undated else ""
        unseen = f" and {case.elsewhere_undated:,} more at unknown times" if case.elsewhere_undated else ""
        known = f"Known dials to this number: {len(case.dials):,} of this lead{undated}; {others}{unseen}."
        return " ".join((f"At most {most}." if most else "Nothing was dialled.", known, *case.unknown))

    @property
    def state_caps(self) -> str:
        """Caps that hold for people of some state only."""
        states = dict.fromkeys(rule.state for rule in self._rules(Frequency) if rule.state)
        return f"Some caps hold only in {', '.join(states)}." if states else ""

    # --- What comes next

    @cached_property
    def ahead(self) -> Ahead | None:
        page = self._page
        standing = page.standing
        if standing.due_at is None:
            return None
        found = forecast.forecast(
            self._case,
            self.judgement.chosen,
            now=page.now,
            standing=standing,
            successors=stuck.next_types(page.timeline.workflow_id),
        )
        if found is None:
            return None
        lead = page.clocks.lead
        where = " on the lead’s clock" if lead else ""
        perhaps = "" if lead is None or lead.is_sure else ", if that is their zone"
        left = f", in {length(found.at - page.now)}" if found.at > page.now else ""
        when = f"{stamp(found.at, lead.zone if lead else page.zone)}{where}{perhaps}{left}"
        return Ahead(when, found.is_certain, found.why, tuple(map(Chip, found.verdicts)))
