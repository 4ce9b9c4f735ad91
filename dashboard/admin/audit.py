"""The access trail to read, and legal holds to set. Nothing of the trail can be changed here, or anywhere."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from dashboard.audit import trail
from dashboard.models import Action, AuditEvent, LegalHold
from dashboard.permissions import Right, may


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin[AuditEvent]):
    list_display = ("seq", "at", "actor_label", "actor_roles", "action", "outcome", "workflow_id", "lead_id", "target")
    list_filter = ("action", "outcome", ("at", admin.DateFieldListFilter))
    search_fields = ("=lead_id", "=workflow_id", "=call_id", "actor_label", "=request_id")
    search_help_text = "Lead, workflow, call or request by its whole id; people by their name."
    ordering = ("-seq",)
    show_full_result_count = False
    list_per_page = 50
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Right.TRAIL_ALL)

    def has_view_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return may(request.user, Right.TRAIL_ALL)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if self.has_view_permission(request):
            trail.record(Action.AUDIT_READ, where="admin")
        return super().changelist_view(request, extra_context)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.has_view_permission(request):
            trail.record(Action.AUDIT_READ, target=object_id[:20], where="admin")
        return super().change_view(request, object_id, *args, **kwargs)


@admin.register(LegalHold)
class LegalHoldAdmin(admin.ModelAdmin[LegalHold]):
    list_display = ("workflow_id", "lead_id", "reason", "set_by", "set_at", "released_at")
    readonly_fields = ("set_by", "set_at", "released_at")
    actions = ("release",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: LegalHold | None = None) -> bool:
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: LegalHold | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LegalHold | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: LegalHold, form: Any, change: bool) -> None:
        obj.set_by = request.user  # type: ignore[assignment]
        trail.record(Action.HOLD_SET, workflow_id=obj.workflow_id, lead_id=obj.lead_id, reason=("", obj.reason))
        super().save_model(request, obj, form, change)

    @admin.action(description="Release", permissions=["view"])
    def release(self, request: HttpRequest, chosen: QuerySet[LegalHold]) -> None:
        for hold in chosen.filter(released_at=None):
            trail.record(Action.HOLD_RELEASE, workflow_id=hold.workflow_id, lead_id=hold.lead_id)
            LegalHold.objects.filter(pk=hold.pk).update(released_at=timezone.now())
