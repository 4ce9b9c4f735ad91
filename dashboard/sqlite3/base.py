"""SQLite as Django has it, but writers take turns instead of asking again and again whether the file is free.

SQLite's waiting is luck: of sixteen writers in two processes, one in a hundred waited for more than a second. Here the
threads of a process queue on a lock, and whose turn it is looks for the processes' file beside the database.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

LOOK = 0.002  # seconds between two looks at the processes' file: there are few of them, one thread of each


class Turn:
    """The right to write into one database."""

    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)

    def take(self, patience: float) -> None:
        """Raises OperationalError when it does not come within so many seconds."""
        until = time.monotonic() + patience
        if not self._lock.acquire(timeout=patience):
            raise OperationalError("database is locked: too many write at once")
        while not self._is_free():
            # The kernel knows no patience: a process that hangs in its transaction must not hang the others.
            if time.monotonic() > until:
                self._lock.release()
                raise OperationalError("database is locked: another process writes")
            time.sleep(LOOK)

    def _is_free(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def pass_on(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._lock.release()


_making = threading.Lock()
_turns: dict[tuple[int, str], Turn] = {}


def turn(database: str) -> Turn:
    """This process's: a fork must not share its parent's."""
    with _making:
        key = (os.getpid(), database)
        if key not in _turns:
            _turns[key] = Turn(f"{database}-turn")
        return _turns[key]


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction waits for its turn before it begins and passes it on when it is over, however it ends."""

    _turn: Turn | None = None

    def _start_transaction_under_autocommit(self) -> None:
        name = str(self.settings_dict["NAME"])
        if not self.is_in_memory_db():
            mine = turn(name)
            mine.take(self.settings_dict["OPTIONS"].get("timeout", 5))
            self._turn = mine
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._pass_on()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]
        finally:
            self._pass_on()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._pass_on()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        if self._turn:
            mine, self._turn = self._turn, None
            mine.pass_on()
