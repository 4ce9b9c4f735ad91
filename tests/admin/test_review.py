"""A lead's page in the queue: what it shows, what comes of its forms, and what it hides."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard import reviewing, upstream
from dashboard.models import AuditEvent, BlindReview, CallDigest, Review
from tests.reviewing.desk import AT_NIGHT, CRITICAL, HOURS, NIGHT, NOW, WHY, Desk
from tests.views.conftest import HISTORY, LEAD, URL, WORKFLOW, call

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(desk: Desk) -> str:
    return f"/admin/dashboard/review/{desk.review.pk}/change/"


def text(answer: Any) -> str:
    """The page's words."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(answer.content.decode())).split())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def filled(client: Client, desk: Desk, **changes: str) -> dict[str, str]:
    """The form as a reviewer would send it who agrees with everything and answers yes."""
    page = client.get(url(desk)).content.decode()
    judged = desk.judged
    data = {name: hidden(page, name) for name in ("version", "seen")}
    data |= {f"result:{one.pack.id}:{one.rule.id}": f"={one.result.value}" for one in judged.verdicts}
    data |= {f"score:{pack.id}:{one.id}": "yes" for pack in judged.chosen for one in pack.questions}
    return {**data, "verdict": "breach", "note": "", **changes}


FIELD = HOURS.replace(" ", ":")
EXCUSED = {f"result:{FIELD}": "clear", f"reason:{FIELD}": WHY, "verdict": "passed"}


def test_page_shows_all_a_reviewer_needs_for_one_upstream_call(desk: Desk) -> None:
    """Picture, each rule with what it rests on, calls as links, the scorecard; recorded like a timeline's page."""
    client = browser(desk.rita)
    upstream.forget()
    before = len(desk.stub.seen)

    answer = client.get(url(desk))

    page, words = answer.content.decode(), text(answer)
    assert [path for path in desk.stub.seen[before:] if "/history" in path or "/calls/" in path] == [HISTORY]
    assert "<svg" in page
    assert "No recovery call before 8:00 or after 19:00" in words
    assert "8:00:00 to 19:00:00 Indian Standard Time, both included" in words
    assert "India: recovery of loans (RBI), version 1, rule IN-RBI-HOURS" in words
    assert f'href="{URL}calls/call_two/"' in page
    assert "Was the conversation free of intimidation" in words
    assert "9812345678" not in page
    last = AuditEvent.objects.order_by("-seq").values_list("action", flat=True)[:2]
    assert list(last) == ["timeline.view", "timeline.intent"]


def test_breach_is_signed_and_confirmed_by_somebody_else(desk: Desk) -> None:
    """Through the forms: the first one's page offers no confirmation, the second one's does."""
    rita, rosa = browser(desk.rita), browser(desk.rosa)
    assert rita.post(url(desk), filled(rita, desk)).status_code == 302
    assert desk.review.state == "second"
    assert "Confirm the breach?" not in text(rita.get(url(desk)))
    assert "Confirm the breach?" in text(rosa.get(url(desk)))

    answer = rosa.post(url(desk), {"act": "confirm", "version": desk.review.version}, follow=True)

    assert desk.review.state == "signed"
    assert "Signed off as breach by rita and rosa." in text(answer)


def test_second_reviewer_sees_what_the_first_one_held_each_rule_for(desk: Desk) -> None:
    """Beside what was computed, with the reason."""
    desk.sign(desk.rita, "breach", overrides={HOURS: ("warning", WHY)}, scores={CRITICAL: "no"})

    words = text(browser(desk.rosa).get(url(desk)))

    assert f"rita holds it for warning , not “breach” as computed: {WHY}" in words
    assert "rita holds it for clear , as computed" in words
    assert "in-rbi-recovery harassment: no" in words


def test_passed_needs_a_reason_for_each_breach_and_keeps_what_was_typed(desk: Desk) -> None:
    """400 with the sentence, the form as it was; then with the reason it is signed."""
    client = browser(desk.rita)

    refused = client.post(url(desk), filled(client, desk, verdict="passed", note="As I remember it."))
    signed = client.post(url(desk), filled(client, desk, **EXCUSED))

    assert refused.status_code == 400
    assert "stands as a breach: say why it is none" in text(refused)
    assert "As I remember it." in refused.content.decode()
    assert signed.status_code == 302
    assert (desk.review.verdict, desk.review.answers[HOURS]["reason"]) == ("passed", WHY)


def test_second_one_who_saves_is_refused_and_shown_what_happened(desk: Desk) -> None:
    """Both had the page open."""
    rita, rosa = browser(desk.rita), browser(desk.rosa)
    theirs = filled(rosa, desk, **EXCUSED)
    rita.post(url(desk), filled(rita, desk))

    answer = rosa.post(url(desk), theirs)

    assert answer.status_code == 409
    assert "Somebody else has changed this review since you opened it" in text(answer)
    assert (desk.review.verdict, desk.review.reviewer) == ("breach", desk.rita)


def test_record_that_changed_under_the_form_is_looked_at_again(desk: Desk) -> None:
    """409; the form then stands on the new record, agrees with its rules, and can be signed."""
    client = browser(desk.rita)
    data = filled(client, desk)
    desk.has([*AT_NIGHT[:2], {**NIGHT, "entered_at": "2026-03-02T12:00:00.000Z"}])

    answer = client.post(url(desk), data)
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "look again" in text(answer)
    assert '<option value="=clear" selected>clear, as computed</option>' in page
    again = {**data, "verdict": "passed", **{name: hidden(page, name) for name in ("version", "seen")}}
    again[f"result:{FIELD}"] = "=clear"
    assert client.post(url(desk), again).status_code == 302


def test_call_opened_beside_the_form_does_not_stop_the_signature(desk: Desk) -> None:
    """What a rule could not tell without it, and finds clear now, was agreed with as well."""
    at_night = {"createdAt": NIGHT["entered_at"], "transcript": "Agent: Hello.\nUser: Hello."}
    desk.stub.answer("/v1/calls/call_two", call("call_two", **at_night))
    client = browser(desk.rita)
    data = filled(client, desk)

    client.get(f"{URL}calls/call_two/", headers={"HX-Request": "true"})

    assert client.post(url(desk), data).status_code == 302
    assert desk.review.answers["record REC-TRANSCRIPT"] == {"computed": "clear", "result": "clear", "reason": ""}


def test_call_that_makes_a_rule_worse_is_looked_at_first(desk: Desk) -> None:
    """Who agreed with "cannot tell" has not agreed with a warning."""
    desk.stub.answer("/v1/calls/call_two", call("call_two", transcript="Agent: Hello.\nUser: Please stop calling me."))
    client = browser(desk.rita)
    data = filled(client, desk)

    client.get(f"{URL}calls/call_two/", headers={"HX-Request": "true"})
    answer = client.post(url(desk), data)

    assert answer.status_code == 409
    assert "“No dial after a request to stop” is “warning” by now, not “cannot tell”" in text(answer)
    assert '<option value="=warning" selected>warning, as computed</option>' in answer.content.decode()


def test_stale_judgement_shows_what_has_changed_and_can_be_judged_anew(desk: Desk) -> None:
    """The first reviewer starts from his own answers, where the rules still say the same; another from none."""
    desk.passed()
    desk.changed()
    client = browser(desk.rosa)

    answer, own = client.get(url(desk)), browser(desk.rita).get(url(desk)).content.decode()

    assert '<option value="clear" selected>clear</option>' in own
    assert '<option value="clear" selected>clear</option>' not in answer.content.decode()
    assert "The record has changed since it was judged" in text(answer)
    assert "Step 3’s status: completed → no_answer." in text(answer)
    assert WHY in html.unescape(answer.content.decode())
    assert client.post(url(desk), filled(client, desk, **EXCUSED)).status_code == 302
    assert (desk.review.is_stale, desk.review.reviewer) == (False, desk.rosa)


def test_nothing_is_signed_on_an_old_copy(desk: Desk) -> None:
    """While DialNexa is away the page shows the last copy, and the form is refused."""
    client = browser(desk.rita)
    data = filled(client, desk)
    desk.stub.answer(HISTORY, {"message": "down"}, 503)
    desk.stub.mend()
    upstream.read_again(WORKFLOW, LEAD)

    answer = client.post(url(desk), data)

    assert answer.status_code == 400
    assert "nobody can say whether the record is still the same" in text(answer)
    assert "nothing can be signed on it" in text(answer)
    assert desk.review.state == "open"


def test_past_can_be_read_when_the_record_is_gone(desk: Desk) -> None:
    """Who judged what and why, without asking DialNexa."""
    desk.passed()
    desk.stub.answer(HISTORY, {"message": "gone"}, 404)
    desk.stub.mend()
    upstream.forget()
    client = browser(desk.rosa)

    assert client.get(url(desk)).status_code == 404
    past = text(client.get(url(desk).replace("change", "history")))

    assert "judged: passed by Leadline" in past  # nobody has asked for a page as this was signed
    assert f"computed “breach”, held for “clear”: {WHY}" in past


def test_dispute_is_shown_and_answered(desk: Desk) -> None:
    """By a reviewer; reopened, the lead is open again and the dispute stays to be read."""
    desk.disputed()
    client = browser(desk.rosa)
    assert "That was not what she said." in text(client.get(url(desk)))

    data = {"act": "reopen", "reason": "Ops are right about that.", "version": desk.review.version}
    answer = client.post(url(desk), data, follow=True)

    assert (desk.review.state, desk.review.verdict) == ("open", "")
    assert "Ops are right about that." in text(answer)


def test_judgement_of_another_is_withdrawn_by_two(desk: Desk) -> None:
    """One asks, the other decides; who has asked is not asked to decide."""
    desk.asked_back()
    rita, rosa = browser(desk.rita), browser(desk.rosa)
    assert "Withdraw this judgement?" not in text(rosa.get(url(desk)))

    rita.post(url(desk), {"act": "withdrawal-yes", "version": desk.review.version})

    assert desk.review.state == "withdrawn"


@pytest.mark.parametrize(
    "data",
    [{"act": "fly"}, {"act": "confirm"}, {"act": "confirm", "version": "x"}, {"verdict": "passed"}, {}],
    ids=str,
)
def test_form_that_can_not_be_read_is_refused(desk: Desk, data: dict[str, str]) -> None:
    """400 and a sentence, whatever was sent."""
    desk.breach()

    answer = browser(desk.rosa).post(url(desk), data)

    assert answer.status_code == 400
    assert desk.review.state == "second"


# --- Blind


def test_blind_page_shows_nothing_of_the_first_judgement(desk: Desk, settings: Any) -> None:
    """Neither verdict, note, answers, reviewer nor history; on the history's own page neither."""
    settings.REVIEW_BLIND_PERCENT = 100
    desk.sign(desk.rita, "passed", overrides={HOURS: ("clear", WHY)}, note="A friendly call.")
    client = browser(desk.rosa)

    pages = [text(client.get(url(desk))), text(client.get(url(desk).replace("change", "history")))]

    for page in pages:
        assert all(told not in page for told in (WHY, "A friendly call.", "rita", "Signed off as"))
    assert "Judge it blindly" in pages[0]


def test_blind_verdict_is_kept_and_then_compared(desk: Desk, settings: Any) -> None:
    """The first judgement stands; from then on the page is open."""
    settings.REVIEW_BLIND_PERCENT = 100
    desk.passed()
    client = browser(desk.rosa)
    assert client.post(url(desk), {"act": "blind", "version": desk.review.version}).status_code == 400

    data = {"act": "blind", "verdict": "breach", "reason": "Too late.", "version": desk.review.version}
    answer = client.post(url(desk), data, follow=True)

    assert "Your verdict differs from the first one. Signed off as passed by rita." in text(answer)
    assert (BlindReview.objects.get().verdict, desk.review.verdict) == ("breach", "passed")


def test_blind_reviewer_can_not_sign_instead(desk: Desk, settings: Any) -> None:
    """By a form that his page does not have."""
    settings.REVIEW_BLIND_PERCENT = 100
    desk.passed()
    client = browser(desk.rosa)

    answer = client.post(url(desk), {"verdict": "passed"})

    assert answer.status_code == 400
    assert "Judge this one blindly" in text(answer)


# --- Walking through the queue


def test_next_and_previous_follow_the_list_it_was_opened_from(desk: Desk) -> None:
    """With its filters; signed off, the next one opens."""
    for name in ("wflead_b", "wflead_c", "elsewhere"):
        Review.objects.create(
            workflow_id="wf_else" if name == "elsewhere" else WORKFLOW, lead_id=name, computed="clear", queued_at=NOW
        )
    following = Review.objects.get(lead_id="wflead_b")
    client = browser(desk.rita)
    opened = f"{url(desk)}?_changelist_filters=workflow_id%3D{WORKFLOW}"

    page = client.get(opened)
    answer = client.post(opened, {**filled(client, desk), "_next": "1"})

    assert "1 of 3 in the queue" in text(page)
    assert (
        answer["Location"]
        == f"/admin/dashboard/review/{following.pk}/change/?_changelist_filters=workflow_id%3D{WORKFLOW}"
    )


@pytest.mark.parametrize("filters", ["note__contains=x", "reviewer=x", "p=999", "e=1", "%00"])
def test_filters_that_are_none_take_only_the_neighbours_away(desk: Desk, filters: str) -> None:
    """Whatever stands in the address."""
    answer = browser(desk.rita).get(url(desk), {"_changelist_filters": filters})

    assert answer.status_code == 200


@pytest.mark.parametrize("pk", ["999999", "x", "9" * 40])
def test_review_that_is_not_there_is_not_found(desk: Desk, pk: str) -> None:
    """A number of none, a word, and what no database can hold."""
    assert browser(desk.rita).get(f"/admin/dashboard/review/{pk}/change/").status_code == 404


# --- Reading calls for the rules


def read_calls(desk: Desk, client: Client, **data: str) -> Any:
    return client.post(f"{URL}read-calls/", {"next": url(desk), **data})


def test_calls_are_read_for_the_rules_each_recorded(desk: Desk) -> None:
    """Nothing that was said is kept; a call without a record is known as that; once read they are not read again."""
    desk.stub.answer("/v1/calls/call_two", call("call_two", transcript="Agent: Hello.\nUser: Please stop calling me."))
    client = browser(desk.rita)

    answer = read_calls(desk, client)
    seen = len(desk.stub.seen)
    read_calls(desk, client)

    assert (answer.status_code, answer["Location"]) == (303, url(desk))
    kept = {one.call_id: one for one in CallDigest.objects.all()}
    assert kept["call_one"].is_missing
    assert kept["call_two"].turns == 2
    assert [path for path in desk.stub.seen[seen:] if "/calls/" in path] == []
    recorded = AuditEvent.objects.filter(action__startswith="transcript.").order_by("seq")
    assert list(recorded.values_list("action", "call_id")) == [
        ("transcript.intent", "call_one"),
        ("transcript.missing", "call_one"),
        ("transcript.intent", "call_two"),
        ("transcript.view", "call_two"),
    ]
    assert AuditEvent.objects.filter(action="calls.read").count() == 2


def test_reading_stops_where_upstream_asks_for_rest(desk: Desk) -> None:
    """What was not read stays unread, and the page comes back."""
    for call_id in ("call_one", "call_two"):
        desk.stub.answer(f"/v1/calls/{call_id}", {"message": "slow down"}, 429, **{"Retry-After": "30"})

    answer = read_calls(desk, browser(desk.rita))

    assert answer.status_code == 303
    assert not CallDigest.objects.exists()
    assert sum("/calls/" in path for path in desk.stub.seen) <= 2


def test_at_most_twenty_calls_are_read_at_once(desk: Desk) -> None:
    """The rest by another click."""
    desk.has([{**NIGHT, "call_id": f"call_{number:02}"} for number in range(25)])
    client = browser(desk.rita)

    read_calls(desk, client)
    assert CallDigest.objects.count() == 20
    read_calls(desk, client)

    assert CallDigest.objects.count() == 25


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "", "javascript:alert(1)"])
def test_reading_leads_back_to_pages_of_ours_only(desk: Desk, address: str) -> None:
    """And reads nothing for anybody else's."""
    answer = read_calls(desk, browser(desk.rita), next=address)

    assert answer.status_code == 400
    assert not AuditEvent.objects.filter(action="calls.read").exists()


def test_reading_is_limited(desk: Desk) -> None:
    """Six times a minute."""
    client = browser(desk.rita)

    answers = [read_calls(desk, client).status_code for _ in range(7)]

    assert answers == [303] * 6 + [429]


def test_superuser_reviews_too(desk: Desk) -> None:
    """The flag carries every right; conduct holds for it all the same."""
    sue = User.objects.create_superuser("sue", password="x")
    client = browser(sue)

    client.post(url(desk), filled(client, desk))

    assert (desk.review.state, desk.review.reviewer) == ("second", sue)
    with pytest.raises(reviewing.ConductError):
        reviewing.second(desk.review, sue, now=NOW, agrees=True)
