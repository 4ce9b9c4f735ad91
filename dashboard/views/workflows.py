"""The workspace's workflows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dashboard import stuck, upstream
from dashboard.forms import WORKFLOW_SORTS, WorkflowListForm, read
from dashboard.http import Request
from dashboard.permissions import Right, needs
from dashboard.timeline.model import Workflow
from dashboard.views.clocks import page_zone

TITLES = {
    "title": "Workflow",
    "status": "Status",
    "leads": "Leads",
    "stuck": "Stuck",
    "created": "Created",
    "updated": "Updated",
}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class WorkflowRow:
    """A workflow, and what is known of its leads."""

    def __init__(self, workflow: Workflow, known: stuck.Known | None) -> None:
        self.workflow = workflow
        self.known = known
        kept = upstream.known_leads(workflow.id) if workflow.id else None
        listed = kept.value.total if kept else None
        # What upstream says, else the list as last read, else what scans have read.
        self.leads = next(
            (n for n in (workflow.lead_count, listed, known.count if known else None) if n is not None), None
        )

    @property
    def stuck(self) -> int | None:
        """None: nobody has read its histories."""
        if self.known is None:
            return None
        return self.known.stuck if stuck.runs(self.workflow.status) else 0


KEYS: dict[str, Callable[[WorkflowRow], Any]] = {
    "title": lambda row: row.workflow.title.casefold(),
    "status": lambda row: row.workflow.status,
    "leads": lambda row: row.leads or 0,
    "stuck": lambda row: row.stuck or 0,
    "created": lambda row: row.workflow.created_at or _LONG_AGO,
    "updated": lambda row: row.workflow.updated_at or _LONG_AGO,
}


@require_safe
@needs(Right.LISTS)
def workflow_list(request: Request) -> HttpResponse:
    """Every workflow, those with stuck leads marked; the only one there is, at once."""
    asked = read(WorkflowListForm(request.GET))
    number = asked["page"] or 1
    answer = upstream.workflows(number)
    items = answer.value.items
    is_only = len(items) == 1 and number == 1 and (answer.value.pages or 1) == 1
    if is_only and items[0].id and not any(asked.values()):
        return redirect("lead-list", items[0].id)
    now = upstream.now()
    known = stuck.counts([item.id for item in items], now=now)
    wanted = asked["q"].casefold()
    rows = [
        WorkflowRow(item, known.get(item.id))
        for item in items
        if wanted in item.title.casefold() or wanted in item.id.casefold()
    ]
    if asked["sort"]:
        rows.sort(key=KEYS[asked["sort"].lstrip("-")], reverse=asked["sort"].startswith("-"))
    context = {
        "answer": answer,
        "page": answer.value,
        "rows": rows,
        "number": number,
        "asked": asked,
        "columns": [_column(name, asked) for name in WORKFLOW_SORTS],
        "previous_href": _href(asked, page=number - 1 if number > 2 else None),
        "next_href": _href(asked, page=number + 1),
        "has_next": number < answer.value.pages if answer.value.pages is not None else bool(items),
        "zone": page_zone(request),
        "now": now,
    }
    return render(request, "workflow_list.html", context)


def _column(name: str, asked: dict[str, Any]) -> dict[str, str]:
    return {
        "name": name,
        "title": TITLES[name],
        "href": _href(asked, sort=f"-{name}" if asked["sort"] == name else name),
        "sorted": {name: "ascending", f"-{name}": "descending"}.get(asked["sort"], ""),
    }


def _href(asked: dict[str, Any], **changes: Any) -> str:
    """The list with some of its state changed."""
    given = {name: value for name, value in {**asked, **changes}.items() if value}
    return f"?{urlencode(given)}" if given else "?all=1"
