"""What a process keeps of upstream's answers: enough for a bad day, and bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dashboard import upstream
from dashboard.dialnexa.errors import UnavailableError
from tests.stub import Stub


@pytest.fixture
def stub(settings: Any) -> Iterator[Stub]:
    one = Stub()
    settings.DIALNEXA_BASE_URL = one.url
    upstream.forget()
    yield one
    upstream.forget()
    one.close()


def path(lead: str) -> str:
    return f"/v1/workflows/wf_a/leads/{lead}/history"


def history(lead: str, visits: int) -> dict[str, Any]:
    rows = [{"node_id": f"n{number}", "node_type": "SMS", "status": "completed"} for number in range(visits)]
    return {"data": {"lead": {"id": lead, "status": "completed"}, "history": rows}}


def test_copies_make_room_oldest_first(stub: Stub) -> None:
    """Five long histories are more than a process keeps: the first is gone, the last is still there."""
    leads = [f"lead_{number}" for number in range(5)]
    for lead in leads:
        stub.answer(path(lead), history(lead, upstream.KEPT_ROWS // 4))
        upstream.lead_history("wf_a", lead)
    asked = len(stub.seen)

    upstream.lead_history("wf_a", leads[-1])
    upstream.lead_history("wf_a", leads[0])

    assert stub.seen[asked:] == [path(leads[0])]


def test_copy_larger_than_everything_is_not_kept(stub: Stub) -> None:
    """One answer over the bound is shown and not kept: no last good copy of it, and nothing breaks."""
    stub.answer(path("lead_1"), history("lead_1", upstream.KEPT_ROWS))
    stub.answer(path("lead_1"), {}, status=503)

    answer = upstream.lead_history("wf_a", "lead_1")

    assert len(answer.value.visits) == upstream.KEPT_ROWS
    with pytest.raises(UnavailableError):
        upstream.lead_history("wf_a", "lead_1")
