"""make bench: measure the pages against their limits and print the tables. --write also puts them into README.md."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import browser, browser_report, page_weight, scale, server_report, server_time, trail
from benchmarks.figures import Section, put, report
from benchmarks.servers import DASHBOARD, Servers

NOTE = "After ± stands half the distance between the best and the worst round: how noisy the run was."
PARTS = ("server", "bytes", "browser", "scale", "trail")


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
    if "trail" in given.only:
        with tempfile.TemporaryDirectory(prefix="leadline-bench-") as folder:
            sections += trail.sections(Path(folder))
    text = report(sections, command="make bench", seconds=time.monotonic() - began, note=NOTE)
    print(text)
    if given.write:
        put(text, between="figures")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into benchmarks/README.md")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is measured (default 5)")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to measure (default: all)")
    given = parser.parse_args()
    if given.write and set(given.only) != set(PARTS):
        parser.error("--write needs every part: all figures of the README come from one run")
    return given


if __name__ == "__main__":
    main()
