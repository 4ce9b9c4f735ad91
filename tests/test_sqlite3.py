"""Writers into SQLite take turns, and threads lend each other connections that are as good as new."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import OperationalError

from dashboard.sqlite3.base import DatabaseWrapper, Turn
from tests.project import PRODUCTION, ROOT

WRITERS = """
import threading
from django.db import connections
from dashboard.audit import trail

def write():
    for number in range(25):
        trail.record("timeline.view", lead_id=f"lead_{number}")
    connections.close_all()

threads = [threading.Thread(target=write) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


@pytest.fixture
def database(db: None, tmp_path: Path) -> Iterator[DatabaseWrapper]:
    """A connection to a database of its own, with a table, and no patience worth waiting for."""
    given: dict[str, Any] = {**connection.settings_dict, "NAME": tmp_path / "turns.sqlite3", "AUTOCOMMIT": True}
    given["OPTIONS"] = {"timeout": 0.2, "transaction_mode": "IMMEDIATE"}
    one = DatabaseWrapper(given, alias="turns")
    yield one
    one.close()


@pytest.fixture
def lenders(db: None, tmp_path: Path) -> Iterator[tuple[DatabaseWrapper, ...]]:
    """Three of one process to one database; two connections may wait for the next."""
    given: dict[str, Any] = {**connection.settings_dict, "NAME": tmp_path / "lent.sqlite3", "AUTOCOMMIT": True}
    given["OPTIONS"] = {"idle": 2, "timeout": 0.2, "transaction_mode": "IMMEDIATE"}
    three = tuple(DatabaseWrapper(given, alias=f"lent{number}") for number in range(3))
    yield three
    for one in three:
        one.close()


def opened(database: DatabaseWrapper) -> sqlite3.Connection:
    database.ensure_connection()
    found: sqlite3.Connection = database.connection
    return found


def test_closed_connection_is_the_next_ones(lenders: tuple[DatabaseWrapper, ...]) -> None:
    """The last one back goes out first; as many as may wait do, and the rest are closed."""
    first, second, third = lenders
    connections = [opened(database) for database in lenders]
    assert len({id(one) for one in connections}) == 3

    for database in lenders:
        database.close()

    assert opened(third) is connections[1]
    assert opened(first) is connections[0]
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connections[2].execute("SELECT 1")
    assert opened(second) not in connections


def test_what_was_written_through_a_lent_connection_is_there(lenders: tuple[DatabaseWrapper, ...]) -> None:
    """Autocommit, checks and functions are as in a new one."""
    first, second, _ = lenders
    for database, statement in ((first, "CREATE TABLE t (x)"), (second, "INSERT INTO t VALUES (regexp('a', 'cat'))")):
        with database.cursor() as cursor:
            cursor.execute(statement)
        database.close()

    with first.cursor() as cursor:
        assert cursor.execute("SELECT x FROM t").fetchall() == [(1,)]
        assert cursor.execute("PRAGMA foreign_keys").fetchall() == [(1,)]


def test_failed_connection_is_nobody_elses(lenders: tuple[DatabaseWrapper, ...]) -> None:
    """Nobody knows what is wrong with it."""
    first, second, _ = lenders
    broken = opened(first)
    with pytest.raises(DatabaseError), first.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")
    first.close()

    assert opened(second) is not broken


def test_connection_to_a_file_that_was_replaced_is_nobodys(lenders: tuple[DatabaseWrapper, ...]) -> None:
    """What is asked and written then is the file's that is there."""
    first, second, _ = lenders
    with first.cursor() as cursor:
        cursor.execute("CREATE TABLE old (x)")
    first.close()
    path = Path(first.settings_dict["NAME"])
    path.unlink()

    with second.cursor() as cursor:
        assert cursor.execute("SELECT name FROM sqlite_master").fetchall() == []
        cursor.execute("CREATE TABLE new (x)")
    assert path.exists()


def test_connection_with_an_open_transaction_is_nobody_elses(lenders: tuple[DatabaseWrapper, ...]) -> None:
    """What it had begun is rolled back, and its turn is passed on."""
    first, second, _ = lenders
    with first.cursor() as cursor:
        cursor.execute("CREATE TABLE t (x)")
    begun = opened(first)
    first._start_transaction_under_autocommit()
    with first.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (1)")
    first.close()

    assert opened(second) is not begun
    with second.cursor() as cursor:
        assert cursor.execute("SELECT * FROM t").fetchall() == []
    assert is_free(first)


def is_free(database: DatabaseWrapper) -> bool:
    """Whether a process of its own could take the turn."""
    script = "import fcntl, sys; fcntl.flock(open(sys.argv[1]), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    command = [sys.executable, "-c", script, f"{database.settings_dict['NAME']}-turn"]
    return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_turn_lasts_as_long_as_the_transaction(database: DatabaseWrapper, end: str) -> None:
    """It is taken with BEGIN, and free again however that ends."""
    database.ensure_connection()
    database._start_transaction_under_autocommit()
    assert not is_free(database)

    getattr(database, f"_{end}")()

    assert is_free(database)


def test_turn_that_does_not_come_is_a_database_error(tmp_path: Path) -> None:
    """As SQLite's own waiting ends; nothing hangs."""
    turn = Turn(str(tmp_path / "turn"))
    turn.take(1)

    with ThreadPoolExecutor(1) as pool, pytest.raises(OperationalError, match="database is locked"):
        pool.submit(turn.take, 0.05).result()

    turn.pass_on()
    turn.take(1)


@pytest.mark.django_db(transaction=True)
def test_failed_transaction_passes_its_turn_on() -> None:
    """Whoever comes next may write."""
    for _ in range(3):
        with pytest.raises(DatabaseError), transaction.atomic(), closing(connection.cursor()) as cursor:
            cursor.execute("INSERT INTO no_such_table VALUES (1)")
    with transaction.atomic(), closing(connection.cursor()) as cursor:
        cursor.execute("SELECT 1")


def test_many_writers_in_two_processes_lose_nothing(tmp_path: Path) -> None:
    """Two processes of eight threads write 400 rows into one chain, which proves."""
    environment = {
        "PATH": os.environ["PATH"],
        **PRODUCTION,
        "HTTPS": "false",
        "DATABASE_URL": f"sqlite:///{tmp_path}/trail.sqlite3",
    }

    def command(*arguments: str) -> list[str]:
        return [sys.executable, "manage.py", *arguments]

    subprocess.run(command("migrate", "--verbosity=0"), cwd=ROOT, env=environment, check=True, timeout=120)
    line = command("shell", "--verbosity=0", f"--command={WRITERS}")
    writers = [subprocess.Popen(line, cwd=ROOT, env=environment) for _ in range(2)]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    proof = subprocess.run(
        command("verify_audit"), cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120
    )

    assert "400" in proof.stdout
