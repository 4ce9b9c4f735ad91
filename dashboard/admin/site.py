"""The admin's door: whoever has a role with a task in it."""

from __future__ import annotations

from functools import update_wrapper
from typing import Any

from allauth.account import views as account
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from dashboard.forms import BadInput
from dashboard.permissions import Right, may


class LeadlineSite(AdminSite):
    site_header = "Leadline administration"
    site_title = "Leadline"
    index_title = "Administration"
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Right.ADMIN_SITE)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Who is signed in and may not enter is refused; sent to the sign-in page, it would send him back for ever."""
        inner = super().admin_view(view, cacheable)

        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            try:
                answer: HttpResponse = inner(request, *args, **kwargs)
            except OverflowError as error:
                # Django looks for whatever number stands in a list's address; SQLite takes none of more than 64 bits.
                raise BadInput(["The address has a number in it that is too large."]) from error
            return answer

        return update_wrapper(checked, view)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return account.logout(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")


@login_not_required
def admin_login(request: HttpRequest) -> HttpResponse:
    """The one sign-in page, and back."""
    wanted = request.GET.get("next", "")
    return redirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}" if wanted else "account_login")
