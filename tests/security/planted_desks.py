"""What staff wrote beside patients: why they opened lines of care, and where a trial of the mail goes."""

from datetime import datetime

from sqlalchemy.orm import Session

from shared.accounts import Account, get_practice, practice_vault
from shared.base.ids import new_id
from shared.base.vault import KeyRing, Vault
from shared.privacy import Opener, open_details
from shared.setup import SetupTrial
from shared.staff import NewStaff

DESK_MARKS: dict[str, tuple[str, ...]] = {
    "detail_grant.note": ("Nautonier-zq71",),
    "setup_trial.target": ("essai-zq72@cabinet.example",),
}


def open_lines(
    session: Session, account: Account, staff: NewStaff, vault: Vault, at: datetime
) -> None:
    """A colleague looked at the lines, long since, and said why."""
    open_details(
        session,
        account=account,
        vault=vault,
        opener=Opener(staff.user.id, staff.user.name, "manager"),
        reason="question",
        note=DESK_MARKS["detail_grant.note"][0],
        at=at,
    )


def try_mail(
    session: Session, practice_id: int, staff: NewStaff, keys: KeyRing, at: datetime
) -> None:
    """A trial of the mail that has ended."""
    vault, trial_id = practice_vault(keys, get_practice(session, practice_id)), new_id()
    target = DESK_MARKS["setup_trial.target"][0]
    session.add(
        SetupTrial(
            practice_id=practice_id,
            id=trial_id,
            kind="email",
            status="passed",
            target=vault.seal(target, table="setup_trial", row=trial_id, column="target"),
            asked_by=staff.user.id,
            asked_name=staff.user.name,
            asked_at=at,
            begun_at=at,
            ended_at=at,
            findings={},
        )
    )
