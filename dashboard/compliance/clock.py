"""The called party's clock: the zones a phone number may belong to, by its numbering plan.

Mobile numbers travel, so this is the number's home zone and not the person's whereabouts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from phonenumbers import NumberParseException, PhoneNumber, parse
from phonenumbers.timezone import time_zones_for_number

# The numbering-plan data keeps some names that the zone database has since replaced.
_RENAMED = {
    "Africa/Asmera": "Africa/Asmara",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Godthab": "America/Nuuk",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Choibalsan": "Asia/Ulaanbaatar",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Pacific/Enderbury": "Pacific/Kanton",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
}
# Zones that share another's clock by law. Beside that one they say nothing more.
_SAME_CLOCK = {
    "Arctic/Longyearbyen": "Europe/Oslo",
    "Europe/Guernsey": "Europe/London",
    "Europe/Isle_of_Man": "Europe/London",
    "Europe/Jersey": "Europe/London",
    "Europe/Mariehamn": "Europe/Helsinki",
    "Europe/Vatican": "Europe/Rome",
}
_NO_ZONE = "Etc/Unknown"


def current_name(zone: str) -> str:
    """A zone's name as the zone database has it today: browsers, too, still say Asia/Calcutta."""
    return _RENAMED.get(zone, zone)


def country_code(phone: str | None) -> int | None:
    """The country code of a number in international form."""
    number = _parsed(phone)
    return number.country_code if number else None


@lru_cache(maxsize=1_000)
def zones(phone: str | None) -> tuple[str, ...]:
    """Names of the zones this number may be in; empty when its country is not given or has none.

    Only numbers in international form ("+91…") are read: a country is never guessed.
    """
    number = _parsed(phone)
    found = time_zones_for_number(number) if number else ()
    names = dict.fromkeys(current_name(name) for name in found if name != _NO_ZONE)
    return tuple(name for name in names if _SAME_CLOCK.get(name) not in names)


@lru_cache(maxsize=1_000)  # a page and a scan ask for each number several times
def _parsed(phone: str | None) -> PhoneNumber | None:
    number = (phone or "").strip()
    if not number.startswith("+"):
        return None
    try:
        return parse(number)
    except NumberParseException:
        return None


@dataclass(frozen=True, slots=True)
class CalledClock:
    """The zones the called party may live by. Empty: not known. is_set: a reviewer said so.

    country_code: of the number, 91 or 1; None: not known.
    """

    zones: tuple[str, ...] = ()
    is_set: bool = False
    country_code: int | None = None

    @property
    def is_sure(self) -> bool:
        return len(self.zones) == 1

    @property
    def sentence(self) -> str:
        """How the zones came to be known."""
        if not self.zones:
            return "The called party’s zone is not known from the number."
        if self.is_set:
            return f"Zone {self.zones[0]}, set by a reviewer."
        if self.is_sure:
            return f"Zone {self.zones[0]}, the number’s home zone; a mobile phone may be elsewhere."
        return f"{len(self.zones)} candidate zones by the number, {self.zones[0]} and others."

    @property
    def first(self) -> ZoneInfo:
        """The clock to show moments on, where one has to be chosen."""
        return ZoneInfo(self.zones[0] if self.zones else "UTC")

    def local(self, moment: datetime) -> tuple[datetime, ...]:
        """The moment on each candidate clock, without its zone; clocks that show the same stand once."""
        return _local(moment, self.zones)

    def pairs(self, one: datetime, other: datetime) -> tuple[tuple[datetime, datetime], ...]:
        """Two moments on each candidate clock."""
        found = (ZoneInfo(name) for name in self.zones)
        return tuple((one.astimezone(zone), other.astimezone(zone)) for zone in found)


@lru_cache(maxsize=2_000)  # each rule about hours asks for the same moments
def _local(moment: datetime, zones: tuple[str, ...]) -> tuple[datetime, ...]:
    return tuple(dict.fromkeys(moment.astimezone(ZoneInfo(name)).replace(tzinfo=None) for name in zones))


def called_clock(phone: str | None, override: str = "") -> CalledClock:
    """By the number, unless a reviewer has set a zone."""
    return CalledClock((override,) if override else zones(phone), bool(override), country_code(phone))
