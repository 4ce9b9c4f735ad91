"""What is kept of a call: counts, places of phrases and a digest, and nothing that was said."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.compliance.calls import facts, missing
from dashboard.compliance.packs import Phrases, shipped
from dashboard.compliance.wording import plain
from dashboard.timeline.model import Call, Speaker, Turn

NOW = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)
KEY = b"of this installation"
STOP = shipped()["record"].words("stop")
OFFER = shipped()["us-telemarketing"].words("opt-out-offer")


def call(*turns: tuple[Speaker, str]) -> Call:
    return Call("call_1", "completed", transcript=tuple(Turn(speaker, text) for speaker, text in turns))


def found(phrases: Phrases, *turns: tuple[Speaker, str]) -> tuple[int, ...]:
    return facts(call(*turns), [phrases], key=KEY, read_at=NOW).found[phrases.key]


@pytest.mark.parametrize(
    "text",
    [
        "Stop calling me!",
        "Please STOP, CALLING... me",
        "Don't call me again.",
        "Don’t call me",
        "dont call me",
        "I said: take me off your list.",
        "Bhaiya, call mat karo yaar",
        "कृपया मुझे कॉल मत कीजिए।",
        "कॉल मत करो",
        "फोन मत करो",
        "फ\u093cोन मत कीजिए",  # the dot apart from its letter
        "मेरा नंबर हटा दीजिए",
        "मेरा नंबर हटाओ",
        "कॉ\u200dल मत करो",  # a joiner within the word
    ],
)
def test_request_to_stop_is_found_however_it_is_written(text: str) -> None:
    """Whatever the case, the punctuation, the apostrophe or the encoding of a Hindi letter."""
    assert found(STOP, ("agent", "Hello."), ("caller", text)) == (2,)


@pytest.mark.parametrize(
    "text",
    [
        "Nonstop calling is what they do",
        "Unsubscribed already",
        "Call me at noon",
        "कॉल कीजिए",
        "",
    ],
)
def test_other_words_are_not_taken_for_a_request(text: str) -> None:
    """Only whole words count, in their order."""
    assert found(STOP, ("caller", text)) == ()


def test_phrases_are_looked_for_in_their_side_s_turns_and_in_those_of_nobody() -> None:
    """The agent's own "stop calling" is no request; where nobody knows who spoke, it may be one."""
    said: list[tuple[Speaker, str]] = [
        ("agent", "stop calling"),
        ("unknown", "stop calling"),
        ("caller", "stop calling"),
    ]

    assert found(STOP, *said) == (2, 3)
    assert found(OFFER, ("agent", "Just say stop."), ("caller", "Say stop?"), ("unknown", "say stop")) == (1, 3)


def test_facts_count_turns_by_speaker() -> None:
    """A conversation has both sides; turns of nobody leave it open."""
    both = facts(call(("agent", "a"), ("caller", "b"), ("unknown", "c")), [], key=KEY, read_at=NOW)
    alone = facts(call(("agent", "a")), [], key=KEY, read_at=NOW)
    nobody = facts(call(("agent", "a"), ("unknown", "b")), [], key=KEY, read_at=NOW)
    empty = facts(call(), [], key=KEY, read_at=NOW)

    assert (both.turns, both.agent_turns, both.caller_turns, both.unknown_turns) == (3, 1, 1, 1)
    assert [one.is_conversation for one in (both, alone, nobody, empty)] == [True, False, None, None]
    assert missing("call_1", read_at=NOW).is_conversation is None


@given(
    st.lists(st.tuples(st.sampled_from(["agent", "caller", "unknown"]), st.text(max_size=30)), max_size=5),
    st.text(max_size=20),
)
def test_facts_hold_nothing_that_was_said(said: list[tuple[Speaker, str]], word: str) -> None:
    """Only counts, numbers of turns, and a digest under a key."""
    canary = f"canary{word}"
    kept = facts(call(*said, ("caller", canary)), [STOP], key=KEY, read_at=NOW)

    assert canary not in str(asdict(kept))
    assert kept.turns == len(said) + 1
    assert all(1 <= turn <= kept.turns for turns in kept.found.values() for turn in turns)


def test_digest_is_that_of_the_words_and_their_speakers_under_a_key() -> None:
    """One changed word, speaker or key, and it is another; no words, no digest."""
    said = call(("agent", "Hello."), ("caller", "Yes."))

    def digest(one: Call, key: bytes = KEY) -> str:
        return facts(one, [], key=key, read_at=NOW).digest

    other = [call(("agent", "Hello."), ("caller", "No.")), call(("agent", "Hello."), ("agent", "Yes."))]
    assert digest(said) == digest(replace(said, summary="Other"))
    assert len({digest(said), *map(digest, other), digest(said, b"another"), digest(call())}) == 5
    assert digest(call()) == ""


@pytest.mark.parametrize(
    ("number", "series"),
    [
        ("+911600000100", "91 1600"),
        ("+91 140 555 0123", "91 1405"),
        ("+14155550123", "1 4155"),
        ("1600000100", ""),
        ("+abc", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_series_of_the_calling_number_is_no_number(number: str | None, series: str) -> None:
    """Country and four digits."""
    assert facts(replace(call(), from_phone=number), [], key=KEY, read_at=NOW).caller_series == series


@given(st.text(max_size=40))
def test_plain_words_stay_as_they_are(text: str) -> None:
    """Comparing twice is comparing once."""
    assert plain(plain(text)) == plain(text)


def test_key_of_a_list_changes_with_its_words() -> None:
    """What was looked for before is not the same; order does not matter."""
    other = Phrases(id="stop", speaker="caller", phrases=(*STOP.phrases, "enough"))

    assert STOP.key != other.key
    assert STOP.key == Phrases(id="any", speaker="caller", phrases=STOP.phrases[::-1]).key
