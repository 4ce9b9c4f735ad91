"""What a person waits for: Chromium, cold each time, on the dashboard's page and on the pages it is compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import chromium, pages
from benchmarks.connection import Connection
from benchmarks.leads import SIZES, fresh_leads, lead, page_path
from benchmarks.servers import PEERS, Servers

VIS_ROUNDS = {10_000: 2}  # it takes seconds there
PATIENCE = 30_000  # ms for one page
PROBE = pages.SOURCES / "probe.js"
PICTURE, READY = "picture", "ready"
LARGEST = SIZES[-1]
USUAL = 50
WARM, SLOW = "warm", "slow"  # everything cached; Chromium's "slow 4G" and a fourth of this machine's speed
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
HOVERS = 40


@dataclass(frozen=True, slots=True)
class Load:
    """One cold load, ms since the navigation began."""

    first_byte: float
    picture: float
    ready: float  # equals picture where nothing becomes interactive later


@dataclass(frozen=True, slots=True)
class Move:
    """ms, and layout shift as the browser scores it."""

    ready: float
    task: float  # the longest while loading
    event: float  # from input to the next frame, the longest
    frame: float  # the longest
    shift: float


Loads = dict[tuple[str, int], list[Load]]  # by kind of page and visits
Lines = dict[tuple[str, str], list[Load]]  # by WARM or SLOW, and kind of page


@dataclass(frozen=True, slots=True)
class Browsing:
    program: str
    loads: Loads
    lines: Lines
    moves: list[Move]
    vis: pages.Vis


def measure(servers: Servers, dashboard: Connection, rounds: int) -> Browsing | None:
    """None: there is no Chromium on this machine."""
    program = chromium.program()
    if program is None:
        return None
    npm = servers.folder / "npm"
    npm.mkdir()
    vis = pages.install_vis(npm)
    pages.write(servers.folder / "pages", dashboard, servers.upstream(), vis)
    files = servers.web(PEERS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=chromium.FLAGS)
        try:
            cold = _Cold(browser, servers.session, dashboard, files)
            loads = cold.all_loads(rounds, has_vis=vis.folder is not None)
            lines = cold.other_lines(rounds, has_vis=vis.folder is not None)
            moves = [cold.move() for _ in range(rounds)]
            version = browser.version
        finally:
            browser.close()
    return Browsing(f"Chromium {version}", loads, lines, moves, vis)


class _Cold:
    """A browser whose every load knows nothing: no cache, no connection, no compiled script."""

    def __init__(self, browser: Browser, session: str, dashboard: Connection, files: Connection) -> None:
        self._browser = browser
        self._dashboard = dashboard
        self._files = files
        # The sign-in page has named the browser's clock to the server, as it does for a person.
        self._cookies = [
            dict(zip(("name", "value"), cookie.split("=", 1), strict=True), url=server.url)
            for server in (dashboard, files)
            for cookie in (session, "timezone=UTC")
        ]

    def all_loads(self, rounds: int, *, has_vis: bool) -> Loads:
        found: Loads = defaultdict(list)
        fresh = {visits: fresh_leads(visits) for visits in SIZES}
        for turn in range(rounds):
            for visits in SIZES:
                kept = page_path(lead(visits))
                self._dashboard.get(kept)  # so that the server has the history in memory
                found["page", visits].append(self._load(self._dashboard.url + kept, READY))
                cold = page_path(next(fresh[visits]))
                found["cold", visits].append(self._load(self._dashboard.url + cold, READY))
                found["svg", visits].append(self._load(f"{self._files.url}/svg-{visits}.html", PICTURE))
                found["plotly", visits].append(self._load(f"{self._files.url}/plotly-{visits}.html", READY))
                if has_vis and turn < VIS_ROUNDS.get(visits, rounds):
                    found["vis", visits].append(self._load(f"{self._files.url}/vis-{visits}.html", READY))
        return found

    def other_lines(self, rounds: int, *, has_vis: bool) -> Lines:
        """The usual history, kept, with everything in the cache, and over a slow line on a slow machine."""
        found: Lines = defaultdict(list)
        kept = page_path(lead(USUAL))
        kinds = [("page", self._dashboard.url + kept, READY), ("svg", f"{self._files.url}/svg-{USUAL}.html", PICTURE)]
        kinds += [(kind, f"{self._files.url}/{kind}-{USUAL}.html", READY) for kind in ("plotly", "vis")[: 1 + has_vis]]
        for _ in range(rounds):
            for line in (WARM, SLOW):
                for kind, url, until in kinds:
                    self._dashboard.get(kept)
                    found[line, kind].append(self._load(url, until, line))
        return found

    @contextmanager
    def _page(self, url: str, until: str, line: str = "") -> Iterator[Page]:
        context = self._browser.new_context(viewport={"width": 1280, "height": 800}, timezone_id="UTC")
        try:
            context.set_default_timeout(PATIENCE)
            context.add_cookies(self._cookies)  # type: ignore[arg-type]
            context.add_init_script(path=PROBE)
            page = context.new_page()
            if line == SLOW:
                session = context.new_cdp_session(page)
                session.send("Network.enable")
                session.send("Network.emulateNetworkConditions", SLOW_4G)
                session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            for _ in range(2 if line == WARM else 1):
                page.goto(url, wait_until="commit")
                page.wait_for_function(f"() => window.benchProbe?.at.{until} !== undefined", polling=50)
            yield page
        finally:
            context.close()

    def _load(self, url: str, until: str, line: str = "") -> Load:
        with self._page(url, until, line) as page:
            at, paint, byte = page.evaluate(
                "[benchProbe.at, performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,"
                " performance.getEntriesByType('navigation')[0].responseStart]"
            )
            ready = max(at.get(READY, 0), paint)
            return Load(byte, max(at.get(PICTURE, 0), paint) if PICTURE in at else ready, ready)

    def move(self) -> Move:
        """Over the largest chart and into it, as a hand does: along the bars, then a stretch drawn out, then back."""
        kept = page_path(lead(LARGEST))
        self._dashboard.get(kept)
        with self._page(self._dashboard.url + kept, READY) as page:
            task, ready = page.evaluate("[benchProbe.task, benchProbe.at.ready]")
            chart = page.locator("#timeline-chart")
            chart.scroll_into_view_if_needed()
            box = chart.bounding_box()
            assert box is not None
            page.evaluate("benchProbe.event = benchProbe.frame = 0")
            for step in range(HOVERS):
                across = box["x"] + box["width"] * (0.05 + 0.9 * step / HOVERS)
                page.mouse.move(across, box["y"] + box["height"] * (0.35 + 0.4 * (step % 3) / 2))
                page.wait_for_timeout(25)
            bottom = box["y"] + box["height"] - 8
            page.mouse.move(box["x"] + box["width"] * 0.4, bottom)
            page.mouse.down()
            page.mouse.move(box["x"] + box["width"] * 0.6, bottom, steps=8)
            page.mouse.up()
            page.wait_for_timeout(200)
            page.mouse.dblclick(box["x"] + box["width"] * 0.5, bottom)
            page.wait_for_timeout(300)
            event, frame, shift = page.evaluate("[benchProbe.event, benchProbe.frame, benchProbe.shift]")
            return Move(ready, task, event, frame, shift)
