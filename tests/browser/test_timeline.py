"""What a person does with a timeline, in real Chromium. Console errors and policy violations fail every test here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from dashboard.demo.server import DemoServer
from dashboard.models import PackChoice
from tests.browser.axe import serious
from tests.stub import Stub
from tests.views.conftest import HISTORY, URL, VISITS, call, history, stub  # noqa: F401  (a fixture)

HOME_LOANS = "/workflows/workflow_homeloan01/leads"
SEED = f"{HOME_LOANS}/lead_seed01/"
FOUR_CALLS = f"{HOME_LOANS}/lead_anita03/"
STUCK = f"{HOME_LOANS}/lead_priya01/"
DIRTY = f"{HOME_LOANS}/lead_test12/"
LOOP = "/workflows/workflow_emi01/leads/lead_sunita09/"
FAULTS = "/workflows/workflow_faults01/leads"


def drawn(page: Page) -> None:
    """Wait until plotly has taken the picture over."""
    expect(page.locator("#timeline-chart[data-chart=ready]")).to_be_visible()


def point_at_bar(page: Page, position: int) -> tuple[float, float]:
    """Move to the middle of a visit's bar in plotly's chart."""
    spot = page.evaluate(
        """position => {
          const chart = document.getElementById("timeline-chart");
          chart.scrollIntoView({ behavior: "instant", block: "nearest" });
          for (const [t, trace] of chart.data.entries()) {
            const positions = (trace.customdata ?? []).map((data) => (Array.isArray(data) ? data[0] : data));
            const at = positions.indexOf(position);
            if (at < 0 || trace.type !== "bar") continue;
            const { xaxis, yaxis } = chart._fullLayout;
            const box = chart.querySelector(".nsewdrag").getBoundingClientRect();
            const x = trace.base[at] + trace.x[at] / 2;
            return [box.x + xaxis.l2p(x), box.y + yaxis.l2p(trace.y[at])];
          }
        }""",
        position,
    )
    assert spot, f"no bar for visit {position}"
    page.mouse.move(*spot)
    return spot[0], spot[1]


def click_bar(page: Page, position: int) -> None:
    page.mouse.click(*point_at_bar(page, position))


def test_documented_example_shows_three_visits(at: Page) -> None:
    """A call of 45 s, a wait of 2 h, a call of 2 min 25 s: as rows, as words, and drawn."""
    at.goto(SEED)

    drawn(at)
    rows = at.locator("tr[data-visit]")
    expect(rows).to_have_count(3)
    for row, words in enumerate(("45 s", "2 h", "2 min 25 s")):
        expect(rows.nth(row)).to_contain_text(words)
    bars = at.evaluate(
        "document.getElementById('timeline-chart').data.filter(t => t.type === 'bar').flatMap(t => t.x).length"
    )
    assert bars == 3


def test_server_picture_makes_way_for_the_chart_without_a_jump(at: Page) -> None:
    """What plotly draws stands exactly where the server's picture stood."""
    at.add_init_script(
        "window.shift = 0;"
        "new PerformanceObserver(list => { for (const e of list.getEntries()) window.shift += e.value; })"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    at.goto(FOUR_CALLS)
    drawn(at)

    assert at.locator("#timeline-picture").is_hidden()
    assert at.evaluate("window.shift") < 0.02


@pytest.mark.parametrize("path", [FOUR_CALLS, DIRTY])
def test_chart_says_what_the_server_s_picture_says(at: Page, path: str) -> None:
    """Every line of it, of every bar, and markup as text."""
    at.goto(path)
    drawn(at)

    for position in at.evaluate(
        "document.getElementById('timeline-chart').data.filter(t => t.type === 'bar')"
        ".flatMap(t => t.customdata.map(data => data[0]))"
    ):
        point_at_bar(at, position)
        title = at.locator(f"[data-visit-bar='{position}'] title").first.text_content()
        expect(at.locator("#timeline-chart .hoverlayer .hovertext")).to_have_text((title or "").replace("\n", ""))


def test_bar_opens_the_transcript_and_its_url_opens_cold(at: Page, live_server: LiveServer) -> None:
    """Click a bar, read the call, send the URL: a colleague sees the same."""
    at.goto(f"{FOUR_CALLS}?zone=lead")
    drawn(at)

    click_bar(at, 7)
    panel = at.locator("#call")
    expect(panel.locator(".turn").first).to_be_visible()
    expect(at).to_have_url(re.compile(r"/calls/[\w-]+/\?zone=lead$"))
    shown, address = panel.locator(".turns").inner_text(), at.url
    at.goto(address.removeprefix(live_server.url))

    expect(panel.locator(".turns")).to_have_text(shown, use_inner_text=True)
    expect(at.locator("tr[data-visit='7']")).to_have_attribute("aria-current", "true")


COUNTED = """
  // How often plotly draws anew what it has drawn.
  let held;
  window.redrawn = 0;
  Object.defineProperty(window, "Plotly", {
    get: () => held,
    set(plotly) {
      held = { ...plotly, react: (...args) => (window.redrawn++, plotly.react(...args)) };
    },
  });
"""


def test_chart_is_drawn_once(at: Page) -> None:
    """Its own first width is no new one; another width is."""
    at.context.add_init_script(COUNTED)
    at.goto(FOUR_CALLS)
    drawn(at)
    at.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")

    assert at.evaluate("window.redrawn") == 0
    at.set_viewport_size({"width": 900, "height": 900})
    at.wait_for_function("window.redrawn > 0")


def test_page_waits_with_its_first_frame_for_the_picture(at: Page) -> None:
    """By a link that the browser knows as render-blocking; it names what follows the picture."""
    at.goto(FOUR_CALLS)

    assert at.evaluate("document.querySelector('link[rel=expect]').blocking.contains('render')")
    after = at.locator("link[rel=expect]").get_attribute("href")
    assert at.locator(f"#timeline-picture + {after}").count() == 1


def test_back_closes_the_call(at: Page) -> None:
    """Back leaves the transcript and keeps the timeline, forward returns to it."""
    at.goto(FOUR_CALLS)
    at.locator("a[data-call]").first.click()
    expect(at.locator("#call .panel")).to_be_visible()

    at.go_back()
    expect(at.locator("#call .panel")).to_have_count(0)
    expect(at.locator("tr[data-visit]")).to_have_count(10)
    at.go_forward()

    expect(at.locator("#call .panel")).to_be_visible()


def test_keys_walk_open_and_close(at: Page) -> None:
    """j and k walk the steps, Enter opens, Esc closes and returns to the step, ? names the keys."""
    at.goto(FOUR_CALLS)

    at.keyboard.press("j")
    at.keyboard.press("j")
    at.keyboard.press("k")
    expect(at.locator("tr[data-visit='1'] a[data-visit-link]")).to_be_focused()
    at.keyboard.press("Enter")
    expect(at.locator("#call .panel")).to_be_visible()
    at.keyboard.press("Escape")
    expect(at.locator("#call .panel")).to_have_count(0)
    expect(at.locator("tr[data-visit='1'] a[data-visit-link]")).to_be_focused()
    assert at.url.endswith(FOUR_CALLS)
    at.keyboard.press("?")

    expect(at.locator("#keys")).to_be_visible()


def test_words_are_found_in_a_transcript(at: Page) -> None:
    """The search in the panel marks every match and steps through them, and leaves the text as it was."""
    at.goto(FOUR_CALLS)
    at.locator("tr[data-visit='7'] a[data-visit-link]").click()
    before = at.locator(".turns").inner_text()

    at.locator("[data-find]").fill("loan")
    expect(at.locator("mark").first).to_be_visible()
    expect(at.locator("[data-find-count]")).to_have_text(re.compile(r"^1 of \d+$"))
    at.locator("[data-find]").press("Enter")
    marks = at.locator("mark").count()
    at.locator("[data-find]").fill("")

    assert marks > 1
    expect(at.locator("mark")).to_have_count(0)
    assert at.locator(".turns").inner_text() == before


def test_previous_and_next_call_stay_in_the_panel(at: Page) -> None:
    """From one call of the lead to the next without leaving the page."""
    at.goto(FOUR_CALLS)
    at.locator("tr[data-visit='1'] a[data-visit-link]").click()

    at.get_by_role("link", name="Next call").click()

    expect(at.locator("#call")).to_contain_text("Call 2 of 4")
    expect(at.locator("tr[data-visit='3']")).to_have_attribute("aria-current", "true")


def test_fold_opens_by_its_mark_and_true_scale_by_its_link(at: Page) -> None:
    """A folded wait opens by a click in the picture; the state is in the URL."""
    at.goto(FOUR_CALLS)
    drawn(at)

    at.get_by_role("link", name="True scale").click()
    expect(at).to_have_url(re.compile(r"scale=true"))
    at.get_by_role("link", name="Waits folded").click()

    expect(at).not_to_have_url(re.compile(r"scale=true"))


@pytest.mark.parametrize("zone", ["UTC", "Lead’s clock", "Your clock"])
def test_clock_governs_the_whole_page(at: Page, zone: str) -> None:
    """One choice, and table, words and axis follow it."""
    at.goto(f"{HOME_LOANS}/lead_farhan04/")

    at.get_by_role("link", name=zone, exact=True).click()

    letters = "UTC" if zone == "UTC" else "IST"
    expect(at.locator("tr[data-visit='1']")).to_contain_text(letters)
    expect(at.locator(".story li").first).to_contain_text(letters)


def test_first_visit_shows_one_clock(at: Page) -> None:
    """A browser whose zone the server does not know yet: page and panel end up on the same clock, its own."""
    at.context.clear_cookies(name="timezone")
    at.goto(f"{HOME_LOANS}/lead_farhan04/")
    expect(at.locator("tr[data-visit='1']")).to_contain_text("IST")

    at.locator("a[data-call]").first.click()

    expect(at.locator("#call .pairs")).to_contain_text("IST")


def test_f28_missing_call_leaves_the_timeline(at: Page, complaints: list[str]) -> None:
    """A call record that DialNexa no longer has: said in the panel, the timeline stays."""
    complaints += ["status of 404", "Error Code 404"]
    at.goto(DIRTY)

    at.locator("a[data-call='call_404']").click()

    expect(at.locator("#call [role=alert]")).to_contain_text("No record of this call")
    assert at.locator("tr[data-visit]").count() >= 8


def test_f67_double_click_opens_one_call(at: Page, complaints: list[str]) -> None:
    """An impatient click is the same as one: one panel, one step back."""
    complaints += ["htmx:afterRequest", "htmx:sendAbort"]
    at.goto(FOUR_CALLS)

    at.locator("a[data-call]").first.dblclick()
    expect(at.locator("#call .panel")).to_have_count(1)
    at.go_back()

    expect(at.locator("#call .panel")).to_have_count(0)


def test_folds_open_by_keyboard(at: Page) -> None:
    """What a click in the picture unfolds, a link below it unfolds too."""
    at.goto(FOUR_CALLS)
    at.get_by_text("Folded stretches (3)").click()

    at.get_by_role("link", name="Unfold 4 h").press("Enter")

    expect(at).to_have_url(re.compile(r"unfold="))
    expect(at.get_by_text("2 stretches without calls are folded")).to_be_visible()


def test_f68_late_answer_never_lands_under_another_call(at: Page, complaints: list[str]) -> None:
    """Two quick clicks: what is shown is the call clicked last."""
    complaints += ["htmx:afterRequest", "htmx:sendAbort"]  # how htmx logs a request it has given up
    at.goto(FOUR_CALLS)
    slow = at.locator("tr[data-visit='1'] a[data-visit-link]").get_attribute("href") or ""

    def later(route: Route) -> None:
        at.wait_for_timeout(400)
        route.continue_()

    at.route(f"**{slow}", later)

    at.locator("tr[data-visit='1'] a[data-visit-link]").click(no_wait_after=True)
    at.locator("tr[data-visit='3'] a[data-visit-link]").click()
    expect(at.locator("#call")).to_contain_text("Call 2 of 4")
    at.wait_for_timeout(600)

    expect(at.locator("#call")).to_contain_text("Call 2 of 4")


def test_f69_offline_is_said(at: Page, complaints: list[str]) -> None:
    """When Leadline itself can't be reached, a click says so instead of doing nothing."""
    complaints += ["ERR_INTERNET_DISCONNECTED", "sendError", "htmx:afterRequest"]
    at.goto(SEED)
    at.context.set_offline(True)

    at.locator("a[data-call]").first.click()

    expect(at.locator("#toast")).to_contain_text("could not be reached")
    at.context.set_offline(False)


def test_f70_chart_script_blocked_leaves_the_server_picture(at: Page, complaints: list[str]) -> None:
    """Without plotly the server's picture stays, and its bars are links."""
    complaints.append("ERR_FAILED")
    at.route("**/plotly-timeline*.js", lambda route: route.abort())
    at.goto(SEED)

    expect(at.locator("#timeline-picture svg").first).to_be_visible()
    at.locator("[data-visit-bar='3']").first.click()

    expect(at.locator("#call .turn").first).to_be_visible()


def test_f62_markup_in_a_label_is_text(at: Page) -> None:
    """The dirty record's script and links are words on the page: nothing runs, nothing is clickable but ours."""
    at.goto(DIRTY)
    drawn(at)

    assert at.evaluate("window.pwn") is None
    assert at.locator("#timeline-chart a[href^='http']").count() == 0
    expect(at.locator("tr[data-visit]").filter(has_text="<script>")).to_have_count(1)


@pytest.mark.parametrize("width", [1440, 390])
def test_f59_f63_endless_words_and_stacked_characters_keep_the_page_in_shape(
    at: Page,
    stub: Stub,  # noqa: F811
    width: int,
) -> None:
    """A word of half a million letters wraps; a thousand accents on one letter make no row as high as a page."""
    stacked, endless = "e" + "\u0301" * 1_000, "x" * 500_000
    stub.answer(HISTORY, history([{**VISITS[2], "node_label": stacked}, {**VISITS[0], "node_label": "\u202eabc" * 40}]))
    stub.answer("/v1/calls/call_two", call("call_two", transcript=f"Agent: {endless}"))
    at.set_viewport_size({"width": width, "height": 900})
    at.goto(f"{URL}calls/call_two/")

    expect(at.locator(".turn").first).to_be_visible()

    assert at.evaluate("document.documentElement.scrollWidth") <= width
    heights = at.locator("tr[data-visit]").evaluate_all("rows => rows.map(row => row.offsetHeight)")
    assert len(heights) == 2
    assert max(heights) < 600


def test_nothing_can_be_sent_to_a_chart_service(at: Page) -> None:
    """plotly's own "share" button is off."""
    at.goto(SEED)
    drawn(at)

    assert at.locator("[data-title*='hare'], [data-title*='loud']").count() == 0
    assert at.evaluate("document.getElementById('timeline-chart')._context.showSendToCloud") is False
    assert at.evaluate("document.getElementById('timeline-chart')._context.plotlyServerURL") == ""


def test_browser_storage_stays_empty(at: Page, settings: Any) -> None:
    """Neither number, name, transcript, token nor key, no page and no address: no storage of any kind, no cookie."""
    at.goto(f"{FOUR_CALLS}share/")
    at.get_by_role("button", name="Make the link").click()
    expect(at.locator("#share-address")).to_be_visible()
    token = at.content().partition("/s/")[2][:43]
    at.goto(FOUR_CALLS)
    at.locator("tr[data-visit='7'] a[data-visit-link]").click()
    expect(at.locator(".turn").first).to_be_visible()
    at.goto(f"/s/{token}/")
    at.goto(FOUR_CALLS)

    kept = at.evaluate(
        """async () => JSON.stringify([
          Object.entries(localStorage), Object.entries(sessionStorage),
          await indexedDB.databases(), await caches.keys(),
          (await navigator.serviceWorker.getRegistrations()).length,
        ])"""
    )
    cookies = at.evaluate("document.cookie") + json.dumps(at.context.cookies(), default=str)

    assert kept == "[[],[],[],[],0]"
    assert len(token) == 43
    for canary in (token, settings.DIALNEXA_API_KEY, "9000000103", "Anita", "Good "):
        assert canary not in cookies


@pytest.mark.parametrize("path", ["/", "/workflows/workflow_homeloan01/", SEED, FOUR_CALLS, STUCK, DIRTY, LOOP])
def test_pages_have_no_serious_accessibility_finding(at: Page, path: str) -> None:
    """With a call open where there is one."""
    at.goto(path)
    if at.locator("a[data-call]").count():
        drawn(at)
        at.locator("a[data-call]").first.click()
        expect(at.locator("#call .panel, #call .trouble")).to_be_visible()

    assert serious(at) == []


@pytest.mark.parametrize("path", ["/", "/workflows/workflow_homeloan01/", FOUR_CALLS, LOOP, DIRTY])
def test_phone_is_wide_enough(at: Page, path: str) -> None:
    """At 390 px nothing sticks out sideways."""
    at.set_viewport_size({"width": 390, "height": 844})
    at.goto(path)
    if at.locator("#timeline-chart").count():
        drawn(at)

    assert at.evaluate("document.documentElement.scrollWidth") <= 390


def test_phone_shows_the_call_over_the_page(at: Page) -> None:
    """On a phone the call covers the timeline, and closing it brings the step back."""
    at.set_viewport_size({"width": 390, "height": 844})
    at.goto(FOUR_CALLS)
    at.locator("tr[data-visit='7'] a[data-visit-link]").click()
    expect(at.locator("#call .turn").first).to_be_in_viewport()

    at.get_by_role("link", name="Close the panel").click()

    expect(at.locator("#call .panel")).to_have_count(0)


def test_print_has_the_picture_and_the_table(at: Page) -> None:
    """On paper: the server's picture, the table and the words; no controls."""
    at.goto(FOUR_CALLS)
    drawn(at)

    at.emulate_media(media="print")

    expect(at.locator("#timeline-picture svg").first).to_be_visible()
    expect(at.locator("#timeline-chart")).to_be_hidden()
    expect(at.locator(".controls")).to_be_hidden()
    expect(at.locator("tr[data-visit='10']")).to_be_visible()


def test_call_in_progress_is_said_to_be(at: Page) -> None:
    """A call that has not ended has no transcript yet, and that is no error."""
    at.goto(f"{HOME_LOANS}/lead_neha07/")

    at.locator("a[data-call]").last.click()

    expect(at.locator("#call .absent")).to_contain_text("still in progress")


def test_paused_workflow_holds_a_long_loop(at: Page) -> None:
    """400 visits of a paused workflow: held, not overdue, and all there."""
    at.goto(LOOP)

    drawn(at)
    expect(at.locator("[data-standing=held]")).to_be_visible()
    expect(at.get_by_text("Steps 1 to 200 of 400")).to_be_visible()


def test_stuck_lead_says_where_since_when_and_why(at: Page) -> None:
    """The operator's question is answered above the chart."""
    at.goto(STUCK)

    expect(at.locator("[data-standing=stuck]")).to_contain_text("overdue by 2 d 1 h")


@pytest.mark.parametrize("lead", ["lead_html", "lead_null", "lead_401", "lead_403", "lead_404"])
def test_fault_pages_offer_a_way_on(at: Page, complaints: list[str], lead: str, demo: DemoServer) -> None:
    """Each failure is a page in our words with a reference and a way on."""
    complaints.append("Failed to load resource")
    at.goto(f"{FAULTS}/{lead}/")

    expect(at.locator("[data-outcome]")).to_be_visible()
    expect(at.get_by_text("Reference")).to_be_visible()


def test_f70_without_javascript_everything_but_the_chart_works(
    browser: object, signed_in: BrowserContext, live_server: LiveServer, demo: DemoServer
) -> None:
    """Picture, table, words and transcript are plain pages and plain links."""
    plain = browser.new_context(java_script_enabled=False, storage_state=signed_in.storage_state())  # type: ignore[attr-defined]
    page: Page = plain.new_page()
    page.goto(f"{live_server.url}/")
    page.get_by_role("link", name="Home loan follow-up").click()
    page.get_by_role("link", name="lead_anita03").click()
    expect(page.locator("#timeline-picture svg").first).to_be_visible()
    expect(page.locator(".needs-script:visible")).to_have_count(0)

    page.locator("tr[data-visit='7'] a[data-visit-link]").click()

    expect(page.locator(".turn").first).to_be_visible()
    expect(page.locator("tr[data-visit]")).to_have_count(10)
    plain.close()


@pytest.mark.parametrize(
    ("name", "path", "size", "scheme"),
    [
        ("timeline", FOUR_CALLS, (1440, 1000), "light"),
        ("timeline-dark", FOUR_CALLS, (1440, 1000), "dark"),
        ("timeline-phone", FOUR_CALLS, (390, 844), "light"),
        ("stuck", STUCK, (1440, 1000), "light"),
    ],
)
def test_screenshots_show_the_page(
    at: Page, name: str, path: str, size: tuple[int, int], scheme: str, photograph: Callable[[Page, str], None]
) -> None:
    """With its verdicts, on a desk and in a hand, by day and by night."""
    PackChoice.objects.create(workflow_id=FOUR_CALLS.split("/")[2], packs=["in-rbi-recovery"])
    at.set_viewport_size({"width": size[0], "height": size[1]})
    at.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    at.goto(path)
    if size[0] > 1000:
        at.goto(at.locator("a[data-call]").last.get_attribute("href") or path)
        expect(at.locator("#call .panel")).to_be_visible()
    drawn(at)

    photograph(at, name)
