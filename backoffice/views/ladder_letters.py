"""Formal notices: somebody in charge decides, then somebody prints, sends, and notes it."""

from datetime import timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice import letter_acts
from backoffice.auth import names_keys, staff
from backoffice.desks.ladder_letters import (
    STATES,
    TABS,
    read_case,
    read_lines,
    said_of,
)
from backoffice.desks.letter_paper import render
from backoffice.flaws import FieldError, Flaw, flaw_of
from backoffice.letter_acts import LetterAct
from backoffice.office import office
from backoffice.permissions import grave, needs
from shared.accounts import find_account, get_practice
from shared.base.errors import NotAllowedError
from shared.base.page_keys import instant_of, read_key, write_key
from shared.ladder import DECLINE_REASONS, LEFT_OUT, OBSTACLES

desk = Blueprint("ladder_letters", __name__)
_LETTER = "/accounts/<number>/letter"


@desk.get("/ladder/letters")
@needs("ladder.letters")
def list_letters() -> str:
    """Those that wait, those to be sent, those decided."""
    here, who = office(), staff()
    tab = request.args.get("show", "")
    tab, after = tab if tab in TABS else "", request.args.get("after", "")
    with here.database.reading(who.practice_id) as reading:
        lines, following = read_lines(
            reading,
            practice_id=who.practice_id,
            tab=tab,
            after=read_key(after, instant_of) if after else None,
            today=here.today(who.timezone),
            keys=names_keys(),
        )
    return render_template(
        "backoffice/ladder_letters.html",
        lines=lines,
        tab=tab,
        tabs=TABS,
        first=not after,
        next_key=write_key(*following) if following else "",
    )


@desk.get(_LETTER)
@needs("ladder.letters")
def show(number: str) -> str:
    """One of them: the facts, what it covers, what comes next."""
    return _page(number)


@desk.post(f"{_LETTER}/approve")
@needs("ladder.approve")
@grave
def approve(number: str) -> Response | tuple[str, int]:
    """Say that the letter goes, as one was shown it."""
    return _act(number, letter_acts.approve)


@desk.post(f"{_LETTER}/decline")
@needs("ladder.approve")
def decline(number: str) -> Response | tuple[str, int]:
    """Say that none goes, and why."""
    return _act(number, letter_acts.decline)


@desk.post(f"{_LETTER}/postpone")
@needs("ladder.approve")
def postpone(number: str) -> Response | tuple[str, int]:
    """Look at it again on a later day."""
    return _act(number, letter_acts.postpone)


@desk.post(f"{_LETTER}/undo")
@needs("ladder.approve")
def undo(number: str) -> Response | tuple[str, int]:
    """Take the word back, as long as the letter was not sent."""
    return _act(number, letter_acts.undo)


@desk.post(f"{_LETTER}/sent")
@needs("ladder.letters")
def sent(number: str) -> Response | tuple[str, int]:
    """Note that the letter was sent, on which day and under which number."""
    return _act(number, letter_acts.sent)


@desk.get(f"{_LETTER}.pdf")
@needs("ladder.letters")
def print_letter(number: str) -> Response:
    """The letter to print."""
    here, who = office(), staff()
    today = here.today(who.timezone)
    with here.database.reading(who.practice_id) as reading:
        account = find_account(reading, practice_id=who.practice_id, number=number)
        case, debtor = read_case(reading, account, keys=here.keys, today=today)
        practice = get_practice(reading, who.practice_id)
        try:
            pdf = render(case.letter, account, practice, debtor, at=here.now(), today=today)
        except NotAllowedError as refused:
            flash(str(refused), "err")
            return redirect(url_for("ladder_letters.show", number=number), code=303)
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="lettre-{number}.pdf"'
    return response


def _act(number: str, act: LetterAct) -> Response | tuple[str, int]:
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        session = work.session
        account = find_account(session, practice_id=who.practice_id, number=number, lock=True)
        today = here.today(who.timezone)
        try:
            case, _ = read_case(session, account, keys=here.keys, today=today)
            told = act(session, account, case, request.form, here.now())
        except FieldError as missing:
            session.rollback()
            return _page(number, flaw=flaw_of(missing, form="main")), 422
        except NotAllowedError as refused:
            session.rollback()
            flash(str(refused), "err")
        else:
            work.commit()
            flash(told, "ok")
    return redirect(url_for("ladder_letters.show", number=number), code=303)


def _page(number: str, flaw: Flaw | None = None) -> str:
    here, who = office(), staff()
    today = here.today(who.timezone)
    with here.database.reading(who.practice_id) as reading:
        account = find_account(reading, practice_id=who.practice_id, number=number)
        case, debtor = read_case(reading, account, keys=here.keys, today=today)
    state, tone = STATES[case.status]
    return render_template(
        "backoffice/ladder_letter.html",
        account=account,
        case=case,
        letter=case.letter,
        state=state,
        tone=tone,
        debtor=debtor if who.may("accounts.names") else None,
        facts=said_of(case),
        obstacles=[OBSTACLES[name] for name in case.judged.obstacles],
        left_out=LEFT_OUT,
        reasons=DECLINE_REASONS,
        tomorrow=today + timedelta(days=1),
        flaw=flaw,
        typed=request.form,
    )
