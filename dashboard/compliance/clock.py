"""The called party's clock: the zones a phone number may belong to, by its numbering plan.

Mobile numbers travel, so this is the number's home zone and not the person's whereabouts.
"""

from __future__ import annotations

from phonenumbers import NumberParseException, parse
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


def zones(phone: str | None) -> tuple[str, ...]:
    """Names of the zones this number may be in; empty when its country is not given or has none.

    Only numbers in international form ("+91…") are read: a country is never guessed.
    """
    number = (phone or "").strip()
    if not number.startswith("+"):
        return ()
    try:
        found = time_zones_for_number(parse(number))
    except NumberParseException:
        return ()
    names = dict.fromkeys(current_name(name) for name in found if name != _NO_ZONE)
    return tuple(name for name in names if _SAME_CLOCK.get(name) not in names)
