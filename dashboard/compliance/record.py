"""Rules about the record itself: whether it is complete, and whether anything was dialled after its end. Pure."""

from __future__ import annotations

from datetime import datetime

from dashboard.compliance.case import Case
from dashboard.compliance.found import Found, cannot_tell, clear, count, doubt, positions_of, violated
from dashboard.compliance.packs import AfterEnd, CallRecord, DataNotes, Outside, Transcript
from dashboard.timeline.model import TERMINAL_TYPES, VOICE_CALL, Visit


def transcript(case: Case, rule: Transcript) -> Found:
    """Completed calls without one. What was removed at source can't be judged."""
    completed = [dial for dial in case.dials if dial.is_completed]
    bad = [dial for dial in completed if dial.call and not dial.call.turns and not dial.call.is_sensitive]
    unsure = [dial for dial in completed if dial.call is None or dial.call.is_sensitive]
    if bad:
        return violated(rule, f"{count(len(bad), 'completed call')} without a transcript.", positions_of(bad))
    if unsure:
        sentence = f"{count(len(unsure), 'completed call')} not read yet, or removed at source as sensitive."
        return cannot_tell(sentence, positions_of(unsure))
    if case.unreadable and (found := doubt(case)):
        return found
    return clear("Every completed call has a transcript." if completed else "No call was completed.")


def call_record(case: Case, rule: CallRecord) -> Found:
    """Calls that the history names no record of, or that DialNexa has none of."""
    made = {dial.position for dial in case.dials}
    visits = [visit for visit in case.timeline.visits if visit.type == VOICE_CALL and visit.position in made]
    bad = [visit for visit in visits if not visit.is_open and _is_without(case, visit)]
    if bad:
        return violated(rule, f"{count(len(bad), 'call')} without a record.", [visit.position for visit in bad])
    unsure = [visit.position for visit in visits if case.facts(visit) is None]
    if unsure:
        return cannot_tell(f"{count(len(unsure), 'call')} whose record has not been read.", unsure)
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
    ends = [moment for visit in case.timeline.visits if (moment := _end(case, visit)) is not None]
    if ends:
        end = min(ends)
        later = [dial for at, dial in case.placed if at > end]
        if later:
            return violated(rule, f"{count(len(later), 'dial')} after the path’s end.", positions_of(later))
    if found := doubt(case):
        return found
    if not ends and case.timeline.lead.status in ("dropped", "removed"):
        return cannot_tell(f"The lead is {case.timeline.lead.status}, and the record does not say since when.")
    return clear("Nothing was dialled after the path’s end." if ends else "The path has not ended.")


def outside(case: Case, rule: Outside) -> Found:
    """Left to a person."""
    return cannot_tell("DialNexa’s record holds nothing of it: a person has to look elsewhere.")


def _is_without(case: Case, visit: Visit) -> bool:
    call = case.facts(visit)
    return visit.call_id is None or (call is not None and call.is_missing)


def _end(case: Case, visit: Visit) -> datetime | None:
    if visit.type in TERMINAL_TYPES:
        return visit.entered_at or visit.left_at
    is_cut = case.timeline.lead.status == "removed" and visit.status in ("cancelled", "removed")
    return visit.left_at if is_cut else None
