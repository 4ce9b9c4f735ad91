"""Rule packs in the admin: those that come along, an installation's own, and which a workflow is judged by."""

from __future__ import annotations

import html

import pytest
from django.test import Client

from dashboard import judging
from dashboard.compliance import packs
from dashboard.models import AuditEvent, PackChoice, RulePack
from tests.people import signed_in
from tests.project import ROOT

pytestmark = pytest.mark.django_db

PACKS, CHOICES = "/admin/dashboard/rulepack/", "/admin/dashboard/packchoice/"
HOUSE = (ROOT / "tests/admin/pack.toml").read_text()


@pytest.fixture
def client(db: None) -> Client:
    return signed_in("reviewer")


def test_own_pack_is_kept_under_its_id_and_recorded(client: Client) -> None:
    """By its own text; the trail names its version, and so it does after a change."""
    client.post(f"{PACKS}add/", {"text": HOUSE})
    pack = RulePack.objects.get()
    client.post(f"{PACKS}{pack.pk}/change/", {"text": HOUSE.replace('"3"', '"4"')})

    assert pack.slug == "house"
    assert judging.known_packs()["house"].version == "4"
    recorded = AuditEvent.objects.filter(action="pack.change").order_by("seq")
    assert list(recorded.values_list("target", flat=True)) == ["house 3", "house 4"]
    assert "House rules" in client.get(PACKS).content.decode()


WRONG = [
    (HOUSE.replace("closes = 17:00:00", "closes = 09:00:00"), "Rule HOUSE-HOURS must open before it closes."),
    (HOUSE.replace("Asia/Kolkata", "Asia/Atlantis"), "which does not exist"),
    (HOUSE.replace('id = "house"', 'id = "record"'), "is the id of a pack that comes with Leadline"),
    ("this is no TOML", "The pack can’t be used"),
    ("", "This field is required"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_pack_that_can_not_be_used_is_told_at_its_field(client: Client, text: str, sentence: str) -> None:
    """And nothing is kept or recorded."""
    page = html.unescape(client.post(f"{PACKS}add/", {"text": text}).content.decode())

    assert sentence in page
    assert not RulePack.objects.exists()
    assert not AuditEvent.objects.filter(action="pack.change").exists()


def test_shipped_packs_can_be_read_with_their_sources(client: Client) -> None:
    """Each rule, its threshold, where it comes from, and when somebody last looked."""
    page = html.unescape(client.get(f"{PACKS}shipped/").content.decode())

    for pack in packs.shipped().values():
        assert pack.title in page
        for rule in pack.rules:
            assert f"<b>{rule.id}</b>" in page
            assert rule.threshold in page
            assert f'href="{rule.source}"' in page
            assert f"{rule.checked_on.day} {rule.checked_on:%b %Y}" in page


def test_workflow_gets_its_packs(client: Client) -> None:
    """The installation's own among them; whoever is judged by the record alone has none."""
    client.post(f"{PACKS}add/", {"text": HOUSE})

    client.post(f"{CHOICES}add/", {"workflow_id": "wf_a", "packs": ["in-rbi-recovery", "house"]})
    client.post(f"{CHOICES}add/", {"workflow_id": "wf_b"})

    assert [pack.id for pack in judging.chosen_packs("wf_a")] == ["record", "in-rbi-recovery", "house"]
    assert [pack.id for pack in judging.chosen_packs("wf_b")] == ["record"]
    chosen = AuditEvent.objects.get(action="pack.change", workflow_id="wf_a")
    assert "in-rbi-recovery house" in chosen.detail
    page = client.get(CHOICES).content.decode()
    assert "in-rbi-recovery, house" in page
    assert "no rule pack" in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"workflow_id": "wf_a", "packs": ["no-such-pack"]}, "Select a valid choice"),
        ({"workflow_id": "../etc"}, "An id has letters, digits, - and _ only."),
        ({"workflow_id": "wf_known"}, "This workflow has its packs already"),
    ],
    ids=["pack", "workflow", "twice"],
)
def test_choice_that_can_not_be_is_told(client: Client, data: dict[str, object], sentence: str) -> None:
    """In a sentence at its field."""
    PackChoice.objects.create(workflow_id="wf_known", packs=[])

    page = html.unescape(client.post(f"{CHOICES}add/", data).content.decode())

    assert sentence in page
    assert PackChoice.objects.count() == 1


def test_packs_are_never_deleted(client: Client) -> None:
    """Judgements name them."""
    client.post(f"{PACKS}add/", {"text": HOUSE})
    pack = RulePack.objects.get()

    assert client.post(f"{PACKS}{pack.pk}/delete/", {"post": "yes"}).status_code == 403
