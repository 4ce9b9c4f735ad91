"""A copy as sealed bytes, for a store that others can write to: JSON of our classes under a keyed hash, no pickle."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from dashboard.timeline.model import DataNote, Edge, Lead, Node, Timeline, Visit, Workflow

T = TypeVar("T")
_SEAL = 32  # bytes

# Changes with the classes: what an older version of Leadline wrote is not read by a newer one.
SCHEMA = hashlib.sha256(
    repr(
        [(kind.__name__, [(f.name, f.type) for f in fields(kind)]) for kind in (Timeline, Lead, Visit, Node, Edge)]
        + [(kind.__name__, [(f.name, f.type) for f in fields(kind)]) for kind in (DataNote, Workflow)]
    ).encode()
).hexdigest()[:8]


@dataclass(frozen=True)
class Packed(Generic[T]):
    read_at: datetime
    value: T


# Decoders that are ready: msgspec works out what a type is made of as it first meets it, and when two threads do at
# once, the process crashes.
DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    "history": msgspec.json.Decoder(Packed[Timeline]),
    "workflow": msgspec.json.Decoder(Packed[Workflow]),
}


def pack(value: Timeline | Workflow, read_at: datetime, *, key: bytes) -> bytes:
    body = msgspec.json.encode(Packed(read_at, value))
    return _seal(body, key) + body


def unpack(kind: str, data: bytes, *, key: bytes) -> Packed[Any] | None:
    """None: not ours, broken, or of another shape."""
    seal, body = data[:_SEAL], data[_SEAL:]
    if not hmac.compare_digest(seal, _seal(body, key)):
        return None
    try:
        packed: Packed[Any] = DECODERS[kind].decode(body)
    except (msgspec.DecodeError, KeyError):
        return None
    return packed


def _seal(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, body, hashlib.sha256).digest()
