"""A demo upstream at its own moment, and a plain HTTP reader for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from http.client import HTTPConnection
from itertools import pairwise
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from dashboard.demo.moments import IST, NOW
from dashboard.demo.scenarios import SCENARIOS
from dashboard.demo.server import DemoServer
from dashboard.dialnexa.client import Client

KEY = "demo_id:demo_secret"
LEAD = {scenario.number: scenario for scenario in SCENARIOS}


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


def ask(server: DemoServer, path: str, *, method: str = "GET", key: str | None = KEY, timeout: float = 10) -> Reply:
    """One request on a connection of its own."""
    address = urlsplit(server.url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=timeout)
    try:
        connection.request(method, path, headers={"Authorization": f"Bearer {key}"} if key is not None else {})
        response = connection.getresponse()
        return Reply(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


def history(server: DemoServer, workflow_id: str, lead_id: str) -> Any:
    """The history's body, whatever its shape."""
    reply = ask(server, f"/v1/workflows/{workflow_id}/leads/{lead_id}/history")
    assert reply.status == 200, reply
    return reply.body


def rows(body: Any) -> list[Any]:
    """The rows of a history in any shape, or of a list in its envelopes."""
    while isinstance(body, dict):
        body = next(body[key] for key in ("history", "data") if key in body)
    return list(body)


def path_of(server: DemoServer, number: int) -> list[dict[str, Any]]:
    return rows(history(server, LEAD[number].workflow_id, LEAD[number].lead_id))


def when(row: dict[str, Any], *keys: str) -> datetime:
    """The row's moment by the clock in India."""
    text = next(row[key] for key in keys if row.get(key))
    return datetime.fromisoformat(text).astimezone(IST)


def entered(row: dict[str, Any]) -> datetime:
    return when(row, "started_at", "entered_at", "timestamp")


def steps_taken(path: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Node to next node, from visits and from transitions."""
    if path and "to_node_id" in path[0]:
        return [(row["from_node_id"], row["to_node_id"]) for row in path if row["from_node_id"]]
    return list(pairwise(row["node_id"] for row in path))


def call_ids(path: list[Any]) -> list[str]:
    found = [row.get("call_id") or row.get("metadata", {}).get("call_id") for row in path if row]
    return list(dict.fromkeys(filter(None, found)))


def record(server: DemoServer, call_id: str) -> Any:
    reply = ask(server, f"/v1/calls/{call_id}")
    assert reply.status == 200, reply
    return reply.body


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoServer]:
    """One server for a module's reading; tests that leave a trace start their own."""
    with DemoServer(key=KEY, now=NOW) as server:
        yield server


@pytest.fixture
def client(demo: DemoServer) -> Iterator[Client]:
    client = Client(demo.url, KEY, clock=lambda: NOW)
    yield client
    client.close()
