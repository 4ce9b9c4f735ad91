"""CSV that a spreadsheet reads as text."""

from __future__ import annotations

import csv
import io
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from dashboard.export import cells

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
# Formulas behind whatever hides their start.
ODD = st.text(st.sampled_from([*SIGNS, *" \t\r\n\0\u00a0\u3000\u200b\ufeff'\",;|", "a", "1"]), max_size=6)


@given(st.one_of(ODD, st.text(max_size=40)))
def test_no_cell_can_be_a_formula(text: str) -> None:
    """Its first character that can be seen is no sign that starts one; and nothing but the apostrophe was added."""
    guarded = cells.guard(text)

    seen = guarded.lstrip()
    while seen and unicodedata.category(seen[0]) in ("Cc", "Cf", "Zs"):
        seen = seen[1:]
    assert not seen.startswith(tuple(SIGNS))
    assert guarded in (text, f"'{text}")


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20), min_size=2))
def test_line_is_read_back_as_it_was(row: list[str]) -> None:
    """Commas, quotes and line breaks stay in their cells."""
    line = cells.line(row)

    assert next(csv.reader(io.StringIO(line, newline=""))) == [cells.guard(cell) for cell in row]
    assert line.endswith("\r\n")
