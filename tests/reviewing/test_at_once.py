"""Two reviewers in the same moment, each with a connection of his own."""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection

from dashboard import reviewing, upstream
from dashboard.models import AuditEvent, Review
from tests.people import person
from tests.reviewing.desk import NOW, Desk
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
