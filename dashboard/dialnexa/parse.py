"""JSON -> domain: the one door. Behind it are the only modules that know DialNexa's field names, each one noun.

Every reader raises UnreadableError for a body that is not what was asked for, and for nothing smaller: a field that
cannot be read becomes its default and a data note, a row that cannot be read stays as one that says so.
"""

from __future__ import annotations

from dashboard.dialnexa.calls import call, merge
from dashboard.dialnexa.envelope import body_status
from dashboard.dialnexa.graph import graph
from dashboard.dialnexa.history import timeline
from dashboard.dialnexa.leads import leads
from dashboard.dialnexa.workflows import workflow, workflows

__all__ = ["body_status", "call", "graph", "leads", "merge", "timeline", "workflow", "workflows"]
