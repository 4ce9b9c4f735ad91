"""For gunicorn: the application of DJANGO_SETTINGS_MODULE, and beside it what this process has used so far.

With one worker, the difference of two readings is what the requests between them cost.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db.backends.signals import connection_created

from benchmarks import METER


class Metered:
    """CPU seconds of all threads, and SQL statements."""

    def __init__(self, application: Callable[[Any, Any], Iterable[bytes]]) -> None:
        self._application = application
        self._queries = 0
        connection_created.connect(self._watch)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != METER:
            return self._application(environ, start_response)
        body = json.dumps({"cpu": time.process_time(), "queries": self._queries}).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _watch(self, connection: Any, **_: Any) -> None:
        if self._count not in connection.execute_wrappers:  # a thread's connection is lent to it for each request
            connection.execute_wrappers.append(self._count)

    def _count(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self._queries += 1
        return execute(*statement)


application = Metered(get_wsgi_application())
