"""The seal of a row and the proof of a whole chain. Pure: rows come in as mappings, keys as bytes.

Each hash is an HMAC over every field of its row, its number and the hash before it included. Whoever can write into the
database but does not have the key can't make a row that fits.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

VERSION = 1
GENESIS = "0" * 64  # what stands before the first row
SEALED = (
    *("seq", "version", "at", "in_order", "actor_id", "actor_label", "actor_roles", "session_hash", "ip", "agent_hash"),
    *("action", "outcome", "http_status", "workflow_id", "lead_id", "call_id", "target", "subject_key", "reason_code"),
    *("reason_text", "detail", "request_id", "prev_hash", "key_id"),
)
Kind = Literal["edit", "gap", "reorder", "cut", "anchor", "key"]


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row where the chain does not hold, and how."""

    seq: int
    kind: Kind
    sentence: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What looking at a chain found. first, last: the numbers of its first and last row."""

    count: int
    first: int
    last: int
    last_hash: str
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was so at a moment, written down elsewhere."""

    seq: int
    hash: str


def key_id(key: bytes) -> str:
    """Names a key without telling it."""
    return hashlib.sha256(b"leadline audit key\0" + key).hexdigest()[:16]


def canonical(row: Mapping[str, Any]) -> bytes:
    """The fields that are sealed, as JSON with sorted names and no spaces, in UTF-8. Moments as UTC microseconds."""
    fields = {name: _plain(row[name]) for name in SEALED}
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def seal(row: Mapping[str, Any], key: bytes) -> str:
    """The row's hash, in hexadecimal."""
    return hmac.new(key, canonical(row), hashlib.sha256).hexdigest()


def prove(
    rows: Iterable[Mapping[str, Any]],
    keys: Mapping[str, bytes],
    *,
    anchors: Iterable[Anchor] = (),
    start: Anchor | None = None,
    head: Anchor | None = None,
) -> Proof:
    """Walk the rows in order of their numbers and tell the first fault.

    start: the last row that is not looked at; without it the rows begin at 1, or after a purge that they tell of.
    head: where the writers say the chain has got to. anchors: what was written down elsewhere.
    """
    wanted = {anchor.seq: anchor.hash for anchor in anchors}
    purges: dict[int, str] = {}
    missing: Anchor | None = None  # rows before the first one: a purge has to account for them
    seq, before, count, first = (start.seq, start.hash, 0, 0) if start else (0, GENESIS, 0, 0)
    for row in rows:
        number = row["seq"]
        if not count:
            first = number
            if start is None and number != 1:
                missing = Anchor(number - 1, row["prev_hash"])
                seq, before = missing.seq, missing.hash
        fault = _fault(row, seq, before, keys, wanted)
        if fault:
            return Proof(count, first, seq, before, fault)
        if row["action"] == "audit.purge":
            purge = json.loads(row["detail"])
            purges[purge["to_seq"]] = purge["last_hash"]
        seq, before, count = number, row["hash"], count + 1
    return Proof(count, first, seq, before, _end_fault(seq, before, missing, purges, wanted, head))


def _fault(
    row: Mapping[str, Any], seq: int, before: str, keys: Mapping[str, bytes], anchors: Mapping[int, str]
) -> Fault | None:
    number = row["seq"]
    if number > seq + 1:
        return Fault(seq + 1, "gap", f"Row {seq + 1} is missing: after {seq} comes {number}.")
    if number != seq + 1:
        return Fault(number, "reorder", f"Row {number} stands a second time, after {seq}.")
    key = keys.get(row["key_id"])
    if key is None:
        return Fault(number, "key", f"Row {number} was sealed with a key that is not known here: {row['key_id']!r}.")
    if not hmac.compare_digest(seal(row, key).encode(), str(row["hash"]).encode()):
        return Fault(number, "edit", f"Row {number} is not as it was sealed.")
    if row["prev_hash"] != before:
        return Fault(number, "reorder", f"Row {number} was not written after the row that stands before it.")
    if anchors.get(number, row["hash"]) != row["hash"]:
        return Fault(number, "anchor", f"Row {number} is not the one that was anchored.")
    return None


def _end_fault(
    seq: int,
    last_hash: str,
    missing: Anchor | None,
    purges: Mapping[int, str],
    anchors: Mapping[int, str],
    head: Anchor | None,
) -> Fault | None:
    if missing and purges.get(missing.seq) != missing.hash:
        return Fault(1, "gap", f"Rows 1 to {missing.seq} are missing, and no purge accounts for them.")
    last_anchor = max(anchors, default=0)
    if last_anchor > seq:
        return Fault(seq + 1, "cut", f"The chain ends at {seq}, but row {last_anchor} was anchored.")
    if head and (head.seq, head.hash) != (seq, last_hash if seq else head.hash):
        return Fault(seq + 1, "cut", f"The chain ends at {seq}, but writers had got to {head.seq}.")
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value
