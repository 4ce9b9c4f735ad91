"""manage.py demo, as `make run` starts it: real servers, real ports, real signals."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEMO = {
    "SECRET_KEY": "demo-test-" + "s" * 50,
    "HTTPS": "false",
    "DATABASE_URL": "sqlite:///var/demo.sqlite3",
    "DIALNEXA_API_KEY": "demo:test",
}


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def free_port() -> int:
    with taken_port() as port:
        return port


def start(project: Path, port: int, base_url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", f"--port={port}"],
        cwd=project,
        env={"PATH": os.environ["PATH"], "DIALNEXA_BASE_URL": base_url, **DEMO},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_demo_serves_until_it_is_ended_and_leaves_nothing_behind(project_copy: Path) -> None:
    """It prints the address once pages are there, moves away from a taken upstream port, and ends with both servers."""
    port = free_port()
    with taken_port() as upstream_port, start(project_copy, port, f"http://127.0.0.1:{upstream_port}") as demo:
        try:
            assert demo.stdout
            printed = ""
            while "Ctrl-C ends it." not in printed:
                line = demo.stdout.readline()
                assert line, f"the demo ended early: {printed}"
                printed += line
            moved = re.search(rf"Port {upstream_port} is taken, so the demo upstream listens on (\d+)\.", printed)
            assert moved
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=10) as page:
                assert page.status == 200
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(30)

    assert demo.returncode == 0
    assert f"Leadline answers at http://127.0.0.1:{port}/" in printed
    assert "demo-admin" in printed
    assert not answers(port)
    assert not answers(int(moved[1]))


def test_taken_port_is_said_plainly(project_copy: Path) -> None:
    """One sentence with the way out, and nothing started."""
    with taken_port() as port, start(project_copy, port, f"http://127.0.0.1:{free_port()}") as demo:
        printed, _ = demo.communicate(timeout=30)

    assert demo.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken. Choose another one, for instance: make run PORT=8100" in printed
    assert "Traceback" not in printed


def test_real_upstream_is_refused(project_copy: Path) -> None:
    """The demo never reads a real workspace."""
    with start(project_copy, free_port(), "https://api.dialnexa.com") as demo:
        printed, _ = demo.communicate(timeout=30)

    assert demo.returncode == 1
    assert "The demo reads only from itself" in printed
