"""Accounts in the admin: an administrator manages others, and nobody raises himself."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from dashboard.models import AuditEvent
from tests.people import PASSWORD, person, signed_in

pytestmark = pytest.mark.django_db

NEW = "a much better passphrase"


def url(user: User, what: str = "change") -> str:
    return f"/admin/auth/user/{user.pk}/{what}/"


def form(client: Client, user: User, **changes: Any) -> dict[str, Any]:
    """What the page's form would send, with some of it changed."""
    page = client.get(url(user)).content.decode()
    data: dict[str, Any] = {"username": user.username, "email": user.email, "first_name": "", "last_name": ""}
    if 'name="is_active" ' in page:
        data["is_active"] = "on"
    data["groups"] = [group.pk for group in user.groups.all()]
    return {**data, **changes}


def role(name: str) -> int:
    return Group.objects.get_or_create(name=name)[0].pk


def test_nobody_makes_himself_superuser() -> None:
    """By one POST with the fields that the form does not have: they are not read."""
    adam = person("admin")
    client = Client()
    client.force_login(adam)

    client.post(url(adam), form(client, adam, is_superuser="on", is_staff="on", groups=[role("reviewer")]))

    adam.refresh_from_db()
    assert not adam.is_superuser
    assert not adam.is_staff
    assert [group.name for group in adam.groups.all()] == ["admin"]


def test_administrator_gives_roles_to_others_and_nothing_else() -> None:
    """Groups yes; flags and single permissions no."""
    client = signed_in("admin")
    olga = person("ops")
    permission = Permission.objects.get(codename="delete_user")

    answer = client.post(
        url(olga),
        form(
            client,
            olga,
            groups=[role("reviewer")],
            is_superuser="on",
            is_staff="on",
            user_permissions=[permission.pk],
        ),
    )

    olga = User.objects.get(pk=olga.pk)
    assert answer.status_code == 302
    assert [group.name for group in olga.groups.all()] == ["reviewer"]
    assert (olga.is_superuser, olga.is_staff, olga.user_permissions.count()) == (False, False, 0)
    recorded = AuditEvent.objects.filter(action="role.change", actor_label="adam", target="olga")
    assert {event.detail for event in recorded} == {'{"given":["reviewer"]}', '{"taken":["ops"]}'}


def test_group_that_is_no_role_is_not_offered() -> None:
    """A group with rights that somebody made by hand is no way up."""
    client = signed_in("admin")
    olga = person("ops")
    made = Group.objects.create(name="powers")

    client.post(url(olga), form(client, olga, groups=[made.pk]))

    assert [group.name for group in olga.groups.all()] == ["ops"]


@pytest.mark.parametrize("what", ["change", "password"])
def test_superuser_is_out_of_an_administrators_reach(what: str) -> None:
    """Who could set that password could become it."""
    client = signed_in("admin")
    sue = person("superuser")

    answer = client.post(
        url(sue, what),
        {"username": "sue", "is_active": "", "password1": NEW, "password2": NEW, "email": "x@example.org"},
    )

    sue.refresh_from_db()
    assert answer.status_code == 403
    assert sue.check_password(PASSWORD)
    assert sue.is_active
    assert sue.email == ""


def test_superuser_does_not_demote_himself() -> None:
    """Nor disable himself; another superuser can."""
    client = Client()
    sue, sam = person("superuser"), person("superuser", "sam")
    client.force_login(sue)

    client.post(url(sue), form(client, sue))
    client.post(url(sam), form(client, sam))

    sue.refresh_from_db()
    sam.refresh_from_db()
    assert (sue.is_superuser, sue.is_active) == (True, True)
    assert (sam.is_superuser, sam.is_active) == (False, True)


def test_account_is_made_with_a_role_and_signs_in() -> None:
    """First name and password, then roles."""
    client = signed_in("admin")

    data = {"username": "nina", "usable_password": "true", "password1": NEW, "password2": NEW}
    made = client.post("/admin/auth/user/add/", data)
    nina = User.objects.get(username="nina")
    client.post(url(nina), form(client, nina, groups=[role("ops")], email="nina@example.org"))

    assert made["Location"] == url(nina)
    browser = Client()
    browser.post("/accounts/login/", {"login": "nina@example.org", "password": NEW})
    assert browser.get("/shares/").status_code == 200
    assert AuditEvent.objects.filter(action="user.create", actor_label="adam", target="nina").exists()


def test_two_accounts_never_share_an_address() -> None:
    """Single sign-on goes by it."""
    client = signed_in("admin")
    User.objects.create_user("nina", email="nina@example.org", password=NEW)
    olga = person("ops")

    page = client.post(url(olga), form(client, olga, email="Nina@Example.org")).content.decode()

    assert "Another account has this address" in html.unescape(page)


def test_disabled_account_loses_its_sessions_for_good() -> None:
    """Enabled again, it has to sign in."""
    client = signed_in("admin")
    olga = person("ops")
    browser = Client()
    browser.force_login(olga)

    data = form(client, olga)
    del data["is_active"]
    client.post(url(olga), data)
    assert browser.get("/shares/").status_code == 302
    olga.refresh_from_db()
    client.post(url(olga), {**data, "is_active": "on"})

    assert browser.get("/shares/").status_code == 302
    assert AuditEvent.objects.filter(action="user.disable", target="olga").exists()
    assert AuditEvent.objects.filter(action="session.end", target="olga").exists()


def test_somebody_is_signed_out_everywhere() -> None:
    """By the action of the list; a superuser is left alone."""
    client = signed_in("admin")
    olga, sue = person("ops"), person("superuser")
    browsers = {user: Client() for user in (olga, sue)}
    for user, browser in browsers.items():
        browser.force_login(user)

    client.post("/admin/auth/user/", {"action": "sign_out", "_selected_action": [olga.pk, sue.pk]})

    assert browsers[olga].get("/shares/").status_code == 302
    assert browsers[sue].get("/shares/").status_code == 200


@pytest.mark.parametrize("who", ["admin", "superuser"])
def test_accounts_are_disabled_and_never_deleted(who: str) -> None:
    """The trail speaks of them."""
    client = signed_in(who)
    olga = person("ops")

    client.post(url(olga, "delete"), {"post": "yes"})
    client.post("/admin/auth/user/", {"action": "delete_selected", "_selected_action": [olga.pk], "post": "yes"})

    assert User.objects.filter(username="olga").exists()


def test_only_what_is_meant_to_be_there_is_in_the_admin() -> None:
    """No groups, no permissions, no tokens of other apps."""
    page = signed_in("superuser").get("/admin/").content.decode()

    models = set(re.findall(r'href="/admin/(\w+/\w+)/"', page))

    of_ours = {"auditevent", "legalhold", "packchoice", "review", "rulepack", "sharelink"}
    assert models == {"auth/user", *(f"dashboard/{name}" for name in of_ours)}


def test_legal_hold_is_set_and_released_by_a_superuser() -> None:
    """With a reason, and recorded."""
    client = signed_in("superuser")

    client.post("/admin/dashboard/legalhold/add/", {"workflow_id": "wf_a", "lead_id": "lead_a", "reason": "A case."})
    client.post("/admin/dashboard/legalhold/", {"action": "release", "_selected_action": [1]})

    events = AuditEvent.objects.filter(action__startswith="hold.").order_by("seq")
    assert [(event.action, event.lead_id, event.reason_text) for event in events] == [
        ("hold.set", "lead_a", "A case."),
        ("hold.release", "lead_a", ""),
    ]


@pytest.mark.parametrize("path", ["/admin/auth/user/?scan=", "/admin/dashboard/sharelink/?owner="])
def test_number_no_row_can_have_is_a_bad_address(path: str) -> None:
    """More than 64 bits fit into no database: said, and not an error of ours."""
    page = signed_in("admin").get(f"{path}{'9' * 25}")

    assert page.status_code == 400
    assert "a number in it that is too large" in page.content.decode()
