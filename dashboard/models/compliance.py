"""What verdicts rest on besides histories: rule packs, which of them a workflow has, and facts of calls."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from dashboard.compliance import packs
from dashboard.compliance.calls import CallFacts


class RulePack(models.Model):
    """An installation's own pack, as TOML. Its version says when it has changed."""

    slug = models.SlugField("id", max_length=40, unique=True, editable=False)
    text = models.TextField("TOML", max_length=200_000)
    changed_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.slug

    def clean(self) -> None:
        """Raises ValidationError with the pack's own sentence."""
        try:
            pack = packs.read(self.text)
        except packs.PackError as error:
            raise ValidationError({"text": str(error)}) from None
        if pack.id in packs.filed(settings.RULE_PACKS):
            raise ValidationError({"text": f"“{pack.id}” is the id of a pack that comes with Leadline or from a file."})
        if RulePack.objects.filter(slug=pack.id).exclude(pk=self.pk).exists():
            raise ValidationError({"text": f"There is a pack with the id “{pack.id}” already."})
        if self.pk and pack.id != self.slug:
            raise ValidationError({"text": f"A pack keeps its id: “{self.slug}”."})
        self.slug = pack.id


class PackChoice(models.Model):
    """Which packs a workflow is judged by, besides the record's own. None: "no rule pack", which is not "clear"."""

    workflow_id = models.CharField(max_length=100, unique=True)
    packs = models.JSONField(default=list)  # ids
    set_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.workflow_id}: {', '.join(self.packs) or 'no pack'}"


class CallDigest(models.Model):
    """The facts of one call as read: nothing that was said, no number. The fields are those of CallFacts.

    read_at: when they were first read as they are.
    """

    workflow_id = models.CharField(max_length=100)
    lead_id = models.CharField(max_length=100)
    call_id = models.CharField(max_length=100)
    read_at = models.DateTimeField()
    is_missing = models.BooleanField(default=False)
    status = models.CharField(max_length=40, default="unknown")
    started_at = models.DateTimeField(null=True)
    is_inbound = models.BooleanField(default=False)
    is_sensitive = models.BooleanField(default=False)
    turns = models.PositiveIntegerField(default=0)
    agent_turns = models.PositiveIntegerField(default=0)
    caller_turns = models.PositiveIntegerField(default=0)
    found = models.JSONField(default=dict)
    caller_series = models.CharField(max_length=20, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workflow_id", "lead_id", "call_id"], name="one_digest_per_call")
        ]

    def __str__(self) -> str:
        return self.call_id

    def facts(self) -> CallFacts:
        fields = {name: getattr(self, name) for name in CallFacts.__slots__ if name != "found"}
        return CallFacts(**fields, found={key: tuple(turns) for key, turns in self.found.items()})


def call_digest(workflow_id: str, lead_id: str, facts: CallFacts) -> CallDigest:
    """A row, not saved, of a call's facts."""
    fields = {name: getattr(facts, name) for name in CallFacts.__slots__}
    return CallDigest(workflow_id=workflow_id, lead_id=lead_id, **fields)
