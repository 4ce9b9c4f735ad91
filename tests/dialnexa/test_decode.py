from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.dialnexa.decode import decode
from dashboard.dialnexa.errors import UnreadableError


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_f33_empty_answer_is_unreadable(body):
    """Nothing at all is said to be nothing, and is never an empty record."""
    with pytest.raises(UnreadableError, match="empty answer"):
        decode(body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<!doctype html><title>Sign in</title>", id="f34 html"),
        pytest.param(b'{"data":[{"id":"lead_1"', id="f37 truncated"),
        pytest.param(b'{"duration":NaN}', id="f37 nan"),
        pytest.param(b"[-Infinity]", id="f37 infinity"),
        pytest.param(b'{"duration":1e999}', id="f37 overflow"),
        pytest.param(b"[" * 100_000, id="f38 deep list"),
        pytest.param(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, id="f38 deep object"),
        pytest.param(b'{"n":' + b"7" * 5_000 + b"}", id="f38 huge integer"),
        pytest.param('{"label":"é"}'.encode("latin-1"), id="f39 latin-1"),
        pytest.param('{"a":1}'.encode("utf-16"), id="f39 utf-16 with mark"),
        pytest.param('{"a":1}'.encode("utf-16-le"), id="f39 utf-16"),
        pytest.param(b'{"label":"\xed\xa0\x80"}', id="f39 surrogate bytes"),
        pytest.param(b'{"a":1,}', id="trailing comma"),
        pytest.param(b'{"a":1} {"b":2}', id="two values"),
        pytest.param(b'"line\nbreak"', id="bare control character"),
    ],
)
def test_answer_that_is_not_json_is_unreadable(body):
    """Whatever the fault, the outcome is our own error, without a word of the body in it or chained to it."""
    with pytest.raises(UnreadableError) as caught:
        decode(body)

    assert str(caught.value) == "DialNexa's answer is not JSON that Leadline can read."
    assert caught.value.__context__ is None


def test_f39_byte_order_mark_is_tolerated():
    """A mark in front of UTF-8 is no fault."""
    assert decode(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        (r"\ud800", "\ufffd"),
        (r"a\uDFFFb", "a\ufffdb"),
        (r"\ud83d\ude00 \ud83d", "😀 \ufffd"),
        (r"\ud800\ud83d\ude00", "\ufffd😀"),
        (r"\\ud800 \udc00", "\\ud800 \ufffd"),
        (r"\\\ud800\n", "\\\ufffd\n"),
        (r"\ude00\ud83d", "\ufffd\ufffd"),
    ],
)
def test_f40_half_a_surrogate_pair_becomes_a_mark(escaped, text):
    """Only the broken half is replaced: whole pairs, escaped backslashes and the rest of the text survive."""
    value = decode(f'{{"label":"{escaped}"}}'.encode())

    assert value == {"label": text}


def test_f40_control_characters_stay_as_data():
    """NUL, C0 and C1 reach the page, which marks them; decoding does not hide that they were sent."""
    assert decode(rb'"a\u0000b\u0007c\u009b"') == "a\x00b\x07c\x9b"


def test_last_of_two_equal_keys_wins():
    """As every JSON reader of upstream's own would see it."""
    assert decode(b'{"id":"lead_1","id":"lead_2"}') == {"id": "lead_2"}


@given(
    st.text(alphabet=st.characters(), max_size=20) | st.text(alphabet=st.sampled_from("\\u\ud800\udc00d8"), max_size=9)
)
def test_decoded_text_can_always_be_encoded(text):
    """Python writes surrogates as escapes; whatever comes back is fit for a page, a log and a database."""
    value = decode(json.dumps(text).encode())

    assert isinstance(value, str)
    assert value.encode().decode() == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body):
    """No bytes end in another error than ours; what is read can be written down again."""
    with suppress(UnreadableError):
        json.dumps(decode(body))
