"""PostgreSQL and Redis as they run on this machine: a database of a test's own, an empty Redis; or a skip and why."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator

import pytest

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432")
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


@contextlib.contextmanager
def postgres_database() -> Iterator[str]:
    """The URL of a new, empty database, dropped afterwards. Skips where PostgreSQL is absent."""
    psycopg = pytest.importorskip("psycopg")
    name = f"leadline_test_{uuid.uuid4().hex[:12]}"
    try:
        server = psycopg.connect(f"{POSTGRES}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        pytest.skip(f"PostgreSQL does not answer at {POSTGRES}.")
    with server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{POSTGRES}/{name}"
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """The URL of a Redis whose database was emptied. Skips where Redis is absent. Tests that use it run one by one."""
    redis = pytest.importorskip("redis")
    one = redis.Redis.from_url(REDIS, socket_timeout=3, socket_connect_timeout=3)
    try:
        one.ping()
    except redis.RedisError:
        pytest.skip(f"Redis does not answer at {REDIS}.")
    with one.lock("leadline-tests", timeout=120, blocking_timeout=120):
        try:
            yield REDIS
        finally:
            keys = [key for key in one.scan_iter("*") if key != b"leadline-tests"]
            if keys:
                one.delete(*keys)
            one.close()
