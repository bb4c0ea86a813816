"""A copy of everything about the persons of an account is made, with a reason, and noted."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.audit import Actor, TimelineEvent, facts_of, record
from shared.base.vault import Vault
from shared.privacy.opening import Opener, open_details, with_lines
from shared.privacy.rules import COPY, check_copy_reason
from shared.privacy.subject import EXPORTED, SubjectData, subject_data

PAPER, JSON = "pdf", "json"


def make_copy(
    session: Session,
    *,
    account: Account,
    vault: Vault,
    opener: Opener,
    roles: Mapping[str, str],
    reason: str,
    form: str,
    at: datetime,
) -> SubjectData:
    """Everything about an account that the caller has locked, for whoever hands it on, as paper or JSON.

    That it was made is noted, once for the very same; where lines of invoices are in it, the person reads who
    opened them. Raises NotAllowedError.
    """
    check_copy_reason(reason)
    if with_lines(session, account):
        open_details(
            session, account=account, vault=vault, opener=opener, reason=COPY, note="", at=at
        )
    data = subject_data(session, account=account, vault=vault, roles=roles)
    note_copy(
        session,
        account=account,
        data=data,
        actor=Actor("staff", opener.name),
        reason=reason,
        form=form,
        at=at,
    )
    return data


def note_copy(
    session: Session,
    *,
    account: Account,
    data: SubjectData,
    actor: Actor,
    reason: str,
    form: str,
    at: datetime,
) -> None:
    """Write down who made a copy, why and in which form; once for the very same."""
    noted = {"reason": reason, "form": form, "digest": data.digest}
    before = session.scalars(
        select(TimelineEvent).where(
            TimelineEvent.practice_id == account.practice_id,
            TimelineEvent.account_id == account.id,
            TimelineEvent.kind == EXPORTED,
            TimelineEvent.actor == actor.name,
        )
    )
    if any(facts_of(event) == noted for event in before):
        return
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind="privacy.exported",
        actor=actor,
        at=at,
        **noted,
    )
