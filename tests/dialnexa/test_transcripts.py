from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.dialnexa.transcripts import turns
from dashboard.timeline.model import Turn

AGENT = Turn("agent", "Good morning.")
CALLER = Turn("caller", "Who is this?")


def read(value):
    return turns(value, [])


@pytest.mark.parametrize(
    "value",
    [
        "Agent: Good morning. User: Who is this?",
        "Assistant : Good morning.  customer: Who is this?",
        "Agent: Good morning.\nUser: Who is this?",
        "\r\nBot: Good morning.\r\n\r\n  CALLER:Who is this?\r\n",
        [{"role": "assistant", "content": "Good morning."}, {"role": "user", "content": "Who is this?"}],
        [{"speaker": "AI", "text": "Good morning."}, {"from": "Human", "message": "Who is this?"}],
        [{"Agent": "Good morning.", "User": "Who is this?"}],
        {"Agent": "Good morning.", "User": "Who is this?"},
        ["Agent: Good morning.", "User: Who is this?"],
        {"messages": [{"role": "agent", "content": "Good morning."}, {"role": "caller", "text": "Who is this?"}]},
        ' [{"role":"assistant","content":"Good morning."},{"role":"user","content":"Who is this?"}]',
        '{"Agent":"Good morning.","User":"Who is this?"}',
    ],
)
def test_f60_two_turns_are_read_in_every_form(value):
    """One line, lines, a list, an object, or JSON text of one."""
    assert read(value) == (AGENT, CALLER)


@pytest.mark.parametrize("value", [None, "", "  \n ", [], {}, [None], [{"role": "user", "content": ""}], "Agent:"])
def test_f60_nothing_said_is_no_turns(value):
    """An explained state of the page, never an error."""
    assert read(value) in ((), (Turn("unknown", "{}"),) if value == {} else ())


def test_label_inside_a_sentence_is_somebodys_words():
    """A label counts only at the start or behind a finished sentence."""
    (turn,) = read("Agent: I wrote that the user: said no, and agent: said yes")

    assert turn == Turn("agent", "I wrote that the user: said no, and agent: said yes")


def test_label_inside_a_line_is_somebodys_words():
    """Where there are lines, only their beginnings count."""
    assert read("Agent: Right. User: that is you.\nUser: Me?") == (
        Turn("agent", "Right. User: that is you."),
        Turn("caller", "Me?"),
    )


@pytest.mark.parametrize("end", [".", "!", "?", "…", "।", ".”", '."'])
def test_label_behind_a_finished_sentence_begins_a_turn(end):
    """Whatever finishes it."""
    assert read(f"Agent: Yes{end} User: No") == (Turn("agent", f"Yes{end}"), Turn("caller", "No"))


def test_unlabelled_beginning_has_an_unknown_speaker():
    """In one line and in several."""
    assert read("Hello there. Agent: Hi") == (Turn("unknown", "Hello there."), Turn("agent", "Hi"))
    assert read("Hello\nthere\nAgent: Hi\nagain") == (Turn("unknown", "Hello\nthere"), Turn("agent", "Hi\nagain"))


@pytest.mark.parametrize("value", ["No labels at all: just words.", "[inaudible] hm", "{not json", "[1, 2"])
def test_text_without_labels_is_one_block(value):
    """As it is, also where it begins like JSON."""
    assert read(value) == (Turn("unknown", value),)


def test_times_within_the_call_are_read():
    """Seconds since it began, as numbers or digits; others are dropped with one doubt."""
    doubts: list[str] = []

    first, second, third = turns(
        [
            {"role": "agent", "content": "a", "start": 0.4, "end": "1.2"},
            {"role": "agent", "content": "b", "start": -1, "end": "later"},
            {"role": "agent", "content": "c", "start": 1e300, "end": None},
        ],
        doubts,
    )

    assert (first.start, first.end) == (timedelta(seconds=0.4), timedelta(seconds=1.2))
    assert (second.start, second.end, third.start, third.end) == (None, None, None, None)
    assert set(doubts) == {"some times within the transcript could not be read"}


def test_unlisted_speaker_is_unknown_and_named():
    """Who it was stays readable."""
    assert read([{"role": "tool", "content": "looked up"}]) == (Turn("unknown", "tool: looked up"),)


@pytest.mark.parametrize(
    ("entry", "text"),
    [({"mood": "calm"}, '{"mood":"calm"}'), (5, "5"), ([1], "[1]"), ({"role": "tool", "content": [1]}, "tool: [1]")],
)
def test_entry_of_another_kind_is_kept_as_text(entry, text):
    """Nothing that was sent is dropped."""
    assert read([entry]) == (Turn("unknown", text),)


@given(st.lists(st.sampled_from(["Agent: ", "User:", "said ", "the user: ", ". ", "\n", "…", "नमस्ते"]), max_size=12))
def test_every_word_survives(parts):
    """Splitting moves labels and spaces, never a word."""
    text = "".join(parts)

    together = " ".join(turn.text for turn in read(text))

    for word in ("said", "नमस्ते"):
        assert together.count(word) == text.count(word)
