"""Review: the queue, the rules of conduct, what judgements rest on, and how sure they are."""

from dashboard.reviewing.acting import ChangedError, ConductError
from dashboard.reviewing.conduct import decide_withdrawal, pass_on, second, sign, take_out, withdraw
from dashboard.reviewing.disputes import answer, dispute
from dashboard.reviewing.queue import fill, queue_one
from dashboard.reviewing.staleness import differences, refresh, renew
from dashboard.reviewing.words import state_words

__all__ = [
    "ChangedError",
    "ConductError",
    "answer",
    "decide_withdrawal",
    "differences",
    "dispute",
    "fill",
    "pass_on",
    "queue_one",
    "refresh",
    "renew",
    "second",
    "sign",
    "state_words",
    "take_out",
    "withdraw",
]
