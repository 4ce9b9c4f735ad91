"""Share links as their owners see them: make one, list them, revoke one."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard import sharing, upstream
from dashboard.forms.access import ShareForm
from dashboard.http import Request
from dashboard.models import ShareLink
from dashboard.permissions import Right, may, needs, share_time
from dashboard.views.clocks import page_zone

LISTED = 200


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SHARE)
def share_new(request: Request, workflow_id: str, lead_id: str) -> HttpResponse:
    """The form; and once, when the link was made, its address."""
    form = ShareForm(request.POST if request.method == "POST" else None, longest=share_time(request.user))
    context = {"form": form, "lead_id": lead_id, "url": request.path}
    context["back"] = reverse("lead-timeline", args=[workflow_id, lead_id])
    status = 200
    if request.method == "POST" and form.is_valid():
        # Only what exists is shared; the history is most often a copy of a moment ago.
        upstream.lead_history(workflow_id, lead_id)
        link, token = sharing.create(
            request.user,
            workflow_id,
            lead_id,
            lasts=timedelta(hours=form.cleaned_data["hours"]),
            shows_calls=form.cleaned_data["shows_calls"],
            note=form.cleaned_data["note"],
        )
        context |= {"link": link, "address": request.build_absolute_uri(reverse("shared-timeline", args=[token]))}
        context["zone"] = page_zone(request)
    elif form.is_bound:
        status = 400
    return render(request, "_share.html" if request.htmx else "share_new.html", context, status=status)


@require_safe
@needs(Right.TRAIL)
def share_list(request: Request) -> HttpResponse:
    """My links; for who may revoke any, everybody's."""
    sees_all = may(request.user, Right.SHARE_ANY)
    links = ShareLink.objects.select_related("owner").order_by("-created_at")
    shown = links if sees_all else links.filter(owner=request.user)
    now = timezone.now()
    live = Q(revoked_at=None, expires_at__gt=now)
    context = {
        "live": shown.filter(live)[:LISTED],
        "over": shown.exclude(live)[:LISTED],
        "sees_all": sees_all,
        "zone": page_zone(request),
        "now": now,
    }
    return render(request, "share_list.html", context)


@require_POST
@needs(Right.TRAIL)
def share_revoke(request: Request, number: int) -> HttpResponse:
    """One's own link; or any, for who may. Somebody else's is not there."""
    link = ShareLink.objects.filter(pk=number).first()
    if link is None or not (link.owner == request.user or may(request.user, Right.SHARE_ANY)):
        raise Http404
    sharing.revoke(link, request.user)
    return redirect("share-list")
