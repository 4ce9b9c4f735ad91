"""Evidence packets through the front door: asked for, made by a worker, taken away, verified."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django_tasks_db.models import DBTaskResult

from dashboard import upstream
from dashboard.export import making, packets
from dashboard.export.tasks import make_packet
from dashboard.models import AuditEvent, PackChoice, Packet, Review
from dashboard.scan.turn import Stop
from tests.disk import full_disk
from tests.export.conftest import LABELS, NAME, PHONE, REASON, SAID, Ask, content
from tests.lines import logged
from tests.people import person, signed_in
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, URL, WORKFLOW, history

pytestmark = [pytest.mark.django_db, pytest.mark.pdf, pytest.mark.usefixtures("pdfs")]
SECRETS = (NAME, "Kanariya", PHONE[2:], "98456", "5551234987")


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def verify(file: bytes, folder: Path, *options: str) -> str:
    path, out = folder / "packet.zip", io.StringIO()
    path.write_bytes(file)
    call_command("verify_packet", str(path), *options, stdout=out)
    return out.getvalue()


def made(**fields: Any) -> list[dict[str, Any]]:
    """The details of the trail's rows about making."""
    rows = AuditEvent.objects.filter(action="packet.make", **fields).order_by("seq")
    return [json.loads(row.detail) for row in rows]


def test_packet_is_asked_for_made_taken_away_and_verified(
    reviewer: Client, lead: Stub, ask: Ask, tmp_path: Path
) -> None:
    """One form, one task; the file is good, its parts are those of the page, and each step is recorded."""
    PackChoice.objects.create(workflow_id=WORKFLOW, packs=["in-rbi-recovery"])
    rita = User.objects.get(username="rita")
    review = Review.objects.create(workflow_id=WORKFLOW, lead_id=LEAD, queued_at=upstream.now())
    review.state, review.verdict, review.reviewer, review.note = "signed", "passed", rita, f"{NAME} agreed, politely"
    review.save()

    packet = ask(has_calls="on")
    page = reviewer.get(f"{URL}packets/{packet.pk}/").content.decode()
    response = reviewer.get(f"{URL}packets/{packet.pk}/packet.zip")

    assert packet.state == "ready", packet.error
    assert packet.sha256 in page
    assert response["Content-Disposition"] == f'attachment; filename="leadline-{LEAD}-{packet.pk}-packet.zip"'
    assert "The packet is good" in verify(response.content, tmp_path)
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in ("packet.pdf", "packet.json", "manifest.json"):
        assert reviewer.get(f"{URL}packets/{packet.pk}/{name}").content == parts[name]
    said = json.loads(parts["packet.json"])["content"]
    assert (said["packet"]["asked_by"], said["packet"]["reason"]["text"]) == ("rita", REASON["text"])
    assert [visit["call_id"] for visit in said["visits"][:3]] == ["call_one", None, "call_two"]
    assert {verdict["pack"].split()[0] for verdict in said["verdicts"]} == {"record", "in-rbi-recovery"}
    assert all(verdict["text"] and verdict["source"] and verdict["checked_on"] for verdict in said["verdicts"])
    assert said["review"]["note"] == "•••• agreed, politely"
    assert [version["state"] for version in said["review_history"]] == ["not reviewed", "signed off"]
    assert [row["action"] for row in said["access"]["rows"]] == [
        *("packet.make", "timeline.view", "transcript.missing", "transcript.view", "audit.read"),
    ]
    steps = [(row["state"], row.get("sha256")) for row in made()]
    assert steps == [("asked", None), ("ready", packet.sha256)]
    opened = AuditEvent.objects.filter(action="packet.open", target=f"packet {packet.pk}")
    assert [json.loads(row.detail)["part"] for row in opened.order_by("seq")] == [
        *("packet.zip", "packet.pdf", "packet.json", "manifest.json"),
    ]
    # Read for the reviewer, and recorded as hers.
    calls = AuditEvent.objects.filter(action__startswith="transcript.", actor_label="rita").order_by("seq")
    assert [(row.action, row.call_id) for row in calls] == [
        *(("transcript.intent", "call_one"), ("transcript.missing", "call_one")),
        *(("transcript.intent", "call_two"), ("transcript.view", "call_two")),
    ]


def test_masked_packet_holds_nothing_personal(reviewer: Client, lead: Stub, ask: Ask) -> None:
    """Not in the PDF, the JSON, the database or a log line; what was said stands there without it."""
    with logged() as lines:
        packet = ask(has_calls="on")
    pdf = reviewer.get(f"{URL}packets/{packet.pk}/packet.pdf").content
    raw = reviewer.get(f"{URL}packets/{packet.pk}/packet.json").content.decode()
    text = text_of(pdf)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM dashboard_packet")
        row = repr(cursor.fetchall())

    for secret in SECRETS:
        for where in (text, " ".join(text.split()), raw, pdf.decode("latin-1"), lines.getvalue(), row):
            assert secret not in where, secret
    assert SAID in " ".join(text.split())
    assert SAID in raw
    assert SAID not in lines.getvalue() + row
    assert content(packet, reviewer)["packet"]["is_masked"] is True


def test_unmasked_packet_is_recorded_and_its_askers_alone(lead: Stub, reviewer: Client, ask: Ask) -> None:
    """A choice of its own in the form; another reviewer is refused, and that is recorded."""
    packet = ask(has_calls="on", is_unmasked="on")

    said = content(packet, reviewer)
    other = signed_in("reviewer", "rolf")
    refused = other.get(f"{URL}packets/{packet.pk}/packet.zip")

    assert said["lead"]["phone"] == f"+{PHONE}"
    assert said["lead"]["variables"] == {"customer_name": NAME, "account": "5551234987"}
    assert NAME in said["calls"][1]["turns"][0]["text"]
    assert [row["masked"] for row in made()] == [False, False]
    assert AuditEvent.objects.filter(action="packet.make", reason_code="regulator").count() == 1
    assert refused.status_code == 403
    assert "only who asked for it can open it" in other.get(f"{URL}packets/{packet.pk}/").content.decode()


def test_scripts_of_india_survive_on_tagged_paper(reviewer: Client, lead: Stub, ask: Ask) -> None:
    """Hindi and Tamil labels are text that can be copied, in fonts that have their letters; the page is tagged."""
    packet = ask()
    reader = pypdf.PdfReader(io.BytesIO(reviewer.get(f"{URL}packets/{packet.pk}/packet.pdf").content))
    text = "\n".join(page.extract_text() for page in reader.pages)
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }

    for label in LABELS:
        # By letters: a PDF has marks in the order that they are drawn in.
        assert set(label) <= set(text), label
    assert "\ufffd" not in text
    assert any("Devanagari" in font for font in fonts), fonts
    assert any("Tamil" in font for font in fonts), fonts
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert reader.trailer["/Root"]["/Lang"] == "en"  # type: ignore[index]
    assert reader.metadata is not None
    assert reader.metadata.title == f"Evidence packet {packet.pk}: lead {LEAD}"
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data()  # type: ignore[index]


@pytest.mark.parametrize("choices", [{}, {"has_calls": "on"}])
def test_failure_of_dialnexa_keeps_nothing_half_made(
    reviewer: Client, lead: Stub, ask: Ask, choices: dict[str, str]
) -> None:
    """The page says why in a sentence; there is no file, and the next packet is asked for as the first one was."""
    upstream.lead_history(WORKFLOW, LEAD)  # the form's own look is a copy; the making reads anew
    path = "/v1/calls/call_two" if choices else HISTORY
    lead.answer(path, b"<html>", status=500)
    lead.mend()

    packet = ask(**choices)
    page = reviewer.get(f"{URL}packets/{packet.pk}/").content.decode()

    assert (packet.state, packet.body, packet.sha256) == ("failed", None, "")
    assert "DialNexa has a fault. Nothing was kept; ask again later." in page
    assert "Ask again" in page
    assert reviewer.get(f"{URL}packets/{packet.pk}/packet.zip").status_code == 404
    assert [row["state"] for row in made()] == ["asked"]


def test_packet_ends_after_a_day(reviewer: Client, lead: Stub) -> None:
    """From then on nothing can be taken away, and the worker's next round deletes it."""
    with time_machine.travel("2026-07-15T09:00:00Z", tick=False) as clock:
        client = signed_in("superuser")
        client.post(f"{URL}packets/", REASON)
        packet = Packet.objects.get()
        make_packet.call(packet.pk)
        clock.shift(timedelta(hours=24, seconds=-1))
        assert client.get(f"{URL}packets/{packet.pk}/packet.zip").status_code == 200
        assert packets.expire() == 0
        clock.shift(timedelta(seconds=1))

        late = client.get(f"{URL}packets/{packet.pk}/packet.zip")

        assert late.status_code == 410
        assert "Its day is over" in client.get(f"{URL}packets/{packet.pk}/").content.decode()
        assert packets.expire() == 1
        assert client.get(f"{URL}packets/{packet.pk}/").status_code == 404


def test_packet_of_another_secret_key_says_so(reviewer: Client, lead: Stub, ask: Ask, settings: Any) -> None:
    """What can't be decrypted is no fault of the server's."""
    packet = ask()
    settings.SECRET_KEY = "another-" + "k" * 50
    client = signed_in("superuser")

    response = client.get(f"{URL}packets/{packet.pk}/packet.zip")

    assert response.status_code == 410
    assert "can’t be opened any more" in response.content.decode()


def test_packet_tells_of_what_changed(reviewer: Client, lead: Stub, ask: Ask) -> None:
    """The same record gives the same fingerprint; another transcript, or another step, another one."""
    first = content(ask(has_calls="on"), reviewer)["fingerprint"]
    again = content(ask(has_calls="on"), reviewer)["fingerprint"]
    lead.answer("/v1/calls/call_two", {"id": "call_two", "status": "completed", "transcript": "Agent: Something else."})
    lead.mend()
    other_words = content(ask(has_calls="on"), reviewer)["fingerprint"]
    lead.answer(HISTORY, history([], phone_number=f"+{PHONE}"))
    lead.mend()
    other_path = content(ask(), reviewer)["fingerprint"]

    assert first == again
    assert len({first, other_words, other_path}) == 3


# --- Workers


def asked(name: str = "rosa") -> Packet:
    return packets.ask(
        person("reviewer", name),
        WORKFLOW,
        LEAD,
        reason=("qa", "A sample for quality"),
        zone="",
        has_calls=True,
        is_unmasked=False,
    )


def test_packet_that_its_worker_left_is_made_by_another(lead: Stub) -> None:
    """Only once the first has been silent for the whole lease; workers are told again by the timer."""
    with time_machine.travel("2026-07-15T09:00:00Z", tick=False) as clock:
        packet = asked()
        Packet.objects.update(state="making", worker="killed", attempts=1)
        clock.shift(making.LEASE - timedelta(seconds=1))
        packets.revive()
        make_packet.call(packet.pk)
        packet.refresh_from_db()
        assert (packet.state, DBTaskResult.objects.count()) == ("making", 1)
        clock.shift(timedelta(seconds=1))

        packets.revive()
        packets.revive()
        make_packet.call(packet.pk)
        make_packet.call(packet.pk)

    packet.refresh_from_db()
    assert DBTaskResult.objects.count() == 2
    assert (packet.state, packet.attempts) == ("ready", 2)
    assert [row["state"] for row in made()] == ["asked", "ready"]


def test_packet_that_ends_its_worker_is_given_up(lead: Stub) -> None:
    """After three of them, with a sentence."""
    with time_machine.travel("2026-07-15T09:00:00Z", tick=False) as clock:
        packet = asked()
        Packet.objects.update(state="making", worker="killed", attempts=3)
        clock.shift(making.LEASE)

        packets.revive()

    packet.refresh_from_db()
    assert packet.state == "failed"
    assert "three times" in packet.error


def test_worker_that_is_told_to_end_gives_the_packet_back(lead: Stub) -> None:
    """Between two requests; another worker makes it, and it counts as no try."""
    packet = asked()
    Stop.is_asked = True
    try:
        make_packet.call(packet.pk)
        packet.refresh_from_db()
        assert (packet.state, packet.attempts, packet.error) == ("queued", 0, "")
    finally:
        Stop.is_asked = False

    make_packet.call(packet.pk)
    packet.refresh_from_db()
    assert packet.state == "ready"


def test_right_that_was_taken_away_meanwhile_ends_the_making(lead: Stub) -> None:
    """Nothing is read for somebody who may not have it any more."""
    packet = asked()
    User.objects.get(username="rosa").groups.set([Group.objects.get_or_create(name="ops")[0]])

    make_packet.call(packet.pk)

    packet.refresh_from_db()
    assert (packet.state, packet.error) == ("failed", "Whoever asked for it may not have it any more.")
    assert lead.seen == []


def test_what_cannot_be_recorded_is_not_kept(lead: Stub) -> None:
    """The trail refuses the row of the finished packet: there is none."""
    packet = asked()

    with full_disk('"state":"ready"'):
        make_packet.call(packet.pk)

    packet.refresh_from_db()
    assert (packet.state, packet.body) == ("failed", None)


def test_busy_dialnexa_is_asked_again_after_its_pause(lead: Stub) -> None:
    """As long as the pause is short; a long one ends the making with its sentence."""
    packet = asked()
    body = history(phone_number=f"+{PHONE}")
    lead._answers[HISTORY] = [(429, b"{}", {"Retry-After": "1"}), (200, json.dumps(body).encode(), {})]

    make_packet.call(packet.pk)
    packet.refresh_from_db()
    assert packet.state == "ready", packet.error

    other = asked("rolf")
    lead._answers[HISTORY] = [(429, b"{}", {"Retry-After": "300"})]
    make_packet.call(other.pk)
    other.refresh_from_db()
    assert (other.state, other.error) == ("failed", "DialNexa is busy. Nothing was kept; ask again later.")


# --- Verifying


def test_verifying_needs_our_seal_and_our_trail(
    reviewer: Client, lead: Stub, ask: Ask, tmp_path: Path, settings: Any
) -> None:
    """By another key the parts still hold, and that is all; a packet that the trail does not know is none of ours."""
    packet = ask()
    file = reviewer.get(f"{URL}packets/{packet.pk}/packet.zip").content
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        again = io.BytesIO()
        with zipfile.ZipFile(again, "w") as other:
            for name in archive.namelist():
                other.writestr(name, archive.read(name))

    with pytest.raises(CommandError, match="The trail has no row of a packet with this SHA-256"):
        verify(again.getvalue(), tmp_path)
    settings.AUDIT_KEY = "another-" + "b" * 40
    with pytest.raises(CommandError, match="a key that is not known here"):
        verify(file, tmp_path)
    assert "The packet is good" in verify(file, tmp_path, "--parts")
