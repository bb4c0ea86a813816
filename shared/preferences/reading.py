"""Reading what was proposed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from shared.accounts import ContactPoint, PersonName
from shared.audit import TimelineEvent
from shared.base.errors import NotFoundError
from shared.base.formats import marked
from shared.base.vault import Json, Vault
from shared.preferences.model import Proposal


@dataclass(frozen=True, slots=True, repr=False)
class Proposed:
    """What is proposed: a contact, and for a representative who that is."""

    contact_kind: str
    value: str
    name: PersonName | None = None
    relation: str = ""
    birth_date: date | None = None


def seal_proposed(vault: Vault, proposal_id: UUID, proposed: Proposed) -> bytes:
    """The content of a proposal's row."""
    content: dict[str, Json] = {"kind": proposed.contact_kind, "value": proposed.value}
    if proposed.name is not None and proposed.birth_date is not None:
        content |= {
            "given": proposed.name.given,
            "surname": proposed.name.surname,
            "relation": proposed.relation,
            "born": proposed.birth_date.isoformat(),
        }
    return vault.seal(content, table="proposal", row=proposal_id, column="content")


def open_proposed(vault: Vault, proposal: Proposal) -> Proposed:
    """What a row's content says."""
    content = vault.open(proposal.content, table="proposal", row=proposal.id, column="content")
    match content:
        case {
            "kind": str(kind),
            "value": str(value),
            "given": str(given),
            "surname": str(surname),
            "relation": str(relation),
            "born": str(born),
        }:
            name = PersonName(given, surname)
            return Proposed(kind, value, name, relation, date.fromisoformat(born))
        case {"kind": str(kind), "value": str(value)}:
            return Proposed(kind, value)
    raise NotFoundError("Cette proposition ne se lit pas.")


def get_proposal(
    session: Session, *, practice_id: int, account_id: UUID, proposal_id: UUID
) -> Proposal:
    """A proposal of this very account. Raises NotFoundError."""
    proposal = session.get(Proposal, (practice_id, proposal_id), populate_existing=True)
    if proposal is None or proposal.account_id != account_id:
        raise NotFoundError(marked("Cette proposition n’est pas dans votre espace."))
    return proposal


def proposals_of(
    session: Session, *, practice_id: int, account_id: UUID, limit: int = 20
) -> list[Proposal]:
    """What an account proposed, the latest first."""
    query = (
        select(Proposal)
        .where(Proposal.practice_id == practice_id, Proposal.account_id == account_id)
        .order_by(Proposal.asked_at.desc(), Proposal.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def proposals_to_tell(session: Session, *, practice_id: int, since: datetime) -> list[Proposal]:
    """Those that wait for staff, and those that staff decided lately: somebody is told of each."""
    query = select(Proposal).where(
        Proposal.practice_id == practice_id,
        or_(
            Proposal.status == "confirmed",
            and_(Proposal.status.in_(("accepted", "declined")), Proposal.moved_at >= since),
        ),
    )
    return list(session.scalars(query))


def replaced_by(session: Session, proposal: Proposal) -> list[ContactPoint]:
    """The contacts that an accepted proposal took off file, save those that were not safe or did not work.

    What a contact was before, only the timeline still tells.
    """
    events = session.scalars(
        select(TimelineEvent.facts).where(
            TimelineEvent.practice_id == proposal.practice_id,
            TimelineEvent.account_id == proposal.account_id,
            TimelineEvent.kind == "contact_point.replace",
            TimelineEvent.at == proposal.moved_at,
        )
    )
    safe = [UUID(facts["id"]) for facts in events if facts.get("was") in ("usable", "opted_out")]
    query = (
        select(ContactPoint)
        .where(ContactPoint.practice_id == proposal.practice_id, ContactPoint.id.in_(safe))
        .order_by(ContactPoint.position, ContactPoint.id)
    )
    return list(session.scalars(query))
