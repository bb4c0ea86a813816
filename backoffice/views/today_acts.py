"""What is done from a row of « Aujourd’hui »: of two who act on one, the second reads who was first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.answering import (
    send_answer,
    told_of,
    typed_draft,
    typed_words,
    warned_of,
)
from backoffice.auth import staff
from backoffice.desks.call_words import told_after
from backoffice.desks.drafts import Draft, Warned
from backoffice.desks.phones import look_at_phones
from backoffice.desks.today_panels import panel_of, thread_of
from backoffice.flaws import FieldError, Flaw, flaw_of, why_not
from backoffice.forms import typed_day
from backoffice.office import office
from backoffice.permissions import needs
from backoffice.views.account_acts import note_doubt
from backoffice.views.account_plans import decide_plan
from backoffice.views.today import TYPED, Link, done, on_list, opened
from shared.accounts import Account, get_account
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.formats import day
from shared.worklist import (
    Task,
    TaskOverError,
    finish_by_hand,
    get_task,
    open_for,
    put_off,
    take_up,
)

desk = Blueprint("today_acts", __name__)

Act = Callable[[Session, Task, Account | None, datetime], str]
UNTIL = ("until", "Revient le")


class FrownedAtError(NotAllowedError):
    """The lint says something of an answer: it is shown before anything is sent."""

    def __init__(self, warned: tuple[Warned, ...], thread_id: UUID) -> None:
        super().__init__("Relisez ces mots avant d’envoyer.")
        self.warned, self.thread_id = warned, thread_id


def act_on_task(task_id: UUID, act: Act, *, link: Callable[[], Link] | None = None) -> Response:
    """Do ``act`` under the locks of the account and of the task; what it returns is told in the row, with
    the ``link`` to what comes next.

    Raises NotFoundError.
    """
    here, who, told = office(), staff(), ""
    refused: NotAllowedError | None = None
    with here.database.unit_of_work(who.practice_id) as work:
        task, account = task_of(work.session, task_id, lock=True)
        try:
            task, _ = open_for(work.session, practice_id=who.practice_id, task_id=task_id)
            told = act(work.session, task, account, here.now())
        except NotAllowedError as error:
            refused = error
        else:
            work.commit()
    if refused is None:
        return done(task_id, told, link=link() if link else None)
    return _refused(task_id, refused)


def task_of(session: Session, task_id: UUID, *, lock: bool = False) -> tuple[Task, Account | None]:
    """A task and the account that it is about, locked where something is to be done. Raises NotFoundError."""
    practice_id = staff().practice_id
    task = get_task(session, practice_id=practice_id, task_id=task_id)
    if task.account_id is None:
        return task, None
    return task, get_account(
        session, practice_id=practice_id, account_id=task.account_id, lock=lock
    )


def _refused(task_id: UUID, refused: NotAllowedError) -> Response:
    if isinstance(refused, TaskOverError):
        if on_list():
            return opened(task_id, status=409, flaw=Flaw(why_not(refused), "main"))
        flash(why_not(refused), "err")
        return redirect(url_for("today.show_today"), code=303)
    form = request.form
    typed = {name: form.get(name, "") for name in TYPED}
    draft, within = Draft(), f"-{task_id}"
    if form.get("thread"):
        try:
            draft = typed_draft(UUID(form["thread"]), form)
            within = f"-{draft.thread_id}"
        except ValueError:
            draft = Draft()
    if isinstance(refused, FrownedAtError):
        return opened(task_id, draft=replace(draft, warned=refused.warned), status=422)
    in_field = isinstance(refused, FieldError)
    flaw = flaw_of(refused, form="panel", within=within if in_field else f"-{task_id}")
    return opened(task_id, draft=draft, typed=typed, flaw=flaw, status=422)


def account_of(task: Task, account: Account | None, template: str) -> Account:
    """The account of a task that opens so. Raises NotFoundError for one that is done in another way."""
    panel = panel_of(task.kind)
    if account is None or panel is None or panel.template != template:
        raise NotFoundError("Cette tâche ne se fait pas ainsi.")
    return account


@desk.post("/today/<uuid:task_id>/done")
@needs("tasks.write")
def finish(task_id: UUID) -> Response:
    """Note that it is done, and why."""

    def act(session: Session, task: Task, account: Account | None, at: datetime) -> str:
        try:
            finish_by_hand(
                session,
                practice_id=task.practice_id,
                task_id=task.id,
                reason=request.form.get("reason", ""),
                actor=staff().actor,
                at=at,
            )
        except TaskOverError:
            raise
        except NotAllowedError as refused:
            raise FieldError("reason", "C’est fait parce que", str(refused)) from None
        return told_after(session, task, account, who=staff())

    return act_on_task(task_id, act)


@desk.post("/today/<uuid:task_id>/later")
@needs("tasks.write")
def put_it_off(task_id: UUID) -> Response:
    """Put it off to a day, on which it comes back by itself."""

    def act(session: Session, task: Task, _account: Account | None, at: datetime) -> str:
        form, today = request.form, office().today(staff().timezone)
        try:
            until = typed_day(form.get("until", ""))
        except ValueError:
            raise FieldError(*UNTIL, "Donnez le jour où cela doit revenir.") from None
        try:
            put_off(
                session,
                practice_id=task.practice_id,
                task_id=task.id,
                until=until,
                reason=form.get("why", ""),
                told=bool(form.get("told")),
                today=today,
                actor=staff().actor,
                at=at,
            )
        except TaskOverError:
            raise
        except NotAllowedError as refused:
            raise FieldError(*UNTIL, str(refused)) from None
        return f"Reporté : revient le {day(until, today=today)}."

    return act_on_task(task_id, act)


@desk.post("/today/<uuid:task_id>/now")
@needs("tasks.write")
def take_it_up(task_id: UUID) -> Response:
    """Put it back to its promised day."""

    def act(session: Session, task: Task, _account: Account | None, at: datetime) -> str:
        take_up(session, practice_id=task.practice_id, task_id=task.id, actor=staff().actor, at=at)
        return "Repris : de nouveau à sa date promise."

    return act_on_task(task_id, act)


@desk.post("/today/<uuid:task_id>/answer")
@needs("messages.write")
def answer(task_id: UUID) -> Response:
    """Answer the conversation that it is about, with all that this brings about."""

    def act(session: Session, task: Task, account: Account | None, at: datetime) -> str:
        account = account_of(task, account, "answer.html")
        form, thread = request.form, thread_of(session, task, account, office().keys)
        words = typed_words(form)
        warned = warned_of(words, form)
        if warned:
            raise FrownedAtError(warned, thread.id)
        send_answer(session, account, thread.id, words, form, at)
        return told_of(session, account, thread.id, form)

    return act_on_task(task_id, act)


@desk.post("/today/<uuid:task_id>/plan")
@needs("plans.write")
def decide_on_plan(task_id: UUID) -> Response:
    """Accept or decline what a patient proposes or asks of a plan."""

    def act(session: Session, task: Task, account: Account | None, at: datetime) -> str:
        account = account_of(task, account, "plan.html")
        decision = request.form.get("decision", "")
        return decide_plan(session, account, UUID(task.key), decision, at)

    return act_on_task(task_id, act)


@desk.post("/today/<uuid:task_id>/doubt")
@needs("tasks.write")
def settle_doubt(task_id: UUID) -> Response:
    """Say whether a message whose sending is in doubt went out."""

    def act(session: Session, task: Task, account: Account | None, at: datetime) -> str:
        account = account_of(task, account, "doubt.html")
        return note_doubt(session, account, UUID(task.key), request.form.get("sent", ""), at)

    return act_on_task(task_id, act)


@desk.post("/today/<uuid:task_id>/phone")
@needs("accounts.names")
def show_phone(task_id: UUID) -> Response:
    """The row with the telephone numbers in full, while a call waits; that is noted."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        _, account = task_of(work.session, task_id)
        if account is None:
            raise NotFoundError("Cette tâche n’existe pas.")
        phones = look_at_phones(
            work.session,
            practice_id=who.practice_id,
            number=account.number,
            keys=here.keys,
            actor=who.actor,
            at=here.now(),
        )
        work.commit()
    return opened(task_id, phones=phones)
