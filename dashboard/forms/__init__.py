"""What may stand in a query string, read strictly: bad input is a sentence, never a guess."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.validators import RegexValidator

_FOLD_KEYS = re.compile(r"\A[A-Za-z0-9.,_-]{1,2000}\Z")
ZONE_CHOICES = ("viewer", "utc", "lead")


@cache
def _zones() -> frozenset[str]:
    """Every zone's name. Walking the zone database takes milliseconds, and it does not change while we run."""
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    return name in _zones()


class TimelineForm(forms.Form):
    """A timeline page's view state: zone, unfolded waits, scale, visits drawn, visit chosen, page of the table."""

    zone = forms.CharField(required=False, max_length=64)
    unfold = forms.CharField(
        required=False,
        max_length=2000,
        validators=[RegexValidator(_FOLD_KEYS, "unfold names waits by their keys, separated by commas.")],
    )
    scale = forms.ChoiceField(
        required=False,
        choices=[("true", "true")],
        error_messages={"invalid_choice": "scale can only be “true”."},
    )
    first = forms.IntegerField(required=False, min_value=1, max_value=10_000_000)
    last = forms.IntegerField(required=False, min_value=1, max_value=10_000_000)
    visit = forms.IntegerField(required=False, min_value=1, max_value=10_000_000)
    page = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)
    live = forms.ChoiceField(
        required=False,
        choices=[("off", "off")],
        error_messages={"invalid_choice": "it can only be “off”."},
    )
    # The state of the list that the timeline was opened from, as its query string; "-" for its plain first page.
    list = forms.CharField(required=False, max_length=1000)

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        if zone and zone not in ZONE_CHOICES and not is_zone(zone):
            raise forms.ValidationError("zone must be viewer, utc, lead, or a zone name such as Asia/Kolkata.")
        return zone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            raise forms.ValidationError("first must not come after last.")
        return data


@dataclass(frozen=True, slots=True)
class TimelineState:
    """A timeline page's view state, as it stands in its query string."""

    zone: str = ""
    unfold: frozenset[str] = frozenset()
    is_true_scale: bool = False
    first: int | None = None
    last: int | None = None
    visit: int | None = None
    page: int | None = None
    live: str = ""
    list: str = ""

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> TimelineState:
        """Raises BadInput."""
        data = read(TimelineForm(query))
        return cls(
            zone=data["zone"],
            unfold=frozenset(filter(None, data["unfold"].split(","))),
            is_true_scale=bool(data["scale"]),
            first=data["first"],
            last=data["last"],
            visit=data["visit"],
            page=data["page"],
            live=data["live"],
            list=data["list"],
        )

    def query(self, **changes: Any) -> str:
        """The query string of this state with some values changed: "" or "?zone=utc&..."."""
        state = replace(self, **changes)
        pairs = (
            ("zone", state.zone),
            ("unfold", ",".join(sorted(state.unfold))),
            ("scale", "true" if state.is_true_scale else ""),
            ("first", state.first),
            ("last", state.last),
            ("visit", state.visit),
            ("page", state.page),
            ("live", state.live),
            ("list", state.list),
        )
        return "".join(("?", urlencode(given))) if (given := [(name, value) for name, value in pairs if value]) else ""


class PageForm(forms.Form):
    """Which page of a list."""

    page = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)


class BoardForm(PageForm):
    """Which part of the stuck board."""

    node = forms.CharField(required=False, max_length=100)


WORKFLOW_SORTS = ("title", "status", "leads", "stuck", "created", "updated")
SORTS = ("id", "status", "enrolled", "node", "since", "dials", "visits")
VERDICTS = ("breach", "warning", "cannot_tell", "clear", "unreviewed", "stale")
SEARCHED = RegexValidator(r"\A[^\x00-\x1f]*\Z", "contains characters that can’t be searched for.")


class LeadListForm(PageForm):
    """Which leads of a workflow, in which order."""

    status = forms.RegexField(
        r"\A[a-z][a-z_]{0,39}\Z", required=False, error_messages={"invalid": "give a word such as active."}
    )
    id = forms.RegexField(
        r"\A[A-Za-z0-9_-]{1,100}\Z",
        required=False,
        error_messages={"invalid": "it has letters, digits, - and _ only."},
    )
    variable = forms.CharField(required=False, max_length=100, validators=[SEARCHED])
    stuck = forms.ChoiceField(
        required=False,
        choices=[("yes", "yes"), ("no", "no")],
        error_messages={"invalid_choice": "say yes or no."},
    )
    node = forms.CharField(required=False, max_length=100, validators=[SEARCHED])
    verdict = forms.ChoiceField(
        required=False,
        choices=[(name, name) for name in VERDICTS],
        error_messages={"invalid_choice": f"choose one of {', '.join(VERDICTS)}."},
    )
    sort = forms.ChoiceField(
        required=False,
        choices=[(f"{sign}{name}", name) for name in SORTS for sign in ("", "-")],
        error_messages={"invalid_choice": f"choose one of {', '.join(SORTS)}, or one of them after a -."},
    )
    live = forms.ChoiceField(
        required=False,
        choices=[("off", "off")],
        error_messages={"invalid_choice": "it can only be “off”."},
    )


@dataclass(frozen=True, slots=True)
class LeadQuery:
    """A lead list's state, as it stands in its query string."""

    status: str = ""
    id: str = ""
    variable: str = ""
    stuck: str = ""
    node: str = ""
    verdict: str = ""
    sort: str = ""
    live: str = ""
    page: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> LeadQuery:
        """Raises BadInput."""
        return cls(**read(LeadListForm(query)))

    def query(self, **changes: Any) -> str:
        """The query string with some values changed, back on the first page unless a page is given: "" or "?..."."""
        state = replace(self, **{"page": None, **changes})
        given = [(field.name, value) for field in fields(state) if (value := getattr(state, field.name))]
        return f"?{urlencode(given)}" if given else ""

    @property
    def is_filtered(self) -> bool:
        return any((self.status, self.id, self.variable, self.stuck, self.node, self.verdict))


class LeadSearchForm(forms.Form):
    """What is searched for without standing in an address: a number, or a variable's value."""

    phone = forms.CharField(required=False, max_length=40)
    variable = forms.CharField(required=False, max_length=100)
    value = forms.CharField(required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["digits"] = "".join(filter(str.isdecimal, data.get("phone", "")))
        if bool(data.get("phone")) == bool(data.get("variable")):
            raise forms.ValidationError("Give either a phone number, or a variable and its value.")
        if data.get("phone") and len(data["digits"]) < 4:
            raise forms.ValidationError("Give at least the last four digits of the number.")
        return data


class WorkflowListForm(PageForm):
    """Which workflows, in which order."""

    q = forms.CharField(required=False, max_length=100, validators=[SEARCHED])
    sort = forms.ChoiceField(
        required=False,
        choices=[(f"{sign}{name}", name) for name in WORKFLOW_SORTS for sign in ("", "-")],
        error_messages={"invalid_choice": f"choose one of {', '.join(WORKFLOW_SORTS)}, or one of them after a -."},
    )
    all = forms.ChoiceField(required=False, choices=[("1", "1")])


class LiveForm(forms.Form):
    """What a page that refreshes itself tells besides its own state: the visit chosen in it."""

    selected = forms.IntegerField(required=False, min_value=1, max_value=10_000_000)


class ScanForm(forms.Form):
    """What a scan is to read: every lead, those of a status, or a sample drawn by its seed."""

    lead_status = forms.RegexField(
        r"\A[a-z][a-z_]{0,39}\Z",
        required=False,
        error_messages={"invalid": "give a word such as active."},
    )
    sample = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)
    seed = forms.IntegerField(required=False, min_value=0, max_value=2**31)


class BadInput(Exception):  # noqa: N818  (it is the visitor's, not ours)
    """A query string that can't be read. Shown as a page with status 400."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


def read(form: forms.Form) -> dict[str, Any]:
    """The form's values. Raises BadInput with one sentence a field."""
    if not form.is_valid():
        raise BadInput(
            [
                f"{name}: {error}" if name != "__all__" else str(error)
                for name, errors in form.errors.items()
                for error in errors
            ]
        )
    return form.cleaned_data


def viewer_zone(name: str, default: str) -> ZoneInfo:
    """The zone a browser named in its cookie, when it is one."""
    return ZoneInfo(name if is_zone(name) else default)
