"""The pages about evidence packets: the form, how far one is, and who may do what."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dashboard.models import AuditEvent, Packet
from tests.disk import full_disk
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, URL, WORKFLOW, history

pytestmark = pytest.mark.django_db
PACKETS = f"{URL}packets/"
REASON = {"reason": "dispute", "text": "The person at 9812345678 disputes it."}
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def lead(stub: Stub) -> None:
    stub.answer(HISTORY, history())


def packet(state: str, **fields: Any) -> Packet:
    now = timezone.now()
    user = User.objects.get(username="rita")
    moments = {"created_at": now, "alive_at": now, "expires_at": now + timedelta(hours=1)}
    return Packet.objects.create(
        **{"workflow_id": WORKFLOW, "lead_id": LEAD, "asked_by": user, "state": state, **moments, **fields}
    )


def page(client: Client, path: str, **headers: str) -> str:
    return html.unescape(client.get(path, headers=headers).content.decode())


def test_asking_queues_a_task_and_leads_to_its_page(reviewer: Client) -> None:
    """The choices of the form are kept, and recorded with the reason before a worker is told."""
    response = reviewer.post(PACKETS, {**REASON, "clock": "UTC", "has_calls": "on", "is_unmasked": "on"})

    made = Packet.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"{PACKETS}{made.pk}/")
    assert (made.state, made.zone, made.has_calls, made.is_unmasked) == ("queued", "UTC", True, True)
    assert made.reason_text == "The person at •••• ••78 disputes it."
    assert DBTaskResult.objects.get().args_kwargs["args"] == [made.pk]
    event = AuditEvent.objects.get(action="packet.make")
    assert (event.actor_label, event.lead_id, event.target) == ("rita", LEAD, f"packet {made.pk}")
    assert (event.reason_code, event.reason_text) == ("dispute", made.reason_text)
    assert event.detail == '{"calls":true,"masked":false,"state":"asked"}'


@pytest.mark.parametrize("data", [{}, {"reason": "dispute"}, {**REASON, "text": "short"}, {**REASON, "clock": "Mars"}])
def test_bad_form_comes_back_with_its_faults(reviewer: Client, stub: Stub, data: dict[str, str]) -> None:
    """Nothing is asked of DialNexa, nothing queued."""
    response = reviewer.post(PACKETS, data)

    assert response.status_code == 400
    assert "errorlist" in response.content.decode()
    assert (stub.seen, Packet.objects.count(), DBTaskResult.objects.count()) == ([], 0, 0)


def test_packet_that_cannot_be_recorded_is_not_queued(reviewer: Client) -> None:
    """503, and neither row nor task."""
    with full_disk():
        response = reviewer.post(PACKETS, REASON)

    assert response.status_code == 503
    assert (Packet.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_lead_that_is_not_there_has_no_packet(reviewer: Client) -> None:
    """The same page as for any address of nothing."""
    assert reviewer.post(PACKETS.replace(LEAD, "lead_none"), REASON).status_code == 404
    assert Packet.objects.count() == 0


def test_twenty_an_hour_are_the_most(reviewer: Client) -> None:
    """The next is told so."""
    answers = [reviewer.post(PACKETS, REASON).status_code for _ in range(21)]

    assert answers == [303] * 20 + [429]


@pytest.mark.parametrize(
    ("state", "words", "is_settled"),
    [
        ("queued", "No worker has taken it up yet", False),
        ("making", "the rules are computed, and the pages drawn", False),
        ("ready", "Download the packet", True),
        ("failed", "DialNexa has a fault.", True),
    ],
)
def test_page_says_how_far_it_is_and_asks_until_it_is_settled(
    reviewer: Client, state: str, words: str, is_settled: bool
) -> None:
    """By itself while something can change; with a link for who has no JavaScript."""
    one = packet(state, error="DialNexa has a fault." if state == "failed" else "", sha256="ab" * 32, size=5)
    address = f"{PACKETS}{one.pk}/"

    whole, part = page(reviewer, address), reviewer.get(address, headers=HTMX)

    assert words in whole
    assert ('hx-trigger="every 2s"' in whole) is not is_settled
    assert ("Look again" in whole) is not is_settled
    assert part.status_code == (286 if is_settled else 200)
    assert "<html" not in part.content.decode()


def test_form_lists_the_packets_that_there_are(reviewer: Client) -> None:
    """Those of this lead whose day is not over."""
    one = packet("ready")
    packet("ready", lead_id="lead_other")
    packet("ready", expires_at=timezone.now())

    sheet = page(reviewer, PACKETS, **HTMX)

    assert "<html" not in sheet
    assert sheet.count("/packets/") == 2  # the form's own address, and this packet's
    assert f'href="{PACKETS}{one.pk}/"' in sheet


def test_packet_is_offered_to_who_may_have_it(ops: Client, reviewer: Client) -> None:
    """A link on the timeline, for reviewers."""
    assert f'href="{PACKETS}"' in page(reviewer, URL)
    assert f'href="{PACKETS}"' not in page(ops, URL)


def test_file_is_not_handed_out_unrecorded(reviewer: Client) -> None:
    """503 where the trail can't be written."""
    one = packet("ready")
    one.body = one.sealed(b"the heron waits")
    one.save()

    with full_disk():
        response = reviewer.get(f"{PACKETS}{one.pk}/packet.zip")

    assert response.status_code == 503
    assert b"heron" not in response.content


@pytest.mark.parametrize("part", ["packet.exe", "..%2f", "README.txt", "packet.zip/"])
def test_there_are_no_other_parts(reviewer: Client, part: str) -> None:
    """Of the names in a packet those that people need."""
    one = packet("ready")

    assert reviewer.get(f"{PACKETS}{one.pk}/{part}").status_code == 404
