"""Places at work and places to wait for DialNexa: how many there are, who gets one, and what is given back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from dashboard.admission import Admission, Places
from dashboard.dialnexa.errors import NoRoomError

LONG = 30.0  # seconds, for what must not depend on how fast this machine is


@contextmanager
def occupied(admission: Admission, count: int) -> Iterator[None]:
    """So many other threads are at work meanwhile."""
    inside, over = threading.Barrier(count + 1), threading.Event()

    def work() -> None:
        with admission.page() as is_admitted:
            assert is_admitted
            inside.wait(LONG)
            over.wait(LONG)

    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(work) for _ in range(count)]
        inside.wait(LONG)
        try:
            yield
        finally:
            over.set()
            for one in running:
                one.result()


def test_place_goes_to_the_first_in_the_queue() -> None:
    """Whoever comes later waits longer; and a queue that is full is told at once."""
    places, entered = Places(1, queue=2), list[str]()
    assert places.enter(0)

    def come(name: str) -> None:
        assert places.enter(LONG)
        entered.append(name)
        places.leave()

    with ThreadPoolExecutor(2) as pool:
        running = []
        for length, name in enumerate(("first", "second"), start=1):
            running.append(pool.submit(come, name))
            while len(places._queue) < length:
                pass
        assert not places.enter(LONG)
        places.leave()
        for one in running:
            one.result()

    assert entered == ["first", "second"]


def test_whoever_loses_patience_takes_nothing_along() -> None:
    """After waiting in vain the place is still there for the next."""
    places = Places(1, queue=1)
    assert places.enter(0)

    assert not places.enter(0.01)
    places.leave()

    assert places.enter(0)
    assert not places.enter(0)


def test_who_was_inside_goes_ahead_of_the_queue() -> None:
    """A page that has its answer is finished before another is begun."""
    places, entered = Places(1, queue=5), list[str]()
    assert places.enter(0)

    def come() -> None:
        assert places.enter(LONG)
        entered.append("new")
        places.leave()

    def come_again() -> None:
        places.enter_again()
        entered.append("again")
        places.leave()

    with ThreadPoolExecutor(2) as pool:
        running = []
        for length, one in enumerate((come, come_again), start=1):
            running.append(pool.submit(one))
            while len(places._queue) < length:
                pass
        places.leave()
        for other in running:
            other.result()

    assert entered == ["again", "new"]


def test_page_beyond_the_places_is_not_admitted() -> None:
    """A sixteenth of the threads is at work; who then waits in vain is turned away, and admitted when there is room."""
    admission = Admission(32)

    with occupied(admission, 2), admission.page() as is_admitted:
        assert not is_admitted

    with admission.page() as is_admitted:
        assert is_admitted


def test_who_waits_for_dialnexa_leaves_the_place_to_others() -> None:
    """However many wait, as many pages are at work as before; then the waiting one needs a place again."""
    admission = Admission(8)  # one place at work

    with admission.page() as is_admitted:
        assert is_admitted
        with admission.waiting(), occupied(admission, 1):
            pass
        with ThreadPoolExecutor(1) as pool:
            assert not pool.submit(admitted, admission).result()
    assert admitted(admission)


def admitted(admission: Admission) -> bool:
    with admission.page() as is_admitted:
        return is_admitted


def test_no_more_than_half_of_the_threads_wait_for_dialnexa() -> None:
    """The next one hears it at once, keeps its place at work, and the places are all there again afterwards."""
    admission = Admission(8)

    for _ in range(2):
        with ExitStack() as waiting:
            for _ in range(4):
                waiting.enter_context(admission.waiting())
            with pytest.raises(NoRoomError), admission.page(), admission.waiting():
                pytest.fail("There was a place.")
            assert admitted(admission)


def test_failure_gives_every_place_back() -> None:
    """A page that fails while it waits, or at work, leaves nothing behind."""
    admission = Admission(8)

    for _ in range(10):
        with pytest.raises(ValueError, match="upstream"), admission.page(), admission.waiting():
            raise ValueError("upstream")

    with ExitStack() as waiting:
        for _ in range(4):
            waiting.enter_context(admission.waiting())
    assert admitted(admission)
    with occupied(admission, 1):
        assert not admitted(admission)
