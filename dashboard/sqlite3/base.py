"""SQLite as Django has it, but writers take turns, and the threads of a process lend each other their connections.

SQLite's waiting is luck: of sixteen writers in two processes, one in a hundred waited for more than a second. Here the
threads of a process queue on a lock, and whose turn it is looks for the processes' file beside the database.

A connection remembers the statements it has run, half a megabyte of them, so 64 threads with one each take much memory
for the few of them that are at work. A connection that is closed here waits for the next thread instead.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
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


File = tuple[int, int]  # device and inode: another one after a backup was put in its place


def file_at(path: str) -> File | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


@dataclass(frozen=True, slots=True)
class Shared:
    """What the threads of a process share of one database."""

    turn: Turn
    # The last one back is the first one out: it is warm.
    idle: list[tuple[File | None, sqlite3.Connection]] = field(default_factory=list)


_making = threading.Lock()
_shared: dict[tuple[int, str], Shared] = {}


def shared(database: str) -> Shared:
    """This process's: a fork must not use its parent's."""
    with _making:
        key = (os.getpid(), database)
        if key not in _shared:
            _shared[key] = Shared(Turn(f"{database}-turn"))
        return _shared[key]


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction waits for its turn before it begins and passes it on when it is over, however it ends.

    OPTIONS["idle"] is how many connections wait for the next thread at most; without it none does.
    """

    _turn: Turn | None = None
    _most_idle = 0
    _file: File | None = None

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        most = params.pop("idle", 0)
        self._most_idle = 0 if self.is_in_memory_db() else most
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        found = (self._most_idle and self._lent()) or super().get_new_connection(conn_params)
        self._file = file_at(self._path)
        return found

    def _lent(self) -> sqlite3.Connection | None:
        """One that waits, to the file that is there now."""
        here, idle = file_at(self._path), self._shared().idle
        with suppress(IndexError):
            while True:
                file, waiting = idle.pop()
                if file == here:
                    return waiting
                waiting.close()
        return None

    @property
    def _path(self) -> str:
        return str(self.settings_dict["NAME"])

    def _shared(self) -> Shared:
        return shared(self._path)

    def _start_transaction_under_autocommit(self) -> None:
        if not self.is_in_memory_db():
            mine = self._shared().turn
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
        """Only what is as good as new is lent on: not after an error, and not in the middle of a transaction."""
        try:
            if self._most_idle and not self.errors_occurred and not self.connection.in_transaction:
                idle = self._shared().idle
                if len(idle) < self._most_idle:
                    idle.append((self._file, self.connection))
                    return None
            return super()._close()  # type: ignore[misc]
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        if self._turn:
            mine, self._turn = self._turn, None
            mine.pass_on()
