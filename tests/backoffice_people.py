"""Invented people with their invoices, messages and tasks, one story each."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import (
    Account,
    PersonDetails,
    PersonName,
    Practice,
    account_vault,
    new_account,
    new_contact,
    new_party,
    new_practice_key,
)
from shared.audit import SYSTEM
from shared.base.ids import new_id
from shared.base.vault import BlindIndex, Json, KeyRing
from shared.billing import Invoice
from shared.delivery import LADDER, Notice
from shared.inbox import CannedAnswer
from shared.ladder import LadderCycle
from shared.messages import Document, Message, Thread
from shared.plans import Instalment, Plan
from shared.preferences import DECIDE_CHANGE, Proposal
from shared.worklist import TaskKind, open_task

# Tuesday 24 November 2026, 9:40 in Paris.
NOW = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)
TODAY = date(2026, 11, 24)
OURS, OTHERS = 1, 2
LAST_MESSAGE = UUID(int=0x5EED)
KEYS = KeyRing({"m1": b"m" * 32})
INDEX = BlindIndex(b"i" * 32)
LINES: dict[str, Json] = {"Acte": "Rééducation du genou", "Réalisé par": "Dr Moreau-Lenoir"}


@dataclass
class Stories:
    """Account numbers by story, and the ids of what belongs to them."""

    index: BlindIndex
    numbers: dict[str, str] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)


def practice_row(practice_id: int) -> Practice:
    """A practice with a neutral name."""
    key_id, wrapped = new_practice_key(KEYS, practice_id)
    return Practice(
        id=practice_id,
        sender=f"Secrétariat R1{practice_id}",
        sms_sender=f"R1{practice_id}",
        phone="04 65 71 20 12",
        opening_hours={"fr": "Lundi-vendredi, 9 h – 17 h"},
        postal_address="BP 12, 44200 Nantes",
        siren="900 412 876",
        vat_mention="261-4-1°",
        started_on=date(2026, 1, 1),
        key_id=key_id,
        wrapped_key=wrapped,
    )


def add_account(
    stories: Stories,
    session: Session,
    story: str,
    given: str,
    surname: str,
    *,
    practice_id: int = OURS,
    language: str = "fr",
) -> Account:
    """A debtor with a telephone number and an e-mail address, owing nothing yet."""
    index = stories.index
    practice = session.get_one(Practice, practice_id)
    account, vault = new_account(
        practice, external_key=story, language=language, channel="any", keys=KEYS, at=NOW
    )
    account.checkable = True
    session.add(account)
    session.flush()
    details = PersonDetails(PersonName(given, surname), date(1984, 3, 2), None)
    party = new_party(
        account, role="debtor", external_ref="", details=details, vault=vault, index=index
    )
    session.add(party)
    stories.ids[f"{story}_party"] = party.id
    for position, (kind, value) in enumerate(
        [("phone", f"+3361234{len(stories.numbers):02}18"), ("email", f"{given}@example.org")], 1
    ):
        contact = new_contact(
            account,
            kind=kind,
            value=value,
            position=position,
            status="usable",
            vault=vault,
            index=index,
        )
        session.add(contact)
        stories.ids[f"{story}_{kind}"] = contact.id
    session.flush()
    stories.numbers[story], stories.ids[story] = account.number, account.id
    return account


def add_invoice(
    stories: Stories, session: Session, story: str, number: str, issued_on: date, open_cents: int
) -> None:
    """An invoice and what is open of it, which the account then owes."""
    account = session.get_one(Account, (OURS, stories.ids[story]))
    invoice_id = new_id()
    session.add(
        Invoice(
            practice_id=OURS,
            id=invoice_id,
            lines=account_vault(KEYS, account).seal(
                LINES, table="invoice", row=invoice_id, column="lines"
            ),
            account_id=account.id,
            patient_id=stories.ids[f"{story}_party"],
            source_id=stories.ids["source"],
            number=number,
            status="issued" if open_cents else "settled",
            issued_on=issued_on,
            due_on=issued_on + timedelta(days=30),
            total_cents=9600,
            amo_cents=5760,
            amc_cents=1090,
            patient_cents=max(2750, open_cents),
            open_cents=open_cents,
            source_left_cents=open_cents,
            unacknowledged_cents=0,
        )
    )
    account.balance_cents += open_cents


def add_thread(stories: Stories, session: Session, story: str) -> None:
    """A question that waits, with a document."""
    account = session.get_one(Account, (OURS, stories.ids[story]))
    vault = account_vault(KEYS, account)
    thread = Thread(
        practice_id=OURS,
        id=new_id(),
        account_id=account.id,
        subject="other",
        status="waiting",
        opened_at=NOW,
        moved_at=NOW,
        answer_by=TODAY,
    )
    session.add(thread)
    session.flush()
    message = Message(
        practice_id=OURS,
        id=LAST_MESSAGE,
        account_id=account.id,
        thread_id=thread.id,
        side="patient",
        author="portal",
        body=vault.seal("Une question", table="message", row=LAST_MESSAGE, column="body"),
        once="0" * 32,
        at=NOW,
    )
    session.add(message)
    session.flush()
    document_id = new_id()
    session.add(
        Document(
            practice_id=OURS,
            id=document_id,
            account_id=account.id,
            message_id=message.id,
            media="pdf",
            pages=1,
            size_bytes=4,
            content=vault.seal_bytes(b"%PDF", table="document", row=document_id, column="content"),
            at=NOW,
        )
    )
    stories.ids |= {f"{story}_thread": thread.id, f"{story}_document": document_id}


def add_answered_thread(stories: Stories, session: Session, story: str) -> None:
    """Another question of theirs, answered and read long since."""
    before = NOW - timedelta(days=9)
    thread_id = stories.ids[f"{story}_answered"] = new_id()
    session.add(
        Thread(
            practice_id=OURS,
            id=thread_id,
            account_id=stories.ids[story],
            subject="unclear",
            status="answered",
            opened_at=before,
            moved_at=before,
            answer_by=before.date(),
            answered_at=before,
        )
    )


def add_canned(stories: Stories, session: Session) -> None:
    """A ready-made answer of the practice."""
    canned_id = stories.ids["canned"] = new_id()
    session.add(
        CannedAnswer(
            practice_id=OURS,
            id=canned_id,
            title="Payer par virement",
            body="La référence est {référence}. Il reste {reste dû}.",
            changed_name="ardoise",
            changed_at=NOW,
        )
    )


def add_proposal(stories: Stories, session: Session, story: str) -> None:
    """Another mobile, its code given, which waits for staff."""
    account = session.get_one(Account, (OURS, stories.ids[story]))
    vault = account_vault(KEYS, account)
    contact = new_contact(
        account,
        kind="phone",
        value="+33639980777",
        position=1,
        status="proposed",
        vault=vault,
        index=stories.index,
    )
    contact.by_person = True
    session.add(contact)
    proposal_id = new_id()
    content = {"kind": "phone", "value": "+33639980777"}
    session.add(
        Proposal(
            practice_id=OURS,
            id=proposal_id,
            account_id=account.id,
            visit_id=new_id(),
            kind="contact",
            status="confirmed",
            content=vault.seal(content, table="proposal", row=proposal_id, column="content"),
            contact_id=contact.id,
            once="0" * 32,
            asked_at=NOW,
            moved_at=NOW,
        )
    )
    add_task(stories, session, DECIDE_CHANGE, story, str(proposal_id))
    stories.ids[f"{story}_proposal"] = proposal_id


def add_plan(stories: Stories, session: Session, story: str) -> None:
    """A proposal to spread, outside the practice's rules, which waits for staff."""
    plan_id = new_id()
    session.add(
        Plan(
            practice_id=OURS,
            id=plan_id,
            account_id=stories.ids[story],
            version=1,
            status="proposed",
            total_cents=1000,
            way="link",
            made_by="patient",
            made_at=NOW,
            once="0" * 32,
        )
    )
    session.flush()
    session.add(
        Instalment(
            practice_id=OURS,
            id=new_id(),
            plan_id=plan_id,
            position=1,
            agreed_on=TODAY,
            due_on=TODAY,
            amount_cents=1000,
        )
    )
    stories.ids[f"{story}_plan"] = plan_id


def add_notice(
    stories: Stories, session: Session, story: str, step: int, status: str, days_ago: int
) -> Notice:
    """A message of the ladder, some days ago."""
    at = NOW - timedelta(days=days_ago)
    notice = Notice(
        practice_id=OURS,
        id=new_id(),
        account_id=stories.ids[story],
        purpose=LADDER,
        cause_id=stories.ids[f"{story}_cycle"],
        step=step,
        template=("pre_due", "reminder")[step - 1],
        channel="sms",
        language="fr",
        contact_id=stories.ids[f"{story}_phone"],
        status=status,
        planned_at=at,
        not_before=at,
        outcome_at=at,
        tries=1,
    )
    session.add(notice)
    return notice


def add_cycle(stories: Stories, session: Session, story: str, **columns: object) -> None:
    """The account's running conversation."""
    cycle = LadderCycle(
        practice_id=OURS,
        id=new_id(),
        account_id=stories.ids[story],
        status="open",
        opened_on=date(2026, 10, 20),
        asked_position=0,
        messages=0,
        **columns,
    )
    session.add(cycle)
    stories.ids[f"{story}_cycle"] = cycle.id


def add_task(stories: Stories, session: Session, kind: TaskKind, story: str, key: str) -> None:
    """Work that waits for a human."""
    open_task(
        session,
        kind,
        practice_id=OURS,
        account_id=stories.ids[story],
        key=key,
        due_on=TODAY,
        actor=SYSTEM,
        at=NOW,
    )
