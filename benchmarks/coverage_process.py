"""Path coverage over the digests of 5,000 generated histories, measured within the process of scale_process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

PATHS = 5_000


def coverage(cpu: Callable[..., list[float]], workflow_id: str) -> dict[str, Any]:
    """Milliseconds of CPU: the counting alone, and the whole page. Histories: the generated workflow's."""
    from django.contrib.auth.models import User
    from django.test import Client

    from dashboard import upstream
    from dashboard.coverage import Question, Sample
    from dashboard.demo import scale
    from dashboard.demo.graphs import WORKFLOWS
    from dashboard.demo.moments import Anchor
    from dashboard.demo.paths import lay
    from dashboard.demo.shapes import history
    from dashboard.dialnexa import parse
    from dashboard.models import Digest
    from dashboard.scan.digests import keep
    from dashboard.timeline import model
    from dashboard.timeline.coverage import Walk, cover
    from dashboard.timeline.variants import variants
    from dashboard.upstream.copies import Read

    now = datetime.now(UTC)
    graph, anchor = WORKFLOWS[workflow_id].graph, Anchor(now)
    leads = [lead for number in range(1, PATHS + 1) if (lead := scale.lead(scale.scan_id(number)))]
    read = []
    for lead in leads:
        body = history(lead, lay(lead, graph, anchor, now), graph, status=lead.status, enrolled=now)
        read.append((parse.timeline(body, workflow_id=workflow_id, lead_id=lead.id, now=now), now))
    keep(workflow_id, read)
    edges = tuple(model.Edge(*edge) for edge in graph.edges)
    told = model.Graph(tuple(model.Node(key, *node) for key, node in graph.nodes.items()), edges)
    upstream._records.keep(("workflow", workflow_id), Read(model.Workflow(workflow_id, workflow_id, "active"), now))
    person = Client()
    person.force_login(User.objects.create_superuser("coverage"))
    url = f"/workflows/{workflow_id}/coverage/"

    def sample() -> Sample:
        return Sample(Question(workflow_id, sample=PATHS), told, now=now, is_running=True)

    def counted(walks: tuple[Walk, ...]) -> None:
        cover(walks, told)
        variants(walks)

    walks = sample().paths.walks
    person.get(url)  # templates and the like, which are there once
    found = {
        "visits": sum(len(walk.path) for walk in walks),
        "counted": cpu(lambda: counted(walks)),
        "read": cpu(lambda: sample().paths),
        "page": cpu(lambda: person.get(url)),
    }
    Digest.objects.all().delete()
    return found
