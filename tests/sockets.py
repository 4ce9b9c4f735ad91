"""An upstream on a raw socket that fails by name: everything below well-formed HTTP that a client must survive.

    with serve("reset_before_headers", "good") as upstream: ...

Each request gets the next fault; the last one repeats. Only 127.0.0.1.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator

STEP = 0.05  # seconds between two drips
GOOD_BODY = b'{"data":[],"meta":{"page":1,"limit":100,"total":0,"totalPages":1}}'
CUT_BODY = GOOD_BODY[:-9]
ZEROS = bytes(64 * 1024)
BOMB = gzip.compress(bytes(50 * 1024 * 1024), 9)
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends a reset


class Upstream:
    """What arrived so far, and what was sent."""

    def __init__(self, faults: tuple[str | bytes, ...], body: bytes, context: ssl.SSLContext | None) -> None:
        self.faults = faults
        self.body = body
        self.requests: list[bytes] = []  # heads, in order of arrival
        self.connections = 0
        self.sent = 0  # bytes
        self.stopped = threading.Event()
        self._context = context
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._spawn(self._accept)

    def stop(self) -> None:
        self.stopped.set()
        # Wakes accept(), which closing alone does not; the listener may go only when nobody is in accept() any more.
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            self._threads[0].join(timeout=10)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=10)

    def send(self, connection: socket.socket, data: bytes) -> None:
        self.sent += connection.send(data)

    def _spawn(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            connection, _ = self._listener.accept()
            if self.stopped.is_set():
                connection.close()
                return
            connection.settimeout(5)
            self.connections += 1
            self._spawn(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        if "tls_silence" in self.faults:
            with connection:
                self.stopped.wait(30)
            return
        # The other side may hang up at any moment: that is what these faults are about.
        with contextlib.suppress(OSError):
            if self._context:
                try:
                    connection = self._context.wrap_socket(connection, server_side=True)
                except OSError:
                    connection.close()
                    raise
            with connection:
                self._open.append(connection)
                while (head := self._head(connection)) is not None:
                    fault = self._take(head)
                    if isinstance(fault, bytes):
                        self.send(connection, fault)
                    else:
                        FAULTS[fault](self, connection)
                    if fault != "good":
                        return

    def _head(self, connection: socket.socket) -> bytes | None:
        """One request's head; for what is not HTTP, whatever came first."""
        head = b""
        while b"\r\n\r\n" not in head:
            arrived = connection.recv(65536)
            if not arrived:
                return None
            head += arrived
            if not head.startswith(b"G"):
                break
        return head

    def _take(self, head: bytes) -> str | bytes:
        with self._lock:
            fault = self.faults[min(len(self.requests), len(self.faults) - 1)]
            self.requests.append(head)
        return fault


def head(*lines: str, status: str = "200 OK") -> bytes:
    """A response head with these header lines."""
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: application/json", *lines, "", ""]).encode("latin-1")


def answer(body: bytes, *lines: str, status: str = "200 OK") -> bytes:
    return head(f"Content-Length: {len(body)}", *lines, status=status) + body


def _good(upstream: Upstream, connection: socket.socket) -> None:
    connection.sendall(answer(upstream.body))


def _silence(upstream: Upstream, connection: socket.socket) -> None:
    upstream.stopped.wait(30)


def _drip(upstream: Upstream, connection: socket.socket, data: bytes) -> None:
    for byte in data:
        if upstream.stopped.wait(STEP):
            return
        upstream.send(connection, bytes([byte]))


def _drip_head(upstream: Upstream, connection: socket.socket) -> None:
    _drip(upstream, connection, head("X-Filler: " + "x" * 2000))


def _drip_body(upstream: Upstream, connection: socket.socket) -> None:
    connection.sendall(head("Content-Length: 2000"))
    _drip(upstream, connection, b" " * 2000)


def _drip_interim(upstream: Upstream, connection: socket.socket) -> None:
    while not upstream.stopped.wait(STEP):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def _reset(upstream: Upstream, connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def _reset_in_head(upstream: Upstream, connection: socket.socket) -> None:
    connection.sendall(head()[:20])
    upstream.stopped.wait(0.2)  # else the reset overtakes the bytes
    _reset(upstream, connection)


def _reset_in_body(upstream: Upstream, connection: socket.socket) -> None:
    connection.sendall(answer(upstream.body)[:-10])
    upstream.stopped.wait(0.2)
    _reset(upstream, connection)


def _zeros(upstream: Upstream, connection: socket.socket) -> None:
    connection.sendall(head())
    while not upstream.stopped.is_set():
        upstream.send(connection, ZEROS)


def _huge_header(upstream: Upstream, connection: socket.socket) -> None:
    connection.sendall(head()[:-2] + b"X-Huge: ")
    for _ in range(5 * 16):
        upstream.send(connection, b"h" * len(ZEROS))
    connection.sendall(b"\r\n\r\n")


def _says(data: bytes) -> Callable[[Upstream, socket.socket], None]:
    def say(upstream: Upstream, connection: socket.socket) -> None:
        connection.sendall(data)

    return say


FAULTS: dict[str, Callable[[Upstream, socket.socket], None]] = {
    "good": _good,
    "silence": _silence,
    "drip_head": _drip_head,
    "drip_body": _drip_body,
    "drip_interim": _drip_interim,
    "reset_before_headers": _reset,
    "close_before_headers": _says(b""),
    "reset_in_head": _reset_in_head,
    "reset_in_body": _reset_in_body,
    "short": _says(head("Content-Length: 500") + GOOD_BODY),
    "chunk_short": _says(head("Transfer-Encoding: chunked") + b"40\r\n" + GOOD_BODY[:20]),
    "no_length": _says(head("Connection: close") + GOOD_BODY),
    "no_length_cut": _says(head("Connection: close") + CUT_BODY),
    "two_lengths": _says(head(f"Content-Length: {len(GOOD_BODY)}", "Content-Length: 7") + GOOD_BODY),
    "header_newline": _says(answer(GOOD_BODY, "X-Odd: one\r\nsecond line without a name")),
    "header_fold": _says(answer(GOOD_BODY, "X-Odd: one\r\n two")),
    "header_nul": _says(answer(GOOD_BODY, "X-Odd: a\x00b")),
    "huge_header": _huge_header,
    "zeros": _zeros,
    "bomb": _says(answer(BOMB, "Content-Encoding: gzip")),
    "bad_gzip": _says(answer(b"not gzip at all", "Content-Encoding: gzip")),
    "brotli": _says(answer(GOOD_BODY, "Content-Encoding: br")),
    "not_http": _says(b"220 mail.example ESMTP\r\n"),
    "s999": _says(answer(b"{}", status="999 Odd")),
    "plain_http_on_tls": _says(answer(b"", status="400 Bad Request")),
}


@contextlib.contextmanager
def serve(*faults: str | bytes, body: bytes = GOOD_BODY, context: ssl.SSLContext | None = None) -> Iterator[Upstream]:
    """Run an upstream with these faults: names of FAULTS, "tls_silence", or the very bytes to answer."""
    upstream = Upstream(faults or ("good",), body, context)
    upstream.start()
    try:
        yield upstream
    finally:
        upstream.stop()


def closed_port() -> int:
    """A port where connections are refused."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def full_backlog(host: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """A port where connecting hangs: nobody accepts, and the queue is full."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server((host, port), family=family, backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket(family))
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield int(listener.getsockname()[1])
