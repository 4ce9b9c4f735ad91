"""Forms beside one lead's timeline: the called party's zone, and a dispute of its judgement."""

from __future__ import annotations

from collections import defaultdict
from zoneinfo import available_timezones

from django import forms

SHORTEST = 10  # characters of a reason


def _zones() -> list[tuple[str, object]]:
    """By region, as selects show them. Names without a region are for machines."""
    regions: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in sorted(available_timezones()):
        region, _, place = name.partition("/")
        if place and region not in ("Etc", "SystemV", "US", "posix", "right"):
            regions[region].append((name, place.replace("_", " ")))
    return [("", "As the number says"), ("UTC", "UTC"), *regions.items()]


class ZoneForm(forms.Form):
    """Where the called party lives, and how that is known."""

    zone = forms.ChoiceField(label="Zone", required=False, choices=_zones)
    reason = forms.CharField(
        label="How it is known",
        min_length=SHORTEST,
        max_length=300,
        help_text="At least ten characters. It is kept with your name; leave numbers and names out.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DisputeForm(forms.Form):
    """What is wrong with a judgement; version: of the review that the person was shown."""

    text = forms.CharField(
        label="What is wrong with it",
        min_length=SHORTEST,
        max_length=1000,
        help_text="At least ten characters; leave numbers and names out. A reviewer answers.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
