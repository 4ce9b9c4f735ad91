"""What a broken wire does to the client, on real sockets. Limits are cut short so that the worst case is a second."""

from __future__ import annotations

import ssl
import threading
import time
import tracemalloc
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import trustme

from dashboard.dialnexa.client import Client
from dashboard.dialnexa.errors import (
    DeadlineError,
    DialNexaError,
    NoRoomError,
    RejectedError,
    TooLargeError,
    UnexpectedError,
    UnreachableError,
    UnreadableError,
)
from dashboard.dialnexa.transport import DeadlineTransport
from dashboard.dialnexa.wire import Limits
from tests.sockets import FAULTS, closed_port, full_backlog, serve

KEY = "key_9:canary-s3cret"
LIMITS = Limits(connect=0.4, read=0.4, pool=0.3, attempt=0.8, page=1.5, body=256 * 1024)
PATIENCE = 8.0  # seconds no fault may exceed: the page's 1.5, and room for a busy machine


def connect(url: str, *, transport: httpx.BaseTransport | None = None, limits: Limits = LIMITS) -> Client:
    return Client(url, KEY, clock=lambda: datetime.now(UTC), transport=transport, limits=limits)


@pytest.fixture
def client_of():
    clients: list[Client] = []

    def make(url: str, **options) -> Client:
        clients.append(connect(url, **options))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def trusting(authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return DeadlineTransport(connections=2, ssl_context=context)


def server_context(authority: trustme.CA, *names: str, **options) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **options).configure_cert(context)
    return context


def fails(client: Client) -> DialNexaError:
    """The error of one read, which must come in time and hold no key."""
    began = time.monotonic()
    with pytest.raises(DialNexaError) as caught:
        client.workflows()
    assert time.monotonic() - began < PATIENCE
    assert "s3cret" not in repr(caught.value)
    # Nothing below hangs on: a page that prints the error's chain would print headers with it.
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


def test_good_answer_is_read(client_of):
    """The fault server itself can answer well, and one connection serves several reads."""
    with serve("good") as upstream:
        client = client_of(upstream.url)
        client.workflows()

        page = client.workflows()

        assert page.items == ()
        assert upstream.connections == 1


def test_f01_refused_connection_is_unreachable(client_of):
    """Nobody listens: unreachable, after one retry."""
    error = fails(client_of(f"http://127.0.0.1:{closed_port()}"))

    assert type(error) is UnreachableError


def test_f02_unknown_host_is_unreachable_and_not_named(client_of):
    """A name that no resolver knows: unreachable, without the name in the message."""

    def resolve(*arguments, **options):
        raise OSError("Name or service not known: internal-dns.corp")

    error = fails(client_of("http://api.invalid", transport=DeadlineTransport(connections=1, resolve=resolve)))

    assert type(error) is UnreachableError
    assert "invalid" not in str(error)
    assert "internal-dns" not in str(error)


def test_f03_hanging_connect_ends_at_the_deadline(client_of):
    """Nobody accepts: no thread waits longer than the page's deadline."""
    with full_backlog() as port:
        error = fails(client_of(f"http://127.0.0.1:{port}"))

    assert type(error) is DeadlineError


@pytest.mark.parametrize(
    ("names", "options", "check"),
    [
        (("other.example",), {}, "another"),
        (("127.0.0.1",), {"not_after": datetime.now(UTC) - timedelta(days=1)}, "expired"),
    ],
)
def test_f04_bad_certificate_is_rejected_with_its_reason(client_of, authority, trusting, caplog, names, options, check):
    """A certificate for another host, or an expired one: rejected, logged as a security event, nothing sent."""
    if options:
        options["not_before"] = options["not_after"] - timedelta(days=30)
    with serve("good", context=server_context(authority, *names, **options)) as upstream:
        error = fails(client_of(upstream.url, transport=trusting))

    assert type(error) is RejectedError
    assert check in str(error)
    assert any("security" in record.message and record.levelname == "WARNING" for record in caplog.records)
    assert upstream.requests == []
    assert upstream.connections == 1


def test_f04_untrusted_authority_is_rejected(client_of, trusting):
    """A certificate from an authority nobody here trusts is not accepted, and not tried again."""
    with serve("good", context=server_context(trustme.CA(), "127.0.0.1")) as upstream:
        error = fails(client_of(upstream.url, transport=trusting))

    assert type(error) is RejectedError
    assert "authority" in str(error)
    assert upstream.requests == []
    assert upstream.connections == 1


def test_good_certificate_is_accepted(client_of, authority, trusting):
    """The same set-up with the right certificate reads fine: the refusals above are refusals of the fault."""
    with serve("good", context=server_context(authority, "127.0.0.1")) as upstream:
        page = client_of(upstream.url, transport=trusting).workflows()

    assert page.items == ()


def test_f05_hanging_handshake_ends_at_the_deadline(client_of, authority, trusting):
    """The other side accepts and never speaks TLS."""
    with serve("tls_silence", context=server_context(authority, "127.0.0.1")) as upstream:
        error = fails(client_of(upstream.url, transport=trusting))

    assert type(error) is DeadlineError


def test_f06_plain_http_on_a_tls_port_is_rejected(client_of, trusting):
    """No downgrade: an address that does not speak TLS gets no request."""
    with serve("plain_http_on_tls") as upstream:
        error = fails(client_of(f"https://127.0.0.1:{upstream.port}", transport=trusting))

        assert type(error) is RejectedError
        assert not any(b"GET" in head for head in upstream.requests)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("silence", id="f07"),
        pytest.param("drip_body", id="f08"),
        pytest.param("drip_head", id="f09"),
        pytest.param("drip_interim", id="interim-answers"),
    ],
)
def test_f07_f08_f09_slow_answers_end_at_the_deadline(client_of, fault):
    """Silence, or a byte at a time in head or body: the attempt ends, and is not repeated."""
    with serve(fault) as upstream:
        error = fails(client_of(upstream.url))

        assert type(error) is DeadlineError
        assert len(upstream.requests) == 1


@pytest.mark.parametrize("fault", ["reset_before_headers", "close_before_headers"])
def test_f10_reset_before_headers_is_retried_once(client_of, fault):
    """Not one byte came back: a second try, and its answer is shown."""
    with serve(fault, "good") as upstream:
        page = client_of(upstream.url).workflows()

        assert page.items == ()
        assert len(upstream.requests) == 2


def test_f10_second_reset_is_unreachable(client_of):
    """Two tries, never a third."""
    with serve("reset_before_headers") as upstream:
        error = fails(client_of(upstream.url))

        assert type(error) is UnreachableError
        assert len(upstream.requests) == 2


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("reset_in_body", id="f11"),
        pytest.param("short", id="f12-length"),
        pytest.param("chunk_short", id="f12-chunk"),
        pytest.param("reset_in_head", id="reset-in-head"),
    ],
)
def test_f11_f12_answer_that_breaks_off_is_unreachable(client_of, fault):
    """Half an answer is no answer, and once a byte has come there is no second try."""
    with serve(fault) as upstream:
        error = fails(client_of(upstream.url))

        assert type(error) is UnreachableError
        assert len(upstream.requests) == 1


def test_f13_answer_without_length_is_read_to_its_end(client_of):
    """The connection's end is the body's end; JSON that is whole is good."""
    with serve("no_length") as upstream:
        page = client_of(upstream.url).workflows()

    assert page.items == ()


def test_f14_cut_json_without_length_is_unreadable(client_of):
    """The wire can't tell that it was cut, but the JSON can: no partial rows."""
    with serve("no_length_cut") as upstream:
        error = fails(client_of(upstream.url))

    assert type(error) is UnreadableError


@pytest.mark.parametrize("fault", ["two_lengths", "header_newline", "header_nul", "not_http"])
def test_f15_broken_head_is_unreadable(client_of, fault):
    """Two lengths, a line without a name, NUL, or no HTTP at all."""
    with serve(fault) as upstream:
        error = fails(client_of(upstream.url))

        assert type(error) is UnreadableError
        assert len(upstream.requests) == 1


def test_f15_folded_header_is_harmless(client_of):
    """An old-fashioned folded line is joined, and no header goes any further."""
    with serve("header_fold") as upstream:
        page = client_of(upstream.url).workflows()

    assert page.items == ()


def test_f16_huge_header_is_unreadable_and_not_kept(client_of):
    """Five megabytes of header: given up long before they are in memory."""
    with serve("huge_header") as upstream:
        client = client_of(upstream.url)
        tracemalloc.start()
        try:
            error = fails(client)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert type(error) is UnreadableError
    assert peak < 4 * 1024 * 1024


def test_f17_endless_body_is_too_large_and_not_kept(client_of):
    """The body is counted while it arrives and dropped at the cap."""
    with serve("zeros") as upstream:
        client = client_of(upstream.url, limits=Limits(body=1024 * 1024))
        tracemalloc.start()
        try:
            error = fails(client)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert type(error) is TooLargeError
    assert peak < 8 * 1024 * 1024
    assert upstream.sent < 32 * 1024 * 1024


def test_f18_bomb_is_not_unpacked(client_of):
    """Compression was not asked for: 50 MB behind 50 kB are refused by the header alone."""
    with serve("bomb") as upstream:
        client = client_of(upstream.url)
        tracemalloc.start()
        try:
            error = fails(client)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

        assert type(error) is UnexpectedError
        assert peak < 4 * 1024 * 1024
        assert b"Accept-Encoding: identity" in upstream.requests[0]


@pytest.mark.parametrize("fault", ["bad_gzip", "brotli"])
def test_f19_unknown_or_broken_encoding_is_unexpected(client_of, fault):
    """Whatever it claims to be, it was not asked for."""
    with serve(fault) as upstream:
        error = fails(client_of(upstream.url))

    assert type(error) is UnexpectedError


def test_f30_odd_status_on_the_wire_is_unexpected(client_of):
    """Status 999 is neither a success nor a crash."""
    with serve("s999") as upstream:
        error = fails(client_of(upstream.url))

    assert type(error) is UnexpectedError
    assert error.upstream_status == 999


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize("location", ["{other}/v1/workflows", "//[", "http://a\x7fb/", ""])
def test_f32_redirect_is_not_followed(client_of, status, location):
    """The key goes to no second place, and a location that is no URL is not even looked at."""
    with serve("good") as other:
        target = location.format(other=other.url).encode()
        redirect = b"HTTP/1.1 %s\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status.encode(), target)
        with serve(redirect) as upstream:
            error = fails(client_of(upstream.url))

            assert type(error) is UnexpectedError
            assert len(upstream.requests) == 1
        assert other.requests == []


def test_full_pool_is_busy(client_of):
    """With every connection in use, a person waits for the queue's second and no longer."""
    with serve("silence") as upstream:
        client = client_of(upstream.url, limits=Limits(read=1, attempt=1, page=1, pool=0.1, connections=1))
        first = threading.Thread(target=fails, args=[client])
        first.start()
        while not upstream.requests:
            time.sleep(0.01)

        error = fails(client)

        first.join()
    assert type(error) is NoRoomError
    assert error.retry_after


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"silence", "drip_interim"}))
def test_no_fault_writes_the_key_into_a_log(client_of, caplog, fault):
    """With every logger at DEBUG, no line of ours, httpx's or httpcore's holds the key."""
    caplog.set_level("DEBUG")
    with serve(fault) as upstream:
        client = client_of(upstream.url)
        if fault in {"good", "no_length", "header_fold"}:
            client.workflows()
        else:
            fails(client)

    assert caplog.records
    assert "s3cret" not in caplog.text
