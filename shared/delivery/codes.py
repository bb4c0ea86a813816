"""One-time codes on their way: to whom each goes, and what must still be true when it goes.

They go at once and hold no link: a code to a new contact would else open the space to a stranger.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from shared.accounts import (
    Account,
    ContactPoint,
    Practice,
    account_vault,
    get_account,
)
from shared.base.vault import BlindIndex, KeyRing, Vault
from shared.codes import (
    CONTACT_CODE,
    OneTimeCode,
    decline_code,
    draw_code,
    is_live,
    waiting_codes,
    where_codes_go,
)
from shared.delivery.carried import CODE_TEMPLATE
from shared.delivery.model import Notice
from shared.delivery.service import CODE, Plan, as_row, channel_of
from shared.preferences import get_proposal, stand_by


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
        plan_at_once(session, account, contact, cause_id=code.id, template=CODE_TEMPLATE, at=at)
        planned += 1
    return planned


def _goes_to(
    session: Session, code: OneTimeCode, account: Account, vault: Vault, index: BlindIndex
) -> ContactPoint | None:
    if code.purpose != CONTACT_CODE:
        return where_codes_go(session, account)
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


def plan_at_once(
    session: Session,
    account: Account,
    contact: ContactPoint,
    *,
    cause_id: UUID,
    step: int = 0,
    template: str,
    at: datetime,
) -> None:
    """Plan a message without a link, to go now and at any hour: the person is waiting, or must know."""
    plan = Plan(
        account_id=account.id,
        purpose=CODE,
        cause_id=cause_id,
        step=step,
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
    if code is None or not is_live(code.status, code.expires_at, now=at):
        return "code_over"
    if code.purpose == CONTACT_CODE:
        return None
    contact = where_codes_go(session, account)
    here = contact is not None and contact.id == notice.contact_id
    return None if here else "contact_changed"
