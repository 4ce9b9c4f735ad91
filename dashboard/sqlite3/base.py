"""SQLite as Django has it, but writers take turns instead of asking again and again whether the file is free.

SQLite's waiting is luck: of sixteen writers in two processes, one in a hundred waited for more than a second. Here the
threads of a process queue on a lock, and the processes on a file beside the database that the kernel hands on in order.
"""

from __future__ import annotations

import fcntl
import os
import threading
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError


class Turn:
    """The right to write into one database."""

    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)

    def take(self, patience: float) -> None:
        """Raises OperationalError when it does not come within so many seconds."""
        if not self._lock.acquire(timeout=patience):
            raise OperationalError("database is locked: too many write at once")
        # By itself it ends with whatever another process is writing, and with that process.
        fcntl.flock(self._file, fcntl.LOCK_EX)

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
