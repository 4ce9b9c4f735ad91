"""A packet's file: a ZIP of parts, and a manifest that names each part's SHA-256 under a seal. Pure: keys are bytes.

Whoever has the file can prove that its parts are those of the manifest; who has the key, that the manifest is theirs.
scripts/verify_packet.py does the same with nothing but Python.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

FORMAT = "leadline packet 1"
PDF, JSON, README, MANIFEST = "packet.pdf", "packet.json", "README.txt", "manifest.json"
PARTS = (PDF, JSON, README)
LARGEST = 500_000_000  # bytes of a part, however small the file says it is


class SealError(Exception):
    """A file that is not as it was made; the message is a sentence that says which part, and how."""


@dataclass(frozen=True, slots=True)
class Proved:
    """Parts that are those of their manifest. key_id: whose seal the manifest bears."""

    parts: Mapping[str, bytes]
    content: Mapping[str, Any]  # packet.json
    key_id: str
    sha256: str  # of the whole file


def canonical(value: Any) -> bytes:
    """JSON with sorted names and no spaces, in UTF-8: the same value is the same bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def pack(parts: Mapping[str, bytes], *, key: bytes, key_id: str, at: datetime) -> bytes:
    """The ZIP of these parts and their manifest. The same parts, key and moment make the same file."""
    named = {name: {"bytes": len(data), "sha256": sha256(data)} for name, data in parts.items()}
    fields = {"format": FORMAT, "key_id": key_id, "parts": named}
    manifest = canonical({**fields, "seal": _seal(fields, key)})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**parts, MANIFEST: manifest}.items():
            archive.writestr(zipfile.ZipInfo(name, at.astimezone(UTC).timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def prove(file: bytes) -> Proved:
    """Every part is the one that the manifest names. Raises SealError. Whose seal it bears is not asked."""
    found = _read(file)
    manifest = _manifest(found)
    for name in PARTS:
        if manifest["parts"][name] != {"bytes": len(found[name]), "sha256": sha256(found[name])}:
            raise SealError(f"{name} is not the one that the manifest names.")
    content = _content(found[JSON])
    if content["pdf"] != manifest["parts"][PDF]:
        raise SealError(f"{PDF} is not the one that {JSON} names.")
    return Proved({name: found[name] for name in (*PARTS, MANIFEST)}, content, manifest["key_id"], sha256(file))


def is_sealed(proved: Proved, keys: Mapping[str, bytes]) -> bool | None:
    """Whether one of these keys has sealed the manifest as it is; None: its key is none of them."""
    fields = json.loads(proved.parts[MANIFEST])
    given = fields.pop("seal")
    key = keys.get(proved.key_id)
    return None if key is None else hmac.compare_digest(_seal(fields, key), str(given))


def _seal(fields: Mapping[str, Any], key: bytes) -> str:
    return hmac.new(key, b"packet\0" + canonical(fields), hashlib.sha256).hexdigest()


def _read(file: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            if sorted(archive.namelist()) != sorted((*PARTS, MANIFEST)):
                raise SealError(f"It does not hold {', '.join(PARTS)} and {MANIFEST}, each once, and nothing else.")
            return {entry.filename: _part(archive, entry) for entry in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError):
        raise SealError("It can’t be read as a ZIP file: it is damaged, or no packet.") from None


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > LARGEST:
        raise SealError(f"{entry.filename} is too large to be a part of a packet.")
    try:
        return archive.read(entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
        raise SealError(f"{entry.filename} is damaged.") from None


def _content(data: bytes) -> dict[str, Any]:
    try:
        whole: dict[str, Any] = json.loads(data)
        if sha256(canonical(whole["content"])) == whole["content_sha256"] and "pdf" in whole:
            return whole
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise SealError(f"{JSON} is not as a packet’s content is written.")


def _manifest(found: Mapping[str, bytes]) -> dict[str, Any]:
    """In the one form there is, so that no byte of it can change unseen."""
    try:
        manifest: dict[str, Any] = json.loads(found[MANIFEST])
        has_form = (
            canonical(manifest) == found[MANIFEST]
            and set(manifest) == {"format", "key_id", "parts", "seal"}
            and manifest["format"] == FORMAT
            and set(manifest["parts"]) == set(PARTS)
            and all(set(part) == {"bytes", "sha256"} for part in manifest["parts"].values())
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        has_form = False
    if not has_form:
        raise SealError(f"{MANIFEST} is not as a packet’s manifest is written.")
    return manifest
