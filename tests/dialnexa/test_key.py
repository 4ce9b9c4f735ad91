from __future__ import annotations

import httpx
import pytest

from dashboard.dialnexa.key import ApiKey


def test_key_signs_the_request():
    """The whole key goes into the Authorization header, without the white space of a careless copy."""
    request = httpx.Request("GET", "http://127.0.0.1/")

    next(ApiKey(" key_9:s3cret\n").auth_flow(request))

    assert request.headers["Authorization"] == "Bearer key_9:s3cret"


@pytest.mark.parametrize("text", ["", "  ", "key s3cret", "key\ns3cret", "key\x00s3cret", "ké:s3cret", "s3cret\u200b"])
def test_key_no_header_can_carry_is_refused_without_being_quoted(text):
    """httpx would quote such a key in full, so it never gets there; our own message does not hold it either."""
    with pytest.raises(ValueError, match="printable ASCII") as caught:
        ApiKey(text)

    assert "s3cret" not in str(caught.value)


def test_key_is_masked_in_every_rendering():
    """Logs and error pages that print the object show no secret."""
    key = ApiKey("key_9:s3cret")

    assert repr(key) == "ApiKey(…)"
    assert "s3cret" not in f"{key!r} {key} {[key]} {vars(key) if hasattr(key, '__dict__') else ''}"
