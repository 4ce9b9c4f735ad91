"""What manage.py check says about this installation before anyone relies on it."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from dashboard.compliance import packs


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@register(Tags.security)
def upstream_is_configured(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """A key to read with, and an address it may be sent to."""
    found: list[CheckMessage] = []
    if not settings.DIALNEXA_API_KEY:
        found.append(
            Warning(
                "DIALNEXA_API_KEY is not set, so no page can read from DialNexa.",
                hint="Set DIALNEXA_API_KEY, or DIALNEXA_API_KEY_FILE to a file that holds it.",
                id="leadline.W001",
            )
        )
    base_url = settings.DIALNEXA_BASE_URL
    if not base_url.startswith("https://") and not is_loopback(base_url):
        found.append(
            Error(
                "DIALNEXA_BASE_URL is not https: the API key would cross the network in clear.",
                hint="Use https, or a loopback address for the demo upstream.",
                id="leadline.E001",
            )
        )
    return found


@register()
def rule_packs_can_be_read(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Each file of RULE_PACKS is a pack."""
    try:
        packs.filed(settings.RULE_PACKS)
    except (packs.PackError, OSError) as error:
        return [
            Error(f"RULE_PACKS can’t be used. {error}", hint="docs/compliance.md has the form.", id="leadline.E004")
        ]
    return []


@register(Tags.security, deploy=True)
def deployment_is_safe(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """HTTPS everywhere, and SQLite transactions that queue instead of failing."""
    found: list[CheckMessage] = []
    if not settings.HTTPS:
        found.append(
            Error(
                "HTTPS is off: cookies and personal data would cross the network in clear.",
                hint="Remove HTTPS=false; behind a TLS proxy also set BEHIND_PROXY=true.",
                id="leadline.E002",
            )
        )
    if not settings.AUDIT_KEY:
        found.append(
            Warning(
                "AUDIT_KEY is not set: the seals of the access trail follow from SECRET_KEY, and end with it.",
                hint="Set AUDIT_KEY to 32 random characters or more, and keep it apart from the database.",
                id="leadline.W002",
            )
        )
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and database["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
        found.append(Error("SQLite needs transaction_mode IMMEDIATE.", id="leadline.E003"))
    return found
