"""Uncovering, sharing, signing in with factors, and a session that ends in the middle of a click."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from dashboard.audit import trail
from dashboard.models import ShareLink
from tests.browser.axe import serious
from tests.people import PASSWORD, person

LEAD = "/workflows/workflow_homeloan01/leads/lead_anita03/"
VARIABLES = "/workflows/workflow_homeloan01/leads/lead_farhan04/"


@pytest.fixture
def stranger(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Somebody elsewhere, who has no account. Any console error or policy violation fails the test."""
    heard: list[str] = []
    context = browser.new_context(timezone_id="Asia/Kolkata", base_url=live_server.url)
    page = context.new_page()
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield page
    context.close()
    assert [line for line in heard if "status of 404" not in line] == []


def sign_in(page: Page, name: str = "olga", password: str = PASSWORD) -> None:
    page.fill("#id_login", name)
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")


def drawn(page: Page) -> None:
    expect(page.locator("#timeline-chart[data-chart=ready]")).to_be_visible()


def uncover(page: Page) -> None:
    page.click("text=Uncover phone and variables")
    page.select_option("dialog#sheet #id_reason", "complaint")
    page.fill("dialog#sheet #id_text", "She wrote to us about it.")
    page.click("dialog#sheet >> text=Uncover for")


# --- Uncovering


def test_lead_is_uncovered_for_a_while_and_covered_again(at: Page) -> None:
    """A sheet asks why; the page counts down; one click covers."""
    at.goto(VARIABLES)
    expect(at.locator(".facts")).to_contain_text("3 variables, hidden")

    uncover(at)

    expect(at.locator(".revealed")).to_contain_text("Farhan Ali")
    expect(at.locator("[data-seconds-left]")).to_have_text(re.compile(r"9 min 5\d s"))
    expect(at.locator(".facts")).to_contain_text("+91")
    at.click("text=Cover again")
    expect(at.locator(".facts")).to_contain_text("3 variables, hidden")
    assert "Farhan" not in at.content()


def test_uncovered_lead_leaves_the_screen_when_its_time_is_over(at: Page, settings: Any) -> None:
    """Nobody has to click: the page loads itself again, masked."""
    settings.REVEAL_MINUTES = {"ops": 0.05, "reviewer": 1}
    at.goto(VARIABLES)

    uncover(at)

    expect(at.locator(".revealed")).to_be_visible()
    expect(at.locator(".revealed")).to_have_count(0, timeout=8_000)
    assert "Farhan" not in at.content()


def test_sheet_closes_by_key_and_by_link(at: Page) -> None:
    """And leaves the page as it was."""
    at.goto(VARIABLES)
    for how in ("key", "link"):
        at.click("text=Uncover phone and variables")
        expect(at.locator("dialog#sheet[open]")).to_be_visible()
        at.keyboard.press("Escape") if how == "key" else at.click("dialog#sheet >> text=Cancel")
        expect(at.locator("dialog#sheet[open]")).to_have_count(0)
    assert at.url.endswith(VARIABLES)


# --- Sharing


def test_link_is_made_opened_by_a_stranger_and_revoked(at: Page, stranger: Page) -> None:
    """The whole way: sheet, address, picture and chart elsewhere, a call, the count, the end."""
    at.goto(LEAD)
    at.click("text=Share")
    at.check("dialog#sheet #id_shows_calls")
    at.fill("dialog#sheet #id_note", "For the branch")
    at.click("dialog#sheet >> text=Make the link")
    address = at.input_value("[data-share-address]")

    stranger.goto(address)
    drawn(stranger)
    expect(stranger.locator(".masthead")).to_contain_text("Shared until")
    assert stranger.locator("a[href^='/workflows/'], a[href^='/access/'], form[action]").count() == 0
    stranger.locator("a[data-visit-link][data-call]").first.click()
    expect(stranger.locator("#call .panel")).to_be_visible()
    assert stranger.url.startswith(address)
    stranger.keyboard.press("Escape")
    expect(stranger.locator("#call .panel")).to_have_count(0)
    stranger.click("text=UTC")
    expect(stranger.locator("#chart")).to_contain_text("Times in UTC")

    at.goto("/shares/")
    expect(at.locator("table.links")).to_contain_text("times, last")
    at.click("text=Revoke")
    answer = stranger.goto(address)
    assert answer is not None
    assert answer.status == 404
    expect(stranger.locator("h1")).to_have_text("Not found")


def test_f78_link_that_has_expired_shows_nothing_of_the_lead(at: Page, stranger: Page) -> None:
    """The same page as for one that never was."""
    at.goto(LEAD)
    at.click("text=Share")
    at.click("dialog#sheet >> text=Make the link")
    address = at.input_value("[data-share-address]")
    stranger.goto(address)
    drawn(stranger)
    ShareLink.objects.update(expires_at=timezone.now())

    stranger.reload()

    expect(stranger.locator("h1")).to_have_text("Not found")
    assert "anita" not in stranger.content()


def test_shared_page_keeps_nothing_in_the_browser(at: Page, stranger: Page) -> None:
    """No cookie of a session, no storage; no serious accessibility finding."""
    at.goto(LEAD)
    at.click("text=Share")
    at.click("dialog#sheet >> text=Make the link")
    stranger.goto(at.input_value("[data-share-address]"))
    drawn(stranger)
    stranger.wait_for_function("document.cookie.includes('timezone=')")  # said when the browser is idle

    kept = stranger.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")

    assert kept == "[[],[]]"
    assert {cookie["name"] for cookie in stranger.context.cookies()} == {"timezone"}
    assert serious(stranger) == []


def test_link_works_without_javascript(at: Page, browser: Browser) -> None:
    """The server's picture, the table and the words."""
    at.goto(LEAD)
    at.click("text=Share")
    at.click("dialog#sheet >> text=Make the link")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(at.input_value("[data-share-address]"))

    expect(page.locator("#timeline-picture > svg")).to_be_visible()
    expect(page.locator("tr[data-visit]").first).to_be_visible()
    context.close()


# --- Sessions


def test_f64_session_that_ended_leads_to_the_sign_in_and_back_to_the_same_view(at: Page) -> None:
    """In the middle of a click on a call."""
    at.goto(f"{LEAD}?zone=utc")
    drawn(at)
    Session.objects.all().delete()

    at.locator("a[data-call]").first.click()

    expect(at.locator("h1")).to_have_text("Sign in")
    sign_in(at)
    expect(at.locator("#chart")).to_contain_text("Times in UTC")
    assert at.url.endswith(f"{LEAD}?zone=utc")


def test_shared_address_brings_a_colleague_to_the_very_view(at: Page, stranger: Page) -> None:
    """With the call open, the clock chosen, the fold open."""
    at.goto(f"{LEAD}?zone=utc&scale=true")
    drawn(at)
    at.locator("a[data-call]").first.click()
    expect(at.locator("#call .panel")).to_be_visible()
    person("reviewer")

    stranger.goto(at.url)
    sign_in(stranger, "rita")

    expect(stranger.locator("#call .panel")).to_be_visible()
    assert stranger.url == at.url


def test_nothing_is_left_after_signing_out(at: Page) -> None:
    """No storage, and Back shows the sign-in page."""
    at.goto(LEAD)
    drawn(at)
    at.locator("a[data-call]").first.click()
    expect(at.locator("#call .panel")).to_be_visible()

    at.click("text=Sign out")
    expect(at.locator("h1")).to_have_text("Sign in")
    at.go_back()

    expect(at.locator("h1")).to_have_text("Sign in")
    kept = at.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")
    assert kept == "[[],[]]"


# --- Factors


def test_passkey_is_added_and_signs_in(at: Page, stranger: Page, live_server: LiveServer) -> None:
    """With the browser's own authenticator, and no password."""
    authenticator(at)
    at.goto("/accounts/2fa/webauthn/add/")
    at.fill("input[name=password]", PASSWORD)
    at.keyboard.press("Enter")
    at.fill("input[name=name]", "Laptop")
    at.check("input[name=passwordless]")
    at.click("button >> text=Add")
    expect(at.locator("h1")).not_to_have_text("Add Security Key")
    at.goto("/accounts/2fa/recovery-codes/")
    expect(at.locator("#recovery_codes")).to_have_value(re.compile(r"(\d{8}\n){9}\d{8}"))
    at.click("text=Sign out")

    at.click("text=Sign in with a passkey")

    expect(at.locator(".masthead")).to_contain_text("olga")


def authenticator(page: Page) -> None:
    """A security key made of software."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


# --- Every page


PAGES = [
    *("/access/", "/shares/", f"{LEAD}reveal/", f"{LEAD}share/"),
    *("/accounts/2fa/", "/accounts/password/change/", "/accounts/2fa/webauthn/", "/accounts/logout/"),
]
ADMIN = [
    *("/admin/", "/admin/auth/user/", "/admin/auth/user/add/", "/admin/auth/user/1/change/"),
    *("/admin/auth/user/1/password/", "/admin/auth/user/1/history/", "/admin/dashboard/auditevent/"),
    *("/admin/dashboard/auditevent/1/change/", "/admin/dashboard/sharelink/", "/admin/dashboard/legalhold/add/"),
]


@pytest.mark.parametrize("role", ["superuser"])
def test_pages_about_access_are_accessible(at: Page) -> None:
    """No serious finding, and nothing that the policy refuses."""
    found = {}
    for path in PAGES:
        at.goto(path)
        found[path] = serious(at)

    assert {path: rules for path, rules in found.items() if rules} == {}


@pytest.mark.parametrize("role", ["superuser"])
def test_admin_and_second_factor_pages_break_no_policy(at: Page) -> None:
    """Each page of the admin, also as print; turning on an authenticator app shows its code."""
    pk = User.objects.get().pk
    seq = trail.record("logout", actor="somebody").seq
    for path in ADMIN:
        at.goto(path.replace("/1/", f"/{seq if 'auditevent' in path else pk}/"))
        at.emulate_media(media="print")
        at.emulate_media(media="screen")
        expect(at.locator("#content")).to_be_visible()
    at.goto("/accounts/2fa/totp/activate/")
    at.fill("input[name=password]", PASSWORD)
    at.keyboard.press("Enter")
    expect(at.locator("img.qr")).to_be_visible()
    assert at.evaluate("document.querySelector('img.qr').naturalWidth") > 50


def test_sign_in_page_is_accessible(stranger: Page, transactional_db: None) -> None:
    """Also after a wrong password."""
    person("ops")
    stranger.goto("/accounts/login/")
    assert serious(stranger) == []
    sign_in(stranger, password="wrong")

    expect(stranger.locator(".banner-bad")).to_be_visible()
    assert serious(stranger) == []


@pytest.mark.parametrize("role", ["reviewer"])
@pytest.mark.parametrize("path", ["/access/", "/shares/", LEAD, f"{LEAD}share/", "/accounts/2fa/"])
def test_phone_is_wide_enough_for(at: Page, path: str) -> None:
    """No sideways scrolling at 390 px."""
    at.set_viewport_size({"width": 390, "height": 844})
    at.goto(path)

    assert at.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("role", ["reviewer"])
def test_who_opened_the_lead_is_told_beside_it(at: Page) -> None:
    """Without leaving the timeline."""
    at.goto(LEAD)
    at.click("text=Who opened this lead")

    expect(at.locator("#call")).to_contain_text("rita saw a timeline")
    assert at.url.endswith(LEAD)


def test_other_browser_of_the_same_person_is_not_uncovered(at: Page, browser: Browser, live_server: LiveServer) -> None:
    """The reason was given in one session."""
    at.goto(VARIABLES)
    uncover(at)
    expect(at.locator(".revealed")).to_be_visible()
    context: BrowserContext = browser.new_context(base_url=live_server.url)
    other = context.new_page()
    other.goto(VARIABLES)
    sign_in(other)

    expect(other.locator(".facts")).to_contain_text("hidden")
    assert "Farhan" not in other.content()
    context.close()
