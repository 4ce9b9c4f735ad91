"""What an open timeline asks again and again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from dashboard.models import Digest
from tests.stub import Stub
from tests.views.conftest import HISTORY, URL, VISITS, WORKFLOW, history

pytestmark = pytest.mark.django_db
LIVE = f"{URL}live/"
OPEN = {"node_id": "node_wait", "node_label": "Wait 2 hours", "node_type": "TIME", "status": "waiting"}
WAITING = [*VISITS[:1], {**OPEN, "entered_at": "2026-03-02T10:00:45.000Z", "ends_at": "2026-03-02T18:00:00.000Z"}]
CALLING = [{**VISITS[0], "status": "in_progress", "entered_at": "2026-03-02T11:59:30.000Z", "exited_at": None}]


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel("2026-03-02T12:00:00Z", tick=False) as one:
        yield one


@pytest.fixture
def live(stub: Stub) -> Stub:
    stub.answer(f"/v1/workflows/{WORKFLOW}", {"data": {"id": WORKFLOW, "title": "Flow", "status": "active"}})
    return stub


def ask(client: Client, tag: str = "", query: str = "") -> Any:
    headers = {"HX-Request": "true", **({"If-None-Match": tag} if tag else {})}
    return client.get(f"{LIVE}{query}", headers=headers)


def test_unchanged_history_is_not_sent_again(ops: Client, live: Stub, clock: Any) -> None:
    """304 without a body, however much time goes by, and also where the tag came back as a weak one."""
    live.answer(HISTORY, history(WAITING, status="active"))

    first = ask(ops)
    clock.shift(60)
    again, weak = ask(ops, first["ETag"]), ask(ops, f"W/{first['ETag']}")

    assert (first.status_code, again.status_code, weak.status_code) == (200, 304, 304)
    assert again.content == b""
    assert (again["X-Read-At"], again["X-Read-At-Clock"]) == ("2026-03-02T12:01:00+00:00", "12:01:00 UTC")
    assert live.seen.count(HISTORY) == 2


def test_change_is_sent_and_the_digest_renewed(ops: Client, live: Stub, clock: Any) -> None:
    """A new step, a lead that has become stuck, trouble upstream: each is news."""
    live.answer(HISTORY, history(WAITING, status="active"))
    live.answer(HISTORY, history([*WAITING[:1], *CALLING], status="active"))
    tag = ask(ops)["ETag"]

    clock.shift(11)
    moved = ask(ops, tag)

    assert moved.status_code == 200
    assert "On a call at" in moved.content.decode()
    assert "<html" not in moved.content.decode()
    assert Digest.objects.get().kind == "moving"


def test_lead_that_has_become_stuck_is_news(ops: Client, live: Stub, clock: Any) -> None:
    """The same history, but its release is past by now."""
    live.answer(HISTORY, history(WAITING, status="active"))
    tag = ask(ops)["ETag"]

    clock.shift(7 * 3600)

    assert "overdue by" in ask(ops, tag).content.decode()


def test_trouble_upstream_is_news_once(ops: Client, live: Stub, clock: Any) -> None:
    """The banner with the age of the last good copy, and then nothing until it is over."""
    live.answer(HISTORY, history(WAITING, status="active"))
    live.answer(HISTORY, {}, status=503)
    tag = ask(ops)["ETag"]

    clock.shift(11)
    stale = ask(ops, tag)

    assert "last good copy" in stale.content.decode()
    assert ask(ops, stale["ETag"]).status_code == 304


def test_path_that_is_over_is_asked_for_no_more(ops: Client, live: Stub, clock: Any) -> None:
    """286 with the last state; a page opened later does not even begin."""
    live.answer(HISTORY, history(WAITING, status="active"))
    live.answer(HISTORY, history(status="completed"))
    tag = ask(ops)["ETag"]

    clock.shift(11)
    last = ask(ops, tag)

    assert last.status_code == 286
    assert "Finished" in last.content.decode()
    assert "data-seconds=" not in ops.get(URL).content.decode()


@pytest.mark.parametrize(("visits", "seconds"), [(CALLING, 10), (WAITING, 60)])
def test_rhythm_follows_what_can_happen(ops: Client, live: Stub, visits: list[Any], seconds: int) -> None:
    """Ten seconds with a call under way, a minute while waiting."""
    live.answer(HISTORY, history(visits, status="active"))

    assert f'data-seconds="{seconds}"' in ops.get(URL).content.decode()


def test_pause_stands_in_the_address_and_in_every_link(ops: Client, live: Stub) -> None:
    """A paused page asks nothing, says so, and its links stay paused."""
    live.answer(HISTORY, history(WAITING, status="active"))

    running = ops.get(URL).content.decode()
    paused = ops.get(f"{URL}?live=off").content.decode()

    assert f'href="{URL}?live=off" data-live-switch>Pause' in running
    assert "data-seconds=" not in paused
    assert f'href="{URL}" data-live-switch>Go on' in paused
    assert f'href="{URL}calls/call_one/?live=off"' in paused
    assert ops.get(f"{URL}?live=on").status_code == 400


def test_chosen_step_stays_chosen(ops: Client, live: Stub) -> None:
    """In the picture and in the table, without changing any link."""
    live.answer(HISTORY, history(WAITING, status="active"))

    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{URL}calls/call_one/?zone=utc"}
    page = ops.get(f"{LIVE}?selected=2&zone=utc", headers=headers).content.decode()

    (row,) = re.findall(r'<tr[^>]*id="visit-2"[^>]*>', page)
    assert 'aria-current="true"' in row
    assert "selected=2" not in page
    assert "/live/?" not in page.replace("data-live=", "").replace(f'"{LIVE}?zone=utc"', "")
    assert f'name="next" value="{URL}calls/call_one/?zone=utc"' in page
    assert f'href="{URL}calls/call_one/?zone=lead"' in page


def test_address_opened_by_a_person_is_the_timeline(ops: Client, live: Stub) -> None:
    """With its state; a stranger gets the sign-in."""
    assert ops.get(f"{LIVE}?zone=utc")["Location"] == f"{URL}?zone=utc"
    lost = Client().get(LIVE, headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{URL}?zone=utc"})
    assert lost.status_code == 204
    assert "next=" in lost["HX-Redirect"]
