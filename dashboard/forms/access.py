"""Forms about who may see what: uncovering a lead, sharing it, and reading the trail."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from dashboard.forms import SEARCHED
from dashboard.models import Action, Outcome
from dashboard.reveal import REASONS

HOURS = (
    (1, "1 hour"),
    (8, "8 hours"),
    (24, "1 day"),
    (72, "3 days"),
    (168, "7 days"),
    (336, "14 days"),
    (720, "30 days"),
)
USUAL_HOURS = 168


class RevealForm(forms.Form):
    """Why somebody has to see whose this is."""

    reason = forms.ChoiceField(label="Reason", choices=(("", "Choose …"), *REASONS))
    text = forms.CharField(
        label="In a sentence",
        min_length=10,
        max_length=300,
        help_text="At least ten characters. It is kept with your name; leave numbers and names out.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ShareForm(forms.Form):
    """How long a link lasts and what it shows."""

    hours = forms.TypedChoiceField(label="Ends after", coerce=int, initial=USUAL_HOURS)
    shows_calls = forms.BooleanField(
        label="Show what was said in calls, masked",
        required=False,
        help_text="Without it the link shows the path only.",
    )
    note = forms.CharField(
        label="Note for yourself",
        required=False,
        max_length=200,
        validators=[SEARCHED],
        help_text="Who gets it, or what for. Seen by you and by reviewers, not through the link.",
    )

    def __init__(self, *args: Any, longest: timedelta, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [(hours, words) for hours, words in HOURS if timedelta(hours=hours) <= longest]
        self.fields["hours"].choices = allowed  # type: ignore[attr-defined]


class Day(forms.DateField):
    """A date that clocks of any zone can be reckoned for."""

    widget = forms.DateInput(attrs={"type": "date"})
    default_validators = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2100, 1, 1))]


class TrailForm(forms.Form):
    """Which rows of the trail."""

    actor = forms.CharField(label="Who", required=False, max_length=150, validators=[SEARCHED])
    action = forms.ChoiceField(label="What", required=False, choices=(("", "anything"), *Action.choices))
    outcome = forms.ChoiceField(label="Outcome", required=False, choices=(("", "any"), *Outcome.choices))
    workflow = forms.RegexField(r"\A[A-Za-z0-9_-]{1,100}\Z", label="Workflow", required=False)
    lead = forms.RegexField(r"\A[A-Za-z0-9_-]{1,100}\Z", label="Lead", required=False)
    since = Day(label="From", required=False)
    until = Day(label="To", required=False)
    intents = forms.BooleanField(label="Also what was only asked for", required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def query(self, **changes: Any) -> str:
        """The query string of these filters with some values changed."""
        given = {**self.cleaned_data, "intents": "1" if self.cleaned_data["intents"] else "", **changes}
        return "".join(("?", urlencode(pairs))) if (pairs := {name: v for name, v in given.items() if v}) else ""


class PersonForm(forms.Form):
    """A number whose rows are wanted; it stands in no address."""

    phone = forms.CharField(label="Phone", max_length=40)

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if len([char for char in phone if char.isdecimal()]) < 8:
            raise forms.ValidationError("Give the whole number, with its country code.")
        return phone
