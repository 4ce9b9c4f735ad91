"""Accounts of every role."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.test import Client

PASSWORD = "correct horse battery"
ROLES = ("ops", "reviewer", "admin")


def person(role: str, name: str = "") -> User:
    """Somebody with this role: ops, reviewer, admin, superuser, or "" for none."""
    name = name or {"ops": "olga", "reviewer": "rita", "admin": "adam", "superuser": "sue"}.get(role, "nora")
    if role == "superuser":
        return User.objects.create_superuser(name, password=PASSWORD)
    user = User.objects.create_user(name, password=PASSWORD)
    if role:
        # By name: tests that commit empty the table that a migration has filled.
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def signed_in(role: str, name: str = "") -> Client:
    client = Client()
    client.force_login(person(role, name))
    return client
