"""A broken wire to DialNexa, seen from a browser: real sockets below, the page and the panel above.

Limits are cut short, so that the worst of it is a second and a half.
"""

from __future__ import annotations

import json
import os
import ssl
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import trustme
from django.conf import settings
from django.test import Client

from dashboard import upstream
from dashboard.dialnexa import client as dialnexa
from dashboard.dialnexa.transport import DeadlineTransport
from dashboard.dialnexa.wire import Limits
from tests.sockets import Upstream, closed_port, full_backlog, serve
from tests.views.conftest import URL, history

pytestmark = pytest.mark.django_db

LIMITS = Limits(connect=0.4, read=0.4, pool=0.3, attempt=0.8, page=1.5, body=256 * 1024)
PATIENCE = 8.0  # seconds: the page's 1.5, and room for a busy machine
BODY = json.dumps(history()).encode()
HTMX = {"hx-request": "true"}
Read = Callable[..., None]


@pytest.fixture
def read_from() -> Iterator[Read]:
    """Makes this process's client one that reads from an address, with short limits."""

    def read(url: str, transport: httpx.BaseTransport | None = None, limits: Limits = LIMITS) -> None:
        upstream.forget()
        upstream._clients[os.getpid()] = dialnexa.Client(
            url, settings.DIALNEXA_API_KEY, clock=upstream.now, transport=transport, limits=limits
        )

    yield read
    upstream.forget()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA) -> DeadlineTransport:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return DeadlineTransport(connections=2, ssl_context=context)


def with_certificate(authority: trustme.CA, *names: str, **options: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **options).configure_cert(context)
    return context


def is_told(browser: Client, status: int, outcome: str, words: str) -> None:
    """On the page and in the panel: in time, this status, our words, a reference, and nothing of the inside."""
    for address, asked in ((URL, {}), (f"{URL}visits/1/", HTMX)):
        began = time.monotonic()
        response = browser.get(address, headers=asked)
        assert time.monotonic() - began < PATIENCE
        page = response.content.decode()
        assert response.status_code == status, page[:500]
        assert f'data-outcome="{outcome}"' in page
        assert words in page
        assert 'role="alert"' in page
        assert response["X-Request-ID"] in page
        assert ("<html" in page) == (not asked)
        assert "Try again" in page
        assert "<tr data-visit=" not in page
        for inside in ("Traceback", "httpx", "127.0.0.1", settings.DIALNEXA_API_KEY.partition(":")[2]):
            assert inside not in page


def is_bridged(browser: Client, server: Upstream) -> None:
    """After one good reading: the last good copy with its age, and all its rows."""
    assert browser.get(URL).status_code == 200
    browser.post("/read-again/", {"next": URL})

    page = browser.get(URL)

    assert page.status_code == 200
    assert "last good copy" in page.content.decode()
    assert page.content.decode().count("<tr data-visit=") == 3
    assert len(server.requests) >= 2


def test_f01_refused_connection_is_down_and_a_good_copy_bridges_it(ops: Client, read_from: Read) -> None:
    """Nobody listens; somebody did a moment ago."""
    read_from(f"http://127.0.0.1:{closed_port()}")
    is_told(ops, 502, "down", "DialNexa can’t be reached")

    with serve("good", "reset_before_headers", body=BODY) as server:
        read_from(server.url)
        is_bridged(ops, server)


def test_f02_unknown_host_is_down_and_not_named(ops: Client, read_from: Read) -> None:
    """No resolver knows the name; neither it nor the resolver is on the page."""

    def resolve(*arguments: Any, **options: Any) -> Any:
        raise OSError("Name or service not known: internal-dns.corp")

    read_from("http://api.invalid", DeadlineTransport(connections=1, resolve=resolve))

    is_told(ops, 502, "down", "DialNexa can’t be reached")
    page = ops.get(URL).content.decode()
    assert "internal-dns" not in page
    assert "api.invalid" not in page


def test_f03_hanging_connect_ends_at_the_deadline(ops: Client, read_from: Read) -> None:
    """Nobody accepts, and the page comes all the same."""
    with full_backlog() as port:
        read_from(f"http://127.0.0.1:{port}")

        is_told(ops, 504, "down", "DialNexa did not answer in time")


@pytest.mark.parametrize(
    ("names", "age", "cause"),
    [(("other.example",), None, "another"), (("127.0.0.1",), timedelta(days=1), "expired"), ((), None, "authority")],
    ids=["wrong host", "expired", "untrusted"],
)
def test_f04_bad_certificate_needs_attention(
    ops: Client,
    admin: Client,
    read_from: Read,
    authority: trustme.CA,
    trusting: DeadlineTransport,
    caplog: pytest.LogCaptureFixture,
    names: tuple[str, ...],
    age: timedelta | None,
    cause: str,
) -> None:
    """Nothing is sent, nothing tried again, no copy shown; who can mend it learns which check failed."""
    until = datetime.now(UTC) - age if age else None
    times = {"not_after": until, "not_before": until - timedelta(days=30)} if until else {}
    signer = authority if names else trustme.CA()
    with serve("good", context=with_certificate(signer, *(names or ("127.0.0.1",)), **times)) as server:
        read_from(server.url, trusting)
        is_told(ops, 502, "setup", "The connection to DialNexa needs attention")
        seen = server.connections
        page = admin.get(URL).content.decode()

    assert server.requests == []
    assert seen == 2  # one for the page, one for the panel
    assert cause in page.partition("For administrators")[2]
    assert any("security" in record.message and record.levelname == "WARNING" for record in caplog.records)


def test_f05_hanging_handshake_ends_at_the_deadline(
    ops: Client, read_from: Read, authority: trustme.CA, trusting: DeadlineTransport
) -> None:
    """Accepted, and then no TLS."""
    with serve("tls_silence", context=with_certificate(authority, "127.0.0.1")) as server:
        read_from(server.url, trusting)

        is_told(ops, 504, "down", "DialNexa did not answer in time")


def test_f06_plain_http_on_a_tls_port_needs_attention(
    ops: Client, read_from: Read, trusting: DeadlineTransport
) -> None:
    """No downgrade: not one request goes out in clear."""
    with serve("plain_http_on_tls") as server:
        read_from(f"https://127.0.0.1:{server.port}", trusting)

        is_told(ops, 502, "setup", "The connection to DialNexa needs attention")

        assert not any(b"GET" in head for head in server.requests)


@pytest.mark.parametrize("fault", ["silence", "drip_body", "drip_head"], ids=["f07", "f08", "f09"])
def test_f07_f08_f09_slow_answer_ends_at_the_deadline(ops: Client, read_from: Read, fault: str) -> None:
    """Silence, or a byte at a time in body or head: told in time, bridged by a copy, never asked for twice."""
    with serve(fault) as server:
        read_from(server.url)
        is_told(ops, 504, "down", "DialNexa did not answer in time")
        assert len(server.requests) == 2  # the page's and the panel's

    with serve("good", fault, body=BODY) as server:
        read_from(server.url)
        is_bridged(ops, server)


def test_f10_reset_before_headers_is_tried_once_more(ops: Client, read_from: Read) -> None:
    """The second try is good, and nobody notices; two bad ones are the end of it."""
    with serve("reset_before_headers", "good", body=BODY) as server:
        read_from(server.url)
        page = ops.get(URL)
        assert (page.status_code, len(server.requests)) == (200, 2)
        assert "last good copy" not in page.content.decode()

    with serve("reset_before_headers") as server:
        read_from(server.url)
        assert ops.get(URL).status_code == 502
        assert len(server.requests) == 2


@pytest.mark.parametrize("fault", ["reset_in_body", "short", "chunk_short"], ids=["f11", "f12 length", "f12 chunk"])
def test_f11_f12_answer_that_breaks_off_is_down(ops: Client, read_from: Read, fault: str) -> None:
    """Half an answer is none: not shown, and not kept in place of the good one."""
    with serve(fault, body=BODY) as server:
        read_from(server.url)
        is_told(ops, 502, "down", "DialNexa can’t be reached")

    with serve("good", fault, body=BODY) as server:
        read_from(server.url)
        is_bridged(ops, server)


def close_delimited(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + body


def test_f13_answer_without_a_length_is_read_to_its_end(ops: Client, read_from: Read) -> None:
    """The connection's end is the body's; the path is all there."""
    with serve(close_delimited(BODY)) as server:
        read_from(server.url)

        page = ops.get(URL)

    assert page.status_code == 200
    assert page.content.decode().count("<tr data-visit=") == 3


def test_f14_cut_json_without_a_length_is_down(ops: Client, read_from: Read) -> None:
    """Two of three rows had arrived; none is shown."""
    with serve(close_delimited(BODY[:-60])) as server:
        read_from(server.url)

        is_told(ops, 502, "down", "DialNexa answered in a form Leadline can’t read")


@pytest.mark.parametrize("fault", ["two_lengths", "header_newline", "header_nul", "not_http"])
def test_f15_broken_head_is_down_and_splits_no_answer_of_ours(ops: Client, read_from: Read, fault: str) -> None:
    """No header of theirs becomes one of ours."""
    with serve(fault) as server:
        read_from(server.url)
        is_told(ops, 502, "down", "DialNexa answered in a form Leadline can’t read")

        assert not {"X-Odd", "second line without a name"} & set(ops.get(URL).headers)


def test_f15_folded_header_is_harmless(ops: Client, read_from: Read) -> None:
    """Old-fashioned, and joined; the page is there, without that header."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nX-Odd: one\r\n two\r\n\r\n" % len(BODY)
    with serve(head + BODY) as server:
        read_from(server.url)

        page = ops.get(URL)

    assert page.status_code == 200
    assert "X-Odd" not in page.headers


@pytest.mark.parametrize(
    ("fault", "words", "most"),
    [
        ("huge_header", "DialNexa answered in a form Leadline can’t read", 6),
        ("zeros", "DialNexa’s answer was too large", 12),
        ("bomb", "DialNexa answered in a form Leadline can’t read", 6),
    ],
    ids=["f16", "f17", "f18"],
)
def test_f16_f17_f18_too_much_is_down_and_not_kept(
    ops: Client, read_from: Read, fault: str, words: str, most: int
) -> None:
    """Five megabytes of header, a body without end, fifty megabytes packed into fifty kilobytes."""
    is_told_once = ops.get(URL)  # what a first page loads is not the fault's
    assert is_told_once.status_code == 502
    with serve(fault) as server:
        read_from(server.url, limits=Limits(body=1024 * 1024))
        tracemalloc.start()
        try:
            is_told(ops, 502, "down", words)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert peak < most * 1024 * 1024


@pytest.mark.parametrize("fault", ["bad_gzip", "brotli"])
def test_f19_unknown_or_broken_encoding_is_down(ops: Client, read_from: Read, fault: str) -> None:
    """Nobody asked for it, whatever it is."""
    with serve(fault) as server:
        read_from(server.url)

        is_told(ops, 502, "down", "DialNexa answered in a form Leadline can’t read")


def test_f30_status_nobody_has_heard_of_is_down(ops: Client, read_from: Read) -> None:
    """999, on the wire."""
    with serve("s999") as server:
        read_from(server.url)

        is_told(ops, 502, "down", "DialNexa answered in a form Leadline can’t read")


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_f32_redirect_is_down_and_nobody_else_is_asked(ops: Client, read_from: Read, status: str) -> None:
    """Neither request nor key goes to the other place."""
    with serve("good") as other:
        target = f"{other.url}/v1/workflows"
        with serve(f"HTTP/1.1 {status}\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()) as server:
            read_from(server.url)
            is_told(ops, 502, "down", "DialNexa answered in a form Leadline can’t read")

        assert (other.connections, other.requests) == (0, [])
