"""Formal notices: somebody in charge decides, then somebody prints, sends, and notes it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

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
from backoffice.forms import typed_day
from backoffice.office import office
from backoffice.permissions import grave, needs
from shared.accounts import Account, find_account, get_account, get_practice
from shared.base.errors import NotAllowedError
from shared.base.formats import day
from shared.base.page_keys import instant_of, read_key, write_key
from shared.ladder import (
    DECLINE_REASONS,
    LEFT_OUT,
    OBSTACLES,
    LetterCase,
    Staff,
    approve_letter,
    decline_letter,
    note_sent,
    postpone_letter,
    undo_letter,
)

desk = Blueprint("ladder_letters", __name__)
_LETTER = "/accounts/<number>/letter"
LONGEST_WAIT = timedelta(days=183)
LONGEST_TRACKING = 40
Act = Callable[[Session, Account, LetterCase, Staff, datetime], str]


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

    def act(session: Session, account: Account, case: LetterCase, by: Staff, at: datetime) -> str:
        if case.letter is None or case.letter.status != "approved":
            seen = request.form.get("seen", "")
            approve_letter(session, account, case, seen=seen, by=by, at=at)
        return "La lettre est approuvée. Imprimez-la, envoyez-la en recommandé, puis notez l’envoi."

    return _act(number, act)


@desk.post(f"{_LETTER}/decline")
@needs("ladder.approve")
def decline(number: str) -> Response | tuple[str, int]:
    """Say that none goes, and why."""

    def act(session: Session, account: Account, case: LetterCase, by: Staff, at: datetime) -> str:
        reason = request.form.get("reason", "")
        if reason not in DECLINE_REASONS:
            raise FieldError(
                "reason", "Raison", "Choisissez la raison pour laquelle la lettre ne part pas."
            )
        if case.letter is None or case.letter.status != "declined":
            decline_letter(session, account, case, reason=reason, by=by, at=at)
        return "La lettre ne part pas. Rien d’autre ne sera demandé dans cette conversation."

    return _act(number, act)


@desk.post(f"{_LETTER}/postpone")
@needs("ladder.approve")
def postpone(number: str) -> Response | tuple[str, int]:
    """Look at it again on a later day."""

    def act(session: Session, account: Account, case: LetterCase, by: Staff, at: datetime) -> str:
        until = _day("until", "À revoir le")
        today = office().today(staff().timezone)
        if not today < until <= today + LONGEST_WAIT:
            raise FieldError(
                "until", "À revoir le", "Donnez un jour entre demain et dans six mois."
            )
        if case.status != "postponed" or case.letter is None or case.letter.until != until:
            postpone_letter(session, account, case, until=until, by=by, at=at)
        return f"La lettre est reportée : à revoir le {day(until)}."

    return _act(number, act)


@desk.post(f"{_LETTER}/undo")
@needs("ladder.approve")
def undo(number: str) -> Response | tuple[str, int]:
    """Take the word back, as long as the letter was not sent."""

    def act(session: Session, _account: Account, case: LetterCase, by: Staff, at: datetime) -> str:
        if case.letter is not None and case.letter.status in {"approved", "declined", "sent"}:
            today = office().today(staff().timezone)
            undo_letter(session, case.letter, by=by, at=at, today=today)
        return "La décision est reprise : la lettre attend de nouveau une décision."

    return _act(number, act)


@desk.post(f"{_LETTER}/sent")
@needs("ladder.letters")
def sent(number: str) -> Response | tuple[str, int]:
    """Note that the letter was sent, on which day and under which number."""

    def act(session: Session, _account: Account, case: LetterCase, by: Staff, at: datetime) -> str:
        sent_on = _day("sent_on", "Envoyée le")
        tracking = " ".join(request.form.get("tracking", "").split())
        if not tracking or len(tracking) > LONGEST_TRACKING:
            raise FieldError(
                "tracking",
                "Numéro du recommandé",
                "Donnez le numéro du recommandé, tel qu’il est sur le récépissé.",
            )
        if case.letter is None:
            raise NotAllowedError("Cette lettre n’est pas approuvée : demandez d’abord l’accord.")
        again = case.letter.status == "sent" and case.letter.tracking == tracking
        if not again:
            today = office().today(staff().timezone)
            note_sent(
                session, case.letter, sent_on=sent_on, tracking=tracking, by=by, at=at, today=today
            )
        return f"L’envoi du {day(sent_on)} est noté : l’étape est faite."

    return _act(number, act)


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


def _act(number: str, act: Act) -> Response | tuple[str, int]:
    here, who = office(), staff()
    by = Staff(who.actor, who.user_id, who.name)
    with here.database.unit_of_work(who.practice_id) as work:
        session = work.session
        account = find_account(session, practice_id=who.practice_id, number=number)
        account = get_account(
            session, practice_id=who.practice_id, account_id=account.id, lock=True
        )
        today = here.today(who.timezone)
        try:
            case, _ = read_case(session, account, keys=here.keys, today=today)
            told = act(session, account, case, by, here.now())
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


def _day(field: str, label: str) -> date:
    try:
        return typed_day(request.form.get(field, ""))
    except ValueError:
        raise FieldError(field, label, "Donnez un jour, par exemple 24/11/2026.") from None
