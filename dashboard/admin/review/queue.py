"""The queue's list: what waits first, the worst of it at the top."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html

from dashboard import reviewing
from dashboard.admin.review import exporting, filters, opened
from dashboard.audit import trail
from dashboard.compliance.verdict import Result
from dashboard.models import Action, Review
from dashboard.permissions import Right, may
from dashboard.reviewing import blind, queue
from dashboard.reviewing.acting import ConductError
from dashboard.reviewing.words import ICONS, KINDS, agreement_words
from dashboard.timeline import mask, words

MOST_AT_ONCE = 100
# What addresses may ask for is what the filters' links do, and no more: who may read the queue may not search through
# people's passwords by way of its reviewers, nor for verdicts around the filter that keeps blind reviews blind.
ASKED = frozenset(
    {"waits", "computed", "rule", "verdict", "why__exact", "state__exact", "is_stale__exact", "workflow_id"}
    | {"reviewer__id__exact", "reviewer__isnull", "reviewed_at__gte", "reviewed_at__lt", "reviewed_at__isnull"}
)


class ReasonForm(ActionForm):
    reason = forms.CharField(required=False, max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class Queue(ChangeList):
    """A page of the queue, with what its rows need besides: two queries, however many rows."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        phones = queue.numbers(rows)
        hidden = set(blind.waiting_for(request.user).values_list("review_id", flat=True))
        for row in rows:
            row.phone_masked = phones.get((row.workflow_id, row.lead_id), "")
            row.is_blind = row.pk in hidden
        self.result_list = rows


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin[Review]):
    change_list_template = "admin/dashboard/review/change_list.html"
    action_form = ReasonForm
    actions = ("export", "leave", "take_out")
    list_display = ("lead", "phone", "worst", "judged", "where", "why", "waiting", "workflow_id")
    list_filter = (
        *(filters.WaitsFilter, filters.ComputedFilter, filters.RuleFilter, filters.VerdictFilter, "state", "why"),
        ("workflow_id", filters.WorkflowFilter),
        ("reviewer", admin.RelatedOnlyFieldListFilter),
        ("reviewed_at", admin.DateFieldListFilter),
        "is_stale",
    )
    search_fields = ("=lead_id",)
    search_help_text = "A lead by its whole id."
    list_select_related = ("reviewer",)
    list_per_page = 50
    list_max_show_all = 50
    sortable_by = ()
    show_full_result_count = False

    # --- Who may

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Right.REVIEW)

    def has_view_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return may(request.user, Right.REVIEW)

    def has_change_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return may(request.user, Right.REVIEW)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup in ASKED

    # --- Pages

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        return queue.in_order(super().get_queryset(request).defer("snapshot"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Queue

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        asked = ", ".join(f"{name}={mask.phones_in(str(value))}" for name, value in request.GET.items())
        trail.record(Action.QUEUE_READ, filters=asked[:300])
        context = {
            "title": "Review queue",
            "counts": queue.counts(Review.objects.all()),
            "agreement": agreement_words(blind.agreement()),
            "to_repeat": blind.waiting_for(request.user).count(),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return opened.page(self, request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return opened.history_page(self, request, object_id)

    # --- Columns

    @admin.display(description="lead")
    def lead(self, review: Review) -> str:
        return review.lead_id

    @admin.display(description="phone", empty_value="not known")
    def phone(self, review: Any) -> str | None:
        return review.phone_masked or None

    @admin.display(description="computed", empty_value="not yet")
    def worst(self, review: Review) -> str | None:
        return result_mark(Result(review.computed)) if review.computed else None

    @admin.display(description="verdict", empty_value="–")
    def judged(self, review: Any) -> str | None:
        if review.is_blind:
            return "hidden: repeat it blindly"
        by = review.reviewer.get_username() if review.reviewer else "a deleted account"
        return f"{review.get_verdict_display()}, by {by}" if review.verdict else None

    @admin.display(description="state")
    def where(self, review: Any) -> str:
        return f"stale, was {review.get_state_display()}" if review.is_stale else str(review.get_state_display())

    @admin.display(description="in the queue for")
    def waiting(self, review: Review) -> str:
        return words.length(timezone.now() - review.queued_at)

    # --- Many at once

    @admin.action(description="Export as CSV", permissions=["view"])
    def export(self, request: HttpRequest, chosen: QuerySet[Review]) -> HttpResponse:
        return exporting.csv(request, chosen)

    @admin.action(description="Leave to another reviewer, for the reason given", permissions=["change"])
    def leave(self, request: HttpRequest, chosen: QuerySet[Review]) -> None:
        user, now, reason = cast(User, request.user), timezone.now(), request.POST.get("reason", "")
        self._each(
            request, chosen, "left to another reviewer", lambda one: reviewing.pass_on(one, user, reason, now=now)
        )

    @admin.action(description="Take out of the queue, for the reason given", permissions=["change"])
    def take_out(self, request: HttpRequest, chosen: QuerySet[Review]) -> None:
        reason = request.POST.get("reason", "")
        self._each(request, chosen, "taken out of the queue", lambda one: reviewing.take_out(one, reason))

    def _each(self, request: HttpRequest, chosen: QuerySet[Review], done: str, act: Any) -> None:
        """Do it to each; say how many, and why not to the others, each reason once."""
        reviews = list(chosen[: MOST_AT_ONCE + 1])
        if len(reviews) > MOST_AT_ONCE:
            self.message_user(request, f"At most {MOST_AT_ONCE} at once. Nothing was done.", messages.ERROR)
            return
        refused: dict[str, int] = {}
        for review in reviews:
            try:
                act(review)
            except ConductError as error:
                refused[str(error)] = refused.get(str(error), 0) + 1
        if count := len(reviews) - sum(refused.values()):
            self.message_user(request, f"{count} {done}.", messages.SUCCESS)
        for sentence, count in refused.items():
            self.message_user(request, f"{count} not: {sentence}", messages.WARNING)


def result_mark(result: Result) -> str:
    """The word, its icon and its colour."""
    markup = '<span class="result result-{}"><span aria-hidden="true">{}</span> {}</span>'
    return format_html(markup, KINDS[result], ICONS[result], result.value)
