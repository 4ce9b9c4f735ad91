"""Django's own failures, in the same words and shapes as upstream's."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

from dashboard.http import Request
from dashboard.outcomes import FAULT, NOT_FOUND, Outcome
from dashboard.permissions import roles
from dashboard.trouble import trouble

FORBIDDEN = Outcome("forbidden", 403, "Not allowed", "Your account may not open this.", can_retry=False)
NO_ROLE = Outcome(
    "forbidden",
    403,
    "Your account has no role yet",
    "Nothing can be shown until an administrator gives it one: ops, reviewer or admin.",
    can_retry=False,
)
CSRF = Outcome(
    "forbidden", 403, "This form has expired", "Open the page again and send the form once more.", can_retry=False
)
BAD_REQUEST = Outcome("badinput", 400, "This request can’t be read", "Check the address.", can_retry=False)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return trouble(cast(Request, request), BAD_REQUEST)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    known = getattr(request, "user", None)
    return trouble(cast(Request, request), FORBIDDEN if known is None or roles(known) else NO_ROLE)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return trouble(cast(Request, request), CSRF)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return trouble(cast(Request, request), NOT_FOUND)


@login_not_required
def fault(request: HttpRequest) -> HttpResponse:
    return trouble(cast(Request, request), FAULT)
