"""Copies in a real Redis: one call among processes, and nothing of anybody else's is read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis as client
import time_machine
from django.core.cache import CacheHandler
from hypothesis import given

from dashboard import upstream
from dashboard.demo.server import DemoServer
from dashboard.timeline.model import Lead, Timeline, Workflow
from dashboard.upstream.codec import pack, unpack
from dashboard.upstream.copies import Read
from dashboard.upstream.shared import LOCKED, Shared
from tests import settings as test_settings
from tests.project import ROOT
from tests.services import redis_server
from tests.strategies import timelines
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, WORKFLOW, history

NOW = datetime(2026, 3, 2, 13, tzinfo=UTC)
KEY = ("history", WORKFLOW, LEAD)
PATH = Timeline(WORKFLOW, Lead(LEAD, phone="+919812345678", variables={"name": "Canary"}))
needs_redis = pytest.mark.redis


@pytest.fixture
def redis(settings: Any) -> Iterator[str]:
    with redis_server() as url:
        settings.REDIS_URL = url
        upstream.forget()
        yield url
        upstream.forget()


@pytest.fixture
def stub(settings: Any) -> Iterator[Stub]:
    one = Stub()
    settings.DIALNEXA_BASE_URL = one.url
    yield one
    one.close()


def store(url: str, whose: str = "one") -> Shared:
    return Shared(url, whose=whose, kept_for=timedelta(hours=24))


@given(timelines())
def test_copy_is_read_back_as_it_was(timeline: Timeline) -> None:
    """Every field of every visit, through bytes."""
    labels = [visit.label.encode(errors="replace").decode() for visit in timeline.visits]  # as decode() gives them
    visits = zip(timeline.visits, labels, strict=True)
    text = replace(timeline, visits=tuple(replace(visit, label=label) for visit, label in visits))

    packed = unpack("history", pack(text, NOW, key=b"k"), key=b"k")

    assert packed is not None
    assert (packed.value, packed.read_at) == (text, NOW)


@pytest.mark.parametrize(
    "data", [b"", b"short", b"\x80\x04pickle" * 9, pack(PATH, NOW, key=b"other"), pack(PATH, NOW, key=b"k")[:-1] + b"!"]
)
def test_f73_foreign_or_broken_copy_is_nothing(data: bytes) -> None:
    """What we did not seal, we do not read."""
    assert unpack("history", data, key=b"k") is None


def test_copy_of_another_kind_is_nothing() -> None:
    """A workflow where a history should be."""
    assert unpack("history", pack(Workflow("w", "W"), NOW, key=b"k"), key=b"k") is None


@needs_redis
def test_processes_share_copies_and_give_them_up_together(redis: str) -> None:
    """What one keeps the other reads; due, dropped and cleared too."""
    one, other = store(redis), store(redis)

    one.keep(KEY, Read(PATH, NOW))
    kept = other.get(KEY)
    assert kept is not None
    assert kept.read == Read(PATH, NOW)
    other.make_due(KEY)
    due = one.get(KEY)
    assert due is not None
    assert due.is_due
    other.keep(KEY, Read(PATH, NOW))
    again = one.get(KEY)
    assert again is not None
    assert not again.is_due

    other.clear()
    assert one.get(KEY) is None
    one.keep(KEY, Read(PATH, NOW))
    other.drop(KEY)
    assert one.get(KEY) is None


@needs_redis
def test_other_upstreams_copies_are_not_ours(redis: str) -> None:
    """Another address or another key is another world."""
    store(redis, "one").keep(KEY, Read(PATH, NOW))

    assert store(redis, "two").get(KEY) is None


@needs_redis
def test_f73_corrupt_entry_is_a_miss_with_a_line_in_the_log(redis: str, caplog: pytest.LogCaptureFixture) -> None:
    """Read as if it were not there."""
    one = store(redis)
    one.keep(KEY, Read(PATH, NOW))
    raw = client.Redis.from_url(redis)
    (name,) = list(raw.scan_iter("*history*"))
    raw.set(name, b"0|" + b"x" * 100)

    assert one.get(KEY) is None
    assert [record.getMessage() for record in caplog.records] == [
        "A copy in Redis is not Leadline's, or of another time."
    ]
    raw.close()


def test_f73_redis_that_is_down_is_a_miss(settings: Any, stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    """Pages are served from upstream, without copies, and the log says why."""
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    upstream.forget()
    stub.answer(HISTORY, history())

    read = upstream.lead_history(WORKFLOW, LEAD)
    upstream.forget()

    assert read.value.lead.id == LEAD
    assert "Redis can't be used: ConnectionError" in caplog.text


@needs_redis
def test_pages_are_served_from_redis(redis: str, stub: Stub) -> None:
    """A process that starts anew finds the copies of the others; its age is that of the reading."""
    stub.answer(HISTORY, history())

    with time_machine.travel(NOW, tick=False) as clock:
        first = upstream.lead_history(WORKFLOW, LEAD)
        upstream.forget()
        clock.shift(60)
        second = upstream.lead_history(WORKFLOW, LEAD)

    assert stub.seen == [HISTORY]
    assert second == first


@needs_redis
def test_redis_holds_a_copy_for_a_day_and_no_key(redis: str, stub: Stub, settings: Any) -> None:
    """It ends by itself; the API key is neither in its name nor in it."""
    stub.answer(HISTORY, history())

    upstream.lead_history(WORKFLOW, LEAD)

    raw = client.Redis.from_url(redis)
    (name,) = list(raw.scan_iter("*:history:*"))
    assert 0 < raw.ttl(name) <= 24 * 3600
    secret = settings.DIALNEXA_API_KEY.partition(":")[2].encode()
    assert secret not in name + (raw.get(name) or b"")
    raw.close()


READER = """
import django
django.setup()
from dashboard import upstream
print(len(upstream.lead_history("workflow_homeloan01", "lead_priya01").value.visits))
"""


@needs_redis
def test_f76_two_processes_ask_once(redis: str, settings: Any) -> None:
    """Among processes: the second waits for what the first keeps."""
    with DemoServer(key=settings.DIALNEXA_API_KEY, latency=1.5) as demo:
        changed = {"REDIS_URL": redis, "DIALNEXA_BASE_URL": demo.url, "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
        environment = {"PATH": os.environ["PATH"], **test_settings.ENVIRONMENT, **changed}
        command = [sys.executable, "-c", READER]
        both = [
            subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            for _ in range(2)
        ]
        said = [one.communicate(timeout=30)[0] for one in both]
        asked = len(demo.requests)

    assert said == [b"3\n", b"3\n"]
    assert asked == 1


@needs_redis
def test_killed_owner_is_not_waited_for_longer_than_its_lock(redis: str) -> None:
    """The lock ends by itself, and whoever waited asks."""
    one = store(redis)
    raw = client.Redis.from_url(redis)
    lock = f"{one._prefix}:asking:{':'.join(KEY)}"
    raw.set(lock, b"1", px=300)

    assert one.once(KEY, lambda: "asked", kept=lambda: None) == "asked"
    assert raw.get(lock) is None
    assert LOCKED > 10_000
    raw.close()


@needs_redis
def test_djangos_cache_in_redis_is_json(redis: str) -> None:
    """Nothing that stands there is ever unpickled."""
    backend = "django.core.cache.backends.redis.RedisCache"
    options = {"BACKEND": backend, "LOCATION": redis, "OPTIONS": {"serializer": "dashboard.cache.JsonSerializer"}}
    cache = CacheHandler({"default": options})["default"]

    cache.set("list", ["a", 1, 2.5], 60)
    cache.add("count", 0, 60)

    assert cache.get("list") == ["a", 1, 2.5]
    assert cache.incr("count") == 1
    raw = client.Redis.from_url(redis)
    (name,) = list(raw.scan_iter("*list*"))
    assert raw.get(name) == b'["a", 1, 2.5]'
    raw.close()
