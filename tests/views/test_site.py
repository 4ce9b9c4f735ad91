"""What holds for every page: sign-in, headers, health."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.stub import Stub
from tests.views.conftest import HISTORY, URL, history

pytestmark = pytest.mark.django_db

PARTS = {"workflow_id": "wf_a", "lead_id": "lead_a", "call_id": "call_a", "position": "1", "object_id": "1"}
OPEN_TO_ALL = {"/healthz", "/readyz", "/metrics", "/accounts/login/", "/admin/login/"}  # metrics: 404 without token


def paths(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> list[str]:
    """Every address of the URL map, with its parts filled in."""
    found = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        for name in pattern.pattern.converters:
            for kind in ("id", "int", "str", "path"):
                route = route.replace(f"<{kind}:{name}>", PARTS.get(name, "1"))
        if isinstance(pattern, URLResolver):
            found += paths(pattern.url_patterns, route)
        elif "(" not in route:
            found.append(route.replace("<path:object_id>", "1"))
    return found


ALL_PATHS = sorted(set(paths(get_resolver().url_patterns)) - OPEN_TO_ALL)


@pytest.mark.parametrize("path", ALL_PATHS)
def test_every_address_needs_sign_in(client: Client, stub: Stub, path: str) -> None:
    """But for health and the sign-in page, nothing answers a stranger, and nothing is asked upstream."""
    method = client.post if path == "/accounts/logout/" else client.get

    response = method(path)

    assert response.status_code == 302, path
    assert "/login/" in response["Location"]
    assert stub.seen == []


def test_health_answers_a_stranger(client: Client) -> None:
    """A load balancer needs no account."""
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_sign_in_returns_to_the_very_view(client: Client, django_user_model: type[User], stub: Stub) -> None:
    """A colleague who opens a shared URL signs in once and is where the link pointed."""
    django_user_model.objects.create_user("olga", password="a long password")
    stub.answer(HISTORY, history())
    wanted = f"{URL}?zone=utc&visit=2"

    sign_in = client.get(wanted)["Location"]
    form = client.get(sign_in).content.decode()
    response = client.post(sign_in, {"username": "olga", "password": "a long password", "next": wanted})

    assert "link to" in form
    assert response["Location"] == wanted


@pytest.mark.parametrize(
    "target", ["//e.example", "/\\e.example", "https:e.example", "javascript:alert(1)", "\x08//e.example"]
)
def test_sign_in_never_leads_to_another_site(client: Client, django_user_model: type[User], target: str) -> None:
    """Where to go after signing in is ours or nowhere."""
    django_user_model.objects.create_user("olga", password="a long password")

    response = client.post("/accounts/login/", {"username": "olga", "password": "a long password", "next": target})

    assert response["Location"] == "/"


def test_wrong_password_is_said_plainly(client: Client) -> None:
    """The page says that name and password do not match, and not which of them is wrong."""
    response = client.post("/accounts/login/", {"username": "olga", "password": "wrong"})

    assert "banner-bad" in response.content.decode()


def test_sign_out_is_a_post_and_ends_the_session(ops: Client, stub: Stub) -> None:
    """A link cannot sign anybody out; the button does."""
    assert ops.get("/accounts/logout/").status_code == 405

    ops.post("/accounts/logout/")

    assert ops.get("/").status_code == 302


def test_forms_need_their_token(django_user_model: type[User]) -> None:
    """A form sent from elsewhere is refused, in our words."""
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/accounts/login/", {"username": "olga", "password": "x"})

    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


@pytest.mark.parametrize("path", ["/", URL, "/accounts/login/", "/admin/", "/no/such/page/"])
def test_every_page_is_private_and_fenced(ops: Client, stub: Stub, path: str) -> None:
    """No cache keeps a page, no frame holds it, no inline script runs in it."""
    stub.answer(HISTORY, history())

    response = ops.get(path)

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
