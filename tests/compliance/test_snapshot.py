"""What a judgement rests on: nothing personal, equal while nothing changes, and told when something does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.compliance import packs
from dashboard.compliance.calls import CallFacts
from dashboard.compliance.case import Case
from dashboard.compliance.packs import Pack
from dashboard.compliance.rules import judge
from dashboard.compliance.snapshot import Snapshot, changes, fingerprint, snapshot
from dashboard.timeline.model import DataNote, Edge, Lead, Node, Timeline, Visit
from tests.compliance.cases import PACKS, case, facts, moment, phrase, step, talk
from tests.compliance.strategies import cases

KEY = b"of this installation"
NOON = moment("2026-07-14 12:00:00")
HOUR = timedelta(hours=1)
WAIT = Visit(1, 1, "node_wait", "TIME", "Wait 2 hours", "waiting", entered_at=NOON + HOUR, is_open=True)
LEAD = Lead("lead_abc", "+919812345678", {"customer_name": "Canary Name", "city": "Pune"}, "active")
CALL = facts("call_1", caller_series="91 1600")


def taken(judged: Case, chosen: tuple[Pack, ...] = (PACKS["us-collections"],), key: bytes = KEY) -> Snapshot:
    return snapshot(judged.timeline, judged.calls, chosen, judge(judged, chosen), key=key)


def path(**fields: object) -> Case:
    """A call, and a wait that is open."""
    judged = case([talk(NOON, "call_1", exit="COMPLETED"), WAIT], known=[CALL])
    return replace(judged, timeline=replace(judged.timeline, **{"lead": LEAD, **fields}))  # type: ignore[arg-type]


def seen(**fields: object) -> Timeline:
    """The path with something else about its call step."""
    first, last = path().timeline.visits
    return replace(path().timeline, visits=(replace(first, **fields), last))  # type: ignore[arg-type]


def read(call: CallFacts) -> Case:
    return replace(path(), calls={"call_1": call})


EXTRA = Visit(2, 2, "node_sms", "SMS", "SMS with the link", "completed", entered_at=NOON + HOUR / 2)

CHANGED: list[tuple[str, Callable[[], Case], list[str]]] = [
    ("nothing", path, []),
    (
        "a status",
        lambda: replace(path(), timeline=seen(status="no_answer")),
        ["Step 1’s status: completed → no_answer."],
    ),
    (
        "an end",
        lambda: replace(path(), timeline=seen(left_at=None)),
        ["Step 1’s end: Tue 14 Jul 2026 16:01:00 UTC → not given."],
    ),
    ("a name", lambda: replace(path(), timeline=seen(label="First call")), ["Step 1’s name: Call → First call."]),
    ("an exit", lambda: replace(path(), timeline=seen(exit=None)), ["Step 1’s exit: COMPLETED → not given."]),
    (
        "a step in the middle",
        lambda: path(visits=(path().timeline.visits[0], EXTRA, replace(WAIT, position=3))),
        ["Step 2 “SMS with the link” is new."],
    ),
    (
        "a step at the end",
        lambda: path(visits=(*path().timeline.visits, replace(EXTRA, position=3))),
        ["Step 3 “SMS with the link” is new."],
    ),
    ("a step gone", lambda: path(visits=path().timeline.visits[:1]), ["Step 2 “Wait 2 hours” is gone."]),
    (
        "the wait's end",
        lambda: path(
            visits=(path().timeline.visits[0], replace(WAIT, position=2, is_open=False, left_at=NOON + 2 * HOUR))
        ),
        ["Step 2’s end: not given → Tue 14 Jul 2026 18:00:00 UTC.", "Step 2’s being open: yes → no."],
    ),
    ("the lead's status", lambda: path(lead=replace(LEAD, status="removed")), ["The lead’s status: active → removed."]),
    ("the number", lambda: path(lead=replace(LEAD, phone="+919812345679")), ["The phone number has changed."]),
    (
        "a variable",
        lambda: path(lead=replace(LEAD, variables={"customer_name": "Other Name", "due": "5"})),
        ["Variable “customer_name” has changed.", "Variable “city” is gone.", "Variable “due” is new."],
    ),
    ("a data note", lambda: path(notes=(DataNote("Step 1: odd.", 1),)), ["Data notes: 0 → 1."]),
    (
        "where the lead is said to be",
        lambda: path(lead=replace(LEAD, current_node_id="node_wait")),
        ["Something in the history has changed that this list does not show."],
    ),
    ("a transcript", lambda: read(replace(CALL, digest="e" * 64)), ["Call call_1: its transcript has changed."]),
    ("a call's status", lambda: read(replace(CALL, status="failed")), ["Call call_1’s status: completed → failed."]),
    (
        "a call that was not read",
        lambda: replace(path(), calls={}),
        [
            "Call call_1: its record is not known any more.",
            "Rule us-collections REGF-DISCLOSURE: warning → cannot tell.",
        ],
    ),
    (
        "where words were found",
        lambda: read(replace(CALL, found=phrase("us-collections", "mini-miranda", 1))),
        ["Rule "],
    ),
]


@pytest.mark.parametrize(("after", "sentences"), [row[1:] for row in CHANGED], ids=[row[0] for row in CHANGED])
def test_change_is_told_in_a_sentence_and_changes_the_fingerprint(
    after: Callable[[], Case], sentences: list[str]
) -> None:
    """Each kind of change, and no change; a result that follows from one is told, too."""
    before, now = taken(path()), taken(after())

    found = changes(before, now)

    assert len(found) >= len(sentences)
    for line in sentences:
        assert any(one.startswith(line) for one in found)
    assert bool(found) == bool(sentences) == (fingerprint(before) != fingerprint(now))


def test_pack_that_changes_is_told() -> None:
    """Its version; its rules where the version stayed; packs that came and went."""
    text = Path(packs.__file__).with_name("packs").joinpath("in-rbi-recovery.toml").read_text("utf-8")
    one, judged = PACKS["in-rbi-recovery"], path()
    newer = packs.read(text.replace('version = "1"', 'version = "2"'))
    secret = packs.read(text.replace("closes = 19:00:00", "closes = 20:00:00"))
    before = taken(judged, (one,))

    assert changes(before, taken(judged, (newer,))) == ["Pack in-rbi-recovery: 1 → 2."]
    assert changes(before, taken(judged, (secret,))) == [
        "Pack in-rbi-recovery: its rules have changed, and its version has not."
    ]
    assert changes(before, taken(judged, (one, PACKS["uk-misuse"])))[0] == "Pack uk-misuse: not there → 1."
    assert len({fingerprint(taken(judged, (pack,))) for pack in (one, newer, secret)}) == 3


@pytest.mark.parametrize(
    "same",
    [
        {"nodes": (Node("node_a"),), "edges": (Edge("node_a", "node_b"),)},
        {"received_rows": 9},
        {"lead": replace(LEAD, raw_status="In Progress")},
        {"lead": replace(LEAD, variables={name: LEAD.variables[name] for name in ("city", "customer_name")})},
        {"visits": tuple(replace(visit, raw="{}", received=9, raw_status="x") for visit in path().timeline.visits)},
    ],
)
def test_what_no_judgement_rests_on_changes_nothing(same: dict[str, object]) -> None:
    """The graph, the spelling and the order in which upstream sent the rows."""
    assert taken(path(**same)) == taken(path())


def test_snapshot_holds_nothing_personal() -> None:
    """No number, no value of a variable, no raw row, no text of a note; and none can be guessed at without the key."""
    raw = replace(path().timeline.visits[0], raw='{"said": "canary raw"}')
    judged = path(visits=(raw,), notes=(DataNote("Step 1: canary note.", 1),))

    text = json.dumps(taken(judged))

    for secret in ("9812345678", "Canary", "canary", "Pune"):
        assert secret not in text
    assert taken(judged, key=b"another")["lead"]["phone"] != taken(judged)["lead"]["phone"]


def test_equal_values_of_two_variables_do_not_show() -> None:
    """Hashes are those of name and value."""
    kept = taken(path(lead=replace(LEAD, variables={"one": "same", "two": "same"})))

    assert len(set(kept["variables"].values())) == 2


def test_changes_of_a_long_path_are_bounded() -> None:
    """Ten thousand steps that all changed are told by the first, and by how many there are."""
    before = taken(case([step(NOON)] * 10_000))
    after = taken(case([step(NOON, "failed")] * 10_000))

    found = changes(before, after)

    assert len(found) == 101
    assert found[0] == "Step 1’s status: completed → failed."
    assert found[-1].startswith("And 9,9")


@given(cases(), cases(), st.booleans())
def test_changes_are_told_if_and_only_if_fingerprints_differ(one: Case, other: Case, is_other: bool) -> None:
    """Of any two leads; and a snapshot that was kept as JSON is the same one."""
    before, after = taken(one), taken(other if is_other else one)
    kept = json.loads(json.dumps(before))

    assert kept == before
    assert fingerprint(kept) == fingerprint(before)
    assert (changes(kept, after) == []) == (fingerprint(kept) == fingerprint(after))
    assert fingerprint(after) == fingerprint(before) or is_other


@given(cases())
def test_snapshot_can_be_stored_and_printed(judged: Case) -> None:
    """NUL and halves of surrogate pairs are nothing a database or a page would refuse."""
    kept = taken(judged)
    text = json.dumps(kept, ensure_ascii=False)

    assert text.encode()
    assert "\\u0000" not in text
    assert all(line.endswith(".") and line.encode() for line in changes(taken(case([])), kept))
