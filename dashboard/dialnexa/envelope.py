"""What DialNexa wraps around a record or a list: one object, two, or none; and the paging told on the way in.

Its documented envelopes are not reliable, so none is expected: each layer is looked at and opened, five at most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.dialnexa.errors import UnreadableError
from dashboard.dialnexa.fields import Row, first, whole

DEPTH = 5
WRAPPERS = ("data", "payload", "items", "results")
STATUS = ("statusCode", "status_code")
METAS = ("meta", "pagination")
NUMBER = ("page", "currentPage")
SIZE = ("limit", "itemsPerPage")
TOTAL = ("total", "totalItems", "count")
PAGES = ("totalPages",)


def layers(data: object, wrappers: Sequence[str] = WRAPPERS) -> Iterator[object]:
    """The body, then what is inside it, layer by layer, down to a list or an object that wraps nothing."""
    yield data
    for _ in range(DEPTH):
        if not isinstance(data, dict):
            return
        inside = (data.get(key) for key in wrappers)
        data = next((value for value in inside if isinstance(value, dict | list)), None)
        if data is None:
            return
        yield data


def body_status(data: object) -> int | None:
    """An error status (400 to 599) told inside a body that came with status 200."""
    for layer in layers(data):
        status = whole(first(layer, STATUS)) if isinstance(layer, dict) else None
        if status is not None and 400 <= status <= 599:
            return status
    return None


def record(data: object, *, signature: Sequence[str], ids: Sequence[str], wrappers: Sequence[str], name: str) -> Row:
    """The object with a signature key, or the innermost one with an id. A list of one object counts as that object."""
    innermost: Row | None = None
    for layer in layers(data, (*wrappers, *WRAPPERS)):
        held = layer[0] if isinstance(layer, list) and len(layer) == 1 else layer
        if isinstance(held, dict) and any(key in held for key in signature):
            return held
        if isinstance(held, dict) and any(key in held for key in ids):
            innermost = held
    if innermost is not None:
        return innermost
    raise UnreadableError(f"There is no {name} in the answer.")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list's rows, and what the envelope says about paging; None: not said."""

    rows: list[object]
    number: int | None
    size: int | None
    total: int | None
    pages: int | None

    @property
    def is_paged(self) -> bool:
        """Whether the envelope speaks of pages at all; a bare count does not."""
        return any(value is not None for value in (self.number, self.size, self.pages))


def listing(data: object, *, wrappers: Sequence[str], name: str) -> Listing:
    """The rows of a list. Raises UnreadableError when no layer is a list."""
    told: dict[str, object] = {}
    for layer in layers(data, (*wrappers, *WRAPPERS)):
        if isinstance(layer, list):
            number, size, total, pages = (whole(first(told, keys)) for keys in (NUMBER, SIZE, TOTAL, PAGES))
            if pages is None and total is not None and size:
                pages = -(-total // size)
            return Listing(layer, number, size, total, pages)
        if isinstance(layer, dict):
            for holder in (layer, *(layer.get(key) for key in METAS)):
                if isinstance(holder, dict):
                    told.update((key, holder[key]) for key in (*NUMBER, *SIZE, *TOTAL, *PAGES) if key in holder)
    raise UnreadableError(f"There is no list of {name} in the answer.")
