"""One request out, one answer's bytes back, within an attempt. The only place where httpx's exceptions are caught."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import httpx

from dashboard.dialnexa import failure
from dashboard.dialnexa.deadline import Attempt
from dashboard.dialnexa.errors import DeadlineError, RefusedIdError, TooLargeError, UnexpectedError
from dashboard.dialnexa.key import ApiKey
from dashboard.dialnexa.transport import DeadlineTransport, ReadOnlyTransport

HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Leadline (read only)"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, connections and bytes that reading may use."""

    connect: float = 2.0  # for each of: look the name up, connect, agree on TLS
    read: float = 5.0  # of silence
    pool: float = 1.0  # in the queue for a connection
    attempt: float = 6.0  # one try in all
    page: float = 10.0  # one method of the client in all: tries and the waits between them
    connections: int = 8
    body: int = 8 * 1024 * 1024
    lead_list: int = 32 * 1024 * 1024  # the whole list may come in one body


class Reply(NamedTuple):
    """body: read only when the status is 200, else empty."""

    status: int
    date: str
    retry_after: str
    body: bytes


class Wire:
    """A pool of connections to one origin. Raises ValueError for an address or a key that can't be used."""

    def __init__(self, base_url: str, api_key: str, *, limits: Limits, transport: httpx.BaseTransport | None) -> None:
        origin = _origin(base_url)
        self._limits = limits
        self._http = httpx.Client(
            base_url=origin,
            auth=ApiKey(api_key),
            headers=HEADERS,
            transport=ReadOnlyTransport(transport or DeadlineTransport(connections=limits.connections), origin),
            follow_redirects=False,
            trust_env=False,
        )

    def get(self, path: str, query: Mapping[str, str] | None, *, cap: int, attempt: Attempt) -> Reply:
        """GET the path. Raises what failure.of_wire maps to, RejectedError (TLS), TooLargeError, UnexpectedError."""
        request = self._request(path, query, attempt)
        try:
            with attempt.running(), contextlib.closing(self._http.send(request, stream=True)) as response:
                attempt.status = response.status_code
                return Reply(
                    response.status_code,
                    response.headers.get("Date", ""),
                    response.headers.get("Retry-After", ""),
                    _body(response, cap, attempt) if response.status_code == 200 else b"",
                )
        except failure.RAISED as error:
            attempt.is_repeatable = failure.is_worth_repeating(error, attempt)
            # Without its cause: httpx's texts and frames may hold the key.
            raise failure.of_wire(error, attempt) from None

    def close(self) -> None:
        self._http.close()

    def _request(self, path: str, query: Mapping[str, str] | None, attempt: Attempt) -> httpx.Request:
        limits = self._limits
        queue = max(0.0, min(limits.pool, attempt.left()))
        timeout = httpx.Timeout(connect=limits.connect, read=limits.read, write=limits.read, pool=queue)
        request = self._http.build_request("GET", path, params=query, timeout=timeout)
        # The path was built of a constant and plain ids; if httpx made anything else of it, it must not go out.
        if request.url.raw_path.partition(b"?")[0] != path.encode():
            raise RefusedIdError("That id would have changed the address.")
        return request


def _body(response: httpx.Response, cap: int, attempt: Attempt) -> bytes:
    """The body, counted while it arrives. Raises UnexpectedError, TooLargeError, DeadlineError."""
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise UnexpectedError("DialNexa's answer is compressed, which was not asked for.", status=response.status_code)
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        attempt.size = len(body)
        if attempt.size > cap:
            raise TooLargeError(f"DialNexa's answer is larger than {cap // 1024} KiB.", status=response.status_code)
        if attempt.left() <= 0:
            raise DeadlineError("DialNexa did not finish its answer in time.", status=response.status_code)
    return bytes(body)


def _origin(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url.strip())
    except httpx.InvalidURL:
        raise ValueError("The base URL is not a URL.") from None
    is_origin = url.scheme in {"http", "https"} and url.host and url.raw_path == b"/"
    if not is_origin or url.userinfo or url.fragment:
        raise ValueError("The base URL must be an origin, such as https://api.dialnexa.com, without a path.")
    return url
