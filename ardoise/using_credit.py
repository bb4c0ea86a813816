"""The worker uses what patients have in hand as soon as something is owed: nobody is asked twice."""

from uuid import UUID

from sqlalchemy.orm import Session

from ardoise.office import House
from shared.accounts import Account, get_account, get_practice
from shared.audit import SYSTEM
from shared.base.log import describe_failure, get_logger
from shared.base.money import Cents
from shared.desk import accounts_in_hand, may_use_by_itself, use_credit
from shared.orders import refunds_asked

log = get_logger(__name__)


def use_credit_by_itself(house: House, practice_id: int) -> int:
    """Settle what may be settled, account by account, where the practice lets credit be used by itself.

    What staff asked to give back, or what is on its way, is left alone; so is an account that a person
    looks at first. Returns on how many accounts something was used.
    """
    with house.database.reading(practice_id) as session:
        if not get_practice(session, practice_id).credit_by_itself:
            return 0
        found = [
            account.id
            for account in accounts_in_hand(session, practice_id=practice_id)
            if may_use_by_itself(session, account, asked=_asked(session, account))
        ]
    return sum(_use_on(house, practice_id, account_id) for account_id in found)


def _use_on(house: House, practice_id: int, account_id: UUID) -> bool:
    """Whatever goes wrong with one account is told, and keeps no other from being looked at."""
    try:
        with house.database.unit_of_work(practice_id) as work:
            session = work.session
            account = get_account(
                session, practice_id=practice_id, account_id=account_id, lock=True
            )
            practice = get_practice(session, practice_id)
            asked = _asked(session, account)
            if not practice.credit_by_itself or not may_use_by_itself(
                session, account, asked=asked
            ):
                return False
            uses = use_credit(
                session,
                practice=practice,
                account=account,
                actor=SYSTEM,
                at=house.clock.now(),
                asked=asked,
            )
            if uses:
                work.commit()
            return bool(uses)
    except Exception as error:
        log.error("credit.failed", account=str(account_id), **describe_failure(error))
        return False


def _asked(session: Session, account: Account) -> dict[UUID, Cents]:
    return refunds_asked(session, practice_id=account.practice_id, account_id=account.id)
