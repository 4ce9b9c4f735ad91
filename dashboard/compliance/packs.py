"""Rule packs: thresholds, texts and sources as data, in TOML. A pack that can't be used is told in a sentence.

The packs that come along are the files in packs/; an installation adds its own. Each kind of rule below is one
computation of compliance.rules, and its fields are what that computation takes.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from datetime import date, time
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, get_args
from zoneinfo import available_timezones

import msgspec
from msgspec import Meta

from dashboard.compliance.wording import plain

RECORD = "record"  # the pack of every workflow, whatever else it is judged by
# msgspec works out what a type is made of as it first meets it; two threads at once make it crash the process.
_reading = threading.Lock()
LONGEST_SERIES = 4  # digits of the caller's number that are kept: they tell its series, and nobody's number

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
Text = Annotated[str, Meta(min_length=1, max_length=1000)]
Link = Annotated[str, Meta(pattern=r"^https://[^\s<>\"']+$", max_length=500)]
Number = Annotated[int, Meta(ge=1, le=10_000)]
Weekday = Annotated[int, Meta(ge=1, le=7)]  # 1 is Monday
Phrase = Annotated[str, Meta(min_length=2, max_length=100)]
Series = Annotated[str, Meta(pattern=rf"^[0-9]{{1,{LONGEST_SERIES}}}$")]
Purpose = Literal["telemarketing", "collections", "service", "any"]


class PackError(ValueError):
    """A pack that can't be used; the message is a sentence that says where and why."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Base(_Part, kw_only=True, tag_field="kind"):
    """What every rule has. level: what a violation is; some sources speak of good practice only."""

    id: Id
    title: Text
    level: Literal["breach", "warning"] = "breach"
    text: Text  # the rule, in our words
    threshold: Text  # the exact figures, in words
    source: Link
    checked_on: date  # when somebody last read the source


class Hours(Base, tag="hours"):
    """Dials only from opens to closes, both included, on the called party's clock or on that of a named zone."""

    opens: time
    closes: time
    zone: str | None = None
    weekdays: tuple[Weekday, ...] = ()  # on which it holds; none named: on all
    state: str | None = None  # it holds for people of this state only, which a number does not tell


class Frequency(Base, tag="frequency"):
    """At most so many dials to one number in any so many hours."""

    most: Number
    hours: Number
    warn_from: Number | None = None
    state: str | None = None


class PerDay(Base, tag="per_day"):
    """Fewer than so many dials on one day of the called party's calendar."""

    dials: Number


class Weekdays(Base, tag="weekdays"):
    """No dials on these days of the called party's week."""

    weekdays: Annotated[tuple[Weekday, ...], Meta(min_length=1)]
    state: str | None = None


class Gap(Base, tag="gap"):
    """Two unanswered dials no closer than so many minutes."""

    minutes: Number


class AfterTalk(Base, tag="after_talk"):
    """No dial within so many days after a conversation, whose own day is the first, on the called party's calendar."""

    days: Number


class Ring(Base, tag="ring"):
    """An unanswered call rings for so many seconds at least."""

    seconds: Number


class Silent(Base, tag="silent"):
    """An answered call in which the agent says something."""


class AfterSilent(Base, tag="after_silent"):
    """No dial within so many hours after an answered call in which the agent said nothing."""

    hours: Number


class Said(Base, tag="said"):
    """In every conversation one of these phrases, by one side."""

    phrases: Id


class CallerSeries(Base, tag="caller_series"):
    """Calls to this country come from numbers that begin so."""

    country_code: Number
    prefixes: Annotated[tuple[Series, ...], Meta(min_length=1)]


class Outside(Base, tag="outside"):
    """What no record of DialNexa's can show: always "cannot tell", so that a person looks."""


class Transcript(Base, tag="transcript"):
    """A completed call has a transcript."""


class CallRecord(Base, tag="call_record"):
    """A call has a record."""


class DataNotes(Base, tag="data_notes"):
    """The history can be read whole."""


class AfterEnd(Base, tag="after_end"):
    """No dial after the path's end: converted, dropped, or removed."""


class OptOut(Base, tag="opt_out"):
    """No dial after the called person asked for no more calls."""

    phrases: Id


Rule = (
    Hours
    | Frequency
    | PerDay
    | Weekdays
    | Gap
    | AfterTalk
    | Ring
    | Silent
    | AfterSilent
    | Said
    | CallerSeries
    | Outside
    | Transcript
    | CallRecord
    | DataNotes
    | AfterEnd
    | OptOut
)
KINDS: tuple[type[Base], ...] = get_args(Rule)


class Question(_Part):
    """One question of the reviewer's scorecard. A critical one that fails, fails the whole."""

    id: Id
    text: Text
    is_critical: bool = False


class Phrases(_Part, dict=True):
    """Words to look for in one side's turns, whatever their case and punctuation."""

    id: Id
    speaker: Literal["agent", "caller"]
    phrases: Annotated[tuple[Phrase, ...], Meta(min_length=1)]

    @cached_property
    def key(self) -> str:
        """Changes with the words: what was looked for before is not the same."""
        return hashlib.sha256("\0".join((self.speaker, *sorted(self.phrases))).encode()).hexdigest()[:16]


class Pack(_Part, kw_only=True):
    id: Id
    title: Text
    version: Annotated[str, Meta(pattern=r"^[0-9A-Za-z.-]{1,20}$")]
    effective_on: date
    purpose: Purpose
    country: Text
    note: str = ""
    rules: Annotated[tuple[Rule, ...], Meta(min_length=1)]
    questions: tuple[Question, ...] = ()
    phrases: tuple[Phrases, ...] = ()

    def words(self, phrases_id: str) -> Phrases:
        return next(one for one in self.phrases if one.id == phrases_id)

    @property
    def name(self) -> str:
        return f"{self.id} {self.version}"

    @property
    def digest(self) -> str:
        """SHA-256 of everything in it: tells a change that left the version alone."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()


def read(text: str) -> Pack:
    """A pack from its TOML. Raises PackError."""
    try:
        with _reading:
            pack = msgspec.toml.decode(text, type=Pack)
    except msgspec.DecodeError as error:
        raise PackError(f"The pack can’t be used: {str(error).rstrip('.')}.") from None
    if wrong := _wrong(pack):
        raise PackError(wrong)
    return pack


def _wrong(pack: Pack) -> str | None:
    """What no type says: names that meet each other, and what single rules and lists get wrong."""
    for kind, ids in (
        ("rules", [rule.id for rule in pack.rules]),
        ("questions", [question.id for question in pack.questions]),
        ("lists of phrases", [one.id for one in pack.phrases]),
    ):
        if doubled := next((one for one in ids if ids.count(one) > 1), None):
            return f"The pack has two {kind} with the id “{doubled}”: give each its own."
    for one in pack.phrases:
        if empty := next((phrase for phrase in one.phrases if not plain(phrase)), None):
            return f"The list of phrases “{one.id}” holds “{empty}”, in which there is no word."
    speakers = {one.id: one.speaker for one in pack.phrases}
    return next(filter(None, (_wrong_rule(rule, speakers) for rule in pack.rules)), None)


def _wrong_rule(rule: Rule, speakers: Mapping[str, str]) -> str | None:
    match rule:
        case Said() | OptOut() if rule.phrases not in speakers:
            return f"Rule {rule.id} names the list of phrases “{rule.phrases}”, which the pack does not have."
        case OptOut() if speakers[rule.phrases] != "caller":
            return f"Rule {rule.id} needs phrases of the caller; “{rule.phrases}” are the agent’s."
        case Hours() if rule.zone is not None and rule.zone not in available_timezones():
            return f"Rule {rule.id} names the zone “{rule.zone}”, which does not exist."
        case Hours() if rule.opens >= rule.closes:
            return f"Rule {rule.id} must open before it closes."
        case Frequency() if rule.warn_from is not None and rule.warn_from > rule.most:
            return f"Rule {rule.id} warns from {rule.warn_from} dials on, though it allows {rule.most} only."
        case Frequency() if rule.warn_from is not None and rule.state:
            return f"Rule {rule.id} can’t warn early: nobody knows who lives in {rule.state}."
    return None


@cache
def shipped() -> Mapping[str, Pack]:
    """The packs that come with Leadline, by id."""
    return _of(resources.files("dashboard.compliance") / "packs")


@cache
def filed(folder: str) -> Mapping[str, Pack]:
    """The packs that come along and those of an installation's folder, read once. Raises PackError, OSError."""
    own = _of(Path(folder)) if folder else {}
    if taken := sorted(own.keys() & shipped().keys()):
        raise PackError(f"“{taken[0]}” is the id of a pack that comes with Leadline.")
    return MappingProxyType({**shipped(), **own})


def _of(folder: Traversable) -> Mapping[str, Pack]:
    """Raises PackError that names the file."""
    found: dict[str, Pack] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            try:
                pack = read(file.read_text("utf-8"))
            except (PackError, UnicodeDecodeError) as error:
                raise PackError(f"{file.name}: {error}") from None
            if pack.id in found:
                raise PackError(f"{file.name}: another file has the id “{pack.id}” already.")
            found[pack.id] = pack
    return MappingProxyType(dict(sorted(found.items())))
