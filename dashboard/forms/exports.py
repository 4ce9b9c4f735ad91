"""Forms about what leaves Leadline as a file: a lead's record, an evidence packet."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from dashboard.forms.access import RevealForm


class ExportForm(RevealForm):
    """In which form, and why."""

    format = forms.ChoiceField(
        label="As",
        choices=(("csv", "CSV: the steps, for a spreadsheet"), ("json", "JSON: the whole timeline, for machines")),
    )


class PacketForm(RevealForm):
    """Why, what goes in, and on whose clock."""

    clock = forms.ChoiceField(label="Times in the PDF", required=False)
    has_calls = forms.BooleanField(
        label="With what was said in its calls",
        required=False,
        help_text="Each call is read from DialNexa while the packet is made, and that is recorded.",
    )
    is_unmasked = forms.BooleanField(
        label="Without a mask",
        required=False,
        help_text="Phone, names and variables in clear, also in what was said. Then only you can open it.",
    )

    def __init__(self, *args: Any, zone: ZoneInfo, may_unmask: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [(zone.key, f"Yours: {zone.key}")] if zone.key != "UTC" else []
        self.fields["clock"].choices = [("", "The called party’s clock"), ("UTC", "UTC"), *mine]  # type: ignore[attr-defined]
        if not may_unmask:
            del self.fields["is_unmasked"]
