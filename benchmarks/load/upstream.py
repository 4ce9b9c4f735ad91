"""A DialNexa that hangs, drips and fails on demand, as a process of its own: python -m benchmarks.load.upstream PORT.

lead_load_<n> and lead_done_<n> are the demo's lead of thirty visits under as many ids as wanted, each with a number of
its own, the latter with a path that is over. GET /-/set?mode=hang&latency=0.3&faults=0.05 changes how it answers,
/-/seen tells when it was asked.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sys
import time
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote, urlsplit

from benchmarks.connection import HOST, Connection
from benchmarks.leads import history_path, lead
from dashboard.demo.faults import Answer
from dashboard.demo.world import World, to_json

VISITS = 30
MODES = ("good", "hang", "drip", "fail")
DRIP = 0.2  # seconds between two bytes
BROKEN = json.dumps({"statusCode": 503, "message": "Service Unavailable"}).encode()

_LOADED = re.compile(r"lead_(load|done)_([0-9]+)")
_PHONE = re.compile(rb"\+91[0-9]{10}")


class Upstream:
    def __init__(self, key: str) -> None:
        self._key = f"Bearer {key}"
        self._world = World(lambda: datetime.now(UTC))
        self._open_path = body = _body(self._world.answer(history_path(lead(VISITS)), {}))
        self._over_path = body.replace(b'"status":"active"', b'"status":"completed"', 1)
        assert self._open_path != self._over_path
        self._set = {"mode": "good", "latency": "0", "faults": "0"}
        self._seen: list[tuple[float, str]] = []
        self._dice = random.Random(7)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                if not await self._answer(head, writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    async def _answer(self, head: str, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection can be used again."""
        target = urlsplit(head.split(" ", 2)[1])
        if target.path.startswith("/-/"):
            return await self._control(target.path, dict(parse_qsl(target.query)), writer)
        self._seen.append((time.time(), target.path))
        if f"authorization: {self._key}".lower() not in head.lower():
            return await _send(writer, 401, b"{}")
        mode = self._set["mode"]
        if mode == "hang":
            await asyncio.sleep(60)
            return False
        await asyncio.sleep(float(self._set["latency"]))
        if mode == "fail":
            return await _send(writer, 503, BROKEN)
        if mode == "drip":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2000\r\n\r\n")
            for _ in range(300):
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(DRIP)
            return False
        if self._dice.random() < float(self._set["faults"]):
            return await self._fault(writer)
        return await _send(writer, *self._find(unquote(target.path), dict(parse_qsl(target.query))))

    async def _fault(self, writer: asyncio.StreamWriter) -> bool:
        """One of what goes wrong on an ordinary day."""
        match self._dice.randrange(4):
            case 0:
                return await _send(writer, 500, BROKEN)
            case 1:
                return await _send(writer, 503, BROKEN)
            case 2:
                return await _send(writer, 200, b"<html>It works!</html>")
            case _:
                return False  # it hangs up

    def _find(self, path: str, query: dict[str, str]) -> tuple[int, bytes]:
        if (found := _LOADED.search(path)) and path.endswith("/history"):
            body = self._open_path if found[1] == "load" else self._over_path
            own = f"+918{int(found[2]):09}".encode()
            return 200, _PHONE.sub(own, body).replace(lead(VISITS).encode(), found[0].encode())
        answer = self._world.answer(path, query)
        return answer.status, _body(answer)

    async def _control(self, path: str, query: dict[str, str], writer: asyncio.StreamWriter) -> bool:
        if path == "/-/set":
            self._set.update(query)
            self._seen.clear()
        return await _send(writer, 200, json.dumps(self._seen).encode())


def _body(answer: Answer) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else to_json(answer.body)


async def _send(writer: asyncio.StreamWriter, status: int, body: bytes) -> bool:
    head = f"HTTP/1.1 {status} Told\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    return True


class Remote:
    """That process, as the run steers it."""

    def __init__(self, port: int) -> None:
        self._port = port

    def set(self, *, mode: str = "good", latency: float = 0.0, faults: float = 0.0) -> None:
        """From now on; what it has seen is forgotten."""
        self._get(f"/-/set?mode={mode}&latency={latency}&faults={faults}")

    def seen(self) -> list[tuple[float, str]]:
        """The requests since: when (time.time), and which path."""
        return [(moment, path) for moment, path in json.loads(self._get("/-/seen"))]

    def _get(self, path: str) -> bytes:
        connection = Connection(self._port, {})
        try:
            return connection.get(path).body
        finally:
            connection.close()


async def main() -> None:
    upstream = Upstream(os.environ["DIALNEXA_API_KEY"])
    server = await asyncio.start_server(upstream.serve, HOST, int(sys.argv[1]), backlog=256)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
