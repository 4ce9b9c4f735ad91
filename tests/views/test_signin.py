"""Signing in and out: failures counted, factors, single sign-on, sessions that end."""

from __future__ import annotations

import html
import re
import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client, TestCase
from django.utils import timezone

from dashboard.models import AuditEvent, Scan
from tests.identity import CLIENT_ID, CLIENT_SECRET, Provider
from tests.people import PASSWORD, person, signed_in
from tests.stub import Stub
from tests.views.conftest import HISTORY, URL, history

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
NEW = "a much better passphrase"


@pytest.fixture(autouse=True)
def no_failures_yet(db: None) -> None:
    cache.clear()


def try_in(client: Client, name: str = "olga", password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"login": name, "password": password}, **more)


def is_in(client: Client) -> bool:
    return client.get("/shares/").status_code == 200


def code_of(secret: str) -> str:
    """What the app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


# --- Passwords


def test_sixth_try_is_refused_even_with_the_right_password() -> None:
    """For this name; others are not disturbed, and the trail has each failure and the lock."""
    person("ops")
    person("reviewer")
    client = Client()

    answers = [try_in(client, password="wrong").status_code for _ in range(5)]
    locked = try_in(client)

    assert answers == [200] * 5
    assert (locked.status_code, locked["Retry-After"]) == (429, "300")
    assert "Too many tries" in locked.content.decode()
    assert not is_in(client)
    assert try_in(Client(), "rita").status_code == 302
    recorded = AuditEvent.objects.filter(action__startswith="login.f").values_list("target", flat=True)
    assert list(recorded) == ["olga"] * 5
    assert AuditEvent.objects.filter(action="login.lock", http_status=429).count() == 1


def test_lock_ends_by_the_clock() -> None:
    """Five minutes."""
    person("ops")
    with time_machine.travel("2026-07-15T09:00:00Z", tick=False) as clock:
        client = Client()
        for _ in range(6):
            try_in(client, password="wrong")
        clock.shift(timedelta(minutes=5, seconds=1))

        assert try_in(client).status_code == 302


def test_unknown_name_is_answered_like_a_wrong_password() -> None:
    """Nobody learns which names exist, and a password typed as a name is recorded nowhere."""
    person("ops")

    def said(response: Any) -> str:
        return re.sub(r'value="[^"]*"|<code>.*?</code>', "", response.content.decode())

    wrong, unknown = try_in(Client(), password="wrong"), try_in(Client(), "my secret passphrase", "x")

    assert said(wrong) == said(unknown)
    assert list(AuditEvent.objects.filter(action="login.fail").order_by("seq").values_list("target", flat=True)) == [
        "olga",
        "no such account",
    ]
    assert "passphrase" not in repr(list(AuditEvent.objects.values()))


def test_nobody_signs_up() -> None:
    """The page says so, and a sent form makes nothing."""
    page = Client().get("/accounts/signup/").content.decode()
    Client().post("/accounts/signup/", {"username": "eve", "password1": NEW, "password2": NEW})

    assert "Nobody signs up here" in page
    assert not User.objects.exists()


def test_changed_password_ends_every_other_session() -> None:
    """The one in which it was changed goes on."""
    here = signed_in("ops")
    there = Client()
    there.force_login(User.objects.get())

    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    assert is_in(here)
    assert not is_in(there)
    assert AuditEvent.objects.filter(action="password.change", target="olga").exists()


def test_weak_passwords_are_refused() -> None:
    """Short, common, numeric."""
    client = signed_in("ops")

    for weak in ("short", "passwordpassword"[:8], "123456789012"):
        client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak})

    assert User.objects.get().check_password(PASSWORD)


# --- Sessions


def test_session_gets_a_new_key_at_sign_in() -> None:
    """A key that somebody planted is worth nothing."""
    person("ops")
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key or ""
    client.cookies["sessionid"] = planted

    try_in(client)

    assert client.cookies["sessionid"].value != planted
    old = Client()
    old.cookies["sessionid"] = planted
    assert not is_in(old)


def test_cookies_are_for_this_site_alone() -> None:
    """No script reads them, no other site sends them along."""
    person("ops")
    client = Client()
    client.get(LOGIN)
    answer = try_in(client)

    for name in ("sessionid", "csrftoken"):
        cookie = {**client.cookies, **answer.cookies}[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_idle_session_ends(settings: Any) -> None:
    """Thirty minutes after the last thing that somebody did."""
    settings.SESSION_IDLE = 30 * 60
    with time_machine.travel("2026-07-15T09:00:00Z", tick=False) as clock:
        client = signed_in("ops")
        for _ in range(3):
            clock.shift(timedelta(minutes=29))
            assert is_in(client)
        clock.shift(timedelta(minutes=31))
        assert not is_in(client)
    assert AuditEvent.objects.filter(action="logout", actor_label="olga").exists()


def test_page_that_refreshes_itself_keeps_no_session_alive(settings: Any, stub: Stub) -> None:
    """Nobody is there; the next refresh leads to the sign-in page and back to the timeline."""
    settings.SESSION_IDLE = 30 * 60
    stub.answer(HISTORY, history(status="active"))
    live = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{URL}?visit=2"}
    with time_machine.travel("2026-07-15T09:00:00Z", tick=False) as clock:
        client = signed_in("ops")
        client.get(URL)
        for _ in range(3):
            clock.shift(timedelta(minutes=9))
            assert client.get(f"{URL}live/", headers=live).status_code in (200, 286)
        clock.shift(timedelta(minutes=4))
        answer = client.get(f"{URL}live/", headers=live)

    assert answer.status_code == 204
    assert parse_qs(urlsplit(answer["HX-Redirect"]).query)["next"] == [f"{URL}?visit=2"]


def test_scan_that_is_watched_keeps_no_session_alive(settings: Any) -> None:
    """Its page asks by itself as well."""
    settings.SESSION_IDLE = 30 * 60
    with time_machine.travel("2026-07-15T09:00:00Z", tick=False) as clock:
        client = signed_in("ops")
        scan = Scan.objects.create(workflow_id="wf_a", created_at=timezone.now())
        address = f"/workflows/wf_a/scans/{scan.pk}/"
        client.get(address)
        for _ in range(3):
            clock.shift(timedelta(minutes=9))
            client.get(address, headers={"HX-Request": "true", "HX-Trigger": "scan"})
        clock.shift(timedelta(minutes=4))

        assert not is_in(client)


def test_busy_session_ends_too(settings: Any) -> None:
    """Twelve hours after the sign-in."""
    settings.SESSION_IDLE, settings.SESSION_COOKIE_AGE = 30 * 60, 12 * 3600
    with time_machine.travel("2026-07-15T09:00:00Z", tick=False) as clock:
        client = signed_in("ops")
        for _ in range(35):
            clock.shift(timedelta(minutes=20))
            assert is_in(client)
        clock.shift(timedelta(minutes=21))
        assert not is_in(client)


def test_f66_disabled_account_is_out_with_the_next_request() -> None:
    """And can't come back in."""
    client = signed_in("ops")
    User.objects.update(is_active=False)

    assert not is_in(client)
    answer = try_in(Client())
    assert answer.status_code != 302 or "inactive" in answer["Location"]


# --- Second factors


def enrol(client: Client) -> tuple[str, list[str]]:
    """Turn on the authenticator app; its secret and the recovery codes."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = html.unescape(client.get("/accounts/2fa/totp/activate/").content.decode())
    found = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"|value="([A-Z2-7]{16,})"', page)
    assert found, page
    secret = next(filter(None, found.groups()))
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302
    codes = client.get("/accounts/2fa/recovery-codes/").content.decode()
    return secret, re.findall(r"\b\d{8}\b", codes)


def test_second_factor_is_asked_for() -> None:
    """The password alone opens nothing; the code of the app does, once."""
    with time_machine.travel("2026-07-15T09:00:00Z", tick=False) as clock:
        client = signed_in("ops")
        secret, _ = enrol(client)
        clock.shift(timedelta(minutes=2))
        fresh = Client()

        answer = try_in(fresh)
        assert answer["Location"].startswith("/accounts/2fa/authenticate/")
        assert not is_in(fresh)
        fresh.post("/accounts/2fa/authenticate/", {"code": "000000"})
        assert not is_in(fresh)
        fresh.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
        assert is_in(fresh)

        other = Client()
        try_in(other)
        other.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
        assert not is_in(other)
    assert AuditEvent.objects.filter(action="factor.change", target="olga").count() == 2  # the app, the recovery codes


def test_recovery_code_opens_once() -> None:
    """For a lost phone."""
    _, codes = enrol(signed_in("ops"))
    assert len(codes) == 10

    answers = []
    for _ in range(2):
        client = Client()
        try_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        answers.append(is_in(client))

    assert answers == [True, False]


def test_factors_stand_encrypted_in_the_database() -> None:
    """Who reads the database can't make codes."""
    secret, codes = enrol(signed_in("ops"))

    stored = repr(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in stored
    assert not any(code in stored for code in codes)
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code(code_of(secret))


# --- Single sign-on


@pytest.fixture
def provider(settings: Any) -> Any:
    one = Provider()
    app = {
        "provider_id": "sso",
        "name": "Acme",
        "client_id": CLIENT_ID,
        "secret": CLIENT_SECRET,
        "settings": {"server_url": one.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield one
    one.close()


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def through(client: Client, wanted: str = "") -> Any:
    """From our button to the provider and back, as a browser goes."""
    page = html.unescape(client.get(f"{LOGIN}?next={wanted}" if wanted else LOGIN).content.decode())
    action = re.search(r'action="(/accounts/oidc/sso/login/[^"]*)"', page)
    assert action, page
    there = client.post(action[1])["Location"]
    try:
        build_opener(Stay).open(there, timeout=5)
    except OSError as redirect:
        back = redirect.headers["Location"]  # type: ignore[attr-defined]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def test_person_of_the_provider_signs_in_to_the_account_with_the_address(provider: Provider) -> None:
    """And lands where the link pointed; the password of the account stays."""
    user = person("ops")
    user.email = "olga@example.org"
    user.save()
    client = Client()

    answer = through(client, "/shares/")

    assert answer["Location"] == "/shares/"
    assert is_in(client)
    assert User.objects.get().check_password(PASSWORD)
    assert AuditEvent.objects.filter(action="login.ok", actor_label="olga").exists()
    second = Client()
    through(second)
    assert is_in(second)


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "x", "email": "stranger@example.org", "email_verified": True},
        {"sub": "x", "email": "olga@example.org", "email_verified": False},
        {"sub": "x"},
    ],
)
def test_whom_nobody_knows_gets_no_account(provider: Provider, claims: dict[str, Any]) -> None:
    """Not by another address, not by one that the provider does not vouch for."""
    user = person("ops")
    user.email = "olga@example.org"
    user.save()
    provider.claims = claims
    client = Client()

    answer = through(client)

    assert not is_in(client)
    assert User.objects.count() == 1
    final = client.get(answer["Location"]) if answer.status_code == 302 else answer
    assert "Nobody signs up here" in html.unescape(final.content.decode())


def test_disabled_account_is_not_opened_by_the_provider(provider: Provider) -> None:
    """Whoever vouches."""
    user = person("ops")
    user.email, user.is_active = "olga@example.org", False
    user.save()
    client = Client()

    through(client)

    assert not is_in(client)


def test_answer_without_its_question_is_refused(provider: Provider) -> None:
    """A callback that nobody asked for: another's code, or an old one."""
    client = Client()

    answer = client.get("/accounts/oidc/sso/login/callback/?code=x&state=y")

    assert not is_in(client)
    assert answer.status_code in (302, 401)
    assert not Session.objects.filter(session_data__contains="_auth_user_id").exists()
