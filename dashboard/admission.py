"""How many pages one process works on at a time, and how many threads may wait for DialNexa. No Django.

Who takes on everything finishes nothing: beyond these numbers a page waits a moment for a place, or is turned away.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from dashboard.dialnexa.errors import NoRoomError

PATIENCE = 0.75  # seconds a page waits for a place: with all the rest, it hears within one


class Places:
    """So many may be inside at once; of those who find it full so many queue, and a place goes to the first of them."""

    def __init__(self, most: int, *, queue: int) -> None:
        self._lock = threading.Lock()
        self._free = most
        self._longest = queue
        self._queue: deque[threading.Event] = deque()

    def enter(self, patience: float) -> bool:
        """Whether there was a place, or one was left within `patience` seconds."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            if len(self._queue) >= self._longest:
                return False
            mine = threading.Event()
            self._queue.append(mine)
        return mine.wait(patience) or self._was_given(mine)

    def enter_again(self) -> None:
        """For who was inside before: ahead of the queue, and however long it takes."""
        with self._lock:
            if self._free:
                self._free -= 1
                return
            mine = threading.Event()
            self._queue.appendleft(mine)
        mine.wait()

    def leave(self) -> None:
        with self._lock:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._free += 1

    def _was_given(self, mine: threading.Event) -> bool:
        """The place may have come in the very moment in which patience ended."""
        with self._lock:
            if mine.is_set():
                return True
            self._queue.remove(mine)
            return False


class Admission:
    """The threads of a process, shared out: half may wait for DialNexa, a sixteenth work, five sixteenths queue.

    The rest is always free, for health, sign-in and turning others away. Who waits for DialNexa has no place at
    work meanwhile, so a DialNexa that hangs takes nothing from the pages that don't ask it.
    """

    def __init__(self, threads: int) -> None:
        self._work = Places(threads // 16 or 1, queue=threads * 5 // 16)
        self._waits = Places(threads // 2, queue=0)
        self._here = threading.local()

    @contextmanager
    def page(self) -> Iterator[bool]:
        """A place at work for this thread's page, where there is one: whether there was."""
        if not self._work.enter(PATIENCE):
            yield False
            return
        self._here.is_at_work = True
        try:
            yield True
        finally:
            self._here.is_at_work = False
            self._work.leave()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Inside, this thread waits for DialNexa, and its page's place is another's. Raises NoRoomError."""
        if not self._waits.enter(0):
            raise NoRoomError("As many as may are waiting for DialNexa already.", retry_after=PATIENCE)
        is_at_work = getattr(self._here, "is_at_work", False)
        if is_at_work:
            self._here.is_at_work = False
            self._work.leave()
        try:
            yield
        finally:
            # In this order: until it is at work again, the thread counts as one that waits.
            if is_at_work:
                self._work.enter_again()
                self._here.is_at_work = True
            self._waits.leave()
