"""Reviews: a lead in the queue, what was computed of it, and what people have judged. Every version is kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords


class Review(models.Model):
    """One lead's place in the queue, and its judgement. One a lead; its history holds every earlier state."""

    class State(models.TextChoices):
        OPEN = "open", "not reviewed"
        SECOND = "second", "waits for a second reviewer"
        SIGNED = "signed", "signed off"
        DISPUTED = "disputed", "disputed"
        WITHDRAWN = "withdrawn", "withdrawn, not reviewed again"
        OUT = "out", "taken out of the queue"

    class Verdict(models.TextChoices):
        PASSED = "passed", "passed"
        BREACH = "breach", "breach"
        CANNOT_TELL = "cannot_tell", "cannot tell"
        SECOND_LOOK = "second_look", "needs a second look"

    class Why(models.TextChoices):
        RISK = "risk", "at risk"
        SAMPLE = "sample", "random sample"
        ASKED = "asked", "asked for"

    workflow_id = models.CharField(max_length=100)
    lead_id = models.CharField(max_length=100)
    why = models.CharField("in the queue as", max_length=6, choices=Why.choices, default=Why.ASKED)
    queued_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    out_why = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)  # one more with each act of a person

    # What the rules say, as last computed.
    computed = models.CharField("computed", max_length=11, blank=True)  # the worst of compliance.verdict.Result
    computed_at = models.DateTimeField(null=True, blank=True)

    # The person's judgement.
    verdict = models.CharField(max_length=11, choices=Verdict.choices, blank=True)
    # By "PACK RULE": what was computed, what the reviewer holds it for, and why, where the two differ.
    answers = models.JSONField(default=dict, blank=True)  # {"computed": "", "result": "", "reason": ""}
    scores = models.JSONField(default=dict, blank=True)  # by "PACK QUESTION": "yes", "no" or "n/a"
    note = models.TextField(max_length=2000, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="reviews"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="second_reviews"
    )
    second_at = models.DateTimeField(null=True, blank=True)
    second_note = models.CharField(max_length=1000, blank=True)  # why a breach was not confirmed
    withdrawn_why = models.CharField(max_length=300, blank=True)
    # Who wants somebody else's judgement withdrawn, until a second person has decided.
    withdrawal_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="withdrawals"
    )

    # What the judgement rests on.
    fingerprint = models.CharField(max_length=64, blank=True)
    snapshot = models.JSONField(default=dict, blank=True)  # compliance.snapshot: nothing personal
    is_stale = models.BooleanField(default=False)
    stale_since = models.DateTimeField(null=True, blank=True)

    # A dispute by operations, and its answer.
    disputed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="disputes"
    )
    disputed_at = models.DateTimeField(null=True, blank=True)
    dispute = models.CharField(max_length=1000, blank=True)
    dispute_answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="answered_disputes"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    # The called party's zone, where a reviewer knows better than the number.
    zone = models.CharField(max_length=64, blank=True)
    zone_why = models.CharField(max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow_id", "lead_id"], name="one_review_per_lead")]
        indexes = [
            models.Index(fields=["state", "is_stale", "computed", "queued_at"], name="review_queue"),
            models.Index(fields=["reviewed_at"], name="review_by_date"),
        ]

    def __str__(self) -> str:
        return f"review of {self.lead_id} in {self.workflow_id}"

    @property
    def is_judged(self) -> bool:
        """Whether a judgement stands, be it that it still waits for a second reviewer."""
        return self.state in (self.State.SECOND, self.State.SIGNED, self.State.DISPUTED)


class Finding(models.Model):
    """One rule's computed result for a lead in the queue: what lists filter by. Replaced at each computation."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="findings")
    pack = models.CharField(max_length=62)  # id and version
    rule_id = models.CharField(max_length=40)
    result = models.CharField(max_length=11)

    class Meta:
        indexes = [models.Index(fields=["rule_id", "result"], name="finding_by_rule")]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.result}"


class BlindReview(models.Model):
    """A second judgement of a signed review, by somebody who is not shown the first one."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="blind")
    fingerprint = models.CharField(max_length=64)  # of the judgement that it repeats
    first_verdict = models.CharField(max_length=11, choices=Review.Verdict.choices)
    drawn_at = models.DateTimeField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="blind_reviews"
    )
    verdict = models.CharField(max_length=11, choices=Review.Verdict.choices, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "fingerprint"], name="one_blind_review")]

    def __str__(self) -> str:
        return f"blind {self.review}"
