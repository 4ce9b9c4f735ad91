"""make load: what happens under load and on bad days, all of it bounded and on loopback. --write fills in README.md."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Section, put, report
from benchmarks.load import endurance, outage, speed
from benchmarks.load.site import Site
from benchmarks.load.speed import Length
from benchmarks.load.upstream import Remote
from benchmarks.servers import PEERS, Servers

PARTS = ("speed", "outage", "endurance")
LENGTHS = {
    "short": Length(steady=10, peak=5, overload=10, hang=15, fail=20, soak=30),
    "usual": Length(steady=30, peak=10, overload=20, hang=25, fail=40, soak=180),
    "full": Length(steady=60, peak=20, overload=60, hang=60, fail=60, soak=1800),
}
NOTE = "Load generator, DialNexa's stand-in and the dashboard share the cores."


def main() -> None:
    given = _arguments()
    # So that the servers end with us however we are asked to.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    began, length = time.monotonic(), LENGTHS[given.length]
    if given.soak:
        length = length._replace(soak=given.soak * 60)
    sections: list[Section] = []
    with (
        tempfile.TemporaryDirectory(prefix="leadline-load-") as folder,
        Servers(Path(folder), ("-m", "benchmarks.load.upstream")) as servers,
    ):
        upstream = Remote(servers.upstream_port)
        if "speed" in given.only:
            site, bare = Site(servers), Site(servers, settings=PEERS)
            sections += speed.sections(site, bare, upstream, length)
            site.end()
            bare.end()
        if "outage" in given.only:
            site, lone = Site(servers), Site(servers, workers=1)
            sections += outage.sections(site, lone, upstream, length)
            site.end()
            lone.end()
        if "endurance" in given.only:
            sections += endurance.sections(servers, upstream, length)
    options = [f"--{given.length}"] * (given.length != "usual") + [f"--soak={given.soak}"] * bool(given.soak)
    command = f'make load ARGS="{" ".join(options)}"' if options else "make load"
    text = report(sections, command=command, seconds=time.monotonic() - began, note=NOTE)
    print(text)
    if given.write:
        put(text, between="load")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into benchmarks/README.md")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to measure (default: all)")
    for name, seconds in (("short", "a few seconds of everything"), ("full", "a soak of half an hour")):
        parser.add_argument(f"--{name}", dest="length", action="store_const", const=name, default="usual", help=seconds)
    parser.add_argument("--soak", type=int, metavar="MINUTES", help="how long the soak goes on")
    given = parser.parse_args()
    if given.write and set(given.only) != set(PARTS):
        parser.error("--write needs every part: all figures of the README come from one run")
    return given


if __name__ == "__main__":
    main()
