"""Share links: made, found by their token, counted, revoked. The token is seen once, by who made it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from dashboard.audit import trail
from dashboard.models import Action, Outcome, ShareLink
from dashboard.permissions import Right, may


def create(
    owner: User, workflow_id: str, lead_id: str, *, lasts: timedelta, shows_calls: bool, note: str
) -> tuple[ShareLink, str]:
    """A new link and its token. Raises TrailError: then there is no link."""
    token, now = ShareLink.new_token(), timezone.now()
    link = ShareLink(
        token_hash=ShareLink.hash_of(token),
        workflow_id=workflow_id,
        lead_id=lead_id,
        shows_calls=shows_calls,
        note=note,
        owner=owner,
        created_at=now,
        expires_at=now + lasts,
    )
    hours = int(lasts.total_seconds() // 3600)
    ids: dict[str, Any] = {"workflow_id": workflow_id, "lead_id": lead_id}
    trail.record(Action.SHARE_CREATE, target=link.token_hash[:12], **ids, hours=hours, calls=shows_calls)
    link.save()
    return link, token


def name(link: ShareLink) -> str:
    """How the trail calls a link and whoever opens it: never by its token."""
    return f"share link {link.token_hash[:12]}"


def find(token: str) -> ShareLink | None:
    """The link of this token if it still holds; None: unknown, expired, revoked, or its owner may not share now."""
    link = ShareLink.objects.select_related("owner").filter(token_hash=ShareLink.hash_of(token)).first()
    if link is None:
        return None
    if why := _over(link, timezone.now()):
        ids: dict[str, Any] = {"workflow_id": link.workflow_id, "lead_id": link.lead_id}
        trail.record(Action.SHARE_DENIED, actor=name(link), outcome=Outcome.DENY, status=404, why=why, **ids)
        return None
    return link


def _over(link: ShareLink, now: datetime) -> str:
    if link.revoked_at:
        return "revoked"
    if link.expires_at <= now:
        return "expired"
    return "" if link.owner and may(link.owner, Right.SHARE) else "owner"


def opened(link: ShareLink, phone: str | None) -> None:
    """Somebody is about to see the timeline. Raises TrailError."""
    ids: dict[str, Any] = {"workflow_id": link.workflow_id, "lead_id": link.lead_id}
    trail.record(Action.SHARE_OPEN, actor=name(link), target=link.token_hash[:12], status=200, phone=phone, **ids)
    ShareLink.objects.filter(pk=link.pk).update(views=F("views") + 1, last_viewed_at=timezone.now())


def revoke(link: ShareLink, by: User) -> bool:
    """False: it was revoked already. Raises TrailError: then it still holds."""
    if link.revoked_at:
        return False
    ids: dict[str, Any] = {"workflow_id": link.workflow_id, "lead_id": link.lead_id}
    trail.record(Action.SHARE_REVOKE, target=link.token_hash[:12], **ids)
    return bool(ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=by))
