"""Characters that change how a neighbour reads, or hide between letters, made visible. Changes nothing else: pure."""

from __future__ import annotations

import re

# Controls but tab, newline and CRLF; soft hyphen; the bidi controls; invisible spaces, operators and separators;
# interlinear, shorthand and musical format controls; tags; noncharacters of the first plane; lone surrogates.
# Arabic and Syriac number signs are of the same category in Unicode, but can be seen: they stay.
_HIDDEN = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001]"
)
# Indic and Arabic scripts and emoji are spelled with the two joiners, and three flags with tags: elsewhere they hide.
_STRAY_JOINERS = "(?<![^\x00-\x7f])[\u200c\u200d]+"
_STRAY_TAGS = "(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]+"
_STRAY_RETURN = r"\r(?!\n)"
_MARKED = re.compile("|".join((_HIDDEN, _STRAY_JOINERS, _STRAY_TAGS, _STRAY_RETURN)))


def visible(text: str) -> str:
    """The text with each such character as ⟦U+202E⟧. The result can always be encoded as UTF-8."""
    if text.isprintable():  # most texts: whatever hides counts as not printable
        return text
    return _MARKED.sub(lambda found: "".join(f"⟦U+{ord(char):04X}⟧" for char in found.group()), text)
