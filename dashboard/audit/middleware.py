"""Tells the trail whose request it is."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from dashboard.audit import trail


class ActorMiddleware:
    """Whatever is recorded, and logged, while a request is at work is recorded as its sender's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = trail.current.set(request)
        if request.session.get("_auth_user_id"):
            structlog.contextvars.bind_contextvars(user_id=request.session["_auth_user_id"])
        try:
            return self.get_response(request)
        finally:
            trail.current.reset(token)
