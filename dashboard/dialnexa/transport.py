"""The way to DialNexa: GET only, one origin only, over sockets that keep their deadline."""

from __future__ import annotations

import socket
import ssl

import httpcore
import httpx

from dashboard.dialnexa.deadline import DeadlineBackend, Resolve

KEEPALIVE = 30.0  # seconds an unused connection stays open


class DeadlineTransport(httpx.HTTPTransport):
    """httpx's HTTP/1.1 transport over DeadlineBackend. Usable only inside Attempt.running()."""

    def __init__(
        self,
        *,
        connections: int,
        ssl_context: ssl.SSLContext | None = None,
        resolve: Resolve = socket.getaddrinfo,
    ) -> None:
        # httpx has no argument for a network backend, so the pool it would have made is made here instead.
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context or httpx.create_ssl_context(trust_env=False),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=KEEPALIVE,
            network_backend=DeadlineBackend(resolve),
        )


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
