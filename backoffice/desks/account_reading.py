"""All that an account's page shows of many tables, read with one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.desks.account_changes import changes_part, told_part
from shared.accounts import ContactPoint, Hold, contacts_part, holds_part
from shared.aid import AidRequest, requests_part
from shared.base.together import read_together
from shared.billing import Invoice, invoices_part
from shared.delivery import Notice, notices_part
from shared.messages import (
    Document,
    Message,
    Thread,
    documents_part,
    messages_part,
    threads_part,
)
from shared.orders import MoneyOrder, orders_part
from shared.preferences import Proposal
from shared.reversals import Dispute, disputes_part
from shared.worklist import Task, open_tasks_part


@dataclass(frozen=True, slots=True)
class AccountParts:
    """The rows, each list in the order in which it is shown."""

    contacts: Sequence[ContactPoint]
    invoices: Sequence[Invoice]
    holds: Sequence[Hold]
    notices: Sequence[Notice]
    tasks: Sequence[Task]
    orders: Sequence[MoneyOrder]
    disputes: Sequence[Dispute]
    threads: Sequence[Thread]
    messages: Sequence[Message]
    documents: Sequence[Document]
    requests: Sequence[AidRequest]
    changes: Sequence[Proposal]
    codes_sent: Sequence[Notice]


def read_parts(session: Session, *, practice_id: int, account_id: UUID) -> AccountParts:
    """Everything of one account; ``codes_sent`` are those to contacts that the person proposes."""
    contacts = contacts_part(practice_id=practice_id, account_id=account_id)
    invoices = invoices_part(practice_id=practice_id, account_id=account_id)
    holds = holds_part(practice_id=practice_id, account_id=account_id)
    notices = notices_part(practice_id=practice_id, account_id=account_id)
    tasks = open_tasks_part(practice_id=practice_id, account_id=account_id)
    orders = orders_part(practice_id=practice_id, account_id=account_id)
    disputes = disputes_part(practice_id=practice_id, account_id=account_id)
    threads = threads_part(practice_id=practice_id, account_id=account_id)
    messages = messages_part(practice_id=practice_id, account_id=account_id)
    documents = documents_part(practice_id=practice_id, account_id=account_id)
    requests = requests_part(practice_id=practice_id, account_id=account_id)
    changes = changes_part(practice_id=practice_id, account_id=account_id)
    codes_sent = told_part(practice_id=practice_id, account_id=account_id)
    read = read_together(
        session,
        contacts,
        invoices,
        holds,
        notices,
        tasks,
        orders,
        disputes,
        threads,
        messages,
        documents,
        requests,
        changes,
        codes_sent,
    )
    return AccountParts(
        contacts=read.of(contacts),
        invoices=read.of(invoices),
        holds=read.of(holds),
        notices=read.of(notices),
        tasks=read.of(tasks),
        orders=read.of(orders),
        disputes=read.of(disputes),
        threads=read.of(threads),
        messages=read.of(messages),
        documents=read.of(documents),
        requests=read.of(requests),
        changes=read.of(changes),
        codes_sent=read.of(codes_sent),
    )
