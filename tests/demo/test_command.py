"""manage.py demo_upstream as a process of its own: its one line, its answers, its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.demo.conftest import KEY


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_command_serves_until_it_is_told_to_stop(project_copy: Path, sign: signal.Signals) -> None:
    """manage.py demo_upstream prints its address, answers with the settings' key, and ends cleanly."""
    process = command(project_copy, "--port=0", "--now=2026-07-15T15:00:00+05:30", DIALNEXA_API_KEY=KEY)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.rpartition(" ")[2].strip()
        request = Request(f"{url}/v1/workflows", headers={"Authorization": f"Bearer {KEY}"})
        with urlopen(request, timeout=10) as response:
            status = response.status
    finally:
        process.send_signal(sign)
        out, err = process.communicate(timeout=20)

    assert line.startswith("Demo DialNexa listens on http://127.0.0.1:")
    assert status == 200
    assert (process.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port=0"], "DIALNEXA_API_KEY"),
        (["--port=0", "--key=quiet:key", "--now=yesterday"], "--now must look like"),
        (["--port=0", "--key=quiet:key", "--now=2026-07-15T15:00:00"], "UTC offset"),
        (["--port=1", "--key=quiet:key", "--host=192.0.2.1"], "Can't listen on 192.0.2.1:1"),
    ],
)
def test_command_says_what_it_lacks(project_copy: Path, options: list[str], words: str) -> None:
    """One sentence and exit code 1, no traceback, no key."""
    process = command(project_copy, *options, DIALNEXA_API_KEY="")
    out, err = process.communicate(timeout=30)

    assert (process.returncode, out) == (1, "")
    assert words in err
    assert "Traceback" not in err
    assert "quiet:key" not in err


def command(folder: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo_upstream", *options],
        cwd=folder,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "dashboard.settings", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
