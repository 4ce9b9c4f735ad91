"""A file that leaves row by row, with a last line that says it is whole, and a record of how far it got."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

from django.http import StreamingHttpResponse

from dashboard.models import Outcome

PIECE = 64 * 1024  # characters that leave together


def response(
    rows: Iterable[str], *, head: str = "", mark: str, name: str, content_type: str, record: Callable[..., object]
) -> StreamingHttpResponse:
    """The rows as a download. mark: the last line, with a place for the number of rows; without it a file was cut off.

    record: called with state, rows and, for a whole file, sha256: "complete" before the mark leaves, so that no whole
    file is unrecorded; "aborted" when whoever asked has gone, or something failed.
    """
    answer = StreamingHttpResponse(_pieces(rows, head, mark, record), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _pieces(rows: Iterable[str], head: str, mark: str, record: Callable[..., object]) -> Iterator[bytes]:
    digest, count, waiting = hashlib.sha256(), 0, head
    is_whole = False
    try:
        for row in rows:
            count, waiting = count + 1, waiting + row
            if len(waiting) >= PIECE:
                piece, waiting = waiting.encode(), ""
                digest.update(piece)
                yield piece
        last = f"{waiting}{mark.format(count)}".encode()
        digest.update(last)
        is_whole = True
        record(state="complete", rows=count, sha256=digest.hexdigest())
        yield last
    finally:
        if not is_whole:
            record(outcome=Outcome.ERROR, state="aborted", rows=count)
