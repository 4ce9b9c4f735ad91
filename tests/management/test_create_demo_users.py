"""manage.py create_demo_users: three accounts with a known password, only where they can do no harm."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError

from dashboard.management.commands.create_demo_users import ACCOUNTS, PASSWORD

pytestmark = pytest.mark.django_db


def create() -> str:
    printed = io.StringIO()
    call_command("create_demo_users", stdout=printed)
    return printed.getvalue()


def test_accounts_can_sign_in_and_are_printed(client) -> None:
    """Each account is printed with its purpose, and the printed password opens it."""
    printed = create()

    assert f"password {PASSWORD}" in printed
    for username, (_, purpose) in ACCOUNTS.items():
        assert f"{username} " in printed
        assert purpose in printed
        assert client.login(username=username, password=PASSWORD)


def test_each_role_has_its_account() -> None:
    """One of each role, and one superuser."""
    create()

    given = {user.username: sorted(user.groups.values_list("name", flat=True)) for user in User.objects.all()}
    assert given == {
        "demo-ops": ["ops"],
        "demo-reviewer": ["reviewer"],
        "demo-admin": ["admin"],
        "demo-superuser": [],
    }
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == ["demo-superuser"]


def test_second_run_resets_what_was_changed() -> None:
    """A demo account that was locked, promoted or given another password is as new."""
    create()
    changed = User.objects.get(username="demo-ops")
    changed.set_password("something else")
    changed.is_active, changed.is_superuser = False, True
    changed.save()

    create()

    reset = User.objects.get(username="demo-ops")
    assert reset.check_password(PASSWORD)
    assert (reset.is_active, reset.is_superuser) == (True, False)
    assert User.objects.count() == len(ACCOUNTS)


@pytest.mark.parametrize("base_url", ["https://api.dialnexa.com", "http://0.0.0.0:8001"])
def test_real_upstream_is_refused(settings, base_url: str) -> None:
    """A known password never opens a real workspace."""
    settings.DIALNEXA_BASE_URL = base_url

    with pytest.raises(CommandError, match="known password"):
        create()

    assert not User.objects.exists()


def test_database_with_real_accounts_is_refused() -> None:
    """A known password never enters a database that real people use."""
    User.objects.create_user("asha")

    with pytest.raises(CommandError, match="real accounts"):
        create()

    assert list(User.objects.values_list("username", flat=True)) == ["asha"]
