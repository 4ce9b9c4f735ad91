"""Rule packs: those that come along can all be read, and a wrong one is told in a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import fields

from dashboard.compliance import packs
from dashboard.compliance.packs import KINDS, Base, Hours, Pack, PackError, read
from dashboard.compliance.rules import COMPUTATIONS, judge
from tests.compliance.cases import case
from tests.project import ROOT

FILES = sorted(Path(packs.__file__).with_name("packs").glob("*.toml"))
GOOD = """
id = "own"
title = "Our own"
version = "1"
effective_on = 2026-01-01
purpose = "service"
country = "India"

[[phrases]]
id = "stop"
speaker = "caller"
phrases = ["stop"]

[[phrases]]
id = "hello"
speaker = "agent"
phrases = ["hello"]

[[rules]]
id = "OWN-1"
kind = "hours"
opens = 09:00:00
closes = 18:00:00
title = "Office hours"
text = "We call in office hours."
threshold = "9 to 18."
source = "https://example.com/policy"
checked_on = 2026-01-01

[[questions]]
id = "polite"
text = "Was the agent polite?"
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shipped_pack_is_named_by_its_file_and_says_what_it_rests_on(file: Path) -> None:
    """Each rule with its text, its figures, its source and the day somebody looked."""
    pack = read(file.read_text("utf-8"))

    assert pack.id == file.stem
    assert pack == packs.shipped()[pack.id]
    assert all(rule.text.endswith(".") and rule.threshold.endswith(".") for rule in pack.rules)
    assert "o legal advice" in pack.note or pack.id == packs.RECORD
    assert pack.questions or pack.id == packs.RECORD


def test_rule_ids_are_told_apart_over_all_shipped_packs() -> None:
    """A finding names a rule by its id: two packs don't share one."""
    ids = [rule.id for pack in packs.shipped().values() for rule in pack.rules]

    assert len(ids) == len(set(ids))


def test_every_kind_of_rule_is_computed_and_shipped() -> None:
    """A kind that no pack uses, or that nothing computes, would be an empty promise."""
    by_words = {packs.Said, packs.OptOut}
    used = {type(rule) for pack in packs.shipped().values() for rule in pack.rules}

    assert set(COMPUTATIONS) | by_words == set(KINDS)
    assert used == set(KINDS)


def test_own_pack_is_judged_like_any_other() -> None:
    """One verdict a rule, with the pack it belongs to."""
    pack = read(GOOD)

    (verdict,) = judge(case([]), [pack])

    assert (verdict.pack.name, verdict.rule.id, verdict.result.value) == ("own 1", "OWN-1", "clear")


def test_digest_of_a_pack_changes_with_its_rules() -> None:
    """Though its version stays the same."""
    assert read(GOOD).digest == read(GOOD).digest != read(GOOD.replace("18:00:00", "19:00:00")).digest


def _rule(**fields: str) -> str:
    """The good pack with another kind of rule in the place of its own."""
    head, _, tail = GOOD.partition('kind = "hours"\nopens = 09:00:00\ncloses = 18:00:00\n')
    return head + "".join(f"{name} = {value}\n" for name, value in fields.items()) + tail


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The pack can’t be used: Object missing required field `id`."),
        ("id = ", "The pack can’t be used: Invalid value (at end of document)."),
        (GOOD.replace('version = "1"', "version = 1"), "Expected `str`, got `int` - at `$.version`"),
        (GOOD.replace("effective_on = 2026-01-01", 'effective_on = "soon"'), "at `$.effective_on`"),
        (GOOD.replace('"service"', '"fun"'), "Invalid enum value 'fun' - at `$.purpose`"),
        (GOOD.replace('id = "own"', 'id = "our own"'), "at `$.id`"),
        (GOOD + 'colour = "red"\n', "unknown field `colour` - at `$.questions[0]`"),
        (GOOD.replace('kind = "hours"\n', ""), "missing required field `kind` - at `$.rules[0]`"),
        (_rule(kind='"moon"'), "Invalid value 'moon' - at `$.rules[0].kind`"),
        (GOOD.replace("09:00:00", '"nine"'), "at `$.rules[0].opens`"),
        (GOOD.replace("09:00:00", "18:00:00"), "Rule OWN-1 must open before it closes."),
        (_rule(kind='"hours"', opens="09:00:00", closes="18:00:00", zone='"Mars/Base"'), "the zone “Mars/Base”, which"),
        (_rule(kind='"hours"', opens="09:00:00", closes="18:00:00", weekdays="[8]"), "at `$.rules[0].weekdays[0]`"),
        (_rule(kind='"weekdays"', weekdays="[]"), "at `$.rules[0].weekdays`"),
        (_rule(kind='"frequency"', most="0", hours="24"), "at `$.rules[0].most`"),
        (
            _rule(kind='"frequency"', most="3", hours="24", warn_from="4"),
            "Rule OWN-1 warns from 4 dials on, though it allows 3 only.",
        ),
        (
            _rule(kind='"frequency"', most="3", hours="24", warn_from="2", state='"Ohio"'),
            "Rule OWN-1 can’t warn early: nobody knows who lives in Ohio.",
        ),
        (_rule(kind='"said"', phrases='"bye"'), "names the list of phrases “bye”, which the pack does not have."),
        (
            _rule(kind='"opt_out"', phrases='"hello"'),
            "Rule OWN-1 needs phrases of the caller; “hello” are the agent’s.",
        ),
        (_rule(kind='"caller_series"', country_code="91", prefixes='["16001"]'), "at `$.rules[0].prefixes[0]`"),
        (
            GOOD.replace('["stop"]', '["..", "stop"]'),
            "The list of phrases “stop” holds “..”, in which there is no word.",
        ),
        (GOOD.replace('id = "hello"', 'id = "stop"'), "The pack has two lists of phrases with the id “stop”"),
        (GOOD.replace("https://example.com", "http://example.com"), "at `$.rules[0].source`"),
        (GOOD.replace("https://example.com/policy", "javascript:alert(1)"), "at `$.rules[0].source`"),
        (GOOD.replace('title = "Office hours"', 'title = ""'), "at `$.rules[0].title`"),
        (GOOD + GOOD[GOOD.index("[[rules]]") : GOOD.index("[[questions]]")], "two rules with the id “OWN-1”"),
        (GOOD + GOOD[GOOD.index("[[questions]]") :], "two questions with the id “polite”: give each its own."),
        (GOOD[: GOOD.index("[[rules]]")], "missing required field `rules`"),
    ],
)
def test_wrong_pack_is_told_in_a_sentence(text: str, sentence: str) -> None:
    """It says where and why, ends with a full stop, and nothing else is raised."""
    with pytest.raises(PackError) as told:
        read(text)

    assert sentence in str(told.value)
    assert str(told.value).endswith(".")


def test_documentation_lists_every_kind_with_its_fields() -> None:
    """docs/compliance.md: what must be given, what may be left out, in the order of the code."""
    text = (ROOT / "docs/compliance.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \|(.*?)\|(.*?)\|.*\|$", text, re.MULTILINE)
    common = {field.name for field in fields(Base)}
    kinds = []
    for kind in KINDS:
        own = [field for field in fields(kind) if field.name not in common]
        needed = tuple(field.name for field in own if field.required)
        kinds.append((kind.__struct_config__.tag, needed, tuple(field.name for field in own if not field.required)))

    assert [(name, *(tuple(re.findall(r"`(\w+)`", cell)) for cell in cells)) for name, *cells in rows] == kinds


def test_documented_pack_can_be_read() -> None:
    """What the documentation shows as an example."""
    text = (ROOT / "docs/compliance.md").read_text("utf-8")

    assert read(text.partition("```toml\n")[2].partition("```")[0]).id == "our-hours"


def test_hours_of_a_pack_are_plain_times() -> None:
    """TOML's local time, to the second."""
    pack: Pack = read(GOOD)
    (rule,) = pack.rules

    assert isinstance(rule, Hours)
    assert (rule.opens.isoformat(), rule.closes.isoformat(), rule.level) == ("09:00:00", "18:00:00", "breach")
