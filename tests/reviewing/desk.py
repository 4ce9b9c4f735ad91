"""A lead at risk on a reviewer's desk: its history over real HTTP, people of every role, and short ways to act."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User

from dashboard import judging, reviewing, upstream
from dashboard.judging import Judgement
from dashboard.models import PackChoice, Review
from dashboard.scan import digests
from tests.people import person
from tests.stub import Stub
from tests.views.conftest import HISTORY, LEAD, VISITS, WORKFLOW, history

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
PACK = "in-rbi-recovery"
HOURS = f"{PACK} IN-RBI-HOURS"
CRITICAL = f"{PACK} harassment"
# Dialled at 21:30 in India, where 19:00 is the latest.
NIGHT = {**VISITS[2], "entered_at": "2026-03-02T16:00:00.000Z", "exited_at": "2026-03-02T16:02:00.000Z"}
AT_NIGHT = [*VISITS[:2], NIGHT]
WHY = "She had asked for a call at that hour."


class Desk:
    """desk.sign(desk.rita, "breach"): whoever acts has just read the lead."""

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        self.rita, self.rosa = person("reviewer", "rita"), person("reviewer", "rosa")
        self.olga = person("ops", "olga")
        PackChoice.objects.create(workflow_id=WORKFLOW, packs=[PACK])
        self.has(AT_NIGHT)
        reviewing.queue_one(self.judged, now=NOW)

    def has(self, visits: list[Any], **lead: Any) -> None:
        """What DialNexa has of the lead from now on."""
        self.stub.answer(HISTORY, history(visits, **lead))
        self.stub.mend()
        upstream.forget()

    @property
    def judged(self) -> Judgement:
        """The lead as its page has it: read, digest kept, judged, its review renewed."""
        read = upstream.lead_history(WORKFLOW, LEAD)
        digests.keep(WORKFLOW, [(read.value, NOW)])
        judged = judging.judgement(read.value)
        reviewing.refresh(judged, NOW)
        return judged

    @property
    def review(self) -> Review:
        return Review.objects.get(workflow_id=WORKFLOW, lead_id=LEAD)

    def sign(
        self,
        user: User,
        verdict: str,
        *,
        overrides: dict[str, tuple[str, str]] | None = None,
        scores: dict[str, str] | None = None,
        note: str = "",
        **more: Any,
    ) -> Review:
        """Agreeing with every rule and answering every question with yes, but as said."""
        judged = self.judged
        answers = {f"{one.pack.id} {one.rule.id}": {"result": one.result.value} for one in judged.verdicts}
        for key, (result, reason) in (overrides or {}).items():
            answers[key] = {"result": result, "reason": reason}
        scored = {f"{pack.id} {one.id}": "yes" for pack in judged.chosen for one in pack.questions}
        given = {"verdict": verdict, "answers": answers, "scores": scored | (scores or {}), "note": note}
        return reviewing.sign(self.review, user, judged, **{"now": NOW, **given, **more})

    def passed(self, user: User | None = None) -> Review:
        """Signed off, the hour excused."""
        return self.sign(user or self.rita, "passed", overrides={HOURS: ("clear", WHY)})

    def breach(self) -> Review:
        return self.sign(self.rita, "breach")

    def confirmed(self) -> Review:
        self.breach()
        return reviewing.second(self.review, self.rosa, now=NOW, agrees=True)

    def disputed(self) -> Review:
        self.passed()
        return reviewing.dispute(self.review, self.olga, "That was not what she said.", now=NOW + timedelta(days=1))

    def withdrawn(self) -> Review:
        self.passed()
        return reviewing.withdraw(self.review, self.rita, "I had mixed up two leads.")

    def asked_back(self) -> Review:
        self.passed()
        return reviewing.withdraw(self.review, self.rosa, "The reason does not hold.")

    def left(self) -> Review:
        return self.sign(self.rita, "second_look", note="The second call is in Tamil.")

    def changed(self) -> None:
        """Upstream has another past than was judged."""
        self.has([*VISITS[:2], {**NIGHT, "status": "no_answer"}])
        assert self.judged.review
