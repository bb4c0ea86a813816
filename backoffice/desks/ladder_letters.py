"""Formal notices on the desk: those that wait for a word, those to be sent, those decided; and the letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from backoffice.desks.people import names_of
from shared.accounts import Account, Party, PersonName, account_vault, open_name
from shared.base.formats import money
from shared.base.money import Cents
from shared.base.vault import KeyRing, Vault
from shared.ladder import (
    LETTER_POSITION,
    LadderCycle,
    LadderLetter,
    LetterCase,
    address_lines,
    letter_case,
)

PAGE = 50
TABS = {"": "À décider", "send": "À envoyer", "done": "Décidées"}
STATES = {
    "open": ("à décider", "warn"),
    "postponed": ("reportée", "warn"),
    "approved": ("approuvée, à envoyer", "go"),
    "declined": ("refusée", "err"),
    "sent": ("envoyée", "ok"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One formal notice in a list; ``since`` is when it was asked for, or decided."""

    account_id: UUID
    number: str
    name: str
    cents: Cents
    state: str
    tone: str
    by: str
    since: datetime
    until: date | None


@dataclass(frozen=True, slots=True)
class Debtor:
    """To whom a letter goes; ``lines`` of the address are empty where none is on file."""

    name: PersonName
    lines: tuple[str, ...]


def read_lines(
    session: Session,
    *,
    practice_id: int,
    tab: str,
    after: tuple[datetime, UUID] | None,
    today: date,
    keys: KeyRing | None,
) -> tuple[tuple[Line, ...], tuple[datetime, UUID] | None]:
    """A page of the list, the oldest first (of those decided the latest): and the key of the next page."""
    letter, cycle = LadderLetter, LadderCycle
    moment: Any = cycle.asked_at if tab == "" else letter.decided_at
    query = (
        select(Account, letter, cycle.id, moment.label("moment"))
        .join(
            cycle,
            and_(cycle.practice_id == Account.practice_id, cycle.account_id == Account.id),
        )
        .outerjoin(
            letter, and_(letter.practice_id == cycle.practice_id, letter.cycle_id == cycle.id)
        )
        .where(Account.practice_id == practice_id, _belongs(tab, today))
        .limit(PAGE + 1)
    )
    key = tuple_(moment, cycle.id)
    backwards = tab == "done"
    query = query.order_by(
        moment.desc() if backwards else moment, cycle.id.desc() if backwards else cycle.id
    )
    if after is not None:
        query = query.where(key < after if backwards else key > after)
    rows = session.execute(query).all()
    page = rows[:PAGE]
    accounts = [row[0] for row in page]
    names = names_of(session, accounts, practice_id=practice_id, keys=keys) if keys else {}
    lines = tuple(_line(row, names, today) for row in page)
    return lines, (page[-1].moment, page[-1].id) if len(rows) > PAGE else None


def _belongs(tab: str, today: date) -> ColumnElement[bool]:
    letter, cycle = LadderLetter, LadderCycle
    if tab == "send":
        return and_(cycle.status == "open", letter.status == "approved")
    if tab == "done":
        return or_(
            letter.status.in_(("declined", "sent")),
            and_(letter.status == "postponed", letter.until > today),
        )
    waits = or_(
        letter.id.is_(None),
        letter.status == "open",
        and_(letter.status == "postponed", letter.until <= today),
    )
    return and_(
        cycle.status == "open",
        cycle.asked_position == LETTER_POSITION,
        cycle.position < LETTER_POSITION,
        waits,
    )


def _line(row: Any, names: dict[UUID, PersonName], today: date) -> Line:
    account, letter = row[0], row[1]
    status = letter.status if letter is not None else "open"
    if status == "postponed" and letter.until <= today:
        status = "open"
    state, tone = STATES[status]
    decided = letter is not None and status != "open"
    return Line(
        account_id=account.id,
        number=account.number,
        name=names[account.id].full if account.id in names else "",
        cents=letter.total_cents if decided and letter.total_cents else account.balance_cents,
        state=state,
        tone=tone,
        by=letter.decided_name if decided else "",
        since=row.moment,
        until=letter.until if status == "postponed" else None,
    )


def debtor_of(session: Session, account: Account, vault: Vault) -> Debtor:
    """Who owes, and where they live, as the practice's software says; one statement."""
    parties = session.scalars(
        select(Party).where(
            Party.practice_id == account.practice_id, Party.account_id == account.id
        )
    ).all()
    party = min(parties, key=lambda p: (p.role != "debtor", p.id))
    return Debtor(open_name(vault, party), address_lines(vault, party))


def read_case(
    session: Session, account: Account, *, keys: KeyRing, today: date
) -> tuple[LetterCase, Debtor]:
    """The account's formal notice and to whom it goes. Raises NotFoundError where none is asked for."""
    vault = account_vault(keys, account)
    debtor = debtor_of(session, account, vault)
    case = letter_case(session, account, keys=keys, today=today)
    return case, debtor


def said_of(case: LetterCase) -> Sequence[tuple[str, str, bool]]:
    """The facts in the order of the page: (what must be true, as it is, whether it is so)."""
    judged, facts = case.judged, case.facts
    count = len(judged.covers)
    held = "il y en a une" if facts.hold else "il n’y en a pas"
    paying = "il y en a un" if facts.paying else "il n’y en a pas"
    protected = ", ".join(sorted(facts.protections)) or "rien au dossier"
    said = (
        ("nothing", "Deux rappels remis", f"pour {count} facture{'s' if count > 1 else ''}"),
        ("hold", "Aucune pause", held),
        ("paying", "Aucun paiement en cours", paying),
        ("protected", "Ni CSS, ni AME, ni accident du travail", protected),
        ("minimum", f"Au moins {money(facts.minimum_cents)}", money(judged.cents)),
        ("address", "Adresse postale", "au dossier" if facts.has_address else "aucune au dossier"),
    )
    return [(what, as_is, name not in judged.obstacles) for name, what, as_is in said]
