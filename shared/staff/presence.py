"""Showing anew that one is there, before a grave act: password and second factor, or a passkey by which the
device knows its person."""

from datetime import datetime

from sqlalchemy.orm import Session

from shared.staff.access import locked
from shared.staff.factors import Opener, Shown, check_factor
from shared.staff.model import StaffSession
from shared.staff.rules import is_confirmed
from shared.staff.service import check_password
from shared.staff.sessions import SignedIn, note_confirmed


def confirm_presence(
    session: Session,
    signed_in: SignedIn,
    *,
    fits: bool,
    shown: Shown,
    opener: Opener,
    network: str,
    at: datetime,
) -> bool:
    """Whether password (``fits``) and second factor are right now; a wrong one counts as when signing in,
    and while one waits none is right. Which of the two was wrong nobody is told. A passkey that answers
    alone stands for both.

    Of the same form sent twice at once the second finds that it is confirmed already.
    """
    locked(session, signed_in.user_id)
    row = session.get(StaffSession, signed_in.session_id, populate_existing=True)
    if row is None:
        return False
    if is_confirmed(row.confirmed_at, now=at):
        return True
    user_id, practice_id = signed_in.user_id, signed_in.practice_id
    alone = shown.passkey is not None and shown.passkey.alone
    if not alone and not check_password(
        session, user_id=user_id, practice_id=practice_id, fits=fits, network=network, at=at
    ):
        return False
    tried = check_factor(
        session,
        user_id=user_id,
        practice_id=practice_id,
        shown=shown,
        opener=opener,
        network=network,
        at=at,
    )
    if not tried.right:
        return False
    note_confirmed(session, signed_in=signed_in, at=at)
    return True
