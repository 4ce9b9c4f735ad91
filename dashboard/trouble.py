"""A failure as a response: the whole page, or the fragment htmx asked for, with its status, reference and retry."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from dashboard.forms import BadInput
from dashboard.http import Request
from dashboard.outcomes import Outcome


def trouble(request: Request, outcome: Outcome) -> HttpResponse:
    """The outcome, shown where it happened."""
    is_fragment = bool(getattr(request, "htmx", None))
    response = render(
        request,
        "_trouble.html" if is_fragment else "trouble.html",
        {"trouble": outcome, "retry_url": request.get_full_path()},
        status=outcome.status,
    )
    if outcome.retry_after is not None:
        response["Retry-After"] = str(outcome.retry_after)
    if is_fragment:
        # The pane's error has no address of its own: Back must not lead to it.
        response["HX-Push-Url"] = "false"
    return response


def bad_input(request: Request, error: BadInput) -> HttpResponse:
    """A query string that can't be read: the sentences, and the page without it."""
    found = Outcome("badinput", 400, "This address can’t be read", " ".join(error.sentences), can_retry=False)
    return trouble(request, found)
