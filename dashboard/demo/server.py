"""The demo as a real HTTP/1.1 server on a thread of its own. Standard library only; bound to this machine by default.

with DemoServer(key="demo:key", now=NOW) as demo:
    read(demo.url + "/v1/workflows")
"""

from __future__ import annotations

import hmac
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from dashboard.demo.faults import BAD_KEY, Answer, error
from dashboard.demo.world import LeadsMode, World, to_json

REQUESTS_KEPT = 10_000


class DemoServer:
    """A DialNexa that knows the scenarios.

    key: the only Bearer token it accepts. now: None for the real time, a moment at which time stands still, or a
    clock. latency: seconds of silence before every answer. leads_mode: "plain" sends whole lists and ignores paging,
    "paged" honours page, limit and status, "scale" is plain with 1,200 generated leads. scan_leads: how many
    lead_scan_… the generated workflow lists, when the mode's own number does not fit. port 0: any free port.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        key: str,
        now: Callable[[], datetime] | datetime | None = None,
        latency: float = 0.0,
        leads_mode: LeadsMode = "plain",
        scan_leads: int | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self.world = World(_clock(now), leads_mode=leads_mode, scan_leads=scan_leads)
        self._server = _Server((host, port), self.world, key, latency)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="demo-upstream", daemon=True
        )

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host if isinstance(host, str) else host.decode()}:{port}"

    @property
    def requests(self) -> list[tuple[str, str]]:
        """The latest requests, oldest first: method, and path with its query as it came."""
        return list(self._server.seen)

    def reset(self) -> None:
        """Forget requests and faults met; the demo's time starts again now."""
        self._server.seen.clear()
        self.world.reset()

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop, end every open connection, and wait for their threads."""
        self._server.closing.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _clock(now: Callable[[], datetime] | datetime | None) -> Callable[[], datetime]:
    if now is None:
        return lambda: datetime.now(UTC)
    if not isinstance(now, datetime):
        return now
    if now.tzinfo is None:
        raise ValueError("The demo's present needs a UTC offset.")
    return lambda: now


class _Server(HTTPServer):
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], world: World, key: str, latency: float) -> None:
        self.world = world
        self.bearer = f"Bearer {key}".encode()
        self.latency = latency
        self.closing = threading.Event()
        self.seen: deque[tuple[str, str]] = deque(maxlen=REQUESTS_KEPT)
        self._open: dict[socket.socket, threading.Thread] = {}
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # HTTPServer would look up this machine's name here, which may take seconds.
        super(HTTPServer, self).server_bind()

    def process_request(self, request: Any, client_address: Any) -> None:
        """A thread for each connection."""
        thread = threading.Thread(target=self._serve, args=(request, client_address), daemon=True)
        self._open[request] = thread
        thread.start()

    def _serve(self, request: socket.socket, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except ConnectionError:
            pass  # the client has gone
        finally:
            self.shutdown_request(request)
            self._open.pop(request, None)

    def server_close(self) -> None:
        super().server_close()
        for connection, thread in self._open.copy().items():
            with suppress(OSError):  # already closed
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Check the key, ask the world, answer in one write."""
        server = cast(_Server, self.server)
        server.seen.append((self.command, self.path))
        given = self.headers.get("Authorization", "").encode("latin-1")
        answer = self._find(server.world) if hmac.compare_digest(given, server.bearer) else error(401, BAD_KEY)
        silence = server.latency + answer.seconds
        if silence and server.closing.wait(silence):
            self.close_connection = True
            return
        self._send(answer)

    def _find(self, world: World) -> Answer:
        target = urlsplit(self.path)
        return world.answer(unquote(target.path), dict(parse_qsl(target.query)))

    def _refuse(self) -> None:
        server = cast(_Server, self.server)
        server.seen.append((self.command, self.path))
        # What the request carries stays unread, so the connection can't be used again.
        self.close_connection = True
        self._send(error(405, f"Cannot {self.command} {self.path}", ("Allow", "GET"), ("Connection", "close")))

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = _refuse  # noqa: N815

    def _send(self, answer: Answer) -> None:
        body = answer.body if isinstance(answer.body, bytes) else to_json(answer.body)
        head = [
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
            f"Content-Type: {answer.kind}",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in answer.headers),
        ]
        text = "\r\n".join(head).encode("latin-1") + b"\r\n\r\n"
        self.wfile.write(text if self.command == "HEAD" else text + body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: tests and benchmarks read ``requests`` instead."""
