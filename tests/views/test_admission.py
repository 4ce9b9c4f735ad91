"""What a person meets when there is no place, at work or to wait for DialNexa."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.test import Client

from dashboard import upstream
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, URL, history

COLD = URL.replace(LEAD, "lead_nobody_asked_for")


@pytest.fixture
def crowded() -> Iterator[None]:
    """As many threads as may are waiting for DialNexa."""
    with ExitStack() as waiting:
        for _ in range(settings.WEB_THREADS // 2):
            waiting.enter_context(upstream.admission.waiting())
        yield


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_nobody_more_waits_for_dialnexa_than_may(
    ops: Client, stub: Stub, crowded: None, headers: dict[str, str]
) -> None:
    """The page is refused at once, asks DialNexa nothing, and says when to come back."""
    page = ops.get(COLD, headers=headers)

    assert (page.status_code, page["Retry-After"]) == (503, "1")
    assert "Leadline is busy" in page.content.decode()
    assert ("<html" in page.content.decode()) == (not headers)
    assert stub.seen == []


def test_kept_pages_health_and_sign_in_need_no_place_to_wait(
    ops: Client, stub: Stub, request: pytest.FixtureRequest
) -> None:
    """What is in memory is shown, whoever waits."""
    stub.answer(HISTORY, history())
    ops.get(URL)
    request.getfixturevalue("crowded")

    assert [ops.get(path).status_code for path in (URL, "/healthz", "/access/")] == [200] * 3
    assert Client().get("/accounts/login/").status_code == 200


def test_last_good_copy_is_shown_when_there_is_no_place_to_wait(
    ops: Client, stub: Stub, request: pytest.FixtureRequest
) -> None:
    """Old but true beats refused."""
    stub.answer(HISTORY, history(status="active"))
    ops.get(URL)
    ops.post("/read-again/", {"next": URL})
    request.getfixturevalue("crowded")

    page = ops.get(URL)

    assert page.status_code == 200
    assert "last good copy" in page.content.decode()
