"""A request for help beside its account: what was asked and sent, what is owed, what was agreed before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.decision_words import former_words, schedule_words
from backoffice.desks.message_words import AID_STATES, MEDIA, REASONS, WISHES
from backoffice.desks.people import names_of
from backoffice.desks.plan_acts import who_decided
from backoffice.desks.words import title
from shared.accounts import Account, Practice, account_vault, get_account, get_practice
from shared.aid import OPEN, AidAnswers, AidRequest, open_answers, request_of_document
from shared.audit import TimelineEvent, facts_of
from shared.base.clock import local_date
from shared.base.errors import NotFoundError
from shared.base.formats import clock_time, day
from shared.base.money import Cents
from shared.base.vault import KeyRing
from shared.billing import Invoice, invoices_of
from shared.messages import (
    PATIENTS,
    CleanDocument,
    enclosures_of,
    messages_of,
    open_body,
    open_document,
)
from shared.plans import Part, PlanRules, live_plan, plans_of, rules_of

OPENED = "document.opened"


@dataclass(frozen=True, slots=True)
class DocumentSeen:
    """A document that came along, and who opened it when, the latest last."""

    id: UUID
    title: str
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One message about the request."""

    id: UUID
    theirs: bool
    author: str
    at: datetime
    body: str
    documents: tuple[DocumentSeen, ...]


@dataclass(frozen=True, slots=True)
class AidPage:
    """Everything that one decides by; ``answers`` is None once they are forgotten. ``delete_on`` is from
    which day the worker deletes documents, once it is decided; ``live`` the plan that runs or waits."""

    request: AidRequest
    account: Account
    practice: Practice
    name: str
    state: tuple[str, str]
    decided: str
    answers: AidAnswers | None
    wishes: tuple[str, ...]
    reasons: tuple[str, ...]
    messages: tuple[Said, ...]
    seen: str
    owed: tuple[Invoice, ...]
    rules: PlanRules
    live: tuple[UUID, str] | None
    former: tuple[str, ...]
    delete_on: date | None

    @property
    def is_open(self) -> bool:
        """Whether it may still be decided."""
        return self.request.status in OPEN

    @property
    def has_documents(self) -> bool:
        """Whether documents are kept."""
        return any(said.documents for said in self.messages)

    @property
    def owed_cents(self) -> Cents:
        """What is open in all."""
        return sum(invoice.open_cents for invoice in self.owed)


def request_of(session: Session, *, practice_id: int, request_id: UUID) -> AidRequest:
    """A request of this practice. Raises NotFoundError."""
    request = session.get(AidRequest, (practice_id, request_id))
    if request is None:
        raise NotFoundError("Cette demande n’existe pas.")
    return request


def read_aid_page(
    session: Session, *, practice_id: int, request_id: UUID, keys: KeyRing, with_names: bool
) -> AidPage:
    """The page of one request, also when it is over. Raises NotFoundError."""
    request = request_of(session, practice_id=practice_id, request_id=request_id)
    practice = get_practice(session, practice_id)
    account = get_account(session, practice_id=practice_id, account_id=request.account_id)
    vault = account_vault(keys, account)
    answers = open_answers(vault, request)
    views = plans_of(session, practice_id=practice_id, account_id=account.id)
    live = live_plan(views)
    names = names_of(session, [account], practice_id=practice_id, keys=keys) if with_names else {}
    messages = _messages(session, request, account, practice, keys)
    decided_on = local_date(request.decided_at, practice.timezone) if request.decided_at else None
    return AidPage(
        request=request,
        account=account,
        practice=practice,
        name=names[account.id].full if account.id in names else "",
        state=AID_STATES[request.status],
        decided=decided_words(session, request, practice) if request.status not in OPEN else "",
        answers=answers,
        wishes=tuple(title(WISHES, one) for one in answers.wishes) if answers else (),
        reasons=tuple(title(REASONS, one) for one in answers.reasons) if answers else (),
        messages=messages,
        seen=next((str(one.id) for one in messages[::-1] if one.theirs), ""),
        owed=tuple(
            invoice
            for invoice in invoices_of(session, practice_id=practice_id, account_id=account.id)
            if invoice.status == "issued"
        ),
        rules=rules_of(practice),
        live=(live.plan.id, schedule_words([Part(p.due_on, p.cents) for p in live.parts]))
        if live
        else None,
        former=tuple(
            former_words(
                one.plan.status,
                day(local_date(one.plan.made_at, practice.timezone)),
                len(one.parts),
                sum(part.paid_cents == part.cents for part in one.parts),
                one.plan.total_cents,
            )
            for one in views
            if not one.is_live
        ),
        delete_on=decided_on + timedelta(days=practice.aid_documents_days)
        if decided_on is not None
        else None,
    )


def open_aid_document(
    session: Session, *, practice_id: int, request_id: UUID, document_id: UUID, keys: KeyRing
) -> tuple[UUID, CleanDocument]:
    """A document that came along with a request, and whose it is. Raises NotFoundError for any other."""
    request = request_of(session, practice_id=practice_id, request_id=request_id)
    account = get_account(session, practice_id=practice_id, account_id=request.account_id)
    whose = request_of_document(
        session, practice_id=practice_id, account_id=account.id, document_id=document_id
    )
    if whose != request_id:
        raise NotFoundError("Ce document n’est pas de cette demande.")
    vault = account_vault(keys, account)
    return account.id, open_document(
        session,
        practice_id=practice_id,
        account_id=account.id,
        document_id=document_id,
        vault=vault,
    )


def decided_words(session: Session, request: AidRequest, practice: Practice) -> str:
    """Who decided about a request, and when."""
    return who_decided(
        session,
        practice_id=practice.id,
        account_id=request.account_id,
        of=request.id,
        timezone=practice.timezone,
    )


def _messages(
    session: Session, request: AidRequest, account: Account, practice: Practice, keys: KeyRing
) -> tuple[Said, ...]:
    found = messages_of(
        session, practice_id=practice.id, account_id=account.id, thread_id=request.thread_id
    )
    if not found:
        return ()
    enclosures = enclosures_of(session, practice_id=practice.id, account_id=account.id)
    seen = _seen(session, request, practice) if enclosures else {}
    vault = account_vault(keys, account)
    return tuple(
        Said(
            id=message.id,
            theirs=message.side == PATIENTS,
            author="La personne" if message.side == PATIENTS else message.author,
            at=message.at,
            body=open_body(vault, message),
            documents=tuple(
                DocumentSeen(one.id, f"{MEDIA[one.media]} {place}", seen.get(str(one.id), ()))
                for place, one in enumerate(
                    (e for e in enclosures if e.message_id == message.id), 1
                )
            ),
        )
        for message in found
    )


def _seen(session: Session, request: AidRequest, practice: Practice) -> dict[str, tuple[str, ...]]:
    """By document, who opened it when."""
    events = session.scalars(
        select(TimelineEvent)
        .where(
            TimelineEvent.practice_id == practice.id,
            TimelineEvent.account_id == request.account_id,
            TimelineEvent.kind == OPENED,
        )
        .order_by(TimelineEvent.at, TimelineEvent.id)
    )
    seen: dict[str, tuple[str, ...]] = {}
    for event in events:
        at = f"{day(local_date(event.at, practice.timezone))}, {clock_time(event.at, practice.timezone)}"
        document = str(facts_of(event).get("document", ""))
        seen[document] = (*seen.get(document, ()), f"{event.actor}, {at}")
    return seen
