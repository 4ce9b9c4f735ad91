"""Copies in Redis, for all processes, and one call in flight among them. Redis in trouble is a miss, not a failure."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import redis
from django.utils.crypto import salted_hmac

from dashboard.upstream.codec import SCHEMA, pack, unpack
from dashboard.upstream.copies import Kept, Key, Read

log = logging.getLogger("dashboard.upstream")
T = TypeVar("T")

LOCKED = 12_000  # milliseconds: a page's deadline and some more; a killed owner is waited for no longer
POLL = 0.05  # seconds
TIMEOUT = 1.0  # seconds


class Shared:
    """Histories and workflows of one upstream in one Redis. whose: tells upstreams and keys apart, and is not kept."""

    def __init__(self, url: str, *, whose: str, kept_for: timedelta) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
        self._prefix = f"leadline:{SCHEMA}:{hashlib.sha256(whose.encode()).hexdigest()[:16]}"
        self._kept_for = kept_for
        self._key = salted_hmac("dashboard.upstream.shared", whose, algorithm="sha256").digest()

    def get(self, key: Key) -> Kept | None:
        generation, data, due = self._try(
            lambda: self._redis.mget(self._of("generation"), self._of(*key), self._of("due", *key)), (None,) * 3
        )
        if data is None:
            return None
        # The generation stands in front: what was kept before everything was given up is not read again.
        told, _, body = data.partition(b"|")
        packed = unpack(key[0], body, key=self._key) if told == (generation or b"0") else None
        if packed is None:
            log.warning("A copy in Redis is not Leadline's, or of another time.")
            return None
        return Kept(Read(packed.value, packed.read_at), is_due=due is not None)

    def keep(self, key: Key, answer: Read[Any]) -> None:
        def write() -> None:
            generation: Any = self._redis.get(self._of("generation")) or b"0"
            body = pack(answer.value, answer.read_at, key=self._key)
            self._redis.set(self._of(*key), generation + b"|" + body, ex=self._kept_for)
            self._redis.delete(self._of("due", *key))

        self._try(write, None)

    def make_due(self, key: Key) -> None:
        self._try(lambda: self._redis.set(self._of("due", *key), b"1", ex=self._kept_for), None)

    def drop(self, key: Key) -> None:
        self._try(lambda: self._redis.delete(self._of(*key)), None)

    def clear(self) -> None:
        self._try(lambda: self._redis.incr(self._of("generation")), None)

    def once(self, key: Key, ask: Callable[[], T], *, kept: Callable[[], T | None]) -> T:
        """Ask, unless another process is asking: then wait for what it keeps, and ask if it keeps nothing."""
        lock = self._of("asking", *key)
        deadline = time.monotonic() + LOCKED / 1000
        while not self._try(lambda: self._redis.set(lock, b"1", nx=True, px=LOCKED), True):
            time.sleep(POLL)
            if (found := kept()) is not None:
                return found
            if time.monotonic() > deadline:
                return ask()
        try:
            found = kept()
            return ask() if found is None else found
        finally:
            self._try(lambda: self._redis.delete(lock), None)

    def answers(self) -> bool:
        return bool(self._try(self._redis.ping, False))

    def close(self) -> None:
        self._redis.close()

    def _of(self, *parts: str) -> str:
        return ":".join((self._prefix, *parts))

    def _try(self, act: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return act()
        except redis.RedisError as error:
            log.warning("Redis can't be used: %s", type(error).__name__)
            return otherwise
