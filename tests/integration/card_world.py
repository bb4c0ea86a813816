"""A practice that takes dates of plans from cards its patients saved; clocks go together."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from ardoise import jobs_cards, settling
from ardoise.jobs_cards import CardCharger
from shared.accounts import Account, get_practice
from shared.payments import ONLY_A_CARD, Choice, Consent, PaymentAttempt, SavedCard, start_payment
from shared.plans import DueCharge, PlanView, charges_due, live_plans
from tests.integration.plan_world import PlanWorld
from tests.integration.till import WORKS, Till

ASKS_ONCE = "4000002500003155"
ASKS_ALWAYS = "4000002760003184"
FAILS_LATER = "4000000000000341"
NO_MONEY_LATER = "4000008260003178"
NEAR, FIRST, SECOND, LAST = (
    date(2026, 12, 2),
    date(2026, 12, 5),
    date(2027, 1, 5),
    date(2027, 2, 5),
)
ONLY = Choice(ONLY_A_CARD)


@dataclass
class Cards:
    """One practice whose plans are paid by card."""

    till: Till
    world: PlanWorld

    @classmethod
    def of(cls, till: Till) -> "Cards":
        """The till's practice, from now on with card plans."""
        world = PlanWorld.around(till.world)
        world.settle_rules(card_plans=True)
        return cls(till, world)

    def with_card(self, card: str = WORKS, *, owes: int = 4250, expiry: str = "12/34") -> Account:
        """Somebody who spreads 15 euros a month and gave a card; 5 December is the first date."""
        account = self.world.account(owes=(owes,))
        self.world.plan(account)
        self.give(account, card, expiry=expiry)
        self.look()
        return account

    # The patient

    def page(self, account: Account, choice: Choice = ONLY) -> str:
        """The processor's page that keeps a card for the account's plan."""
        plan = self.plan(account).plan
        return start_payment(
            self.till.desk(),
            account_id=account.id,
            choice=choice,
            language="fr",
            consent=Consent(plan.id, str(plan.text_version), str(plan.text_hash)),
        )

    def give(
        self, account: Account, card: str = WORKS, choice: Choice = ONLY, *, expiry: str = "12/34"
    ) -> None:
        """Type a card there, confirm with the bank if it asks, and be back."""
        self.type_card(self.page(account, choice), card, expiry=expiry)
        self.settle_pages(account)

    def type_card(self, page: str, card: str = WORKS, *, expiry: str = "12/34") -> str:
        """Type a card on a page of the processor's; where the browser is sent in the end."""
        path = urlsplit(page).path
        fields = {"card": card, "expiry": expiry, "cvc": "123"}
        answer = self.till.processor.call("POST", path, form=fields)
        if answer.headers["Location"].endswith("/authentication"):
            asked = f"{path}/authentication"
            answer = self.till.processor.call("POST", asked, form={"answer": "confirm"})
        assert answer.status == 303, answer.text
        return answer.headers["Location"]

    def settle_pages(self, account: Account) -> None:
        """The worker asks about the account's open pages."""
        for attempt in self.till.attempts(account):
            if attempt.status in ("created", "redirected"):
                settling.settle_one(self.world.house, account.practice_id, attempt.id)

    # The worker

    def on(self, day: date, hour: int = 11) -> None:
        """Go to this day, all clocks."""
        self.world.clock.instant = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        self.till.later()

    def look(self) -> None:
        """One look of the worker at plans and cards; its messages go out."""
        house, number = self.world.house, self.world.practice_id
        jobs_cards.mind_cards(house, number)
        self.world.work(CardCharger(house, number))

    def look_on(self, *days: date) -> None:
        """A look on each of these days."""
        for day in days:
            self.on(day)
            self.look()

    # What is known

    def plan(self, account: Account) -> PlanView:
        """The account's latest plan."""
        return self.world.views(account)[0]

    def cards(self, account: Account) -> list[SavedCard]:
        """The account's cards, the oldest first."""
        with self.world.database.reading(account.practice_id) as session:
            query = select(SavedCard).where(SavedCard.account_id == account.id)
            return list(session.scalars(query.order_by(SavedCard.id)))

    def states(self, account: Account) -> list[str]:
        """How the account's cards stand, the oldest first."""
        return [card.status for card in self.cards(account)]

    def charges(self, account: Account) -> list[PaymentAttempt]:
        """Attempts that no page belongs to, the oldest first."""
        return [a for a in self.till.attempts(account) if a.cause is not None]

    def due(self) -> list[DueCharge]:
        """Dates that the worker finds to take now."""
        number = self.world.practice_id
        with self.world.database.reading(number) as session:
            practice = get_practice(session, number)
            views = live_plans(session, practice_id=number)
        return charges_due(views, practice=practice, at=self.world.clock.now())

    def outcomes(self, account: Account) -> list[tuple[str, str | None]]:
        """Status and failure of these."""
        return [(a.status, a.failure) for a in self.charges(account)]

    def taken(self) -> list[int]:
        """What was really taken from cards, by amount."""
        return sorted(self.till.charged().values())

    def kept_for(self, card: SavedCard) -> list[dict[str, Any]]:
        """The cards that the processor keeps for this card's customer."""
        headers = {"Authorization": f"Bearer {self.till.key}"}
        answer = self.till.processor.call(
            "GET", f"/v1/payment_methods?customer={card.processor_customer}", headers=headers
        )
        found: list[dict[str, Any]] = answer.json()["data"]
        return found
