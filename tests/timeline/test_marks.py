"""Hidden characters made visible, and nothing else touched."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline.marks import visible

# Of the same category as the bidi controls, but drawn: number signs that stand before Arabic and Syriac digits.
SEEN = {*map(chr, range(0x600, 0x606)), "\u06dd", "\u070f", "\u0890", "\u0891", "\u08e2", "\U000110bd", "\U000110cd"}
JOINERS = {"\u200c", "\u200d"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("invoice\u202egnp.exe", "invoice⟦U+202E⟧gnp.exe"),
        ("\u2066isolate\u2069", "⟦U+2066⟧isolate⟦U+2069⟧"),
        ("zero\u200bwidth\ufeff", "zero⟦U+200B⟧width⟦U+FEFF⟧"),
        ("nul\x00 bell\x07 escape\x1b[2J", "nul⟦U+0000⟧ bell⟦U+0007⟧ escape⟦U+001B⟧[2J"),
        ("next line\x85", "next line⟦U+0085⟧"),
        ("line\u2028separator", "line⟦U+2028⟧separator"),
        ("soft\xadhyphen", "soft⟦U+00AD⟧hyphen"),
        ("lone \ud83d surrogate", "lone ⟦U+D83D⟧ surrogate"),
        ("pay\u200dee", "pay⟦U+200D⟧ee"),
        ("\u200cstart", "⟦U+200C⟧start"),
        ("a\u200d\u200db", "a⟦U+200D⟧⟦U+200D⟧b"),
        ("hidden\U000e0041\U000e0042", "hidden⟦U+E0041⟧⟦U+E0042⟧"),
        ("old mac\rline", "old mac⟦U+000D⟧line"),
    ],
)
def test_visible_marks_what_hides(text: str, shown: str) -> None:
    """Each such character is written out where it stands."""
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "नमस्ते, आपका ऋण स्वीकृत हो गया है",
        "क्\u200dष and क्\u200cष",
        "வணக்கம், ஸ்ரீ",
        "می\u200cروم",
        "שלום",
        "สวัสดี 你好 こんにちは",
        "family 👨\u200d👩\u200d👧, heart ❤\ufe0f\u200d🔥, flag 🇮🇳, keycap 1\ufe0f\u20e3",
        "England 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "tab\tand\nnewline\r\nand CRLF",
        "e\u0301 and é",
        "<b>plain</b> & “quoted”",
        "",
    ],
)
def test_visible_leaves_languages_and_emoji_as_they_are(text: str) -> None:
    """Joiners inside Indic scripts, Persian and emoji spell the word; they stay."""
    assert visible(text) == text


def test_visible_marks_every_control_format_and_surrogate_character() -> None:
    """Every such character of Unicode after a letter, but tab, newline and the few that can be seen."""
    hidden = [
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(char) in {"Cc", "Cf", "Cs"} and char not in SEEN | {"\t", "\n"}
    ]

    unmarked = [hex(ord(char)) for char in hidden if visible(f"a{char}b") != f"a⟦U+{ord(char):04X}⟧b"]

    assert unmarked == []


any_text = st.text(st.characters() | st.sampled_from("\u202e\u200d\u200c\r\n\x00\ud800\U000e0041🏴a⟦क"))


@given(any_text)
def test_visible_twice_is_visible_once(text: str) -> None:
    """Marks are plain characters: marking again finds nothing."""
    assert visible(visible(text)) == visible(text)


@given(any_text)
def test_visible_can_always_be_sent(text: str) -> None:
    """A lone surrogate would make the whole response fail; none is left."""
    visible(text).encode("utf-8")


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Zl", "Zp"])))
def test_visible_changes_nothing_that_can_be_seen(text: str) -> None:
    """Text without hidden characters comes back as it went in."""
    assert visible(text) == text
