"""Digests in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis.extra.django import TestCase

from dashboard.models import Digest, late, phone_hash
from dashboard.scan.digests import keep, keep_viewed
from dashboard.timeline.model import Lead, Timeline, Visit
from dashboard.timeline.standing import Kind, Limits, standing
from tests.strategies import NOW, late_timelines, timelines

WAIT = Visit(1, 1, "node_wait", "TIME", "Wait 2 hours", "waiting", entered_at=NOW, due_at=NOW, is_open=True)
PATH = Timeline("wf_abc", Lead("lead_abc", phone="+919812345678", status="active"), (WAIT,))
GRACE = Limits().grace


@pytest.mark.django_db
def test_kept_digest_is_one_per_lead_and_the_latest_reading() -> None:
    """A later reading replaces an earlier one, and never the other way round."""
    final = replace(PATH, lead=replace(PATH.lead, status="completed"))

    keep("wf_abc", [(PATH, NOW)])
    keep("wf_abc", [(final, NOW + timedelta(hours=1))])
    keep("wf_abc", [(PATH, NOW)])
    keep_viewed(PATH, NOW)

    digest = Digest.objects.get()
    assert (digest.lead_status, digest.kind, digest.read_at) == ("completed", "final", NOW + timedelta(hours=1))


@pytest.mark.django_db
def test_late_is_past_the_grace() -> None:
    """At the grace's end a wait is not late, a moment after it is."""
    keep("wf_abc", [(PATH, NOW)])

    assert not Digest.objects.filter(late(now=NOW + GRACE, limits=Limits()))
    assert Digest.objects.filter(late(now=NOW + GRACE + timedelta(seconds=1), limits=Limits())).count() == 1


@pytest.mark.django_db
def test_number_is_kept_as_a_keyed_hash_and_masked() -> None:
    """The same digits give the same hash however they are written; no number gives none."""
    keep("wf_abc", [(PATH, NOW)])

    digest = Digest.objects.get()

    assert digest.phone_hash == phone_hash("+91 98123-45678") != phone_hash("+919812345679")
    assert phone_hash(None) == phone_hash("unknown") == ""
    assert digest.phone_masked == "•••• ••78"
    assert "9812345678" not in str(digest.__dict__)


@pytest.mark.django_db
def test_page_does_not_depend_on_its_digest(caplog: pytest.LogCaptureFixture) -> None:
    """Where the table can't be written to, one line is logged and nothing is raised."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE dashboard_digest RENAME TO elsewhere")

    # At a moment of its own: what this process has kept once, it does not try to keep again.
    keep_viewed(PATH, NOW + timedelta(hours=1))

    (record,) = caplog.records
    assert record.getMessage().startswith("A digest could not be kept: ")


class TestAnyPath(TestCase):
    @given(timelines() | late_timelines())
    def test_stored_digest_has_the_standing_of_the_path(self, timeline: Timeline) -> None:
        """Out of the database it says what the whole history says, and is late when that is stuck."""
        keep("wf_abc", [(timeline, NOW)])

        digest = Digest.objects.get()
        found = standing(digest.timeline(), now=NOW, workflow_status="active")
        whole = standing(timeline, now=NOW, workflow_status="active")
        is_late = Digest.objects.filter(late(now=NOW, limits=Limits())).exists()

        assert (found.kind, found.position, found.since, found.overdue) == (
            (whole.kind, whole.position, whole.since, whole.overdue)
        )
        assert is_late == (whole.kind is Kind.STUCK)
