#!/usr/bin/env python3
"""What `make mutate` has found: for each module, how many of its mutants the tests noticed."""

from __future__ import annotations

import json
from pathlib import Path

SURVIVED, UNTESTED = 0, 33  # mutmut's exit codes; every other one is a mutant that was noticed


def main() -> None:
    """Prints module, mutants that were tried, noticed, and the share in percent."""
    folder = Path(__file__).resolve().parent.parent / "mutants"
    for path in sorted(folder.rglob("*.meta")):
        codes = [code for code in json.loads(path.read_text())["exit_code_by_key"].values() if code is not None]
        if codes:
            noticed = sum(code not in (SURVIVED, UNTESTED) for code in codes)
            print(f"{path.relative_to(folder).with_suffix('')}: {noticed} of {len(codes)}, {noticed / len(codes):.1%}")


if __name__ == "__main__":
    main()
