"""What is logged, as it is written in production."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator

from dashboard.logs import logging_config


@contextlib.contextmanager
def logged() -> Iterator[io.StringIO]:
    """Everything from DEBUG up, as JSON lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    formatter = logging_config("DEBUG")["formatters"]["json"]
    handler.setFormatter(formatter.pop("()")(**formatter))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
