"""Accounts for a trial, all with one known password; only ever beside the demo upstream, never beside real accounts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError

from dashboard.checks import is_loopback

PASSWORD = "leadline-demo"  # noqa: S105  (printed on purpose)
ACCOUNTS = {
    "demo-ops": ("ops", "reads workflows, leads and calls, masked"),
    "demo-reviewer": ("reviewer", "the same, and the trail of who saw what; may uncover what was said"),
    "demo-admin": ("admin", "accounts, in /admin/; no calls"),
    "demo-superuser": ("", "everything"),
}


class Command(BaseCommand):
    help = "Create or reset the demo accounts. Refuses unless DIALNEXA_BASE_URL is a loopback address."

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_loopback(settings.DIALNEXA_BASE_URL):
            raise CommandError(
                "Demo accounts have a known password, so they may not read a real DialNexa workspace. "
                "Set DIALNEXA_BASE_URL to the demo upstream, for instance http://127.0.0.1:8001."
            )
        if User.objects.exclude(username__in=ACCOUNTS).exists():
            raise CommandError(
                "This database holds real accounts, and demo accounts have a known password. "
                "Set DATABASE_URL to a database of the demo's own."
            )
        for username, (role, _) in ACCOUNTS.items():
            user, _created = User.objects.get_or_create(username=username)
            user.is_active, user.is_staff, user.is_superuser = True, not role, not role
            user.set_password(PASSWORD)
            user.save()
            user.groups.set(Group.objects.filter(name=role))
        self.stdout.write(f"Accounts, each with the password {PASSWORD}")
        for username, (_, purpose) in ACCOUNTS.items():
            self.stdout.write(f"  {username:<15} {purpose}")
