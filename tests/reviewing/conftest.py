"""The desk, with upstream's canned answers."""

from __future__ import annotations

import pytest

from tests.reviewing.desk import Desk
from tests.stub import Stub
from tests.views.conftest import stub

__all__ = ["stub"]


@pytest.fixture
def desk(db: None, stub: Stub) -> Desk:
    return Desk(stub)
