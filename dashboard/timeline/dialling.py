"""Which visits of a path dialled, or may have. Pure."""

from __future__ import annotations

from dashboard.timeline import status as words
from dashboard.timeline.model import UNKNOWN_TYPE, VOICE_CALL, Visit
from dashboard.timeline.status import Family


def is_call(visit: Visit) -> bool:
    """A call step; or one of no given type that names a call."""
    return visit.type == VOICE_CALL or (visit.type == UNKNOWN_TYPE and visit.call_id is not None)


def may_hide_call(visit: Visit) -> bool:
    """Whether nobody can say what it is: it may be a call."""
    return not is_call(visit) and (not visit.is_readable or visit.type == UNKNOWN_TYPE)


def is_unmade(visit: Visit) -> bool:
    """The call still waits for its turn, or was stopped while it did: nothing was dialled."""
    return visit.call_id is None and words.family(visit.status) in (Family.WAITING, Family.STOPPED)


def is_in_queue(visit: Visit) -> bool:
    """The call has a record and waits for its turn; by now it may have been made."""
    return visit.call_id is not None and words.family(visit.status) is Family.WAITING
