"""What the two pages do: next to nothing."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import httpx
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from benchmarks.leads import history_path


class Row(NamedTuple):
    """As many cells as a row of the dashboard's table, of about the same length, and ready to print."""

    number: int
    step: str
    status: str
    entered: str
    left: str
    duration: str
    record: str


@cache
def ready_rows(count: int) -> list[Row]:
    moment = "Wed 15 Jul 2026, 15:00:00 IST"
    return [Row(n, "Call again", "did not answer", moment, moment, "45 s", "raw") for n in range(1, count + 1)]


@cache
def upstream() -> httpx.Client:
    headers = {"Authorization": f"Bearer {settings.DIALNEXA_API_KEY}", "Accept-Encoding": "identity"}
    return httpx.Client(base_url=settings.DIALNEXA_BASE_URL, headers=headers, trust_env=False)


def rows(request: HttpRequest, count: int) -> HttpResponse:
    """A signed-in page with a table."""
    return render(request, "rows.html", {"rows": ready_rows(count)})


def proxied(request: HttpRequest, lead_id: str) -> HttpResponse:
    """A signed-in page that reads a lead's history and does nothing with it."""
    upstream().get(history_path(lead_id)).raise_for_status()
    return render(request, "ok.html")
