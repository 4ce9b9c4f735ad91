"""Words of DialNexa's have numbers in them masked as they are read; those that were kept before are masked here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db import migrations

from dashboard.timeline.mask import phones_in


def masked_word(word: str) -> str:
    """A type or a status, whose blanks were made "_" when it was read: "rang_919811002233" -> "rang_33"."""
    text = word.replace("_", " ")
    masked = phones_in(text)
    return word if masked == text else "_".join(re.findall(r"\w+", masked))


PATH = {1: masked_word, 2: phones_in, 3: masked_word, 4: phones_in}  # type, label, status and exit of a step
TAIL = {2: masked_word, 3: phones_in, 4: masked_word}  # type, label and status of a visit
NODE = {1: masked_word, 2: phones_in}  # type and label
EDGE = {2: phones_in}  # label


def masked(items: list[list[Any]], masks: Mapping[int, Callable[[str], str]]) -> list[list[Any]]:
    return [[masks[at](value) if at in masks and value else value for at, value in enumerate(item)] for item in items]


def mask_words(apps: Any, schema_editor: Any) -> None:
    for row in apps.get_model("dashboard", "Digest").objects.iterator(chunk_size=1000):
        _renew(
            row,
            lead_status=masked_word(row.lead_status),
            node_type=masked_word(row.node_type),
            node_label=phones_in(row.node_label),
            node_status=masked_word(row.node_status),
            path=masked(row.path, PATH),
            tail=masked(row.tail, TAIL),
        )
    for row in apps.get_model("dashboard", "Graph").objects.iterator(chunk_size=10):
        _renew(row, nodes=masked(row.nodes, NODE), edges=masked(row.edges, EDGE))


def _renew(row: Any, **fields: Any) -> None:
    if any(getattr(row, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(row, name, value)
        row.save(update_fields=list(fields))


class Migration(migrations.Migration):
    dependencies = [
        ("dashboard", "0008_workflow_names"),
    ]

    operations = [
        migrations.RunPython(mask_words, migrations.RunPython.noop),
    ]
