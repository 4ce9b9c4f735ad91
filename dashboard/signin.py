"""How allauth signs people in here: no sign-up, failures counted and recorded, secrets encrypted, sessions that end."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Any

from allauth.account import auth_backends as allauth
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from dashboard import permissions
from dashboard.audit import trail
from dashboard.models import Action, Outcome

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"  # in the session: seconds since 1970
SEEN_EVERY = 60  # seconds: not every request writes the session
# What pages ask for by themselves: nobody has done anything.
BY_ITSELF = {"timeline-live", "stuck-live", "scan-now"}


class AuthenticationBackend(allauth.AuthenticationBackend):  # type: ignore[misc]  # has no types
    def get_user(self, user_id: Any) -> User | None:
        """Whose session it is, if the account is still active; with its roles as they are now."""
        user = permissions.account(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            trail.record(Action.LOGIN_LOCK, outcome=Outcome.DENY, status=429)
            raise ImmediateHttpResponse(respond_429(request)) from None

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No banners such as "you have signed in": the page says it by being there."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # has no types
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def get_requests_session(self) -> Any:
        """The provider is asked directly, whatever proxy the environment names, and only where it is."""
        session = super().get_requests_session()
        session.trust_env = False
        return session


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # has no types
    """Second factors' secrets stand in the database under a key that follows from SECRET_KEY."""

    def encrypt(self, text: str) -> str:
        return self._fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._fernet().decrypt(encrypted_text.encode()).decode()

    @staticmethod
    def _fernet() -> Fernet:
        key = salted_hmac("dashboard.signin.MFAAdapter", "key", algorithm="sha256").digest()
        return Fernet(base64.urlsafe_b64encode(key))


class SessionLifetimeMiddleware:
    """A session ends when nothing was done in it for a while, and after some hours whatever was done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and self._is_over(request):
            logout(request)
        response = self.get_response(request)
        name = request.resolver_match.url_name if request.resolver_match else None
        is_by_itself = name in BY_ITSELF or ("HX-Trigger" in request.headers and name == "scan-detail")
        if request.user.is_authenticated and not is_by_itself:
            now = int(time.time())
            if now - request.session.get(SEEN_AT, 0) >= SEEN_EVERY:
                request.session[SEEN_AT] = now
        return response

    @staticmethod
    def _is_over(request: HttpRequest) -> bool:
        now, session = time.time(), request.session
        signed_in_at, seen_at = session.get(SIGNED_IN_AT, 0), session.get(SEEN_AT, 0)
        return bool(now - seen_at > settings.SESSION_IDLE or now - signed_in_at > settings.SESSION_COOKIE_AGE)


@receiver(user_logged_in)
def start_the_clock(request: HttpRequest, **rest: Any) -> None:
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = int(time.time())


def end_sessions(user: User) -> int:
    """Sign somebody out everywhere; how many sessions that were."""
    theirs = [
        session.session_key
        for session in Session.objects.iterator()
        if session.get_decoded().get("_auth_user_id") == str(user.pk)
    ]
    Session.objects.filter(session_key__in=theirs).delete()
    trail.record(Action.SESSION_END, target=user.get_username(), count=len(theirs))
    return len(theirs)


@receiver(post_save, sender=User)
def trust_the_address(instance: User, raw: bool, **rest: Any) -> None:
    """Administrators enter addresses, so each counts as confirmed: single sign-on goes by them."""
    if raw:
        return
    EmailAddress.objects.filter(user=instance).exclude(email__iexact=instance.email).delete()
    taken = EmailAddress.objects.filter(email__iexact=instance.email).exists()
    if instance.email and not taken:
        EmailAddress.objects.create(user=instance, email=instance.email.lower(), verified=True, primary=True)
