"""The picture as SVG: well-formed whatever the record says, without inline style, and with links that lead on."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from django.template import Context, Engine
from hypothesis import given

from dashboard.drawing import layout, svg
from dashboard.drawing.layout import View
from dashboard.drawing.picture import MARGIN, WIDE, Picture
from dashboard.timeline.model import Timeline
from tests import strategies
from tests.drawing.paths import HOUR, HREFS, IST, after, call, documented, loop, overdue, picture, step, timeline
from tests.project import ROOT

NAMESPACE = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("1")</script>&amp;\'" onload=x'


def draw(drawn: Picture) -> ElementTree.Element:
    # Our own output, parsed to prove that it is well-formed.
    return ElementTree.fromstring(svg.draw(drawn, **HREFS))  # noqa: S314


def linked(root: ElementTree.Element, attribute: str) -> dict[str, str]:
    """Links that have the attribute: its value -> where they lead."""
    return {
        link.attrib[attribute]: link.attrib["href"] for link in root.iter(f"{NAMESPACE}a") if attribute in link.attrib
    }


def classes(root: ElementTree.Element) -> set[str]:
    return {name for element in root.iter() for name in element.attrib.get("class", "").split()}


def test_each_visit_links_to_itself() -> None:
    """By its position, for people without a script, and for tests."""
    root = draw(picture(documented()))

    assert linked(root, "data-visit-bar") == {str(n): f"/visits/{n}/?zone=utc&scale=true" for n in (1, 2, 3)}


def test_fold_links_to_its_unfolding() -> None:
    """By its key."""
    root = draw(picture(documented()))

    assert linked(root, "data-fold") == {"2.1": "?unfold=2.1"}


def test_groups_link_to_their_visits() -> None:
    """A hundred groups, each with the range it opens."""
    root = draw(picture(loop(10_000)))

    groups = linked(root, "data-group")
    assert len(groups) == 100
    assert groups["101-200"] == "?first=101&last=200"


def test_links_stay_out_of_the_order_of_tabs() -> None:
    """The table is the way for the keyboard: the picture repeats it."""
    root = draw(picture(loop(20)))

    assert {link.attrib["tabindex"] for link in root.iter(f"{NAMESPACE}a")} == {"-1"}


def test_bars_carry_family_and_hover() -> None:
    """Colour by class, and the browser's own tooltip."""
    root = draw(picture(documented()))

    first = next(root.iter(f"{NAMESPACE}a"))
    assert first.attrib["class"] == "visit family-not_reached"
    title = first.findtext(f"{NAMESPACE}title") or ""
    assert title.splitlines()[0] == "Step 1 of 3 · Call first"


def test_every_link_says_what_it_is() -> None:
    """chart.js says the same where plotly has drawn."""
    drawn = picture(loop(300))
    root = draw(drawn)

    titles = {
        link.attrib["data-visit-bar"]: link.findtext(f"{NAMESPACE}title")
        for link in root.iter(f"{NAMESPACE}a")
        if "data-visit-bar" in link.attrib
    }
    assert titles == {str(bar.position): "\n".join(bar.hover) for bar in drawn.bars}


def test_folds_too_narrow_to_hit_are_left_to_their_list() -> None:
    """Of 150, those with room for their handle, or wide enough."""
    drawn = picture(loop(300))

    assert len(drawn.folds) == 150
    linked_folds = linked(draw(drawn), "data-fold")
    assert set(linked_folds) == {fold.key for fold in drawn.folds if fold.room}


def test_selected_visit_is_outlined() -> None:
    """One element has the class."""
    root = draw(picture(documented(), view=View(selected=2)))

    chosen = [
        link.attrib["data-visit-bar"] for link in root.iter(f"{NAMESPACE}a") if "is-selected" in link.attrib["class"]
    ]
    assert chosen == ["2"]


def test_planned_and_overdue_have_patterns_of_their_own() -> None:
    """Told apart by more than colour."""
    planned = classes(draw(picture(overdue(), now=after(HOUR))))
    late = classes(draw(picture(overdue(), now=after(5 * HOUR), is_overdue=True)))

    assert {"planned", "now-line"} <= planned
    assert "overdue" not in planned
    assert {"overdue", "note-overdue", "now-line"} <= late


def test_picture_has_a_name() -> None:
    """Whoever cannot see it hears what it is, and where the same is said in words."""
    root = draw(picture(documented()))

    assert root.attrib["role"] == "group"
    assert root.attrib["aria-label"].startswith("Timeline of 3 visits, Mon 13 Jul 2026 15:30:00 IST (+05:30) to ")


def test_hostile_text_is_text() -> None:
    """Labels, statuses, exits and even addresses cannot become markup."""
    path = timeline(call("first", 60, HOSTILE, label=HOSTILE, exit=HOSTILE), step(HOSTILE, HOSTILE, 5))
    drawn = picture(path)

    text = svg.draw(drawn, **{**HREFS, "visit_href": lambda position: f'/"><script>{position}'})

    assert "<script" not in text
    root = ElementTree.fromstring(text)  # noqa: S314
    assert not any(name.startswith("on") for element in root.iter() for name in element.attrib)


def test_characters_that_reorder_text_are_shown() -> None:
    """A right-to-left override cannot make one label read like another."""
    text = svg.draw(picture(timeline(call("first", 60, label="\u202egnp.exe"))), **HREFS)

    assert "⟦U+202E⟧gnp.exe" in text
    assert "\u202e" not in text


def test_templates_do_not_escape_it_again() -> None:
    """The markup arrives in a page as it is, and only it."""
    drawn = svg.draw(picture(documented()), **HREFS)

    page = Engine().from_string("{{ drawn }}|{{ plain }}").render(Context({"drawn": drawn, "plain": "<b>"}))

    assert page == f"{drawn}|&lt;b&gt;"


def test_strict_policy_holds() -> None:
    """No style attribute or element, no script, no reference to anything outside."""
    text = svg.draw(picture(overdue(), now=after(5 * HOUR), is_overdue=True), **HREFS)

    assert not re.search(r"\sstyle=|<style|<script|<use|<image|<foreignObject", text)


def test_days_are_named_where_they_change() -> None:
    """The first label of each day on a wide page; on a narrow one the first of those that are left."""
    root = draw(picture(timeline(*(call("daily", 60, entered_at=after(number * 40_000)) for number in range(6)))))

    wide = [
        text.text
        for text in root.iter(f"{NAMESPACE}text")
        if text.attrib.get("class") in ("tick-day", "tick-day room-wide")
    ]
    assert wide == sorted(set(wide), key=wide.index)


@pytest.mark.parametrize(("number", "pattern"), [(MARGIN, r"padding-inline: (\d+)px"), (WIDE, r"min-width: (\d+)px")])
def test_style_sheet_agrees_with_the_layout(number: int, pattern: str) -> None:
    """Two numbers live in both places."""
    sheet = (ROOT / "static/css/chart.css").read_text()

    assert re.findall(pattern, sheet) == [str(number)]


@given(strategies.timelines())
def test_any_path_is_well_formed(path: Timeline) -> None:
    """Whatever the record holds, also lone surrogates and control characters."""
    drawn = layout.picture(path, now=strategies.NOW, zone=IST, is_overdue=True)

    root = draw(drawn)

    assert root.tag == f"{NAMESPACE}svg"
    svg.draw(replace(drawn, title="\ud800"), **HREFS).encode()
