"""Words of DialNexa's have numbers in them masked as they are read; those that were kept before are masked here."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from dashboard.timeline.mask import phones_in

PATH = (2, 3, 4)  # label, status and exit of a step
TAIL = (3, 4)  # label and status of a visit
GRAPH = (2,)  # label of a node or an edge


def hidden(items: list[list[Any]], places: tuple[int, ...]) -> list[list[Any]]:
    return [
        [phones_in(value) if at in places and isinstance(value, str) else value for at, value in enumerate(item)]
        for item in items
    ]


def mask_words(apps: Any, schema_editor: Any) -> None:
    for row in apps.get_model("dashboard", "Digest").objects.iterator(chunk_size=1000):
        _renew(
            row,
            node_label=phones_in(row.node_label),
            node_status=phones_in(row.node_status),
            path=hidden(row.path, PATH),
            tail=hidden(row.tail, TAIL),
        )
    for row in apps.get_model("dashboard", "Graph").objects.iterator(chunk_size=10):
        _renew(row, nodes=hidden(row.nodes, GRAPH), edges=hidden(row.edges, GRAPH))


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
