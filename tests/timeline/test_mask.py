"""Phones masked wherever they stand, and other numbers left alone."""

from __future__ import annotations

import json
import re
import uuid
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline.mask import HIDDEN, phone, phones_in, record
from tests.strategies import moments

DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
FULL_WIDTH = str.maketrans("0123456789", "".join(map(chr, range(0xFF10, 0xFF1A))))
SEPARATORS = ["", "", "", " ", "-", ".", " - ", ") ", " (", "\u00a0", "\u2011", "–", "\u202c", "\u200b"]

mobiles = st.from_regex(r"[6-9][0-9]{9}", fullmatch=True)


@st.composite
def punctuated_phones(draw: st.DrawFn) -> str:
    """An Indian mobile number as somebody might write it, with or without its country."""
    digits = draw(st.sampled_from(["", "0", "+91", "91", "0091"])) + draw(mobiles)
    written = "".join(char + draw(st.sampled_from(SEPARATORS)) for char in digits[:-1]) + digits[-1]
    return written.translate(draw(st.sampled_from([{}, DEVANAGARI, FULL_WIDTH])))


def digits_in(text: str) -> list[str]:
    return [char for char in text if char.isdecimal()]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+919876543210", "•••• ••10"),
        ("919876543210", "•••• ••10"),
        ("+91 98765-43210", "•••• ••10"),
        ("+14155550123", "•••• ••23"),
        ("12345678", "•••• ••78"),
        ("1234567", "••••"),
        ("१२३४५६७८९०", "•••• ••९०"),
        ("7", "••••"),
        ("n/a", "no number"),
        ("", "no number"),
        (None, "no number"),
    ],
)
def test_phone_shows_two_digits_at_most(value: str | None, shown: str) -> None:
    """The last two of a number long enough; nothing of a short one."""
    assert phone(value) == shown


@given(st.text() | punctuated_phones())
def test_phone_never_shows_more_than_the_last_two_digits(value: str) -> None:
    """Whatever stands in the field, its masked form has no other digit of it and no other text."""
    shown = digits_in(phone(value))

    assert len(shown) <= 2
    assert shown == digits_in(value)[len(digits_in(value)) - len(shown) :]
    assert re.fullmatch(rf"no number|{HIDDEN}( ••\d\d)?", phone(value))


@pytest.mark.parametrize(
    "written",
    [
        "+919876543210",
        "9876543210",
        "098765 43210",
        "+91 98765 43210",
        "+91-98765-43210",
        "(+91) 98765 43210",
        "+91 (98765) - 43210",
        "98765.43210",
        "987.654.3210",
        "9 8 7 6 5 4 3 2 1 0",
        "98765\n43210",
        "98765\u00a043210",
        "98765–43210",
        "\u202a+91 98765 43210\u202c",
        "98765\u200b43210",
        "९८७६५४३२१०",
        "9876543210".translate(FULL_WIDTH),
        "tel:+919876543210",
        "Mob9876543210",
        "9876543210पर",
        "wa.me/919876543210",
    ],
)
def test_phones_in_masks_every_way_of_writing_one(written: str) -> None:
    """However it is punctuated, and in whatever digits, only the last two are left."""
    masked = phones_in(f"Please ring {written}, after five.")

    assert len(digits_in(masked)) == 2
    assert masked.startswith("Please ring ")
    assert masked.endswith(", after five.")


@given(st.text(max_size=10), punctuated_phones(), st.sampled_from(["", " ", ", ", ". Thanks", " है"]))
def test_phones_in_leaves_no_nine_digits_of_a_phone(before: str, written: str, after: str) -> None:
    """No punctuation and no neighbouring text lets a phone through."""
    masked = phones_in(f"{before} {written}{after}")

    own = "".join(digits_in(written))
    left = "".join(digits_in(masked))
    assert not any(own[start : start + 9] in left for start in range(len(own) - 8))


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-03T10:30:00.000Z",
        "2026-07-03 10:30:00",
        "2026-07-03T10:30:00.123456789+05:30",
        "from 2026-07-03 to 2026-07-05",
        "2026-07-03 - 2026-07-05",
        "on 03-07-2026 at 10:30",
        "03.07.2026 10:30",
        "03/07/2026 10:30",
        "a loan of 1,25,000 or 45,00,000.50",
        "Rs. 4500000",
        "call_abc123",
        "lead_1783074600123",
        "call_mfgsn90vwcozgb",
        "550e8400-e29b-41d4-a716-446655440000",
        "0.9234567891",
        "pin code 411 001",
        "in 45 s, 3 times, 24/7",
        "12:30:45, 13:30:45, 14:30:45",
        "",
    ],
)
def test_phones_in_leaves_other_numbers_alone(text: str) -> None:
    """Moments, days, amounts with commas, ids and short numbers are read as they were written."""
    assert phones_in(text) == text


@given(moments)
def test_phones_in_leaves_every_moment_alone(moment: datetime) -> None:
    """ISO 8601 with its T, with a blank, as a bare day, or in DialNexa's own form."""
    text = " and ".join(
        [moment.isoformat(), moment.isoformat(sep=" "), str(moment.date()), f"{moment:%Y-%m-%dT%H:%M:%S.000Z}"]
    )

    assert phones_in(text) == text


@given(st.uuids())
def test_phones_in_leaves_uuids_alone(value: uuid.UUID) -> None:
    """A UUID is an id, also where one of its groups is all digits."""
    assert phones_in(f"id {value}.") == f"id {value}."


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("9876543210, 9876543211", "•••• ••10, •••• ••11"),
        ("2026-07-03 9876543210", "2026-07-03 •••• ••10"),
        ("+2026-07-03 12345", "•••• ••45"),
        ("account 123456789012345678", "account •••• ••78"),
        ("since 1783074600", "since •••• ••00"),
    ],
)
def test_phones_in_masks_too_much_rather_than_too_little(text: str, masked: str) -> None:
    """Neighbours do not hide a phone; an account number or an epoch reads like one."""
    assert phones_in(text) == masked


@given(st.text(st.sampled_from("0123456789+-.() ,:T_aए९\n"), max_size=60))
def test_phones_in_twice_is_phones_in_once(text: str) -> None:
    """What has been masked holds nothing that would be masked again."""
    assert phones_in(phones_in(text)) == phones_in(text)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | punctuated_phones(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(json_values, st.booleans(), st.sampled_from([None, 2]))
def test_record_stays_json_of_the_same_form(value: Any, is_ascii: bool, indent: int | None) -> None:
    """Only texts, names and long whole numbers change, whatever the spacing and escaping."""
    text = json.dumps(value, ensure_ascii=is_ascii, indent=indent)

    assert form(json.loads(record(text))) == form(value)


def form(value: Any) -> Any:
    """The shape of a JSON value: containers, and what kind of thing each leaf is."""
    if isinstance(value, dict):
        return [form(item) for item in value.values()]
    if isinstance(value, list):
        return [form(item) for item in value], "list"
    if isinstance(value, int) and not isinstance(value, bool):
        return "text" if len(str(abs(value))) >= 9 else value
    return "text" if isinstance(value, str) else value


def test_record_masks_phones_in_names_values_and_bare_numbers() -> None:
    """A bare number becomes a masked text; moments, ids, floats and short numbers stay."""
    row = {
        "phone_number": "+919876543210",
        "+919876543211": ["lead_abc123"],
        "bare": 919876543212,
        "note": "ring\n9876543213\tplease",
        "started_at": "2026-07-03T10:30:00.000Z",
        "score": 0.9876543219,
        "latency": 1234567.891,
        "duration": 142000,
        "call_id": "call_abc123",
        "none": None,
    }

    shown = json.loads(record(json.dumps(row, indent=2)))

    assert shown == {
        **{key: row[key] for key in ("started_at", "score", "latency", "duration", "call_id", "none")},
        "phone_number": "•••• ••10",
        "•••• ••11": ["lead_abc123"],
        "bare": "•••• ••12",
        "note": "ring\n•••• ••13\tplease",
    }


@given(punctuated_phones(), st.sampled_from(["{}", "ring\n{}", "\u0007{}", '"{}"', "tab\t{}\\"]))
def test_record_finds_a_phone_behind_any_escape(written: str, around: str) -> None:
    """JSON's escapes stand next to digits without hiding them."""
    text = json.dumps({"note": around.format(written)})

    shown = json.loads(record(text))["note"]

    assert len(digits_in(shown)) == 2


def test_record_of_what_is_not_json_is_refused() -> None:
    """A text that no JSON writer makes is not passed off as a masked record."""
    with pytest.raises(ValueError, match="escape"):
        record(r'"\q"')


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('{"n": -919812345678}', '{"n": "-•••• ••78"}'),
        ('{"n": 0.919812345678}', '{"n": 0.919812345678}'),
        ('{"नाम": "आशा 9812345678"}', '{"नाम": "आशा •••• ••78"}'),
        ('{"n": 12345678}', '{"n": 12345678}'),
    ],
)
def test_record_masks_whole_numbers_and_keeps_letters_readable(text: str, masked: str) -> None:
    """A sign before it hides no phone; other scripts stay as they are written."""
    assert record(text) == masked
