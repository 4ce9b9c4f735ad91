"""A workflow of many leads on an upstream of canned answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dashboard.scan.turn import Stop
from tests.scan.many import Many


@pytest.fixture
def many(settings: Any) -> Iterator[Many]:
    one = Many()
    settings.DIALNEXA_BASE_URL = one.stub.url
    yield one
    one.stub.close()
    Stop.is_asked = False
