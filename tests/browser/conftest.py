"""Real Chromium before the dashboard, and the demo upstream behind it, at the demo's own moment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from benchmarks import chromium
from dashboard import upstream
from dashboard.demo.server import DemoServer
from tests import people
from tests.project import ROOT

# Playwright's loop runs in the test's own thread, where Django would refuse its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

NOW = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)  # 15:00 in India


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    program = chromium.program()
    if program is None:
        pytest.skip("Chromium is not installed: apt-get install chromium.")
    return {"executable_path": program, "args": chromium.FLAGS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"viewport": {"width": 1440, "height": 900}, "timezone_id": "Asia/Kolkata", "locale": "en-GB"}


@pytest.fixture
def demo(settings: Any) -> Iterator[DemoServer]:
    with time_machine.travel(NOW), DemoServer(key=settings.DIALNEXA_API_KEY, now=NOW) as server:
        settings.DIALNEXA_BASE_URL = server.url
        upstream.forget()
        yield server
        upstream.forget()


@pytest.fixture
def complaints() -> list[str]:
    """What a test expects the console to complain of, such as a failed fragment: its words."""
    return []


@pytest.fixture
def role() -> str:
    """Whose browser it is; a test may say otherwise."""
    return "ops"


@pytest.fixture
def signed_in(context: BrowserContext, live_server: LiveServer, transactional_db: None, role: str) -> BrowserContext:
    """A browser in which somebody with this role has signed in."""
    client = people.signed_in(role)
    cookie = client.cookies["sessionid"]
    context.add_cookies(
        [
            {"name": "sessionid", "value": cookie.value, "url": live_server.url},
            {"name": "timezone", "value": "Asia/Calcutta", "url": live_server.url},  # as Chromium names it
        ]
    )
    return context


@pytest.fixture
def site(signed_in: BrowserContext, demo: DemoServer, complaints: list[str]) -> Iterator[Page]:
    """A page whose addresses start at the dashboard. Any console error or policy violation fails the test."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(words in message.text for words in complaints):
            heard.append(f"{message.type}: {message.text}")

    page = signed_in.new_page()
    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.set_default_timeout(10_000)
    yield page
    page.close()
    assert heard == []


@pytest.fixture
def at(live_server: LiveServer, site: Page) -> Page:
    """The page, with goto() taking addresses within the dashboard."""
    site.context.set_default_navigation_timeout(15_000)
    plain = site.goto
    site.goto = lambda url, **options: plain(f"{live_server.url}{url}", **options)  # type: ignore[method-assign]
    return site


@pytest.fixture
def photograph(tmp_path: Path, pytestconfig: pytest.Config) -> Callable[[Page, str], None]:
    """Takes a picture of a page. The README's are made here: --screenshots writes them into docs."""
    folder = ROOT / "docs/screenshots" if pytestconfig.getoption("--screenshots") else tmp_path

    def take(page: Page, name: str) -> None:
        picture = page.screenshot(path=folder / f"{name}.png", animations="disabled")
        assert picture.startswith(b"\x89PNG")
        assert len(picture) > 20_000

    return take
