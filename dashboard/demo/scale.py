"""Generated leads: lead_visits_<n> with n visits, lead_scan_<number> with a short walk through the home loan graph.

The same id always gives the same path; nothing is stored.
"""

from __future__ import annotations

import random
import re
from datetime import timedelta
from functools import lru_cache

from dashboard.demo.graphs import GRAPH_A, SCALE
from dashboard.demo.moments import NOW
from dashboard.demo.paths import DAY, HOUR, MINUTE, Lead, Step, call, does, waits

MOST_VISITS = 50_000
VISITS = (50, 500, 10_000, 50_000)  # the long histories that the leads list shows

_LEAD = re.compile(r"lead_(visits|scan)_([0-9]{1,7})")
_CALL = re.compile(r"call_([vs])([0-9]{1,7})_[0-9]{1,5}")
_FAMILIES = ("Rao", "Iyer", "Patil", "Khan", "Bose", "Nair", "Gill", "Das")
_GIVEN = ("Asha", "Ravi", "Kiran", "Leela", "Manoj", "Noor", "Usha", "Dev", "Tara", "Om")
# How a walk leaves a node: exits with weights. A call that fails outright is rare, as it is in life.
_EXITS = {
    "VOICE_CALL": (("COMPLETED", 55), ("DNP", 42), ("FAILED", 3)),
    "CONDITIONAL": (("true", 60), ("false", 40)),
    "APPLICATION": (("success", 96), ("failure", 4)),
}
_MISSED = ("no_answer", "did_not_pick", "busy")
_HOLDS = {"a_w2h": 2 * HOUR, "a_w4h": 4 * HOUR, "a_w1d": DAY, "a_cb": 20 * HOUR}


@lru_cache(maxsize=256)
def lead(lead_id: str) -> Lead | None:
    """The generated lead of this id, or None when the id is not of that kind."""
    match = _LEAD.fullmatch(lead_id)
    if match is None:
        return None
    number = int(match[2])
    if match[1] == "scan":
        return _scan(lead_id, number) if number else None
    return _visits(lead_id, number) if number <= MOST_VISITS else None


def lead_of_call(call_id: str) -> Lead | None:
    """The generated lead that this call id would belong to."""
    match = _CALL.fullmatch(call_id)
    if match is None:
        return None
    return lead(f"lead_visits_{match[2]}" if match[1] == "v" else scan_id(int(match[2])))


def scan_id(number: int) -> str:
    return f"lead_scan_{number:05d}"


def _visits(lead_id: str, count: int) -> Lead:
    """Calls of 45 s and waits of an hour in turn, up to NOW."""
    steps: list[Step] = []
    for visit in range(count):
        missed = "completed" if visit % 20 == 18 else _MISSED[visit // 2 % 3]
        loop = call("vc", 45, f"call_v{count}_{visit // 2 + 1}", missed)
        steps.append(does("vw", HOUR) if visit % 2 else loop)
    length = timedelta(seconds=sum(step.seconds or 0 for step in steps))
    name = f"{count} visits"
    return Lead(
        *(lead_id, SCALE, "H1", name, f"+9190001{count:05d}", "active", NOW - length, steps),
        variables={"customer_name": name},
    )


def _scan(lead_id: str, number: int) -> Lead:
    dice = random.Random(number)  # noqa: S311  (the same number, the same walk)
    name = f"{dice.choice(_GIVEN)} {dice.choice(_FAMILIES)}"
    steps, status = _walk(dice, number)
    # Half of the waits that are still open are overdue; a path that is over ended in the last five days.
    since = dice.uniform(0, 2 * steps[-1].due) if steps[-1].due else dice.uniform(MINUTE, 5 * DAY)
    length = timedelta(seconds=since + sum(step.seconds or 0 for step in steps))
    variables = {"customer_name": name, "loan_amount": str(dice.randrange(10, 90) * 100_000)}
    phone = f"+9190002{number % 100_000:05d}"
    return Lead(lead_id, SCALE, "H1", name, phone, status, NOW - length, steps, variables)


def _walk(dice: random.Random, number: int) -> tuple[list[Step], str]:
    """From the first call to an end, a failed message without a way out, or a wait that is still open."""
    steps: list[Step] = []
    node = "a_call1"
    while True:
        kind = GRAPH_A.nodes[node].type
        ways = {way: target for source, target, way in GRAPH_A.edges if source == node}
        if not ways:
            return [*steps, does(node, 0)], "completed" if kind == "CONVERTED" else "dropped"
        if kind == "TIME" and dice.random() < 0.12:
            return [*steps, waits(node, _HOLDS[node])], "active"
        exits = _EXITS.get(kind, (("", 1),))
        way = dice.choices([word for word, _ in exits], [weight for _, weight in exits])[0]
        steps.append(_step(dice, node, way, f"call_s{number}_{len(steps) + 1}"))
        if way not in ways:
            return steps, "failed"
        node = ways[way]


def _step(dice: random.Random, node: str, way: str, call_id: str) -> Step:
    match GRAPH_A.nodes[node].type:
        case "VOICE_CALL":
            status = {"COMPLETED": "completed", "FAILED": "failed"}.get(way) or dice.choice(_MISSED)
            return call(node, dice.randrange(35, 300) if way == "COMPLETED" else dice.randrange(2, 50), call_id, status)
        case "TIME":
            return does(node, _HOLDS[node])
        case _:
            return does(node, dice.randrange(1, 4), "failed" if way == "failure" else "completed")
