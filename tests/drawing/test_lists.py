"""The lists beside a picture: links to its folds, and sentences that stay text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.drawing import lists
from dashboard.drawing.layout import View
from tests.drawing.paths import documented, picture


def test_fold_is_a_link_that_opens_it_and_folds_it_again() -> None:
    """By its key, with its length and its step; the address is escaped."""
    shut, opened = picture(documented()), picture(documented(), view=View(unfolded=frozenset({"2.1"})))

    for drawn, act in ((shut, "Unfold 2 h"), (opened, "Fold 2 h")):
        found = lists.folds(drawn.folds, fold_href=lambda key: f"?a&unfold={key}")
        assert found == (f'<li><a href="?a&amp;unfold=2.1">{act}</a> <span class="soft">at step 2</span></li>')


@given(st.lists(st.text(max_size=40) | st.sampled_from(["<script>", "</li><li>", "\u202egnp"]), max_size=4))
def test_sentence_is_text_whatever_it_says(said: list[str]) -> None:
    """As many items as sentences, and no other element."""
    found = lists.sentences(said)

    assert found.count("<") == 2 * len(said)
    assert found.count("<li>") == found.count("</li>") == len(said)
    assert "\u202e" not in found
