"""Booking money that was given back or taken by a bank, and money that came back after all.

A refund mostly goes with a correction in the practice's own software. So what it opens again is not
asked for until a person has looked: the account is held, and the work is on the list.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice, place_hold
from shared.audit import PROCESSOR, Actor, advance, record
from shared.base.clock import local_date
from shared.base.money import Cents
from shared.billing import Invoice, note_paid_here
from shared.ledger import PROCESSOR as PROCESSOR_HOLDS
from shared.ledger import Entry, post
from shared.payments import (
    HELD_FOR,
    OF_DISPUTE,
    OF_REFUND,
    OVERPAID,
    Payment,
    Refund,
    RefundShare,
    kept_of_invoice,
    report_credit,
)
from shared.reversals.cover import cover
from shared.reversals.explaining import EXPLAIN, nothing_to_explain
from shared.reversals.reading import money_left
from shared.reversals.refund_entries import back_entry, listed_entry, out_entry
from shared.reversals.refund_rules import REFUND, RefundSplit, split_back
from shared.worklist import TaskKind, close_tasks, open_task

REVIEW_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Booking:
    """Of which payment money is given back, when we learnt it and from whom; the account is locked."""

    session: Session
    practice: Practice
    account: Account
    payment: Payment
    at: datetime
    actor: Actor = field(default=PROCESSOR, kw_only=True)

    @property
    def today(self) -> date:
        """The practice's day."""
        return local_date(self.at, self.practice.timezone)

    def move_money(
        self,
        refund: Refund,
        event: str,
        split: RefundSplit | None = None,
        *,
        stays: Cents | None = None,
    ) -> None:
        """Its state moves on, and what that means is booked: out as ``split`` says, or back if it was
        out. Where another part of a dispute's money moves, so much of it ``stays`` with the bank."""
        advance(
            self.session,
            refund,
            REFUND,
            event,
            account_id=self.account.id,
            actor=self.actor,
            at=self.at,
            cents=refund.amount_cents,
            receipt=self.payment.number,
            **({"of": refund.kind} if refund.kind == OF_DISPUTE else {}),
        )
        refund.moved_at = self.at
        if split is not None:
            self.book(refund, split, stays=stays)
        elif refund.booked_on is not None:
            self.book_back(refund, stays=stays or 0)

    def book(
        self,
        refund: Refund,
        split: RefundSplit,
        *,
        held_in: str = PROCESSOR_HOLDS,
        stays: Cents | None = None,
    ) -> None:
        """The money is with the patient: their credit is used up, what had been settled is owed again.
        It was ``held_in`` a ledger account. What ``stays`` with the bank went on another day: what is
        booked now is booked today, since a day that is over does not change."""
        refund.booked_on = (
            local_date(refund.refunded_at, self.practice.timezone) if stays is None else self.today
        )
        refund.credit_cents = split.credit
        refund.beyond_cents = split.beyond
        listed = []
        for invoice_id, cents in split.shares.items():
            invoice = self.session.get_one(Invoice, (self.practice.id, invoice_id))
            known = self._in_the_list(invoice, cents)
            note_paid_here(invoice, known - cents)
            if known:
                listed.append(self._listed(refund, invoice, known))
            self.session.add(
                RefundShare(
                    practice_id=self.practice.id,
                    refund_id=refund.id,
                    invoice_id=invoice_id,
                    amount_cents=cents,
                )
            )
        entry = out_entry(
            refund,
            split,
            account_id=self.account.id,
            held_in=held_in,
            on=refund.booked_on,
            stays=stays or 0,
        )
        self._post(entry, *listed)
        if split.shares or refund.kind != OF_REFUND:
            self._have_looked_at(refund)
        if split.credit and not money_left(self.session, self.payment).credit:
            close_tasks(
                self.session,
                OVERPAID,
                practice_id=self.practice.id,
                key=str(self.payment.id),
                event="vanished",
                actor=self.actor,
                at=self.at,
            )

    def _in_the_list(self, invoice: Invoice, cents: Cents) -> Cents:
        """How much of what an invoice loses the practice's list counts as owed already, since the refund
        was entered there before we heard of it: all that would make open and paid more than the
        patient's share as it is stated."""
        stated = max(invoice.patient_cents, invoice.source_left_cents)
        above = invoice.open_cents + kept_of_invoice(self.session, invoice) - stated
        return min(cents, max(above, 0))

    def _listed(self, refund: Refund, invoice: Invoice, cents: Cents) -> Entry:
        """What the list had opened before is not opened a second time."""
        record(
            self.session,
            practice_id=self.practice.id,
            account_id=self.account.id,
            kind="invoice.adjusted",
            actor=self.actor,
            at=self.at,
            number=invoice.number,
            id=str(invoice.id),
            cents=-cents,
        )
        return listed_entry(refund, invoice.id, cents, account_id=self.account.id, on=self.today)

    def book_back(self, refund: Refund, *, stays: Cents = 0) -> None:
        """The money came back after all, but for what ``stays``: a counter-entry, with a cause of its
        own."""
        shares = list(
            self.session.scalars(
                select(RefundShare)
                .join(
                    Invoice,
                    (Invoice.practice_id == RefundShare.practice_id)
                    & (Invoice.id == RefundShare.invoice_id),
                )
                .where(
                    RefundShare.practice_id == self.practice.id,
                    RefundShare.refund_id == refund.id,
                )
                .order_by(Invoice.due_on.desc(), Invoice.number.desc())
            )
        )
        covered, others = cover(self.session, refund, shares)
        covered += refund.beyond_cents
        refund.beyond_cents = 0
        invoices = {
            s.invoice_id: self.session.get_one(Invoice, (self.practice.id, s.invoice_id))
            for s in shares
        }
        back = split_back(
            {s.invoice_id: s.amount_cents for s in shares},
            refund.credit_cents,
            {i: invoice.open_cents for i, invoice in invoices.items()},
        )
        for share in shares:
            again = back.shares.get(share.invoice_id, 0)
            note_paid_here(invoices[share.invoice_id], again)
            share.amount_cents -= again
            if not share.amount_cents:
                self.session.delete(share)
        refund.credit_cents -= back.credit
        entry = back_entry(
            refund, back, covered, account_id=self.account.id, on=self.today, stays=stays
        )
        self._post(entry)
        if refund.kind == OF_REFUND:
            nothing_to_explain(
                self.session, refund, account_id=self.account.id, actor=self.actor, at=self.at
            )
        for other in others:
            other.moved_at = self.at
            self._have_looked_at(other)
        if back.credit:
            report_credit(
                self.session,
                practice=self.practice,
                payment=self.payment,
                cents=back.credit,
                at=self.at,
            )

    def _post(self, *entries: Entry) -> None:
        post(self.session, entries, practice_id=self.practice.id, actor=self.actor, at=self.at)

    def _have_looked_at(self, refund: Refund) -> None:
        """A person looks before anything is asked for; of a dispute its own work says so."""
        place_hold(
            self.session,
            account=self.account,
            kind=HELD_FOR[refund.kind],
            actor=self.actor,
            at=self.at,
            review_on=self.today + REVIEW_AFTER,
        )
        if refund.kind == OF_REFUND:
            self.ask(EXPLAIN, str(refund.id))

    def ask(self, kind: TaskKind, key: str) -> None:
        """Put work about the account on the list, once."""
        open_task(
            self.session,
            kind,
            practice_id=self.practice.id,
            account_id=self.account.id,
            key=key,
            due_on=self.today,
            actor=self.actor,
            at=self.at,
        )
