"""Who may do what, by tests/permissions.yaml: every route, method and role; and nothing that is not in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.timezone import now

from dashboard import sharing, upstream
from dashboard.models import AuditEvent, LegalHold, PackChoice, Packet, Review, RulePack, Scan, ShareLink
from tests.people import person
from tests.project import ROOT
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, WORKFLOW, call, history

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "share", "none", "ops", "reviewer", "admin", "superuser")
MATRIX: dict[str, dict[str, list[Any]]] = yaml.safe_load((ROOT / "tests/permissions.yaml").read_text())
CASES = [(name, method) for name, methods in MATRIX.items() for method in methods]
OURS = [name for name in MATRIX if not name.startswith(("admin", "account_", "mfa_", "social", "openid"))]

REASON = {"reason": "complaint", "text": "She wrote to us about it."}
DATA: dict[str, dict[str, Any]] = {
    "lead-reveal": REASON,
    "lead-zone": {"zone": "Asia/Kolkata", "reason": "She says so in the call."},
    "review-dispute": {"text": "She had asked to be called.", "version": 0},
    "share-new": {"hours": "1"},
    "lead-export": {**REASON, "format": "csv"},
    "packet-new": REASON,
    "lead-search": {"phone": "+919812345678"},
    "access-person": {"phone": "+919812345678"},
    "read-again": {"next": f"/workflows/{WORKFLOW}/"},
    "scan-start": {"sample": "1"},
    "lead-calls-read": {"next": f"/workflows/{WORKFLOW}/leads/{LEAD}/"},
}


def routes(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, Any]]:
    """Every route's name, its namespace before it, and its view. A route without a name goes by its pattern."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name or pattern.pattern}", pattern.callback


@dataclass
class Place:
    """What there is to ask for."""

    stub: Stub
    link: ShareLink
    token: str
    scan: Scan
    hold: LegalHold
    review: Review
    pack: RulePack
    choice: PackChoice
    packet: Packet
    people: dict[str, User] = field(default_factory=dict)

    def url(self, name: str) -> str:
        known = {
            "workflow_id": WORKFLOW,
            "lead_id": LEAD,
            "call_id": "call_two",
            "position": 1,
            "token": self.token,
            "number": {"share": self.link.pk, "packet": self.packet.pk}.get(name.partition("-")[0], self.scan.pk),
            "part": "packet.zip",
            "object_id": {
                "auth_user": self.people["ops"].pk,
                "dashboard_auditevent": 1,
                "dashboard_sharelink": self.link.pk,
                "dashboard_review": self.review.pk,
                "dashboard_rulepack": self.pack.pk,
                "dashboard_packchoice": self.choice.pk,
            }.get(name.removeprefix("admin:").rpartition("_")[0], self.hold.pk),
            "id": self.people["ops"].pk,
            "pk": 1,
            "provider_id": "sso",
            "app_label": "auth",
            "content_type_id": 1,
            "url": "no/such/page",
        }
        if name in UNNAMED:
            return UNNAMED[name].format(**known)
        for keys in _arguments(name):
            return reverse(name, kwargs={key: known[key] for key in keys})
        raise AssertionError(f"No address for {name}")


# Routes without a name, or whose pattern reverse() can't fill: by hand.
UNNAMED = {
    "admin:<path:object_id>/": "/admin/auth/user/{id}/",
    "admin:(?P<url>.*)$": "/admin/no/such/page",
    "admin:app_list": "/admin/auth/",
}


def _arguments(name: str) -> list[list[str]]:
    resolver = get_resolver()
    for part in name.split(":")[:-1]:
        resolver = resolver.namespace_dict[part][1]
    found = resolver.reverse_dict.getlist(name.rpartition(":")[2])
    return [list(params) for possibility in found for _, params in possibility[0]]


@pytest.fixture
def place(db: None, stub: Stub) -> Place:
    stub.answer("/v1/workflows", [{"id": WORKFLOW, "title": "Loans"}, {"id": "wf_b", "title": "Others"}])
    stub.answer(f"/v1/workflows/{WORKFLOW}", {"id": WORKFLOW, "title": "Loans", "status": "active"})
    stub.answer(f"/v1/workflows/{WORKFLOW}/leads", [{"id": LEAD, "status": "active"}])
    stub.answer(HISTORY, history())
    stub.answer("/v1/calls/call_two", call("call_two"))
    people = {role: person(role, f"the-{role}") for role in ("none", *ROLES[3:])} | {"none": person("", "nobody")}
    link, token = sharing.create(
        person("ops", "other"), WORKFLOW, LEAD, lasts=timedelta(hours=1), shows_calls=True, note=""
    )
    scan = Scan.objects.create(workflow_id=WORKFLOW, created_at=link.created_at)
    hold = LegalHold.objects.create(workflow_id=WORKFLOW, reason="a case")
    signed = {"state": Review.State.SIGNED, "verdict": "passed", "reviewer": person("reviewer", "roy")}
    review = Review.objects.create(workflow_id=WORKFLOW, lead_id=LEAD, queued_at=now(), reviewed_at=now(), **signed)
    pack = RulePack(text=(ROOT / "tests/admin/pack.toml").read_text())
    pack.clean()
    pack.save()
    choice = PackChoice.objects.create(workflow_id=WORKFLOW, packs=["in-rbi-recovery"])
    moments = {"created_at": link.created_at, "alive_at": link.created_at, "expires_at": link.expires_at}
    ids = {"workflow_id": WORKFLOW, "lead_id": LEAD}
    packet = Packet(**ids, **moments, state="ready", size=4, asked_by=people["reviewer"])
    packet.body = packet.sealed(b"file")
    packet.save()
    return Place(stub, link, token, scan, hold, review, pack, choice, packet, people)


def client_of(role: str, place: Place) -> Client:
    client = Client()
    if role == "share":
        client.get(reverse("shared-timeline", args=[place.token]))
        place.stub.seen.clear()
    elif role != "anonymous":
        client.force_login(place.people[role])
    return client


def ask(client: Client, method: str, name: str, place: Place, **headers: str) -> Any:
    send = getattr(client, method.lower())
    return send(place.url(name), DATA.get(name, {}) if method in ("POST", "GET") else {}, headers=headers)


def test_every_route_is_in_the_file() -> None:
    """A route that nobody has thought about fails here; so does a line about a route that is gone."""
    known = {name for name, _ in routes(get_resolver().url_patterns)}

    assert known == set(MATRIX)


def test_every_view_of_ours_names_its_right() -> None:
    """Or is open to strangers, and says so."""
    open_to_all = {
        name for name, view in routes(get_resolver().url_patterns) if not getattr(view, "login_required", True)
    }
    by_right = {name for name, view in routes(get_resolver().url_patterns) if hasattr(view, "right")}

    assert set(OURS) - open_to_all - by_right == {"lead-list-alias"}  # it only leads on


@pytest.mark.parametrize(("name", "method"), CASES)
def test_outcomes_are_as_the_file_says(place: Place, name: str, method: str) -> None:
    """Each role finds everything as it was: who is refused gets nothing, asks nothing upstream, and leaves a row."""
    found: dict[str, int | str] = {}
    for role, outcome in zip(ROLES, MATRIX[name][method], strict=True):
        place.stub.seen.clear()
        upstream.forget()
        with transaction.atomic():
            before = AuditEvent.objects.filter(action="denied").count()
            response = ask(client_of(role, place), method, name, place)
            denials = AuditEvent.objects.filter(action="denied").count() - before
            transaction.set_rollback(True)

        found[role] = "login" if leads_to_sign_in(response) else response.status_code
        assert response["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert response["Cache-Control"] == "private, no-store"
        if outcome in ("login", 401, 403, 404, 405):
            assert place.stub.seen == [], role
        if outcome == 403 and role not in ("anonymous", "share"):
            assert denials == 1, role

    assert found == dict(zip(ROLES, MATRIX[name][method], strict=True))


def leads_to_sign_in(response: Any) -> bool:
    signs_in = ("/accounts/login/?next=", "/admin/login/?next=")
    return response.status_code == 302 and str(response["Location"]).startswith(signs_in)


@pytest.mark.parametrize("name", OURS)
def test_other_methods_are_refused(place: Place, name: str) -> None:
    """HEAD is GET without its body; nothing answers to PUT, PATCH, DELETE, OPTIONS or TRACE."""
    client = client_of("superuser", place)
    methods = MATRIX[name]
    others = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - set(methods)
    if name == "lead-list-alias":
        others -= {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}  # a redirect, whatever the method

    answers = {method: ask(client, method, name, place).status_code for method in others}

    assert set(answers.values()) <= {405}, answers
    if "GET" in methods:
        assert (
            client.head(place.url(name), DATA.get(name, {})).status_code == ask(client, "GET", name, place).status_code
        )


@pytest.mark.parametrize("name", [name for name in OURS if MATRIX[name].get("GET", [""])[0] == "login"])
def test_f64_fragment_of_an_ended_session_leads_to_the_sign_in_page(place: Place, name: str) -> None:
    """The whole page goes to the sign-in, which comes back to the page around the fragment."""
    around = f"http://testserver/workflows/{WORKFLOW}/leads/{LEAD}/?zone=utc"

    response = ask(Client(), "GET", name, place, **{"HX-Request": "true", "HX-Current-URL": around})

    assert response.status_code == 204
    assert (
        response["HX-Redirect"] == f"/accounts/login/?next=%2Fworkflows%2F{WORKFLOW}%2Fleads%2F{LEAD}%2F%3Fzone%3Dutc"
    )
    assert place.stub.seen == []


@pytest.mark.parametrize("name", [name for name in OURS if 403 in MATRIX[name].get("GET", [])])
def test_fragment_carries_the_checks_of_its_page(place: Place, name: str) -> None:
    """Asking as htmx does opens nothing."""
    role = ROLES[MATRIX[name]["GET"].index(403)]

    response = ask(client_of(role, place), "GET", name, place, **{"HX-Request": "true"})

    assert response.status_code == 403
    assert place.stub.seen == []


@pytest.mark.parametrize("name", [name for name, methods in MATRIX.items() if "POST" in methods])
def test_every_form_needs_its_token(place: Place, name: str) -> None:
    """Over every route that takes a POST: without the token nothing is read and nothing is done, whoever asks."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(place.people["superuser"])

    response = ask(strict, "POST", name, place)

    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()
    assert place.stub.seen == []


OTHERS = [
    *(("GET", name) for name in ("lead-timeline", "visit-record", "call-panel", "scan-detail", "shared-call")),
    *(("GET", name) for name in ("packet-detail", "packet-file")),
    *(("POST", name) for name in ("scan-cancel", "scan-resume", "share-new", "share-revoke")),
    *(("POST", name) for name in ("lead-zone", "review-queue", "review-dispute")),
    *(("POST", name) for name in ("lead-export", "packet-new")),
]


@pytest.mark.parametrize(("method", "name"), OTHERS)
def test_what_is_not_there_looks_like_no_address(place: Place, method: str, name: str) -> None:
    """An id of nothing, or of another's: the same page as for an address of nothing."""
    client = client_of("reviewer", place)
    number, unknown = f"/{place.link.pk if name == 'share-revoke' else place.scan.pk}/", "/99999/"
    address = place.url(name).replace(LEAD, "wflead_none").replace(number, unknown).replace("call_two", "call_none")

    response = getattr(client, method.lower())(address, DATA.get(name, {}))

    def page(answer: Any) -> str:
        """Without its reference and its form's token."""
        return re.sub('<code>.*?</code>|value="[^"]*"', "", answer.content.decode())

    assert response.status_code == 404
    assert page(response) == page(client.get("/no/such/page/"))


@pytest.mark.parametrize("name", ["lead-timeline", "visit-record", "call-panel", "timeline-live", "share-new"])
def test_unknown_and_forbidden_objects_differ_in_nothing(place: Place, name: str) -> None:
    """Who may not open timelines learns nothing about which leads exist."""
    unknown = place.url(name).replace(LEAD, "wflead_none")
    client = client_of("none", place)

    one, other = client.get(place.url(name)), client.get(unknown)

    assert (one.status_code, other.status_code) == (403, 403)
    assert place.stub.seen == []


def test_f65_roles_taken_away_are_gone_with_the_next_request(place: Place) -> None:
    """No session carries a right."""
    client = client_of("ops", place)
    assert client.get(place.url("lead-timeline")).status_code == 200

    place.people["ops"].groups.clear()

    assert client.get(place.url("lead-timeline")).status_code == 403


def test_reading_changes_nothing_but_the_trail(place: Place) -> None:
    """No GET writes anything else: links, scans, accounts and holds stay as they were."""
    client = client_of("superuser", place)
    kinds = (ShareLink, Scan, LegalHold, Packet, User)
    before = [sorted(kind.objects.values_list()) for kind in kinds]

    for name in OURS:
        if "GET" in MATRIX[name] and name not in ("shared-timeline", "shared-call"):
            ask(client, "GET", name, place)

    assert [sorted(kind.objects.values_list()) for kind in kinds] == before
