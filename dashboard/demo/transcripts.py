"""One dialogue, written in each of the forms in which transcripts have been seen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dashboard.demo.dialogues import Said

RING_SECONDS = 6.0


def write(said: Sequence[Said], form: str, seconds: float) -> dict[str, Any]:
    """The record's transcript keys, for a call of that many seconds.

    line: "Agent: … User: …"; lines: the same, a line per turn; turns: a list with times; json: that list as text;
    pairs: [{"Agent": …, "User": …}]; texts: [{"speaker": …, "text": …}] under "messages".
    """
    match form:
        case "line":
            return {"transcript": " ".join(_labelled(said))}
        case "lines":
            return {"transcript": "\n".join(_labelled(said))}
        case "turns":
            return {"transcript": _timed(said, seconds)}
        case "json":
            return {"transcript": json.dumps(_timed(said, seconds), ensure_ascii=False)}
        case "pairs":
            return {"transcript": [dict(_pair(turn) for turn in said[at : at + 2]) for at in range(0, len(said), 2)]}
        case "texts":
            return {"messages": [{"speaker": _speaker(turn).lower(), "text": turn.text} for turn in said]}
    raise ValueError(f"No transcript form is called {form!r}.")


def _speaker(turn: Said) -> str:
    return "Agent" if turn.is_agent else "User"


def _pair(turn: Said) -> tuple[str, str]:
    return _speaker(turn), turn.text


def _labelled(said: Sequence[Said]) -> list[str]:
    return [f"{_speaker(turn)}: {turn.text}" for turn in said]


def _timed(said: Sequence[Said], seconds: float) -> list[dict[str, Any]]:
    """Turns share the time after the ringing by their length, with a breath between them."""
    per_letter = (seconds - RING_SECONDS - 1) / sum(len(turn.text) + 8 for turn in said)
    at = RING_SECONDS
    turns = []
    for turn in said:
        end = at + len(turn.text) * per_letter
        role = "assistant" if turn.is_agent else "user"
        turns.append({"role": role, "content": turn.text, "start": round(at, 1), "end": round(end, 1)})
        at = end + 8 * per_letter
    return turns
