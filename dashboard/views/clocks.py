"""Whose clock a page shows: the viewer's, UTC, the lead's own, or a zone named in the URL."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings

from dashboard.compliance.clock import CalledClock, current_name
from dashboard.forms import ZONE_CHOICES, TimelineState, viewer_zone
from dashboard.http import Request
from dashboard.timeline.words import LeadClock

ZONE_COOKIE = "timezone"  # written by static/js/page.js: the browser's own zone name
UTC = ZoneInfo("UTC")
MOST_CANDIDATES = 6  # a toll-free number may be in any of forty zones: that is not knowing


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    zone_name: str
    query: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Clocks:
    """The page's zone, the choices beside it, and what is uncertain about it."""

    zone: ZoneInfo
    choices: tuple[Choice, ...]
    note: str | None = None
    lead: LeadClock | None = None  # None: the called party's zone is not known


def page_zone(request: Request) -> ZoneInfo:
    """The viewer's zone, for pages about no particular lead."""
    return viewer_zone(current_name(request.COOKIES.get(ZONE_COOKIE, "")), settings.TIME_ZONE)


def clocks(request: Request, state: TimelineState, called: CalledClock) -> Clocks:
    """The zone this state asks for. A lead without a known zone is shown in UTC, and the page says so."""
    viewer = page_zone(request)
    candidates = called.zones
    if len(candidates) > MOST_CANDIDATES:
        candidates = ()
    lead_zone = ZoneInfo(candidates[0]) if candidates else None
    current = state.zone or "viewer"
    named = {"viewer": viewer, "utc": UTC, "lead": lead_zone or UTC}
    options = [("viewer", "Your clock", viewer.key), ("utc", "UTC", "UTC")]
    if lead_zone:
        options.append(("lead", "Lead’s clock", lead_zone.key))
    if current not in ZONE_CHOICES:
        options.append((current, current, current))
    choices = tuple(
        Choice(label, zone_name, state.query(zone=key), current == key) for key, label, zone_name in options
    )
    lead = LeadClock(lead_zone, called.is_sure) if lead_zone else None
    note = "The lead’s zone was set by a reviewer." if called.is_set else _note(current, candidates)
    return Clocks(named.get(current) or ZoneInfo(current), choices, note, lead)


def _note(current: str, candidates: tuple[str, ...]) -> str | None:
    if current != "lead" or len(candidates) == 1:
        return None
    if not candidates:
        return "The lead’s zone is not known from its number, so times are in UTC."
    others = f"{len(candidates) - 1} other zone{'s' if len(candidates) > 2 else ''}"
    return f"The number may belong to {candidates[0]} or {others}: the lead’s clock is uncertain."
