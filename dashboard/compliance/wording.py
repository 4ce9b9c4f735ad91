"""Spoken words as they are compared: what only writing adds is left out. Pure."""

from __future__ import annotations

import unicodedata

_APOSTROPHES = frozenset("'`\u00b4\u02bc\u2018\u2019")


def plain(text: str) -> str:
    """No case, no punctuation, no apostrophes, single spaces. Marks of Indian scripts stay; joiners don't."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.translate(_KEPT).split())


class _Kept(dict[int, str]):
    """What becomes of each character, worked out once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        is_nothing = char in _APOSTROPHES or category == "Cf"
        self[code] = kept = "" if is_nothing else char if category[0] in "LMN" else " "
        return kept


_KEPT = _Kept()
