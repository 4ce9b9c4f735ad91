from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.dialnexa import parse
from dashboard.dialnexa.errors import UnreadableError, WrongRecordError
from dashboard.timeline.model import Call, CallEvent
from tests.dialnexa.bodies import CALL, PHONE
from tests.dialnexa.call_bodies import CALLS, c1, c2, c3, c4, c5, c6

START = datetime(2026, 7, 14, 5, 0, tzinfo=UTC)
LENGTH = timedelta(seconds=95)


def read(body: object, call_id: str = CALL) -> Call:
    return parse.call(body, call_id=call_id)


def said(call: Call) -> list[str]:
    return [note.text for note in call.notes]


@pytest.mark.parametrize("form", CALLS)
def test_call_is_read_in_every_form(form):
    """Eight records of one call, one length."""
    call = read(CALLS[form]())

    assert (call.id, call.status, call.raw_status, call.duration) == (CALL, "completed", "completed", LENGTH)
    assert call.notes == ()


@pytest.mark.parametrize("form", CALLS)
@pytest.mark.parametrize("wrapper", ["data", "payload", "call"])
def test_f41_wrapped_call_is_the_same(form, wrapper):
    """One more envelope is opened."""
    assert read({wrapper: CALLS[form]()}) == read(CALLS[form]())


def test_f41_list_of_one_call_is_that_call():
    """Bare or in an envelope, as the list of calls answers."""
    assert read([c1()]) == read({"data": [c1()]}) == read(c1())


def test_published_form_is_read_whole():
    """A bare length, a one-line transcript, and "completed" as no reason at all."""
    call = read(c1())

    assert (call.direction, call.to_phone, call.from_phone) == ("outbound", PHONE, "+918044556677")
    assert (call.started_at, call.ended_at, call.is_duration_assumed) == (START, START + LENGTH, True)
    assert [turn.speaker for turn in call.transcript] == ["agent", "caller"]
    assert (call.summary, call.end_reason, call.agent) == ("Asked who was calling.", None, "agent_roof1")


def test_log_with_details_is_read_whole():
    """Events give the end."""
    call = read(c4())

    assert (call.end_reason, call.sentiment) == ("user_disconnected", "positive")
    assert call.events[1] == CallEvent("call_answered", START + timedelta(seconds=6))
    assert call.ended_at == START + LENGTH
    assert dict(call.analysis) == {"satisfaction": "8", "topics": '["roof","price"]'}


def test_webhook_form_is_read_whole():
    """JSON text as transcript, the summary inside the analysis, another word for the end."""
    call = read(c6())

    assert [(turn.speaker, turn.start) for turn in call.transcript] == [
        ("agent", timedelta(seconds=0.4)),
        ("caller", timedelta(seconds=1.9)),
    ]
    assert (call.summary, call.end_reason) == ("Asked who was calling.", "user_disconnected")
    assert call.to_phone == "919811002233"


def test_analysis_as_json_text_is_opened():
    """As seen live."""
    call = read(c5())

    assert dict(call.analysis) == {"interested": "true"}
    assert call.recording_url == "https://blobs.example.net/u81?sv=1"


@pytest.mark.parametrize(
    ("value", "analysis"),
    [
        ("a free text", {"analysis": "a free text"}),
        ("{broken", {"analysis": "{broken"}),
        ('"{\\"twice\\":1}"', {"analysis": '{"twice":1}'}),
        (["x", 1], {"analysis": '["x",1]'}),
        (7, {"analysis": "7"}),
        ([], {}),
        (None, {}),
        ("", {}),
    ],
)
def test_analysis_of_another_kind_is_shown_as_text(value, analysis):
    """JSON text is opened once, not twice."""
    assert dict(read(c1(analysis=value)).analysis) == analysis


# --- whose record ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        c1(id="call_other"),
        c3() | {"call_id": "call_other"},
        c3() | {"call_id": None},
        c1(id=CALL.upper()),
        c1(id=81),
        {"data": c1(id="call_other")},
        c1(id=CALL, call_id="call_other"),
    ],
)
def test_f45_record_of_another_call_is_refused(body):
    """One person's words are never shown under another's call."""
    with pytest.raises(WrongRecordError):
        read(body)


def test_log_id_beside_the_calls_is_fine():
    """And a log may be asked for by its own."""
    assert read(c3()).id == CALL
    assert read(c3(), "log_77").id == "log_77"


def test_record_without_an_id_is_taken_for_the_one_asked_for():
    """With a note."""
    body = c1()
    del body["id"]

    call = read(body)

    assert call.id == CALL
    assert said(call) == ["The answer does not say which call it is of."]


@pytest.mark.parametrize("body", [None, [], 5, "x", {}, {"data": None}, {"message": "ok"}, [c1(), c1()], [[c1()]]])
def test_f41_answer_without_a_call_is_unreadable(body):
    """Wrong at the level of the body."""
    with pytest.raises(UnreadableError, match="no call in the answer"):
        read(body)


def test_call_with_nothing_but_an_id_is_a_call():
    """All that DialNexa requires."""
    call = read({"data": {"id": CALL}})

    assert call == Call(id=CALL)


# --- length ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "length", "is_assumed"),
    [
        ({"duration": 5400}, timedelta(seconds=5400), True),
        ({"duration": 5401}, timedelta(milliseconds=5401), True),
        ({"duration": "42.5"}, timedelta(seconds=42.5), True),
        ({"duration": 0}, timedelta(0), True),
        ({"duration": 95, "ended_at": "2026-07-14T05:01:35Z"}, LENGTH, False),
        ({"duration": 4000, "ended_at": "2026-07-14T05:00:04Z"}, timedelta(seconds=4), False),
        ({"duration": 6000, "ended_at": "2026-07-14T06:40:00Z"}, timedelta(seconds=6000), False),
        ({"duration": 95, "ended_at": "2026-07-14T09:00:00Z"}, LENGTH, True),
        ({"duration": 95, "duration_seconds": 7}, timedelta(seconds=7), False),
        ({"duration": 86_400_000}, timedelta(days=1), True),
        ({"duration": None, "duration_sec": 9000}, timedelta(seconds=9000), False),
        ({"duration": None, "ended_at": "2026-07-14T05:00:30Z"}, timedelta(seconds=30), False),
        ({"duration": None}, None, False),
    ],
)
def test_length_of_a_call(given, length, is_assumed):
    """Seconds where said; else whatever fits the times around it; else by size, and then marked as assumed."""
    call = read(c1(**given))

    assert (call.duration, call.is_duration_assumed) == (length, is_assumed)
    assert call.notes == ()


@pytest.mark.parametrize("value", [-1, "-0.5", 10**400, 86_400_001, 1e14, "long", [], True, "\uff11\uff12"])
def test_broken_length_is_noted_and_taken_from_the_times(value):
    """Never negative, never absurd."""
    call = read(c1(duration=value, ended_at="2026-07-14T05:00:30Z"))

    assert call.duration == timedelta(seconds=30)
    assert said(call) == ["The call’s length could not be read, so it is taken from its times, where they are known."]


@pytest.mark.parametrize(
    "key", ["transfers", "transcript", "analysis", "events", "status", "id", "duration", "summary"]
)
def test_f38_deep_nesting_in_any_field_is_survived(key):
    """Shallow enough to be decoded, too deep to be written down again."""
    value: list[object] = []
    for _ in range(5000):
        value = [value]

    assert read(c1(call_id=CALL, **{key: value})).id == CALL


def test_end_before_start_is_noted_and_gives_no_length():
    """Both times stay."""
    call = read(c1(duration=None, ended_at="2026-07-14T04:59:00Z"))

    assert call.duration is None
    assert said(call) == ["The call’s end is before its start."]


# --- the rest --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        *("http://media.example.net/a.mp3", "javascript:alert(1)", "//media.example.net/a", "data:audio/mp3;base64,AA"),
        *("https://", "https://[", "https://a b.example/", "https://e.example/\n", " https://e.example/", "s3://b/k"),
        *(5, {"url": "https://e.example"}, "https://" + "a" * 5000),
    ],
)
def test_recording_that_is_not_safely_https_is_dropped(address):
    """And the note does not repeat it."""
    call = read(c1(recording_url=address))

    assert call.recording_url is None
    assert said(call) == ["The recording’s address is not a safe https address, so it is left out."]


def test_f55_unknown_words_are_kept():
    """End reason, sentiment and direction may be new."""
    call = read(c1(end_reason="Alien Signal", sentiment="Baffled", direction="sideways", call_direction=None))

    assert (call.end_reason, call.sentiment, call.direction) == ("alien_signal", "baffled", "sideways")


def test_events_without_a_time_come_last():
    """And those that are not events are noted."""
    events = [
        {"name": "tool_used"},
        {"type": "agent_spoke", "at": "2026-07-14T05:00:09Z"},
        "hung up",
        {"event": "call_started", "time": "2026-07-14T05:00:00Z"},
        5,
    ]

    call = read(c1(events=events))

    assert [event.name for event in call.events] == ["call_started", "agent_spoke", "tool_used", "hung up"]
    assert said(call) == ["Some of the call’s events could not be read."]


def test_agent_has_name_and_version():
    """The name where there is one."""
    assert read(c2()).agent == "agt_roof1, version 3"
    assert read(c2() | {"agent_name": "Roof helper"}).agent == "Roof helper, version 3"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"call_transfer": {"status": "no-answer", "destination": "+918044556677"}}, "no answer, to •••• ••77"),
        ({"transfers": [{"status": "connected"}, {"destination": "desk 2"}]}, "connected; to desk 2"),
        ({"transfer": "to +918044556677"}, "to •••• ••77"),
        ({"transfer": {}}, "transferred"),
        ({"transfer": False}, None),
        ({"transfers": []}, None),
        ({}, None),
    ],
)
def test_transfer_is_told_in_words_with_its_number_masked(given, words):
    """How it went, and where to."""
    assert read(c1(**given)).transfer == words
