"""The addresses Leadline reads: eight constant templates, and the rule for what may fill them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashboard.dialnexa.errors import RefusedIdError

# No dot, slash, percent or control character: httpx resolves ".." even after quoting, so quoting would not do.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True, slots=True)
class Endpoint:
    name: str  # as the log calls it
    template: str
    is_record: bool = True  # its 403 and 404 speak of one record; else of our key or address
    is_optional: bool = False  # nobody promises it: not retried, and its failures say nothing about DialNexa

    def path(self, **ids: str) -> str:
        """The path for these ids. Raises RefusedIdError for one that is not plainly an id."""
        for value in ids.values():
            if not _ID.fullmatch(value):
                raise RefusedIdError("That is not an id DialNexa could have given.")
        return self.template.format(**ids)


WORKFLOWS = Endpoint("workflows", "/v1/workflows", is_record=False)
WORKFLOW = Endpoint("workflow", "/v1/workflows/{workflow}")
LEADS = Endpoint("leads", "/v1/workflows/{workflow}/leads")
HISTORY = Endpoint("lead-history", "/v1/workflows/{workflow}/leads/{lead}/history")
CALL = Endpoint("call", "/v1/calls/{call}")
# Only DialNexa's older pages name these; they may be gone.
NODES = Endpoint("nodes", "/v1/workflows/{workflow}/nodes", is_optional=True)
EDGES = Endpoint("edges", "/v1/workflows/{workflow}/edges", is_optional=True)
DETAILS = Endpoint("call-details", "/v1/call-logs/{call}/details", is_optional=True)
