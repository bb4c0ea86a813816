"""The walk: what our gateway does, step by step, each held against what we count on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import stripe

from shared.processor import (
    ChargeOrder,
    Checkout,
    CheckoutOrder,
    GatewayRefusedError,
    RefundOrder,
)
from shared.processor.stripe_gateway import StripeGateway

CENTS = 4250
WORKS, NO_MONEY, ASKS_ALWAYS = "4242424242424242", "4000000000009995", "4000002760003184"
NOT_CHECKED = (
    "that webhooks arrive: that needs an address that the processor can reach",
    "bank debits, which take days, and refunds that fail after days",
    "disputes, and how a bank ends them",
    "what the page and the processor's own e-mails say: look at them yourself (public name, Link, receipts)",
    "anything of live mode: no live key is ever taken here",
)


@dataclass(frozen=True, slots=True)
class Walk:
    """One account in test mode. ``person(url, card)`` fills in the processor's page as somebody would,
    and comes back when the page has answered."""

    gateway: StripeGateway
    client: stripe.StripeClient
    person: Callable[[str, str], None]

    def steps(self) -> Iterator[str]:
        """What was found as we count on it, one sentence each. Raises AssertionError at what was not."""
        yield from self._pages()
        kept = self._kept_card(WORKS)
        assert kept.card is not None
        yield f"a page was paid, and keeps a card ({kept.card.brand} {kept.card.last4})"
        yield from self._charges(kept)
        yield from self._refunds(kept)
        yield from self._refusals()
        self.gateway.forget_card(kept.card.method)
        self.gateway.forget_card(kept.card.method)
        yield "a card is forgotten, also twice"
        yield from self._lists(kept)
        yield from self._payouts()

    def _pages(self) -> Iterator[str]:
        order = self._order()
        page = self.gateway.create_checkout(order)
        again = self.gateway.create_checkout(order)
        assert page.session_id is not None
        assert again.session_id == page.session_id, "the same key opened a second page"
        assert (page.status, page.paid, page.livemode) == ("open", False, False)
        assert (page.amount_cents, page.reference) == (CENTS, order.reference)
        yield "a page opens once for one key, with our sum and our reference"
        now = datetime.now(UTC)
        found = self.gateway.find_checkout(
            order.reference,
            opened_from=now - timedelta(minutes=10),
            opened_until=now + timedelta(minutes=10),
        )
        assert found is not None
        assert found.session_id == page.session_id, "the page is not found by its reference"
        closed = self.gateway.expire_checkout(page.session_id)
        assert closed.status == "expired"
        assert self.gateway.expire_checkout(page.session_id).status == "expired"
        yield "a page is found by our reference, and closes, also twice"

    def _kept_card(self, number: str) -> Checkout:
        customer = self.gateway.create_customer(uuid4().hex)
        order = self._order(customer)
        page = self.gateway.create_checkout(order)
        assert page.url is not None
        assert page.session_id is not None
        self.person(page.url, number)
        paid = self.gateway.retrieve_checkout(page.session_id)
        assert paid.paid, "the page is not paid"
        assert (paid.amount_cents, paid.currency) == (CENTS, "eur")
        assert paid.reference == order.reference
        assert paid.card is not None, "the card was not kept"
        assert (paid.card.last4, paid.card.customer) == (number[-4:], customer)
        return paid

    def _charges(self, kept: Checkout) -> Iterator[str]:
        order = self._charge_order(kept)
        taken = self.gateway.charge_card(order)
        again = self.gateway.charge_card(order)
        assert taken.paid, f"the kept card was refused: {taken.failed}"
        assert again.intent_id == taken.intent_id, "the same key charged a second time"
        now = datetime.now(UTC)
        found = self.gateway.find_charge(
            order.reference,
            customer=order.customer,
            made_from=now - timedelta(minutes=10),
            made_until=now + timedelta(minutes=10),
        )
        assert found is not None
        assert found.intent_id == taken.intent_id
        yield "a kept card is charged once for one key, and the charge is found by our reference"

    def _refunds(self, kept: Checkout) -> Iterator[str]:
        assert kept.intent_id is not None
        order = RefundOrder(uuid4().hex, uuid4().hex, kept.intent_id, 1000)
        made, again = self.gateway.refund(order), self.gateway.refund(order)
        assert made.refund_id == again.refund_id, "the same key gave back twice"
        assert made.amount_cents == order.amount_cents
        found = self.gateway.find_refund(order.reference, intent_id=kept.intent_id)
        assert found is not None
        assert found.refund_id == made.refund_id
        too_much = RefundOrder(uuid4().hex, uuid4().hex, kept.intent_id, CENTS)
        try:
            self.gateway.refund(too_much)
        except GatewayRefusedError:
            yield "a part goes back once for one key, and more than is left is refused"
        else:
            raise AssertionError("more was given back than was received")

    def _refusals(self) -> Iterator[str]:
        page = self.gateway.create_checkout(self._order())
        assert page.url is not None
        assert page.session_id is not None
        self.person(page.url, NO_MONEY)
        after = self.gateway.retrieve_checkout(page.session_id)
        assert (after.status, after.paid, after.failed) == ("open", False, "insufficient_funds")
        assert self.gateway.expire_checkout(page.session_id).status == "expired"
        yield "a card without money leaves its reason, and the page stays open for another"
        asks = self._kept_card(ASKS_ALWAYS)
        said = self.gateway.charge_card(self._charge_order(asks))
        assert (said.paid, said.failed) == (False, "authentication_required")
        yield "a card whose bank always asks is not charged while nobody is there"

    def _lists(self, kept: Checkout) -> Iterator[str]:
        since = datetime.now(UTC) - timedelta(hours=2)
        charged = self.gateway.payments_between(since, datetime.now(UTC) + timedelta(minutes=10))
        assert kept.intent_id in {one.intent_id for one in charged}
        refunds = self.gateway.refunds_since(since)
        assert kept.intent_id in {one.intent_id for one in refunds}
        self.gateway.disputes_since(since)
        self.gateway.missed_signals(since)
        yield "payments, refunds, disputes and undelivered events are listed and can be read"

    def _payouts(self) -> Iterator[str]:
        held = self.client.v1.balance.retrieve()
        assert held.available is not None
        sent = self.client.v1.payouts.list({"limit": 10}).data
        ready = [one for one in sent if one.reconciliation_status == "completed"]
        if not ready:
            yield "the balance can be read; this account has no payout yet, so NONE WAS CHECKED"
            return
        listed = self.client.v1.balance_transactions.list({"payout": ready[0].id, "limit": 100})
        rows = [row for row in listed.auto_paging_iter() if row.type != "payout"]
        assert sum(row.net for row in rows) == ready[0].amount, "a payout is not its transactions"
        yield "the latest payout is the sum of its transactions"

    def _order(self, customer: str | None = None) -> CheckoutOrder:
        return CheckoutOrder(
            reference=str(uuid4()),
            idempotency_key=uuid4().hex,
            amount_cents=CENTS,
            label="Règlement Secrétariat R12",
            language="fr",
            return_url="https://example.com/back",
            cancel_url="https://example.com/left",
            expires_at=datetime.now(UTC) + timedelta(minutes=45),
            customer=customer,
        )

    def _charge_order(self, kept: Checkout) -> ChargeOrder:
        assert kept.card is not None
        return ChargeOrder(str(uuid4()), uuid4().hex, 1500, kept.card.customer, kept.card.method)
