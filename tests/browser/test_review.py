"""A reviewer's work in the queue, in real Chromium. Console errors and policy violations fail every test here."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from dashboard.demo.server import DemoServer
from dashboard.models import PackChoice
from dashboard.scan import orders, turn
from tests.browser.axe import serious
from tests.browser.test_live import Clock, clock, demo  # noqa: F401  (fixtures: a demo whose time the test moves)
from tests.people import PASSWORD, person

HOME = "workflow_homeloan01"
QUEUE = "/admin/dashboard/review/"


@pytest.fixture
def role() -> str:
    return "reviewer"


@pytest.fixture
def queue(demo: DemoServer, transactional_db: None) -> None:  # noqa: F811
    """A queue that a scan has filled."""
    PackChoice.objects.create(workflow_id=HOME, packs=["in-rbi-recovery"])
    turn.work(orders.start(HOME, is_told=False).pk)


def open_lead(page: Page, lead_id: str) -> None:
    """From the list; until its scripts are there, a click on a call would lead to the timeline."""
    page.get_by_role("link", name=lead_id).click()
    page.wait_for_url("**/change/**")
    page.wait_for_load_state()


def answer_scorecard(page: Page) -> None:
    for question in page.locator(".question").all():
        question.get_by_label("yes").check()


@pytest.mark.usefixtures("queue")
def test_reviewer_judges_a_lead_at_risk_until_upstream_changes(
    context: BrowserContext,
    live_server: LiveServer,
    demo: DemoServer,  # noqa: F811
    clock: Clock,  # noqa: F811
) -> None:
    """Signs in, opens the lead at risk, reads the call beside the form, signs off; then it is stale, and says why."""
    person("reviewer", "rita")
    heard: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.goto(f"{live_server.url}{QUEUE}")
    page.fill("#id_login", "rita")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")

    open_lead(page, "lead_farhan04")
    expect(page.locator(".rule-breach h3").first).to_have_text("No recovery call before 8:00 or after 19:00")
    address = page.url
    page.get_by_role("link", name="Second call, step 3").click()
    expect(page.locator("#call")).to_contain_text("It is almost midnight!")
    expect(page.locator("#learnt")).to_be_visible()
    assert page.url == address
    page.get_by_role("link", name="Load the page again").click()
    expect(page.locator("#learnt")).to_be_hidden()
    page.wait_for_load_state()  # until it is whole, there are fewer questions to answer
    answer_scorecard(page)
    page.select_option("#id_verdict", "breach")
    page.get_by_role("button", name="Sign off", exact=True).click()
    expect(page.locator(".review-state")).to_contain_text("Judged a breach by rita; waits for a second reviewer")

    clock.now += timedelta(days=1)
    demo.reset()
    page.reload()
    expect(page.locator(".stale")).to_contain_text("The record has changed since it was judged")
    expect(page.locator(".stale ul")).to_contain_text(re.compile("Step 1’s start: .* → "))
    page.goto(f"{live_server.url}{QUEUE}")
    expect(page.locator("#result_list tbody tr").first).to_contain_text("stale, was waits for a second reviewer")
    assert heard == []


@pytest.mark.usefixtures("queue")
def test_queue_is_walked_by_keys(at: Page) -> None:
    """n and p, while nothing is being typed; a call closes with Escape."""
    at.goto(QUEUE)
    first, second = at.locator("#result_list .field-lead a").all()[:2]
    leads = [first.inner_text(), second.inner_text()]
    first.click()
    at.wait_for_load_state()

    at.keyboard.press("n")
    expect(at.get_by_role("heading", level=1)).to_have_text(f"Review of {leads[1]}")
    at.wait_for_load_state()
    at.keyboard.press("p")
    expect(at.get_by_role("heading", level=1)).to_have_text(f"Review of {leads[0]}")
    at.locator("#id_note").press("n")
    expect(at.get_by_role("heading", level=1)).to_have_text(f"Review of {leads[0]}")

    at.locator(".calls a").first.click()
    expect(at.locator("#call h2")).to_be_focused()
    at.keyboard.press("Escape")
    expect(at.locator("#call")).to_be_empty()


@pytest.mark.usefixtures("queue")
def test_queue_and_its_pages_pass_axe(at: Page, complaints: list[str]) -> None:
    """The list, empty and not; packs; a lead with a call open, and with a form that was refused."""
    complaints.append("(Conflict)")
    found = {}
    for path in (QUEUE, f"{QUEUE}?waits=dispute", "/admin/dashboard/rulepack/shipped/", "/admin/dashboard/packchoice/"):
        at.goto(path)
        found[path] = serious(at)
    at.goto(QUEUE)
    open_lead(at, "lead_farhan04")
    at.locator(".calls a").last.click()
    expect(at.locator("#call .turn").first).to_be_visible()
    found["lead"] = serious(at)
    at.select_option("#id_verdict", "passed")
    at.get_by_role("button", name="Sign off", exact=True).click()
    expect(at.locator(".errornote")).to_be_visible()
    found["refused"] = serious(at)

    assert [(where, rule) for where, rules in found.items() for rule in rules] == []


@pytest.mark.usefixtures("queue")
def test_lead_is_judged_without_scripts(live_server: LiveServer, signed_in: BrowserContext) -> None:
    """Links and forms alone: the call has its own page, the form is sent as it is."""
    cookies = signed_in.cookies()
    plain = signed_in.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain.add_cookies(cookies)  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto(f"{live_server.url}{QUEUE}")
    open_lead(page, "lead_farhan04")
    page.get_by_role("link", name="Second call, step 3").click()
    expect(page.locator("body")).to_contain_text("It is almost midnight!")
    page.go_back()
    page.get_by_role("button", name=re.compile("^Read")).click() if page.get_by_text(
        "were not read yet"
    ).count() else None

    answer_scorecard(page)
    page.select_option("#id_verdict", "breach")
    page.get_by_role("button", name="Sign off", exact=True).click()

    expect(page.locator(".review-state")).to_contain_text("Judged a breach by rita")
    plain.close()


@pytest.mark.usefixtures("queue")
def test_screenshot_shows_a_lead_in_the_queue(at: Page, photograph: Callable[[Page, str], None]) -> None:
    """The picture, the rules with their answers, and the form beside them."""
    at.set_viewport_size({"width": 1440, "height": 1200})
    at.goto(QUEUE)
    open_lead(at, "lead_farhan04")

    photograph(at, "review")
