"""How the queue is narrowed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest

from dashboard.compliance.verdict import Result
from dashboard.models import Finding, Review
from dashboard.reviewing import blind
from dashboard.reviewing.queue import AT_RISK, UNREVIEWED, WAITING


class WaitsFilter(admin.SimpleListFilter):
    """What a review waits for."""

    title = "what it waits for"
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Review]) -> list[tuple[str, str]]:
        return [
            ("anything", "anything"),
            ("review", "a review"),
            ("stale", "another review: stale"),
            ("second", "a second reviewer"),
            ("dispute", "an answer to a dispute"),
            ("blind", "a blind second review by you"),
            ("nothing", "nothing"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        found: dict[str, QuerySet[Review]] = {
            "anything": queryset.filter(WAITING),
            "review": queryset.filter(state__in=UNREVIEWED),
            "stale": queryset.filter(is_stale=True),
            "second": queryset.filter(state=Review.State.SECOND),
            "dispute": queryset.filter(state=Review.State.DISPUTED),
            "blind": queryset.filter(blind__in=blind.waiting_for(request.user)),
            "nothing": queryset.exclude(WAITING),
        }
        return found.get(self.value() or "", queryset)


class ComputedFilter(admin.SimpleListFilter):
    """The worst that was computed."""

    title = "worst computed"
    parameter_name = "computed"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Review]) -> list[tuple[str, str]]:
        return [(result.value, result.value) for result in reversed(Result)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        return queryset.filter(computed=self.value()) if self.value() else queryset


class VerdictFilter(admin.SimpleListFilter):
    """The reviewer's verdict, without those that this person may still repeat blindly."""

    title = "verdict"
    parameter_name = "verdict"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Review]) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Review.Verdict.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        if not self.value():
            return queryset
        return queryset.filter(verdict=self.value()).exclude(blind__in=blind.waiting_for(request.user))


class RuleFilter(admin.SimpleListFilter):
    """A rule that speaks against the lead."""

    title = "rule that speaks against it"
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Review]) -> list[tuple[str, str]]:
        against = Finding.objects.filter(result__in=AT_RISK).order_by("rule_id")
        return [(rule_id, rule_id) for rule_id in against.values_list("rule_id", flat=True).distinct()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        if not self.value():
            return queryset
        reviews = Finding.objects.filter(rule_id=self.value(), result__in=AT_RISK).values("review_id")
        return queryset.filter(pk__in=reviews)


class WorkflowFilter(admin.AllValuesFieldListFilter):
    """By the workflow's id."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "workflow"
