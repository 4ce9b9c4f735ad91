"""The trail in a database: writers that queue, triggers that refuse, commands that prove, archive and unlink."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from dashboard.audit import anchors, proof, retention, trail
from dashboard.management.commands import worker
from dashboard.models import Action, AuditEvent, AuditHead, LegalHold
from tests.people import person
from tests.project import ROOT
from tests.services import postgres_database

pytestmark = pytest.mark.django_db

PHONE = "+919812345678"
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def run(command: str, *args: str) -> str:
    out = io.StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def write(count: int, **more: Any) -> None:
    for number in range(count):
        trail.record(Action.TIMELINE_VIEW, workflow_id="wf_a", lead_id=f"lead_{number % 3}", phone=PHONE, **more)


def touch(statement: str, *values: Any) -> None:
    """Whoever owns the database can drop the triggers first; the chain still tells."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS audit_no_update")
            cursor.execute("DROP TRIGGER IF EXISTS audit_no_delete")
        else:
            cursor.execute("ALTER TABLE dashboard_auditevent DISABLE TRIGGER ALL")
        cursor.execute(statement, values)


def test_row_says_who_did_what_and_holds_nothing_personal() -> None:
    """The number stands there as a keyed hash, the reason without numbers."""
    user = person("reviewer")

    event = trail.record(
        Action.REVEAL_OPEN, actor=user, lead_id="lead_a", phone=PHONE, reason=("dispute", f"She rang from {PHONE}.")
    )

    assert (event.seq, event.actor_id, event.actor_label, event.actor_roles) == (event.seq, user.pk, "rita", "reviewer")
    assert len(event.subject_key) == 64
    assert PHONE[3:] not in json.dumps(AuditEvent.objects.filter(pk=event.pk).values()[0], default=str)
    assert proof.prove().fault is None


def test_same_person_has_the_same_key_until_it_is_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    """After that the rows stay, and nobody can tell whose they are, not even by the same number."""
    one = trail.record(Action.TIMELINE_VIEW, phone=PHONE)
    other = trail.record(Action.TIMELINE_VIEW, phone="0091 98123-45678".replace("0091", "+91"))
    assert one.subject_key == other.subject_key == trail.subject_key(PHONE)

    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PHONE}\n"))
    assert "unlinked" in run("erase_subject")

    assert trail.subject_key(PHONE) == ""
    assert trail.record(Action.TIMELINE_VIEW, phone=PHONE).subject_key != one.subject_key
    assert proof.prove().fault is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dashboard_auditevent SET actor_label = 'nobody' WHERE seq = 2",
        "DELETE FROM dashboard_auditevent WHERE seq = 2",
        "DELETE FROM dashboard_auditevent",
    ],
)
def test_database_refuses_changes(statement: str) -> None:
    """Whatever the application would do."""
    write(3)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AuditEvent.objects.count() == 3


def test_models_refuse_changes_too() -> None:
    """Saving and deleting go to the same triggers."""
    write(1)
    event = AuditEvent.objects.get()
    event.actor_label = "nobody"

    with pytest.raises(DatabaseError), transaction.atomic():
        event.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()


@pytest.mark.parametrize(
    ("statement", "values", "fault"),
    [
        ("UPDATE dashboard_auditevent SET actor_label = 'nobody' WHERE seq = 4", [], "edit: Row 4 "),
        ("DELETE FROM dashboard_auditevent WHERE seq = 4", [], "gap: Row 4 "),
        ("UPDATE dashboard_auditevent SET seq = 99 WHERE seq = 4", [], "gap: Row 4 "),
        ("DELETE FROM dashboard_auditevent WHERE seq > 7", [], "cut: The chain ends at 7"),
        ("UPDATE dashboard_auditevent SET key_id = 'x' WHERE seq = 4", [], "key: Row 4 "),
        ("UPDATE dashboard_auditevent SET prev_hash = hash WHERE seq = 4", [], "edit: Row 4 "),
    ],
)
def test_f72_command_tells_what_was_touched(statement: str, values: list[Any], fault: str) -> None:
    """By kind and by the first row, with exit status 1; and that it looked is itself recorded."""
    write(9)
    assert "The trail holds: 9 rows" in run("verify_audit")

    touch(statement, *values)

    with pytest.raises(CommandError, match=fault) as told:
        run("verify_audit")
    assert told.value.returncode == 1
    assert AuditEvent.objects.filter(action=Action.AUDIT_VERIFY).count() >= 1


def test_row_that_no_writer_knows_of_is_told() -> None:
    """Put behind the last one, without the key."""
    write(3)
    columns = ", ".join(str(field.column) for field in AuditEvent._meta.fields if field.column != "seq")
    copied = f"SELECT 4, {columns} FROM dashboard_auditevent WHERE seq = 3"  # noqa: S608
    touch(f"INSERT INTO dashboard_auditevent (seq, {columns}) {copied}")

    with pytest.raises(CommandError, match="edit: Row 4"):
        run("verify_audit")


def test_proof_does_not_mind_who_writes_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that come while it walks are no fault."""
    write(5)
    walk = proof.rows

    def slowly(first: int | None, last: int | None) -> Any:
        for number, row in enumerate(walk(first, last)):
            if number == 2:
                write(2)
            yield row

    monkeypatch.setattr(proof, "rows", slowly)

    assert proof.prove().fault is None


def test_restored_backup_is_told_by_its_anchor(tmp_path: Path, settings: Any) -> None:
    """Rows and head agree again; the anchors' file knows that there was more."""
    settings.AUDIT_ANCHORS = str(tmp_path / "anchors")
    write(5)
    run("anchor_audit")
    touch("DELETE FROM dashboard_auditevent WHERE seq > 3")
    AuditHead.objects.update(seq=3, hash=AuditEvent.objects.get(pk=3).hash)

    with pytest.raises(CommandError, match="cut: The chain ends at 3, but row 6 was anchored"):
        run("verify_audit")


def test_forged_anchors_are_refused(tmp_path: Path, settings: Any) -> None:
    """A line that we did not sign proves nothing."""
    settings.AUDIT_ANCHORS = str(tmp_path / "anchors")
    write(2)
    line = json.loads(run("anchor_audit"))
    (tmp_path / "anchors").write_text(json.dumps({**line, "seq": 2}))

    with pytest.raises(CommandError, match="anchor: Line 1 of the anchors is not as it was signed"):
        run("verify_audit")


def test_anchor_is_due_once_a_day() -> None:
    """And only if anything happened."""
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL has a clock of its own.")
    assert not anchors.is_due()
    with time_machine.travel(NOW, tick=False):
        write(1)
        assert anchors.is_due()
        anchors.anchor()
        assert not anchors.is_due()
        write(1)
        assert not anchors.is_due()
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert anchors.is_due()


def test_worker_proves_and_anchors_once_a_day(tmp_path: Path, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    """By itself; a trail that does not hold is told in the log."""
    settings.AUDIT_ANCHORS = str(tmp_path / "anchors")
    write(3)

    worker.keep_trail()
    worker.keep_trail()

    assert (tmp_path / "anchors").read_text().count("\n") == 1
    assert AuditEvent.objects.filter(action=Action.AUDIT_VERIFY, outcome="allow").count() == 1
    touch("UPDATE dashboard_auditevent SET lead_id = 'x' WHERE seq = 2")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1), tick=False):
        write(1)
        worker.keep_trail()
    assert "The access trail does not hold: edit: Row 2" in caplog.text


def test_f74_clock_that_goes_back_is_noted_and_no_fault() -> None:
    """The order is by number."""
    with time_machine.travel(NOW, tick=False):
        write(1)
    with time_machine.travel(NOW - timedelta(hours=1), tick=False):
        write(1)

    if connection.vendor == "sqlite":
        assert list(AuditEvent.objects.values_list("in_order", flat=True).order_by("seq")) == [True, False]
    assert proof.prove().fault is None


def test_key_is_changed_without_losing_the_old_rows(settings: Any) -> None:
    """The old key moves to AUDIT_KEYS_OLD; without it the rows can't be proved."""
    write(2)
    old, settings.AUDIT_KEY = settings.AUDIT_KEY, "another-key-" + "b" * 40
    write(1)
    assert (fault := proof.prove().fault) is not None
    assert fault.kind == "key"

    settings.AUDIT_KEYS_OLD = [old]

    assert proof.prove().fault is None


def test_old_months_are_archived_proved_and_deleted(tmp_path: Path, settings: Any) -> None:
    """The archive holds the rows as they were sealed; what remains is proved by the row of the purge."""
    settings.AUDIT_ARCHIVE = str(tmp_path)
    with time_machine.travel(NOW - timedelta(days=500), tick=False):
        write(4)
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL has a clock of its own.")
    with time_machine.travel(NOW, tick=False):
        write(3)
        told = run("purge_audit")
        assert "Nothing is old enough" in run("purge_audit")

    assert "4 rows, up to 4" in told
    assert list(AuditEvent.objects.order_by("seq").values_list("seq", flat=True)) == [5, 6, 7, 8]
    assert "The trail holds: 4 rows, 5 to 8" in run("verify_audit")
    lines = gzip.decompress((tmp_path / "trail-000000000001-000000000004.jsonl.gz").read_bytes()).decode().splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [1, 2, 3, 4]
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.filter(seq=5).delete()


def test_legal_hold_keeps_everything_before_it(tmp_path: Path, settings: Any) -> None:
    """Until it is released."""
    settings.AUDIT_ARCHIVE = str(tmp_path)
    with time_machine.travel(NOW - timedelta(days=500), tick=False):
        write(4)
    hold = LegalHold.objects.create(workflow_id="wf_a", lead_id="lead_1", reason="a case")
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL has a clock of its own.")

    with time_machine.travel(NOW, tick=False), pytest.raises(CommandError, match="legal hold on wf_a lead_1"):
        run("purge_audit")

    assert AuditEvent.objects.count() == 4
    hold.released_at = NOW
    hold.save()
    with time_machine.travel(NOW, tick=False):
        assert retention.purge(NOW) is not None


def test_touched_trail_is_not_purged(tmp_path: Path, settings: Any) -> None:
    """Deleting would hide what was done to it."""
    settings.AUDIT_ARCHIVE = str(tmp_path)
    with time_machine.travel(NOW - timedelta(days=500), tick=False):
        write(4)
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL has a clock of its own.")
    touch("UPDATE dashboard_auditevent SET lead_id = 'x' WHERE seq = 2")

    with time_machine.travel(NOW, tick=False), pytest.raises(CommandError, match="does not hold"):
        run("purge_audit")


def test_deleted_account_leaves_its_rows() -> None:
    """No cascade: the name is in the row."""
    user = person("ops")
    trail.record(Action.TIMELINE_VIEW, actor=user, lead_id="lead_a")

    User.objects.filter(pk=user.pk).delete()

    assert AuditEvent.objects.filter(actor_label="olga", lead_id="lead_a").exists()
    assert proof.prove().fault is None


def test_accounts_and_roles_leave_rows_whoever_changes_them() -> None:
    """From the admin, a shell or a command."""
    user = person("ops")
    user.groups.clear()
    user.is_superuser = True
    user.save()
    user.is_active = False
    user.save()

    rows = list(AuditEvent.objects.order_by("seq").values_list("action", "target", "detail"))

    assert rows == [
        ("user.create", "olga", '{"superuser":false}'),
        ("role.change", "olga", '{"given":["ops"]}'),
        ("role.change", "olga", '{"taken":["ops"]}'),
        ("role.change", "olga", '{"is_superuser":true}'),
        ("user.disable", "olga", "{}"),
        ("user.change", "olga", '{"fields":["is_active"]}'),
    ]


def test_sixteen_writers_of_four_processes_on_a_file(tmp_path: Path) -> None:
    """SQLite as it is deployed, a file: nothing is lost, no number is missing, the chain holds."""
    _write_from_processes(f"sqlite:///{tmp_path / 'trail.sqlite3'}")


@pytest.mark.postgres
def test_sixteen_writers_of_four_processes_on_postgresql() -> None:
    """As on SQLite."""
    with postgres_database() as url:
        _write_from_processes(url)


WRITER = """
import threading, sys
import django
django.setup()
from django.db import connections
from dashboard.audit import trail

def write(number):
    for _ in range(10):
        trail.record("timeline.view", actor=f"writer {number}")
    connections.close_all()

threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def _write_from_processes(url: str) -> None:
    environment = os.environ | {"TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    run_python: dict[str, Any] = {"cwd": ROOT, "env": environment, "text": True}
    made = subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], **run_python, timeout=120, check=False)
    assert made.returncode == 0
    writers = [subprocess.Popen([sys.executable, "-c", WRITER], stderr=subprocess.PIPE, **run_python) for _ in range(4)]
    told = [writer.communicate(timeout=120)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4, told
    answer = subprocess.run(
        [sys.executable, "manage.py", "verify_audit"], **run_python, capture_output=True, timeout=60, check=False
    )
    assert "The trail holds: 160 rows, 1 to 160." in answer.stdout, answer.stderr
