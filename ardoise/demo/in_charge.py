"""What the demo's manager did: sums that are no longer asked for, and a look at an invoice's lines."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from ardoise.demo.setting import DemoError
from ardoise.demo.team import STAFF
from ardoise.office import House
from ardoise.ordering import carry_out_orders
from shared.accounts import Account, account_vault, get_account, get_practice
from shared.base.money import Cents, total_of
from shared.billing import Invoice
from shared.forgiving import forgiven_of, oldest_first
from shared.orders import FORGIVE, Colleague, Wish, ask_forgiveness, left_to_ask
from shared.privacy import Opener, open_details
from shared.staff import StaffUser

NAMES = {role: name for role, _, name in STAFF}


def give_up(house: House, account: Account, cents: Cents, reason: str) -> dict[str, Cents]:
    """Ask that so much of the oldest invoices be asked for no more. Up to the limit the worker does
    it at once; above, it waits for the owner. Returns what was given up, by invoice number."""
    number, now = account.practice_id, house.clock.now()
    with house.database.unit_of_work(number) as work:
        session = work.session
        held = get_account(session, practice_id=number, account_id=account.id, lock=True)
        left = left_to_ask(session, practice_id=number, account_id=held.id)
        shares = oldest_first(cents, left)
        if total_of(shares) != cents:
            raise DemoError("A sum that the demo gives up is not owed; a defect of Ardoise.")
        manager, owner = (_colleague(session, role) for role in ("manager", "owner"))
        ask_forgiveness(
            session,
            Wish(FORGIVE, secrets.token_hex(12), reason, amount_cents=cents, account_id=held.id),
            shares,
            practice=get_practice(session, number),
            account=held,
            by=Colleague(manager.id, manager.name),
            approvers={manager.id, owner.id},
            at=now,
        )
        work.commit()
    carry_out_orders(house, number)
    with house.database.reading(number) as session:
        return {
            session.get_one(Invoice, (number, one.invoice_id)).number: one.amount_cents
            for one in forgiven_of(session, practice_id=number, account_id=account.id)
        }


def look_at_lines(house: House, account: Account, reason: str) -> None:
    """Open the lines of an account's invoices, which the patient reads of."""
    number = account.practice_id
    with house.database.unit_of_work(number) as work:
        held = get_account(work.session, practice_id=number, account_id=account.id, lock=True)
        manager = _colleague(work.session, "manager")
        open_details(
            work.session,
            account=held,
            vault=account_vault(house.keys, held),
            opener=Opener(manager.id, manager.name, "manager"),
            reason=reason,
            note="",
            at=house.clock.now(),
        )
        work.commit()


def _colleague(session: Session, role: str) -> StaffUser:
    return session.scalars(select(StaffUser).where(StaffUser.name == NAMES[role])).one()
