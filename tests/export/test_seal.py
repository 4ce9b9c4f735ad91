"""A packet's file: whatever is changed in it is told, by the module, by the command and by the script."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.audit.chain import key_id
from dashboard.export import seal
from tests.project import ROOT

KEY = b"tests-only-" + b"a" * 40  # AUDIT_KEY of the tests
AT = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)
PDF = b"%PDF-1.7 invented"


def parts() -> dict[str, bytes]:
    content = {"packet": {"number": 7, "as_of": AT.isoformat()}, "lead": "हिन्दी"}
    whole = {
        "format": seal.FORMAT,
        "content": content,
        "content_sha256": seal.sha256(seal.canonical(content)),
        "pdf": {"bytes": len(PDF), "sha256": seal.sha256(PDF)},
    }
    return {seal.PDF: PDF, seal.JSON: seal.canonical(whole), seal.README: b"Read me.\n"}


def packed(key: bytes = KEY) -> bytes:
    return seal.pack(parts(), key=key, key_id=key_id(key), at=AT)


def opened(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def script(path: Path, *keys: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts/verify_packet.py"), str(path), *keys]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_file_is_the_same_for_the_same_parts() -> None:
    """Nothing in it depends on when and where it was written."""
    assert packed() == packed()
    assert set(opened(packed())) == {*seal.PARTS, seal.MANIFEST}


def test_whole_packet_is_proved_by_all_three(tmp_path: Path) -> None:
    """With the key, the seal too."""
    path, keys = tmp_path / "packet.zip", tmp_path / "keys"
    path.write_bytes(packed())
    keys.write_text(KEY.decode())
    out = io.StringIO()

    proved = seal.prove(path.read_bytes())
    call_command("verify_packet", str(path), "--parts", stdout=out)

    assert seal.is_sealed(proved, {key_id(KEY): KEY}) is True
    assert seal.is_sealed(proved, {}) is None
    assert "number 7" in out.getvalue()
    assert script(path).stdout.startswith("The parts hold; the seal was not checked: no key.")
    assert script(path, str(keys)).stdout.startswith("The parts hold; the seal was checked.")
    assert proved.sha256 in script(path).stdout


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        (seal.PDF, b"1.7", b"1.8"),
        (seal.JSON, b'"number":7', b'"number":8'),
        (seal.README, b"Read", b"Bead"),
        (seal.MANIFEST, b"packet 1", b"packet 2"),
    ],
)
@pytest.mark.parametrize("is_rezipped", [True, False])
def test_one_changed_byte_is_told_and_where(
    tmp_path: Path, name: str, one: bytes, other: bytes, is_rezipped: bool
) -> None:
    """Whether the ZIP was made anew around it, or the byte was changed on the disk."""
    members = opened(packed())
    data = members[name]
    changed = data.replace(one, other, 1)
    assert changed != data
    stored = zipped(members)
    file = zipped({**members, name: changed}) if is_rezipped else stored.replace(data, changed, 1)
    path, keys = tmp_path / "packet.zip", tmp_path / "keys"
    path.write_bytes(file)
    keys.write_text(KEY.decode())

    answer = script(path, str(keys))
    with pytest.raises(CommandError) as fault:
        call_command("verify_packet", str(path), stdout=io.StringIO())

    assert (answer.returncode, fault.value.returncode) == (1, 1)
    assert name in answer.stderr
    assert name in str(fault.value)


@pytest.mark.django_db
def test_changed_seal_is_told_to_who_has_the_key(tmp_path: Path) -> None:
    """Its parts hold; whoever wrote it did not have the key."""
    members = opened(packed())
    manifest = members[seal.MANIFEST]
    at = manifest.index(b'"seal":"') + 8
    forged = manifest[:at] + (b"0" if manifest[at : at + 1] != b"0" else b"1") + manifest[at + 1 :]
    path, keys = tmp_path / "packet.zip", tmp_path / "keys"
    path.write_bytes(zipped({**members, seal.MANIFEST: forged}))
    keys.write_text(KEY.decode())

    with pytest.raises(CommandError, match=r"manifest\.json is not as it was sealed"):
        call_command("verify_packet", str(path), stdout=io.StringIO())
    assert script(path, str(keys)).returncode == 1
    assert script(path).returncode == 0


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"no zip at all",
        zipped({}),
        zipped({**opened(packed()), "more.txt": b""}),
        zipped(dict.fromkeys((*seal.PARTS, seal.MANIFEST), b"{}")),
        zipped({**opened(packed()), seal.MANIFEST: b'{"parts": []}'}),
        zipped({**opened(packed()), seal.MANIFEST: b"[" * 100_000}),
        zipped({**opened(packed()), seal.JSON: b"null"}),
    ],
    ids=["empty", "text", "bare", "more", "braces", "no-parts", "deep", "null"],
)
def test_what_is_no_packet_is_told_in_a_sentence(tmp_path: Path, file: bytes) -> None:
    """No traceback, whoever looks."""
    path = tmp_path / "packet.zip"
    path.write_bytes(file)

    with pytest.raises(CommandError) as fault:
        call_command("verify_packet", str(path), "--parts")
    answer = script(path)

    assert fault.value.returncode == answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert str(fault.value).endswith(".")


@example(at=len(packed()) - 6, bit=0)  # the last of where the directory begins: then parts begin before the file
@given(at=st.integers(0, len(packed()) - 1), bit=st.integers(0, 7))
def test_no_flipped_bit_changes_a_part_unseen(at: int, bit: int) -> None:
    """Either it is told, or it lies in what is around the parts: then the file's own SHA-256 is another one."""
    file = packed()
    flipped = file[:at] + bytes([file[at] ^ 1 << bit]) + file[at + 1 :]

    try:
        proved = seal.prove(flipped)
    except seal.SealError:
        return

    assert dict(proved.parts) == opened(file)
    assert proved.sha256 != seal.sha256(file)
