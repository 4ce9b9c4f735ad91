"""Path coverage in Chromium: the flow drawn, and from an edge to the very visit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from dashboard.dialnexa.client import Client
from dashboard.scan.digests import keep
from tests.browser.axe import violations

pytestmark = pytest.mark.django_db(transaction=True)
HOME_LOAN = "workflow_homeloan01"
URL = f"/workflows/{HOME_LOAN}/coverage/"
LEADS = ("lead_priya01", "lead_rahul02", "lead_anita03", "lead_vikram08")


@pytest.fixture
def read(demo: Any) -> None:
    """Four histories of the demo have been read."""
    client = Client(settings.DIALNEXA_BASE_URL, settings.DIALNEXA_API_KEY, clock=timezone.now)
    keep(HOME_LOAN, [(client.lead_history(HOME_LOAN, lead_id), timezone.now()) for lead_id in LEADS])
    client.close()


def test_edge_leads_to_its_example_and_the_very_visit(at: Page, read: None) -> None:
    """A failed message: from the edge that it took to the row of that visit, chosen."""
    at.goto(URL)

    at.locator('tr[data-edge="a_wa a_mail"]').get_by_role("link", name="lead_rahul02").click()

    expect(at).to_have_url(re.compile(r"/leads/lead_rahul02/\?visit=3#visit-3$"))
    row = at.locator('tr[data-visit="3"]')
    expect(row).to_contain_text("WhatsApp: list of documents")
    expect(row).to_have_attribute("aria-current", "true")


def test_flow_is_drawn_in_the_place_of_the_servers_picture(at: Page, read: None) -> None:
    """By plotly where it loads, by the server else; as a table in any case."""
    at.goto(URL)

    expect(at.locator("#flow-chart[data-chart=ready] .sankey")).to_be_visible()
    expect(at.locator("#flow-picture")).to_be_hidden()
    assert at.locator("#flow-chart .sankey-node").count() == at.locator("#flow-picture .flow-box").count()
    at.get_by_text("The same as a table").click()
    expect(at.get_by_role("region", name="The flow as a table")).to_contain_text("First call")


def test_flow_stays_as_the_server_drew_it_without_plotly(at: Page, read: None) -> None:
    """A bundle that does not come takes nothing away."""
    at.route("**/plotly-flow*", lambda route: route.fulfill(status=200, content_type="text/javascript", body=""))

    at.goto(URL)

    expect(at.locator("#flow-picture svg")).to_be_visible()


def test_page_passes_axe(at: Page, read: None) -> None:
    """With what stands out, the comparison, every table."""
    at.goto(f"{URL}?compare=1&vs_status=completed")
    expect(at.locator("#flow-chart[data-chart=ready]")).to_be_visible()

    assert violations(at) == []


def test_page_fits_a_phone(at: Page, read: None) -> None:
    """Only what is wide by nature scrolls, each within itself."""
    at.set_viewport_size({"width": 390, "height": 844})

    at.goto(f"{URL}?compare=1")

    assert at.evaluate("document.documentElement.scrollWidth") == 390


def test_screenshot_shows_the_ways_taken(at: Page, read: None, photograph: Callable[[Page, str], None]) -> None:
    """What stands out, and the flow."""
    at.set_viewport_size({"width": 1440, "height": 1200})
    at.goto(URL)
    expect(at.locator("#flow-chart[data-chart=ready] .sankey")).to_be_visible()

    photograph(at, "coverage")
