"""What happened to a lead, in Leadline's own words. Plain frozen data: no behaviour beyond reading itself.

Moments end in ``_at`` and are aware datetimes; lengths are ``timedelta``; ``None`` means "not given".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Literal, TypeVar

T = TypeVar("T")

VOICE_CALL = "VOICE_CALL"
TIME = "TIME"
UNKNOWN_TYPE = "UNKNOWN"
TERMINAL_TYPES = frozenset({"CONVERTED", "DROPPED"})


@dataclass(frozen=True, slots=True)
class DataNote:
    """One thing in upstream's answer that could not be read, or was read with a guess: a plain sentence."""

    text: str
    position: int | None = None  # the visit it concerns; None: the record as a whole


@dataclass(frozen=True, slots=True)
class Workflow:
    id: str  # "" in a list: upstream gave none, so it cannot be opened
    title: str
    status: str = "unknown"  # a word of timeline.status
    description: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    node_count: int | None = None
    edge_count: int | None = None
    lead_count: int | None = None
    notes: tuple[DataNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Lead:
    id: str  # "" in a list: upstream gave none, so it cannot be opened
    phone: str | None = None  # as upstream gave it; personal data, mask before showing
    variables: Mapping[str, str] = field(default_factory=dict)  # personal data, mask before showing
    status: str = "unknown"  # pending, active, completed, dropped, failed, removed, unknown, or upstream's own word
    raw_status: str = ""
    current_node_id: str | None = None
    enrolled_at: datetime | None = None
    notes: tuple[DataNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    id: str
    type: str = UNKNOWN_TYPE
    label: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    source: str
    target: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """A workflow as it is defined: its nodes, and the ways between them."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of the lead at one node. The same node again is a new visit."""

    position: int  # 1-based, in order of time
    received: int  # 1-based, in the order upstream sent
    node_id: str | None
    type: str  # VOICE_CALL, TIME, CONDITIONAL, ... upper case; upstream may invent more
    label: str
    status: str  # a word, e.g. "completed", "no_answer"; see timeline.status
    raw_status: str = ""
    entered_at: datetime | None = None
    left_at: datetime | None = None
    due_at: datetime | None = None  # a wait's planned release: a plan, never a departure
    call_id: str | None = None
    exit: str | None = None  # why it left: upstream's edge label or reason
    is_open: bool = False  # the lead is still here
    is_readable: bool = True  # False: upstream's row was not an object
    raw: str = ""  # upstream's row as JSON text; personal data

    @property
    def duration(self) -> timedelta | None:
        """Time spent, when both ends are known and in order."""
        if self.entered_at is None or self.left_at is None or self.left_at < self.entered_at:
            return None
        return self.left_at - self.entered_at


@dataclass(frozen=True, slots=True)
class Timeline:
    """One lead's path: visits in order of time, and everything that was wrong with the record."""

    workflow_id: str
    lead: Lead
    visits: tuple[Visit, ...] = ()
    notes: tuple[DataNote, ...] = ()
    nodes: tuple[Node, ...] = ()  # the workflow's graph, when upstream sent one along
    edges: tuple[Edge, ...] = ()
    received_rows: int = 0  # rows upstream sent, exact duplicates included

    def visit(self, position: int) -> Visit | None:
        return self.visits[position - 1] if 0 < position <= len(self.visits) else None

    def call_visit(self, call_id: str) -> Visit | None:
        """The visit that made this call, or None: the call is not of this lead."""
        return next((visit for visit in self.visits if visit.call_id == call_id), None)

    @property
    def call_ids(self) -> tuple[str, ...]:
        """Each call once, in order."""
        return tuple(dict.fromkeys(visit.call_id for visit in self.visits if visit.call_id))


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of upstream's list. items may be read only as they are looked at: don't copy a long list."""

    items: Sequence[T]
    number: int = 1
    size: int | None = None
    total: int | None = None
    pages: int | None = None
    is_whole: bool = False  # the one body holds the whole list: page it locally
    notes: tuple[DataNote, ...] = ()


Speaker = Literal["agent", "caller", "unknown"]


@dataclass(frozen=True, slots=True)
class Turn:
    speaker: Speaker
    text: str
    start: timedelta | None = None  # since the call began
    end: timedelta | None = None


@dataclass(frozen=True, slots=True)
class CallEvent:
    name: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call's record. When is_sensitive, every content field is already empty."""

    id: str
    status: str = "unknown"
    raw_status: str = ""
    end_reason: str | None = None  # a word of timeline.status.END_REASONS, or upstream's own
    direction: str | None = None
    sentiment: str | None = None
    to_phone: str | None = None
    from_phone: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration: timedelta | None = None
    is_duration_assumed: bool = False  # upstream gave a bare number; its unit was inferred
    recording_url: str | None = None
    summary: str | None = None
    analysis: Mapping[str, str] = field(default_factory=dict)
    transcript: tuple[Turn, ...] = ()
    events: tuple[CallEvent, ...] = ()
    agent: str | None = None
    transfer: str | None = None  # in words
    is_sensitive: bool = False  # artefacts removed at source
    notes: tuple[DataNote, ...] = ()
