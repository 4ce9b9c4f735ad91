#!/usr/bin/env python3
"""Check an exported access trail (JSONL) with nothing but Python: python3 verify_trail.py FILE [FILE OF KEYS].

Without a key it checks that each row follows the one before it; with the keys, one a line, also each row's seal.
Exit status 1 tells of the first fault, be it a file that was cut off. Rows that filters left out are counted as gaps,
and are no fault.
"""

import hashlib
import hmac
import json
import pathlib
import sys


def main(path, keys_path=None):
    lines = pathlib.Path(keys_path).read_text().split() if keys_path else []
    keys = {hashlib.sha256(b"leadline audit key\0" + key.encode()).hexdigest()[:16]: key.encode() for key in lines}
    count, gaps, before = 0, 0, None
    *rows, last = [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()] or [{}]
    if last != {"complete": len(rows)}:
        return f"The file was cut off: it does not end by saying that its {len(rows)} rows are complete."
    for row in rows:
        seal = row.pop("hash")
        if keys:
            text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
            if row["key_id"] not in keys or hmac.new(keys[row["key_id"]], text, hashlib.sha256).hexdigest() != seal:
                return f"Row {row['seq']} is not as it was sealed."
        if before and row["seq"] == before[0] + 1 and row["prev_hash"] != before[1]:
            return f"Row {row['seq']} was not written after row {before[0]}."
        if before and row["seq"] <= before[0]:
            return f"Row {row['seq']} stands after row {before[0]}."
        gaps += bool(before) and row["seq"] != before[0] + 1
        count, before = count + 1, (row["seq"], seal)
    print(f"{count} rows hold, with {gaps} gaps; seals were {'checked' if keys else 'not checked: no key'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
