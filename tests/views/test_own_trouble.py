"""Leadline's own house in trouble: database, cache, clock, rights that change; and upstream's pauses over time."""

from __future__ import annotations

import math
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils.http import http_date

from dashboard import middleware, upstream
from dashboard.audit import proof, trail
from dashboard.dialnexa import client as dialnexa
from dashboard.models import AuditEvent
from tests.dialnexa.stopwatch import Stopwatch
from tests.people import person, signed_in
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, URL, WORKFLOW, call, history

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}
CALL = f"{URL}calls/call_two/"
ERROR = {"statusCode": 503, "message": "raw words"}


@pytest.fixture
def lead(stub: Stub) -> Stub:
    stub.answer(HISTORY, history())
    stub.answer("/v1/calls/call_two", call("call_two"))
    return stub


@pytest.fixture
def watch(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> Stopwatch:
    """The clock of this process's client: it runs when told to. A page has no end of its own."""
    watch = Stopwatch()
    monkeypatch.setattr(middleware, "PAGE_SECONDS", math.inf)
    upstream._clients[os.getpid()] = dialnexa.Client(
        django_settings.DIALNEXA_BASE_URL,
        django_settings.DIALNEXA_API_KEY,
        clock=upstream.now,
        monotonic=watch.now,
        sleep=watch.sleep,
        jitter=lambda low, high: high,
    )
    return watch


def pragma(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {statement}")
        return cursor.fetchone()


@pytest.fixture
def read_only() -> Iterator[Callable[[], None]]:
    yield lambda: pragma("query_only = ON")
    pragma("query_only = OFF")


def is_not_shown(browser: Client) -> None:
    """Timeline, raw record and call, as page and as panel: 503, and nothing shown."""
    for path in (URL, f"{URL}visits/2/", CALL):
        for asked in ({}, HTMX):
            response = browser.get(path, headers=asked)
            page = response.content.decode()
            assert response.status_code == 503, path
            assert "could not write that record" in page
            assert response["Retry-After"] == "10"
            assert "Good afternoon" not in page
            assert "<tr data-visit=" not in page
    assert browser.get("/healthz").status_code == 200


def test_f71_read_only_database_shows_nothing_unrecorded(ops: Client, lead: Stub, read_only: Any) -> None:
    """A backup that was put back with the wrong rights: what can't be recorded is not shown, and health answers."""
    read_only()

    is_not_shown(ops)
    assert lead.seen == []


@pytest.mark.django_db(transaction=True)
def test_f71_full_database_shows_nothing_unrecorded(lead: Stub) -> None:
    """The disk is full: rows no longer fit."""
    ops = signed_in("ops")
    before = pragma("max_page_count")[0]
    pragma(f"max_page_count = {pragma('page_count')[0]}")
    try:
        with pytest.raises(trail.TrailError):  # until the last free bytes are gone
            any(trail.record("logout", actor="x" * 150, reason=("", "x" * 300)).pk is None for _ in range(10_000))

        is_not_shown(ops)
        assert len(lead.seen) <= 1  # an intent may just have fitted
    finally:
        pragma(f"max_page_count = {before}")


@pytest.mark.django_db(transaction=True)
def test_f71_locked_database_shows_nothing_unrecorded(lead: Stub) -> None:
    """Another process holds the lock for longer than anybody waits."""
    ops = signed_in("ops")
    pragma("busy_timeout = 20")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        is_not_shown(ops)
        assert lead.seen == []
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_f72_trail_that_does_not_hold_is_told_where_it_is_read(
    ops: Client, reviewer: Client, admin: Client, lead: Stub
) -> None:
    """A banner for reviewers and for who runs the installation, exit status 1, and rows that go on behind the break."""
    ops.get(URL)
    with connection.cursor() as cursor:
        for (name,) in cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("UPDATE dashboard_auditevent SET lead_id = 'x' WHERE seq = 2")
    assert "does not hold" not in reviewer.get("/access/").content.decode()

    with pytest.raises(CommandError) as fault:
        call_command("verify_audit")

    assert fault.value.returncode == 1
    for browser in (reviewer, admin):
        page = browser.get("/access/").content.decode()
        assert "The trail does not hold." in page
        assert "edit, first at row 2" in page
    assert "does not hold" not in ops.get("/access/").content.decode()
    assert ops.get(URL).status_code == 200
    last = AuditEvent.objects.order_by("-seq")[0]
    assert proof.prove(first=3, last=last.seq).fault is None


def test_f73_cache_that_is_down_costs_a_line_and_no_page(
    ops: Client, lead: Stub, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Pages come from upstream, each time anew."""
    pytest.importorskip("redis")
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    upstream.forget()

    pages = [ops.get(URL), ops.get(URL)]
    upstream.forget()

    assert [page.status_code for page in pages] == [200, 200]
    assert lead.seen == [HISTORY, HISTORY]
    assert "Redis can't be used: ConnectionError" in caplog.text


@pytest.mark.parametrize("jump", [-3600, 3600])
def test_f74_clock_that_jumps_leaves_no_copy_fresh_and_no_link_longer(ops: Client, lead: Stub, jump: int) -> None:
    """A copy from the future is read again, ages are never negative, the trail keeps its order by number."""
    with time_machine.travel("2026-03-02T13:00:00Z", tick=False) as clock:
        ops.get(URL)
        clock.shift(jump)
        page = ops.get(URL)

    assert page.status_code == 200
    assert lead.seen == [HISTORY, HISTORY]
    assert "−" not in page.content.decode().partition("Read from DialNexa")[2][:200]
    assert list(AuditEvent.objects.order_by("seq").values_list("seq", flat=True)) == list(
        range(1, AuditEvent.objects.count() + 1)
    )
    assert proof.prove().fault is None


def test_f74_link_ends_by_its_moment_whatever_the_clock_did_before(ops: Client, lead: Stub) -> None:
    """An hour's link that was made before the clock was set back ends at the moment it was to end."""
    with time_machine.travel("2026-03-02T13:00:00Z", tick=False) as clock:
        made = ops.post(f"{URL}share/", {"hours": "1"}).content.decode()
        path = f"/s/{made.partition('/s/')[2][:43]}/"
        clock.move_to(datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
        before = Client().get(path)
        clock.move_to(datetime(2026, 3, 2, 14, 0, 1, tzinfo=UTC))
        after = Client().get(path)

    assert (before.status_code, after.status_code) == (200, 404)


def test_f25_one_probe_after_the_pause_decides_for_everybody(ops: Client, stub: Stub, watch: Stopwatch) -> None:
    """While DialNexa keeps failing nobody asks; after the pause one page does, and a good answer lets all through."""
    others = [f"{URL[:-1]}{n}/" for n in range(12)]
    for number in range(12):
        path = f"/v1/workflows/{WORKFLOW}/leads/{LEAD}{number}/history"
        stub.answer(path, ERROR, status=500)
    for page in others[:6]:
        assert ops.get(page).status_code == 502
    asked = len(stub.seen)
    assert ops.get(others[6]).status_code == 502
    assert len(stub.seen) == asked

    watch.advance(19)
    assert ops.get(others[7]).status_code == 502  # the probe, and it fails
    assert ops.get(others[8]).status_code == 502  # so nobody asks
    assert len(stub.seen) == asked + 1

    stub.answer(HISTORY, history())
    watch.advance(19)
    assert [ops.get(URL).status_code, ops.get(URL).status_code] == [200, 200]
    assert len(stub.seen) == asked + 2


def test_f26_refused_key_is_tried_once_a_minute(ops: Client, stub: Stub, watch: Stopwatch) -> None:
    """However many pages are opened; once it is mended everything flows."""
    stub.answer(HISTORY, ERROR, status=401)
    for _ in range(5):
        assert ops.get(URL).status_code == 502
    assert len(stub.seen) <= 2

    stub.answer(HISTORY, history())
    stub.mend()
    watch.advance(61)

    assert ops.get(URL).status_code == 200


@pytest.mark.parametrize("value", ["Mon, 02 Mar 2026 12:00:00 GMT", "-5", "soon", "", "1.5"])
def test_f22_wait_that_makes_no_sense_is_a_few_seconds(ops: Client, stub: Stub, watch: Stopwatch, value: str) -> None:
    """No crash and no negative sleep; 1.5 is understood and waited for, all else is told as five seconds or six."""
    stub.answer(HISTORY, ERROR, status=429, Retry_After=value)
    stub.answer(HISTORY, history())

    response = ops.get(URL)

    assert all(0 <= slept <= 6 for slept in watch.slept)
    if value == "1.5":
        assert (response.status_code, watch.slept) == (200, [1.5])
    else:
        assert (response.status_code, response["Retry-After"], watch.slept) == (503, "6", [])


def test_f21_date_in_an_hour_is_told_and_nobody_asks_before(ops: Client, stub: Stub, watch: Stopwatch) -> None:
    """No thread sleeps for it."""
    stub.answer(HISTORY, ERROR, status=429, Retry_After=http_date(time.time() + 3600))

    waits = [int(ops.get(URL)["Retry-After"]) for _ in range(2)]

    assert all(3590 <= wait <= 3601 for wait in waits)
    assert watch.slept == []
    assert len(stub.seen) == 1


def test_f65_right_that_is_taken_away_ends_the_open_page(lead: Stub) -> None:
    """The panel of a page that is still open says so, nothing is asked; the next page is refused."""
    client, user = Client(), person("ops")
    client.force_login(user)
    assert client.get(URL).status_code == 200
    lead.seen.clear()

    user.groups.clear()
    panel, page = client.get(CALL, headers=HTMX), client.get(URL)

    assert (panel.status_code, page.status_code) == (403, 403)
    assert 'role="alert"' in panel.content.decode()
    assert "<html" not in panel.content.decode()
    assert "Good afternoon" not in panel.content.decode()
    assert lead.seen == []


def test_f66_disabled_account_is_led_to_the_sign_in(lead: Stub) -> None:
    """In the middle of a session, from page and panel."""
    client = signed_in("ops")
    client.get(URL)
    lead.seen.clear()

    User.objects.update(is_active=False)
    page, panel = client.get(URL), client.get(CALL, headers={**HTMX, "hx-current-url": f"http://testserver{URL}"})

    assert page["Location"].startswith("/accounts/login/")
    assert (panel.status_code, panel["HX-Redirect"].startswith("/accounts/login/?next=")) == (204, True)
    assert lead.seen == []


def test_f78_link_to_a_lead_that_is_gone_is_the_same_page_as_none(ops: Client, lead: Stub) -> None:
    """Nobody learns that there was a lead, or which."""
    made = ops.post(f"{URL}share/", {"hours": "1"}).content.decode()
    path = f"/s/{made.partition('/s/')[2][:43]}/"
    lead.answer(HISTORY, {"statusCode": 404}, status=404)
    lead.mend()
    upstream.forget()

    gone, never = Client().get(path), Client().get(f"/s/{'A' * 43}/")

    assert gone.status_code == never.status_code == 404
    assert LEAD not in gone.content.decode().replace(path, "")
    assert "There is nothing at this address" in gone.content.decode()


@pytest.mark.parametrize("role", ["ops", "reviewer", "superuser"])
def test_f79_link_shows_staff_no_more_than_it_gives(lead: Stub, role: str) -> None:
    """Neither calls, nor raw records, nor what was uncovered."""
    staff = signed_in(role)
    staff.post(f"{URL}reveal/", {"reason": "qa", "text": "Looking at a sample."})
    made = staff.post(f"{URL}share/", {"hours": "1"}).content.decode()
    path = f"/s/{made.partition('/s/')[2][:43]}/"

    page = staff.get(path).content.decode()

    assert page.count("<tr data-visit=") == 3
    assert "9812345678" not in page
    assert "/visits/" not in page
    assert "Uncover" not in page
    assert staff.get(f"{path}calls/call_two/").status_code == 404
