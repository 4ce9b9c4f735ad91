"""A keep-alive connection to a server of this run, cheap enough not to blur what it measures."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple

from benchmarks import METER

HOST = "127.0.0.1"


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    seconds: float  # from the request's first byte to the answer's last

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def cookie(self, name: str) -> str:
        """name=value, as it is sent back."""
        found = (value.partition(";")[0] for key, value in self.headers if key.lower() == "set-cookie")
        return next(pair for pair in found if pair.startswith(f"{name}="))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a web process has used so far."""

    cpu: float  # seconds
    queries: int  # SQL statements


class Connection:
    """headers: those of every request."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self._headers = dict(headers)
        self._http = HTTPConnection(HOST, port, timeout=30)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Raises AssertionError unless the answer is a 200: nothing else is worth timing."""
        answer = self.ask("GET", path, headers=headers)
        assert answer.status == 200, f"{path} answered {answer.status}."
        return answer

    def ask(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        everything = {**self._headers, **(headers or {})}
        try:
            return self._exchange(method, path, body, everything)
        except (HTTPException, ConnectionResetError, BrokenPipeError):
            # The server has closed an idle connection. Asked again, the clock starts again too.
            self._http.close()
            return self._exchange(method, path, body, everything)

    def _exchange(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        began = time.perf_counter()
        self._http.request(method, path, body, headers)
        response = self._http.getresponse()
        content = response.read()
        seconds = time.perf_counter() - began
        return Answer(response.status, response.getheaders(), content, seconds)

    def meter(self) -> Reading:
        return Reading(**json.loads(self.get(METER).body))

    def close(self) -> None:
        self._http.close()
