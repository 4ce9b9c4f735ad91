"""The workspace's API key: checked once, masked everywhere, unmasked only in the header of a request."""

from __future__ import annotations

import re
from collections.abc import Generator

import httpx

_PRINTABLE = re.compile(r"[\x21-\x7e]+")


class ApiKey(httpx.Auth):
    """Signs requests with ``Authorization: Bearer``.

    Raises ValueError, without the key in it, for one that no header can carry: httpx would quote such a key in full.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        stripped = text.strip()
        if not _PRINTABLE.fullmatch(stripped):
            raise ValueError("The API key must be printable ASCII characters without spaces.")
        self._text = stripped

    def __repr__(self) -> str:
        return "ApiKey(…)"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        request.headers["Authorization"] = f"Bearer {self._text}"
        yield request
