"""Staff who ask for debts to be given up, and the worker who does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from ardoise import ordering, ordering_debts
from shared.accounts import Account, get_account, get_practice
from shared.base.errors import NotAllowedError
from shared.forgiving import forgiven_of, oldest_first
from shared.orders import FORGIVE, MoneyOrder, Wish, ask_forgiveness, get_order, left_to_ask
from shared.staff import members_who_may
from tests.integration.desk_world import Secretary


@dataclass
class DebtDesk:
    """What one member of a world's practice asks for; others may agree to it."""

    asker: Secretary

    def ask(
        self,
        account: Account,
        cents: int,
        *,
        reason: str = "goodwill",
        once: str = "",
        shares: Mapping[UUID, int] | None = None,
    ) -> UUID:
        """Ask for so much to be given up: these shares, or of the oldest invoices first."""
        world, practice_id = self.asker.world, account.practice_id
        with world.database.unit_of_work(practice_id) as work:
            held = get_account(
                work.session, practice_id=practice_id, account_id=account.id, lock=True
            )
            left = left_to_ask(work.session, practice_id=practice_id, account_id=account.id)
            order = ask_forgiveness(
                work.session,
                Wish(
                    FORGIVE,
                    once or uuid4().hex,
                    reason,
                    cents,
                    account_id=account.id,
                ),
                shares if shares is not None else oldest_first(cents, left),
                practice=get_practice(work.session, practice_id),
                account=held,
                by=self.asker.colleague,
                approvers=members_who_may(
                    work.session, practice_id=practice_id, permission="refunds.approve"
                ),
                at=world.clock.now(),
            )
            work.commit()
            return order.id

    def refused(self, account: Account, cents: int, **more: object) -> str:
        """Why it can't be asked for."""
        try:
            self.ask(account, cents, **more)  # type: ignore[arg-type]  # a text or shares
        except NotAllowedError as error:
            return str(error)
        raise AssertionError("it was taken")

    def work(self) -> None:
        """One look of the worker at orders, and the news of what was given up."""
        world = self.asker.world
        ordering.carry_out_orders(world.house, world.practice_id)
        ordering_debts.tell_forgiven(world.house, world.practice_id)

    def forgives(self, account: Account, cents: int, **more: object) -> MoneyOrder:
        """It is asked for, and the worker looks."""
        order = self.ask(account, cents, **more)  # type: ignore[arg-type]  # as above
        self.work()
        return self.order(order)

    def order(self, order_id: UUID) -> MoneyOrder:
        """As it is now."""
        world = self.asker.world
        with world.database.reading(world.practice_id) as session:
            return get_order(session, practice_id=world.practice_id, order_id=order_id)

    def given_up(self, account: Account) -> list[int]:
        """What was given up of an account's invoices, in cents, the latest first."""
        with self.asker.world.database.reading(account.practice_id) as session:
            found = forgiven_of(session, practice_id=account.practice_id, account_id=account.id)
            return [one.amount_cents for one in found]
