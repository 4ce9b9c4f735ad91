"""HTML to PDF: nothing is loaded from anywhere, and where it can't be made that is a sentence."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

from dashboard.export import pdf
from tests.stub import Stub

PAGE = """<html lang="en"><head><title>Test</title><link rel="stylesheet" href="{url}/a.css"></head><body>
<h1>Loaded</h1><img src="{url}/b.png" alt="b"><img src="file:{root}etc/hostname" alt="c">
<object data="{url}/d"></object>
<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}/e.png"/><style>@import url({url}/f.css);</style></svg>
<img src="data:image/png;base64,iVBORw0KGgo=" alt="g"><p style="background:url({url}/h.png)">x</p></body></html>"""


@pytest.mark.pdf
@pytest.mark.usefixtures("pdfs")
def test_nothing_is_loaded() -> None:
    """Whatever a record manages to say, this machine asks nobody and opens no file."""
    one = Stub()
    try:
        sheet = f"@import url({one.url}/i.css); body {{ background: url({one.url}/j.png) }}"
        made = pdf.render(PAGE.format(url=one.url, root="/" * 3), sheet)
    finally:
        one.close()

    assert made.startswith(b"%PDF-1.7")
    assert b"/EmbeddedFile" not in made
    assert one.seen == []


@pytest.mark.parametrize("error", [ImportError("no weasyprint"), OSError("cannot load library 'libpango-1.0-0'")])
def test_missing_library_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The extra is not installed, or Pango is not."""
    load = builtins.__import__

    def broken(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "weasyprint":
            raise error
        return load(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", broken)

    with pytest.raises(pdf.PdfError, match="PDFs can’t be made here"):
        pdf.render("<p>x</p>", "")
