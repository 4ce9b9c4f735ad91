"""A call's record in every shape DialNexa documents or was seen to send. Each call builds a new body."""

from __future__ import annotations

from tests.dialnexa.bodies import CALL, PHONE, Body


def c1(**changes: object) -> Body:
    """Bare, one-line transcript, a length without a unit."""
    body: Body = {
        "id": CALL,
        "agent_id": "agent_roof1",
        "to_number": PHONE,
        "from_number": "+918044556677",
        "status": "completed",
        "call_direction": "outbound",
        "createdAt": "2026-07-14T05:00:00.000Z",
        "duration": 95,
        "transcript": "Agent: Good morning. User: Who is this?",
        "summary": "Asked who was calling.",
        "end_reason": "completed",
    }
    return body | changes


def c2() -> Body:
    return {
        "id": CALL,
        "agent_id": "agt_roof1",
        "agent_version_number": 3,
        "to_phone_number": PHONE,
        "from_phone_number": "+918044556677",
        "status": "completed",
        "duration_seconds": 95,
        "recording_url": "https://media.example.net/u81.mp3?sig=abc",
        "metadata": {},
        "created_at": "2026-07-14T05:00:00.000Z",
        "ended_at": "2026-07-14T05:01:35.000Z",
    }


def c3() -> Body:
    """A call log: its own id, and the call's."""
    return {
        "id": "log_77",
        "call_id": CALL,
        "agent_id": "agt_roof1",
        "status": "completed",
        "sentiment": "positive",
        "duration_seconds": 95,
        "analysis": {"satisfaction": 8, "topics": ["roof", "price"]},
        "created_at": "2026-07-14T05:00:00.000Z",
        "end_reason": "user_disconnected",
    }


def c4() -> Body:
    """A call log's details."""
    events = [
        {"event": "call_started", "timestamp": "2026-07-14T05:00:00.000Z"},
        {"event": "call_answered", "timestamp": "2026-07-14T05:00:06.000Z"},
        {"event": "call_ended", "timestamp": "2026-07-14T05:01:35.000Z"},
    ]
    return c3() | {"transcript": "Agent: Good morning.\nUser: Who is this?", "timeline": events}


def c5() -> Body:
    """As seen live: no transcript, own words for time, analysis and recording."""
    return {
        "id": CALL,
        "agent_id": "agent_roof1",
        "to_number": PHONE,
        "called_time": "2026-07-14T05:00:00Z",
        "duration": 95,
        "status": "completed",
        "end_reason": "agent_disconnected",
        "postcallanalysis": '{"interested": true}',
        "recording_sas_url": "https://blobs.example.net/u81?sv=1",
    }


def c6() -> Body:
    """A webhook's call: a transcript as JSON text, in a payload."""
    transcript = (
        '[{"role":"assistant","content":"Good morning.","start":0.4,"end":1.2},'
        '{"role":"user","content":"Who is this?","start":1.9,"end":2.5}]'
    )
    record = {
        "id": CALL,
        "direction": "outbound",
        "to_number": "919811002233",
        "status": "completed",
        "initiated_at": "2026-07-14T05:00:00.000Z",
        "duration_in_seconds": 95,
        "transcript": transcript,
        "post_call_analysis": {"summary": "Asked who was calling.", "interested": False},
        "hangup_reason": "user_disconnected",
    }
    return {"event_type": "call_ended", "payload": {"call": record}}


def c7() -> Body:
    return {
        "call_id": CALL,
        "status": "completed",
        "sentiment": "neutral",
        "summary": "Asked who was calling.",
        "transcript": [{"speaker": "Agent", "text": "Good morning."}, {"speaker": "User", "text": "Who is this?"}],
        "extracted_data": {"interested": "no"},
        "duration": 95000,
        "billing": {"credits": 2},
    }


def c8() -> Body:
    return {"id": CALL, "status": "completed", "duration_sec": 95, "end_reason": "user_disconnected"}


CALLS = {"c1": c1, "c2": c2, "c3": c3, "c4": c4, "c5": c5, "c6": c6, "c7": c7, "c8": c8}
