"""Requests that arrive by the clock, whether or not earlier ones have been answered; and users who wait for answers.

Open loop: what is asked when is fixed beforehand, and an answer's time counts from the moment it was due, so that time
in a queue is seen. Closed loop: so many users, each of whom asks again once answered.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.connection import HOST
from benchmarks.figures import percentile

PATIENCE = 40.0  # seconds until an answer counts as none


class Ask(NamedTuple):
    kind: str
    path: str
    cookie: str = ""


class Sample(NamedTuple):
    kind: str
    at: float  # seconds from the start, when it was due
    status: int  # 0: no answer
    seconds: float  # from then to the answer's last byte
    retry_after: str
    trouble: str  # why there was no answer


@dataclass(frozen=True, slots=True)
class Samples:
    all: tuple[Sample, ...]
    seconds: float  # the whole took

    def of(self, *kinds: str) -> Samples:
        return Samples(tuple(sample for sample in self.all if sample.kind in kinds), self.seconds)

    def answered(self, *statuses: int) -> Samples:
        return Samples(tuple(sample for sample in self.all if sample.status in statuses), self.seconds)

    def between(self, start: float, end: float) -> Samples:
        return Samples(tuple(sample for sample in self.all if start <= sample.at < end), end - start)

    def at(self, part: float) -> float:
        """This percentile of waiting, ms; 0 for nothing."""
        return percentile([sample.seconds * 1000 for sample in self.all], part) if self.all else 0.0

    @property
    def longest(self) -> float:
        return max((sample.seconds for sample in self.all), default=0.0)

    def __len__(self) -> int:
        return len(self.all)


def every(rate: float, seconds: float, make: Callable[[int], Ask]) -> Iterator[tuple[float, Ask]]:
    """`rate` a second, evenly spread."""
    for number in range(int(rate * seconds)):
        yield number / rate, make(number)


def open_loop(port: int, plan: Iterable[tuple[float, Ask]]) -> Samples:
    """Ask what the plan says at the second it says. Returns once everything is answered, or given up."""
    return asyncio.run(_open_loop(port, sorted(plan, key=lambda one: one[0])))


def closed_loop(port: int, users: int, seconds: float, make: Callable[[int], Ask], *, pause: float = 0.0) -> Samples:
    """So many users for so long, each with a pause after each answer: this one, or what Retry-After asks for."""
    return asyncio.run(_closed_loop(port, users, seconds, make, pause))


async def _open_loop(port: int, plan: list[tuple[float, Ask]]) -> Samples:
    browser, began, running = Browser(port), time.monotonic(), []
    for due, ask in plan:
        await asyncio.sleep(max(0.0, began + due - time.monotonic()))
        running.append(asyncio.create_task(browser.ask(ask, began, due)))
    found = await asyncio.gather(*running)
    browser.close()
    return Samples(tuple(found), time.monotonic() - began)


async def _closed_loop(port: int, users: int, seconds: float, make: Callable[[int], Ask], pause: float) -> Samples:
    browser, began, found = Browser(port), time.monotonic(), list[Sample]()
    numbers = iter(range(10**9))

    async def user() -> None:
        while (now := time.monotonic() - began) < seconds:
            answer = await browser.ask(make(next(numbers)), began, now)
            found.append(answer)
            await asyncio.sleep(max(pause, float(answer.retry_after or 0)))

    await asyncio.gather(*(user() for _ in range(users)))
    browser.close()
    return Samples(tuple(found), time.monotonic() - began)


Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Browser:
    """Connections that are kept open and used again, the last used first."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[Pipe] = []

    async def ask(self, ask: Ask, began: float, due: float) -> Sample:
        status, retry_after, trouble = 0, "", ""
        try:
            async with asyncio.timeout(PATIENCE):
                status, retry_after = await self._exchange(ask)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            trouble = f"{type(error).__name__}"
        return Sample(ask.kind, due, status, time.monotonic() - began - due, retry_after, trouble)

    async def _exchange(self, ask: Ask) -> tuple[int, str]:
        cookie = f"Cookie: {ask.cookie}\r\n" if ask.cookie else ""
        request = (
            f"GET {ask.path} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: gzip, deflate, br\r\n{cookie}\r\n"
        ).encode()
        while self._idle:
            pipe = self._idle.pop()
            try:
                return await self._through(pipe, request)
            except (ConnectionError, asyncio.IncompleteReadError) as error:
                pipe[1].close()
                # The server has closed an idle connection: a browser asks again on another.
                if isinstance(error, asyncio.IncompleteReadError) and error.partial:
                    raise
        return await self._through(await asyncio.open_connection(HOST, self._port), request)

    async def _through(self, pipe: Pipe, request: bytes) -> tuple[int, str]:
        reader, writer = pipe
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            await reader.readexactly(int(headers["content-length"]))
        except BaseException:
            writer.close()
            raise
        if headers.get("connection") == "close":
            writer.close()
        else:
            self._idle.append(pipe)
        return int(head.split(" ", 2)[1]), headers.get("retry-after", "")

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()
