"""Making a plan: what it covers, what a wish comes to, and the rows of a new version."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from shared.accounts import Account, Hold, Practice
from shared.audit import Actor, record
from shared.base.ids import new_id
from shared.base.money import Cents
from shared.base.vault import Vault
from shared.billing import Invoice, is_held_back
from shared.payments import checked_of_invoice, under_way
from shared.plans.holding import hold_ladder
from shared.plans.model import Instalment, Plan, PlanInvoice
from shared.plans.rules import (
    INSTANT,
    Part,
    PlanRules,
    Wish,
    schedule,
    verdict,
)


@dataclass(frozen=True, slots=True)
class Cover:
    """An invoice and what can be spread of it."""

    invoice_id: UUID
    cents: Cents
    due_on: date


@dataclass(frozen=True, slots=True)
class Draft:
    """What a wish comes to, before anything is written."""

    covers: tuple[Cover, ...]
    parts: tuple[Part, ...]
    instant: bool

    @property
    def total_cents(self) -> Cents:
        """What is spread, to the cent."""
        return sum(cover.cents for cover in self.covers)


@dataclass(frozen=True, slots=True)
class Words:
    """The words that a person agrees to, as they were shown."""

    version: str
    language: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text in UTF-8, as hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def rules_of(practice: Practice) -> PlanRules:
    """The practice's own rules."""
    return PlanRules(
        minimum_cents=practice.plan_minimum_cents,
        most_months=practice.plan_most_months,
        instant_cents=practice.plan_instant_cents,
        first_now=practice.plan_first_now,
    )


def covers_of(session: Session, *, practice_id: int, account_id: UUID) -> tuple[Cover, ...]:
    """What can be spread: issued invoices that nothing holds back, less what is being paid already and
    what a refund opened again as long as a person first looks at it.

    Empty while the account as a whole is disputed.
    """
    disputed = exists().where(
        Hold.practice_id == Invoice.practice_id,
        Hold.account_id == Invoice.account_id,
        Hold.invoice_id.is_(None),
        Hold.kind == "dispute",
        Hold.status == "active",
    )
    rows = session.execute(
        select(
            Invoice.id,
            (Invoice.open_cents - checked_of_invoice()).label("cents"),
            Invoice.due_on,
        )
        .where(
            Invoice.practice_id == practice_id,
            Invoice.account_id == account_id,
            Invoice.status == "issued",
            ~is_held_back(),
            ~disputed,
        )
        .order_by(Invoice.due_on, Invoice.number)
    ).all()
    coming = under_way(session, practice_id=practice_id, account_id=account_id)
    covers = (Cover(row.id, int(row.cents) - coming.get(row.id, 0), row.due_on) for row in rows)
    return tuple(cover for cover in covers if cover.cents > 0)


def covers_without(covers: Sequence[Cover], given_up: Mapping[UUID, Cents]) -> tuple[Cover, ...]:
    """The same, less what is no longer to be asked for of each invoice."""
    lessened = (
        replace(cover, cents=cover.cents - given_up.get(cover.invoice_id, 0)) for cover in covers
    )
    return tuple(cover for cover in lessened if cover.cents > 0)


def covered_by(session: Session, *, practice_id: int, plan_id: UUID) -> tuple[Cover, ...]:
    """What a plan covers, the oldest due first."""
    rows = session.execute(
        select(PlanInvoice.invoice_id, PlanInvoice.amount_cents, Invoice.due_on)
        .join(
            Invoice,
            and_(
                Invoice.practice_id == PlanInvoice.practice_id,
                Invoice.id == PlanInvoice.invoice_id,
            ),
        )
        .where(PlanInvoice.practice_id == practice_id, PlanInvoice.plan_id == plan_id)
        .order_by(Invoice.due_on, Invoice.number)
    )
    return tuple(Cover(*row) for row in rows)


def draft(
    session: Session, *, practice: Practice, account_id: UUID, wish: Wish, today: date
) -> Draft:
    """What a wish comes to now. Raises PlanError."""
    covers = covers_of(session, practice_id=practice.id, account_id=account_id)
    rules = rules_of(practice)
    parts = schedule(sum(cover.cents for cover in covers), wish, rules, today)
    return Draft(covers, tuple(parts), verdict(parts, rules) == INSTANT)


def write_plan(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    covers: Sequence[Cover],
    parts: Sequence[Part],
    status: str,
    way: str,
    once: str,
    actor: Actor,
    at: datetime,
    replaces_id: UUID | None = None,
) -> Plan:
    """The rows of a new version, and the hold that keeps the ladder still meanwhile."""
    last = session.scalar(
        select(func.max(Plan.version)).where(
            Plan.practice_id == practice.id, Plan.account_id == account.id
        )
    )
    plan = Plan(
        practice_id=practice.id,
        id=new_id(),
        account_id=account.id,
        version=(last or 0) + 1,
        replaces_id=replaces_id,
        status=status,
        total_cents=sum(part.cents for part in parts),
        way=way,
        made_by=actor.kind,
        made_at=at,
        once=once,
    )
    session.add(plan)
    session.flush()
    session.add_all(
        PlanInvoice(
            practice_id=practice.id,
            plan_id=plan.id,
            invoice_id=cover.invoice_id,
            amount_cents=cover.cents,
        )
        for cover in covers
    )
    session.add_all(
        Instalment(
            practice_id=practice.id,
            plan_id=plan.id,
            position=position,
            agreed_on=part.due_on,
            due_on=part.due_on,
            amount_cents=part.cents,
        )
        for position, part in enumerate(parts, 1)
    )
    session.flush()
    record(
        session,
        practice_id=practice.id,
        account_id=account.id,
        kind="plan.made",
        actor=actor,
        at=at,
        id=str(plan.id),
        cents=plan.total_cents,
        parts=len(parts),
        status=status,
    )
    hold_ladder(session, account=account, last_on=parts[-1].due_on, actor=actor, at=at)
    return plan


def note_agreed(plan: Plan, words: Words, *, vault: Vault, at: datetime) -> None:
    """Keep what was agreed to: version and hash in the open, the words sealed."""
    plan.text_version, plan.text_hash = words.version, words.digest
    plan.agreed_language, plan.agreed_at = words.language, at
    plan.agreed_text = vault.seal(words.text, table="plan", row=plan.id, column="agreed_text")
