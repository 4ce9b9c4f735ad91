"""Which of the demo's generated leads are asked for: the same one for kept pages, ever new ones for cold pages."""

from __future__ import annotations

from collections.abc import Iterator

WORKFLOW = "workflow_scale01"
SIZES = (5, 50, 300, 500, 10_000)  # visits
ROWS_PER_PAGE = 200  # of the dashboard's table
MOST_SINGLE = 300  # visits that the dashboard draws one by one


def lead(visits: int) -> str:
    return f"lead_visits_{visits}"


def fresh_leads(visits: int) -> Iterator[str]:
    """Ids that are all different, the nearest sizes first. Leading zeros make several ids of one path."""
    sizes = (visits + step * sign for step in range(visits) for sign in ((1, -1) if step else (1,)))
    for size in sizes:
        # Beyond it the picture is another one, drawn in groups.
        if visits <= MOST_SINGLE < size:
            continue
        for width in range(len(str(visits)) + 1, 8):
            yield f"lead_visits_{size:0{width}}"


def history_path(lead_id: str) -> str:
    """Upstream's."""
    return f"/v1/workflows/{WORKFLOW}/leads/{lead_id}/history"


def page_path(lead_id: str) -> str:
    """The dashboard's."""
    return f"/workflows/{WORKFLOW}/leads/{lead_id}/"
