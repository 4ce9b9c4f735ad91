"""What bars say about themselves: kinds of steps, short texts and hover lines. Plain text, escaped by who draws it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, tzinfo

from dashboard.timeline import status as words
from dashboard.timeline.marks import visible
from dashboard.timeline.model import VOICE_CALL, Visit
from dashboard.timeline.status import FAMILY_ICONS, FAMILY_WORDS
from dashboard.timeline.words import LeadClock, clock, day, length, offset, stamp, zone_name

_TYPES = {
    "VOICE_CALL": "Call",
    "TIME": "Wait",
    "CONDITIONAL": "Condition",
    "APPLICATION": "Application",
    "WHATSAPP": "WhatsApp",
    "SMS": "SMS",
    "EMAIL": "Email",
    "CONVERTED": "Converted",
    "DROPPED": "Dropped",
    "UNKNOWN": "Unknown type",
}
LONGEST_LABEL = 50
LONGEST_WORD = 28


def type_word(type_: str) -> str:
    """ "VOICE_CALL" -> "Call"; a type nobody listed stays as it is: "AI_SCORE"."""
    return _TYPES.get(type_) or cut(visible(type_), LONGEST_WORD)


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def label(visit: Visit) -> str:
    return cut(" ".join(visible(visit.label).split()) or "no label", LONGEST_LABEL)


def has_local_time(value: datetime) -> bool:
    """Whether every zone can say it: not so near the ends of the calendar that an offset would push it over."""
    return 1 < value.year < 9999


def moment(value: datetime, zone: tzinfo, *, after: datetime | None = None) -> str:
    """Clock, letters of the zone and offset; the day too, unless it is that of `after`."""
    if not has_local_time(value):
        return value.isoformat()
    is_same_day = after is not None and has_local_time(after) and day(after, zone) == day(value, zone)
    text = clock(value, zone) if is_same_day else stamp(value, zone)
    return text if zone_name(value, zone) == offset(value, zone) else f"{text} ({offset(value, zone)})"


def texts(visit: Visit, spent: str) -> tuple[str, ...]:
    """What may stand at a bar, longest first."""
    icon = FAMILY_ICONS[words.family(visit.status)]
    outcome = cut(visible(words.in_words(visit.status)), LONGEST_WORD)
    return f"{icon} {outcome} · {spent}", f"{icon} {spent}", icon


def hover(
    visit: Visit, *, total: int, zone: tzinfo, extra: Sequence[str], lead_clock: LeadClock | None = None
) -> tuple[str, ...]:
    """Everything about one visit, a line each. extra: how long it took, or why that is not known."""
    family = FAMILY_WORDS[words.family(visit.status)]
    outcome = visible(words.in_words(visit.status))
    lines = [f"Step {visit.position} of {total:,} · {label(visit)}"]
    lines.append(f"{type_word(visit.type)} · {family}" + (f": {outcome}" if outcome.lower() != family.lower() else ""))
    if visit.raw_status and words.word(visit.raw_status) != visit.status:
        lines.append(f"Reported as “{cut(visible(visit.raw_status), LONGEST_LABEL)}”")
    if visit.entered_at is not None:
        lines.append(f"Entered {moment(visit.entered_at, zone)}")
        if lead_clock and has_local_time(visit.entered_at) and (aside := lead_clock.beside(visit.entered_at, zone)):
            lines.append(aside[0].upper() + aside[1:])
    if visit.left_at is not None:
        lines.append(f"Left {moment(visit.left_at, zone, after=visit.entered_at)}")
    lines.extend(extra)
    if visit.exit:
        lines.append(f"Exit “{cut(visible(visit.exit), LONGEST_LABEL)}”")
    if visit.call_id is not None:
        lines.append("Call recorded")
    elif visit.type == VOICE_CALL:
        lines.append("No call recorded")
    return tuple(lines)


def group_hover(
    visits: Sequence[Visit], name: str, *, zone: tzinfo, start: datetime | None, end: datetime | None
) -> tuple[str, ...]:
    """What a group holds: which visits, when, and how they ended."""
    lines = [f"Steps {visits[0].position:,} to {visits[-1].position:,} · {name}"]
    if start is not None and end is not None:
        lines.append(f"{moment(start, zone)} to {moment(end, zone)}")
        lines.append(length(end - start))
    calls = [visit for visit in visits if visit.type == VOICE_CALL]
    counts = Counter(words.family(visit.status) for visit in calls or visits)
    ends = " · ".join(f"{FAMILY_ICONS[key]} {FAMILY_WORDS[key]} {count:,}" for key, count in counts.most_common())
    lines.append(f"Calls: {ends}" if calls else ends)
    lines.append("Select it to see its visits one by one")
    return tuple(lines)
