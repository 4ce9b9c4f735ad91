"""A DialNexa of canned answers over real HTTP: each path has a list of answers, the last of which repeats."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, bytes, dict[str, str]]


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class Stub:
    """`stub.answer("/v1/...", body, status=200)`; `stub.seen` holds the paths asked for, without their query."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._answers: dict[str, list[Answer]] = {}
        self._server = QuietServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def answer(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        """One more answer for this path. A body that is not bytes is sent as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._answers.setdefault(path, []).append((status, raw, headers))

    def mend(self) -> None:
        """From now on every path gives its last answer."""
        for answers in self._answers.values():
            del answers[:-1]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _next(self, path: str) -> Answer:
        answers = self._answers.get(path)
        if not answers:
            return 404, json.dumps({"statusCode": 404, "message": "Not here", "error": "Not Found"}).encode(), {}
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        next_answer: Callable[[str], Answer] = self._next
        seen = self.seen

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                seen.append(path)
                status, body, headers = next_answer(path)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None: ...

        return Handler
