"""Upstream's status words, their families, and how they are said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline import status
from dashboard.timeline.status import Family, end_reason_in_words, family, in_words, lead_word, word

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("completed", "completed"),
        ("In Progress", "in_progress"),
        ("in-progress", "in_progress"),
        ("  NO--ANSWER! ", "no_answer"),
        (True, "true"),
        (404, "404"),
        (None, "unknown"),
        ("", "unknown"),
        ("—", "unknown"),
        ("चालू", "unknown"),
    ],
)
def test_word_brings_spellings_together(raw: object, expected: str) -> None:
    """Case, dashes and blanks do not make another status; nothing readable is unknown."""
    assert word(raw) == expected


@given(json_values)
def test_word_of_anything_is_a_word(raw: object) -> None:
    """Whatever stands in a status field becomes a short word, and reading it again changes nothing."""
    spelled = word(raw)

    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", spelled)
    assert len(spelled) <= 100
    assert word(spelled) == spelled


def test_word_cut_at_its_longest_does_not_end_in_a_join() -> None:
    """Cutting a long text between two words leaves no trailing underscore."""
    assert word("a" * 99 + " b") == "a" * 99


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("in_progress", "active"),
        ("running", "active"),
        ("Converted", "completed"),
        ("Canceled", "cancelled"),
        ("pending", "pending"),
        ("archived", "archived"),
        (None, "unknown"),
    ],
)
def test_lead_word_joins_the_two_vocabularies(raw: object, expected: str) -> None:
    """DialNexa's pages name the same state of a lead differently; an unlisted word stays as it is."""
    assert lead_word(raw) == expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        ("completed", Family.DONE),
        ("waiting", Family.WAITING),
        ("in_progress", Family.IN_FLIGHT),
        ("sent", Family.IN_FLIGHT),
        ("did_not_pick", Family.NOT_REACHED),
        ("busy", Family.NOT_REACHED),
        ("voicemail", Family.NOT_REACHED),
        ("retry_expired", Family.FAILED),
        ("removed", Family.STOPPED),
        ("unknown", Family.UNKNOWN),
        ("complete_ish", Family.UNKNOWN),
        ("not_completed", Family.UNKNOWN),
    ],
)
def test_family_of_a_word(one: str, expected: Family) -> None:
    """Each documented word has its family; one that only looks like a success has none."""
    assert family(one) is expected


@given(st.text(max_size=30).filter(lambda text: text not in status.FAMILY_OF))
def test_family_of_an_unlisted_word_is_unknown(one: str) -> None:
    """Unknown is never taken for success, or for anything else."""
    assert family(one) is Family.UNKNOWN


def test_families_all_have_a_sign_and_a_word_of_their_own() -> None:
    """Colour is never the only sign, so no two families share theirs."""
    assert set(status.FAMILY_WORDS) == set(status.FAMILY_ICONS) == set(Family)
    assert len(set(status.FAMILY_ICONS.values())) == len(set(status.FAMILY_WORDS.values())) == len(Family)


def test_call_states_are_in_flight_or_final_and_never_both() -> None:
    """A call can change, or it cannot; each word for it also has a family."""
    assert not status.CALL_IN_FLIGHT & status.CALL_FINAL
    assert set(status.FAMILY_OF) >= status.CALL_IN_FLIGHT | status.CALL_FINAL
    assert not status.LEAD_FINAL & status.LEAD_LIVE


@pytest.mark.parametrize(
    ("one", "text"),
    [
        ("no_answer", "no answer"),
        ("dnp", "did not pick up"),
        ("hangup", "hung up before it connected"),
        ("unknown", "status unknown"),
        ("completed", "completed"),
        ("handed_to_partner", "handed to partner"),
    ],
)
def test_in_words_says_it_as_people_do(one: str, text: str) -> None:
    """A word of ours has its own phrase, an unlisted one is said with blanks."""
    assert in_words(one) == text


def test_end_reason_in_words_quotes_one_it_does_not_know() -> None:
    """A documented reason is explained; another is shown as what it is, and said to be unknown."""
    assert end_reason_in_words("user_busy") == "the line was busy, or the call was rejected"
    assert end_reason_in_words("solar_flare") == "“solar flare”, a reason Leadline does not know"
    assert set(status.END_REASONS) >= status.NEVER_REACHED_REASONS
