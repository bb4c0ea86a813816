"""What stands in the way of erasing: read anew each time it is shown, ordered or carried out."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from shared.accounts import HOLD_TITLES, Account, Hold
from shared.aid import OPEN as AID_OPEN
from shared.aid import AidRequest
from shared.base.formats import money
from shared.billing import Invoice
from shared.delivery import Notice
from shared.erasing.model import Erasure
from shared.erasing.rules import OPEN
from shared.imports import OPEN as IMPORTS_OPEN
from shared.imports import ImportJob
from shared.messages import Thread
from shared.orders import OPEN as ORDERS_OPEN
from shared.orders import MoneyOrder
from shared.payments import PaymentAttempt, Refund, free_credit
from shared.plans import LIVE, Plan
from shared.preferences import Proposal
from shared.reversals import Dispute
from shared.worklist import KINDS, Task

PAYING = ("created", "redirected", "processing")
# By name what to do first, said to staff. Where there is nothing to do but wait, that is said.
OBSTACLES: Mapping[str, str] = {
    "owed": "Il reste {sum} à payer : encaissez, abandonnez ou corrigez la facture d’abord.",
    "credit": "Il reste {sum} de trop-perçu : rendez-le ou utilisez-le d’abord.",
    "paying": "Un paiement est en cours : attendez qu’il aboutisse, ou une heure au plus que "
    "sa page se ferme.",
    "plan": "Un paiement étalé court ou attend une réponse : terminez-le d’abord.",
    "aid": "Une demande d’aide attend votre décision : décidez d’abord.",
    "message": "Un message attend votre réponse : répondez, ou fermez la conversation d’abord.",
    "proposal": "Un changement de contact attend votre décision : acceptez-le ou refusez-le d’abord.",
    "dispute": "Un paiement est contesté à la banque : attendez l’issue du litige.",
    "refund": "Un remboursement ou une autre opération d’argent est en cours : terminez-la d’abord.",
    "hold": "Une pause est active ({hold}) : voyez si elle vaut encore, puis levez-la.",
    "doubt": "On ne sait pas si un message est parti : dites-le d’abord sous « Messages envoyés ».",
    "import": "Une liste attend dans « Imports » et pourrait ramener ces données : finissez-la ou "
    "abandonnez-la d’abord.",
    "work": "Une tâche d’argent attend sur ce compte : terminez-la d’abord.",
}


def of_money() -> tuple[str, ...]:
    """The kinds of work about money, which stay on the list and in the way."""
    return tuple(sorted(name for name, kind in KINDS.items() if kind.way.group == "money"))


def conditions(account: Any) -> dict[str, ColumnElement[bool]]:
    """By name what stands in the way of whichever account a statement looks at; ``account`` is the table."""

    def has(table: Any, *further: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists().where(
            table.practice_id == account.practice_id, table.account_id == account.id, *further
        )

    own_word = exists().where(
        Erasure.practice_id == Notice.practice_id, Erasure.id == Notice.cause_id
    )
    return {
        "owed": or_(account.balance_cents > 0, has(Invoice, Invoice.open_cents > 0)),
        "credit": or_(account.balance_cents < 0, free_credit(account.practice_id, account.id) > 0),
        "paying": has(PaymentAttempt, PaymentAttempt.status.in_(PAYING)),
        "plan": has(Plan, Plan.status.in_(LIVE)),
        "aid": has(AidRequest, AidRequest.status.in_(AID_OPEN)),
        "message": has(Thread, Thread.status == "waiting"),
        "proposal": has(Proposal, Proposal.status == "confirmed"),
        "dispute": has(Dispute, Dispute.status.in_(("inquiry", "open"))),
        "refund": or_(
            has(Refund, Refund.status == "pending"),
            has(MoneyOrder, MoneyOrder.status.in_(ORDERS_OPEN)),
        ),
        "hold": has(Hold, Hold.status == "active"),
        "doubt": has(Notice, Notice.status.in_(("claimed", "in_doubt")), ~own_word),
        "import": exists().where(
            ImportJob.practice_id == account.practice_id, ImportJob.status.in_(IMPORTS_OPEN)
        ),
        "work": has(Task, Task.status == "open", Task.kind.in_(of_money())),
    }


def obstacles_of(session: Session, account: Account) -> dict[str, str]:
    """By name, what stands in the way of erasing an account and what to do first; one statement."""
    found = session.execute(
        select(
            *(
                case((condition, 1), else_=0).label(f"is_{name}")
                for name, condition in conditions(Account).items()
            ),
            select(func.coalesce(func.sum(Invoice.open_cents), 0))
            .where(Invoice.practice_id == Account.practice_id, Invoice.account_id == Account.id)
            .correlate(Account)
            .scalar_subquery()
            .label("open_cents"),
            free_credit(Account.practice_id, Account.id).label("credit_cents"),
            select(func.min(Hold.kind))
            .where(
                Hold.practice_id == Account.practice_id,
                Hold.account_id == Account.id,
                Hold.status == "active",
            )
            .correlate(Account)
            .scalar_subquery()
            .label("hold"),
            Account.balance_cents,
        ).where(Account.practice_id == account.practice_id, Account.id == account.id)
    ).one()
    owed = max(int(found.balance_cents), int(found.open_cents))
    credit = max(-int(found.balance_cents), int(found.credit_cents))
    sums = {"owed": money(owed), "credit": money(credit)}
    hold = HOLD_TITLES.get(found.hold or "", "autre raison")
    return {
        name: sentence.format(sum=sums.get(name, ""), hold=hold)
        for name, sentence in OBSTACLES.items()
        if getattr(found, f"is_{name}")
    }


def has_open_request(account: Any) -> ColumnElement[bool]:
    """Whether a request to erase waits or is under way for whichever account a statement looks at."""
    return exists().where(
        and_(
            Erasure.practice_id == account.practice_id,
            Erasure.account_id == account.id,
            Erasure.status.in_(OPEN),
        )
    )
