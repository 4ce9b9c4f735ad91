"""How templates write moments, lengths, statuses and upstream's text."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from django import template
from django.contrib.auth.models import AnonymousUser, User

from dashboard import permissions
from dashboard.timeline import marks, mask, status, words
from dashboard.timeline.veil import Veil

register = template.Library()

register.filter("visible", marks.visible)
register.filter("in_words", status.in_words)
register.filter("duration", words.length)
register.filter("percent", words.percent)
register.filter("end_reason", status.end_reason_in_words)


@register.filter
def said(value: str, veil: Veil) -> str:
    """What was said, or written by people: whatever the veil hides is hidden, hidden characters are shown."""
    return marks.visible(veil.text(value))


@register.filter
def text(value: str) -> str:
    """Free text about no lead: phone numbers masked, hidden characters shown."""
    return marks.visible(mask.phones_in(value))


@register.filter
def may(user: User | AnonymousUser, right: str) -> bool:
    """Whether somebody has a right, by its name in lower case."""
    return permissions.may(user, permissions.Right[right.upper()])


@register.filter
def stamp(moment: datetime, zone: tzinfo) -> str:
    return words.stamp(moment, zone)


@register.filter
def clock(moment: datetime, zone: tzinfo) -> str:
    return words.clock(moment, zone)


@register.filter
def offset(moment: datetime, zone: tzinfo) -> str:
    return words.offset(moment, zone)


@register.filter
def ago(moment: datetime, now: datetime) -> str:
    """ "4 s ago", "just now" """
    gone = now - moment
    return "just now" if gone < timedelta(seconds=1) else f"{words.length(gone)} ago"


@register.filter
def since(moment: datetime, now: datetime) -> str:
    """How long ago, for something still going on: "3 h so far"."""
    return f"{words.length(now - moment)} so far"


@register.filter
def hundredths(part: float) -> str:
    """A part of a hundred, for the width of a bar."""
    return f"{100 * part:.2f}"


@register.filter
def points(difference: float) -> str:
    """A difference of two shares: "+12 points"."""
    return f"{100 * difference:+.0f} points".replace("-", "−")


@register.filter
def call_time(start: timedelta) -> str:
    """Since the call began: "0:42"."""
    minutes, seconds = divmod(int(start.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"


@register.filter
def family(value: str) -> str:
    return status.family(value)


@register.filter
def icon(value: str) -> str:
    """The sign of a status word's family."""
    return status.FAMILY_ICONS[status.family(value)]
