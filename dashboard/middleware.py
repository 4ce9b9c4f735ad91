"""Around every request: reference id, private headers, a sign-in that fragments survive, upstream's failures."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme

from dashboard import metrics, upstream
from dashboard.audit import trail
from dashboard.audit.access import left_open
from dashboard.dialnexa.deadline import one_page
from dashboard.dialnexa.errors import DialNexaError
from dashboard.dialnexa.wire import Limits
from dashboard.forms import BadInput
from dashboard.http import Request
from dashboard.logs import request_id
from dashboard.models import Action
from dashboard.models import Outcome as Denied
from dashboard.outcomes import CROWDED, NOT_RECORDED, outcome
from dashboard.trouble import bad_input, trouble

log = logging.getLogger(__name__)

SHARED = "/s/"  # share links stand below it
PAGE_SECONDS = Limits().page  # for everything that a page asks DialNexa
# Where no page is ever turned away: whoever watches, and whoever signs in.
OPEN = ("/healthz", "/readyz", "/metrics", "/accounts/")
LOGGED_IDS = ("workflow_id", "lead_id", "call_id")
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone"),
        *("midi", "payment", "usb", "screen-wake-lock", "xr-spatial-tracking"),
    )
)


class RequestIdMiddleware(MiddlewareMixin):
    def process_request(self, request: HttpRequest) -> None:
        cast(Request, request).request_id = uuid.uuid4().hex[:12]
        request_id.set(cast(Request, request).request_id)
        structlog.contextvars.clear_contextvars()

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: dict[str, object]) -> None:
        structlog.contextvars.bind_contextvars(**{name: kwargs[name] for name in LOGGED_IDS if name in kwargs})

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response["X-Request-ID"] = cast(Request, request).request_id
        return response


class CountingMiddleware(MiddlewareMixin):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        name = request.resolver_match.view_name if request.resolver_match else "none"
        metrics.page_served(name, response.status_code)
        return response


class PrivateResponseMiddleware(MiddlewareMixin):
    """Every page holds personal data: no shared cache and no disk keeps it."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response["Cache-Control"] = "private, no-store"
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        if request.path.startswith(SHARED):
            # The address is the secret: it goes to nobody.
            response["Referrer-Policy"] = "no-referrer"
        if getattr(request, "has_signed_out", False):
            response["Clear-Site-Data"] = '"cache", "storage"'
        if response.status_code == 429 and not response.has_header("Retry-After"):
            response["Retry-After"] = "300"
        patch_vary_headers(response, ("Cookie", "HX-Request"))
        return response


class AdmissionMiddleware:
    """A page is worked on when there is a place for it; else whoever asks is told at once to come back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN):
            return self._get_response(request)
        ends_at = time.monotonic() + PAGE_SECONDS
        with upstream.admission.page() as is_admitted, one_page(ends_at):
            if is_admitted:
                return self._get_response(request)
        metrics.turned_away("work")
        response = trouble(cast(Request, request), CROWDED)
        response["Content-Length"] = str(len(response.content))  # what would have set it stands behind this
        return response


class FragmentLoginMiddleware(MiddlewareMixin):
    """A fragment whose session has ended gets a full-page sign-in that comes back to its page; a file gets a 401."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        login_url = resolve_url(settings.LOGIN_URL)
        if not response.headers.get("Location", "").startswith(login_url):
            return response
        if request.path.endswith((".csv", ".jsonl", ".zip", ".pdf", ".json")):
            return HttpResponse("Sign in first.\n", status=401, content_type="text/plain")
        if not getattr(request, "htmx", False):
            return response
        back = cast(Request, request).htmx.current_url_abs_path or ""
        if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            back = resolve_url(settings.LOGIN_REDIRECT_URL)
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = f"{login_url}?{urlencode({'next': back})}"
        return answer


class FailureMiddleware(MiddlewareMixin):
    """Views let failures climb; here each becomes one of the fixed outcomes, and an intent gets its result."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        try:
            return self._answer(cast(Request, request), exception)
        except trail.TrailError:
            log.exception("The trail can't be written.")
            return trouble(cast(Request, request), NOT_RECORDED)

    def _answer(self, request: Request, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, trail.TrailError):
            raise exception
        found = outcome(exception) if isinstance(exception, DialNexaError) else None
        if access := left_open(request):
            is_missing, is_bad = isinstance(exception, Http404), isinstance(exception, BadInput)
            access.failed(found.status if found else 404 if is_missing else 400 if is_bad else 500)
        if isinstance(exception, BadInput):
            return bad_input(request, exception)
        if isinstance(exception, PermissionDenied):
            self._record_denial(request)
        if found is None:
            return None
        log.warning("%s: %s (%s)", found.name, type(exception).__name__, exception)
        return trouble(request, found)

    @staticmethod
    def _record_denial(request: Request) -> None:
        match = request.resolver_match
        ids: dict[str, Any] = (
            {name: str(match.kwargs[name]) for name in LOGGED_IDS if name in match.kwargs} if match else {}
        )
        page = match.view_name if match else ""
        trail.record(Action.DENIED, outcome=Denied.DENY, status=403, **ids, page=page, method=request.method)
