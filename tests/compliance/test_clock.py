"""The zones a phone number may belong to."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.compliance.clock import zones


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("+919876543210", ("Asia/Kolkata",)),
        ("+91 98765-43210", ("Asia/Kolkata",)),
        (" +919876543210\n", ("Asia/Kolkata",)),
        ("+14155550123", ("America/Los_Angeles",)),
        ("+19075550123", ("America/Adak", "America/Anchorage")),
        ("+12085550123", ("America/Boise", "America/Los_Angeles")),
        ("+442079460123", ("Europe/London",)),
        ("+448001111111", ("Europe/London",)),
        ("+441534456789", ("Europe/Jersey",)),
        ("+97714412345", ("Asia/Kathmandu",)),
        ("+84901234567", ("Asia/Ho_Chi_Minh",)),
        ("+951234567", ("Asia/Yangon",)),
        ("+299321000", ("America/Nuuk",)),
        ("+541123456789", ("America/Argentina/Buenos_Aires",)),
    ],
)
def test_zones_of_a_number_by_its_numbering_plan(phone: str, expected: tuple[str, ...]) -> None:
    """One zone, or all candidates; by their present names; a zone that shares its neighbour's clock adds none."""
    assert zones(phone) == expected


def test_zones_of_a_toll_free_number_are_many() -> None:
    """+1 800 is valid from Hawaii to Newfoundland and says nothing about where."""
    found = zones("+18005550123")

    assert len(found) > 10
    assert {"America/New_York", "America/Los_Angeles"} <= set(found)


@pytest.mark.parametrize(
    "phone",
    [
        None,
        "",
        "   ",
        "9876543210",
        "919876543210",
        "00919876543210",
        "+447700900123",
        "+911",
        "+999123456789",
        "+870773111632",
        "+",
        "+0",
        "+abc",
        "n/a",
        "+" + "9" * 5000,
    ],
)
def test_zones_of_what_names_no_country_are_none(phone: str | None) -> None:
    """No plus sign, a reserved test number, a satellite or plain junk: no zone, and no guess."""
    assert zones(phone) == ()


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_zones_can_all_be_loaded_and_differ(phone: str) -> None:
    """A name that the zone database lacks would fail the page that shows the lead's clock."""
    found = zones(phone)

    assert len(set(found)) == len(found)
    assert [ZoneInfo(name).key for name in found] == list(found)


@given(st.text() | st.text("+0123456789 -()x;=", max_size=30))
def test_zones_of_any_text_never_raise(phone: str) -> None:
    """Whatever stands in the field is a number in international form, or nothing."""
    assert zones(phone) == () or phone.strip().startswith("+")
