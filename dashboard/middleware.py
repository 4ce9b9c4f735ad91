"""Around every request: reference id, private headers, a sign-in that fragments survive, upstream's failures."""

from __future__ import annotations

import logging
import uuid
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme

from dashboard import metrics
from dashboard.dialnexa.errors import DialNexaError
from dashboard.forms import BadInput
from dashboard.http import Request
from dashboard.logs import request_id
from dashboard.outcomes import outcome
from dashboard.trouble import bad_input, trouble

log = logging.getLogger(__name__)

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
        patch_vary_headers(response, ("Cookie", "HX-Request"))
        return response


class FragmentLoginMiddleware(MiddlewareMixin):
    """A fragment whose session has ended gets a full-page sign-in that comes back to the page around it."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        login_url = resolve_url(settings.LOGIN_URL)
        if not getattr(request, "htmx", False) or not response.headers.get("Location", "").startswith(login_url):
            return response
        back = cast(Request, request).htmx.current_url_abs_path or ""
        if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            back = resolve_url(settings.LOGIN_REDIRECT_URL)
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = f"{login_url}?{urlencode({'next': back})}"
        return answer


class UpstreamErrorMiddleware(MiddlewareMixin):
    """Views let upstream's failures climb; here each becomes one of the fixed outcomes."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, BadInput):
            return bad_input(cast(Request, request), exception)
        if not isinstance(exception, DialNexaError):
            return None
        found = outcome(exception)
        log.warning("%s: %s (%s)", found.name, type(exception).__name__, exception)
        return trouble(cast(Request, request), found)
