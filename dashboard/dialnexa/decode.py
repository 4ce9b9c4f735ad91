"""Bytes of an answer -> JSON value, or UnreadableError in our own words. Knows JSON, no field names."""

from __future__ import annotations

import re

import msgspec

from dashboard.dialnexa.errors import UnreadableError

_BOM = b"\xef\xbb\xbf"
_FAILED = object()

# Every escape of a JSON string, whole surrogate pairs first: what is left over of \ud800 to \udfff is half a pair.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)", re.DOTALL
)
_HALF = len(rb"\ud800")


def decode(body: bytes) -> object:
    """The JSON value of an answer: strict about NaN, bad UTF-8 and depth, lenient about a byte order mark.

    Half a surrogate pair becomes U+FFFD, so that every string of the result can be encoded again; NUL and other control
    characters stay, for the page to mark. Raises UnreadableError, with nothing of the body in it or chained to it.
    """
    body = body.removeprefix(_BOM)
    if not body.strip():
        raise UnreadableError("DialNexa sent an empty answer.")
    value = _load(body)
    if value is _FAILED and b"\\u" in body:
        value = _load(_ESCAPE.sub(_whole, body))
    if value is _FAILED:
        raise UnreadableError("DialNexa's answer is not JSON that Leadline can read.")
    return value


def _load(body: bytes) -> object:
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError):  # malformed, NaN, out of range; bad UTF-8; nested too deep
        return _FAILED


def _whole(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if len(escape.group()) == _HALF else escape.group()
