from __future__ import annotations

import time

import httpx
import pytest

from dashboard.dialnexa.deadline import Attempt
from dashboard.dialnexa.errors import RefusedIdError
from dashboard.dialnexa.wire import Limits, Wire


@pytest.mark.parametrize(
    "path", ["/v1/calls/..", "/v1/calls/../agents", "/v1/calls/a#b", "/v1/calls/a?b=c", "/v1/calls/é"]
)
def test_path_that_httpx_would_change_does_not_go_out(path):
    """The second wall behind the rule for ids: what is sent is what was meant, or nothing."""
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={})

    wire = Wire("http://127.0.0.1:8001", "key_9:s3cret", limits=Limits(), transport=httpx.MockTransport(handle))
    attempt = Attempt(ends_at=time.monotonic() + 5, monotonic=time.monotonic)

    with pytest.raises(RefusedIdError):
        wire.get(path, None, cap=1000, attempt=attempt)

    assert requests == []
