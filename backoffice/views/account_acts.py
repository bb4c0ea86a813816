"""What staff do on an account. Each act locks the account, does one thing, and goes back to its page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice import forms
from backoffice.auth import staff
from backoffice.desks.account_parts import note_of
from backoffice.desks.call_words import told_after
from backoffice.flaws import FieldError, flaw_of, why_not
from backoffice.office import office
from backoffice.permissions import needs
from backoffice.views.accounts import page_of
from shared.accounts import (
    Account,
    Hold,
    account_vault,
    contacts_of,
    find_account,
    get_practice,
    place_hold,
    release_hold,
)
from shared.aid import open_request
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.formats import day
from shared.delivery import Notice, decide_doubt, link_obstacle
from shared.erasing import refuse_erased, refuse_under_way
from shared.links import LinkRequest, ask_new_link, reopen_door
from shared.messages import end_pause_work
from shared.plans import live_plan, plans_of
from shared.worklist import finish_by_hand, get_task

desk = Blueprint("account_acts", __name__)

# A second press of the same button within this time asks for nothing more.
SAME_PRESS = timedelta(minutes=1)

Act = Callable[[Session, Account, datetime], str]


def act_on(number: str, act: Act, *, pause: forms.PauseForm | None = None) -> Response:
    """Do ``act`` under the account's lock; what it returns, or why it can't be, is told on the page, with
    the form of a ``pause`` as it was typed where it was that.

    Raises NotFoundError for an account, or a part of it, that this practice does not have.
    """
    here, who, flaw = office(), staff(), None
    with here.database.unit_of_work(who.practice_id) as work:
        account = find_account(work.session, practice_id=who.practice_id, number=number, lock=True)
        try:
            told = act(work.session, account, here.now())
        except FieldError as refused:
            flaw = flaw_of(refused, form="pause" if pause else "main")
        except NotAllowedError as refused:
            flash(why_not(refused), "err")
        else:
            work.commit()
            flash(told, "ok")
    if flaw is not None:
        return make_response(page_of(number, pause=pause, flaw=flaw), 422)
    return redirect(url_for("accounts.show", number=account.number), code=303)


@desk.post("/accounts/<number>/holds")
@needs("holds.write")
def place(number: str) -> Response | tuple[str, int]:
    """Put an account on pause. While it is, the same form does it once, and another is refused."""
    typed = forms.PauseForm.typed(request.form)
    try:
        kind = forms.pause_reason(request.form)
        review_on = forms.review_day(request.form, today=office().today(staff().timezone))
        note = forms.note(request.form)
    except NotAllowedError as refused:
        flaw = flaw_of(refused, form="pause")
        return page_of(number, pause=typed, flaw=flaw), 422

    def act(session: Session, account: Account, at: datetime) -> str:
        refuse_erased(account, timezone=staff().timezone)
        vault = account_vault(office().keys, account)
        hold = place_hold(
            session,
            account=account,
            kind=kind,
            actor=staff().actor,
            at=at,
            review_on=review_on,
            note=note,
            vault=vault,
        )
        if (hold.review_on, note_of(hold, vault)) != (review_on, note or ""):
            raise FieldError(
                "kind",
                "Pourquoi",
                "Le compte est déjà en pause pour cette raison, à revoir le "
                f"{day(hold.review_on)} : rien n’a été changé. Levez d’abord cette pause.",
            )
        return f"En pause : rien ne part. À revoir le {day(hold.review_on)}."

    return act_on(number, act, pause=typed)


@desk.post("/accounts/<number>/holds/<uuid:hold_id>/release")
@needs("holds.write")
def release(number: str, hold_id: UUID) -> Response:
    """End a pause, with a reason."""

    def act(session: Session, account: Account, at: datetime) -> str:
        hold = session.get(Hold, (account.practice_id, hold_id))
        if hold is None or hold.account_id != account.id:
            raise NotFoundError("Cette pause n’existe pas.")
        if hold.status == "released":
            return "Cette pause est levée."
        if hold.kind == "plan" and _has_plan(session, account):
            raise NotAllowedError("Cette pause tient à un accord en cours : elle finit avec lui.")
        if hold.kind == "aid" and open_request(
            session, practice_id=account.practice_id, account_id=account.id
        ):
            raise NotAllowedError("Cette pause tient à une demande d’aide : décidez-en d’abord.")
        reason = forms.release_reason(request.form, of=hold_id)
        release_hold(session, hold, actor=staff().actor, at=at, reason=reason)
        end_pause_work(
            session,
            practice_id=account.practice_id,
            account_id=account.id,
            actor=staff().actor,
            at=at,
        )
        return "Cette pause est levée. L’échelle reprend la nuit prochaine."

    return act_on(number, act)


def _has_plan(session: Session, account: Account) -> bool:
    found = plans_of(session, practice_id=account.practice_id, account_id=account.id)
    return live_plan(found) is not None


@desk.post("/accounts/<number>/link")
@needs("links.send")
def send_link(number: str) -> Response:
    """Have a new link sent to the contact on file; the worker does it."""

    def act(session: Session, account: Account, at: datetime) -> str:
        contacts = contacts_of(session, practice_id=account.practice_id, account_id=account.id)
        obstacle = link_obstacle(account, contacts)
        if obstacle is not None:
            raise NotAllowedError(obstacle)
        if not _just_asked(session, account, at) and not ask_new_link(
            session, account=account, actor=staff().actor, at=at
        ):
            raise NotAllowedError("Trois liens ont été demandés en un jour : attendez demain.")
        return "Un nouveau lien part vers le contact au dossier."

    return act_on(number, act)


def _just_asked(session: Session, account: Account, at: datetime) -> bool:
    query = select(LinkRequest.id).where(
        LinkRequest.practice_id == account.practice_id,
        LinkRequest.account_id == account.id,
        LinkRequest.asked_at > at - SAME_PRESS,
    )
    return session.scalar(query.limit(1)) is not None


@desk.post("/accounts/<number>/door")
@needs("links.send")
def open_door(number: str) -> Response:
    """Let the account's links work again after ten wrong answers."""

    return act_on(number, let_in)


def let_in(session: Session, account: Account, at: datetime) -> str:
    """Reopen an account's door; one that is open stays so."""
    if account.door_closed_at is not None:
        refuse_under_way(session, account)
        practice = get_practice(session, account.practice_id)
        reopen_door(session, practice=practice, account=account, actor=staff().actor, at=at)
    return "La porte est ouverte. Envoyez un nouveau lien si besoin."


@desk.post("/accounts/<number>/tasks/<uuid:task_id>/done")
@needs("tasks.write")
def finish_task(number: str, task_id: UUID) -> Response:
    """Note that a piece of work is done, and why."""

    def act(session: Session, account: Account, at: datetime) -> str:
        task = get_task(session, practice_id=account.practice_id, task_id=task_id)
        if task.account_id != account.id:
            raise NotFoundError("Cette tâche n’existe pas.")
        finish_by_hand(
            session,
            practice_id=account.practice_id,
            task_id=task_id,
            reason=request.form.get("reason", ""),
            actor=staff().actor,
            at=at,
        )
        return told_after(session, task, account, who=staff())

    return act_on(number, act)


@desk.post("/accounts/<number>/notices/<uuid:notice_id>/doubt")
@needs("tasks.write")
def settle_doubt(number: str, notice_id: UUID) -> Response:
    """Say whether a message whose sending is in doubt went out."""

    def act(session: Session, account: Account, at: datetime) -> str:
        return note_doubt(session, account, notice_id, request.form.get("sent", ""), at)

    return act_on(number, act)


def note_doubt(session: Session, account: Account, notice_id: UUID, sent: str, at: datetime) -> str:
    """Keep what staff say of a message in doubt. Raises NotFoundError, NotAllowedError."""
    notice = session.get(Notice, (account.practice_id, notice_id))
    if notice is None or notice.account_id != account.id:
        raise NotFoundError("Ce message n’existe pas.")
    if sent not in {"yes", "no"}:
        raise NotAllowedError("Dites si le message est parti ou non.")
    if notice.status == "in_doubt":
        decide_doubt(session, notice, sent=sent == "yes", actor=staff().actor, at=at)
    return "C’est noté."
