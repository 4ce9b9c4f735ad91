"""Two reviewers in the same moment, each with a connection of his own; on SQLite here, and once more on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection

from dashboard import reviewing, upstream
from dashboard.models import AuditEvent, Review
from tests.people import person
from tests.project import ROOT
from tests.reviewing.desk import NOW, Desk
from tests.services import postgres_database
from tests.stub import Stub


@pytest.mark.django_db(transaction=True)
def test_of_two_who_act_at_once_one_is_refused(stub: Stub) -> None:
    """Whoever is first: one act holds, the other is told, and the trail has the one."""
    desk = Desk(stub)
    people = [person("reviewer", f"reviewer-{number}") for number in range(4)]
    opened = [Review.objects.get() for _ in people]
    begin, refused = threading.Barrier(len(people)), []

    def act(review: Review, user: User) -> None:
        begin.wait()
        try:
            reviewing.pass_on(review, user, "Both calls are in Tamil.", now=NOW)
        except reviewing.ChangedError as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=pair) for pair in zip(opened, people, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == len(people) - 1
    assert (desk.review.state, desk.review.version) == ("second", 1)
    assert AuditEvent.objects.filter(action="verdict.sign").count() == 1
    upstream.forget()


@pytest.mark.postgres
def test_review_passes_its_tests_on_postgresql() -> None:
    """The rules of conduct, staleness, the queue and the admin's pages, with PostgreSQL underneath."""
    with postgres_database() as url:
        answer = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"),
                *("tests/reviewing", "tests/admin/test_review.py", "tests/admin/test_review_queue.py"),
                *("-m", "not postgres"),
            ],
            cwd=ROOT,
            env=os.environ | {"TEST_DATABASE_URL": url},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    assert answer.returncode == 0, answer.stdout[-3000:]
