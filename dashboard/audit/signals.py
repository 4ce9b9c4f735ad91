"""What Django and allauth tell of: sign-ins, passwords, second factors, accounts and their roles."""

from __future__ import annotations

from typing import Any, cast

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth
from django.contrib.auth.models import Group, User
from django.db.models import Q
from django.db.models import signals as models
from django.dispatch import receiver

from dashboard.audit import trail
from dashboard.models import Action, Outcome

FLAGS = ("is_superuser", "is_staff")


@receiver(auth.user_logged_in)
def signed_in(user: User, **rest: Any) -> None:
    trail.record(Action.LOGIN_OK, actor=user)


@receiver(auth.user_logged_out)
def signed_out(request: Any, user: User | None, **rest: Any) -> None:
    request.has_signed_out = True  # the answer empties what the browser has kept
    if user is not None:
        trail.record(Action.LOGOUT, actor=user)


@receiver(auth.user_login_failed)
def failed_to_sign_in(credentials: dict[str, Any], **rest: Any) -> None:
    """By the account it was meant for, if there is one: people type passwords into the wrong box."""
    name = str(credentials.get("username") or credentials.get("email") or "")
    known = User.objects.filter(Q(username=name) | Q(email__iexact=name)).first() if name else None
    target = known.get_username() if known else "no such account"
    trail.record(Action.LOGIN_FAIL, outcome=Outcome.DENY, target=target)


@receiver([account.password_changed, account.password_reset, account.password_set])
def password_changed(user: User, **rest: Any) -> None:
    trail.record(Action.PASSWORD, target=user.get_username())


@receiver([mfa.authenticator_added, mfa.authenticator_removed, mfa.authenticator_reset])
def factor_changed(user: User, authenticator: Any, signal: Any, **rest: Any) -> None:
    what = {id(mfa.authenticator_added): "added", id(mfa.authenticator_removed): "removed"}.get(id(signal), "reset")
    trail.record(Action.FACTOR, target=user.get_username(), factor=str(authenticator.type), what=what)


@receiver(models.pre_save, sender=User)
def remember_before(instance: User, raw: bool, **rest: Any) -> None:
    before = None if raw or not instance.pk else User.objects.filter(pk=instance.pk).first()
    cast(Any, instance).leadline_before = before


@receiver(models.post_save, sender=User)
def account_saved(instance: User, created: bool, raw: bool, **rest: Any) -> None:
    """What changed of it, by the names of the fields; a sign-in's date is no change."""
    before: User | None = getattr(instance, "leadline_before", None)
    name = instance.get_username()
    if raw:
        return
    if created:
        trail.record(Action.USER_CREATE, target=name, superuser=instance.is_superuser)
    elif before is not None:
        fields = ("username", "email", "first_name", "last_name", "is_active", "password", *FLAGS)
        changed = [field for field in fields if getattr(before, field) != getattr(instance, field)]
        flags = {field: getattr(instance, field) for field in FLAGS if field in changed}
        if flags:
            trail.record(Action.ROLE_CHANGE, target=name, **flags)
        if "is_active" in changed and not instance.is_active:
            trail.record(Action.USER_DISABLE, target=name)
        if rest_changed := [field for field in changed if field not in FLAGS]:
            trail.record(Action.USER_CHANGE, target=name, fields=rest_changed)


@receiver(models.post_delete, sender=User)
def account_deleted(instance: User, **rest: Any) -> None:
    trail.record(Action.USER_DELETE, target=instance.get_username())


@receiver(models.m2m_changed, sender=User.groups.through)
def roles_changed(instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **rest: Any) -> None:
    """After groups were given or taken, from either side."""
    if action not in ("post_add", "post_remove", "pre_clear"):
        return
    people = User.objects.filter(pk__in=pk_set or ()) if reverse else [instance]
    groups = [instance] if reverse else Group.objects.filter(pk__in=pk_set or ())
    if action == "pre_clear":
        people, groups = (instance.user_set.all(), [instance]) if reverse else ([instance], instance.groups.all())
    names = sorted(group.name for group in groups)
    for person in people:
        if names:
            what = "given" if action == "post_add" else "taken"
            changed: dict[str, Any] = {what: names}
            trail.record(Action.ROLE_CHANGE, target=person.get_username(), **changed)
