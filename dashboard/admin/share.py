"""Everybody's share links: to see, and to revoke."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from dashboard import sharing
from dashboard.models import ShareLink
from dashboard.permissions import Right, may


@admin.register(ShareLink)
class ShareLinkAdmin(admin.ModelAdmin[ShareLink]):
    list_display = ("id", "workflow_id", "lead_id", "owner", "shows_calls", "expires_at", "revoked_at", "views")
    list_filter = ("shows_calls", "owner")
    search_fields = ("=lead_id", "=workflow_id", "owner__username")
    ordering = ("-created_at",)
    fields = (
        *("workflow_id", "lead_id", "owner", "note", "shows_calls", "created_at", "expires_at"),
        *("revoked_at", "revoked_by", "views", "last_viewed_at"),
    )
    actions = ("revoke",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Right.SHARE_ANY)

    def has_view_permission(self, request: HttpRequest, obj: ShareLink | None = None) -> bool:
        return may(request.user, Right.SHARE_ANY)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ShareLink | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ShareLink | None = None) -> bool:
        return False

    @admin.action(description="Revoke", permissions=["view"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ShareLink]) -> None:
        count = sum(sharing.revoke(link, request.user) for link in chosen.filter(revoked_at=None))  # type: ignore[arg-type]
        self.message_user(request, f"{count} links were revoked.")
