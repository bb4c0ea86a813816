"""Formal notices: every fact of an account for which one is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Executable, and_, exists, func, select, text
from sqlalchemy.orm import Session

from shared.accounts import Account, Hold, Party, account_vault, open_address
from shared.base.errors import NotFoundError
from shared.base.vault import KeyRing, Vault
from shared.billing import Invoice, is_held_back
from shared.delivery import LADDER, Notice
from shared.ladder.board_model import LadderLetter
from shared.ladder.drafts import policy_in_force
from shared.ladder.letter_rules import Bill, Judgement, LetterFacts, covered_mark, judge
from shared.ladder.model import LadderCycle, LadderSegment
from shared.ladder.policy_rules import POSITIONS
from shared.ladder.rules import APPROVAL, ORDINARY, steps_of
from shared.ladder.totals import open_cycle
from shared.payments import PaymentAttempt

REMINDER_NAMES = ("reminder", "second_reminder")
LETTER_POSITION = POSITIONS["formal_notice"]
# Of conversations whose step somebody was asked for and that have not taken it. Written out, not bound: only
# so the index over them fits, whatever the values would be.
IS_STILL_ASKED = and_(
    LadderCycle.status == text("'open'"), LadderCycle.asked_position > LadderCycle.position
)


@dataclass(frozen=True, slots=True)
class LetterCase:
    """A formal notice that is asked for: what was decided of it, if anything, and what is true now."""

    cycle: LadderCycle
    letter: LadderLetter | None
    judged: Judgement
    facts: LetterFacts
    days: int
    account: Account

    @property
    def status(self) -> str:
        """Where it stands; open before anybody has decided."""
        return self.letter.status if self.letter is not None else "open"

    @property
    def mark(self) -> str:
        """What stands for the invoices as they are now."""
        return covered_mark(self.judged.covers)


def letter_cases(
    session: Session, ids: Sequence[UUID], *, practice_id: int, keys: KeyRing, today: date
) -> dict[UUID, LetterCase]:
    """The formal notices that are asked for of these accounts, with every fact; five statements."""
    asked = session.execute(_asked(practice_id, ids)).all()
    found = [row.Account.id for row in asked]
    _, policy = policy_in_force(session, practice_id)
    bills = _bills(session, practice_id, found)
    at_home = _have_address(session, practice_id, [row.Account for row in asked], keys)
    cases = {}
    for row in asked:
        account = row.Account
        steps = steps_of(policy.steps, row.segment)
        facts = LetterFacts(
            bills=bills.get(account.id, ()),
            hold=row.hold,
            paying=bool(row.paying),
            protections=_protections(account, account_vault(keys, account)),
            has_address=account.id in at_home,
            minimum_cents=next((s.minimum_cents for s in steps if s.act == APPROVAL), 0),
            warn_days=policy.warn_days,
        )
        cases[account.id] = LetterCase(
            row.LadderCycle,
            row.LadderLetter,
            judge(facts, today=today),
            facts,
            policy.letter_days,
            account,
        )
    return cases


def letter_case(session: Session, account: Account, *, keys: KeyRing, today: date) -> LetterCase:
    """The account's formal notice. Raises NotFoundError where none is asked for."""
    found = letter_cases(
        session, [account.id], practice_id=account.practice_id, keys=keys, today=today
    )
    if account.id not in found:
        raise NotFoundError("Aucune lettre n’est demandée pour ce compte.")
    return found[account.id]


def address_lines(vault: Vault, party: Party) -> tuple[str, ...]:
    """Where a person lives, line by line; empty where street or town are missing."""
    parts = open_address(vault, party)
    if not parts.get("line1") or not parts.get("city"):
        return ()
    town = f"{parts.get('postcode', '')} {parts['city']}".strip()
    return tuple(filter(None, (parts["line1"], parts.get("line2", ""), town)))


def _asked(practice_id: int, ids: Sequence[UUID]) -> Executable:
    hold = (
        select(func.min(Hold.kind))
        .where(
            Hold.practice_id == Account.practice_id,
            Hold.account_id == Account.id,
            Hold.status == "active",
            Hold.invoice_id.is_(None),
        )
        .correlate(Account)
        .scalar_subquery()
    )
    paying = (
        exists()
        .where(
            PaymentAttempt.practice_id == Account.practice_id,
            PaymentAttempt.account_id == Account.id,
            PaymentAttempt.status == "processing",
        )
        .correlate(Account)
    )
    return (
        select(
            Account,
            LadderCycle,
            LadderLetter,
            func.coalesce(LadderSegment.segment, ORDINARY).label("segment"),
            hold.label("hold"),
            paying.label("paying"),
        )
        .join(LadderCycle, open_cycle())
        .outerjoin(
            LadderLetter,
            and_(
                LadderLetter.practice_id == LadderCycle.practice_id,
                LadderLetter.cycle_id == LadderCycle.id,
            ),
        )
        .outerjoin(
            LadderSegment,
            and_(
                LadderSegment.practice_id == Account.practice_id,
                LadderSegment.account_id == Account.id,
            ),
        )
        .where(
            Account.practice_id == practice_id,
            Account.id.in_(list(ids)),
            LadderCycle.asked_position == LETTER_POSITION,
        )
        .execution_options(populate_existing=True)
    )


def _bills(session: Session, practice_id: int, ids: Sequence[UUID]) -> dict[UUID, tuple[Bill, ...]]:
    """Every open invoice with the reminders of this conversation that went out once it was due."""
    sent = session.execute(
        select(Notice.account_id, Notice.outcome_at)
        .join(
            LadderCycle,
            and_(
                LadderCycle.practice_id == Notice.practice_id,
                LadderCycle.id == Notice.cause_id,
                LadderCycle.status == "open",
            ),
        )
        .where(
            Notice.practice_id == practice_id,
            Notice.account_id.in_(list(ids)),
            Notice.purpose == LADDER,
            Notice.template.in_(REMINDER_NAMES),
            Notice.status == "sent",
            Notice.outcome_at.is_not(None),
        )
    ).all()
    rows = session.execute(
        select(Invoice, is_held_back().label("held"))
        .where(
            Invoice.practice_id == practice_id,
            Invoice.account_id.in_(list(ids)),
            Invoice.status == "issued",
            Invoice.open_cents > 0,
        )
        .order_by(Invoice.due_on, Invoice.number)
    )
    bills: dict[UUID, tuple[Bill, ...]] = {}
    for invoice, held in rows:
        bill = Bill(
            invoice_id=invoice.id,
            number=invoice.number,
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            open_cents=invoice.open_cents,
            reminders=sum(
                of == invoice.account_id and moment is not None and moment.date() >= invoice.due_on
                for of, moment in sent
            ),
            held=bool(held),
        )
        bills[invoice.account_id] = (*bills.get(invoice.account_id, ()), bill)
    return bills


def _have_address(
    session: Session, practice_id: int, accounts: Sequence[Account], keys: KeyRing
) -> set[UUID]:
    """Of which accounts the debtor's postal address is known."""
    by_id = {account.id: account for account in accounts}
    parties = session.scalars(
        select(Party).where(
            Party.practice_id == practice_id,
            Party.account_id.in_(list(by_id)),
            Party.role == "debtor",
        )
    )
    return {
        party.account_id
        for party in parties
        if address_lines(account_vault(keys, by_id[party.account_id]), party)
    }


def _protections(account: Account, vault: Vault) -> frozenset[str]:
    if not account.protection:
        return frozenset()
    said = vault.open(account.protection, table="account", row=account.id, column="protection")
    return frozenset(map(str, said if isinstance(said, list) else ()))
