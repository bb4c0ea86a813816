"""What the demo's secretary did: answers to what patients wrote and asked for."""

import secrets
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ardoise.demo.setting import DemoError
from ardoise.office import House
from ardoise.ordering import carry_out_orders
from shared.accounts import Account, account_vault, get_account, get_practice
from shared.aid import answer_aid, open_request
from shared.audit import Actor
from shared.base.clock import local_date
from shared.base.money import Cents
from shared.inbox import assign_thread
from shared.ladder import CALL_TASK
from shared.messages import Message, Thread, Words, add_note, answer_thread
from shared.orders import RECEIVE, Colleague, Wish, ask_order, get_order
from shared.payments import Payment, get_payment
from shared.staff import StaffUser
from shared.worklist import Task, close_tasks, open_tasks_of, put_off

NOTHING = "A patient of the demo wrote nothing that could be answered; a defect of Ardoise."
SEARCH = "payment_search"
SECRETARY = Actor("staff", "Claire Le Goff")


def answer_message(house: House, account: Account, text: str) -> None:
    """Answer the thread that the patient wrote in last."""
    number = account.practice_id
    with house.database.unit_of_work(number) as work:
        thread = _last_thread(work.session, account)
        answer_thread(
            work.session,
            practice_id=number,
            account_id=account.id,
            thread_id=thread.id,
            vault=account_vault(house.keys, account),
            words=_words(text),
            actor=SECRETARY,
            at=house.clock.now(),
            seen=_seen(work.session, thread.id),
        )
        work.commit()


def note_message(house: House, account: Account, text: str) -> None:
    """Take the thread that the patient wrote in last, and note for the team how far one is with it."""
    number = account.practice_id
    with house.database.unit_of_work(number) as work:
        thread = _last_thread(work.session, account)
        claire = _secretary(work.session)
        at = house.clock.now()
        assign_thread(
            work.session,
            practice_id=number,
            account_id=account.id,
            thread_id=thread.id,
            to=claire,
            seen=None,
            actor=SECRETARY,
            at=at,
        )
        add_note(
            work.session,
            practice_id=number,
            account_id=account.id,
            thread_id=thread.id,
            vault=account_vault(house.keys, account),
            words=_words(text),
            author_id=claire,
            actor=SECRETARY,
            at=at,
        )
        work.commit()


def _last_thread(session: Session, account: Account) -> Thread:
    thread = session.scalars(
        select(Thread)
        .where(Thread.practice_id == account.practice_id, Thread.account_id == account.id)
        .order_by(Thread.id.desc())
    ).first()
    if thread is None:
        raise DemoError(NOTHING)
    return thread


def grant_help(house: House, account: Account, text: str) -> None:
    """Say yes to what the patient asked for: time, until the end of next month, as the answer says."""
    number = account.practice_id
    until = end_of_next_month(local_date(house.clock.now(), "Europe/Paris"))
    with house.database.unit_of_work(number) as work:
        held = get_account(work.session, practice_id=number, account_id=account.id, lock=True)
        request = open_request(work.session, practice_id=number, account_id=account.id)
        if request is None:
            raise DemoError(NOTHING)
        answer_aid(
            work.session,
            practice=get_practice(work.session, number),
            account=held,
            request_id=request.id,
            vault=account_vault(house.keys, held),
            decision="grant",
            words=_words(text),
            by=None,
            actor=SECRETARY,
            at=house.clock.now(),
            seen=_seen(work.session, request.thread_id),
            pause_until=until,
        )
        work.commit()


def end_of_next_month(today: date) -> date:
    """The last day of the month after this one."""
    months = today.year * 12 + today.month + 1  # the month after next, counted from zero
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def note_call(house: House, account: Account) -> None:
    """The call that the ladder asked for took place."""
    with house.database.unit_of_work(account.practice_id) as work:
        keys = work.session.scalars(
            select(Task.key).where(
                Task.practice_id == account.practice_id,
                Task.account_id == account.id,
                Task.kind == CALL_TASK.name,
                Task.status == "open",
            )
        ).all()
        for key in keys:
            close_tasks(
                work.session,
                CALL_TASK,
                practice_id=account.practice_id,
                key=key,
                event="done",
                actor=SECRETARY,
                at=house.clock.now(),
            )
        work.commit()


def put_search_off(house: House, account: Account, reason: str) -> None:
    """A payment that a patient told of is looked for again in five days."""
    now = house.clock.now()
    with house.database.unit_of_work(account.practice_id) as work:
        for task in open_tasks_of(
            work.session, practice_id=account.practice_id, account_id=account.id
        ):
            if task.kind == SEARCH:
                put_off(
                    work.session,
                    practice_id=account.practice_id,
                    task_id=task.id,
                    until=local_date(now, "Europe/Paris") + timedelta(days=5),
                    reason=reason,
                    told=False,
                    today=local_date(now, "Europe/Paris"),
                    actor=SECRETARY,
                    at=now,
                )
        work.commit()


def note_payment(house: House, account: Account, method: str, more: Cents) -> Payment:
    """All that is owed came at the desk, and so much more than that; the worker booked it."""
    number, now = account.practice_id, house.clock.now()
    with house.database.unit_of_work(number) as work:
        held = get_account(work.session, practice_id=number, account_id=account.id, lock=True)
        order = ask_order(
            work.session,
            Wish(
                RECEIVE,
                secrets.token_hex(12),
                "desk",
                amount_cents=held.balance_cents + more,
                method=method,
                received_on=local_date(now, "Europe/Paris"),
                reference="n° 0417236" if method == "cheque" else None,
            ),
            practice=get_practice(work.session, number),
            account=held,
            by=Colleague(_secretary(work.session), SECRETARY.name),
            others=(),
            at=now,
        )
        work.commit()
    carry_out_orders(house, number)
    with house.database.reading(number) as session:
        payment_id = get_order(session, practice_id=number, order_id=order.id).payment_id
        if payment_id is None:
            raise DemoError("A payment at the demo's desk was not booked; a defect of Ardoise.")
        payment, _ = get_payment(
            session, practice_id=number, account_id=account.id, payment_id=payment_id
        )
        return payment


def _secretary(session: Session) -> UUID:
    return session.scalars(select(StaffUser.id).where(StaffUser.name == SECRETARY.name)).one()


def _words(text: str) -> Words:
    return Words(text, secrets.token_hex(16), ())


def _seen(session: Session, thread: UUID) -> UUID | None:
    """The patient's latest message of a thread; a request by boxes alone has none."""
    return session.scalars(
        select(Message.id)
        .where(Message.thread_id == thread, Message.side == "patient")
        .order_by(Message.at.desc(), Message.id.desc())
    ).first()
