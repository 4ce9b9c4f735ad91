"""The static pages a browser is timed on beside the dashboard: the same SVG as a file, plotly alone, vis-timeline."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.connection import Connection
from benchmarks.leads import SIZES, history_path, lead, page_path
from benchmarks.page_weight import PLAIN, PLOTLY, Assets, brotli

SOURCES = Path(__file__).parent / "peers" / "pages"
VIS = "vis-timeline@8.5.4"
NPM_PATIENCE = 90  # seconds


@dataclass(frozen=True, slots=True)
class Vis:
    """vis-timeline's standalone build, or why there is none."""

    folder: Path | None = None
    reason: str = ""


def write(folder: Path, dashboard: Connection, upstream: Connection, vis: Vis) -> None:
    """NAME-VISITS.html and what they load, each beside its compressed copies."""
    for source in SOURCES.glob("*.js"):
        shutil.copy(source, folder)
    if vis.folder:
        shutil.copy(vis.folder / "standalone/umd/vis-timeline-graph2d.min.js", folder / "vis-timeline.js")
        shutil.copy(vis.folder / "styles/vis-timeline-graph2d.min.css", folder / "vis-timeline.css")
    for visits in SIZES:
        html = dashboard.get(page_path(lead(visits)), PLAIN).body.decode()
        assets = Assets(html).found
        styles = [address for address in assets if re.search(r"/(?:base|chart)\.[^/]*css$", address)]
        plotly = next(address for address in assets if PLOTLY in address)
        svg = _between(html, '<div id="timeline-picture">', r'</div>\s*<div id="timeline-chart"')
        figure = _between(html, '<script type="application/json" id="timeline-figure">', "</script>")
        chart = '<div id="timeline-chart"></div>'
        data = f'{chart}<script type="application/json" id="timeline-figure">{figure}</script>'
        picture = f'<div class="drawing"><div id="timeline-picture">{svg}</div><p>End</p></div>'
        (folder / f"svg-{visits}.html").write_text(_page(styles, [], picture))
        (folder / f"plotly-{visits}.html").write_text(_page(styles, [plotly, "/alone.js"], data))
        if vis.folder:
            rows = json.loads(upstream.get(history_path(lead(visits))).body)["data"]["history"]
            data = f'{chart}<script id="visits" type="application/json">{json.dumps(rows)}</script>'
            page = _page(["/vis-timeline.css"], ["/vis-timeline.js", "/vis.js"], data)
            (folder / f"vis-{visits}.html").write_text(page)
    for path in [*folder.iterdir()]:
        body = path.read_bytes()
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(body, 6))
        if path.suffix != ".html":  # the dashboard's own pages are not sent as brotli either
            path.with_name(f"{path.name}.br").write_bytes(brotli(body))


def _between(html: str, start: str, end: str) -> str:
    found = re.search(f"{re.escape(start)}(.*?){end}", html, re.DOTALL)
    assert found is not None, f"The timeline page has no {start} any more."
    return found[1]


def _page(styles: list[str], scripts: list[str], body: str) -> str:
    links = "".join(f'<link rel="stylesheet" href="{address}">' for address in styles)
    loads = "".join(f'<script defer src="{address}"></script>' for address in scripts)
    head = f'<meta charset="utf-8"><title>Peer</title><link rel="icon" href="data:,">{links}{loads}'
    return f'<!DOCTYPE html><html lang="en"><head>{head}</head><body><main>{body}</main></body></html>'


def install_vis(folder: Path) -> Vis:
    """Into this folder, from npm's registry, without running any of its scripts."""
    npm = shutil.which("npm")
    if npm is None:
        return Vis(reason="npm is not installed")
    options = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=silent"]
    try:
        subprocess.run([npm, "install", *options, VIS], cwd=folder, check=True, timeout=NPM_PATIENCE)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return Vis(reason=f"npm could not install {VIS}")
    return Vis(folder / "node_modules" / "vis-timeline")
