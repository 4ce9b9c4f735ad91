"""Accounts. An administrator makes, disables and gives roles to others; nobody raises himself, nobody is deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.db.models import ManyToManyField, QuerySet
from django.http import HttpRequest

from dashboard.permissions import ROLES, Right, may
from dashboard.signin import end_sessions


class AccountForm(UserChangeForm[User]):
    def clean_email(self) -> str:
        """An address names one account: single sign-on goes by it."""
        email: str = self.cleaned_data["email"]
        if email and User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Another account has this address.")
        return email


# Django registers its own as it is imported.
admin.site.unregister([User, Group])


@admin.register(User)
class AccountAdmin(UserAdmin[User]):
    form = AccountForm
    list_display = ("username", "email", "roles", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("username", "email", "first_name", "last_name")
    filter_horizontal = ()
    actions = ("sign_out",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Right.USERS)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return may(request.user, Right.USERS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Right.USERS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser's account is for superusers: who may set its password could become it."""
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return may(request.user, Right.USERS) and not is_above

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return super().get_fieldsets(request, obj)
        standing = ["is_active", "groups", *(["is_superuser"] if request.user.is_superuser else [])]
        return (
            (None, {"fields": ("username", "password")}),
            ("Person", {"fields": ("first_name", "last_name", "email")}),
            ("May do", {"fields": standing}),
            ("Dates", {"fields": ("last_login", "date_joined")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        own = ("is_active", "groups", "is_superuser") if obj is not None and obj == request.user else ()
        return ("last_login", "date_joined", *own)

    def formfield_for_manytomany(self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["queryset"] = Group.objects.filter(name__in=ROLES)
            kwargs["widget"] = forms.CheckboxSelectMultiple
            kwargs["help_text"] = "Without a role an account sees nothing."
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.name == "groups":
            field.label = "Roles"
            field.widget = forms.CheckboxSelectMultiple(choices=field.choices)  # type: ignore[arg-type]
        return field

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            end_sessions(obj)

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        return ", ".join(sorted(group.name for group in user.groups.all())) or "none"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.action(description="Sign out everywhere", permissions=["change"])
    def sign_out(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        people = [user for user in chosen if self.has_change_permission(request, user)]
        count = sum(map(end_sessions, people))
        self.message_user(request, f"{count} sessions of {len(people)} people were ended.")
