"""Everything a timeline page shows, worked out from one reading of the history. A fragment pays only for itself."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.functional import cached_property

from dashboard import reveal, upstream
from dashboard.compliance.clock import called_clock
from dashboard.drawing import layout, lists, plot, svg, table
from dashboard.drawing.picture import Picture
from dashboard.forms import TimelineState
from dashboard.http import Request
from dashboard.permissions import Right, may
from dashboard.timeline.fingerprint import fingerprint
from dashboard.timeline.model import VOICE_CALL, DataNote, Timeline, Visit, Workflow
from dashboard.timeline.narrate import narrate
from dashboard.timeline.standing import Kind, Limits, Standing, standing
from dashboard.timeline.words import LeadClock
from dashboard.views.clocks import Clocks, clocks
from dashboard.views.origin import Origin
from dashboard.views.verdicts import LeadRules

ROWS_PER_PAGE = 200


def is_fragment(request: Request) -> bool:
    """Whether htmx asks for the panel alone; a restored history entry wants the whole page."""
    return bool(request.htmx) and not request.htmx.history_restore_request


class TimelinePage:
    """The context of lead_timeline.html and its partials. Raises BadInput for a query string that can't be read."""

    is_shared = False

    def __init__(
        self,
        request: Request,
        history: upstream.Read[Timeline],
        selected: Visit | None = None,
        panel: str = "",
        here: str = "",
    ) -> None:
        self.request = request
        self.history = history
        self.timeline = history.value
        self.lead = history.value.lead
        self.now = upstream.now()
        self.state = TimelineState.of(request.GET)
        self.panel = panel
        self.here = here or request.get_full_path()  # the page's own address, its panel's included
        self.selected = selected or self.timeline.visit(self.state.visit or 0)
        self.ids = (self.timeline.workflow_id, self.lead.id)
        self.sight = reveal.Sight(None if self.is_shared else request, self.ids[0], self.lead, now=self.now)
        self.rights = {right.name.lower() for right in Right if not self.is_shared and may(request.user, right)}

    @cached_property
    def clocks(self) -> Clocks:
        called = self.rules.clock if self.rules else called_clock(self.lead.phone)
        return clocks(self.request, self.state, called)

    @property
    def zone(self) -> ZoneInfo:
        return self.clocks.zone

    @property
    def here_path(self) -> str:
        return self.here.partition("?")[0]

    @cached_property
    def url(self) -> str:
        """The timeline itself, in this view state."""
        return f"{self._path}{self._query}"

    @cached_property
    def _query(self) -> str:
        return self.state.query()

    @cached_property
    def _path(self) -> str:
        return reverse("lead-timeline", args=self.ids)

    @cached_property
    def workflow(self) -> Workflow:
        """Minutes old at most where the standing depends on it; else as some page has seen it, or only its id."""
        workflow_id = self.timeline.workflow_id
        is_needed = self._standing(None).kind not in (Kind.FINAL, Kind.UNKNOWN)
        known = upstream.workflow_or_none(workflow_id) if is_needed else upstream.known_workflow(workflow_id)
        return known or Workflow(workflow_id, workflow_id)

    @cached_property
    def standing(self) -> Standing:
        return self._standing(self.workflow.status)

    def _standing(self, workflow_status: str | None) -> Standing:
        limits = Limits(
            grace=timedelta(minutes=settings.STUCK_GRACE_MINUTES), step=timedelta(minutes=settings.STUCK_STEP_MINUTES)
        )
        return standing(self.timeline, now=self.now, workflow_status=workflow_status, limits=limits)

    # --- Refreshing by itself

    @property
    def live_seconds(self) -> int | None:
        """Until the page should look again; None: it is paused, or the path is over."""
        if self.state.live or not self.standing.is_live:
            return None
        is_calling = any(visit.is_open and visit.type == VOICE_CALL for visit in self.timeline.visits)
        return settings.LIVE_FAST_SECONDS if is_calling else settings.LIVE_SLOW_SECONDS

    @cached_property
    def tag(self) -> str:
        """Equal while a refresh would show nothing new but time going by."""
        rules = self.rules.tag if self.rules else ()
        others = (self.standing.kind, self.workflow.status, self.history.is_stale, self._query, self.zone.key, rules)
        return hashlib.sha256(f"{fingerprint(self.timeline)} {others}".encode()).hexdigest()[:32]

    @property
    def live_href(self) -> str:
        return f"{self._path}live/{self._query}"

    @property
    def pause_href(self) -> str:
        return f"{self._path}{self.state.query(live='' if self.state.live else 'off')}"

    @cached_property
    def origin(self) -> Origin:
        """The list it was opened from."""
        return Origin(*self.ids, self.state, now=self.now)

    @cached_property
    def rules(self) -> LeadRules | None:
        """What the rules say of this lead; None: whoever has a share link is not told."""
        return None if self.is_shared else LeadRules(self)

    # --- Links

    def visit_href(self, position: int) -> str:
        """The row's own link: the call's panel, or else the visit's record."""
        visit = self.timeline.visits[position - 1]
        if not self.opens_panel(visit):
            return f"{self._path}{self.state.query(visit=position)}#visit-{position}"
        if visit.call_id:
            return f"{self._path}calls/{visit.call_id}/{self._query}"
        return self.record_href(position)

    def opens_panel(self, visit: Visit) -> bool:
        """Whether the visit's link leads to a panel: for who may see neither call nor record there is none."""
        return ("call" if visit.call_id else "record") in self.rights

    def record_href(self, position: int) -> str:
        return f"{self._path}visits/{position}/{self._query}"

    def fold_href(self, key: str) -> str:
        return self._fold_hrefs[key]

    @cached_property
    def _fold_hrefs(self) -> dict[str, str]:
        """The picture and the list below it have each."""
        keys = (fold.key for fold in self.picture.folds)
        return {key: f"{self._path}{self.state.query(unfold=self.state.unfold ^ {key})}" for key in keys}

    def group_href(self, first: int, last: int) -> str:
        return f"{self._path}{self.state.query(first=first, last=last, page=None)}"

    @property
    def scale_href(self) -> str:
        return f"{self._path}{self.state.query(is_true_scale=not self.state.is_true_scale)}"

    @property
    def refold_href(self) -> str:
        return f"{self._path}{self.state.query(unfold=frozenset())}"

    @property
    def whole_href(self) -> str:
        return f"{self._path}{self.state.query(first=None, last=None)}"

    def _page_href(self, number: int) -> str:
        return f"{self._path}{self.state.query(page=number, visit=None)}#visits"

    @property
    def previous_page_href(self) -> str:
        return self._page_href(self.visits.previous_page_number())

    @property
    def next_page_href(self) -> str:
        return self._page_href(self.visits.next_page_number())

    def row_href(self, position: int) -> str:
        """The visit's row in the table, on whichever page of it."""
        is_here = self.visits.start_index() <= position <= self.visits.end_index()
        return f"{'' if is_here else self._path + self.state.query(visit=position, page=None)}#visit-{position}"

    # --- Picture

    @cached_property
    def picture(self) -> Picture:
        view = layout.View(
            unfolded=self.state.unfold,
            is_true_scale=self.state.is_true_scale,
            first=self.state.first,
            last=self.state.last,
            selected=self.selected.position if self.selected else None,
        )
        is_overdue = self.standing.kind is Kind.STUCK
        drawn = layout.picture(
            self.timeline,
            now=self.now,
            zone=self.zone,
            view=view,
            is_overdue=is_overdue,
            lead_clock=self._lead_clock,
        )
        return self.rules.drawn_on(drawn) if self.rules else drawn

    @property
    def folds(self) -> str:
        return lists.folds(self.picture.folds, fold_href=self.fold_href)

    @property
    def svg(self) -> str:
        return svg.draw(self.picture, visit_href=self.visit_href, fold_href=self.fold_href, group_href=self.group_href)

    @property
    def figure(self) -> str:
        """For plotly, as JSON."""
        return plot.script(plot.figure(self.picture))

    # --- Table and sentences

    @property
    def _lead_clock(self) -> LeadClock | None:
        return self.clocks.lead if self.rules else None

    @cached_property
    def visits(self) -> Page[Visit]:
        """The table's page: the one asked for, else the one with the chosen visit."""
        paginator = Paginator(self.timeline.visits, ROWS_PER_PAGE)
        chosen = (self.selected.position - 1) // ROWS_PER_PAGE + 1 if self.selected else 1
        return paginator.get_page(self.state.page or chosen)

    @property
    def rows(self) -> str:
        return table.rows(
            self.visits,
            now=self.now,
            zone=self.zone,
            current=self.selected,
            visit_href=self.visit_href,
            record_href=self.record_href if "record" in self.rights else None,
            opens_panel=self.opens_panel,
            lead_clock=self._lead_clock,
            flags=self.rules.marks if self.rules else None,
        )

    @property
    def sentences(self) -> str:
        said = narrate(tuple(self.visits), now=self.now, zone=self.zone, lead_clock=self._lead_clock)
        return lists.sentences(said)

    @cached_property
    def notes(self) -> list[DataNote]:
        """What concerns the record as a whole, and the visits of this page of the table."""
        shown = range(self.visits.start_index(), self.visits.end_index() + 1)
        return [note for note in self.timeline.notes if note.position is None or note.position in shown]

    @property
    def unreadable(self) -> int:
        return sum(not visit.is_readable for visit in self.timeline.visits)

    # --- The panel's neighbours

    @cached_property
    def _calls(self) -> list[Visit]:
        return [visit for visit in self.timeline.visits if visit.call_id]

    @property
    def call_number(self) -> int:
        return self._calls.index(self.selected) + 1 if self.selected else 0

    @property
    def call_count(self) -> int:
        return len(self._calls)

    @property
    def previous_call_href(self) -> str | None:
        return self.visit_href(self._calls[self.call_number - 2].position) if self.call_number > 1 else None

    @property
    def next_call_href(self) -> str | None:
        return self.visit_href(self._calls[self.call_number].position) if self.call_number < self.call_count else None
