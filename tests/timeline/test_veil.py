"""The veil over one lead: nothing of it comes through, and little else is hidden."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboard.timeline.mask import HIDDEN
from dashboard.timeline.veil import PLAIN, Veil, fold

TEXT = st.text(max_size=60)
WORDS = st.text(
    st.characters(whitelist_categories=("Lu", "Ll", "Lo", "Mn"), max_codepoint=0x2FFF), min_size=4, max_size=16
)


def plain(text: str) -> str:
    return " ".join(fold(text)[0].split())


@given(before=TEXT, secret=WORDS, after=TEXT)
def test_no_masked_text_contains_a_value(before: str, secret: str, after: str) -> None:
    """Whatever stands around it, however it is written."""
    assume(len(plain(secret)) >= 4 and plain(secret) not in PLAIN and any(char.isalpha() for char in plain(secret)))
    veil = Veil(variables={"nickname": secret})

    for written in (secret, secret.upper(), secret.casefold(), unicodedata.normalize("NFD", secret)):
        shown = veil.text(before + written + after)

        assert plain(secret) not in plain(shown)


@given(before=TEXT, number=st.from_regex(r"\A[1-9]\d{3,7}\Z"), after=TEXT)
def test_no_masked_text_contains_a_number(before: str, number: str, after: str) -> None:
    """An amount or an account, with the separators that people put in."""
    assume(not (before[-1:].isdecimal() or after[:1].isdecimal()))
    veil = Veil(variables={"amount": number})

    for written in (number, f"{number[0]},{number[1:]}", f"{number[:-3]} {number[-3:]}"):
        assert written not in veil.text(f"{before}{written}{after}")


@given(st.text(max_size=200), st.dictionaries(st.text(max_size=10), st.text(max_size=20), max_size=4))
def test_any_text_and_any_values_are_taken(text: str, variables: dict[str, str]) -> None:
    """Nothing raises, and what is lifted is the text itself."""
    assert isinstance(Veil("+919812345678", variables).text(text), str)
    assert Veil("+919812345678", variables, is_lifted=True).text(text) == text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Hello Asha, this is the bank.", f"Hello {HIDDEN}, this is the bank."),
        ("ASHA VERMA?", f"{HIDDEN}?"),
        ("asha   verma", HIDDEN),
        ("Mrs. Verma's loan", f"Mrs. {HIDDEN}'s loan"),
        ("A\u200bsha", HIDDEN),
        ("You owe 1,20,000 rupees", f"You owe {HIDDEN} rupees"),
        ("१२०००० rupees", f"{HIDDEN} rupees"),
        ("a balance of 45", f"a balance of {HIDDEN}"),
        ("at 14:45 in 2026", f"at 14:{HIDDEN} in 2026"),
        ("yes, we wanted that", "yes, we wanted that"),
        ("Ring +91 98123 45678", f"Ring {HIDDEN}"),
        ("Ring 022 6789 1234 instead", f"Ring {HIDDEN} ••34 instead"),
        ("José lives in Pune", f"José lives in {HIDDEN}"),
        ("120000¼", f"{HIDDEN}¼"),
        ("आशा जी", f"{HIDDEN} जी"),
    ],
)
def test_what_is_hidden_of_a_conversation(said: str, shown: str) -> None:
    """Names in full and by their parts, amounts, the lead's own number; other numbers keep their last two digits."""
    veil = Veil(
        "+919812345678",
        {
            "customer_name": "Asha Verma",
            "नाम": "आशा",
            "due": "120000",
            "days": "45",
            "consent": "yes",
            "initials": "an",
            "address": json.dumps({"city": "Pune", "tags": [None, True]}),
        },
    )

    assert veil.text(said) == shown


def test_record_stays_json_and_hides_values_in_every_place() -> None:
    """Names of fields, texts, numbers."""
    veil = Veil("+919812345678", {"customer_name": "Asha", "due": "5400.5"})
    row = {"label": "Call Asha", "due": 5400.5, "asha": [1.25, "919812345678"]}

    shown = json.loads(veil.record(json.dumps(row)))

    assert shown == {"label": f"Call {HIDDEN}", "due": HIDDEN, HIDDEN: [1.25, HIDDEN]}


def test_lifted_veil_shows_what_is_there() -> None:
    """And a closed one nothing, in each place of its own."""
    closed, lifted = Veil("+919812345678", {"a": "b"}), Veil("+919812345678", {"a": "b"}, is_lifted=True)

    assert (closed.number("+919812345678"), closed.value("b")) == (f"{HIDDEN} ••78", HIDDEN)
    assert (lifted.number("+919812345678"), lifted.value("b"), lifted.number(None)) == (
        "+919812345678",
        "b",
        "no number",
    )


def test_lifted_veil_hides_nothing() -> None:
    """Neither in a text nor in a record, the number included."""
    veil = Veil("+919812345678", {"name": "Anita Desai"}, is_lifted=True)

    assert veil.text("Anita on +91 98123 45678") == "Anita on +91 98123 45678"
    assert veil.record('{"to": "+919812345678", "n": 919812345678}') == '{"to": "+919812345678", "n": 919812345678}'


@pytest.mark.parametrize(
    ("variables", "text", "shown"),
    [
        ({"name": "Jose"}, "I met Jose\u0301\u0301 there", "I met •••• there"),
        ({"name": "Anita Desai"}, "Anita met Desai and Anita", "•••• met •••• and ••••"),
        ({"name": "Al Gorevic"}, "al dente", "al dente"),
        ({"city": "Anil"}, "Anilkumar", "••••kumar"),
        ({"city": "Ana"}, "Anastasia, Ana", "Anastasia, ••••"),
        ({"account": "12345"}, "x12345y 9123459", "x••••y 9123459"),
        ({"account": "123456789"}, "lead_0123456789", "lead_0••••"),
    ],
)
def test_veil_hides_exactly_what_belongs_to_it(variables: dict[str, str], text: str, shown: str) -> None:
    """Marks that combine go along, every occurrence goes, short words only whole, long numbers anywhere."""
    assert Veil(None, variables).text(text) == shown
