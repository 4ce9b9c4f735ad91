"""Read again: the page somebody looks at, fresh from DialNexa."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from dashboard import rates, upstream
from dashboard.forms import BadInput
from dashboard.http import Request
from dashboard.outcomes import Outcome
from dashboard.permissions import Right, needs
from dashboard.trouble import trouble

MOST = 6  # a minute and person
TOO_OFTEN = Outcome(
    "busy", 429, "Read again too often", "Six times a minute is the most; the page you have is less than a minute old.",
    can_retry=False,
)  # fmt: skip


@require_POST
@needs(Right.LISTS)
def read_again(request: Request) -> HttpResponse:
    """Mark the copies behind a page as due, and go back to it. Raises BadInput for a page that is not ours."""
    page = request.POST.get("next", "")
    try:
        if not page.startswith("/") or not url_has_allowed_host_and_scheme(page, allowed_hosts=None):
            raise Resolver404
        ids = resolve(urlsplit(page).path).kwargs
    except (Resolver404, ValueError):
        raise BadInput(["next must be the address of a page of Leadline."]) from None
    if rates.count("read-again", request.user.pk, 60) > MOST:
        return trouble(request, TOO_OFTEN)
    upstream.read_again(ids.get("workflow_id"), ids.get("lead_id"))
    answer = HttpResponseRedirect(page)
    answer.status_code = 303
    return answer
