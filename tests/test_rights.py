"""Roles, rights, and how long each may uncover and share: `dashboard/permissions.py` by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from dashboard.permissions import ROLES, Right, account, export_rows, may, needs, reveal_time, roles, share_time
from tests.people import person

pytestmark = pytest.mark.django_db


def again(user: User) -> User:
    """As the next request sees the account."""
    return User.objects.get(pk=user.pk)


def test_stranger_has_no_role_and_no_right() -> None:
    """Whoever is not signed in."""
    assert roles(AnonymousUser()) == frozenset()
    assert not any(may(AnonymousUser(), right) for right in Right)


@pytest.mark.parametrize("role", [*ROLES, "superuser"])
def test_role_is_that_of_the_group_and_ends_with_the_account(role: str) -> None:
    """A disabled account has none, whatever its groups say."""
    user = person(role)

    assert roles(user) == {role}
    user.is_active = False
    assert roles(user) == frozenset()


def test_roles_are_asked_for_once_a_request(django_assert_num_queries: Any) -> None:
    """However many rights a page asks about; two roles add up."""
    user = again(person("ops"))
    user.groups.add(person("admin").groups.get())

    with django_assert_num_queries(1):
        assert [may(user, right) for right in (Right.CALL, Right.USERS, Right.UNMASK_CALLS)] == [True, True, False]
        assert roles(user) == {"ops", "admin"}


@pytest.mark.parametrize(
    ("names", "expected"), [((), set()), (("ops",), {"ops"}), (("ops", "admin"), {"ops", "admin"})]
)
def test_account_comes_with_its_roles_in_one_query(
    names: tuple[str, ...], expected: set[str], django_assert_num_queries: Any
) -> None:
    """Each request asks for both; whoever has no role is an account all the same."""
    person("reviewer")
    user = person("")
    for name in names:
        user.groups.add(person(name).groups.get())

    with django_assert_num_queries(1):
        found = account(user.pk)
        assert found == user
        assert roles(found) == expected


def test_account_that_is_gone_is_none() -> None:
    """Its session may have outlived it."""
    assert account(person("ops").pk + 1) is None


def test_superuser_may_everything_and_others_what_their_role_says() -> None:
    """Managing accounts gives no right to read what was said."""
    superuser = person("superuser")

    assert all(may(superuser, right) for right in Right)
    assert may(person("reviewer"), Right.UNMASK_CALLS)
    assert not may(person("admin"), Right.CALL)
    assert not may(person(""), Right.LISTS)


def test_view_is_refused_before_it_is_called() -> None:
    """Without the right nothing runs; with it the view's own answer comes, with what the address gave it."""
    called = []

    @needs(Right.CALL)
    def view(request: HttpRequest, call_id: str, *, mode: str) -> HttpResponse:
        """Shows a call."""
        called.append((call_id, mode))
        return HttpResponse("shown")

    request = RequestFactory().get("/")
    request.user = person("admin")
    with pytest.raises(PermissionDenied):
        view(request, "call_1", mode="x")
    assert called == []

    request.user = person("ops")
    assert view(request, "call_1", mode="x").content == b"shown"
    assert called == [("call_1", "x")]
    assert (view.__name__, view.__doc__, view.right) == ("view", "Shows a call.", Right.CALL)  # type: ignore[attr-defined]


def test_longest_time_of_the_roles_holds(settings: Any) -> None:
    """A superuser has a reviewer's; who has no role has none."""
    settings.REVEAL_MINUTES = {"ops": 10, "reviewer": 30}
    settings.SHARE_HOURS = {"ops": 24, "reviewer": 48}
    both = person("ops")
    ops = again(both)
    both.groups.add(person("reviewer").groups.get())

    assert (reveal_time(ops), share_time(ops)) == (timedelta(minutes=30), timedelta(hours=48))
    assert reveal_time(person("ops", "otto")) == timedelta(minutes=10)
    assert share_time(person("ops", "oskar")) == timedelta(hours=24)
    assert reveal_time(person("superuser")) == timedelta(minutes=30)
    assert share_time(person("admin")) == timedelta(0)
    assert reveal_time(person("")) == timedelta(0)


def test_export_holds_as_many_steps_as_the_largest_role_allows(settings: Any) -> None:
    """A superuser's as a reviewer's; who has no role may export none."""
    settings.EXPORT_ROWS = {"ops": 7, "reviewer": 70}

    assert [export_rows(person(role)) for role in ("ops", "reviewer", "superuser", "admin", "")] == [7, 70, 70, 0, 0]


def test_group_that_is_no_role_gives_no_right() -> None:
    """Somebody made it by hand: it neither opens anything nor breaks a page."""
    user = person("")
    user.groups.create(name="auditors")

    assert roles(user) == {"auditors"}
    assert not any(may(user, right) for right in Right)
    assert reveal_time(user) == timedelta(0)
