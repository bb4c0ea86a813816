"""Words about changes of contact or representative: to whom they go, so that none happens unseen.

They go to contacts that rest too. Whoever asks for a change in somebody's place could else silence
the contact that would have told of it.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import (
    Account,
    ContactPoint,
    Practice,
    contacts_of,
    get_account,
    usable_contacts,
)
from shared.delivery.carried import ASKED_TEMPLATE, DONE_TEMPLATE
from shared.delivery.codes import plan_at_once
from shared.delivery.model import Notice
from shared.delivery.news import ask_to_tell, tells_known
from shared.preferences import REPRESENTATIVE, Proposal, replaced_by

# A notice's place under its proposal; the step 1 is that of the answer.
ASKED_STEPS = (0, *range(2, 50))
DONE_STEPS = range(50, 100)


def plan_change_told(
    session: Session, proposal: Proposal, *, practice: Practice, at: datetime
) -> int:
    """Tell the contacts on file, at once, that a change was asked for. Returns how many, and 0 when
    they were told already; where there is none, a person is asked to tell it.
    """
    account = get_account(
        session, practice_id=practice.id, account_id=proposal.account_id, lock=True
    )
    if tells_known(session, practice_id=practice.id, causes=[(proposal.id, ASKED_STEPS[0])]):
        return 0
    told = contacts_told(session, account, kind=proposal.kind)
    if not told:
        ask_to_tell(session, practice=practice, account=account, cause_id=proposal.id, at=at)
    _plan_each(
        session, account, told, proposal=proposal, steps=ASKED_STEPS, template=ASKED_TEMPLATE, at=at
    )
    return len(told)


def plan_change_done(
    session: Session, proposal: Proposal, *, practice: Practice, at: datetime
) -> int:
    """Tell those whom the answer does not reach that a change was made: the contact that was replaced,
    and the others on file. Returns how many, and 0 when they were told already.
    """
    account = get_account(
        session, practice_id=practice.id, account_id=proposal.account_id, lock=True
    )
    if tells_known(session, practice_id=practice.id, causes=[(proposal.id, DONE_STEPS[0])]):
        return 0
    usable = usable_contacts(session, practice_id=practice.id, account=account)
    answered = {proposal.contact_id, *(one.id for one in usable[:1])}
    replaced = replaced_by(session, proposal)
    told = [
        one
        for one in (*replaced, *contacts_told(session, account, kind=proposal.kind))
        if one.id not in answered and one.kind != "landline"
    ]
    _plan_each(
        session, account, told, proposal=proposal, steps=DONE_STEPS, template=DONE_TEMPLATE, at=at
    )
    return len(told)


def _plan_each(
    session: Session,
    account: Account,
    told: Iterable[ContactPoint],
    *,
    proposal: Proposal,
    steps: Iterable[int],
    template: str,
    at: datetime,
) -> None:
    """Each of these contacts is told, by a notice with a step of its own."""
    for contact, step in zip(told, steps, strict=False):
        plan_at_once(
            session, account, contact, cause_id=proposal.id, step=step, template=template, at=at
        )


def contacts_told(session: Session, account: Account, *, kind: str) -> list[ContactPoint]:
    """The contacts on file that are told of a change of this kind: all that work and that nobody else
    reads, those that rest too. Who represents somebody concerns both.
    """
    on_file = contacts_of(session, practice_id=account.practice_id, account_id=account.id)
    return [
        one
        for one in on_file
        if one.status in ("usable", "opted_out")
        and one.kind != "landline"
        and (kind == REPRESENTATIVE or one.of_representative == account.represented)
    ]


def change_told_to(session: Session, proposal: Proposal, *, account: Account) -> list[ContactPoint]:
    """The contacts that are told of a change: those written to, else those that will be."""
    written_to: list[UUID] = list(
        session.scalars(
            select(Notice.contact_id)
            .where(
                Notice.practice_id == account.practice_id,
                Notice.account_id == account.id,
                Notice.cause_id == proposal.id,
                Notice.template == ASKED_TEMPLATE,
                Notice.status == "sent",
            )
            .order_by(Notice.step)
        )
    )
    if not written_to:
        return contacts_told(session, account, kind=proposal.kind)
    found = [session.get(ContactPoint, (account.practice_id, one)) for one in written_to]
    return [one for one in found if one is not None]
