import sys, tempfile, time
from pathlib import Path
from benchmarks.servers import Servers, DASHBOARD, PEERS
from benchmarks.load.site import Site
from benchmarks.load import speed
from benchmarks.load.upstream import Remote

L = speed.Length(10, 8, 12, 25, 40, 60)
with tempfile.TemporaryDirectory() as f, Servers(Path(f), ("-m", "benchmarks.load.upstream")) as s:
    site, bare = Site(s), Site(s, settings=PEERS)
    print(site.started_in, bare.started_in)
    for x in speed.sections(site, bare, Remote(s.upstream_port), L):
        print(x)
        for t in x.targets:
            print(t.row())
