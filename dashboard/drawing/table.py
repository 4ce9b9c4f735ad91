"""Visits as the rows of the table beside the picture, as markup. Every string is escaped here.

A template takes five times as long to look up and escape some twenty values a row, and this is most of a page's work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from html import escape

from dashboard.drawing.markup import Markup
from dashboard.drawing.picture import FLAG_SIGNS
from dashboard.timeline import status, words
from dashboard.timeline.marks import visible
from dashboard.timeline.model import VOICE_CALL, Visit
from dashboard.timeline.words import LeadClock


def rows(
    visits: Iterable[Visit],
    *,
    now: datetime,
    zone: tzinfo,
    current: Visit | None,
    visit_href: Callable[[int], str],
    record_href: Callable[[int], str] | None,
    opens_panel: Callable[[Visit], bool] = bool,
    lead_clock: LeadClock | None = None,
    flags: Mapping[int, tuple[str, str]] | None = None,
) -> Markup:
    """One `<tr>` a visit: number, step, status, entered, left, duration, raw record.

    The step is the row's own link (visit_href); htmx loads it, into where the table around it says, if opens_panel
    says that there is a panel. A call's row also links its raw record; record_href None: nobody may see it.
    flags: by position, the kind of a rule's result and what it is.
    """
    return Markup(
        "\n".join(
            _row(
                visit,
                now=now,
                zone=zone,
                is_current=visit == current,
                href=escape(visit_href(visit.position)),
                record_href=escape(record_href(visit.position)) if record_href and visit.call_id else None,
                has_panel=opens_panel(visit),
                aside=lead_clock.beside(visit.entered_at, zone) if lead_clock else "",
                flag=(flags or {}).get(visit.position),
            )
            for visit in visits
        )
    )


def _row(
    visit: Visit,
    *,
    now: datetime,
    zone: tzinfo,
    is_current: bool,
    href: str,
    record_href: str | None,
    has_panel: bool,
    aside: str,
    flag: tuple[str, str] | None,
) -> str:
    number, family = visit.position, status.family(visit.status)
    current = ' aria-current="true"' if is_current else ""
    call = f' data-call="{escape(visit.call_id)}"' if visit.call_id else ""
    panel = "" if has_panel else ' hx-boost="false"'
    missing = " · no call recorded" if visit.type == VOICE_CALL and not visit.call_id else ""
    entered = words.stamp(visit.entered_at, zone) if visit.entered_at else _soft("start unknown")
    there = f' <span class="soft there">{aside}</span>' if aside else ""
    mark = _flag(*flag) if flag else ""
    record = f'<a href="{record_href}" aria-label="Raw record of step {number}">raw</a>' if record_href else ""
    return (
        f'<tr data-visit="{number}" data-status="{family}"'
        f' id="visit-{number}"{current}>'
        f"<td>{number}{mark}</td>"
        f'<th scope="row"><a href="{href}"{panel} data-visit-link{call}>{_text(visit.label)}</a>'
        f" {_soft(f'{_text(visit.type)}{missing}')}</th>"
        f'<td><span class="family family-{family}" title="DialNexa: {_text(visit.raw_status)}">'
        f'<span aria-hidden="true">{status.FAMILY_ICONS[family]}</span> '
        f"{_text(status.in_words(visit.status))}</span></td>"
        f"<td>{entered}{there}</td><td>{_left(visit, zone)}</td><td>{_duration(visit, now)}</td><td>{record}</td></tr>"
    )


def _text(text: str) -> str:
    return escape(visible(text))


def _flag(kind: str, text: str) -> str:
    said, sign = _text(text), FLAG_SIGNS.get(kind, "⚑")
    return f' <span class="flag flag-{kind}" role="img" title="{said}">{sign}</span>'


def _soft(markup: str) -> str:
    return f'<span class="soft">{markup}</span>'


def _left(visit: Visit, zone: tzinfo) -> str:
    if visit.left_at:
        return words.stamp(visit.left_at, zone)
    if visit.due_at:
        return _soft(f"planned {words.stamp(visit.due_at, zone)}")
    return _soft("still here" if visit.is_open else "not given")


def _duration(visit: Visit, now: datetime) -> str:
    if visit.duration is not None:
        return words.length(visit.duration)
    if visit.is_open and visit.entered_at:
        if visit.entered_at > now:
            return _soft("starts later than now")
        return f"{words.length(now - visit.entered_at)} so far"
    return _soft("inconsistent" if visit.left_at and visit.entered_at else "–")
