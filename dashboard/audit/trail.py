"""Writing into the trail. What can't be recorded is not shown: TrailError climbs, and the page says so."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import DateTimeField, Func, Subquery
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


def entry(
    action: Action | str,
    *,
    outcome: Outcome | str = Outcome.ALLOW,
    status: int | None = None,
    workflow_id: str = "",
    lead_id: str = "",
    call_id: str = "",
    target: str = "",
    reason: tuple[str, str] = ("", ""),
    actor: User | str | None = None,
    **detail: Any,
) -> dict[str, Any]:
    """A row before it has its place in the chain.

    actor: who did it, where that is not who is signed in. detail: numbers, claims and words of ours, never upstream's.
    """
    return {
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
        "subject_key": "",
        "detail": json.dumps(detail, sort_keys=True, separators=(",", ":")),
        "key_id": chain.key_id(key()),
        **_who(actor),
    }


def record(
    action: Action | str, *, phone: str | None = None, after: dict[str, Any] | None = None, **what: Any
) -> AuditEvent:
    """One row at the end of the chain, committed when this returns. Raises TrailError.

    phone: whose number it is about. after: an entry to stand before it, written with it. what: as entry() has it.
    """
    rows = [*filter(None, [after]), entry(action, **what)]
    try:
        with transaction.atomic():
            return _append(rows, phone_hash(phone))
    except DatabaseError as error:
        raise TrailError from error


def _append(rows: Sequence[dict[str, Any]], hashed_phone: str) -> AuditEvent:
    """Inside a transaction: the head's lock makes writers queue, so that numbers have no gaps. The last row's event."""
    head = _head(hashed_phone)
    if hashed_phone:
        rows[-1]["subject_key"] = _subject_key(hashed_phone, head.salt or _new_salt(hashed_phone))
    at = head.now.astimezone(UTC)
    seq, hashed, latest = head.seq, head.hash or chain.GENESIS, head.at
    events = []
    for fields in rows:
        seq += 1
        fields |= {"seq": seq, "at": at, "in_order": latest is None or at >= latest, "prev_hash": hashed}
        hashed, latest = chain.seal(fields, key()), max(at, latest or at)
        events.append(AuditEvent(**fields, hash=hashed))
    AuditEvent.objects.bulk_create(events)
    AuditHead.objects.filter(pk=1).update(seq=seq, hash=hashed, at=latest)
    return events[-1]


def _head(hashed_phone: str) -> Any:
    """The head, locked; with the person's salt, if there is one, and one clock's now for all processes."""
    salt = AuditSubject.objects.filter(phone_hash=hashed_phone).values("salt")
    heads = AuditHead.objects.select_for_update().annotate(salt=Subquery(salt))
    if connection.vendor == "postgresql":
        heads = heads.annotate(now=Func(function="clock_timestamp", output_field=DateTimeField()))
    head: Any = heads.filter(pk=1).first()
    if head is None:
        AuditHead.objects.get_or_create(pk=1)
        return _head(hashed_phone)
    if connection.vendor != "postgresql":
        head.now = datetime.now(UTC)  # SQLite runs inside this process, and has its clock
    return head


def _new_salt(hashed_phone: str) -> str:
    subject, _ = AuditSubject.objects.get_or_create(phone_hash=hashed_phone, defaults={"salt": secrets.token_hex(32)})
    return subject.salt


def subject_key(phone: str | None) -> str:
    """Whose number it is, for who has this installation's key and the person's salt; "": no number, or no salt."""
    hashed = phone_hash(phone)
    subject = AuditSubject.objects.filter(phone_hash=hashed).first() if hashed else None
    return _subject_key(hashed, subject.salt) if subject else ""


def _subject_key(hashed_phone: str, salt: str) -> str:
    return hmac.new(salt.encode(), hashed_phone.encode(), hashlib.sha256).hexdigest()


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
