"""make bench: measure the pages against their limits and print the tables. --write also puts them into README.md."""

from __future__ import annotations

import argparse
import os
import platform
import re
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import browser, browser_report, page_weight, scale, server_report, server_time, trail, verdicts
from benchmarks.figures import Section, targets_table, wrapped
from benchmarks.servers import DASHBOARD, Servers

README = Path(__file__).parent / "README.md"
FIGURES = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end of figures -->)", re.DOTALL)
PARTS = ("server", "bytes", "browser", "scale", "verdicts", "trail")


def main() -> None:
    given = _arguments()
    # So that the servers end with us however we are asked to.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    began = time.monotonic()
    sections: list[Section] = []
    with tempfile.TemporaryDirectory(prefix="leadline-bench-") as folder, Servers(Path(folder)) as servers:
        dashboard = servers.web(DASHBOARD)
        if "server" in given.only:
            sections += server_report.sections(server_time.measure(servers, dashboard, given.rounds))
        if "bytes" in given.only:
            sections += page_weight.sections(dashboard)
        if "browser" in given.only:
            sections += browser_report.sections(browser.measure(servers, dashboard, given.rounds))
    if "scale" in given.only:
        with tempfile.TemporaryDirectory(prefix="leadline-bench-") as folder:
            sections += scale.sections(Path(folder))
    if "verdicts" in given.only:
        with tempfile.TemporaryDirectory(prefix="leadline-bench-") as folder:
            sections += verdicts.sections(Path(folder))
    if "trail" in given.only:
        with tempfile.TemporaryDirectory(prefix="leadline-bench-") as folder:
            sections += trail.sections(Path(folder))
    report = _report(sections, seconds=time.monotonic() - began)
    print(report)
    if given.write:
        text = README.read_text()
        assert FIGURES.search(text), "README.md has lost the marks around its figures."
        README.write_text(FIGURES.sub(lambda _: f"\n{report}\n", text))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into benchmarks/README.md")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is measured (default 5)")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to measure (default: all)")
    given = parser.parse_args()
    if given.write and set(given.only) != set(PARTS):
        parser.error("--write needs every part: all figures of the README come from one run")
    return given


def _report(sections: list[Section], *, seconds: float) -> str:
    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    told = (
        f"{datetime.now(UTC):%d %B %Y}, `make bench`, {seconds:.0f} s, {platform.system()} {platform.machine()} with "
        f"{os.cpu_count()} cores{load}, Python {platform.python_version()}. After ± stands half the distance between "
        "the best and the worst round: how noisy the run was."
    )
    return "\n\n".join((wrapped(told), targets_table(sections), *(str(section) for section in sections)))


if __name__ == "__main__":
    main()
