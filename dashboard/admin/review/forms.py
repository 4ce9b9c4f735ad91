"""A reviewer's forms: the judgement with a line for each rule and question, and the smaller acts beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from dashboard.compliance.packs import Pack
from dashboard.compliance.verdict import Result, Verdict
from dashboard.models import Review
from dashboard.reviewing.answers import SCORES, questions

VERDICTS = [("", "Choose …"), *Review.Verdict.choices]
BLIND_VERDICTS = [choice for choice in VERDICTS if choice[0] != Review.Verdict.SECOND_LOOK]


FORM = "judgement"  # the form's id on the page


def area(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


AGREES = "="  # before a result: what was computed, and the reviewer agrees


class HeldField(forms.ChoiceField):
    """What a rule is held for. An agreement may be with what the rule said when the page was made."""

    widget = forms.Select(attrs={"form": FORM})

    def __init__(self, computed: Result, **kwargs: Any) -> None:
        others = [(one.value, one.value) for one in Result if one is not computed]
        super().__init__(choices=[(f"{AGREES}{computed}", f"{computed}, as computed"), *others], **kwargs)

    def valid_value(self, value: str) -> bool:
        return value.removeprefix(AGREES) in list(Result)


class JudgementForm(forms.Form):
    """What a lead is judged. The rules of conduct say whether it can stand; here are only its parts."""

    verdict = forms.ChoiceField(label="Verdict", choices=VERDICTS)
    note = forms.CharField(
        label="Note", required=False, max_length=2000, widget=area(3), help_text="Leave numbers and names out."
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, verdicts: Iterable[Verdict], chosen: Iterable[Pack], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rules = {f"{one.pack.id} {one.rule.id}": one for one in verdicts}
        self._chosen = tuple(chosen)
        self._questions = dict(questions(self._chosen))
        for key, verdict in self._rules.items():
            title = verdict.rule.title
            # They stand beside what was computed, away from the rest of the form.
            self.fields[_name("result", key)] = HeldField(verdict.result, label=f"You hold “{title}” for")
            self.fields[_name("reason", key)] = forms.CharField(
                label=f"Why “{title}” is not as computed", required=False, max_length=1000, widget=area(2, form=FORM)
            )
        for key, question in self._questions.items():
            self.fields[_name("score", key)] = forms.ChoiceField(
                label=question.text, choices=[(one, one) for one in SCORES], widget=forms.RadioSelect, required=False
            )

    @property
    def rules(self) -> Iterator[tuple[Verdict, BoundField, BoundField]]:
        for key, verdict in self._rules.items():
            yield verdict, self[_name("result", key)], self[_name("reason", key)]

    @property
    def scorecard(self) -> Iterator[tuple[Any, BoundField]]:
        for key, question in self._questions.items():
            yield question, self[_name("score", key)]

    @property
    def answers(self) -> dict[str, dict[str, str]]:
        return {key: self._answer(key) for key in self._rules}

    def _answer(self, key: str) -> dict[str, str]:
        result: str = self.cleaned_data[_name("result", key)]
        kind = "agrees_with" if result.startswith(AGREES) else "result"
        return {kind: result.removeprefix(AGREES), "reason": self.cleaned_data[_name("reason", key)]}

    @property
    def scores(self) -> dict[str, str]:
        return {key: self.cleaned_data[_name("score", key)] for key in self._questions}

    def remember(self, review: Review) -> None:
        """What was answered before, where the rules still say the same."""
        known: dict[str, Any] = {"note": review.note}
        for key, verdict in self._rules.items():
            answer = review.answers.get(key)
            if answer and answer["computed"] == verdict.result:
                agrees = AGREES if answer["result"] == verdict.result else ""
                known |= {_name("result", key): f"{agrees}{answer['result']}", _name("reason", key): answer["reason"]}
        known |= {_name("score", key): review.scores[key] for key in self._questions if key in review.scores}
        self.initial.update(known)

    def again(self, **fresh: Any) -> JudgementForm:
        """The same for another try, on what is there now; in agreement with it where no reason says otherwise."""
        data = {**self.data.dict(), **{name: str(value) for name, value in fresh.items()}}  # type: ignore[attr-defined]
        for key, verdict in self._rules.items():
            if data.get(_name("result", key), AGREES).startswith(AGREES):
                data[_name("result", key)] = f"{AGREES}{verdict.result}"
        return JudgementForm(data, verdicts=self._rules.values(), chosen=self._chosen)


def _name(field: str, key: str) -> str:
    """Of a field for one rule or question: ids on a page have no blanks."""
    return f"{field}:{key.replace(' ', ':')}"


class ActForm(forms.Form):
    """An act on a review that stands: which, why, and on which version of it."""

    act = forms.ChoiceField(
        choices=[
            (one, one)
            for one in ("confirm", "refuse", "withdraw", "withdrawal-yes", "withdrawal-no", "stands", "reopen", "blind")
        ]
    )
    reason = forms.CharField(required=False, max_length=1000)
    verdict = forms.ChoiceField(required=False, choices=BLIND_VERDICTS)
    version = forms.IntegerField()
