"""What stands beside a picture as items of a list, as markup: links to its folds, and the path in sentences.

For people who do not point at pictures. Every string is escaped here; ADR 9 says why it is not a template's work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from dashboard.drawing.markup import Markup
from dashboard.drawing.picture import FoldMark
from dashboard.timeline.marks import visible


def folds(marks: Iterable[FoldMark], *, fold_href: Callable[[str], str]) -> Markup:
    """One link a fold: it opens what is folded, and folds what is open."""
    return Markup("".join(_fold(mark, escape(fold_href(mark.key))) for mark in marks))


def _fold(mark: FoldMark, href: str) -> str:
    text = f"Unfold {mark.text}" if mark.is_folded else mark.text.capitalize()
    return f'<li><a href="{href}">{text}</a> <span class="soft">at step {mark.position}</span></li>'


def sentences(said: Iterable[str]) -> Markup:
    """One item a sentence."""
    return Markup("".join(f"<li>{escape(visible(sentence))}</li>" for sentence in said))
