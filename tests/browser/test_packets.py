"""A reviewer has an evidence packet made, and takes it away; an operator exports a lead's steps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard.export.tasks import make_packet
from dashboard.models import Packet
from tests.project import ROOT

LEAD = "/workflows/workflow_homeloan01/leads/lead_farhan04/"


def fill(page: Page, sheet: str = "dialog#sheet") -> None:
    page.select_option(f"{sheet} #id_reason", "regulator")
    page.fill(f"{sheet} #id_text", "They asked about this person.")


@pytest.mark.pdf
@pytest.mark.usefixtures("pdfs")
@pytest.mark.parametrize("role", ["reviewer"])
def test_packet_is_asked_for_watched_and_downloaded(at: Page, tmp_path: Path) -> None:
    """A sheet asks why; the page changes by itself when a worker has made it; the file is good for anybody."""
    at.goto(LEAD)
    at.click("text=Evidence packet")
    assert Axe().run(at, "dialog#sheet").response["violations"] == []
    fill(at)
    at.click("dialog#sheet >> text=Make the packet")
    expect(at.locator("#packet h2")).to_have_text("Waiting for a worker")
    assert Axe().run(at).response["violations"] == []

    make_packet.call(Packet.objects.get().pk)

    expect(at.locator("#packet h2")).to_have_text("Ready")
    assert Axe().run(at).response["violations"] == []
    with at.expect_download() as download:
        at.click("text=Download the packet")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    command = [sys.executable, str(ROOT / "scripts/verify_packet.py"), str(file)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert answer.stdout.startswith("The parts hold")


def test_steps_are_exported_without_leaving_the_page(at: Page, tmp_path: Path) -> None:
    """The sheet asks why; the browser saves a file, and the timeline is still there."""
    at.goto(LEAD)
    at.click("text=Export")
    assert Axe().run(at, "dialog#sheet").response["violations"] == []
    fill(at)

    with at.expect_download() as download:
        at.click("dialog#sheet >> button")

    file = tmp_path / "steps.csv"
    download.value.save_as(file)
    assert file.read_text("utf-8-sig").startswith("position,label,")
    assert at.url.endswith(LEAD)
