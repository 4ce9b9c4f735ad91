"""Requests as our views see them, and the one shape an id may have in a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """A signed-in request that has passed our middleware."""

    htmx: HtmxDetails
    user: User
    request_id: str


class TokenConverter:
    """The token of a share link: 256 bits as 43 characters."""

    regex = "[A-Za-z0-9_-]{43}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class PartConverter:
    """What can be downloaded of an evidence packet: the whole of it, or one part."""

    regex = r"packet\.(?:zip|pdf|json)|manifest\.json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class IdConverter:
    """An upstream id. No dots, slashes or escapes: anything else is a 404 before any upstream call."""

    regex = "[A-Za-z0-9][A-Za-z0-9_-]{0,99}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
