"""What is recorded of whom, before it is shown; and how the trail is read."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dashboard.audit import proof, trail
from dashboard.models import AuditEvent
from tests.disk import full_disk
from tests.people import signed_in
from tests.project import ROOT
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, URL, WORKFLOW, call, history

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true"}
CALL = f"{URL}calls/call_two/"


@pytest.fixture(autouse=True)
def lead(stub: Stub) -> None:
    stub.answer(HISTORY, history())
    stub.answer("/v1/calls/call_two", call("call_two"))


def rows() -> list[tuple[str, str]]:
    events = AuditEvent.objects.exclude(action__in=("login.ok", "user.create", "role.change")).order_by("seq")
    return list(events.values_list("action", "outcome"))


@pytest.mark.parametrize(
    ("path", "headers", "recorded"),
    [
        (URL, {}, [("timeline.intent", "allow"), ("timeline.view", "allow")]),
        (f"{URL}?zone=Mars", {}, [("timeline.intent", "allow"), ("timeline.error", "error")]),
        (CALL, FRAGMENT, [("transcript.intent", "allow"), ("transcript.view", "allow")]),
        (CALL, {}, [("transcript.intent", "allow"), ("transcript.view", "allow")]),
        (f"{URL}calls/call_none/", FRAGMENT, [("transcript.intent", "allow"), ("transcript.missing", "error")]),
        (f"{URL}calls/call_one/", FRAGMENT, [("transcript.intent", "allow"), ("transcript.missing", "error")]),
        (f"{URL}visits/2/", FRAGMENT, [("step.intent", "allow"), ("step.view", "allow")]),
        (f"{URL}visits/9/", {}, [("step.intent", "allow"), ("step.missing", "error")]),
        (f"{URL}live/", FRAGMENT, [("timeline.view", "allow")]),
        (f"/workflows/{WORKFLOW}/leads/wflead_x/", {}, [("timeline.intent", "allow"), ("timeline.missing", "error")]),
    ],
)
def test_each_look_leaves_exactly_these_rows(
    ops: Client, path: str, headers: dict[str, str], recorded: list[tuple[str, str]]
) -> None:
    """An intent before DialNexa is asked, and what came of it."""
    ops.get(path, headers=headers)

    assert rows() == recorded
    assert proof.prove().fault is None


def test_refreshed_page_that_shows_nothing_new_leaves_no_row(ops: Client) -> None:
    """304: nothing was shown."""
    tag = ops.get(f"{URL}live/", headers=FRAGMENT)["ETag"]
    before = len(rows())

    ops.get(f"{URL}live/", headers={**FRAGMENT, "If-None-Match": tag})

    assert len(rows()) == before


@pytest.mark.parametrize("path", [URL, CALL, f"{URL}visits/2/"])
def test_f71_what_cannot_be_recorded_is_not_asked_for(ops: Client, stub: Stub, path: str) -> None:
    """The database refuses the row: 503, no upstream call, nothing shown."""
    with full_disk():
        response = ops.get(path)

    assert response.status_code == 503
    assert "could not write that record" in html.unescape(response.content.decode())
    assert "First call" not in response.content.decode()
    assert stub.seen == []


def test_f71_result_that_cannot_be_recorded_is_not_shown(ops: Client) -> None:
    """The intent was written, the rest was not."""
    with full_disk("transcript.view"):
        response = ops.get(CALL, headers=FRAGMENT)

    assert response.status_code == 503
    assert "Good afternoon" not in response.content.decode()
    assert rows() == [("transcript.intent", "allow")]


def test_kept_history_is_not_shown_either_without_its_row(ops: Client, stub: Stub) -> None:
    """DialNexa is not asked, so intent and result are written together, or not at all."""
    ops.get(URL)
    stub.seen.clear()
    before = rows()

    with full_disk("timeline.view"):
        response = ops.get(URL)

    assert (response.status_code, stub.seen) == (503, [])
    assert "First call" not in response.content.decode()
    assert rows() == before


def test_kept_page_leaves_the_same_rows_as_one_that_was_read(
    ops: Client, stub: Stub, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """With few statements: session, account with its roles, the trail (a savepoint around head, rows, head), and what
    verdicts rest on (the review, other leads' dials, calls, packs)."""
    ops.get(URL)

    with django_assert_num_queries(11):
        ops.get(URL)

    assert rows() == [("timeline.intent", "allow"), ("timeline.view", "allow")] * 2
    assert stub.seen == [HISTORY]
    assert proof.prove().fault is None


def test_upstream_failure_leaves_its_row(ops: Client, stub: Stub) -> None:
    """So that an intent without a result never stays unexplained."""
    stub.answer("/v1/workflows/wf_b/leads/lead_b/history", b"<html>", status=500)

    ops.get("/workflows/wf_b/leads/lead_b/")

    assert rows() == [("timeline.intent", "allow"), ("timeline.error", "error")]


def test_row_has_ids_and_nothing_said(ops: Client) -> None:
    """No number, no name, no text, no key."""
    ops.get(CALL, headers={**FRAGMENT, "User-Agent": "Browser of olga"})

    event = AuditEvent.objects.get(action="transcript.view")
    assert (event.actor_label, event.actor_roles, event.ip) == ("olga", "ops", "127.0.0.1")
    assert (event.workflow_id, event.lead_id, event.call_id) == (WORKFLOW, LEAD, "call_two")
    assert len(event.session_hash) == len(event.agent_hash) == len(event.subject_key) == 64
    everything = repr(AuditEvent.objects.filter(pk=event.pk).values()[0])
    for secret in ("98123", "afternoon", "Browser", ops.cookies["sessionid"].value):
        assert secret not in everything


def test_search_by_phone_is_recorded_without_the_number(ops: Client, stub: Stub) -> None:
    """By its keyed hash, so that the report about this person has it."""
    stub.answer(f"/v1/workflows/{WORKFLOW}/leads", [{"id": LEAD, "phone_number": "+919812345678"}])

    ops.post(f"/workflows/{WORKFLOW}/search/", {"phone": "+91 98123 45678"})

    event = AuditEvent.objects.get(action="search.phone")
    assert event.subject_key == trail.subject_key("+919812345678")
    assert "98123" not in repr(AuditEvent.objects.filter(pk=event.pk).values()[0])


def test_everybody_reads_what_is_recorded_of_himself(ops: Client, reviewer: Client) -> None:
    """And of nobody else, whatever the address says; reading is recorded."""
    ops.get(URL)
    reviewer.get(URL)

    page = ops.get("/access/?actor=rita").content.decode()

    assert "Your access" in page
    assert "saw a timeline" in page
    assert "rita" not in page
    assert AuditEvent.objects.filter(action="audit.read", actor_label="olga").exists()


def test_reviewer_filters_everybodys_rows(ops: Client, reviewer: Client) -> None:
    """By who, what, which lead, when and how it ended."""
    ops.get(URL)
    ops.get("/access/trail.csv")

    def actions(query: str) -> set[str]:
        page = reviewer.get(f"/access/?{query}").content.decode()
        return {part.partition('"')[0] for part in page.split('data-action="')[1:]}

    assert "timeline.view" in actions("actor=olga")
    assert "timeline.intent" not in actions("actor=olga")
    assert "timeline.intent" in actions("actor=olga&intents=on")
    assert actions(f"lead={LEAD}&workflow={WORKFLOW}") == {"timeline.view"}
    assert actions("outcome=deny") == {"denied"}
    assert actions("action=denied") == {"denied"}
    assert actions("until=2020-01-01") == set()
    assert "timeline.view" in actions("since=2020-01-01")
    assert reviewer.get("/access/?since=soon").status_code == 400


def test_long_trail_is_paged_by_number(reviewer: Client) -> None:
    """Rows that come meanwhile move nothing."""
    for number in range(230):
        trail.record("logout", actor=f"somebody {number}")

    first = reviewer.get("/access/?action=logout").content.decode()
    older = html.unescape(first.partition('rel="next" href="')[2].partition('"')[0])
    trail.record("logout")
    second = reviewer.get(f"/access/{older}").content.decode()

    assert first.count("data-seq") == second.count("data-seq") == 100
    assert "somebody 129 " in second
    assert "somebody 130 " not in second


def test_timeline_tells_reviewers_who_opened_the_lead(ops: Client, reviewer: Client) -> None:
    """Beside the timeline, by name; ops has no such link."""
    page = ops.get(URL).content.decode()
    link = f"/access/?workflow={WORKFLOW}&amp;lead={LEAD}"
    assert link not in page
    assert link in reviewer.get(URL).content.decode()

    panel = reviewer.get(html.unescape(link), headers=FRAGMENT).content.decode()

    assert "<html" not in panel
    assert "<strong>olga</strong> saw a timeline" in panel


def test_person_is_found_by_the_number_over_all_leads(ops: Client, reviewer: Client, stub: Stub) -> None:
    """The report that a person may ask for."""
    record = {"lead": {"id": "lead_b", "phone_number": "919812345678"}, "history": []}
    stub.answer("/v1/workflows/wf_b/leads/lead_b/history", {"data": record})
    ops.get(URL)
    ops.get("/workflows/wf_b/leads/lead_b/")

    page = reviewer.post("/access/person/", {"phone": "+91 98123 45678"}).content.decode()

    assert page.count('data-action="timeline.view"') == 2
    assert "98123" not in page
    assert "lead_b" in page
    assert reviewer.post("/access/person/", {"phone": "12"}).status_code == 400


def test_csv_is_guarded_and_counted(reviewer: Client) -> None:
    """Read back, no cell is a formula; the trail has that it began, the number of rows and the file's hash."""
    trail.record("login.fail", actor="=cmd|' /C calc'!A0", target="+15550100")

    response = reviewer.get("/access/trail.csv?action=login.fail")

    body = response.getvalue().decode()
    cells = next(row for row in csv.DictReader(io.StringIO(body.removeprefix("\ufeff"))))
    assert cells["actor_label"] == "'=cmd|' /C calc'!A0"
    assert cells["target"] == "'+15550100"
    assert response["Content-Disposition"] == 'attachment; filename="leadline-trail.csv"'
    assert body.endswith("\r\n# complete 1\r\n")
    begun, complete = exports()
    assert (begun["state"], complete["state"], complete["rows"]) == ("begun", "complete", 1)
    assert complete["sha256"] == hashlib.sha256(body.encode()).hexdigest()


def exports() -> list[dict[str, Any]]:
    """What the trail has of exports, oldest first."""
    return [json.loads(event.detail) for event in AuditEvent.objects.filter(action="audit.export").order_by("seq")]


def test_f80_export_that_nobody_reads_to_its_end_is_recorded_as_aborted(reviewer: Client) -> None:
    """Somebody hangs up in the middle: no mark of a whole file has left, and the trail says how many rows had."""
    for number in range(1_000):
        trail.record("logout", actor=f"somebody {number}")
    response = reviewer.get("/access/trail.csv?action=logout")

    pieces = response._iterator  # type: ignore[attr-defined]  # a server closes it; close() also closes the database
    received = next(pieces).decode()
    pieces.close()

    assert "# complete" not in received
    begun, aborted = exports()
    assert (begun["state"], aborted["state"]) == ("begun", "aborted")
    assert aborted["rows"] == received.count("\r\n") - 1
    event = AuditEvent.objects.get(action="audit.export", outcome="error")
    assert event.actor_label == "rita"


def test_f80_export_whose_end_cannot_be_recorded_has_no_mark(reviewer: Client) -> None:
    """A file that says it is whole is in the trail."""
    response = reviewer.get("/access/trail.csv")
    received: list[bytes] = []

    with full_disk(), pytest.raises(trail.TrailError):
        received.extend(response)

    assert b"# complete" not in b"".join(received)


def test_jsonl_is_verified_by_an_outsider(reviewer: Client, ops: Client, tmp_path: Path, settings: Any) -> None:
    """With nothing but the script, the file and the key; a changed row is told."""
    ops.get(URL)
    body = reviewer.get("/access/trail.jsonl?intents=on").getvalue().decode()
    exported, keys = tmp_path / "trail.jsonl", tmp_path / "keys"
    keys.write_text(settings.AUDIT_KEY)

    def verify(text: str) -> subprocess.CompletedProcess[str]:
        exported.write_text(text)
        script: list[Any] = [sys.executable, "-I", ROOT / "scripts/verify_trail.py", exported, keys]
        return subprocess.run(script, capture_output=True, text=True, timeout=30, check=False)

    good, bad = verify(body), verify(body.replace('"olga"', '"nobody"'))
    cut = verify(body.rpartition('{"complete"')[0])
    assert (good.returncode, "seals were checked" in good.stdout) == (0, True), good.stderr
    assert (cut.returncode, "cut off" in cut.stderr) == (1, True)
    assert bad.returncode == 1
    assert "is not as it was sealed" in bad.stderr


def test_exports_are_limited(reviewer: Client) -> None:
    """Twenty an hour."""
    answers = [reviewer.get("/access/trail.csv").status_code for _ in range(21)]

    assert answers == [200] * 20 + [429]


def test_admin_shows_the_trail_and_changes_nothing(superuser: Client) -> None:
    """List and rows can be read, which is recorded; no form changes or deletes one."""
    trail.record("logout", actor="somebody")
    seq = AuditEvent.objects.get(action="logout").seq

    listed = superuser.get("/admin/dashboard/auditevent/?action=logout").content.decode()
    row = superuser.get(f"/admin/dashboard/auditevent/{seq}/change/").content.decode()
    answers = [
        superuser.post(f"/admin/dashboard/auditevent/{seq}/change/", {"actor_label": "nobody"}),
        superuser.post(f"/admin/dashboard/auditevent/{seq}/delete/", {"post": "yes"}),
        superuser.post("/admin/dashboard/auditevent/", {"action": "delete_selected", "_selected_action": [seq]}),
    ]

    assert "somebody" in listed
    assert 'name="_save"' not in row
    assert [answer.status_code for answer in answers[:2]] == [403, 403]
    assert AuditEvent.objects.get(pk=seq).actor_label == "somebody"
    assert AuditEvent.objects.filter(action="audit.read").count() >= 2


def test_denial_is_recorded_with_its_page(admin: Client) -> None:
    """Who manages accounts tried to read a call."""
    admin.get(CALL)

    event = AuditEvent.objects.get(action="denied")
    assert (event.actor_label, event.lead_id, event.call_id, event.http_status) == ("adam", LEAD, "call_two", 403)
    assert json.loads(event.detail) == {"method": "GET", "page": "call-panel"}


def test_account_without_a_role_is_told_so() -> None:
    """Not only refused."""
    page = signed_in("").get("/").content.decode()

    assert "Your account has no role yet" in page
