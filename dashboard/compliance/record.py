"""Rules about the record itself: whether it is complete, and whether anything was dialled after its end. Pure."""

from __future__ import annotations

from datetime import datetime

from dashboard.compliance.case import Case
from dashboard.compliance.found import Found, cannot_tell, clear, count, doubt, positions_of, undialled, violated
from dashboard.compliance.packs import AfterEnd, CallRecord, DataNotes, Outside, Transcript
from dashboard.timeline import status as words
from dashboard.timeline.model import TERMINAL_TYPES, Visit


def transcript(case: Case, rule: Transcript) -> Found:
    """Completed calls without one. What was removed at source can't be judged."""
    over = [dial for dial in case.dials if not (dial.answered is False or dial.is_under_way or dial.is_ahead)]
    untold = [dial for dial in over if not (dial.call and dial.call.turns)]
    unsure = [dial for dial in untold if not dial.answered or dial.call is None or dial.call.is_sensitive]
    bad = [dial for dial in untold if dial.answered and dial.call and not dial.call.is_sensitive]
    if bad:
        return violated(rule, f"{count(len(bad), 'completed call')} without a transcript.", positions_of(bad))
    if unsure:
        sentence = f"{count(len(unsure), 'call')} not read yet, or removed at source as sensitive."
        return cannot_tell(sentence, positions_of(unsure))
    if case.unreadable and (found := doubt(case)):
        return found
    return clear("Every completed call has a transcript." if over else "No call was completed.")


def call_record(case: Case, rule: CallRecord) -> Found:
    """Calls that the history names no record of, or that DialNexa has none of."""
    made = {dial.position for dial in case.dials}
    visits = [visit for visit in case.timeline.visits if visit.position in made]
    bad = [visit.position for visit in visits if not visit.is_open and _is_without(case, visit)]
    if bad:
        return violated(rule, f"{count(len(bad), 'call')} without a record.", bad)
    unsure = [visit.position for visit in visits if (call := case.facts(visit)) is None or call.is_missing]
    if unsure:
        return cannot_tell(f"{count(len(unsure), 'call')} whose record has not been read, or is not there yet.", unsure)
    if case.unreadable and (found := doubt(case)):
        return found
    return clear("Every call has a record." if visits else "Nothing was dialled.")


def data_notes(case: Case, rule: DataNotes) -> Found:
    """What could not be read, or only with a guess."""
    notes = case.timeline.notes
    if notes:
        positions = [note.position for note in notes]
        return violated(rule, f"{count(len(notes), 'data note')} on this history.", positions)
    return clear("The history was read whole, without a guess.")


def after_end(case: Case, rule: AfterEnd) -> Found:
    """Dials later than the moment at which the path ended."""
    if found := undialled(case):
        return found
    ends = [_moment(visit) for visit in case.timeline.visits if _is_end(case, visit)]
    if known := [end for end in ends if end is not None]:
        end = min(known)
        later = [dial for at, dial in case.placed if at > end]
        if later:
            return violated(rule, f"{count(len(later), 'dial')} after the path’s end.", positions_of(later))
    if found := doubt(case):
        return found
    if None in ends:
        return cannot_tell("The path has ended, and the record does not say when.")
    if not ends and not _runs_or_ran(case):
        status = words.in_words(case.timeline.lead.status)
        return cannot_tell(f"The lead may have been taken out ({status}); the record does not say when.")
    return clear("Nothing was dialled after the path’s end." if ends else "No step has ended the path for good.")


def outside(case: Case, rule: Outside) -> Found:
    """Left to a person."""
    return cannot_tell("DialNexa’s record holds nothing of it: a person has to look elsewhere.")


def _is_without(case: Case, visit: Visit) -> bool:
    call = case.facts(visit)
    return visit.call_id is None or (call is not None and call.is_missing)


def _runs_or_ran(case: Case) -> bool:
    """Whether nobody can have ended the path: it goes on, or came to its own end."""
    is_here = any(visit.is_open for visit in case.timeline.visits)
    return is_here or case.timeline.lead.status in words.LEAD_LIVE | {"completed", "failed"}


def _is_end(case: Case, visit: Visit) -> bool:
    is_cut = case.timeline.lead.status == "removed" and visit.status in ("cancelled", "removed")
    return is_cut or visit.type in TERMINAL_TYPES


def _moment(visit: Visit) -> datetime | None:
    """A terminal step is the end from its start on; what a removal cuts short, from its own end."""
    if visit.type in TERMINAL_TYPES:
        return visit.entered_at or visit.left_at
    return visit.left_at
