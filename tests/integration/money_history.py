"""All kinds of things that happen with money at a practice, each by chance and in any order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from ardoise import (
    disputing,
    hearing,
    jobs,
    jobs_cards,
    jobs_plans,
    late_answers,
    ordering,
    pages,
    refunding,
    settling,
    using_credit,
    verifying,
)
from ardoise.jobs_cards import CardCharger
from sandbox.mischief import OF_CALLS
from shared.processor import CARD, register_webhook
from tests.integration.debt_desk import DebtDesk
from tests.integration.money_house import FOUR_EYES_CENTS
from tests.integration.money_patients import Patients, one_of
from tests.integration.stray_till import by_hand, strays
from tests.integration.till import Json

METHODS = ("cash", "cheque", "terminal", "transfer")
FORGIVEN = ("aid", "goodwill", "error", "uncollectable")
REASONS = ("overpaid", "paid_twice", "corrected", "goodwill")
DAYS_OF_PLANS = ((2026, 12, 2), (2026, 12, 5), (2027, 1, 2), (2027, 1, 5))
LOOKS = 12  # so many of the worker's jobs belong to each look, the others to some
OF_MONEY = [*range(4)]  # those that ask the processor or book
LONGEST_WAIT_MINUTES = 20 * 1440
MANNERS = ("succeeded", "pending", "balance_insufficient")
FAILING = (
    "*",
    "POST /v1/refunds",
    "POST /v1/checkout/sessions",
    "POST /v1/checkout/sessions/{id}/expire",
    "POST /v1/payment_intents",
    "GET /v1/checkout/sessions/{id}",
)
ENDS = {
    "needs_response": ("won", "lost"),
    "warning_needs_response": ("warning_closed",),
    "lost": ("won",),
    "won": ("lost",),
}


@dataclass
class MoneyHistory(Patients):
    """What patients, staff, the processor, banks, the post and the worker do, and how it ends."""

    def start(self, owed: list[list[int]], *, paid: int, at_desk: int, registered: bool) -> None:
        """Some owe something, some paid already; the processor was told where to send webhooks, or was
        not."""
        self.house.begin_anew()
        for sums in owed:
            account = self.world.account(owes=sums)
            self.accounts.append(account)
            self.billed[account.id] = sum(sums)
        if registered:
            till = self.house.till
            nowhere = "http://127.0.0.1:9/webhooks/1"
            register_webhook(till.key, base_address=till.processor.url, url=nowhere)
        for who in range(paid):
            self.pay(who, "all", 0, 0)
        for who in range(at_desk):
            self.receive(who, 1500, who)
        self._collect()
        while self.mail:
            assert self.house.till.tell(self.mail.pop(0)).status_code == 200
        self.work()

    # Staff

    def bill(self, who: int, cents: int, due_days: int) -> None:
        """An import brings another invoice."""
        account = one_of(self.accounts, who)
        self.world.bill_more(account, cents, due_days=due_days)
        self.billed[account.id] += cents

    def pay_elsewhere(self, who: int, place: int, cents: int) -> None:
        """The practice's own software took something."""
        account = one_of(self.accounts, who)
        invoices = self.world.invoices(account)
        place %= len(invoices)
        taken = min(cents, invoices[place].open_cents)
        if taken:
            self.house.till.paid_elsewhere(account, taken, place)
            self.elsewhere[account.id] = self.elsewhere.get(account.id, 0) + taken

    def receive(self, who: int, cents: int, method: int) -> None:
        """Money at the desk."""
        account = one_of(self.accounts, who)
        self._ask(lambda: self.house.secretary.notes(account, cents, one_of(METHODS, method)))

    def cancel(self, who: int, which: int) -> None:
        """It was none."""
        account = one_of(self.accounts, who)
        paid = self.house.till.payments(account)
        if paid:
            self._ask(lambda: self.house.secretary.cancels(account, one_of(paid, which)))

    def forgive(self, who: int, cents: int, reason: int, *, agreed: bool) -> None:
        """Staff give up a part of what is owed; a second person may agree at once."""
        account = one_of(self.accounts, who)
        debts = DebtDesk(self.house.secretary)
        self._ask(lambda: debts.ask(account, cents, reason=one_of(FORGIVEN, reason)))
        if agreed:
            self.decide(-1, "approve")

    def use_credit(self, who: int) -> None:
        """What is too much settles what is owed."""
        account = one_of(self.accounts, who)
        self._ask(lambda: self.house.secretary.uses_credit(account))

    def ask_refund(self, who: int, which: int, cents: int, reason: int, *, agreed: bool) -> None:
        """Money is to go back, of a payment at the desk or on a card; a second person may agree at once,
        and the worker looks."""
        account = one_of(self.accounts, who)
        paid = self.house.till.payments(account)
        if paid:
            payment = one_of(paid, which)
            self._ask(
                lambda: self.house.desk.ask(
                    account,
                    min(cents, payment.amount_cents),
                    reason=one_of(REASONS, reason),
                    method=payment.method if payment.method in METHODS else None,
                    payment=payment,
                )
            )
            if agreed:
                self.decide(-1, "approve")
                self.decide(-1, "hand_over")
                self.work(OF_MONEY)

    def decide(self, which: int, event: str) -> None:
        """A second person agrees, declines or stops it, whoever asked thinks again or hands it over."""
        if self.orders:
            by = "secretary" if event in ("withdraw", "hand_over") else "manager"
            self._tried(lambda: self.house.desk.decide(one_of(self.orders, which), event, by=by))

    def assign(self, which: int, who: int) -> None:
        """Staff say whose a payment of nobody known is."""
        found = strays(self.house.till)
        if found:
            account = one_of(self.accounts, who)
            self._ask(lambda: self.house.clerk.ask(one_of(found, which), account).id)

    # The processor and banks

    def pay_by_hand(self, cents: int) -> None:
        """Money taken in the processor's own pages."""
        by_hand(self.house.till, cents)

    def give_back(self, which: int, cents: int, status: str) -> None:
        """Given back in the processor's own pages."""
        taken = [*self.house.till.charged()]
        if taken:
            asked = {"payment_intent": one_of(taken, which), "amount": cents, "status": status}
            made = self._call("/control/refund", json_body=asked)
            if made is None:  # less is left of it, if anything
                self._call("/control/refund", json_body=asked | {"amount": 1})

    def end_refund(self, which: int, *, succeeds: bool) -> None:
        """A refund that waits ends, or money that went comes back."""
        listed = [one["id"] for one in self.house.till.listed_refunds()]
        if listed:
            status = "succeeded" if succeeds else "failed"
            asked = {"refund": one_of(listed, which), "status": status}
            self._call("/control/refund/end", json_body=asked)

    def refunds_end(self, how: int) -> None:
        """What becomes from now on of refunds that the desk asks for."""
        self.house.processor.control("refunds", end=one_of(MANNERS, how))

    def contest(self, which: int, cents: int | None, *, inquiry: bool) -> None:
        """A bank disputes a payment, or only asks."""
        paid = [*self.house.till.charged()]
        if paid:
            asked: Json = {"payment_intent": one_of(paid, which), "inquiry": inquiry}
            more = {} if cents is None else {"amount": cents}
            self._call("/control/dispute", json_body=asked | more)

    def escalate(self, which: int) -> None:
        """A bank that only asked takes the money."""
        asked = self._disputes("warning_needs_response")
        if asked:
            self._call("/control/dispute/escalate", json_body={"dispute": one_of(asked, which)[0]})

    def end_dispute(self, which: int, end: int, part: int | None, *, fee_returned: bool) -> None:
        """A bank decides, for all or so many cents, and may change its mind."""
        waiting = self._disputes(*ENDS)
        if waiting:
            dispute, status = one_of(waiting, which)
            asked: Json = {"dispute": dispute, "status": one_of(ENDS[status], end)}
            asked["fee_returned"] = fee_returned
            more = {} if part is None else {"reinstated": part}
            if self._call("/control/dispute/end", json_body=asked | more) is None and more:
                self._call("/control/dispute/end", json_body=asked)

    def go_twice(self, who: int, cents: int, part: int | None, *, refund_first: bool) -> None:
        """What was paid on a card for two invoices goes back for a part, and a bank takes more than is
        left; then one of the two comes back."""
        self.bill(who, 2500, 20)
        self.pay(who, "all", 0, 0)
        self.search()
        self.work(OF_MONEY)
        on_card = self._on_card(who)
        if not on_card:
            return
        payment = self.house.till.payments(one_of(self.accounts, who))[on_card[-1]]
        given = max(payment.amount_cents * cents // 6000, 1)
        asked: Json = {"payment_intent": payment.processor_ref}
        how = {"status": "succeeded" if refund_first else "pending", "amount": given}
        made = self._call("/control/refund", json_body=asked | how)
        self.search()
        taken = payment.amount_cents - (given // 2 if refund_first else 0)
        self._call("/control/dispute", json_body=asked | {"amount": taken})
        self.search()
        if made is not None:
            end = {"refund": made["refund"], "status": "failed" if refund_first else "succeeded"}
            self._call("/control/refund/end", json_body=end)
            self.search()
        if not refund_first:
            self.end_dispute(-1, 0, part, fee_returned=False)
            self.search()

    def _disputes(self, *statuses: str) -> list[tuple[str, str]]:
        found = self.house.till.listed_disputes()
        return [(one["id"], one["status"]) for one in found if one["status"] in statuses]

    def fail_next(self, kind: int, times: int, call: int) -> None:
        """The next calls of ours go wrong, whichever they are or those that make something."""
        self.house.processor.control(
            "faults",
            key=self.house.till.key,
            kind=one_of(OF_CALLS, kind),
            endpoint=one_of(FAILING, call),
            times=times,
            seconds=0,
        )

    def refund_in_trouble(self, kind: int, who: int, cents: int) -> None:
        """What the desk asks for goes wrong on its way, as often as it is tried at once: of a payment on
        a card, which is made if there is none."""
        if not self._on_card(who):
            self.pay(who, "all", 0, 0)
            self.work(OF_MONEY)
        on_card = self._on_card(who)
        if on_card:
            self.fail_next(kind, 3, FAILING.index("POST /v1/refunds"))
            self.ask_refund(who, on_card[-1], cents, 0, agreed=True)

    def _on_card(self, who: int) -> list[int]:
        paid = self.house.till.payments(one_of(self.accounts, who))
        return [place for place, payment in enumerate(paid) if payment.method == CARD]

    def refund_twice(self, who: int, cents: int, method: int) -> None:
        """Of money at the desk a part goes back, and then somebody wants to give back all of it."""
        self.receive(who, cents, method)
        self.work(OF_MONEY)
        for wanted in (cents // 2, cents):
            self.ask_refund(who, -1, wanted, 0, agreed=True)

    def refund_by_hand(self, who: int, cents: int, method: int, end: str) -> None:
        """More of it than one alone may give back is agreed to, then handed over, given up or left."""
        self.receive(who, FOUR_EYES_CENTS + cents, method)
        self.work(OF_MONEY)
        self.ask_refund(who, -1, FOUR_EYES_CENTS + cents, 0, agreed=False)
        self.decide(-1, "approve")
        self.work(OF_MONEY)
        if end:
            self.decide(-1, end)
            self.work(OF_MONEY)

    # Webhooks, the worker, time

    def post(self, order: list[int], *, twice: bool, lost: int) -> None:
        """The post brings some of what was told, in some order; the rest later, or never."""
        self._collect()
        if lost and self.mail:
            self.mail.pop(lost % len(self.mail))
        for place in order:
            if self.mail:
                event = self.mail.pop(place % len(self.mail))
                for _ in range(1 + twice):
                    assert self.house.till.tell(event).status_code == 200

    def _collect(self) -> None:
        fresh = self.house.till.events(after=self.seen)
        if fresh:
            self.seen = fresh[-1]["id"]
        self.mail += fresh

    def work(self, order: list[int] | None = None) -> None:
        """The worker does some of what it does, or all that it does at each look in its own order."""
        doing = self._jobs()
        for place in range(LOOKS) if order is None else order:
            doing[place % len(doing)]()
            self.world.later(milliseconds=1)  # no two things happen at one instant

    def search(self) -> None:
        """The worker asks the processor for what no webhook told."""
        self.work([*range(LOOKS, len(self._jobs()))])

    def _jobs(self) -> list[Callable[[], object]]:
        house, office, number = self.world.house, self.world.office, self.world.practice_id
        looked = [
            settling.heed_signals,
            settling.sweep_attempts,
            ordering.carry_out_orders,
            pages.close_overtaken_pages,
            refunding.tell_refunds,
            late_answers.tell_failed_debits,
            lambda h, n: jobs_plans.follow_plans(h, n, CardCharger(h, n)),
            jobs_cards.mind_cards,
            using_credit.use_credit_by_itself,
            jobs.decide_night,
            lambda h, n: jobs.send_reminders(h, office, n),
            jobs.follow_ladder,
            refunding.sweep_refunds,
            disputing.sweep_disputes,
            hearing.ask_missed,
            verifying.sweep_payments,
        ]
        return [partial(job, house, number) for job in looked]

    def wait(self, minutes: int) -> None:
        """Time passes, and the worker may be away for weeks; not for a month."""
        self.waited += minutes
        if self.waited < LONGEST_WAIT_MINUTES:
            self.house.till.later(minutes=minutes)

    def next_date(self) -> None:
        """The next day on which something of a plan is told or taken, at eleven; the worker looks. It
        was there until then."""
        self.search()
        self.waited = 0
        now = self.world.clock.now()
        for day in DAYS_OF_PLANS:
            then = datetime(*day, 11, tzinfo=UTC)
            if then > now:
                self.world.clock.instant = then
                self.house.till.later()
                self.work()
                return

    # The end

    def settle(self) -> None:
        """Pages end, banks answer, all that was told arrives, nothing is wrong any more, and the worker
        has looked as often as it takes."""
        till = self.house.till
        self.house.processor.control("faults", key=till.key, kind="none")
        self.house.processor.control("refunds", end="succeeded")
        for page in self.pages:
            self._expire(page)
        till.later(days=3, minutes=1)
        self._collect()
        for event in self.mail:
            assert till.tell(event).status_code == 200
        self.work()
        for hours in (24, 1):
            till.later(hours=hours)
            self.search()
            self.work(OF_MONEY)
        using_credit.use_credit_by_itself(self.world.house, self.world.practice_id)

    def _ask(self, asking: Callable[[], UUID]) -> None:
        order = self._tried(asking)
        if order is not None:
            self.orders.append(order)
