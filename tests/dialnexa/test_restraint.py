from __future__ import annotations

import pytest

from dashboard.dialnexa.restraint import Hold, KeyPause, RetryBudget
from tests.dialnexa.stopwatch import Stopwatch


@pytest.fixture
def watch():
    return Stopwatch()


def test_hold_belongs_to_whoever_began_it(watch):
    """Of a burst of 429s the first may wait and retry; those that find a hold may not."""
    hold = Hold(watch.now)

    assert hold.extend(2)
    assert not hold.extend(3)
    assert hold.left() == 3

    watch.advance(3)

    assert hold.left() == 0
    assert hold.extend(1)


def test_hold_is_never_shortened(watch):
    """A smaller Retry-After does not lift a longer one."""
    hold = Hold(watch.now)
    hold.extend(60)

    hold.extend(1)

    assert hold.left() == 60


def test_key_pause_admits_one_try_a_minute(watch):
    """After two refusals in a row: nobody anywhere for a minute, then one, then nobody for a minute again."""
    pause = KeyPause(watch.now)
    pause.refused("/a")
    pause.refused("/b")
    watch.advance(59)

    assert pause.wait("/c") == 1

    watch.advance(1)

    assert [pause.wait("/c") for _ in range(3)] == [0, 60, 60]


def test_key_pause_of_one_path_leaves_the_others(watch):
    """One refusal may be that record's own trouble: it waits a minute, everything else goes on."""
    pause = KeyPause(watch.now)

    pause.refused("/a")
    pause.refused("/a")

    assert pause.wait("/a") == 60
    assert pause.wait("/b") == 0


def test_key_pause_takes_an_answer_between_as_proof_of_the_key(watch):
    """Two refusals with an accepted request between them are two paths' trouble, not the key's."""
    pause = KeyPause(watch.now)

    pause.refused("/a")
    pause.accepted("/b")
    pause.refused("/c")

    assert [pause.wait(path) for path in ("/a", "/b", "/c")] == [60, 0, 60]


def test_key_pause_ends_when_the_key_is_accepted(watch):
    """A key that works again is used again at once."""
    pause = KeyPause(watch.now)
    pause.refused("/a")
    pause.refused("/b")

    pause.accepted("/a")

    assert [pause.wait("/c") for _ in range(3)] == [0, 0, 0]


def test_retry_budget_allows_ten_then_one_for_ten_requests():
    """A burst of ten; after it, retries are a tenth of the requests."""
    budget = RetryBudget()

    assert [budget.spend() for _ in range(11)] == [True] * 10 + [False]

    for _ in range(11):
        budget.earn()

    assert [budget.spend(), budget.spend()] == [True, False]


def test_retry_budget_does_not_hoard():
    """A thousand quiet requests still leave ten retries, not a hundred."""
    budget = RetryBudget()
    for _ in range(1000):
        budget.earn()

    assert [budget.spend() for _ in range(11)] == [True] * 10 + [False]
