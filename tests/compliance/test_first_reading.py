"""Rule packs as the threads of a new process first meet them."""

from __future__ import annotations

import subprocess
import sys

from tests.project import ROOT

# Each in a process of its own: a type is worked out once.
FIRST = """
import threading
from pathlib import Path
from dashboard.compliance import packs
texts = [file.read_text() for file in Path("dashboard/compliance/packs").glob("*.toml")]
gate = threading.Barrier(16)
def read(number):
    gate.wait()
    packs.read(texts[number % len(texts)])
threads = [threading.Thread(target=read, args=[number]) for number in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def test_threads_that_read_packs_at_once_do_not_end_the_process() -> None:
    """The first pages of a worker come together: sixteen threads, ten new processes, no crash."""
    command = [sys.executable, "-X", "faulthandler", "-c", f"import sys; sys.setswitchinterval(1e-6){FIRST}"]

    ended = [subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False) for _ in range(10)]

    assert [(one.returncode, one.stderr) for one in ended] == [(0, "")] * 10
