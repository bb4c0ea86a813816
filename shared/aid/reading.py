"""Reading requests for help."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from shared.accounts import Hold
from shared.aid.model import AidRequest
from shared.aid.rules import GRANTED_HOLD, OPEN, REASONS, WISHES, AidAnswers, ticked
from shared.base.errors import NotFoundError
from shared.base.formats import marked
from shared.base.together import Part
from shared.base.vault import Json, Vault
from shared.messages import Document, Message


def get_request(
    session: Session, *, practice_id: int, account_id: UUID, request_id: UUID
) -> AidRequest:
    """A request of an account. Raises NotFoundError."""
    request = session.scalar(
        select(AidRequest).where(
            AidRequest.practice_id == practice_id,
            AidRequest.account_id == account_id,
            AidRequest.id == request_id,
        )
    )
    if request is None:
        raise NotFoundError(marked("Cette demande n’est pas dans votre espace."))
    return request


def request_of_document(
    session: Session, *, practice_id: int, account_id: UUID, document_id: UUID
) -> UUID | None:
    """The request that a document of an account came along with, if it did."""
    query = (
        select(AidRequest.id)
        .join(
            Message,
            (Message.practice_id == AidRequest.practice_id)
            & (Message.thread_id == AidRequest.thread_id),
        )
        .join(
            Document,
            (Document.practice_id == Message.practice_id) & (Document.message_id == Message.id),
        )
        .where(
            AidRequest.practice_id == practice_id,
            AidRequest.account_id == account_id,
            Document.id == document_id,
        )
    )
    return session.scalar(query)


def requests_of(session: Session, *, practice_id: int, account_id: UUID) -> list[AidRequest]:
    """An account's requests, the latest first."""
    return requests_part(practice_id=practice_id, account_id=account_id).read(session)


def requests_part(*, practice_id: int, account_id: UUID) -> Part[AidRequest]:
    """An account's requests, the latest first."""
    return Part(
        AidRequest,
        [AidRequest.practice_id == practice_id, AidRequest.account_id == account_id],
        [AidRequest.asked_at.desc(), AidRequest.id.desc()],
    )


def open_request(session: Session, *, practice_id: int, account_id: UUID) -> AidRequest | None:
    """The request that an account waits for, if there is one."""
    return session.scalar(
        select(AidRequest).where(
            AidRequest.practice_id == practice_id,
            AidRequest.account_id == account_id,
            AidRequest.status.in_(OPEN),
        )
    )


def requests_since(session: Session, *, practice_id: int, since: datetime) -> list[AidRequest]:
    """Requests that came in from an instant on and still wait for us."""
    query = select(AidRequest).where(
        AidRequest.practice_id == practice_id,
        AidRequest.asked_at >= since,
        AidRequest.status.in_(OPEN),
    )
    return list(session.scalars(query))


@dataclass(frozen=True, slots=True)
class GrantedPause:
    """Help that was granted as time, which still lasts."""

    request_id: UUID
    until: date


def granted_pause(
    session: Session, *, practice_id: int, account_id: UUID, today: date
) -> GrantedPause | None:
    """The time that a granted request gave, while staff have not ended it and its day has not passed."""
    found = session.execute(
        select(AidRequest.id, Hold.review_on)
        .join(
            Hold,
            and_(
                Hold.practice_id == AidRequest.practice_id,
                Hold.account_id == AidRequest.account_id,
                Hold.kind == GRANTED_HOLD,
                Hold.status == "active",
                Hold.invoice_id.is_(None),
                Hold.placed_at <= AidRequest.decided_at,
                Hold.review_on >= today,
            ),
        )
        .where(
            AidRequest.practice_id == practice_id,
            AidRequest.account_id == account_id,
            AidRequest.status == "granted",
        )
        .order_by(AidRequest.decided_at.desc())
        .limit(1)
    ).first()
    return GrantedPause(found.id, found.review_on) if found else None


def is_open(session: Session, *, practice_id: int, request_id: UUID) -> bool:
    """Whether a request still waits for a decision."""
    request = session.get(AidRequest, (practice_id, request_id))
    return request is not None and request.status in OPEN


def seal_answers(vault: Vault, request_id: UUID, answers: AidAnswers) -> bytes:
    """What was ticked and typed, sealed for its request."""
    wishes: list[Json] = list(answers.wishes)
    reasons: list[Json] = list(answers.reasons)
    value: dict[str, Json] = {
        "wishes": wishes,
        "reasons": reasons,
        "monthly_cents": answers.monthly_cents,
        "words": answers.words,
    }
    return vault.seal(value, table="aid_request", row=request_id, column="answers")


def open_answers(vault: Vault, request: AidRequest) -> AidAnswers | None:
    """What was ticked and typed; None when it is forgotten."""
    if request.answers is None:
        return None
    value = vault.open(request.answers, table="aid_request", row=request.id, column="answers")
    assert isinstance(value, dict)  # noqa: S101 - sealed by seal_answers alone
    monthly = value["monthly_cents"]
    return AidAnswers(
        wishes=ticked(_texts(value["wishes"]), WISHES),
        reasons=ticked(_texts(value["reasons"]), REASONS),
        monthly_cents=monthly if isinstance(monthly, int) else None,
        words=str(value["words"]),
    )


def _texts(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
