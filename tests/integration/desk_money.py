"""Money that came at the desk, noted by a secretary and booked by the worker."""

from shared.accounts import Account
from tests.integration.desk_world import Secretary
from tests.integration.till import Till


def paid_at_desk(till: Till, method: str = "cash", cents: int = 4250) -> Account:
    """An account that paid its invoice at the desk."""
    account = till.world.account(owes=(cents,))
    Secretary.of(till.world).receives(account, cents, method)
    return account
