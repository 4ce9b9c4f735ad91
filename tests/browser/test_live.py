"""Pages that refresh themselves, and lists that one walks through, in Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from dashboard import upstream
from dashboard.demo.server import DemoServer
from dashboard.scan import orders, turn
from tests.browser.axe import serious
from tests.browser.conftest import NOW

HOME = "/workflows/workflow_homeloan01/"
NEHA = f"{HOME}leads/lead_neha07/"


class Clock:
    """The demo's time, moved by the test."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def demo(settings: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoServer]:
    """The demo upstream with a clock of the test's own, looked at once a second."""
    settings.LIVE_FAST_SECONDS = settings.LIVE_SLOW_SECONDS = 1
    monkeypatch.setattr(upstream, "HISTORY_FRESH", timedelta(0))
    with time_machine.travel(NOW), DemoServer(key=settings.DIALNEXA_API_KEY, now=clock) as server:
        settings.DIALNEXA_BASE_URL = server.url
        upstream.forget()
        yield server
        upstream.forget()


def histories(demo: DemoServer) -> int:
    return sum("/history" in path for _, path in demo.requests)


def test_call_in_progress_is_followed_to_its_end(
    site: Page, live_server: LiveServer, demo: DemoServer, clock: Clock
) -> None:
    """Scenario 7: the open call ends upstream; the page says so by itself, announces it, and moves nothing else."""
    site.goto(f"{live_server.url}{NEHA}")
    expect(site.locator("[data-standing]")).to_contain_text("On a call at")
    expect(site.locator("#timeline-chart[data-chart=ready]")).to_be_visible()
    site.locator("#visit-1 a[data-visit-link]").click()
    expect(site.locator("#call [data-panel-visit]")).to_be_visible()
    expect(site.locator("#visit-1 .flag")).to_have_count(0)  # the page has followed what the call has told
    site.locator("details.folds").evaluate("one => one.open = true")
    site.evaluate("scrollTo(0, 200)")
    site.evaluate("document.querySelector('#timeline-chart').dataset.kept = 'yes'")
    panel = site.locator("#call").inner_text()

    clock.now = NOW + timedelta(minutes=3)

    expect(site.locator("#visit-3")).to_contain_text("completed", timeout=8_000)
    expect(site.locator("#live-news")).not_to_be_empty()
    assert site.locator("#call").inner_text() == panel
    assert site.locator("#visit-1").get_attribute("aria-current") == "true"
    assert site.locator("details.folds").evaluate("one => one.open")
    assert site.evaluate("scrollY") == 200
    assert site.locator("#timeline-chart").get_attribute("data-kept") == "yes"
    assert "calls/" in site.url


def test_focus_stays_on_the_row(site: Page, live_server: LiveServer, demo: DemoServer, clock: Clock) -> None:
    """Whoever reads with the keyboard is not thrown back to the top."""
    site.goto(f"{live_server.url}{NEHA}")
    site.keyboard.press("j")
    focused = "document.activeElement.closest('tr')?.id"
    before = site.evaluate(focused)
    assert before

    clock.now = NOW + timedelta(minutes=3)

    expect(site.locator("#visit-3")).to_contain_text("completed", timeout=8_000)
    assert site.evaluate(focused) == before


def test_panel_says_that_its_step_has_changed(
    site: Page, live_server: LiveServer, demo: DemoServer, clock: Clock
) -> None:
    """What is being read is not replaced; loading it again is one click."""
    site.goto(f"{live_server.url}{NEHA}")
    site.locator("#visit-3 a[data-visit-link]").click()
    expect(site.locator("#call [data-panel-visit]")).to_be_visible()

    clock.now = NOW + timedelta(minutes=3)

    expect(site.locator("#call [data-changed]")).to_contain_text("changed since it was opened", timeout=8_000)
    site.locator("#call [data-changed] a").click()
    expect(site.locator("#call [data-panel-visit]")).to_be_visible()
    expect(site.locator("#call [data-changed]")).to_have_count(0)


def test_unchanged_history_changes_nothing_on_the_page(site: Page, live_server: LiveServer, demo: DemoServer) -> None:
    """304: not one node of the path is touched, and nobody is told anything."""
    site.goto(f"{live_server.url}{NEHA}")
    expect(site.locator("#timeline-chart[data-chart=ready]")).to_be_visible()
    site.evaluate(
        """() => {
          window.touched = 0;
          const look = new MutationObserver((all) => (window.touched += all.length));
          for (const part of document.querySelectorAll("#standing, #chart, #steps, #words, #live-news"))
            look.observe(part, { subtree: true, childList: true, characterData: true });
        }"""
    )
    asked = histories(demo)

    site.wait_for_timeout(2_600)

    assert histories(demo) >= asked + 2
    assert site.evaluate("window.touched") == 0


def test_hidden_tab_asks_nothing_and_asks_on_return(site: Page, live_server: LiveServer, demo: DemoServer) -> None:
    """Nobody looks, so nothing is asked; the first glance is fresh."""
    site.add_init_script(
        """window.isAway = false;
        Object.defineProperty(document, "hidden", { get: () => window.isAway });"""
    )
    site.goto(f"{live_server.url}{NEHA}")
    turn_away = "away => { window.isAway = away; document.dispatchEvent(new Event('visibilitychange')); }"
    site.evaluate(turn_away, True)
    site.wait_for_timeout(300)
    asked = histories(demo)
    site.wait_for_timeout(2_200)
    assert histories(demo) == asked

    site.evaluate(turn_away, False)
    site.wait_for_timeout(600)

    assert histories(demo) == asked + 1


def test_pause_switch_stays_in_the_address(site: Page, live_server: LiveServer, demo: DemoServer) -> None:
    """By keyboard, with the panel open; paused is paused, until it goes on."""
    site.goto(f"{live_server.url}{NEHA}")
    site.locator("#visit-1 a[data-visit-link]").click()
    expect(site.locator("#call [data-panel-visit]")).to_be_visible()

    site.locator("[data-live-switch]").focus()
    site.keyboard.press("Enter")
    expect(site.locator("#live")).to_contain_text("Not refreshed")
    expect(site.locator("#call [data-panel-visit]")).to_be_visible()
    assert "live=off" in site.url
    asked = histories(demo)
    site.wait_for_timeout(1_500)
    assert histories(demo) == asked

    site.locator("[data-live-switch]").click()
    expect(site.locator("#live")).to_contain_text("Refreshes by itself")
    assert "live=off" not in site.url


def test_trouble_is_told_and_passes(
    site: Page, live_server: LiveServer, demo: DemoServer, complaints: list[str]
) -> None:
    """The server can't be reached for a moment: the page stays, says so, and goes on."""
    complaints += ["Failed to load resource", "net::ERR"]
    site.goto(f"{live_server.url}{NEHA}")
    site.route("**/live/**", lambda route: route.abort())
    expect(site.locator("[data-live-text]")).to_contain_text("could not be reached", timeout=5_000)

    site.unroute("**/live/**")

    expect(site.locator("[data-live-text]")).to_have_text("Refreshes by itself", timeout=9_000)
    expect(site.locator("#visit-3")).to_be_visible()


def test_from_filter_to_row_to_the_next_lead_and_back(site: Page, live_server: LiveServer, demo: DemoServer) -> None:
    """State is kept all the way: in the address, in the neighbours, and in the way back."""
    site.goto(f"{live_server.url}{HOME}")
    site.locator("select[name=status]").select_option("active")
    site.get_by_role("button", name="Filter").click()
    site.get_by_role("link", name="Lead", exact=True).click()
    rows = site.locator("#leads tbody tr")
    ids = rows.evaluate_all("all => all.map((row) => row.dataset.lead)")
    assert len(ids) > 1
    assert ids == sorted(ids)

    rows.first.get_by_role("link").click()
    expect(site.locator(".neighbours")).to_contain_text(f"Lead 1 of {len(ids)}")
    site.wait_for_load_state("load")
    site.keyboard.press("n")
    expect(site.locator("h1")).to_contain_text(ids[1])
    site.wait_for_load_state("load")
    site.keyboard.press("p")
    expect(site.locator("h1")).to_contain_text(ids[0])
    site.get_by_role("link", name="Back to the list").click()

    expect(site.locator("#leads tbody tr")).to_have_count(len(ids))
    expect(site.locator("select[name=status]")).to_have_value("active")
    assert site.url.endswith("?status=active&sort=id")


def test_stuck_lead_is_opened_at_its_step(site: Page, live_server: LiveServer, demo: DemoServer) -> None:
    """From the start page over the board to the very visit."""
    turn.work(orders.start("workflow_homeloan01", is_told=False).pk)
    site.goto(f"{live_server.url}/")
    site.locator('tr[data-workflow="workflow_homeloan01"] a.overdue').click()
    site.locator('#stuck tr[data-lead="lead_priya01"] a').click()

    expect(site.locator('tr[data-visit][aria-current="true"]')).to_have_attribute("data-visit", "3")
    expect(site.locator("[data-standing]")).to_contain_text("overdue by 2 d 1 h")


def test_scan_is_watched_to_its_end(site: Page, live_server: LiveServer, demo: DemoServer) -> None:
    """The button, the page that refreshes itself, and what came of it."""
    site.goto(f"{live_server.url}{HOME}")
    site.get_by_role("button", name="Scan now").click()
    expect(site.locator("#scan")).to_contain_text("Waiting for a worker")

    scan = orders.latest("workflow_homeloan01")
    assert scan
    turn.work(scan.pk)

    expect(site.locator("#scan h2")).to_have_text("Done", timeout=6_000)
    expect(site.locator("#scan")).to_contain_text("12 of 12 histories")


@pytest.mark.parametrize("path", ["/?all=1", HOME, f"{HOME}stuck/", f"{HOME}?status=active&sort=-id"])
def test_lists_have_no_serious_accessibility_finding(
    site: Page, live_server: LiveServer, demo: DemoServer, path: str
) -> None:
    """With a board that has something on it."""
    turn.work(orders.start("workflow_homeloan01", is_told=False).pk)
    site.goto(f"{live_server.url}{path}")

    assert serious(site) == []


@pytest.mark.parametrize("path", ["/?all=1", HOME, f"{HOME}stuck/"])
def test_lists_fit_a_phone(site: Page, live_server: LiveServer, demo: DemoServer, path: str) -> None:
    """390 px wide, nothing sticks out."""
    turn.work(orders.start("workflow_homeloan01", is_told=False).pk)
    site.set_viewport_size({"width": 390, "height": 844})
    site.goto(f"{live_server.url}{path}")

    assert site.evaluate("document.documentElement.scrollWidth") == 390


def test_screenshot_shows_the_workflow(
    site: Page, live_server: LiveServer, demo: DemoServer, photograph: Callable[[Page, str], None]
) -> None:
    """Its stuck leads, what is known, and the list."""
    turn.work(orders.start("workflow_homeloan01", is_told=False).pk)
    site.set_viewport_size({"width": 1440, "height": 1000})
    site.goto(f"{live_server.url}/")
    site.goto(f"{live_server.url}{HOME}")
    expect(site.locator("#stuck")).to_contain_text("overdue by")

    photograph(site, "workflow")
