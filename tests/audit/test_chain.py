"""The chain, as pure data: whatever is done to it, the first touched row is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.audit import chain

KEY, OLD = b"k" * 32, b"o" * 32
KEYS = {chain.key_id(KEY): KEY, chain.key_id(OLD): OLD}
START = datetime(2026, 7, 1, tzinfo=UTC)
LENGTH = 200
Rows = list[dict[str, Any]]


def row(seq: int, before: str, key: bytes = KEY, **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = dict.fromkeys(chain.SEALED, "")
    fields |= {"seq": seq, "version": 1, "at": START + timedelta(seconds=seq), "in_order": True, "actor_id": seq % 7}
    fields |= {"actor_label": "olga", "action": "timeline.view", "outcome": "allow", "http_status": 200}
    fields |= {
        "detail": "{}",
        "lead_id": f"lead_{seq % 9}",
        "prev_hash": before,
        "key_id": chain.key_id(key),
        **changes,
    }
    return {**fields, "hash": chain.seal(fields, key)}


def rows(length: int = LENGTH, first: int = 1, before: str = chain.GENESIS) -> Rows:
    made: Rows = []
    for seq in range(first, first + length):
        # The key was changed on the way.
        made.append(row(seq, before, OLD if seq < 50 else KEY))
        before = made[-1]["hash"]
    return made


WHOLE = rows()
HEAD = chain.Anchor(LENGTH, WHOLE[-1]["hash"])


def first_fault(found: Rows, **more: Any) -> tuple[int, str]:
    fault = chain.prove(found, KEYS, head=HEAD, **more).fault
    assert fault is not None
    assert fault.sentence
    return fault.seq, fault.kind


def test_untouched_chain_holds() -> None:
    """Over a change of keys too."""
    proof = chain.prove(WHOLE, KEYS, head=HEAD, anchors=[chain.Anchor(80, WHOLE[79]["hash"])])

    assert (proof.fault, proof.count, proof.first, proof.last) == (None, LENGTH, 1, LENGTH)
    assert chain.prove([], KEYS).fault is None


@given(
    at=st.integers(0, LENGTH - 1),
    name=st.sampled_from([name for name in chain.SEALED if name not in ("seq", "key_id", "at", "prev_hash")]),
)
def test_edit_is_found_where_it_is(at: int, name: str) -> None:
    """Any field of any row."""
    touched = [*WHOLE]
    touched[at] = {**WHOLE[at], name: "other"}

    assert first_fault(touched) == (at + 1, "edit")


@given(at=st.integers(0, LENGTH - 1), by=st.integers(1, 10**9))
def test_moved_moment_is_found(at: int, by: int) -> None:
    """By a microsecond, or by years."""
    touched = [*WHOLE]
    touched[at] = {**WHOLE[at], "at": WHOLE[at]["at"] + timedelta(microseconds=by)}

    assert first_fault(touched) == (at + 1, "edit")


@given(at=st.integers(0, LENGTH - 2))
def test_deletion_is_found_where_the_row_was(at: int) -> None:
    """In the beginning and in the middle."""
    seq, kind = first_fault([*WHOLE[:at], *WHOLE[at + 1 :]])

    assert (seq, kind) == (at + 1, "gap")


@given(at=st.integers(0, LENGTH - 2))
def test_swap_is_found_at_the_first_of_the_two(at: int) -> None:
    """Whether the numbers were swapped along, or the rows stand in the wrong order."""
    one, other = WHOLE[at], WHOLE[at + 1]
    renumbered = [*WHOLE[:at], {**other, "seq": one["seq"]}, {**one, "seq": other["seq"]}, *WHOLE[at + 2 :]]

    assert first_fault(renumbered) == (at + 1, "edit")
    assert first_fault([*WHOLE[:at], other, one, *WHOLE[at + 2 :]])[1] in ("gap", "reorder")


@given(at=st.integers(1, LENGTH - 1))
def test_insertion_is_found(at: int) -> None:
    """By somebody without the key; with an old row sealed properly, it does not fit where it stands."""
    forged = {**row(at + 1, WHOLE[at - 1]["hash"], b"guess" * 8), "key_id": chain.key_id(KEY)}

    assert first_fault([*WHOLE[:at], forged, *WHOLE[at:]]) == (at + 1, "edit")


@given(at=st.integers(1, LENGTH - 1), earlier=st.integers(0, LENGTH - 1))
def test_replay_is_found(at: int, earlier: int) -> None:
    """A true row a second time."""
    earlier %= at
    assert first_fault([*WHOLE[:at], WHOLE[earlier], *WHOLE[at:]]) == (earlier + 1, "reorder")


@given(at=st.integers(1, LENGTH - 1))
def test_true_row_of_another_past_is_found(at: int) -> None:
    """Sealed with the key and with the right number, as a restored copy went on: it followed another row."""
    forked = row(at + 1, row(at, chain.GENESIS, actor_label="somebody else")["hash"])

    assert first_fault([*WHOLE[:at], forked, *WHOLE[at + 1 :]]) == (at + 1, "reorder")


@given(cut=st.integers(1, LENGTH))
def test_cut_tail_is_found_by_head_and_by_anchor(cut: int) -> None:
    """As a backup that was put back looks: head and rows agree, and only the anchor knows more."""
    kept = WHOLE[:-cut]
    last = chain.Anchor(len(kept), kept[-1]["hash"] if kept else "")

    assert first_fault(kept) == (LENGTH - cut + 1, "cut")
    restored = chain.prove(kept, KEYS, head=last, anchors=[chain.Anchor(LENGTH, WHOLE[-1]["hash"])])
    assert restored.fault is not None
    assert (restored.fault.seq, restored.fault.kind) == (LENGTH - cut + 1, "cut")


@given(at=st.integers(1, LENGTH - 1))
def test_renumbering_is_found(at: int) -> None:
    """From a row on, all numbers one higher."""
    touched = [*WHOLE[:at], *({**one, "seq": one["seq"] + 1} for one in WHOLE[at:])]

    assert first_fault(touched) == (at + 1, "gap")


def test_rewritten_chain_is_found_by_its_anchor() -> None:
    """Whoever has the key can rewrite everything, and still not what was written down elsewhere."""
    rewritten = rows(before=chain.GENESIS)
    rewritten[9] = row(10, rewritten[8]["hash"], OLD, actor_label="nobody")
    for at in range(10, LENGTH):
        rewritten[at] = row(at + 1, rewritten[at - 1]["hash"], OLD if at < 49 else KEY)

    proof = chain.prove(rewritten, KEYS, anchors=[chain.Anchor(30, WHOLE[29]["hash"])])

    assert proof.fault is not None
    assert (proof.fault.seq, proof.fault.kind) == (30, "anchor")


def test_unknown_key_is_told_apart() -> None:
    """A key that was lost is not the same as a row that was touched."""
    proof = chain.prove(WHOLE, {chain.key_id(KEY): KEY})

    assert proof.fault is not None
    assert (proof.fault.seq, proof.fault.kind) == (1, "key")


def test_rows_after_a_purge_hold_by_its_row() -> None:
    """The purge is in the chain and names the last row that went; without it they are missing."""
    kept = rows()[100:]
    purge = json.dumps({"last_hash": WHOLE[99]["hash"], "to_seq": 100})
    kept.append(row(LENGTH + 1, kept[-1]["hash"], action="audit.purge", detail=purge))

    assert chain.prove(kept, KEYS).fault is None
    missing = chain.prove(kept[:-1], KEYS).fault
    assert missing is not None
    assert (missing.seq, missing.kind) == (1, "gap")


def test_part_of_a_chain_is_proved_from_the_row_before_it() -> None:
    """Without reading all of it."""
    start = chain.Anchor(120, WHOLE[119]["hash"])

    assert chain.prove(WHOLE[120:], KEYS, start=start).fault is None
    fault = chain.prove(WHOLE[121:], KEYS, start=start).fault
    assert fault is not None
    assert (fault.seq, fault.kind) == (121, "gap")


def test_proof_says_how_far_it_looked() -> None:
    """Of a whole chain, of a part, of nothing, and up to the row where it no longer held."""
    start = chain.Anchor(120, WHOLE[119]["hash"])
    touched = [*WHOLE[:150], {**WHOLE[150], "lead_id": "other"}, *WHOLE[151:]]

    found = [
        chain.prove(WHOLE, KEYS, head=HEAD),
        chain.prove(WHOLE[120:], KEYS, start=start),
        chain.prove([], KEYS),
        chain.prove([], KEYS, start=start),
        chain.prove(touched, KEYS),
    ]

    assert [(proof.count, proof.first, proof.last, proof.last_hash) for proof in found] == [
        (LENGTH, 1, LENGTH, WHOLE[-1]["hash"]),
        (80, 121, LENGTH, WHOLE[-1]["hash"]),
        (0, 0, 0, chain.GENESIS),
        (0, 0, 120, start.hash),
        (150, 1, 150, WHOLE[149]["hash"]),
    ]


def test_head_of_another_hash_is_a_cut_tail() -> None:
    """The number alone is not enough."""
    proof = chain.prove(WHOLE, KEYS, head=chain.Anchor(LENGTH, "f" * 64))

    assert proof.fault is not None
    assert chain.prove([], KEYS, head=chain.Anchor(0, "")).fault is None


@pytest.mark.parametrize("zone_hours", [0, 5, -8])
def test_seal_does_not_depend_on_the_zone_of_the_reading(zone_hours: int) -> None:
    """Databases give the same moment in the zone of their connection."""
    there = {**WHOLE[0], "at": WHOLE[0]["at"].astimezone(timezone(timedelta(hours=zone_hours)))}

    assert chain.seal(there, OLD) == WHOLE[0]["hash"]
