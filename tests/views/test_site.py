"""What holds for every page: sign-in, headers, health."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.people import PASSWORD, person
from tests.stub import Stub
from tests.views.conftest import HISTORY, URL, history

pytestmark = pytest.mark.django_db


def test_health_answers_a_stranger(client: Client) -> None:
    """A load balancer needs no account."""
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_sign_in_returns_to_the_very_view(client: Client, stub: Stub) -> None:
    """A colleague who opens a shared URL signs in once and is where the link pointed."""
    person("ops")
    stub.answer(HISTORY, history())
    wanted = f"{URL}?zone=utc&visit=2"

    sign_in = client.get(wanted)["Location"]
    form = client.get(sign_in).content.decode()
    response = client.post(sign_in, {"login": "olga", "password": PASSWORD, "next": wanted})

    assert "link to" in form
    assert response["Location"] == wanted


@pytest.mark.parametrize(
    "target", ["//e.example", "/\\e.example", "https:e.example", "javascript:alert(1)", "\x08//e.example"]
)
def test_sign_in_never_leads_to_another_site(client: Client, target: str) -> None:
    """Where to go after signing in is ours or nowhere."""
    person("ops")

    response = client.post("/accounts/login/", {"login": "olga", "password": PASSWORD, "next": target})

    assert response["Location"] == "/"


def test_wrong_password_is_said_plainly(client: Client) -> None:
    """The page says that name and password do not match, and not which of them is wrong."""
    response = client.post("/accounts/login/", {"login": "olga", "password": "wrong"})

    assert "banner-bad" in response.content.decode()


def test_sign_out_is_a_post_and_ends_the_session(ops: Client, stub: Stub) -> None:
    """A link cannot sign anybody out; the button does."""
    ops.get("/accounts/logout/")
    assert ops.get("/shares/").status_code == 200

    answer = ops.post("/accounts/logout/")

    assert ops.get("/shares/").status_code == 302
    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def test_forms_need_their_token(db: None) -> None:
    """A form sent from elsewhere is refused, in our words."""
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/accounts/login/", {"login": "olga", "password": "x"})

    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        *("/", URL, "/accounts/login/", "/accounts/2fa/", "/admin/", "/admin/auth/user/", "/access/"),
        *("/shares/", "/no/such/page/"),
    ],
)
def test_every_page_is_private_and_fenced(superuser: Client, stub: Stub, path: str) -> None:
    """No cache keeps a page, no frame holds it, no inline script runs in it."""
    stub.answer(HISTORY, history())

    response = superuser.get(path)

    policy = response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert {"Cookie", "HX-Request"} <= {name.strip() for name in response["Vary"].split(",")}


def test_odd_host_is_refused(ops: Client) -> None:
    """Only the names this installation is known by."""
    response = ops.get("/", headers={"host": "evil.example"})

    assert response.status_code == 400
