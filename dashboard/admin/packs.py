"""Rule packs: those that come along to read, the installation's own to write, and which a workflow is judged by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import URLPattern, path

from dashboard.audit import trail
from dashboard.compliance import packs
from dashboard.judging import known_packs
from dashboard.models import Action, PackChoice, RulePack
from dashboard.permissions import Right, may


class _PacksAdmin(admin.ModelAdmin[Any]):
    """Kept for good: judgements name packs. Whoever wants none of one chooses it for no workflow."""

    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Right.PACKS)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Right.PACKS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Right.PACKS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Right.PACKS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RulePack)
class RulePackAdmin(_PacksAdmin):
    change_list_template = "admin/dashboard/rulepack/change_list.html"
    fields = ("text",)
    list_display = ("slug", "title", "version", "changed_at")
    ordering = ("slug",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest | None, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[arg-type]
        if field is not None and db_field.name == "text":
            field.widget = forms.Textarea(attrs={"rows": 25, "cols": 110, "spellcheck": "false"})
            field.help_text = "A pack as TOML. Give it a new version with each change: judgements name it."
        return field

    def save_model(self, request: HttpRequest, obj: RulePack, form: Any, change: bool) -> None:
        trail.record(Action.PACK_CHANGE, target=packs.read(obj.text).name, step="changed" if change else "made")
        super().save_model(request, obj, form, change)

    @admin.display(description="title")
    def title(self, row: RulePack) -> str:
        return packs.read(row.text).title

    @admin.display(description="version")
    def version(self, row: RulePack) -> str:
        return packs.read(row.text).version

    def get_urls(self) -> list[URLPattern]:
        shipped = path("shipped/", self.admin_site.admin_view(self.shipped), name="dashboard_rulepack_shipped")
        return [shipped, *super().get_urls()]

    def shipped(self, request: HttpRequest) -> HttpResponse:
        """The packs that come along, to read."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        context = {
            **self.admin_site.each_context(request),
            "title": "Rule packs that come with Leadline",
            "opts": RulePack._meta,
            "packs": packs.filed(settings.RULE_PACKS).values(),
        }
        return render(request, "admin/dashboard/rulepack/shipped.html", context)


class ChoiceForm(forms.ModelForm[PackChoice]):
    workflow_id = forms.RegexField(
        r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,99}\Z",
        label="Workflow",
        help_text="Its id, as it stands in the workflow’s address.",
        error_messages={"invalid": "An id has letters, digits, - and _ only."},
    )
    packs = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The record’s own rules judge every workflow. With none besides, its leads have “no rule pack”.",
    )

    class Meta:
        model = PackChoice
        fields = ("workflow_id", "packs")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["packs"].choices = [  # type: ignore[attr-defined]
            (pack.id, f"{pack.title}, version {pack.version} ({pack.country}, {pack.purpose})")
            for pack in known_packs().values()
            if pack.id != packs.RECORD
        ]

    def clean_workflow_id(self) -> str:
        """Raises ValidationError in words of ours; a choice is for one workflow and stays so."""
        workflow_id: str = self.cleaned_data["workflow_id"]
        if PackChoice.objects.filter(workflow_id=workflow_id).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("This workflow has its packs already: change those.")
        return workflow_id


@admin.register(PackChoice)
class PackChoiceAdmin(_PacksAdmin):
    form = ChoiceForm
    list_display = ("workflow_id", "names", "set_at")
    search_fields = ("=workflow_id",)
    ordering = ("workflow_id",)

    @admin.display(description="packs", empty_value="no rule pack")
    def names(self, row: PackChoice) -> str | None:
        return ", ".join(row.packs) or None

    def save_model(self, request: HttpRequest, obj: PackChoice, form: Any, change: bool) -> None:
        trail.record(Action.PACK_CHANGE, workflow_id=obj.workflow_id, step="chosen", packs=" ".join(obj.packs))
        super().save_model(request, obj, form, change)
