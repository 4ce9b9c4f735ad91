"""Who may do what: roles are Django groups, rights belong to roles, each of our views names the right it needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import Enum, auto
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound=Callable[..., HttpResponse])

OPS, REVIEWER, ADMIN, SUPERUSER = "ops", "reviewer", "admin", "superuser"
ROLES = (OPS, REVIEWER, ADMIN)  # each a group; being superuser is a flag of the account


class Right(Enum):
    LISTS = auto()  # workflows, leads with masked phones, the stuck board, how far a scan is
    TIMELINE = auto()  # one lead's path, masked
    RECORD = auto()  # a step as DialNexa sent it, masked
    CALL = auto()  # a call's transcript, masked
    SEARCH = auto()  # leads by phone or by a variable's value
    REVEAL = auto()  # a lead's phone and variables, for a reason and a while
    UNMASK_CALLS = auto()  # what was said, unmasked, while the lead is revealed
    SCAN = auto()  # start, cancel, resume
    SHARE = auto()  # make links, list and revoke one's own
    SHARE_ANY = auto()  # list and revoke everybody's
    TRAIL = auto()  # one's own rows of the trail
    TRAIL_ALL = auto()  # everybody's, and export
    REVIEW = auto()  # the review queue: judge, confirm, withdraw, answer disputes
    DISPUTE = auto()  # say that a judgement is wrong
    PACKS = auto()  # rule packs, and which of them a workflow is judged by
    USERS = auto()  # accounts, in the admin
    ADMIN_SITE = auto()  # the admin's front page
    OPERATE = auto()  # what only those who run the installation need: metrics, details of readiness


_READ = {Right.LISTS, Right.TIMELINE, Right.SCAN, Right.TRAIL}
_WORK = _READ | {Right.RECORD, Right.CALL, Right.SEARCH, Right.REVEAL, Right.SHARE, Right.DISPUTE}
RIGHTS: dict[str, frozenset[Right]] = {
    OPS: frozenset(_WORK),
    REVIEWER: frozenset(
        _WORK | {Right.UNMASK_CALLS, Right.SHARE_ANY, Right.TRAIL_ALL, Right.ADMIN_SITE, Right.REVIEW, Right.PACKS}
    ),
    # Who manages accounts has by that no right to read what was said.
    ADMIN: frozenset(_READ | {Right.SHARE_ANY, Right.USERS, Right.ADMIN_SITE, Right.OPERATE}),
    SUPERUSER: frozenset(Right),
}


def roles(user: User | AnonymousUser) -> frozenset[str]:
    """The names of a user's groups, and "superuser"; asked for once a request."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    known = getattr(user, "leadline_groups", None)
    if known is None:
        known = cast(Any, user).leadline_groups = frozenset(user.groups.values_list("name", flat=True))
    found: frozenset[str] = known | {SUPERUSER} if user.is_superuser else known
    return found


def account(user_id: Any) -> User | None:
    """An account with its roles, in one query: each request asks for both."""
    rows = list(User.objects.filter(pk=user_id).annotate(role=F("groups__name")))
    if not rows:
        return None
    cast(Any, rows[0]).leadline_groups = frozenset(row.role for row in rows if row.role)
    return rows[0]


def may(user: User | AnonymousUser, right: Right) -> bool:
    return any(right in RIGHTS.get(role, ()) for role in roles(user))


def needs(right: Right) -> Callable[[View], View]:
    """For a view: whoever does not have this right is refused before anything is read. The middleware records it."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(request.user, right):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        checked.right = right  # type: ignore[attr-defined]  # a test walks the URL map and looks for it
        return cast(View, checked)

    return decorate


def reveal_time(user: User) -> timedelta:
    """How long a lead stays revealed: the longest that one of the user's roles allows."""
    return timedelta(minutes=_longest(settings.REVEAL_MINUTES, user))


def share_time(user: User) -> timedelta:
    """The latest a link may end."""
    return timedelta(hours=_longest(settings.SHARE_HOURS, user))


def _longest(limits: dict[str, int], user: User) -> int:
    return max((limits.get(REVIEWER if role == SUPERUSER else role, 0) for role in roles(user)), default=0)
