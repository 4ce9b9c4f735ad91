"""Spoken words as they are compared: what only writing adds is left out. Pure."""

from __future__ import annotations

import unicodedata

_APOSTROPHES = frozenset("'`\u00b4\u02bc\u2018\u2019")


def plain(text: str) -> str:
    """No case, no punctuation, no apostrophes, single spaces. Marks of Indian scripts stay; joiners don't."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join("".join(map(_kept, folded)).split())


def _kept(char: str) -> str:
    if char.isascii() and char.isalnum():
        return char
    category = unicodedata.category(char)
    if char in _APOSTROPHES or category == "Cf":
        return ""
    return char if category[0] in "LMN" else " "
