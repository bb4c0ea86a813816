"""« Aujourd’hui »: the list, one row opened, and what a row says after something was done to it.

With htmx a row opens and ends in its place; without, the same addresses are pages and redirects.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.auth import names_keys, staff
from backoffice.counted import totals
from backoffice.desks.account_changes import ContactLooked
from backoffice.desks.aid_choice import choice_of
from backoffice.desks.drafts import Draft
from backoffice.desks.phones import PhoneShown
from backoffice.desks.today import LATER, filters_of, read_beside, read_today, rows_of
from backoffice.desks.today_mine import MINE, count_mine, keys_of_mine
from backoffice.desks.today_panels import Opened, panel_of
from backoffice.desks.today_words import DESKS, PAGES, PARTS
from backoffice.flaws import Flaw
from backoffice.forms import FIRST_REVIEW, LONGEST_PAUSE
from backoffice.office import office
from backoffice.permissions import needs
from shared.accounts import get_account, get_practice
from shared.desk import RECEIVED_DAYS
from shared.worklist import (
    GROUPS,
    KINDS,
    LONGEST_PUT_OFF,
    PUT_OFF_REASONS,
    TO_PATIENT,
    Task,
    get_task,
    is_put_off,
    reasons_of,
)

desk = Blueprint("today", __name__)

# The short fields of a row's forms, given back as they were filled in.
TYPED = ("until", "why", "told", "reason", "sent_on", "tracking")
_BLANK = dict.fromkeys(TYPED, "")


@desk.get("/today")
@needs("tasks.read")
def show_today() -> str:
    """What waits, filtered by the address, the oldest promise first."""
    here, who = office(), staff()
    today = here.today(who.timezone)
    show = request.args.get("show", "")
    with here.database.reading(who.practice_id) as reading:
        counted = totals(reading)
        own = keys_of_mine(reading, who)
        page = read_today(
            reading,
            practice_id=who.practice_id,
            show=show,
            mine=own,
            after=request.args.get("after", ""),
            today=today,
            keys=names_keys(),
        )
        mine = count_mine(reading, who, own, today=today)
    days = [today - timedelta(days=back) for back in reversed(range(RECEIVED_DAYS))]
    return render_template(
        "backoffice/today.html",
        page=page,
        show=show if show in {*GROUPS, MINE, LATER} else "",
        first=not request.args.get("after"),
        filters=filters_of(counted, mine),
        beside=read_beside(counted, days=days),
    )


@desk.get("/today/<uuid:task_id>")
@needs("tasks.read")
def show_task(task_id: UUID) -> Response:
    """One piece of work with what is needed to act: in its row, or as a page. Raises NotFoundError."""
    return opened(task_id, closed="closed" in request.args)


def on_list() -> bool:
    """Whether a row of the list is asked for, and not a page."""
    return request.headers.get("HX-Request") == "true"


def opened(
    task_id: UUID,
    *,
    closed: bool = False,
    draft: Draft | None = None,
    phones: tuple[PhoneShown, ...] = (),
    looked: ContactLooked | None = None,
    in_full: str = "",
    typed: dict[str, str] | None = None,
    flaw: Flaw | None = None,
    status: int = 200,
) -> Response:
    """A task as it is: open with its panel, ``closed`` as a row, or over; ``draft`` and ``typed`` are what
    was filled in and can't be taken, for the reason in ``flaw``."""
    here, who = office(), staff()
    today = here.today(who.timezone)
    with here.database.reading(who.practice_id) as reading:
        task = get_task(reading, practice_id=who.practice_id, task_id=task_id)
        [row] = rows_of(
            reading, [task], practice_id=who.practice_id, today=today, keys=names_keys()
        )
        shown = {} if closed or task.status != "open" else _panel(reading, task, today)
    template = "backoffice/today/row.html" if on_list() else "backoffice/today/page.html"
    return make_response(
        render_template(
            template,
            row=row,
            over=task.status != "open",
            over_by=task.closed_by,
            over_at=task.closed_at,
            is_open=bool(shown),
            listed=on_list(),
            draft=draft or Draft(),
            phones=phones,
            looked=looked,
            in_full=in_full,
            typed=_BLANK | (typed or {}),
            flaw=flaw,
            **(_nothing() | shown),
        ),
        status,
    )


@dataclass(frozen=True, slots=True)
class Link:
    """Where the next thing is done."""

    word: str
    href: str


def done(task_id: UUID, told: str, *, link: Link | None = None) -> Response:
    """After an act: the row says what was done and the counts fall, or the list is shown with it said."""
    if not on_list():
        flash(told, "ok")
        if link is not None:
            flash(f"{link.href} {link.word}", "link")
        return redirect(url_for("today.show_today"), code=303)
    here, who = office(), staff()
    today = here.today(who.timezone)
    with here.database.reading(who.practice_id) as reading:
        task = get_task(reading, practice_id=who.practice_id, task_id=task_id)
        [row] = rows_of(
            reading, [task], practice_id=who.practice_id, today=today, keys=names_keys()
        )
        counted = totals(reading, anew=True)
        mine = count_mine(reading, who, keys_of_mine(reading, who), today=today)
    return make_response(
        render_template(
            "backoffice/today/done.html",
            row=row,
            told=told,
            link=link,
            filters=filters_of(counted, mine),
            still=task.status == "open" and not is_put_off(task, today=today),
        )
    )


def _panel(reading: Session, task: Task, today: date) -> dict[str, Any]:
    who, way = staff(), KINDS[task.kind].way
    panel = panel_of(task.kind) if who.may(way.permission) else None
    account = None
    if task.account_id is not None:
        account = get_account(reading, practice_id=who.practice_id, account_id=task.account_id)
    practice = get_practice(reading, who.practice_id)
    filled: dict[str, Any] = {}
    if panel is not None and account is not None:
        filled = dict(panel.read(reading, Opened(task, account, office().keys, today)))
    return {
        "panel": panel.template if panel is not None and account is not None else "",
        "place": _place(way.place, account.number if account else ""),
        "may_act": who.may(way.permission),
        "reasons": reasons_of(task.kind) if who.may("tasks.write") else {},
        "put_off_reasons": PUT_OFF_REASONS if who.may("tasks.write") else {},
        "put_off_now": is_put_off(task, today=today),
        "to_patient": way.promised == TO_PATIENT,
        "first_day": today + FIRST_REVIEW,
        "last_day": today + LONGEST_PUT_OFF,
        "choice": choice_of(reading, who, is_asked=bool(filled.get("asked"))),
        "granted_until": today + timedelta(days=practice.granted_pause_days),
        "last_review": today + LONGEST_PAUSE,
        **filled,
    }


def _nothing() -> dict[str, Any]:
    return {"panel": "", "place": None, "may_act": True, "reasons": {}, "put_off_reasons": {}}


def _place(place: str, number: str) -> tuple[str, str] | None:
    """Where the work is done in full: what to call it, and its address."""
    who = staff()
    if place in DESKS:
        word, endpoint = DESKS[place]
        return word, url_for(endpoint)
    if not number or not who.may("accounts.read"):
        return None
    if place in PAGES:
        word, endpoint = PAGES[place]
        return word, url_for(endpoint, number=number)
    word, part = PARTS[place]
    return word, url_for("accounts.show", number=number, _anchor=part or None)
