"""What can go wrong between Leadline and DialNexa. Messages are ours: nothing upstream said, and never the key."""

from __future__ import annotations


class DialNexaError(Exception):
    """
    The tree, with the outcome a person sees:

    DialNexaError
      + RefusedIdError         an id that must not reach a path      404, no upstream call
      + NotFoundError          unknown, not enrolled, not ours       404
      |   + MissingCallError   a call of a known lead, not on record  404
      + RejectedError          our key or our address is wrong       502 "connection needs attention"
      + BusyError              429: DialNexa asks for fewer          503 with retry_after
      |   + NoRoomError        we ask as much as we may already      503 with retry_after
      + UnavailableError       may pass by itself; a last good copy may be shown instead
      |   + UnreachableError   refused, reset, DNS                   502
      |   |   + DeadlineError  silence or dripping past the deadline 504
      |   + ServerFaultError   5xx, or the breaker is open           502
      + UnreadableError        an answer we can't read               502
          + UnexpectedError    a status or redirect nobody promised  502
          + TooLargeError      over the byte cap                     502
          + WrongRecordError   the body is another record's          502
    """

    def __init__(self, message: str = "", *, retry_after: float | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds
        self.upstream_status = status


class RefusedIdError(DialNexaError): ...


class NotFoundError(DialNexaError): ...


class MissingCallError(NotFoundError): ...


class RejectedError(DialNexaError): ...


class BusyError(DialNexaError): ...


class NoRoomError(BusyError): ...


class UnavailableError(DialNexaError): ...


class UnreachableError(UnavailableError): ...


class DeadlineError(UnreachableError): ...


class ServerFaultError(UnavailableError): ...


class UnreadableError(DialNexaError): ...


class UnexpectedError(UnreadableError): ...


class TooLargeError(UnreadableError): ...


class WrongRecordError(UnreadableError): ...
