"""Canaries: secrets and people's data that must turn up nowhere, whatever goes wrong upstream."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from dashboard import upstream
from dashboard.audit import trail
from dashboard.models import Review, ShareLink
from tests.lines import logged
from tests.people import PASSWORD, person
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, URL, VISITS, WORKFLOW, call, history, stub  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db

PHONE, NAME, SAID = "919845612378", "Kanariya Devi", "the heron waits in the reeds"
VARIABLES = {"customer_name": NAME, "account": "5551234987"}
TEXT = f"Agent: Is this {NAME}?\nUser: Yes, +{PHONE}. Remember: {SAID}."
OTHER = {"detail": f"{NAME} {PHONE} {SAID}", "message": f"cannot call +{PHONE} of {NAME}: {SAID}"}

# What upstream may answer instead: status, body, headers.
FAULTS: list[tuple[int, Any, dict[str, str]]] = [
    *((status, OTHER, {}) for status in (400, 401, 402, 403, 404, 405, 409, 410, 418, 422, 500, 501, 502, 503, 504)),
    (429, OTHER, {"Retry-After": "1"}),
    (301, OTHER, {"Location": f"https://evil.example/?{PHONE}"}),
    (200, f"<html>{NAME} {PHONE} {SAID}</html>".encode(), {}),
    (200, json.dumps(OTHER).encode()[:-3], {}),
    (200, b"\xff\xfe" + NAME.encode("utf-16"), {}),
    (200, [{"detail": f"{PHONE} {SAID}"}] * 3, {}),
    (200, {"data": {"lead": {**OTHER, "dynamic_variables": VARIABLES}, "history": [OTHER, NAME, None]}}, {}),
    (200, {"data": {"lead": {"id": f"lead {NAME}", "phone_number": [PHONE]}, "history": {"x": SAID}}}, {}),
    (200, {"id": "call_other", "transcript": TEXT, "summary": SAID, "to_number": PHONE}, {}),
]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    with logged() as stream:
        yield stream


def asking(token: str) -> list[str]:
    """Pages that read from upstream."""
    review = f"/admin/dashboard/review/{Review.objects.get().pk}"
    return [
        *("/", f"/workflows/{WORKFLOW}/", f"/workflows/{WORKFLOW}/?sort=dials", URL, f"{URL}calls/call_two/"),
        *(f"{URL}visits/1/", f"{URL}visits/3/", f"{URL}reveal/", f"{URL}share/", f"{URL}export/", f"{URL}packets/"),
        *(f"/s/{token}/", f"/s/{token}/calls/call_two/", f"{review}/change/", "/readyz"),
    ]


def others() -> list[str]:
    """Pages of what Leadline itself has kept."""
    return [
        *("/admin/dashboard/review/", f"/admin/dashboard/review/{Review.objects.get().pk}/history/"),
        *(f"/workflows/{WORKFLOW}/coverage/{name}" for name in ("", "coverage.csv", "coverage.json")),
        *(f"/workflows/{WORKFLOW}/stuck/", f"{URL}packets/1/", "/access/", "/shares/", "/access/trail.csv"),
        *("/access/trail.jsonl", "/admin/dashboard/auditevent/", "/admin/dashboard/sharelink/"),
        *("/admin/dashboard/packchoice/", "/metrics"),
    ]


def database() -> str:
    """Every row of every table, sessions in clear."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  (our own tables)
            rows += [repr(row) for row in cursor.fetchall()]
    return "\n".join([*rows, *(repr(session.get_decoded()) for session in Session.objects.all())])


def test_canaries_turn_up_nowhere(stub: Stub, lines: io.StringIO, settings: Any) -> None:  # noqa: F811
    """Not in a log line, a page, a header, the database, a session, the mail; for all that upstream may answer."""
    person("superuser")
    client = Client()
    client.post("/accounts/login/", {"login": "sue", "password": PASSWORD})
    row = {**VISITS[2], "note": f"{NAME} on +{PHONE}: {SAID}"}
    good = {
        "/v1/workflows": [{"id": WORKFLOW, "title": "Loans"}, {"id": "wf_b", "title": "x"}],
        f"/v1/workflows/{WORKFLOW}": {"id": WORKFLOW, "title": "Loans", "status": "active"},
        f"/v1/workflows/{WORKFLOW}/leads": [{"id": LEAD, "phone_number": PHONE, "dynamic_variables": VARIABLES}],
        HISTORY: history([*VISITS[:2], row], phone_number=PHONE, dynamic_variables=VARIABLES),
        "/v1/calls/call_two": call("call_two", transcript=TEXT, summary=f"{NAME} spoke", to_number=PHONE),
    }
    for path, body in good.items():
        stub.answer(path, body)
    made = client.post(f"{URL}share/", {"hours": "1", "shows_calls": "on"}).content.decode()
    token = made.partition("/s/")[2][:43]
    client.post(f"/workflows/{WORKFLOW}/search/", {"phone": PHONE})
    client.post(f"/workflows/{WORKFLOW}/search/", {"variable": "customer_name", "value": NAME})
    client.post("/access/person/", {"phone": PHONE})
    client.post(f"{URL}packets/", {"reason": "qa", "text": f"A sample, +{PHONE} was called"})
    client.post(reverse("review-queue", args=[WORKFLOW, LEAD]), {"next": URL})
    client.post(f"{URL}read-calls/", {"next": URL})
    key = django_settings.DIALNEXA_API_KEY
    secrets = [PHONE[2:], NAME, "5551234987", key, key.partition(":")[2], base64.b64encode(key.encode()).decode()]
    secrets += [settings.SECRET_KEY, trail.key().decode(), PASSWORD]
    pages: list[str] = []

    def look(paths: list[str]) -> None:
        upstream.forget()
        for path in paths:
            for headers in ({}, {"HX-Request": "true"}):
                response = client.get(path, headers=headers)
                body = response.getvalue().decode()
                for secret in secrets:
                    assert secret not in body, (path, secret)
                    assert secret not in repr(response.headers), (path, secret)
                if not path.startswith(f"/s/{token}"):
                    assert token not in body, path
                pages.append(body)

    look([*asking(token), *others()])
    # What was said is shown, masked; nowhere else may it stand.
    assert any(SAID in page for page in pages)
    for status, body, headers in FAULTS:
        for path in good:
            stub.answer(path, body, status=status, **headers)
        stub.mend()
        look(asking(token))
    look(others())

    written = lines.getvalue()
    assert written.count("\n") > len(FAULTS) * 10
    kept = database()
    assert ShareLink.objects.count() == 1
    for secret in [*secrets, SAID, token, "heron"]:
        assert secret not in written, secret
        assert secret not in kept, secret
    assert mail.outbox == []


def test_failure_of_ours_logs_no_secret(client: Client, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback with a number, a key and a token in its message: the line is clean, the page says nothing."""
    token = "T" * 43
    secret = f"number +{PHONE}, key Bearer {django_settings.DIALNEXA_API_KEY}, /s/{token}/, password=hunter2"

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError(secret)

    monkeypatch.setattr("dashboard.sharing.find", broken)
    client.raise_request_exception = False
    page = client.get(f"/s/{token}/").content.decode()

    assert "Something went wrong in Leadline" in page
    assert "RuntimeError" in lines.getvalue()
    for word in (PHONE[2:], "canary_secret", token, "hunter2"):
        assert word not in lines.getvalue()
        assert word not in page or word == token  # the page's own address, to try again
