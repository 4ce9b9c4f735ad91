"""Writing into the trail. What can't be recorded is not shown: TrailError climbs, and the page says so."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from dashboard.audit import chain
from dashboard.logs import request_id
from dashboard.models import Action, AuditEvent, AuditHead, AuditSubject, Outcome, phone_hash
from dashboard.permissions import roles
from dashboard.timeline import mask

# Whose request this thread is at work on; None: a command or a worker.
current: ContextVar[HttpRequest | None] = ContextVar("audit_request", default=None)


class TrailError(Exception):
    """The trail could not be written, so nothing may be shown."""


def key() -> bytes:
    """The key that seals: AUDIT_KEY, or one that follows from SECRET_KEY."""
    if settings.AUDIT_KEY:
        return str(settings.AUDIT_KEY).encode()
    return salted_hmac("dashboard.audit.trail", "key", algorithm="sha256").hexdigest().encode()


def keys() -> dict[str, bytes]:
    """Every key that rows may have been sealed with, by its id."""
    known = [key(), *(old.encode() for old in settings.AUDIT_KEYS_OLD)]
    return {chain.key_id(one): one for one in known}


def record(
    action: Action | str,
    *,
    outcome: Outcome | str = Outcome.ALLOW,
    status: int | None = None,
    workflow_id: str = "",
    lead_id: str = "",
    call_id: str = "",
    target: str = "",
    phone: str | None = None,
    reason: tuple[str, str] = ("", ""),
    actor: User | str | None = None,
    **detail: Any,
) -> AuditEvent:
    """One row at the end of the chain, committed when this returns. Raises TrailError.

    actor: who did it, where that is not who is signed in. detail: numbers, claims and words of ours, never upstream's.
    """
    fields: dict[str, Any] = {
        "version": chain.VERSION,
        "action": str(action),
        "outcome": str(outcome),
        "http_status": status,
        "workflow_id": workflow_id,
        "lead_id": lead_id,
        "call_id": call_id,
        "target": target[:150],
        "reason_code": reason[0],
        "reason_text": mask.phones_in(reason[1])[:300],
        "detail": json.dumps(detail, sort_keys=True, separators=(",", ":")),
        "key_id": chain.key_id(key()),
        **_who(actor),
    }
    try:
        with transaction.atomic():
            fields["subject_key"] = subject_key(phone, make=True)
            return _append(fields)
    except DatabaseError as error:
        raise TrailError from error


def _append(fields: dict[str, Any]) -> AuditEvent:
    """Inside a transaction: the head's lock makes writers queue, so that numbers have no gaps."""
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
    fields["at"] = _database_now()
    fields["in_order"] = head.at is None or fields["at"] >= head.at
    fields["seq"] = head.seq + 1
    fields["prev_hash"] = head.hash or chain.GENESIS
    event = AuditEvent(**fields, hash=chain.seal(fields, key()))
    event.save(force_insert=True)
    AuditHead.objects.filter(pk=1).update(seq=event.seq, hash=event.hash, at=max(event.at, head.at or event.at))
    return event


def _database_now() -> datetime:
    """One clock for all processes; SQLite runs inside this one, and has its clock."""
    if connection.vendor != "postgresql":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC)


def subject_key(phone: str | None, *, make: bool = False) -> str:
    """Whose number it is, for who has this installation's key and the person's salt; "": no number, or no salt."""
    hashed = phone_hash(phone)
    if not hashed:
        return ""
    subject: AuditSubject | None
    if make:
        subject, _ = AuditSubject.objects.get_or_create(phone_hash=hashed, defaults={"salt": secrets.token_hex(32)})
    else:
        subject = AuditSubject.objects.filter(phone_hash=hashed).first()
    if subject is None:
        return ""
    return hmac.new(subject.salt.encode(), hashed.encode(), hashlib.sha256).hexdigest()


# --- Who


def _who(actor: User | str | None) -> dict[str, Any]:
    request = current.get()
    user = actor if actor is not None else getattr(request, "user", None)
    who: dict[str, Any] = {"actor_id": None, "actor_label": "system", "actor_roles": "", "session_hash": "", "ip": ""}
    if isinstance(user, str):
        who["actor_label"] = user[:150]
    elif isinstance(user, User):
        who["actor_id"], who["actor_label"] = user.pk, user.get_username()
        who["actor_roles"] = ",".join(sorted(roles(user)))
    elif isinstance(user, AnonymousUser):
        who["actor_label"] = "nobody signed in"
    agent = request.headers.get("User-Agent", "") if request else ""
    if request:
        session = getattr(request, "session", None)
        who["session_hash"] = _keyed("session", (session.session_key or "") if session is not None else "")
        who["ip"] = address(request)
    return {**who, "agent_hash": _keyed("agent", agent), "request_id": request_id.get()}


def address(request: HttpRequest) -> str:
    """Where a request came from: the connection's own address, or what the trusted proxy says; "" if neither is one."""
    try:
        whole = ip_address(get_adapter().get_client_ip(request))
    except (ValueError, PermissionDenied, ImproperlyConfigured):
        return ""
    if settings.AUDIT_ADDRESSES == "network":
        return str(ip_network(f"{whole}/{24 if whole.version == 4 else 48}", strict=False).network_address)
    return str(whole)


def _keyed(what: str, value: str) -> str:
    return hmac.new(key(), f"{what}\0{value}".encode(errors="replace"), hashlib.sha256).hexdigest() if value else ""
