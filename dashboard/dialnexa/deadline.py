"""Sockets that keep a deadline: connecting, TLS, headers and body of one try end together, however slowly bytes drip.

httpx's own timeouts begin anew with every byte; here each wait on a socket is cut to what is left of the try.
"""

from __future__ import annotations

import logging
import math
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore

from dashboard.dialnexa.errors import RejectedError

logger = logging.getLogger("dashboard.dialnexa")

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
Resolve = Callable[..., list[tuple[Any, ...]]]  # socket.getaddrinfo

TLS_CHECKS = {  # OpenSSL's verify codes, in words
    9: "is not valid yet",
    10: "has expired",
    18: "is self-signed",
    19: "is not from an authority we trust",
    20: "is not from an authority we trust",
    21: "is not from an authority we trust",
    62: "is for another host name",
    64: "is for another address",
}


class Attempt:
    """One try: when it must end, and how far it has come."""

    def __init__(self, *, ends_at: float, monotonic: Callable[[], float], number: int = 1) -> None:
        self._ends_at = ends_at
        self._monotonic = monotonic
        self.number = number  # 2 is the retry
        self.received = 0  # bytes off the wire, headers included
        self.size = 0  # bytes of body
        self.status: int | None = None  # None: no complete headers yet
        self.is_repeatable = False  # what failed may be tried once more

    def left(self) -> float:
        """Seconds until the end; negative after it."""
        return self._ends_at - self._monotonic()

    @contextmanager
    def running(self) -> Iterator[None]:
        """The sockets that this thread uses inside obey this attempt."""
        token = _running.set(self)
        try:
            yield
        finally:
            _running.reset(token)


_running: ContextVar[Attempt] = ContextVar("attempt")
page_ends_at: ContextVar[float] = ContextVar("page_ends_at", default=math.inf)  # monotonic


@contextmanager
def one_page(ends_at: float) -> Iterator[None]:
    """Whatever this thread asks DialNexa inside, however many requests it takes, ends by this moment (monotonic)."""
    token = page_ends_at.set(ends_at)
    try:
        yield
    finally:
        page_ends_at.reset(token)


def _within(timeout: float | None, expired: type[Exception]) -> float:
    """The timeout, cut to what is left. Raises `expired` when nothing is."""
    left = _running.get().left()
    if left <= 0:
        raise expired("The attempt's deadline has passed.")
    return left if timeout is None else min(timeout, left)


class DeadlineStream(httpcore.NetworkStream):
    """A socket whose every wait ends with the attempt that waits."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        received = self._stream.read(max_bytes, _within(timeout, httpcore.ReadTimeout))
        _running.get().received += len(received)
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Raises RejectedError when the other side is not who it should be, or does not speak TLS."""
        try:
            secured = self._stream.start_tls(ssl_context, server_hostname, _within(timeout, httpcore.ConnectTimeout))
        except httpcore.ConnectTimeout:
            # The try may be over before TLS begins; then nobody else knows of this socket.
            self.close()
            raise
        except httpcore.ConnectError as error:
            refusal = _tls_refusal(error.__cause__)
            if refusal is None:
                raise
            logger.warning("security: connection to DialNexa refused: %s", refusal)
            raise RejectedError(refusal) from None
        return DeadlineStream(secured)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _tls_refusal(cause: BaseException | None) -> str | None:
    """Which check failed, in a sentence; None when the connection merely broke."""
    match cause:
        case ssl.SSLCertVerificationError():
            finding = TLS_CHECKS.get(cause.verify_code, "could not be verified")
            return f"The certificate at DialNexa's address {finding}."
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError() | ssl.SSLSyscallError():
            return None
        case ssl.SSLError():
            return "No secure connection (TLS) could be agreed on at DialNexa's address."
        case _:
            return None


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens DeadlineStreams. Looks names up in a thread of its own, since no timeout reaches getaddrinfo."""

    def __init__(self, resolve: Resolve = socket.getaddrinfo) -> None:
        self._resolve = resolve
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._addresses(host, port, _within(timeout, httpcore.ConnectTimeout))
        # Shared, so that a dead first address leaves time for the second.
        share = _within(timeout, httpcore.ConnectTimeout) / len(addresses)
        for address in addresses[:-1]:
            try:
                return DeadlineStream(self._sockets.connect_tcp(address, port, share, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return DeadlineStream(self._sockets.connect_tcp(addresses[-1], port, share, local_address, socket_options))

    def _addresses(self, host: str, port: int, timeout: float) -> list[str]:
        found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                rows = self._resolve(host, port, type=socket.SOCK_STREAM)
                found.put(list(dict.fromkeys(row[4][0] for row in rows)))
            except (OSError, UnicodeError) as error:
                found.put(error)

        threading.Thread(target=look_up, name="dialnexa-dns", daemon=True).start()
        try:
            answer = found.get(timeout=timeout)
        except queue.Empty:
            raise httpcore.ConnectTimeout("The name could not be looked up in time.") from None
        if isinstance(answer, Exception) or not answer:
            raise httpcore.ConnectError("The name could not be looked up.")
        return answer
