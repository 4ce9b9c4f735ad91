"""Bytes over the wire for one timeline page: what the server sends to a browser, and what brotli would make of it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from html.parser import HTMLParser

from brotli import compress

from benchmarks.connection import Connection
from benchmarks.figures import Section, Target, figure, number
from benchmarks.leads import SIZES, lead, page_path

PLAIN = {"Accept-Encoding": "identity"}
PLOTLY = "plotly-timeline"
HEAD = (
    "visits",
    "HTML",
    "HTML, sent",
    "gzip 6",
    "brotli 5",
    "CSS and JS, sent",
    "all but plotly, sent",
    "plotly, sent",
)
TEXT = """\
Sent: as the server answers a browser; HTML compressed as the page is made, styles and scripts as brotli made
beforehand, cached for good. gzip and brotli: what those would make of the HTML."""


class Assets(HTMLParser):
    """Addresses of the styles and scripts that a page loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self.found += filter(None, (given.get("src"), given.get("data-bundle")))  # a bundle is loaded by its script
        elif tag == "link" and given.get("rel") == "stylesheet":
            self.found.append(given["href"] or "")


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes."""

    visits: int
    html: int  # before compression
    sent: int  # as a browser gets it
    gzip: int
    brotli: int
    assets: int  # styles and scripts but plotly, as a browser gets them
    plotly: int

    @property
    def without_plotly(self) -> int:
        return self.sent + self.assets


def sections(dashboard: Connection) -> list[Section]:
    found = [_weigh(dashboard, visits) for visits in SIZES]
    usual = next(weight for weight in found if weight.visits == 50)
    return [
        Section(
            "Bytes of one page, kB",
            HEAD,
            tuple(map(_row, found)),
            TEXT,
            (
                Target("Page without plotly, 50 visits, as sent", figure([usual.without_plotly / 1000]), 40, "kB"),
                Target("plotly, as sent", figure([usual.plotly / 1000]), 300, "kB"),
                Target("HTML before compression, largest", figure([max(one.html for one in found) / 1000]), 400, "kB"),
            ),
        )
    ]


def brotli(content: bytes, *, quality: int = 11) -> bytes:
    compressed: bytes = compress(content, quality=quality)
    return compressed


def _weigh(dashboard: Connection, visits: int) -> Weight:
    path = page_path(lead(visits))
    html = dashboard.get(path, PLAIN).body
    sent = dashboard.get(path)
    sizes = {address: len(dashboard.get(address).body) for address in Assets(html.decode()).found}
    return Weight(
        visits,
        html=len(html),
        sent=len(sent.body),
        gzip=len(gzip.compress(html, 6)),
        brotli=len(brotli(html, quality=5)),
        assets=sum(size for address, size in sizes.items() if PLOTLY not in address),
        plotly=sum(size for address, size in sizes.items() if PLOTLY in address),
    )


def _row(weight: Weight) -> tuple[str, ...]:
    sizes = (
        *(weight.html, weight.sent, weight.gzip, weight.brotli),
        *(weight.assets, weight.without_plotly, weight.plotly),
    )
    return f"{weight.visits:,}", *(number(size / 1000) for size in sizes)
