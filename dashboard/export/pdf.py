"""HTML -> PDF by WeasyPrint, an extra that needs Pango: imported here alone, and only when a page is to be made."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.conf import settings

MISSING = "PDFs can’t be made here: WeasyPrint, or the Pango that it needs, is not installed."
_PICTURE_WIDTH = 780  # px: WIDE of dashboard/drawing/picture.py, for which its texts are placed


class PdfError(Exception):
    """No PDF can be made; the message is a sentence."""


def render(html: str, stylesheet: str) -> bytes:
    """A tagged PDF (PDF/UA-1) of a page without a single address to load. Raises PdfError."""
    weasyprint = _weasyprint()
    fetcher = _refusing_fetcher()
    page = weasyprint.HTML(string=html, url_fetcher=fetcher)
    sheet = weasyprint.CSS(string=stylesheet, url_fetcher=fetcher)
    pdf: bytes = page.write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1")
    return pdf


def picture(svg: str, height: int) -> str:
    """The page's own drawing, to scale with a sheet of paper, with its style in it: WeasyPrint looks nowhere else."""
    size = f'width="100%" height="{height}"'
    scaled = svg.replace(size, f'viewBox="0 0 {_PICTURE_WIDTH} {height}"', 1)
    return scaled.replace("<defs>", f"<style>{_chart_style()}</style><defs>", 1)


def style(name: str) -> str:
    return (settings.BASE_DIR / "static/css" / name).read_text("utf-8")


@cache
def _chart_style() -> str:
    """chart.css in the colours of paper: WeasyPrint knows no variables inside pictures, and no containers."""
    base = style("base.css")
    colours = dict(re.findall(r"(--[\w-]+): ([^;]+);", base.partition("@media")[0]))
    families = "\n".join(re.findall(r"^\.family-.*$", base, re.MULTILINE))
    # The font shorthand stops WeasyPrint from drawing any aligned text: packet_chart.css says it at length.
    chart = re.sub(r"^\.timeline-svg {.*$", "", style("chart.css").partition("@container")[0], flags=re.MULTILINE)
    rules = f"{families}\n{chart}\n{style('packet_chart.css')}"
    return re.sub(r"var\((--[\w-]+)\)", lambda found: colours[found[1]], rules)


def _weasyprint() -> Any:
    try:
        import weasyprint
    except (ImportError, OSError):  # OSError: the package is there, and Pango is not
        raise PdfError(MISSING) from None
    return weasyprint


def _refusing_fetcher() -> Any:
    from weasyprint.urls import URLFetcher

    class Refusing(URLFetcher):  # type: ignore[misc]  # has no types
        """What stands in a record must not make this machine ask anybody for anything."""

        def fetch(self, url: str, headers: object = None) -> Any:
            raise ValueError("Nothing is loaded.")

    return Refusing()
