"""What axe finds on a page: everything in the light, and what has to do with colours in the dark."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page) -> list[dict[str, Any]]:
    page.emulate_media(color_scheme="light")
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    # Colours may be on their way.
    page.evaluate("() => Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    found += Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    page.emulate_media(color_scheme="light")
    return found


def serious(page: Page) -> list[tuple[str, str, list[str]]]:
    """Rule, what it is about, and the elements."""
    return [
        (rule["id"], rule["help"], [node["html"][:160] for node in rule["nodes"][:3]])
        for rule in violations(page)
        if rule["impact"] in ("serious", "critical")
    ]
