from __future__ import annotations

import gc
import socket
import threading
import time

import httpx
import pytest

from dashboard.dialnexa.deadline import Attempt
from dashboard.dialnexa.transport import DeadlineTransport, ReadOnlyTransport
from tests.sockets import closed_port, full_backlog, serve

ORIGIN = httpx.URL("http://127.0.0.1:8001")


def attempt(seconds: float = 1.0) -> Attempt:
    return Attempt(ends_at=time.monotonic() + seconds, monotonic=time.monotonic)


def read_only(requests: list[httpx.Request], **headers: str) -> ReadOnlyTransport:
    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, headers=headers)

    return ReadOnlyTransport(httpx.MockTransport(handle), ORIGIN)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_other_methods_are_refused(method):
    """Leadline can't write, whatever a caller tries."""
    requests: list[httpx.Request] = []

    with pytest.raises(PermissionError):
        read_only(requests).handle_request(httpx.Request(method, "http://127.0.0.1:8001/v1/workflows"))

    assert requests == []


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8002/v1", "https://127.0.0.1:8001/v1", "http://evil.example:8001/v1", "http://127.0.0.1/v1"],
)
def test_other_origins_are_refused(url):
    """The key goes to one host, scheme and port."""
    requests: list[httpx.Request] = []

    with pytest.raises(PermissionError):
        read_only(requests).handle_request(httpx.Request("GET", url))

    assert requests == []


def test_cookies_and_locations_end_here():
    """Nothing upstream says can make a later request carry more, or go elsewhere."""
    transport = read_only([], **{"Set-Cookie": "session=theirs", "Location": "http://evil.example/", "Date": "kept"})

    response = transport.handle_request(httpx.Request("GET", ORIGIN))

    assert "Date" in response.headers
    assert "Location" not in response.headers
    assert "Set-Cookie" not in response.headers


def test_hanging_name_lookup_ends_at_the_timeout():
    """No timeout reaches getaddrinfo itself, so the wait for it is what ends."""
    release = threading.Event()

    def resolve(*arguments, **options):
        release.wait(30)
        return []

    transport = DeadlineTransport(connections=1, resolve=resolve)
    began = time.monotonic()

    with attempt(0.3).running(), httpx.Client(transport=transport) as client, pytest.raises(httpx.ConnectTimeout):
        client.get("http://api.invalid/", timeout=20)

    release.set()
    assert time.monotonic() - began < 8


def both_loopbacks(host, port, **options):
    return [(0, 0, 0, "", ("::1", port)), (0, 0, 0, "", ("127.0.0.1", port))]


def test_dead_first_address_is_passed_over():
    """A host with several addresses is reached by the one that answers."""
    with serve("good") as upstream:
        transport = DeadlineTransport(connections=1, resolve=both_loopbacks)
        with attempt(5).running(), httpx.Client(transport=transport) as client:
            response = client.get(f"http://api.invalid:{upstream.port}/")

    assert response.status_code == 200


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 on this machine")
def test_hanging_first_address_leaves_time_for_the_second():
    """The time to connect is shared among the addresses; the first may not use it up."""
    with serve("good") as upstream, full_backlog("::1", upstream.port):
        transport = DeadlineTransport(connections=1, resolve=both_loopbacks)
        with attempt(2).running(), httpx.Client(transport=transport) as client:
            response = client.get(f"http://api.invalid:{upstream.port}/", timeout=20)

    assert response.status_code == 200


def test_attempt_that_is_over_opens_no_connection():
    """With no time left there is no try at all."""
    with serve("good") as upstream:
        transport = DeadlineTransport(connections=1)
        with (
            attempt(-1).running(),
            httpx.Client(transport=transport) as client,
            pytest.raises(httpx.TimeoutException),
        ):
            client.get(upstream.url)

        assert upstream.connections == 0


def test_attempt_that_ends_before_tls_leaves_no_socket_open():
    """Looked up and connected in time, then too late for TLS: the connection is closed, not forgotten."""
    moments = iter([0.0, 0.0, 100.0])
    late = Attempt(ends_at=1.0, monotonic=lambda: next(moments))
    with serve("silence") as upstream:
        transport = DeadlineTransport(connections=1)
        with late.running(), httpx.Client(transport=transport) as client, pytest.raises(httpx.ConnectTimeout):
            client.get(f"https://127.0.0.1:{upstream.port}/")

        gc.collect()  # an open socket would warn here, and warnings are errors


def test_attempt_counts_the_bytes_it_received():
    """What came off the wire, head included: it decides whether a failure may be tried again."""
    with serve(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as upstream:
        current = attempt()
        with current.running(), httpx.Client(transport=DeadlineTransport(connections=1)) as client:
            client.get(upstream.url)

    assert current.received == 40


def test_transport_outside_an_attempt_does_not_work():
    """A connection without a deadline can't be made by mistake."""
    with httpx.Client(transport=DeadlineTransport(connections=1)) as client, pytest.raises(LookupError):
        client.get(f"http://127.0.0.1:{closed_port()}/")
