"""A lead's page in the queue: picture, verdicts and calls, beside the form; and its past alone, which asks nobody."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode

from dashboard import reviewing, upstream
from dashboard.admin.review import acts
from dashboard.admin.review.forms import BLIND_VERDICTS, JudgementForm
from dashboard.audit import trail
from dashboard.audit.access import intend
from dashboard.compliance.calls import CallFacts
from dashboard.compliance.verdict import Verdict
from dashboard.http import Request
from dashboard.judging import Judgement, judgement, rests_on
from dashboard.models import Action, Review
from dashboard.reviewing.past import acts as past_acts
from dashboard.reviewing.possible import blind_for, possible
from dashboard.reviewing.staleness import shown
from dashboard.reviewing.words import ICONS, KINDS
from dashboard.timeline.model import Timeline, Visit
from dashboard.views.clocks import page_zone
from dashboard.views.page import TimelinePage

if TYPE_CHECKING:
    from dashboard.admin.review.queue import ReviewAdmin

FILTERS = "_changelist_filters"  # the admin's own name for the list that a page was opened from
MOST = 5_000  # reviews among which neighbours are looked for
STEPS_SHOWN = 12  # links beside one verdict


@dataclass(frozen=True, slots=True)
class Neighbours:
    position: int = 0
    total: int = 0
    previous: int | None = None
    next: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What one rule says, the visits it concerns, and the reviewer's two fields beside it."""

    verdict: Verdict
    result: BoundField
    reason: BoundField
    steps: list[tuple[Visit, str]]
    answer: Mapping[str, str] | None  # of the judgement that stands

    @property
    def icon(self) -> str:
        return ICONS[self.verdict.result]

    @property
    def kind(self) -> str:
        return KINDS[self.verdict.result]

    @property
    def more(self) -> int:
        return len(self.verdict.positions) - len(self.steps)


class ReviewPage(TimelinePage):
    """A timeline as the queue shows it: links into the timeline stay, folds are unfolded here."""

    def __init__(self, request: Request, history: upstream.Read[Timeline], judged: Judgement) -> None:
        super().__init__(request, history)
        self.judgement = judged
        self._filters = request.GET.get(FILTERS, "")

    def fold_href(self, key: str) -> str:
        return self._same_page(unfold=self.state.unfold ^ {key})

    def group_href(self, first: int, last: int) -> str:
        return self._same_page(first=first, last=last)

    def _same_page(self, **changes: Any) -> str:
        query = QueryDict(self.state.query(**changes).lstrip("?"), mutable=True)
        if self._filters:
            query[FILTERS] = self._filters
        return f"{self.here_path}?{query.urlencode()}"

    def lines(self, form: JudgementForm, answers: Mapping[str, Mapping[str, str]]) -> Iterator[Line]:
        """Each verdict, the worst first, with the first visits that it concerns, the form's fields and the answer."""
        for verdict, result, reason in sorted(form.rules, key=lambda rule: -rule[0].result.rank):
            positions = verdict.positions[:STEPS_SHOWN]
            steps = [(self.timeline.visits[one - 1], self.visit_href(one)) for one in positions]
            yield Line(verdict, result, reason, steps, answers.get(f"{verdict.pack.id} {verdict.rule.id}"))

    @property
    def calls(self) -> Iterator[tuple[Visit, str, CallFacts | None]]:
        """Each call of the path, its link, and what is known of its record."""
        known = self.judgement.case.calls
        return ((one, self.visit_href(one.position), known.get(one.call_id or "")) for one in self._calls)

    @cached_property
    def unread(self) -> int:
        return sum(facts is None for _, _, facts in self.calls)


def page(admin: ReviewAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """The page; or what came of a form on it, and then the page again."""
    review = _review(admin, request, object_id)
    near = _neighbours(admin, request, review)
    attempt = acts.Attempt()
    if request.method == "POST":
        attempt = acts.attempt(cast(Request, request), review)
        if not attempt.error:
            admin.message_user(request, attempt.done)
            wanted = near.next if "_next" in request.POST and near.next else review.pk
            return redirect(_url(wanted, request))
    return _shown(admin, cast(Request, request), review, near, attempt)


def _shown(
    admin: ReviewAdmin, request: Request, review: Review, near: Neighbours, attempt: acts.Attempt
) -> HttpResponse:
    ids: dict[str, Any] = {"workflow_id": review.workflow_id, "lead_id": review.lead_id}
    access = intend(request, "timeline", **ids)
    history = upstream.lead_history(**ids)
    judged = judgement(history.value)
    shown_page = ReviewPage(request, history, judged)
    reviewing.refresh(judged, shown_page.now)
    review = judged.review or review
    access.shown(shown_page.lead.phone, masked=not shown_page.sight.facts.is_lifted, where="review")
    blind = blind_for(review, request.user)
    form = _form(judged, review, attempt, is_own=review.reviewer == request.user)
    may = possible(review, request.user)
    context = {
        **_context(admin, request, review),
        "page": shown_page,
        "judgement": judged,
        "near": near,
        "previous_href": _url(near.previous, request) if near.previous else "",
        "next_href": _url(near.next, request) if near.next else "",
        "form": form,
        "lines": shown_page.lines(form, review.answers if review.is_judged and not blind else {}),
        "may": may,
        "can_sign": "sign" in may and blind is None,
        "blind_verdicts": BLIND_VERDICTS,
        "differences": reviewing.differences(judged) if review.is_stale else [],
        "error": attempt.error,
        "typed": attempt.data,
        "blind": blind,
    }
    return render(request, "admin/dashboard/review/change_form.html", context, status=attempt.status)


def history_page(admin: ReviewAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Who has judged it how and when, also where the lead's own record can't be read any more."""
    review = _review(admin, request, object_id)
    trail.record(Action.QUEUE_READ, workflow_id=review.workflow_id, lead_id=review.lead_id, where="history")
    context = {**_context(admin, request, review), "blind": blind_for(review, cast(Request, request).user)}
    return render(request, "admin/dashboard/review/history.html", context)


def _review(admin: ReviewAdmin, request: HttpRequest, object_id: str) -> Review:
    if not admin.has_change_permission(request):
        raise PermissionDenied
    review = Review.objects.select_related("reviewer", "second").filter(pk=object_id if object_id.isdecimal() else 0)
    if (found := review.first()) is None:
        raise Http404
    return found


def _context(admin: ReviewAdmin, request: HttpRequest, review: Review) -> dict[str, Any]:
    return {
        **admin.admin_site.each_context(request),
        "title": f"Review of {review.lead_id}",
        "opts": Review._meta,
        "review": review,
        "state": reviewing.state_words(review),
        "past": past_acts(review),
        "list_href": f"{reverse('admin:dashboard_review_changelist')}?{request.GET.get(FILTERS, '')}".rstrip("?"),
        "zone": page_zone(cast(Request, request)),
    }


def _form(judged: Judgement, review: Review, attempt: acts.Attempt, *, is_own: bool) -> JudgementForm:
    """As it was sent, if it was refused; else with one's own answers of before. Nobody starts from another's."""
    fresh = {"version": review.version, "seen": shown(rests_on(judged))}
    if attempt.form is not None:
        return attempt.form.again(**fresh)
    form = JudgementForm(verdicts=judged.verdicts, chosen=judged.chosen, initial=fresh)
    if is_own:
        form.remember(review)
    return form


def _url(pk: int, request: HttpRequest) -> str:
    url = reverse("admin:dashboard_review_change", args=[pk])
    filters = request.GET.get(FILTERS, "")
    return f"{url}?{urlencode({FILTERS: filters})}" if filters else url


def _neighbours(admin: ReviewAdmin, request: HttpRequest, review: Review) -> Neighbours:
    """Where it stands in the list that it was opened from."""
    asked = copy.copy(request)
    asked.GET = QueryDict(request.GET.get(FILTERS, ""))
    try:
        listed = admin.get_changelist_instance(asked).queryset
    except (IncorrectLookupParameters, DisallowedModelAdminLookup):
        return Neighbours()
    pks = list(listed.values_list("pk", flat=True)[:MOST])
    if review.pk not in pks:
        return Neighbours(total=len(pks), next=pks[0] if pks else None)
    at = pks.index(review.pk)
    return Neighbours(at + 1, len(pks), pks[at - 1] if at else None, pks[at + 1] if at + 1 < len(pks) else None)
