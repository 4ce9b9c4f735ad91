"""The leads of a workflow: filtered, sorted, paged and searched, whichever way DialNexa sends them."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from dashboard.scan.digests import keep
from dashboard.timeline.model import Lead, Timeline, Visit
from tests.strategies import NOW
from tests.stub import Stub

pytestmark = pytest.mark.django_db
WORKFLOW = "wf_list"
URL = f"/workflows/{WORKFLOW}/"
SEARCH = f"{URL}search/"
LEADS = f"/v1/workflows/{WORKFLOW}/leads"


@pytest.fixture(autouse=True)
def at_now() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def row(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"lead_{number:03}",
        "phone_number": f"+9198123{number:05}",
        "status": ("active", "completed", "dropped")[number % 3],
        "createdAt": (NOW - timedelta(hours=number)).isoformat(),
        "dynamic_variables": {"city": ("Pune", "Delhi")[number % 2], **({"plan": "gold"} if number == 7 else {})},
        **fields,
    }


def whole(stub: Stub, count: int = 12) -> None:
    stub.answer(LEADS, {"data": [row(number) for number in range(1, count + 1)], "count": count})


def paged(stub: Stub, numbers: list[int], *, page: int = 1, total: int = 250) -> None:
    meta = {"page": page, "limit": 100, "total": total, "totalPages": -(-total // 100)}
    stub.answer(LEADS, {"data": [row(number) for number in numbers], "meta": meta})


def known(number: int, *, hours: int, dials: int = 1, late: bool = False) -> None:
    """A digest of this lead: `hours` at a wait, after so many calls."""
    calls = tuple(
        Visit(at, at, "node_call", "VOICE_CALL", "Call", "no_answer", entered_at=NOW, left_at=NOW)
        for at in range(1, dials + 1)
    )
    since = NOW - timedelta(hours=hours)
    wait = Visit(
        dials + 1,
        dials + 1,
        f"node_wait{number % 2}",
        "TIME",
        f"Wait {number % 2}",
        "waiting",
        entered_at=since,
        due_at=NOW + timedelta(hours=-1 if late else 1),
        is_open=True,
    )
    lead = Lead(f"lead_{number:03}", phone=f"+9198123{number:05}", status="active")
    keep(WORKFLOW, [(Timeline(WORKFLOW, lead, (*calls, wait)), NOW - timedelta(minutes=3))])


def shown(response: Any) -> list[str]:
    table = response.content.decode().partition('id="leads"')[2]
    return re.findall(r'<tr data-lead="(\w*)"', table)


def numbers(response: Any) -> list[int]:
    return [int(lead_id.removeprefix("lead_")) for lead_id in shown(response)]


def text(response: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


# --- A whole list


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=active", [3, 6, 9, 12]),
        ("status=pending", []),
        ("id=_01", [10, 11, 12]),
        ("variable=plan", [7]),
        ("variable=city&status=dropped", [2, 5, 8, 11]),
        ("sort=-id", list(range(12, 0, -1))),
        ("sort=status", [3, 6, 9, 12, 1, 4, 7, 10, 2, 5, 8, 11]),
        ("sort=enrolled&status=active", [12, 9, 6, 3]),
        ("sort=-enrolled&id=_00", list(range(1, 10))),
    ],
)
def test_whole_list_is_filtered_and_sorted_here(ops: Client, stub: Stub, query: str, expected: list[int]) -> None:
    """Over all rows, in one upstream call."""
    whole(stub)

    response = ops.get(f"{URL}?{query}")

    assert numbers(response) == expected
    assert stub.seen == [LEADS]
    assert expected or "No lead fits." in text(response)


def test_whole_list_is_paged_here_and_says_so(ops: Client, stub: Stub, django_assert_max_num_queries: Any) -> None:
    """A hundred to a page; two pages ask upstream once; queries do not grow with rows."""
    whole(stub, 1_250)

    with django_assert_max_num_queries(16):
        last = ops.get(f"{URL}?page=13&sort=id")
    first = ops.get(f"{URL}?sort=id")

    assert (numbers(first)[:2], len(numbers(first)), len(numbers(last))) == ([1, 2], 100, 50)
    assert "Page 13 of 13" in text(last)
    assert "DialNexa sent the whole list at once" in text(first)
    assert stub.seen == [LEADS]


def test_row_tells_what_its_digest_knows(ops: Client, stub: Stub) -> None:
    """Where the lead is, since when, its calls and steps, and how old that is; without one, that nobody has read it."""
    whole(stub, 2)
    known(1, hours=5, dials=3)

    said = text(ops.get(URL)).partition("Enrolled")[2]

    assert "Wait 1 read 3 min ago 5 h ago 3 4" in said
    assert "not read yet" in said


def test_stuck_and_node_filters_come_from_digests(ops: Client, stub: Stub) -> None:
    """No upstream call at all, and how many leads that is about."""
    for number in (1, 2, 3):
        known(number, hours=number, late=number == 2)

    stuck, free, node = (ops.get(f"{URL}?{query}") for query in ("stuck=yes", "stuck=no", "node=node_wait1"))

    assert (numbers(stuck), numbers(free), numbers(node)) == ([2], [1, 3], [1, 3])
    assert "Out of the 3 leads that scans have read" in text(stuck)
    assert stub.seen == []


@pytest.mark.parametrize(
    ("sort", "expected"), [("since", [3, 2, 1]), ("-since", [1, 2, 3]), ("dials", [3, 2, 1]), ("-visits", [1, 2, 3])]
)
def test_digest_columns_sort(ops: Client, stub: Stub, sort: str, expected: list[int]) -> None:
    """Each way."""
    for number in (1, 2, 3):
        known(number, hours=number, dials=4 - number)

    assert numbers(ops.get(f"{URL}?sort={sort}")) == expected


def test_header_says_how_the_list_is_sorted(ops: Client, stub: Stub) -> None:
    """A link for each column; the one in force is told to a screen reader too, and turns around."""
    whole(stub)

    page = ops.get(f"{URL}?sort=id&status=active").content.decode()

    assert 'aria-sort="ascending"><a href="?status=active&amp;sort=-id">Lead' in page
    assert '<a href="?status=active&amp;sort=since">Since' in page


# --- A list that comes page by page


def test_paged_list_is_shown_as_it_comes(ops: Client, stub: Stub) -> None:
    """The page asked for, of as many as upstream says."""
    paged(stub, [101, 102], page=2)

    response = ops.get(f"{URL}?page=2")

    assert numbers(response) == [101, 102]
    assert "250 leads" in text(response)
    assert "Page 2 of 3" in text(response)


def test_status_that_upstream_ignores_is_filtered_here_and_said(ops: Client, stub: Stub) -> None:
    """Never another status under the heading of this one."""
    paged(stub, [1, 2, 3, 4])

    response = ops.get(f"{URL}?status=active")

    assert numbers(response) == [3]
    assert "DialNexa did not filter by status" in text(response)


def test_paged_list_is_sorted_and_searched_by_digests(ops: Client, stub: Stub) -> None:
    """One upstream call at most; what scans do not know is said not to be there."""
    paged(stub, [1, 2])
    for number in (4, 5):
        known(number, hours=1)

    response = ops.get(f"{URL}?sort=-id")

    assert numbers(response) == [5, 4]
    assert "Out of the 2 leads that scans have read; others are not in this list." in text(response)
    assert len(stub.seen) == 1


def test_what_a_source_can_not_answer_is_refused(ops: Client, stub: Stub) -> None:
    """Rather a sentence than half an answer."""
    paged(stub, [1, 2])

    for response in (ops.get(f"{URL}?variable=city"), ops.get(f"{URL}?variable=city&stuck=yes")):
        assert response.status_code == 400
        assert "variables can only be searched in a list that DialNexa sends whole" in text(response)


# --- Searching without a trace


@pytest.mark.parametrize(("given", "expected"), [("+91 98123-00007", [7]), ("0007", [7]), ("99999", [])])
def test_search_by_phone_leaves_no_trace(
    ops: Client, stub: Stub, caplog: pytest.LogCaptureFixture, given: str, expected: list[int]
) -> None:
    """A POST; the number is in no address, no log, no session, and comes back masked."""
    caplog.set_level(logging.DEBUG)
    whole(stub)

    response = ops.post(SEARCH, {"phone": given})

    digits = "".join(filter(str.isdecimal, given))
    page = response.content.decode()
    assert numbers(response) == expected
    assert "?list=" not in page.partition('id="leads"')[2]
    sessions = [session.get_decoded() for session in Session.objects.all()]
    for place in (caplog.text, str(sessions), *re.findall(r'(?:href|action|value)="([^"]*)"', page)):
        # Four digits stand in many a hash by chance; the whole number in none.
        assert len(digits) < 8 or digits not in place
    assert "9812300007" not in page


def test_search_by_phone_in_a_paged_list_needs_the_whole_number(ops: Client, stub: Stub) -> None:
    """Digests know a keyed hash, which fits the whole number alone."""
    paged(stub, [1])
    known(7, hours=1)

    assert numbers(ops.post(SEARCH, {"phone": "+919812300007"})) == [7]
    short = ops.post(SEARCH, {"phone": "0007"})

    assert short.status_code == 400
    assert "only a whole number can be searched for" in text(short)


def test_search_by_a_variables_value(ops: Client, stub: Stub) -> None:
    """Exactly, but for capitals."""
    whole(stub)

    assert numbers(ops.post(SEARCH, {"variable": "city", "value": "PUNE"})) == [2, 4, 6, 8, 10, 12]


@pytest.mark.parametrize("wrong", [{}, {"phone": "12"}, {"phone": "1234", "variable": "city"}])
def test_search_that_can_not_be_read_is_refused(ops: Client, stub: Stub, wrong: dict[str, str]) -> None:
    """With a sentence, and without asking upstream."""
    assert ops.post(SEARCH, wrong).status_code == 400
    assert ops.get(SEARCH).status_code == 405
    assert stub.seen == []


@pytest.mark.parametrize(
    "query", ["status=<b>", "id=../x", "stuck=maybe", "sort=phone", "sort=--id", "page=0", "page=x", "variable=%00"]
)
def test_query_that_can_not_be_read_is_refused(ops: Client, stub: Stub, query: str) -> None:
    """400 with a sentence, and nothing asked upstream."""
    assert ops.get(f"{URL}?{query}").status_code == 400
    assert stub.seen == []


# --- From row to timeline to the next lead


def open_row(ops: Client, stub: Stub, response: Any, lead_id: str) -> str:
    """The timeline that a row's link opens."""
    stub.answer(f"{LEADS}/{lead_id}/history", {"data": {"lead": {"id": lead_id, "status": "completed"}, "history": []}})
    page = response.content.decode()
    link = re.search(rf'href="(/workflows/{WORKFLOW}/leads/{lead_id}/[^"]*)"', page)
    assert link
    return ops.get(html.unescape(link[1])).content.decode()


def neighbours(page: str) -> dict[str, str]:
    found = re.findall(
        r'<a (?:rel="(\w+)" )?href="([^"]+)"[^>]*>([^<]+)</a>',
        page.partition('class="neighbours"')[2].partition("</nav>")[0],
    )
    return {words: html.unescape(href) for _, href, words in found[:3]}


def test_timeline_knows_its_neighbours_in_the_list(ops: Client, stub: Stub) -> None:
    """Of the filtered and sorted list it came from, and the way back; upstream is asked for the lead alone."""
    whole(stub)

    page = open_row(ops, stub, ops.get(f"{URL}?status=active&sort=-id"), "lead_009")

    links = neighbours(page)
    assert "Lead 2 of 4" in page
    assert links["Previous lead"].startswith(f"/workflows/{WORKFLOW}/leads/lead_012/?list=")
    assert links["Next lead"].startswith(f"/workflows/{WORKFLOW}/leads/lead_006/?list=")
    assert links["Back to the list"] == f"{URL}?status=active&sort=-id"
    assert stub.seen == [LEADS, f"{LEADS}/lead_009/history"]


def test_neighbours_cross_pages_and_end_with_the_list(ops: Client, stub: Stub) -> None:
    """The last of a page leads to the first of the next, whose way back is to the next page."""
    whole(stub, 102)

    last = neighbours(open_row(ops, stub, ops.get(f"{URL}?sort=id"), "lead_100"))
    response = ops.get(f"{URL}?sort=id&page=2")
    first = open_row(ops, stub, response, "lead_101")
    end = neighbours(open_row(ops, stub, response, "lead_102"))

    assert last["Next lead"] == f"/workflows/{WORKFLOW}/leads/lead_101/?list=sort%3Did%26page%3D2"
    assert "Lead 101 of 102" in first
    assert neighbours(first)["Previous lead"] == f"/workflows/{WORKFLOW}/leads/lead_100/?list=sort%3Did"
    assert "Next lead" not in end


def test_neighbours_in_a_list_of_digests(ops: Client, stub: Stub) -> None:
    """Stuck leads one after the other."""
    for number in (1, 2, 3):
        known(number, hours=number, late=True)

    page = open_row(ops, stub, ops.get(f"{URL}?stuck=yes&sort=since"), "lead_002")

    assert "Lead 2 of 3" in page
    assert neighbours(page)["Next lead"].startswith(f"/workflows/{WORKFLOW}/leads/lead_001/")


def test_list_nobody_remembers_still_has_a_way_back(ops: Client, stub: Stub) -> None:
    """A shared address opens cold: no neighbours, and no upstream call for them."""
    stub.answer(
        f"{LEADS}/lead_001/history", {"data": {"lead": {"id": "lead_001", "status": "completed"}, "history": []}}
    )

    page = ops.get(f"{URL}leads/lead_001/?list=status%3Dactive").content.decode()

    assert list(neighbours(page)) == ["Back to the list"]
    assert stub.seen == [f"{LEADS}/lead_001/history"]


def test_list_state_that_can_not_be_read_is_refused(ops: Client, stub: Stub) -> None:
    """As everywhere: bad input is a sentence."""
    stub.answer(
        f"{LEADS}/lead_001/history", {"data": {"lead": {"id": "lead_001", "status": "completed"}, "history": []}}
    )

    assert ops.get(f"{URL}leads/lead_001/?list=sort%3Dphone").status_code == 400
