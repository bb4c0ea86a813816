"""One-time codes on their way: to whom each goes, and what must still be true when it goes.

They go at once and hold no link: a code to a new contact would else open the space to a stranger.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, insert, select
from sqlalchemy.orm import Session

from shared.accounts import (
    Account,
    ContactPoint,
    Practice,
    account_vault,
    get_account,
    usable_contacts,
)
from shared.base.vault import BlindIndex, KeyRing, Vault
from shared.codes import (
    CONTACT_CODE,
    OneTimeCode,
    code_contact,
    decline_code,
    draw_code,
    is_live,
    waiting_codes,
)
from shared.delivery.carried import CODE_TEMPLATE
from shared.delivery.model import Notice
from shared.delivery.news import ask_to_tell, tells_known
from shared.delivery.service import CODE, Plan, as_row, channel_of
from shared.preferences import Proposal, get_proposal, stand_by

ASKED_TEMPLATE = "change_asked"


def plan_requested_codes(
    session: Session, *, practice: Practice, keys: KeyRing, index: BlindIndex, at: datetime
) -> int:
    """Draw the codes that were asked for and plan their messages. Returns how many were planned."""
    planned = 0
    for code in waiting_codes(session, practice_id=practice.id):
        account = get_account(
            session, practice_id=practice.id, account_id=code.account_id, lock=True
        )
        session.refresh(code)
        if code.status != "asked":
            continue  # another worker drew it while this one waited for the lock
        vault = account_vault(keys, account)
        contact = _goes_to(session, code, account, vault, index)
        if contact is None or account.door_closed_at is not None:
            decline_code(session, code, at=at)
            continue
        draw_code(session, code, contact_id=contact.id, vault=vault, at=at)
        _plan(session, account, contact, cause_id=code.id, template=CODE_TEMPLATE, at=at)
        planned += 1
    return planned


def _goes_to(
    session: Session, code: OneTimeCode, account: Account, vault: Vault, index: BlindIndex
) -> ContactPoint | None:
    if code.purpose != CONTACT_CODE:
        usable = usable_contacts(session, practice_id=account.practice_id, account=account)
        return code_contact(usable)
    proposal = get_proposal(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        proposal_id=code.subject_id,
    )
    if proposal.status != "asked":
        return None
    contact_id = stand_by(session, proposal, account=account, vault=vault, index=index)
    return session.get(ContactPoint, (account.practice_id, contact_id))


def plan_change_told(
    session: Session, proposal: Proposal, *, new_kind: str, practice: Practice, at: datetime
) -> bool:
    """Tell the contact on file, at once, that a change was asked for. False when it was told already;
    where none works, a person is asked to tell it.

    It goes to the contact whose place the new one would take; else to the first that works.
    """
    account = get_account(
        session, practice_id=practice.id, account_id=proposal.account_id, lock=True
    )
    if tells_known(session, practice_id=practice.id, causes=[(proposal.id, 0)]):
        return False
    usable = usable_contacts(session, practice_id=practice.id, account=account)
    if not usable:
        ask_to_tell(session, practice=practice, account=account, cause_id=proposal.id, at=at)
        return False
    contact = _tells(usable, new_kind)
    _plan(session, account, contact, cause_id=proposal.id, template=ASKED_TEMPLATE, at=at)
    return True


def change_told_to(
    session: Session, proposal: Proposal, *, new_kind: str, account: Account
) -> ContactPoint | None:
    """The contact on file that is told of a change: the one that was written to, else the one that
    will be. None where nothing is sent.
    """
    was_told = session.scalar(
        select(ContactPoint)
        .join(
            Notice,
            and_(
                Notice.practice_id == ContactPoint.practice_id,
                Notice.contact_id == ContactPoint.id,
            ),
        )
        .where(
            Notice.practice_id == account.practice_id,
            Notice.account_id == account.id,
            Notice.cause_id == proposal.id,
            Notice.template == ASKED_TEMPLATE,
            Notice.status == "sent",
        )
        .limit(1)
    )
    if was_told is not None:
        return was_told
    usable = usable_contacts(session, practice_id=account.practice_id, account=account)
    return _tells(usable, new_kind) if usable else None


def _tells(usable: Sequence[ContactPoint], new_kind: str) -> ContactPoint:
    return next((one for one in usable if one.kind == new_kind), usable[0])


def _plan(
    session: Session,
    account: Account,
    contact: ContactPoint,
    *,
    cause_id: UUID,
    template: str,
    at: datetime,
) -> None:
    plan = Plan(
        account_id=account.id,
        purpose=CODE,
        cause_id=cause_id,
        step=0,
        template=template,
        channel=channel_of(contact.kind),
        language=account.language,
        contact_id=contact.id,
    )
    row = as_row(plan, practice_id=account.practice_id, not_before=at, at=at)
    session.execute(insert(Notice), [row])


def code_gate(session: Session, notice: Notice, account: Account, at: datetime) -> str | None:
    """A code goes while it can still be given; a word about a change goes in any case."""
    if notice.template != CODE_TEMPLATE:
        return None
    if account.door_closed_at is not None:
        return "door_closed"
    code = session.get(OneTimeCode, (notice.practice_id, notice.cause_id), populate_existing=True)
    live = code is not None and is_live(code.status, code.expires_at, now=at)
    return None if live else "code_over"
