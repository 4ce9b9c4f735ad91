from __future__ import annotations

import threading

import pytest

from dashboard.dialnexa.breaker import Breaker
from tests.dialnexa.stopwatch import Stopwatch


@pytest.fixture
def watch():
    return Stopwatch()


@pytest.fixture
def breaker(watch):
    return Breaker(monotonic=watch.now, jitter=lambda low, high: high)


def run(breaker: Breaker, *outcomes: bool | None) -> None:
    for has_failed in outcomes:
        ticket = breaker.admit()
        assert ticket is not None
        breaker.report(ticket, has_failed=has_failed)


def test_breaker_opens_at_five_failures_of_ten(breaker):
    """Five of the last ten tries failed: nobody is let through."""
    run(breaker, *[True, False] * 4, True)

    assert breaker.admit() is None


def test_breaker_stays_closed_while_failures_are_spread_thinner(breaker):
    """Four of any ten in a row is not yet a reason."""
    run(breaker, *[True, True, False, False, False] * 6)

    assert breaker.admit() is not None


def test_breaker_forgets_tries_before_the_last_ten(breaker):
    """Old failures do not add up with new ones."""
    run(breaker, *[True] * 4, *[False] * 10, *[True] * 4)

    assert breaker.admit() is not None


def test_breaker_pauses_fifteen_seconds_and_a_fifth(watch, breaker):
    """With the widest jitter the pause is 18 s; left() counts it down."""
    run(breaker, *[True] * 5)
    watch.advance(17.9)

    assert breaker.admit() is None
    assert breaker.left() == pytest.approx(0.1)

    watch.advance(0.1)

    assert breaker.admit() is not None


def test_breaker_lets_one_probe_through(watch, breaker):
    """When the pause is over, one try goes out and all others wait for its outcome."""
    run(breaker, *[True] * 5)
    watch.advance(18)

    tickets = [breaker.admit() for _ in range(20)]

    assert sum(ticket is not None for ticket in tickets) == 1


def test_breaker_closes_when_the_probe_succeeds(watch, breaker):
    """One good probe, and the next failure counts as the first."""
    run(breaker, *[True] * 5)
    watch.advance(18)

    run(breaker, False, *[True] * 4)

    assert breaker.admit() is not None


def test_breaker_opens_again_when_the_probe_fails(watch, breaker):
    """One bad probe, and the pause begins anew."""
    run(breaker, *[True] * 5)
    watch.advance(18)

    run(breaker, True)

    assert breaker.admit() is None
    assert breaker.left() == pytest.approx(18)


def test_breaker_frees_the_probe_that_never_got_to_ask(watch, breaker):
    """A probe without an outcome must not lock everybody out for ever."""
    run(breaker, *[True] * 5)
    watch.advance(18)

    run(breaker, None)

    assert breaker.admit() is not None


def test_breaker_ignores_tries_that_began_before_it_opened(watch, breaker):
    """A late success of the time before does not close it, and a late failure does not prolong the pause."""
    late = [breaker.admit(), breaker.admit()]
    run(breaker, *[True] * 5)
    watch.advance(10)

    breaker.report(late[0], has_failed=False)
    breaker.report(late[1], has_failed=True)

    assert breaker.admit() is None
    assert breaker.left() == pytest.approx(8)


def test_breaker_admits_one_of_many_threads(watch, breaker):
    """Thirty-two threads at the end of a pause: exactly one goes."""
    run(breaker, *[True] * 5)
    watch.advance(18)
    barrier = threading.Barrier(32)
    tickets: list[int | None] = []

    def ask() -> None:
        barrier.wait()
        tickets.append(breaker.admit())

    threads = [threading.Thread(target=ask) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(tickets) == 32
    assert sum(ticket is not None for ticket in tickets) == 1


def test_breaker_holds_no_lock_between_admit_and_report(breaker):
    """Tries overlap freely: a second is admitted and reported while the first is still out."""
    first = breaker.admit()

    run(breaker, False)
    breaker.report(first, has_failed=False)

    assert breaker.admit() is not None


def test_breaker_spreads_its_pause_by_a_fifth(watch, caplog):
    """Between 12 and 18 seconds, so that processes do not knock together; log lines say so and when it is over."""
    asked: list[tuple[float, float]] = []

    def jitter(low: float, high: float) -> float:
        asked.append((low, high))
        return low

    breaker = Breaker(monotonic=watch.now, jitter=jitter)
    run(breaker, *[True] * 5)

    assert asked == [(0.8, 1.2)]
    assert breaker.left() == pytest.approx(12)

    watch.advance(12)
    run(breaker, False)

    assert breaker.left() == 0
    assert [record.getMessage() for record in caplog.records] == [
        "DialNexa keeps failing: not asking for 12 s",
        "DialNexa answers again",
    ]


def test_breaker_takes_no_word_from_any_earlier_time(watch, breaker):
    """However often it has opened and closed: only tries of now have a say."""
    tickets = [breaker.admit()]
    for _ in range(3):
        run(breaker, *[True] * 5)
        watch.advance(18)
        tickets.append(breaker.admit())
        breaker.report(tickets[-1], has_failed=False)
        tickets.append(breaker.admit())

    for ticket in tickets[:-1]:
        for _ in range(5):
            breaker.report(ticket, has_failed=True)

    assert breaker.admit() is not None
    assert len(set(tickets)) == 7
