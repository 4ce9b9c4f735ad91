"""CSV that a spreadsheet reads as text: no cell of it can be a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable

BOM = "\ufeff"  # so that spreadsheets read UTF-8
# By which spreadsheets know a formula, also in their full-width forms; OWASP ASVS 5.0, 1.2.10.
_STARTS = tuple("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")


def guard(value: object) -> str:
    """A cell that is text: an apostrophe stands before whatever could start a formula, behind any blanks."""
    text = "" if value is None else str(value)
    start = text.lstrip(" \u00a0\u3000\ufeff")
    while start and unicodedata.category(start[0]) in ("Cc", "Cf", "Zs"):
        start = start[1:]
    return f"'{text}" if text.startswith(_STARTS) or start.startswith(_STARTS) else text


def line(cells: Iterable[object]) -> str:
    """One row, RFC 4180."""
    file = io.StringIO()
    csv.writer(file).writerow([guard(cell) for cell in cells])
    return file.getvalue()


def table(header: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    """A whole file, with a byte order mark."""
    return BOM + line(header) + "".join(map(line, rows))
