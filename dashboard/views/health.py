"""Whether this process answers, whether it is of use, and what it has counted."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard import metrics, upstream
from dashboard.dialnexa.errors import DialNexaError
from dashboard.logs import Lines
from dashboard.permissions import Right, may


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: no database, no upstream. A process whose log lines are lost still serves, and says so."""
    said = "degraded: log lines can’t be written\n" if Lines.is_failing else "ok\n"
    return HttpResponse(said, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Of use: database, migrations, and Redis where there is one. How DialNexa does is told, and changes nothing."""
    database = _database()
    checks = {"database": database, "cache": _cache()}
    is_ready = not any(checks.values())
    lines = ["ready" if is_ready else "not ready"]
    # Asking who it is needs the database.
    if not database and getattr(request, "user", None) and may(request.user, Right.OPERATE):
        checks["DialNexa (does not count)"] = _dialnexa()
        lines += [f"{name}: {trouble or 'ok'}" for name, trouble in checks.items()]
    return HttpResponse("\n".join(lines) + "\n", status=200 if is_ready else 503, content_type="text/plain")


@login_not_required
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """Counters, for who has the token or runs the installation; for others there is nothing here."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    has_token = bool(settings.METRICS_TOKEN) and hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    if not has_token and not may(request.user, Right.OPERATE):
        raise Http404
    body, content_type = metrics.exposition()
    return HttpResponse(body, content_type=content_type)


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return f"can't be used ({type(error).__name__})"
    return f"{len(plan)} migrations are not applied: run manage.py migrate" if plan else ""


def _cache() -> str:
    if shared := upstream.shared_copies():
        return "" if shared.answers() else "Redis does not answer"
    # Django's table of a cache keeps whole seconds: one could be over by the time it is looked for.
    cache.set("readyz", 1, 60)
    return "" if cache.get("readyz") == 1 else "the cache does not keep anything"


def _dialnexa() -> str:
    try:
        return "kept failing, and is left alone for a moment" if upstream.client().is_left_alone else ""
    except DialNexaError as error:
        return str(error)
