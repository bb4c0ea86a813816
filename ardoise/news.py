"""What is told as news, and what must still be true of it at the moment of sending."""

from datetime import datetime

from sqlalchemy.orm import Session

from ardoise.causes import CARD_ENDS, card_ends
from shared import aid, messages, plans
from shared.accounts import Account, get_practice
from shared.delivery import Gate, Notice
from shared.orders import get_order
from shared.payments import get_payment, has_failed
from shared.reversals import is_refunded


def _of_plan(session: Session, notice: Notice, _account: Account, at: datetime) -> str | None:
    holds = plans.still_true(
        session,
        practice=get_practice(session, notice.practice_id),
        template=notice.template,
        cause_id=notice.cause_id,
        step=notice.step,
        at=at,
    )
    return None if holds else "not_due"


def _of_answer(session: Session, notice: Notice, _account: Account, _at: datetime) -> str | None:
    unread = messages.is_unread(session, practice_id=notice.practice_id, message_id=notice.cause_id)
    return None if unread else "read_already"


def _of_request(session: Session, notice: Notice, _account: Account, _at: datetime) -> str | None:
    waits = aid.is_open(session, practice_id=notice.practice_id, request_id=notice.cause_id)
    return None if waits else "not_due"


def _of_card(session: Session, notice: Notice, _account: Account, at: datetime) -> str | None:
    ends = card_ends(
        session, practice=get_practice(session, notice.practice_id), card_id=notice.cause_id, at=at
    )
    return None if ends else "not_due"


def _of_refund(session: Session, notice: Notice, _account: Account, _at: datetime) -> str | None:
    holds = is_refunded(session, practice_id=notice.practice_id, refund_id=notice.cause_id)
    return None if holds else "not_due"


def _of_debit(session: Session, notice: Notice, account: Account, _at: datetime) -> str | None:
    failed = has_failed(session, practice_id=notice.practice_id, attempt_id=notice.cause_id)
    return None if failed and account.balance_cents > 0 else "not_due"


def _of_forgiven(session: Session, notice: Notice, _account: Account, _at: datetime) -> str | None:
    order = get_order(session, practice_id=notice.practice_id, order_id=notice.cause_id)
    return None if order.status == "done" else "not_due"


def _of_cancelled(session: Session, notice: Notice, account: Account, _at: datetime) -> str | None:
    payment, _ = get_payment(
        session,
        practice_id=notice.practice_id,
        account_id=account.id,
        payment_id=notice.cause_id,
    )
    return None if payment.cancelled_on is not None else "not_due"


CHECKS: dict[str, Gate] = dict.fromkeys(plans.TEMPLATES, _of_plan) | {
    "answered": _of_answer,
    "message_noted": _of_request,
    CARD_ENDS: _of_card,
    "refunded": _of_refund,
    "debit_failed": _of_debit,
    "payment_cancelled": _of_cancelled,
    "forgiven": _of_forgiven,
}
