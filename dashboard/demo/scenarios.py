"""The demo's leads: twelve scenarios, and a few more. SCENARIOS says which lead shows what; LEADS has their paths.

Moments are by the clock in India and lead up to moments.NOW; calls.py has the calls, dirty.py the rows of scenario 12.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dashboard.demo.graphs import EMI, HOME_LOAN
from dashboard.demo.moments import ist
from dashboard.demo.paths import DAY, HOUR, MINUTE, Lead, Step, call, does, waits


class Scenario(NamedTuple):
    number: int
    lead_id: str
    workflow_id: str
    title: str  # what it proves


SCENARIOS = (
    Scenario(1, "lead_priya01", HOME_LOAN, "Stuck: two days past the planned release"),
    Scenario(2, "lead_rahul02", HOME_LOAN, "A message failed, and no edge leads on"),
    Scenario(3, "lead_anita03", HOME_LOAN, "Three calls unanswered, the fourth converts"),
    Scenario(4, "lead_farhan04", HOME_LOAN, "Called at night, and complains about it"),
    Scenario(5, "lead_meera05", HOME_LOAN, "A completed call whose transcript is not returned"),
    Scenario(6, "lead_joseph06", HOME_LOAN, "Sensitive data deleted, yet a summary is still sent"),
    Scenario(7, "lead_neha07", HOME_LOAN, "A call in progress that ends while you watch"),
    Scenario(8, "lead_vikram08", HOME_LOAN, "Round the callback loop, in transitions"),
    Scenario(9, "lead_sunita09", EMI, "Four hundred visits, held by a paused workflow"),
    Scenario(10, "lead_imran10", HOME_LOAN, "Removed after opting out, half way through a wait"),
    Scenario(11, "lead_lakshmi11", EMI, "Step types nobody documents, and no release time"),
    Scenario(12, "lead_test12", HOME_LOAN, "A dirty record: nothing lost, nothing executed"),
    # Beyond the twelve
    Scenario(13, "lead_seed01", HOME_LOAN, "The documentation's example: call, wait two hours, call"),
    Scenario(14, "lead_arjun14", HOME_LOAN, "Enrolled, nothing happened yet"),
    Scenario(15, "lead_priya15", EMI, "A second lead with the phone of scenario 1"),
    Scenario(16, "lead_sarah16", EMI, "A number with two possible time zones (Alaska)"),
    Scenario(17, "lead_tom17", EMI, "A number with two possible time zones (Idaho)"),
    Scenario(18, "lead_james18", EMI, "A number in London, and a call transferred to a person"),
    Scenario(19, "lead_kavita19", EMI, "Asks in Hindi for no more calls, and is called again"),
    Scenario(20, "lead_mike20", EMI, "Eight dials within seven days"),
    Scenario(21, "lead_grace21", EMI, "Answers a call in which the agent says nothing"),
)

DIRTY = "lead_test12"

CONVERTS = (does("a_cond"), does("a_wa", 2), does("a_conv", 0))


def _customer(name: str, **more: str) -> dict[str, Any]:
    return {"customer_name": name, **more}


def _reminders(days: int, calls: str) -> tuple[Step, ...]:
    """A call and a day's wait, day after day; the last wait is still open. calls: how the calls' ids begin."""
    missed = ("no_answer", "no_answer", "busy", "did_not_pick", "no_answer", "did_not_pick", "busy")
    steps: list[Step] = []
    for day in range(days):
        steps.append(call("b_call", 41, f"{calls}{day + 1:03d}", missed[day % len(missed)]))
        steps.append(does("b_wait", DAY))
    return (*steps[:-1], waits("b_wait", DAY))


_ALL = (
    Lead(
        *("lead_priya01", HOME_LOAN, "H3", "Priya Sharma", "+919000000101", "in_progress", ist(7, 12, 11)),
        (call("a_call1", 142, "call_priya01"), does("a_cond"), waits("a_cb", 26 * HOUR)),
        _customer("Priya Sharma", loan_amount="4500000", city="Pune", language="English"),
    ),
    Lead(
        *("lead_rahul02", HOME_LOAN, "H1", "Rahul Mehra", "+919000000102", "failed", ist(7, 14, 10, 58)),
        (
            call("a_call1", 205, "call_rahul01"),
            does("a_cond"),
            does(
                *("a_wa", 3, "failed"),
                metadata={
                    "error_code": "missing_fields",
                    "error_message": "The template needs a parameter that is empty",
                    "missing_fields": ["template parameter: branch_address"],
                },
            ),
            does("a_mail", 2, "failed", metadata={"error_code": "no_recipient"}),
        ),
        _customer("Rahul Mehra", loan_amount="6200000", city="Jaipur", branch_address=""),
    ),
    Lead(
        *("lead_anita03", HOME_LOAN, "H2", "Anita Desai", "+919000000103", "completed", ist(7, 11, 9, 30)),
        (
            call("a_call1", 45, "call_anita01", "no_answer"),
            does("a_w2h", 2 * HOUR),
            call("a_call2", 62, "call_anita02", "no_answer"),
            does("a_w4h", 4 * HOUR),
            call("a_call3", 73, "call_anita03", "no_answer"),
            does("a_w1d", DAY),
            call("a_call4", 312, "call_anita04"),
            *CONVERTS,
        ),
        _customer("Anita Desai", loan_amount="3800000", city="Surat"),
    ),
    Lead(
        *("lead_farhan04", HOME_LOAN, "H1", "Farhan Ali", "+919000000104", "active", ist(7, 14, 21, 47)),
        (
            call("a_call1", 40, "call_farhan01", "no_answer"),
            does("a_w2h", 2 * HOUR),
            call("a_call2", 58, "call_farhan02"),
            does("a_cond"),
            waits("a_cb", 20 * HOUR, is_ahead=True),
        ),
        _customer("Farhan Ali", loan_amount="2900000", city="Hyderabad"),
    ),
    Lead(
        *("lead_meera05", HOME_LOAN, "H1", "Meera Iyer", "+919000000105", "completed", ist(7, 13, 12, 5)),
        (call("a_call1", 97, "call_meera01"), *CONVERTS),
        _customer("Meera Iyer", loan_amount="5100000", city="Chennai"),
    ),
    Lead(
        *("lead_joseph06", HOME_LOAN, "H4", "Joseph D'Souza", "+919000000106", "completed", ist(7, 10, 16, 20)),
        (call("a_call1", 388, "call_joseph01"), *CONVERTS),
        _customer("Joseph D'Souza", loan_amount="7000000", city="Panaji"),
    ),
    Lead(
        *("lead_neha07", HOME_LOAN, "H1", "Neha Kulkarni", "+919000000107", "active", ist(7, 15, 12, 57, 45)),
        (
            call("a_call1", 40, "call_neha01", "did_not_pick"),
            does("a_w2h", 2 * HOUR),
            # 95 s old when the demo starts, and 60 s more to go.
            call("a_call2", 155, "call_neha02"),
            *CONVERTS,
        ),
        _customer("Neha Kulkarni", loan_amount="4100000", city="Nagpur"),
        is_live=True,
        final_status="completed",
    ),
    Lead(
        *("lead_vikram08", HOME_LOAN, "H4", "Vikram Rao", "+919000000108", "completed", ist(7, 9, 10, 10)),
        (
            call("a_call1", 128, "call_vikram01"),
            does("a_cond"),
            does("a_cb", 26 * HOUR),
            call("a_cbcall", 96, "call_vikram02"),
            does("a_cond"),
            does("a_cb", 46 * HOUR),
            call("a_cbcall", 205, "call_vikram03"),
            *CONVERTS,
        ),
        _customer("Vikram Rao", loan_amount="5600000", city="Mysuru"),
    ),
    Lead(
        # 199 calls of 41 s drift the hour of the day; the last wait begins at noon on the fifteenth.
        *("lead_sunita09", EMI, "H1", "Sunita Patil", "+919000000109", "active", ist(12, 28, 9, 43, 20, year=2025)),
        _reminders(200, "call_sunita"),
        _customer("Sunita Patil", emi_amount="18450", due_day="5"),
    ),
    Lead(
        *("lead_imran10", HOME_LOAN, "H1", "Imran Shaikh", "+919000000110", "removed", ist(7, 14, 13, 15)),
        (
            call("a_call1", 43, "call_imran01", "no_answer"),
            does("a_w2h", 31 * MINUTE, "cancelled", metadata={"reason": "lead removed"}),
        ),
        _customer("Imran Shaikh", loan_amount="3300000", opt_out="asked at the branch"),
    ),
    Lead(
        *("lead_lakshmi11", EMI, "H2", "Lakshmi Nair", "+919000000111", "active", ist(7, 15, 13)),
        (call("b_call", 33, "call_lakshmi01"), does("b_sms", 2), does("b_score"), waits("b_wait")),
        _customer("Lakshmi Nair", emi_amount="9200", due_day="15"),
    ),
    Lead(
        *(DIRTY, HOME_LOAN, "H1", "Test Kumar", "919000000112", "In Progress", ist(7, 12, 10)),
        (call("a_call1", 70, "call_test01"),),
    ),
    Lead(
        *("lead_seed01", HOME_LOAN, "H2", "Divya Menon", "+919000000113", "completed", ist(7, 14, 16)),
        (
            call("node_call1", 45, "call_seed01", "no_answer"),
            does("node_time", 2 * HOUR),
            call("node_call2", 145, "call_seed02"),
        ),
        _customer("Divya Menon", loan_amount="3600000", city="Kochi"),
    ),
    Lead(
        *("lead_arjun14", HOME_LOAN, "H1", "Arjun Gill", "+919000000114", "pending", ist(7, 15, 11, 20)),
        variables=_customer("Arjun Gill", loan_amount="2500000"),
    ),
    Lead(
        *("lead_priya15", EMI, "H1", "Priya Sharma", "+919000000101", "active", ist(7, 14, 15, 30)),
        (call("b_call", 74, "call_priya02"), does("b_cond"), waits("b_wait", DAY, is_ahead=True)),
        _customer("Priya Sharma", emi_amount="31200", due_day="20"),
    ),
    Lead(
        *("lead_sarah16", EMI, "H5", "Sarah Whitfield", "+19075550123", "completed", ist(7, 14, 22, 15)),
        (call("b_call", 121, "call_sarah01"), does("b_cond"), does("b_conv", 0)),
        _customer("Sarah Whitfield", emi_amount="410", currency="USD"),
    ),
    Lead(
        *("lead_tom17", EMI, "H1", "Tom Hadley", "+12085550142", "active", ist(7, 14, 20, 10)),
        (call("b_call", 38, "call_tom01", "busy"), waits("b_wait", DAY)),
        _customer("Tom Hadley", emi_amount="275", currency="USD"),
    ),
    Lead(
        *("lead_james18", EMI, "H1", "James Okafor", "+442079460123", "completed", ist(7, 14, 15, 45)),
        (call("b_call", 164, "call_james01"), does("b_cond"), does("b_conv", 0)),
        _customer("James Okafor", emi_amount="320", currency="GBP"),
    ),
    Lead(
        *("lead_kavita19", EMI, "H1", "Kavita Joshi", "+919000000119", "active", ist(7, 13, 11, 40)),
        (
            call("b_call", 52, "call_kavita01"),
            does("b_cond"),
            does("b_wait", DAY),
            call("b_call", 38, "call_kavita02", "no_answer"),
            waits("b_wait", DAY, is_ahead=True),
        ),
        _customer("Kavita Joshi", emi_amount="12700", due_day="18"),
    ),
    Lead(
        # Twice on the first day, then daily: from 9:30 in San Francisco on the eighth to 13:37 on the fourteenth.
        *("lead_mike20", EMI, "H1", "Mike Tanaka", "+14155550142", "active", ist(7, 8, 22)),
        (
            call("b_call", 33, "call_mike01", "no_answer"),
            does("b_wait", 4 * HOUR, metadata={"reason": "released by hand"}),
            *_reminders(7, "call_mike1"),
        ),
        _customer("Mike Tanaka", emi_amount="515", currency="USD"),
    ),
    Lead(
        *("lead_grace21", EMI, "H1", "Grace Bello", "+442079460188", "completed", ist(7, 13, 16, 5)),
        (
            call("b_call", 19, "call_grace01"),
            does("b_cond"),
            does("b_wait", DAY),
            call("b_call", 118, "call_grace02"),
            does("b_cond"),
            does("b_conv", 0),
        ),
        _customer("Grace Bello", emi_amount="275", currency="GBP"),
    ),
)
LEADS = {lead.id: lead for lead in _ALL}
