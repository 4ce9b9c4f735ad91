"""A lead's calls, read for what rules need of them: one after another, each recorded, nothing of it shown or kept."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from dashboard import judging, rates, upstream
from dashboard.audit import trail
from dashboard.audit.access import intend
from dashboard.dialnexa.errors import DialNexaError, MissingCallError
from dashboard.forms import BadInput
from dashboard.http import Request
from dashboard.models import Action, CallDigest
from dashboard.outcomes import Outcome, outcome
from dashboard.permissions import Right, needs
from dashboard.timeline.model import Call, Timeline
from dashboard.trouble import trouble

MOST = 20  # calls at once
LONGEST = 10.0  # seconds after which no further call is asked for
A_MINUTE = 6
TOO_OFTEN = Outcome("busy", 429, "Read too often", "Six times a minute is the most. Nothing is lost.", can_retry=False)


@require_POST
@needs(Right.CALL)
def lead_calls_read(request: Request, workflow_id: str, lead_id: str) -> HttpResponse:
    """Those of the path's calls that nobody has read, and back to the page. Raises BadInput for a page not ours."""
    back = request.POST.get("next", "")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        raise BadInput(["next must be the address of a page of Leadline."])
    if rates.count("calls-read", request.user.pk, 60) > A_MINUTE:
        return trouble(request, TOO_OFTEN)
    ids: dict[str, Any] = {"workflow_id": workflow_id, "lead_id": lead_id}
    timeline = upstream.lead_history(**ids).value
    known = set(CallDigest.objects.filter(**ids).values_list("call_id", flat=True))
    wanted = [call_id for call_id in timeline.call_ids if call_id not in known][:MOST]
    trail.record(Action.CALLS_READ, phone=timeline.lead.phone, **ids, calls=len(wanted))
    until = time.monotonic() + LONGEST
    for call_id in wanted:
        if time.monotonic() > until or not _read(request, timeline, call_id):
            break
    answer = HttpResponseRedirect(back)
    answer.status_code = 303
    return answer


def _read(request: Request, timeline: Timeline, call_id: str) -> bool:
    """Whether another call is worth asking for."""
    ids = {"workflow_id": timeline.workflow_id, "lead_id": timeline.lead.id, "call_id": call_id}
    access = intend(request, "transcript", **ids)
    found = upstream.call_or_failure(call_id)
    if isinstance(found, Call | MissingCallError):
        judging.keep_call(timeline, found if isinstance(found, Call) else call_id, read_at=upstream.now())
    if isinstance(found, DialNexaError):
        access.failed(outcome(found).status)
        return isinstance(found, MissingCallError)
    access.shown(timeline.lead.phone, masked=True, where="rules")
    return True
