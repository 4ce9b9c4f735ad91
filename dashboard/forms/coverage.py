"""What a coverage page is asked: which leads, up to what depth, and which others to compare them with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms

from dashboard.forms import read
from dashboard.forms.access import Day

USUAL_DEPTH = 8
PARTS = ("edges", "nodes", "variants")


class Status(forms.RegexField):
    default_error_messages = {"invalid": "give a word such as active."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"\A[a-z][a-z_]{0,39}\Z", required=False, **kwargs)


class CoverageForm(forms.Form):
    """Two sets of leads, the second by the fields that begin with vs_; sample and seed are of both."""

    scan = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    status = Status()
    since = Day(required=False)
    until = Day(required=False)
    sample = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)
    seed = forms.IntegerField(required=False, min_value=0, max_value=2**31)
    depth = forms.IntegerField(required=False, min_value=2, max_value=12)
    compare = forms.ChoiceField(
        required=False, choices=[("1", "1")], error_messages={"invalid_choice": "it can only be 1."}
    )
    vs_scan = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    vs_status = Status()
    vs_since = Day(required=False)
    vs_until = Day(required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for first, last in (("since", "until"), ("vs_since", "vs_until")):
            if data.get(first) and data.get(last) and data[first] > data[last]:
                raise forms.ValidationError(f"{first} must not come after {last}.")
        return data


class PartForm(forms.Form):
    """Which table a CSV file holds."""

    part = forms.ChoiceField(
        required=False,
        choices=[(name, name) for name in PARTS],
        error_messages={"invalid_choice": f"choose one of {', '.join(PARTS)}."},
    )


@dataclass(frozen=True, slots=True)
class CoverageQuery:
    """A coverage page's state, as it stands in its query string."""

    scan: int | None = None
    status: str = ""
    since: date | None = None
    until: date | None = None
    sample: int | None = None
    seed: int | None = None
    depth: int | None = None
    compare: str = ""
    vs_scan: int | None = None
    vs_status: str = ""
    vs_since: date | None = None
    vs_until: date | None = None

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> CoverageQuery:
        """Raises BadInput."""
        return cls(**read(CoverageForm(query)))

    def query(self, **changes: Any) -> str:
        """The query string with some values changed: "" or "?...". A seed of zero is one."""
        state = replace(self, **changes)
        given = [
            (field.name, value) for field in fields(state) if (value := getattr(state, field.name)) not in ("", None)
        ]
        return f"?{urlencode(given)}" if given else ""

    @property
    def other(self) -> CoverageQuery:
        """The second set of leads, asked for as if it were the first."""
        return CoverageQuery(
            self.vs_scan, self.vs_status, self.vs_since, self.vs_until, self.sample, self.seed, self.depth
        )
