"""Lengths and moments as people write them. The zone is always passed in and always printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

# Not strftime: it follows the machine's language, and a page holds hundreds of moments.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# A page says the same moment in its table, its picture and its sentences; the next reader's page says it again.
_remembered = lru_cache(maxsize=2_000)
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


@_remembered
def length(value: timedelta) -> str:
    """Two units at most: "45 s", "2 min 25 s", "2 h", "2 d 1 h"; below a second "0.4 s"; negative with a minus.

    Seconds are rounded, whatever is below the second unit is left out: 2 d 1 h 57 min is "2 d 1 h".
    """
    seconds = abs(value.total_seconds())
    if 0 < seconds < 0.05:
        return "under 0.1 s"
    sign = "−" if value < timedelta(0) else ""
    if 0 < seconds < 0.95:
        return f"{sign}{seconds:.1f} s"
    rest, parts = round(seconds), []
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}")
        elif parts:
            break
        if len(parts) == 2:
            break
    return sign + (" ".join(parts) or "0 s")


def percent(part: float) -> str:
    """ "56 %"; near nothing and near all with a decimal: "1.8 %", and never "0 %" or "100 %" for what is neither."""
    hundredths = 100 * part
    if 0 < hundredths < 0.05:
        return "under 0.1 %"
    if 99.95 <= hundredths < 100:
        return "over 99.9 %"
    is_near_an_end = 0 < hundredths < 9.95 or 90 < hundredths < 100
    return f"{hundredths:.1f} %" if is_near_an_end else f"{hundredths:.0f} %"


def zone_name(moment: datetime, zone: tzinfo) -> str:
    """The zone's letters where it has some ("IST"), else its offset ("+05:45")."""
    local = moment.astimezone(zone)
    name = local.tzname() or ""
    return name if name.isalpha() else offset(moment, zone)


@_remembered
def offset(moment: datetime, zone: tzinfo) -> str:
    """The offset from UTC at that moment: "+05:30"."""
    digits = moment.astimezone(zone).strftime("%z")
    return f"{digits[:3]}:{digits[3:5]}"


@_remembered
def day(moment: datetime, zone: tzinfo) -> str:
    """ "Mon 13 Jul 2026" """
    local = moment.astimezone(zone)
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"


@_remembered
def clock(moment: datetime, zone: tzinfo) -> str:
    """ "15:30:05 IST" """
    local = moment.astimezone(zone)
    return f"{local.hour:02}:{local.minute:02}:{local.second:02} {zone_name(moment, zone)}"


def stamp(moment: datetime, zone: tzinfo) -> str:
    """ "Mon 13 Jul 2026 15:30:05 IST" """
    return f"{day(moment, zone)} {clock(moment, zone)}"


@dataclass(frozen=True, slots=True)
class LeadClock:
    """The called party's clock, said beside the page's own where the two differ. is_sure: it is the only candidate."""

    zone: tzinfo
    is_sure: bool = True

    def beside(self, moment: datetime | None, zone: tzinfo) -> str:
        """ "15:30:05 IST for the lead", with the day where that differs too; "" where the page says the same."""
        text = _beside(moment, zone, self.zone) if moment else ""
        return f"{'' if self.is_sure else 'perhaps '}{text} for the lead" if text else ""


@_remembered
def _beside(moment: datetime, zone: tzinfo, other: tzinfo) -> str:
    if offset(moment, zone) == offset(moment, other):
        return ""
    return clock(moment, other) if day(moment, zone) == day(moment, other) else stamp(moment, other)
