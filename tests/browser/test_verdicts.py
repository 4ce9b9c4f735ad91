"""What a person does with verdicts, in real Chromium. Console errors and policy violations fail every test here."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from dashboard.demo.server import DemoServer
from dashboard.models import PackChoice, Review
from tests.browser.axe import serious

HOME_LOANS = "/workflows/workflow_homeloan01/leads"
NIGHT = f"{HOME_LOANS}/lead_farhan04/"
LOOP = "/workflows/workflow_emi01/leads/lead_sunita09/"
UNSURE = "/workflows/workflow_emi01/leads/lead_tom17/"


@pytest.fixture(autouse=True)
def packs(transactional_db: None) -> None:
    PackChoice.objects.create(workflow_id="workflow_homeloan01", packs=["in-rbi-recovery"])
    PackChoice.objects.create(workflow_id="workflow_emi01", packs=["us-collections", "us-states"])


def drawn(page: Page) -> None:
    expect(page.locator("#timeline-chart[data-chart=ready]")).to_be_visible()


def test_strip_is_read_by_keyboard(at: Page) -> None:
    """The worst chip opens with Enter and says the rule, the threshold and the source; its link leads to the row."""
    at.goto(NIGHT)
    breach = at.locator(".chip.result-breach").first
    expect(at.locator(".verdict-summary")).to_contain_text("1 breach")

    breach.locator("summary").focus()
    at.keyboard.press("Enter")
    expect(breach).to_contain_text("Indian Standard Time")
    breach.get_by_role("link", name="3", exact=True).focus()
    at.keyboard.press("Enter")

    expect(at.locator("#visit-3")).to_be_in_viewport()
    expect(at.locator("#visit-3 .flag")).to_have_attribute("title", re.compile("^breach: No recovery call before 8:00"))


def test_page_follows_what_an_opened_call_tells(at: Page) -> None:
    """On a path that is over and refreshes no more: strip, row and chart lose what was unknown, the panel stays."""
    at.goto(f"{HOME_LOANS}/lead_anita03/")
    drawn(at)
    calls = at.locator("tr[data-visit]:has(.flag)")
    flags = "document.getElementById('timeline-chart').data.find((trace) => trace.name === 'flags')?.text.length ?? 0"
    before, drawn_before = calls.count(), at.evaluate(flags)

    calls.first.locator("a[data-call]").click()

    expect(at.locator("#call .panel")).to_be_visible()
    expect(calls).to_have_count(before - 1)
    at.wait_for_function(f"{flags} === {drawn_before - 1}")
    expect(at.locator("#call .panel")).to_be_visible()
    assert at.locator("#live").get_attribute("data-seconds") is None


def test_closed_hours_and_flags_are_drawn_by_plotly_where_the_server_drew_them(at: Page) -> None:
    """Zero policy violations, and the same stretches in both."""
    at.goto(NIGHT)
    drawn(at)

    shades = at.locator("#timeline-picture .shade").count()
    boxes = at.evaluate(
        "document.getElementById('timeline-chart').data.find(t => t.name === 'closed').x.filter(x => x === null).length"
    )
    flags = at.evaluate("document.getElementById('timeline-chart').data.find(t => t.name === 'flags').text")
    assert shades == boxes > 0
    assert len(flags) == at.locator("#timeline-picture .flag").count() == 2
    expect(at.locator("#timeline-chart").get_by_text("⚑").first).to_be_visible()


def test_uncertain_hours_are_hatched_by_plotly_too(at: Page) -> None:
    at.goto(UNSURE)
    drawn(at)

    expect(at.locator("#timeline-picture .shade.is-unsure").first).to_be_attached()
    names = at.evaluate("document.getElementById('timeline-chart').data.map(t => t.name)")
    assert "closed-unsure" in names


def test_dial_strip_lies_under_the_axis_and_follows_its_zoom(at: Page) -> None:
    """As wide as the axis; zoomed with it, and whole again."""
    at.goto(NIGHT)
    drawn(at)
    track = at.locator(".dialtrack").first
    picture = at.locator("#timeline-picture svg.timeline-svg")
    assert track.evaluate("e => e.getBoundingClientRect().width") == picture.evaluate(
        "e => e.getBoundingClientRect().width"
    )

    at.evaluate("Plotly.relayout('timeline-chart', {'xaxis.range': [250, 500]})")
    expect(track).to_have_attribute("viewBox", "250 0 250 22")
    at.get_by_role("button", name="Show the whole axis").click()

    expect(track).to_have_attribute("viewBox", "0 0 1000 22")


def test_call_that_is_opened_changes_the_strip_beside_it(at: Page) -> None:
    """What is read counts at once, without a reload."""
    at.goto(NIGHT)
    records = at.locator(".chip:not(.clear-ones)", has_text="Calls have a record")
    expect(records).to_contain_text("2 calls")

    at.locator("a[data-call]").last.click()

    expect(at.locator("#call .turn").first).to_be_visible()
    expect(records).to_contain_text("1 call")


@pytest.mark.parametrize("role", ["reviewer"])
def test_reviewer_sets_the_zone_in_a_sheet(at: Page) -> None:
    """And the page says whose doing it is."""
    at.goto(UNSURE)
    at.get_by_role("link", name="Set the zone").click()
    sheet = at.locator("dialog#sheet")
    sheet.get_by_label("Zone:").select_option("America/Boise")
    sheet.get_by_label("How it is known").fill("Her address is in the contract.")

    sheet.get_by_role("button", name="Set the zone").click()

    expect(at.locator("#verdicts")).to_contain_text("Zone America/Boise, set by a reviewer.")
    assert Review.objects.get().zone == "America/Boise"


@pytest.mark.parametrize("path", [NIGHT, UNSURE, LOOP])
@pytest.mark.parametrize("role", ["reviewer"])
def test_verdicts_have_no_serious_accessibility_finding(at: Page, path: str) -> None:
    """Every chip open."""
    at.goto(path)
    drawn(at)
    at.evaluate("for (const chip of document.querySelectorAll('#verdicts details')) chip.open = true")

    assert serious(at) == []


def test_phone_is_wide_enough_for_verdicts(at: Page) -> None:
    """At 390 px nothing sticks out sideways, every chip open."""
    at.set_viewport_size({"width": 390, "height": 844})
    at.goto(UNSURE)
    drawn(at)
    at.evaluate("for (const chip of document.querySelectorAll('#verdicts details')) chip.open = true")

    assert at.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_javascript_verdicts_open(
    browser: object, signed_in: BrowserContext, live_server: LiveServer, demo: DemoServer
) -> None:
    """Chips are plain details, the strip of dials a plain picture."""
    plain = browser.new_context(java_script_enabled=False, storage_state=signed_in.storage_state())  # type: ignore[attr-defined]
    page: Page = plain.new_page()
    page.goto(f"{live_server.url}{NIGHT}")
    chip = page.locator(".chip.result-breach").first

    chip.locator("summary").click()

    expect(chip.get_by_text("Threshold")).to_be_visible()
    expect(page.locator(".dialtrack").first).to_be_visible()
    plain.close()
