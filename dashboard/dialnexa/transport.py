"""The way to DialNexa: GET only, one origin only, over sockets that keep their deadline."""

from __future__ import annotations

import socket
import ssl
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from queue import Empty, SimpleQueue
from typing import cast

import httpcore
import httpx

from dashboard.dialnexa.deadline import DeadlineBackend, Resolve

KEEPALIVE = 30.0  # seconds an unused connection stays open


@cache
def _trusting() -> ssl.SSLContext:
    """The usual authorities. Reading them takes 30 ms."""
    return httpx.create_ssl_context(trust_env=False)


class _Line(httpx.HTTPTransport):
    """httpx's HTTP/1.1 transport with one connection, over DeadlineBackend."""

    def __init__(self, ssl_context: ssl.SSLContext, resolve: Resolve) -> None:
        # httpx has no argument for a network backend, so the pool it would have made is made here instead.
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=1,
            keepalive_expiry=KEEPALIVE,
            network_backend=DeadlineBackend(resolve),
        )


class DeadlineTransport(httpx.BaseTransport):
    """So many connections, the last used first. Usable only inside Attempt.running().

    Not httpcore's own pool of many: all threads queue on its one lock, and of 32 connections four are in use.
    """

    def __init__(
        self,
        *,
        connections: int,
        ssl_context: ssl.SSLContext | None = None,
        resolve: Resolve = socket.getaddrinfo,
    ) -> None:
        context = ssl_context or _trusting()
        self._lines = [_Line(context, resolve) for _ in range(connections)]
        self._free = deque(self._lines)
        self._places: SimpleQueue[None] = SimpleQueue()  # one for each that is free
        for _ in self._lines:
            self._places.put(None)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises httpx.PoolTimeout when no connection becomes free in time, else what httpx's own transport raises."""
        try:
            self._places.get(timeout=request.extensions["timeout"]["pool"])
        except Empty:
            raise httpx.PoolTimeout("All connections are in use.", request=request) from None
        line = self._free.pop()
        try:
            response = line.handle_request(request)
        except BaseException:
            self._give_back(line)
            raise
        response.stream = _Lent(cast(httpx.SyncByteStream, response.stream), lambda: self._give_back(line))
        return response

    def close(self) -> None:
        for line in self._lines:
            line.close()

    def _give_back(self, line: _Line) -> None:
        self._free.append(line)
        self._places.put(None)


class _Lent(httpx.SyncByteStream):
    """A body, and the connection it comes over, which is given back once."""

    def __init__(self, stream: httpx.SyncByteStream, give_back: Callable[[], None]) -> None:
        self._stream = stream
        self._give_back: Callable[[], None] | None = give_back

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        give_back, self._give_back = self._give_back, None
        try:
            self._stream.close()
        finally:
            if give_back:
                give_back()


class ReadOnlyTransport(httpx.BaseTransport):
    """The last gate before any transport: GET, to the one origin, and nothing upstream says about where to go next."""

    def __init__(self, inner: httpx.BaseTransport, origin: httpx.URL) -> None:
        self._inner = inner
        self._origin = _address(origin)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises PermissionError for what Leadline must never send: a bug in Leadline, not a fault upstream."""
        if request.method != "GET" or _address(request.url) != self._origin:
            raise PermissionError("Leadline only reads, and only from the address it was given.")
        response = self._inner.handle_request(request)
        for name in ("Location", "Set-Cookie"):
            response.headers.pop(name, None)
        return response

    def close(self) -> None:
        self._inner.close()


def _address(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
