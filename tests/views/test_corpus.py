"""Bad input on every route: it never gets upstream, breaks no page, becomes no markup, forges no log line."""

from __future__ import annotations

import json
import logging
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import upstream
from tests.corpus import CONTROLS, HTML, IDS, QUERIES, UNICODE, UNKNOWN_IDS, URLS
from tests.lines import logged
from tests.promises import promised
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, URL, VISITS, WORKFLOW, call, history

pytestmark = pytest.mark.django_db

ALLOWED = {200, 204, 301, 302, 303, 400, 403, 404, 405, 414, 429, 503}
SLOTS = [
    "/workflows/{}/",
    f"/workflows/{WORKFLOW}/leads/{{}}/",
    f"{URL}calls/{{}}/",
    f"{URL}visits/{{}}/",
    f"{URL}live/{{}}",
    f"/workflows/{WORKFLOW}/scans/{{}}/",
    "/workflows/{}/stuck/",
    "/workflows/{}/coverage/",
    f"/workflows/{WORKFLOW}/coverage/scans/{{}}/",
    "/workflows/{}/leads/x/reveal/",
    f"/workflows/{WORKFLOW}/leads/{{}}/share/",
    f"/workflows/{WORKFLOW}/leads/{{}}/export/",
    f"/workflows/{WORKFLOW}/leads/{{}}/packets/",
    f"{URL}packets/{{}}/",
    f"{URL}packets/1/{{}}",
    "/s/{}/",
    "/shares/{}/revoke/",
    "/access/{}",
    "/admin/auth/user/{}/change/",
    "/admin/dashboard/auditevent/{}/change/",
    "/admin/dashboard/review/{}/change/",
    "/admin/dashboard/review/{}/history/",
    "/admin/dashboard/rulepack/{}/change/",
]
PAGES = [
    *("/", f"/workflows/{WORKFLOW}/", f"/workflows/{WORKFLOW}/stuck/", URL, f"{URL}calls/call_two/", f"{URL}visits/1/"),
    *(f"/workflows/{WORKFLOW}/coverage/{name}" for name in ("", "coverage.csv", "coverage.json")),
    *("/access/", "/access/trail.csv", "/access/trail.jsonl", "/shares/", f"{URL}reveal/", f"{URL}share/"),
    *(f"{URL}export/", f"{URL}packets/"),
    *("/accounts/login/", "/admin/", "/admin/auth/user/", "/admin/dashboard/auditevent/"),
    *("/admin/dashboard/review/", "/admin/dashboard/packchoice/", "/admin/dashboard/rulepack/shipped/"),
]
ID = "[A-Za-z0-9][A-Za-z0-9_-]{0,99}"
RAW_PATH = re.compile(rf"/v1/(workflows(/{ID}(/leads(/{ID}/history)?)?)?|calls/{ID})")


@pytest.fixture
def place(stub: Stub) -> Stub:
    stub.answer("/v1/workflows", [{"id": WORKFLOW, "title": "Loans"}, {"id": "wf_b", "title": "Others"}])
    stub.answer(f"/v1/workflows/{WORKFLOW}", {"id": WORKFLOW, "title": "Loans", "status": "active"})
    stub.answer(f"/v1/workflows/{WORKFLOW}/leads", [{"id": LEAD, "status": "active"}])
    stub.answer(HISTORY, history())
    stub.answer("/v1/calls/call_two", call("call_two"))
    return stub


@pytest.mark.parametrize("slot", SLOTS)
def test_p8_odd_ids_get_nowhere(superuser: Client, place: Stub, slot: str) -> None:
    """Refused before any upstream call; the client encodes some and sends others as they are."""
    for bad in IDS:
        for path in {slot.format(bad), slot.format(quote(bad, safe=""))}:
            response = superuser.get(path)

            assert response.status_code in ALLOWED, path
            assert all(RAW_PATH.fullmatch(seen) for seen in place.seen), path
            if response.status_code == 404:
                assert "Not found" in response.content.decode() or "admin" in path


@pytest.mark.parametrize("slot", SLOTS[:4])
def test_p8_unknown_ids_are_asked_for_and_not_there(superuser: Client, place: Stub, slot: str) -> None:
    """Shaped like an id: one call upstream at most, and the same 404."""
    for name in UNKNOWN_IDS:
        assert superuser.get(slot.format(name)).status_code == 404

    assert all(RAW_PATH.fullmatch(seen) for seen in place.seen)


@pytest.mark.parametrize("address", PAGES)
def test_p8_odd_queries_are_refused_in_a_sentence(superuser: Client, place: Stub, address: str) -> None:
    """Or passed over; never an error of ours."""
    for query in QUERIES:
        response = superuser.get(f"{address}?{query}")

        assert response.status_code in ALLOWED, query[:80]
        if response.status_code == 302:
            assert not urlsplit(response["Location"]).netloc


@settings(promised, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.text(max_size=30), min_size=1, max_size=3))
def test_p8_any_text_in_a_path(superuser: Client, place: Stub, parts: list[str]) -> None:
    """A 404 without an upstream call, or a path of the one shape that is ever sent."""
    path = "/workflows/" + "/".join(quote(part, safe="", errors="replace") for part in parts)

    response = superuser.get(f"{path}/")

    assert response.status_code in ALLOWED
    assert all(RAW_PATH.fullmatch(seen) for seen in place.seen)


@pytest.mark.parametrize(
    "header", ["HX-Current-URL", "HX-Target", "HX-Trigger", "User-Agent", "Referer", "X-Forwarded-For"]
)
def test_p8_odd_headers_change_nothing(superuser: Client, place: Stub, header: str) -> None:
    """No page fails, and no redirect leads elsewhere."""
    for value in [*URLS, *CONTROLS, *HTML]:
        given = {header: value.replace("\n", " ").replace("\r", " "), "HX-Request": "true"}
        for page in (URL, f"{URL}calls/call_two/", "/access/"):
            assert superuser.get(page, headers=given).status_code in ALLOWED
        redirect = Client().get(URL, headers=given).headers.get("HX-Redirect", "")
        assert redirect.startswith("/accounts/login/?next=%2F")
        assert "%2F%2F" not in redirect.partition("next=")[2][:8]


@pytest.mark.parametrize("url", URLS)
def test_no_form_leads_to_another_site(superuser: Client, place: Stub, url: str) -> None:
    """Reading again, uncovering, covering, signing in."""
    reason = {"reason": "qa", "text": "Looking at a sample."}
    answers = [
        superuser.post("/read-again/", {"next": url}),
        superuser.post(f"{URL}reveal/", {**reason, "next": url}),
        superuser.post(f"{URL}conceal/", {"next": url}),
        superuser.get("/admin/login/", {"next": url}),
        superuser.get("/accounts/login/", {"next": url}),
    ]

    for answer in answers:
        assert answer.status_code in (302, 303, 400)
        place_to = answer.headers.get("Location", "/")
        assert place_to.startswith("/")
        assert not place_to.startswith(("//", "/\\"))


def test_recording_address_never_reaches_the_page(superuser: Client, place: Stub) -> None:
    """Whatever upstream says it is."""
    for url in URLS:
        place.answer("/v1/calls/call_two", call("call_two", recording_url=url))
        place.mend()
        page = superuser.get(f"{URL}calls/call_two/").content.decode()
        assert "e.com" not in page


class Tags(HTMLParser):
    """The elements of a page with their attributes' names, in order; those of its picture as a set."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []
        self.drawn: set[str] = set()
        self._depth = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._depth += tag == "svg"
        if self._depth:
            # How long a label is moves others about.
            self.drawn.add(tag)
        else:
            self.seen.append((tag, tuple(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "svg"


def bodies(text: str) -> dict[str, Any]:
    """Every body with this text in every string that is free."""
    visits = [{**visit, "node_label": f"x{text}", "node_type": visit["node_type"]} for visit in VISITS]
    visits[0] |= {"status": f"x{text}", "edge_label": f"x{text}", "exit_reason": f"x{text}"}
    transcript = [{"role": "agent", "content": f"x{text}"}, {"role": f"x{text}", "content": f"x{text}"}]
    workflow = {"id": WORKFLOW, "title": f"x{text}", "status": "active", "description": f"x{text}"}
    return {
        "/v1/workflows": [workflow, {"id": "wf_b", "title": "x"}],
        f"/v1/workflows/{WORKFLOW}": workflow,
        f"/v1/workflows/{WORKFLOW}/leads": [
            {"id": LEAD, "status": f"x{text}", "dynamic_variables": {f"x{text}": f"x{text}"}}
        ],
        HISTORY: history(visits, dynamic_variables={f"x{text}": f"long value x{text}"}, status=f"x{text}"),
        "/v1/calls/call_two": call(
            "call_two",
            transcript=transcript,
            summary=f"x{text}",
            end_reason=f"x{text}",
            analysis={f"x{text}": f"x{text}"},
            agent_name=f"x{text}",
        ),
    }


READ = ["/", f"/workflows/{WORKFLOW}/", URL, f"{URL}calls/call_two/", f"{URL}visits/1/"]


def read(client: Client, text: str, stub: Stub) -> dict[str, str]:
    """Each page with this text everywhere, uncovered."""
    for path, body in bodies(text).items():
        stub.answer(path, json.dumps(body).encode())
    stub.mend()
    upstream.forget()
    pages = {}
    for page in READ:
        response = client.get(page)
        assert response.status_code == 200, (page, text[:40])
        pages[page] = response.content.decode()
    return pages


@pytest.mark.parametrize("is_uncovered", [False, True])
def test_f62_markup_of_upstream_is_text(superuser: Client, stub: Stub, is_uncovered: bool) -> None:
    """In every string of every body: the page has the elements and attributes of one with harmless words."""
    if is_uncovered:
        superuser.post(f"{URL}reveal/", {"reason": "qa", "text": "Looking at a sample."})
    read(superuser, "harmless", stub)  # the first look leaves digests, which the lists then show
    plain = {page: Tags(text) for page, text in read(superuser, "harmless", stub).items()}

    for text in HTML:
        found = {page: Tags(markup) for page, markup in read(superuser, text, stub).items()}
        for page in READ:
            assert found[page].seen == plain[page].seen, (page, text)
            assert found[page].drawn <= plain[page].drawn | {"tspan", "line"}, (page, text)


def test_f40_f63_odd_characters_break_no_page(superuser: Client, stub: Stub) -> None:
    """Unpaired surrogates, control characters, a line of fifty thousand letters, text from right to left."""
    for text in [*UNICODE, *CONTROLS]:
        pages = read(superuser, text, stub)
        assert all("\x00" not in page and "\u202e" not in page for page in pages.values())


def test_odd_characters_in_forms_break_nothing(superuser: Client, place: Stub) -> None:
    """Notes, reasons, filters, searches, names: kept as text or refused, never a fault of ours."""
    for text in [*HTML, *UNICODE, *CONTROLS]:
        text = text.encode(errors="replace").decode()[:5_000]
        answers = [
            superuser.post(f"{URL}reveal/", {"reason": "qa", "text": f"{text} and some more words"}),
            superuser.post(f"{URL}share/", {"hours": "1", "note": text}),
            superuser.post(f"/workflows/{WORKFLOW}/search/", {"variable": text, "value": text}),
            superuser.post(f"/workflows/{WORKFLOW}/search/", {"phone": text}),
            superuser.post("/access/person/", {"phone": text}),
            superuser.get("/access/", {"actor": text}),
            superuser.get(f"/workflows/{WORKFLOW}/", {"node": text, "variable": text}),
            Client().post("/accounts/login/", {"login": text, "password": text}),
        ]
        assert {answer.status_code for answer in answers} <= ALLOWED, text[:40]
        assert "<script>window" not in superuser.get("/shares/").content.decode()


def test_one_event_is_one_log_line(superuser: Client, place: Stub) -> None:
    """Whatever stands in a path, a query, a header or upstream's answer: JSON, one line each, nothing forged."""
    with logged() as stream:
        for text in CONTROLS:
            superuser.get(f"/no/{quote(text)}/", headers={"User-Agent": text.replace("\n", "").replace("\r", "")})
            superuser.get(URL, {"zone": text})
            logging.getLogger("dashboard").warning("upstream said %s", text)

    lines = stream.getvalue().splitlines()
    assert len(lines) >= 2 * len(CONTROLS)
    for line in lines:
        assert set(json.loads(line)) >= {"event", "level", "timestamp", "request_id"}
        assert "\x1b" not in line


def test_secret_addresses_stay_out_of_logs(superuser: Client, place: Stub) -> None:
    """A share link's token, also one that was mistyped."""
    token = "Tok" + "e" * 40
    with logged() as stream:
        Client().get(f"/s/{token}/")
        Client().get(f"/s/{token}/calls/call_two/")
        Client().get(f"/s/{token}x/")

    assert "/s/…" in stream.getvalue() or "/s/\\u2026" in stream.getvalue()
    assert token not in stream.getvalue()


def test_route_map_has_no_address_outside_the_corpus() -> None:
    """Each id of the URL map stands in a slot above or is a number, a token or one of four names."""
    kinds = {
        type(converter).__name__
        for pattern in get_resolver().url_patterns
        for converter in getattr(pattern.pattern, "converters", {}).values()
    }

    assert kinds == {"IdConverter", "IntConverter", "PartConverter", "TokenConverter"}
    assert django_settings.ROOT_URLCONF == "dashboard.urls"
