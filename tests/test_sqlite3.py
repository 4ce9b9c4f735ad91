"""Writers into SQLite take turns, among threads and among processes, and pass the turn on however they end."""

from __future__ import annotations

import os
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
