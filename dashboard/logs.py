"""Log lines: JSON, one event a line, with the ids of the request at hand; nothing personal and no secret in any.

Structlog writes the lines of the standard library's loggers too, so that Django's, gunicorn's and ours look alike.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

import structlog

from dashboard.timeline import mask

request_id: ContextVar[str] = ContextVar("request_id", default="-")

# What must stand in no line, whoever wrote it: a share link's token, a bearer key, whatever is named a secret.
_SECRETS = re.compile(
    r"(?P<share>/s/)[A-Za-z0-9_-]{16,}"
    r"|(?P<bearer>Bearer\s+)\S+"
    r"|(?P<named>(?:password|secret|token|api[_-]?key|sessionid|csrftoken)['\"]?\s*[=:]\s*['\"]?)[^\s'\",&}]+",
    re.IGNORECASE,
)
_KEPT = ("timestamp", "level", "logger", "request_id", "user_id", "workflow_id", "lead_id", "call_id", "exc_type")


def clean(text: str) -> str:
    """A line's text without what must not stand in it."""
    return mask.phones_in(_SECRETS.sub(lambda found: f"{next(filter(None, found.groups()))}…", text))


def redact(logger: object, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cleans every value that is not one of our own ids."""
    for field, value in event.items():
        if field not in _KEPT and not isinstance(value, bool | int | float | None):
            event[field] = clean(str(value))
    return event


def add_request(logger: object, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["request_id"] = request_id.get()
    return event


class Lines(logging.StreamHandler[Any]):
    """stderr. What can't be written, because the disk behind it is full, takes no page away; readiness tells."""

    is_failing = False

    def emit(self, record: logging.LogRecord) -> None:
        Lines.is_failing = False
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (the standard library's name)
        if isinstance(sys.exception(), OSError):
            Lines.is_failing = True
        else:
            super().handleError(record)


_BEFORE = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    add_request,
]


def logging_config(level: str) -> dict[str, Any]:
    """JSON lines on stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _BEFORE,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    redact,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"console": {"class": "dashboard.logs.Lines", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # httpx writes whole URLs at INFO.
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            # Statements at DEBUG hold their parameters.
            "django.db.backends": {"level": "INFO"},
            # What they could not use, and how far they are, with texts of the page.
            "weasyprint": {"level": "CRITICAL"},
            "fontTools": {"level": "CRITICAL"},
            "django.server": {"handlers": ["console"], "propagate": False},
        },
    }
