#!/usr/bin/env python3
"""Check an evidence packet with nothing but Python: python3 verify_packet.py FILE [FILE OF KEYS].

Without a key it checks that each part is the one that the manifest names; with the keys (AUDIT_KEY), one a line, also
that one of them has sealed the manifest. Exit status 1 tells of the first fault. Without a key, compare the SHA-256 it
prints with the one that whoever had the packet made sees in Leadline.
"""

import hashlib
import hmac
import json
import pathlib
import sys
import zipfile
import zlib

PARTS = ("packet.pdf", "packet.json", "README.txt")


def text(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def main(path, keys_path=None):
    with zipfile.ZipFile(path) as archive:
        if sorted(archive.namelist()) != sorted((*PARTS, "manifest.json")):
            return "The file does not hold the parts of a packet, each once, and nothing else."
        found = {}
        for name in archive.namelist():
            try:
                found[name] = archive.read(name)
            except (OSError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile):
                return f"{name} is damaged."
    manifest = json.loads(found["manifest.json"])
    if text(manifest) != found["manifest.json"] or sorted(manifest["parts"]) != sorted(PARTS):
        return "manifest.json is not as a packet's manifest is written."
    for name in PARTS:
        if manifest["parts"][name] != {"bytes": len(found[name]), "sha256": sha256(found[name])}:
            return f"{name} is not the one that the manifest names."
    if json.loads(found["packet.json"])["pdf"] != manifest["parts"]["packet.pdf"]:
        return "packet.pdf is not the one that packet.json names."
    if keys_path:
        given = manifest.pop("seal")
        seals = [
            hmac.new(key.encode(), b"packet\0" + text(manifest), hashlib.sha256).hexdigest()
            for key in pathlib.Path(keys_path).read_text().split()
        ]
        if given not in seals:
            return "manifest.json was sealed with none of these keys, or is not as it was sealed."
    print(f"The parts hold; the seal was {'checked' if keys_path else 'not checked: no key'}.")
    print(f"SHA-256 of the file: {sha256(pathlib.Path(path).read_bytes())}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:3]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, zipfile.BadZipFile):
        sys.exit("The file can't be read as a packet: it is damaged, or none.")
