"""Staff of a till's practice who ask for refunds, and the worker who carries them out."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from ardoise import ordering, refunding
from shared.accounts import Account, get_account, get_practice
from shared.base.errors import NotAllowedError
from shared.orders import (
    REFUND,
    Colleague,
    MoneyOrder,
    Wish,
    ask_refund,
    decide_order,
    get_order,
    hand_over,
    orders_of,
)
from shared.payments import Payment
from shared.staff import add_staff, members_who_may
from tests.backoffice_office import PASSWORD
from tests.integration.till import Till


@dataclass
class RefundDesk:
    """A practice's staff by role; with them what they do in the back-office, through the concepts."""

    till: Till
    people: dict[str, Colleague] = field(default_factory=dict)

    @classmethod
    def of(cls, till: Till, *roles: str) -> "RefundDesk":
        """With people of these roles, a secretary and two who may agree if none is named."""
        desk = cls(till)
        for role in roles or ("secretary", "manager", "owner"):
            desk.hire(role)
        return desk

    def hire(self, role: str) -> None:
        world = self.till.world
        with world.database.unit_of_work() as work:
            made = add_staff(
                work.session,
                email=f"{role}-{uuid4().hex[:8]}@cabinet.example",
                name=f"Camille {role.title()}",
                role=role,
                practice_id=world.practice_id,
                password=PASSWORD,
                keys=world.house.keys,
                at=world.clock.now(),
            )
            self.people[role] = Colleague(made.user.id, made.user.name)
            work.commit()

    def ask(
        self,
        account: Account,
        cents: int,
        *,
        by: str = "secretary",
        reason: str = "overpaid",
        once: str = "",
        method: str | None = None,
        payment: Payment | None = None,
    ) -> UUID:
        """Ask for money of the account's last payment to be given back."""
        world = self.till.world
        practice_id = account.practice_id
        payment = payment or self.till.payments(account)[-1]
        with world.database.unit_of_work(practice_id) as work:
            order = ask_refund(
                work.session,
                Wish(
                    REFUND,
                    once or uuid4().hex,
                    reason,
                    cents,
                    payment_id=payment.id,
                    method=method,
                ),
                practice=get_practice(work.session, practice_id),
                account=get_account(
                    work.session, practice_id=practice_id, account_id=account.id, lock=True
                ),
                by=self.people[by],
                approvers=members_who_may(
                    work.session, practice_id=practice_id, permission="refunds.approve"
                ),
                at=world.clock.now(),
            )
            work.commit()
            return order.id

    def refused(self, account: Account, cents: int, **more: str) -> str:
        """Why a refund can't be asked for."""
        try:
            self.ask(account, cents, **more)  # type: ignore[arg-type]  # the texts among them
        except NotAllowedError as error:
            return str(error)
        raise AssertionError("it was taken")

    def decide(
        self, order_id: UUID, event: str, *, by: str = "secretary", why: str | None = "not_due"
    ) -> None:
        """Agree, decline or withdraw; or say that the money was handed over."""
        world, practice_id = self.till.world, self.till.world.practice_id
        with world.database.unit_of_work(practice_id) as work:
            order = get_order(work.session, practice_id=practice_id, order_id=order_id)
            assert order.account_id is not None
            get_account(
                work.session, practice_id=practice_id, account_id=order.account_id, lock=True
            )
            order = get_order(work.session, practice_id=practice_id, order_id=order_id)
            now, person = world.clock.now(), self.people[by]
            if event == "hand_over":
                practice = get_practice(work.session, practice_id)
                hand_over(work.session, order, practice=practice, by=person, at=now)
            else:
                decide_order(work.session, order, event, by=person, at=now, why=why)
            work.commit()

    def work(self) -> None:
        """One look of the worker at orders, and the news of what went back."""
        house, practice_id = self.till.world.house, self.till.world.practice_id
        ordering.carry_out_orders(house, practice_id)
        refunding.tell_refunds(house, practice_id)

    def order(self, order_id: UUID) -> MoneyOrder:
        """As it is now."""
        with self.till.world.database.reading(self.till.world.practice_id) as session:
            return get_order(session, practice_id=self.till.world.practice_id, order_id=order_id)

    def orders(self, account: Account) -> list[tuple[str, str | None]]:
        """The account's orders, the latest first: how each stands, and why not."""
        with self.till.world.database.reading(account.practice_id) as session:
            found = orders_of(session, practice_id=account.practice_id, account_id=account.id)
            return [(order.status, order.outcome) for order in found]

    def given_back(self) -> list[int]:
        """What the processor really gave back, payment by payment."""
        ledger = self.till.processor.call("GET", "/control/ledger").json()
        return [charge["refunded"] for charge in ledger.get(self.till.key, [])]
