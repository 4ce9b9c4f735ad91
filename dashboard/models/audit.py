"""The trail of who saw what: rows that are only ever added, each sealed with the one before it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Action(models.TextChoices):
    """The closed list of what is recorded. An intent stands before DialNexa is asked, its result after."""

    TIMELINE_INTENT = "timeline.intent", "asked for a timeline"
    TIMELINE_VIEW = "timeline.view", "saw a timeline"
    TIMELINE_MISSING = "timeline.missing", "a timeline was not there"
    TIMELINE_ERROR = "timeline.error", "a timeline could not be read"
    STEP_INTENT = "step.intent", "asked for a raw record"
    STEP_VIEW = "step.view", "saw a raw record"
    STEP_MISSING = "step.missing", "a raw record was not there"
    STEP_ERROR = "step.error", "a raw record could not be read"
    TRANSCRIPT_INTENT = "transcript.intent", "asked for a call"
    TRANSCRIPT_VIEW = "transcript.view", "saw a call"
    TRANSCRIPT_MISSING = "transcript.missing", "a call was not there"
    TRANSCRIPT_ERROR = "transcript.error", "a call could not be read"
    REVEAL_OPEN = "reveal.open", "uncovered a lead"
    REVEAL_CLOSE = "reveal.close", "covered a lead again"
    SEARCH_PHONE = "search.phone", "searched by phone or variable"
    SHARE_CREATE = "share.create", "made a share link"
    SHARE_OPEN = "share.open", "opened a share link"
    SHARE_REVOKE = "share.revoke", "revoked a share link"
    SHARE_DENIED = "share.denied", "tried a share link that is over"
    LOGIN_OK = "login.ok", "signed in"
    LOGIN_FAIL = "login.fail", "failed to sign in"
    LOGIN_LOCK = "login.lock", "was locked out for a while"
    LOGOUT = "logout", "signed out"
    SESSION_END = "session.end", "ended somebody’s sessions"
    PASSWORD = "password.change", "changed a password"
    FACTOR = "factor.change", "changed a second factor"
    USER_CREATE = "user.create", "made an account"
    USER_CHANGE = "user.change", "changed an account"
    USER_DISABLE = "user.disable", "disabled an account"
    USER_DELETE = "user.delete", "deleted an account"
    ROLE_CHANGE = "role.change", "changed roles"
    COVERAGE_EXPORT = "coverage.export", "exported path coverage"
    DENIED = "denied", "was refused"
    AUDIT_READ = "audit.read", "read the trail"
    AUDIT_EXPORT = "audit.export", "exported the trail"
    AUDIT_VERIFY = "audit.verify", "verified the trail"
    AUDIT_ANCHOR = "audit.anchor", "anchored the trail"
    AUDIT_PURGE = "audit.purge", "archived and purged the trail"
    SUBJECT_ERASE = "subject.erase", "unlinked a person from the trail"
    VERDICT_SIGN = "verdict.sign", "judged a lead"
    VERDICT_SECOND = "verdict.second", "confirmed or refused a judgement"
    VERDICT_WITHDRAW = "verdict.withdraw", "withdrew a judgement"
    VERDICT_BLIND = "verdict.blind", "judged a lead blindly"
    DISPUTE_OPEN = "dispute.open", "disputed a judgement"
    DISPUTE_ANSWER = "dispute.answer", "answered a dispute"
    ZONE_SET = "zone.set", "set a lead’s zone"
    PACK_CHANGE = "pack.change", "changed rule packs"
    QUEUE_READ = "queue.read", "read the review queue"
    CALLS_READ = "calls.read", "had a lead’s calls read for its rules"
    EXPORT_LIST = "export.list", "exported a list"
    EXPORT_LEAD = "export.lead", "exported a lead’s record"
    PACKET_MAKE = "packet.make", "had an evidence packet made"
    PACKET_OPEN = "packet.open", "opened an evidence packet"
    HOLD_SET = "hold.set", "set a legal hold"
    HOLD_RELEASE = "hold.release", "released a legal hold"


class Outcome(models.TextChoices):
    ALLOW = "allow", "done"
    DENY = "deny", "refused"
    ERROR = "error", "failed"


class AuditEvent(models.Model):
    """One thing somebody did. Written by audit.trail alone; the database itself refuses changes and deletions.

    No foreign keys: whoever goes, the row stays as it was sealed. Texts of upstream's, phones and names never stand
    in it; ids do.
    """

    seq = models.BigIntegerField(primary_key=True)  # 1, 2, 3 … without gaps
    version = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    in_order = models.BooleanField(default=True)  # False: the clock stood before the previous row's
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    actor_roles = models.CharField(max_length=100, blank=True)
    session_hash = models.CharField(max_length=64, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    agent_hash = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=30, choices=Action.choices)
    outcome = models.CharField(max_length=5, choices=Outcome.choices)
    http_status = models.PositiveSmallIntegerField(null=True)
    workflow_id = models.CharField(max_length=100, blank=True)
    lead_id = models.CharField(max_length=100, blank=True)
    call_id = models.CharField(max_length=100, blank=True)
    target = models.CharField(max_length=150, blank=True)  # what else it was done to: a share link, an account
    subject_key = models.CharField(max_length=64, blank=True)  # keyed hash of the lead's phone
    reason_code = models.CharField(max_length=20, blank=True)
    reason_text = models.CharField(max_length=300, blank=True)
    detail = models.TextField(default="{}")  # JSON as it was sealed
    request_id = models.CharField(max_length=40, blank=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    key_id = models.CharField(max_length=16)

    class Meta:
        indexes = [
            models.Index(fields=["actor_id", "-seq"], name="audit_by_actor"),
            models.Index(fields=["workflow_id", "lead_id", "-seq"], name="audit_by_lead"),
            models.Index(fields=["subject_key", "-seq"], name="audit_by_subject"),
            models.Index(fields=["action", "-seq"], name="audit_by_action"),
            models.Index(fields=["at"], name="audit_at"),
        ]
        verbose_name = "event of the access trail"
        verbose_name_plural = "access trail"

    def __str__(self) -> str:
        return f"{self.seq}: {self.actor_label} {self.get_action_display()}"


class AuditHead(models.Model):
    """The one row that every writer locks: where the chain has got to."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"at {self.seq}"


class AuditPurge(models.Model):
    """While such a row stands, the database lets rows up to it go. It lives for one transaction."""

    upto = models.BigIntegerField()

    def __str__(self) -> str:
        return f"up to {self.upto}"


class AuditSubject(models.Model):
    """What ties a person to the trail: without this salt nobody can say whose the rows' subject keys are."""

    phone_hash = models.CharField(max_length=64, unique=True)
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.phone_hash[:8]


class LegalHold(models.Model):
    """Rows of this lead, or of the whole workflow, may not be purged."""

    workflow_id = models.CharField(max_length=100)
    lead_id = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL)
    set_at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"hold on {self.workflow_id} {self.lead_id}".strip()
