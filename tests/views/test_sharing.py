"""Share links: made on a timeline, opened by strangers, counted, revoked; and what none of them ever shows."""

from __future__ import annotations

import html
import logging
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from dashboard.models import AuditEvent, ShareLink
from tests.people import signed_in
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, URL, WORKFLOW, call, history

pytestmark = pytest.mark.django_db

SHARE = f"{URL}share/"
VARIABLES = {"customer_name": "Asha Verma", "due": "54321"}


@pytest.fixture(autouse=True)
def lead(stub: Stub) -> None:
    stub.answer(HISTORY, history(dynamic_variables=VARIABLES))
    spoken = "Agent: Am I speaking with Asha Verma?\nUser: Yes. Ring +91 22 6789 1234, I owe 54,321."
    stub.answer("/v1/calls/call_two", call("call_two", transcript=spoken, summary="Asha will pay 54321."))


def make(client: Client, **data: Any) -> str:
    """The path of a new link."""
    page = client.post(SHARE, {"hours": "24", **data})
    found = re.search(r'value="http://testserver(/s/[A-Za-z0-9_-]{43}/)"', page.content.decode())
    assert found, page.content.decode()
    return found[1]


def test_stranger_sees_the_masked_timeline_and_nothing_else(ops: Client) -> None:
    """The same picture, table and words; no navigation, no list, no raw record, no call."""
    path = make(ops)

    response = Client().get(path)

    page = html.unescape(response.content.decode())
    assert response.status_code == 200
    assert "First call" in page
    assert "timeline-figure" in page
    assert "<svg" in page
    assert "•••• ••78" in page
    for secret in ("9812345678", "Asha", "54321", "customer_name"):
        assert secret not in page
    links = set(re.findall(r'href="(/[^"]*)"', page)) | set(re.findall(r'(?:action|hx-get)="([^"]*)"', page))
    assert {link for link in links if not link.startswith(("/static/", path))} == set()
    assert f"{path}calls/" not in page


def test_response_tells_nobody_its_address(ops: Client) -> None:
    """No referrer, no index, no cache, no frame."""
    response = Client().get(make(ops))

    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Frame-Options"] == "DENY"
    assert not response.cookies


def test_calls_are_shown_masked_if_the_link_says_so(ops: Client, stub: Stub) -> None:
    """As a panel, and as a page of their own."""
    path = make(ops, shows_calls="on")
    assert f"{path}calls/call_two/" in Client().get(path).content.decode()

    for headers in ({"HX-Request": "true"}, {}):
        said = html.unescape(Client().get(f"{path}calls/call_two/", headers=headers).content.decode())
        assert "Am I speaking with ••••?" in said
        assert "Ring •••• ••34, I owe ••••." in said
        assert "•••• will pay ••••." in said
        assert "Asha" not in said


def test_calls_are_not_there_without_that(ops: Client, stub: Stub) -> None:
    """Nor is DialNexa asked for them."""
    path = make(ops)
    stub.seen.clear()

    assert Client().get(f"{path}calls/call_two/").status_code == 404
    assert stub.seen == []


def test_call_of_another_lead_is_not_there(ops: Client, stub: Stub) -> None:
    """A link opens one lead."""
    stub.answer("/v1/calls/call_other", call("call_other"))
    path = make(ops, shows_calls="on")

    assert Client().get(f"{path}calls/call_other/").status_code == 404
    assert "/v1/calls/call_other" not in stub.seen


def _expire(link: ShareLink) -> None:
    ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def _revoke(link: ShareLink) -> None:
    ShareLink.objects.update(revoked_at=timezone.now())


def _disable(link: ShareLink) -> None:
    assert link.owner
    link.owner.is_active = False
    link.owner.save()


def _delete(link: ShareLink) -> None:
    assert link.owner
    link.owner.delete()


def _take_role(link: ShareLink) -> None:
    assert link.owner
    link.owner.groups.clear()


@pytest.mark.parametrize("end", [_expire, _revoke, _disable, _delete, _take_role])
def test_f78_link_that_is_over_looks_like_one_that_never_was(ops: Client, stub: Stub, end: Any) -> None:
    """The same 404 in every byte but the reference; DialNexa is not asked; the trail has the try."""
    path = make(ops)
    end(ShareLink.objects.get())
    stub.seen.clear()

    over, unknown = Client().get(path), Client().get(f"/s/{'A' * 43}/")
    odd = Client().get("/s/short/")

    def bare(response: Any) -> tuple[int, str, dict[str, str]]:
        headers = {name: value for name, value in response.items() if name not in ("X-Request-ID", "Content-Length")}
        return response.status_code, re.sub(r"<code>\w+</code>", "", response.content.decode()), headers

    assert bare(over) == bare(unknown) == bare(odd)
    assert over.status_code == 404
    assert stub.seen == []
    assert AuditEvent.objects.filter(action="share.denied").count() == 1


def test_each_open_is_counted_and_recorded(ops: Client) -> None:
    """By the link, not by a name; the owner sees how often, and when last."""
    path = make(ops, note="For the branch in Pune")

    Client().get(path)
    Client().get(path)

    listed = ops.get("/shares/").content.decode()
    assert "2 times, last" in listed
    assert "For the branch in Pune" in listed
    opened = AuditEvent.objects.filter(action="share.open")
    assert {event.actor_label for event in opened} == {f"share link {ShareLink.objects.get().token_hash[:12]}"}
    assert opened.count() == 2
    assert set(opened.values_list("lead_id", flat=True)) == {LEAD}


def test_token_stands_nowhere_but_on_the_page_that_made_it(ops: Client, caplog: pytest.LogCaptureFixture) -> None:
    """Not in the database, not in the list of links."""
    path = make(ops)
    token = path.split("/")[2]

    with caplog.at_level(logging.DEBUG):
        Client().get(path)

    assert token not in repr(ShareLink.objects.values().get())
    assert token not in repr(list(AuditEvent.objects.values()))
    assert token not in ops.get("/shares/").content.decode()


def test_owner_revokes_and_the_link_ends_at_once(ops: Client) -> None:
    """The button of the list."""
    path = make(ops)

    ops.post(f"/shares/{ShareLink.objects.get().pk}/revoke/")

    assert Client().get(path).status_code == 404
    assert "revoked" in ops.get("/shares/").content.decode()
    assert AuditEvent.objects.filter(action="share.revoke", actor_label="olga").exists()


def test_links_of_others_are_not_there_for_ops_and_are_for_who_may_end_them(ops: Client) -> None:
    """Neither in the list nor by number."""
    make(ops, note="mine alone")
    number = ShareLink.objects.get().pk
    other, reviewer, admin = signed_in("ops", "oscar"), signed_in("reviewer"), signed_in("admin")

    assert "mine alone" not in other.get("/shares/").content.decode()
    assert other.post(f"/shares/{number}/revoke/").status_code == 404
    assert "mine alone" in reviewer.get("/shares/").content.decode()
    assert "olga" in admin.get("/shares/").content.decode()
    assert admin.post(f"/shares/{number}/revoke/").status_code == 302
    assert ShareLink.objects.filter(revoked_by__username="adam").exists()


@pytest.mark.parametrize(("role", "longest"), [("ops", 7 * 24), ("reviewer", 30 * 24)])
def test_no_link_outlives_what_the_role_allows(role: str, longest: int) -> None:
    """An hour to a week for ops, to a month for reviewers; whatever is sent."""
    client = signed_in(role)

    page = client.get(SHARE).content.decode()
    refused = client.post(SHARE, {"hours": str(longest + 24)})

    assert max(int(hours) for hours in re.findall(r'<option value="(\d+)"', page)) == longest
    assert refused.status_code == 400
    assert not ShareLink.objects.exists()
    make(client, hours=str(longest))
    assert ShareLink.objects.get().expires_at - timezone.now() <= timedelta(hours=longest)


def test_link_ends_by_the_clock(ops: Client) -> None:
    """A second before it opens, a second after it does not."""
    with time_machine.travel("2026-07-15T09:00:00Z", tick=False) as clock:
        path = make(ops, hours="1")
        clock.shift(timedelta(minutes=59, seconds=59))
        assert Client().get(path).status_code == 200
        clock.shift(timedelta(seconds=1))
        assert Client().get(path).status_code == 404


def test_unknown_lead_is_not_shared(ops: Client) -> None:
    """A link to nothing is not made."""
    assert ops.post(f"/workflows/{WORKFLOW}/leads/wflead_none/share/", {"hours": "1"}).status_code == 404
    assert not ShareLink.objects.exists()


def test_f79_view_state_works_behind_the_link(ops: Client) -> None:
    """Clock, scale and folds by links that stay behind it; whoever is signed in sees no more than others."""
    path = make(ops)

    page = ops.get(f"{path}?zone=utc&scale=true&visit=2").content.decode()

    assert f'href="{path}?scale=true&amp;visit=2"' in page or f'href="{path}?zone=utc&amp;visit=2"' in page
    assert "Uncover" not in page
    assert ops.get(f"{path}?zone=Mars").status_code == 400


def test_f79_owner_who_has_uncovered_the_lead_sees_the_link_masked(ops: Client) -> None:
    """What a link shows does not depend on who looks."""
    path = make(ops)
    ops.post(f"{URL}reveal/", {"reason": "qa", "text": "Looking at a sample."})

    assert "+919812345678" in ops.get(URL).content.decode()
    assert "9812345678" not in ops.get(path).content.decode()
