"""Formal notices on the desk: those that wait for a word, those to be sent, those decided; and the letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, or_, select, tuple_
from sqlalchemy.orm import Session

from backoffice.desks.people import names_of
from shared.accounts import Account, Party, PersonName, account_vault, open_name
from shared.base.formats import money
from shared.base.money import Cents
from shared.base.vault import KeyRing, Vault
from shared.ladder import (
    IS_STILL_ASKED,
    LETTER_POSITION,
    LadderCycle,
    LadderLetter,
    LetterCase,
    address_lines,
    letter_case,
)

Order = tuple[Any, Any]
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
    backwards = tab == "done"
    query, order = (_decided if tab else _asked)(practice_id, tab, today)
    if after is not None:
        key = tuple_(*order)
        query = query.where(key < after if backwards else key > after)
    in_order = [one.desc() if backwards else one for one in order]
    # the page first, by an index in its order, and only then whose letters these are
    picked = query.order_by(*in_order).limit(PAGE + 1).subquery()
    found = session.execute(
        select(Account, LadderLetter, picked.c.moment, picked.c.cycle_id)
        .join(picked, picked.c.account_id == Account.id)
        .outerjoin(
            LadderLetter,
            and_(
                LadderLetter.practice_id == Account.practice_id,
                LadderLetter.cycle_id == picked.c.cycle_id,
            ),
        )
        .where(Account.practice_id == practice_id)
    )
    rows = sorted(found, key=lambda row: (row.moment, row.cycle_id), reverse=backwards)
    page = rows[:PAGE]
    accounts = [row[0] for row in page]
    names = names_of(session, accounts, practice_id=practice_id, keys=keys) if keys else {}
    lines = tuple(_line(row, names, today) for row in page)
    return lines, (page[-1].moment, page[-1].cycle_id) if len(rows) > PAGE else None


def _asked(practice_id: int, _tab: str, today: date) -> tuple[Select[Any], Order]:
    """Conversations that wait for a word, and by what they are in order."""
    letter, cycle = LadderLetter, LadderCycle
    decided = exists().where(
        letter.practice_id == cycle.practice_id,
        letter.cycle_id == cycle.id,
        or_(
            letter.status.in_(("approved", "declined", "sent")),
            and_(letter.status == "postponed", letter.until > today),
        ),
    )
    query: Any = select(
        cycle.id.label("cycle_id"), cycle.account_id, cycle.asked_at.label("moment")
    ).where(
        cycle.practice_id == practice_id,
        cycle.asked_position == LETTER_POSITION,
        IS_STILL_ASKED,
        ~decided,
    )
    return query, (cycle.asked_at, cycle.id)


def _decided(practice_id: int, tab: str, today: date) -> tuple[Select[Any], Order]:
    """Letters that are to be sent, or that need nobody any more; and by what they are in order."""
    letter, cycle = LadderLetter, LadderCycle
    query: Any = select(
        letter.cycle_id, letter.account_id, letter.decided_at.label("moment")
    ).where(letter.practice_id == practice_id)
    if tab == "send":
        query = query.join(
            cycle, and_(cycle.practice_id == letter.practice_id, cycle.id == letter.cycle_id)
        ).where(letter.status == "approved", cycle.status == "open")
    else:
        query = query.where(
            or_(
                letter.status.in_(("declined", "sent")),
                and_(letter.status == "postponed", letter.until > today),
            )
        )
    return query, (letter.decided_at, letter.cycle_id)


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
        ("nothing", "Deux rappels arrivés", f"pour {count} facture{'s' if count > 1 else ''}"),
        ("hold", "Aucune pause", held),
        ("paying", "Aucun paiement en cours", paying),
        ("protected", "Ni CSS, ni AME, ni accident du travail", protected),
        ("minimum", f"Au moins {money(facts.minimum_cents)}", money(judged.cents)),
        ("address", "Adresse postale", "au dossier" if facts.has_address else "aucune au dossier"),
    )
    return [(what, as_is, name not in judged.obstacles) for name, what, as_is in said]
