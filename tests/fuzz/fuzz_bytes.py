"""atheris: any bytes as DialNexa's answer, through decoding, parsing, judging and drawing. `make fuzz` runs it.

    python -m tests.fuzz.fuzz_bytes FOLDER -max_total_time=600     (and any other option of libFuzzer)

FOLDER keeps what it has learnt; an answer that broke something is written beside it, as crash-….
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["dashboard"]):
    from tests.fuzz.drawn import read

from tests.corpus import CONTROLS, HTML, UNICODE
from tests.dialnexa.bodies import HISTORIES, LEAD_LISTS, WORKFLOW_LISTS, WORKFLOWS
from tests.dialnexa.call_bodies import CALLS

BODIES: list[Any] = [
    form()
    for form in (
        *(*HISTORIES.values(), *LEAD_LISTS.values(), *WORKFLOW_LISTS.values()),
        *(*WORKFLOWS.values(), *CALLS.values()),
    )
]
ODD: list[Any] = [
    *(None, True, [], {}, "", 0, -1, 1e308, 10**400, 1783074600, 1783074600000, "9999-12-31T23:59:59-14:00"),
    *("0001-01-01T00:00:00+14:00", "2026-07-14T05:00:60Z", "2026-07-14", "1783074600000", "١٢٣٤٥٦٧٨٩"),
    *(text[:500] for text in [*CONTROLS, *HTML, *UNICODE]),
]


def words(value: object) -> Iterator[str]:
    """Every name and text of a body."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from words(inner)
    elif isinstance(value, str):
        yield value


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each holder of a body with a key or index in it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        yield from places(inner)


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Half of the time a value of the JSON instead of a byte: else few inputs get beyond decoding."""
    dice = random.Random(seed)
    try:
        body = json.loads(data)
        holder, key = dice.choice(list(places(body)))
    except (ValueError, RecursionError, IndexError):  # no JSON, too deep, or nothing in it
        return bytes(atheris.Mutate(data, max_size))
    if dice.random() < 0.5:
        return bytes(atheris.Mutate(data, max_size))
    others = [value[at] for value, at in places(dice.choice(BODIES))]
    action = dice.randrange(5)
    if action == 0:
        del holder[key]
    elif action == 1 and isinstance(holder, list):
        holder.insert(key, holder[dice.randrange(len(holder))])
    else:
        holder[key] = dice.choice([ODD, others, [{"data": holder[key]}]][action % 3])
    return json.dumps(body).encode()[:max_size]


def seed(folder: Path, dictionary: Path) -> None:
    """Every documented form, odd texts in the place of a label, and the words they are made of."""
    folder.mkdir(parents=True, exist_ok=True)
    bodies = [*BODIES, *({"history": [{"node_id": "n", "label": odd, "started_at": odd}]} for odd in ODD)]
    for number, body in enumerate(bodies):
        (folder / f"seed-{number:03}").write_bytes(json.dumps(body).encode())
    known = {word for body in bodies for word in words(body) if len(word) < 60}
    dictionary.write_text("".join(f"{json.dumps(json.dumps(word))}\n" for word in sorted(known)))


def one_input(data: bytes) -> None:
    read(data)


def main() -> None:
    folder = Path(sys.argv[1])
    dictionary = folder.parent / "words.dict"
    seed(folder, dictionary)
    options = [f"-artifact_prefix={folder.parent}/", f"-dict={dictionary}", "-max_len=20000"]
    atheris.Setup([sys.argv[0], str(folder), *options, *sys.argv[2:]], one_input, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
