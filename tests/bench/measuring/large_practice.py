"""One practice with very many accounts, as its back-office meets them; PostgreSQL only.

What is like the real thing: each account has a key of its own, wrapped by the master key; names, dates of
birth, contacts and words are sealed with it for their row and open as in an installation, and the blind
indexes are the real ones, so any account can be searched for, listed and opened. What is not: contacts are
e-mail addresses only, names come from a list of a hundred (a number makes new ones of them beyond 50 000
accounts), sealed terms of plans are one random text that no page of the bench opens, and there is no journal,
which no page reads. ``large_stories`` says what has happened to whom.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.accounts import contact_index
from shared.base.ids import new_id
from shared.base.vault import Vault, folded, new_key
from shared.billing import Source
from tests.bench.measuring.crowd import batches, numbered, refresh
from tests.bench.measuring.large_stories import EVERYONE, STORIES, TALKING
from tests.world import World

SURNAMES = tuple(
    f"{head}{tail}"
    for head in ("Ber", "Cha", "Del", "Fer", "Gar", "Ham", "Jou", "Ker", "Lem", "Mar")
    for tail in (
        "bault",
        "cier",
        "digou",
        "ferrat",
        "gnon",
        "llard",
        "mond",
        "noux",
        "rand",
        "tier",
    )
)
GIVEN = (
    "Aline",
    "Bruno",
    "Chloé",
    "Denis",
    "Élise",
    "Farid",
    "Gaëlle",
    "Hugo",
    "Inès",
    "Jean",
    "Karim",
)
BORN = "1984-03-27"
WORDS = "Je ne comprends pas cette facture."
# Indexes of these are made once all rows are there: that is quicker, and how they lie is the same.
FILLED = (
    *("account", "party", "contact_point", "invoice", "ladder_cycle", "notice", "hold", "task"),
    *("timeline_event", "payment", "thread", "message", "plan", "plan_invoice", "instalment"),
    *("aid_request", "ladder_letter", "money_order"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on an account, to be looked for."""

    number: str
    surname: str
    given: str
    email: str
    invoice: str


def person_at(place: int) -> Person:
    """Who stands at a place: names come again, contacts and numbers do not."""
    return Person(
        number=numbered(place),
        surname=f"{SURNAMES[place % len(SURNAMES)]}{place // 50_000 or ''}",
        given=GIVEN[(place // len(SURNAMES)) % len(GIVEN)],
        email=f"p{place}@patients.example",
        invoice=f"F{place}-2",
    )


def fill_practice(world: World, accounts: int) -> None:
    """Write the practice's accounts and all that hangs on them."""
    with world.database.unit_of_work(world.practice_id) as work:
        source = Source(practice_id=world.practice_id, name="export", as_of=world.clock.now())
        work.session.add(source)
        work.session.flush()
        values = {
            "practice": world.practice_id,
            "source": source.id,
            "now": world.clock.now(),
            "today": world.clock.now().date(),
            "key": world.house.keys.current,
        }
        session = work.session
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        session.execute(text("SET LOCAL work_mem = '256MB'"))
        indexes = _without_indexes(session)
        _pour_people(world, session, accounts)
        session.execute(text(EVERYONE), values)
        session.execute(text("ANALYZE everyone"))
        for statement in STORIES:
            session.execute(text(statement), values)
        for index in indexes:
            session.execute(text(index))
        work.commit()
    refresh(world.database)


def _without_indexes(session: Session) -> list[str]:
    """Drop what indexes can be made again, and say how."""
    found = session.execute(
        text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(:tables) "
            "AND schemaname = 'public' AND NOT EXISTS "
            "(SELECT FROM pg_constraint WHERE conname = indexname)"
        ),
        {"tables": list(FILLED)},
    ).all()
    for name, _ in found:
        session.execute(text(f'DROP INDEX "{name}"'))
    return [definition for _, definition in found]


def _pour_people(world: World, session: Session, accounts: int) -> None:
    """All that only the product's own code can make, sealed or drawn, into a table beside the others."""
    session.execute(
        text(
            "CREATE TEMPORARY TABLE made (place integer, number text, id uuid, wrapped bytea, "
            "party_id uuid, name bytea, born bytea, surname bytea, surname3 bytea, given bytea, "
            "contact_id uuid, value bytea, value_index bytea, thread_id uuid, message_id uuid, "
            "body bytea) ON COMMIT DROP"
        )
    )
    cursor: Any = session.connection().connection.cursor()
    with cursor.copy("COPY made FROM STDIN") as copy:
        for places in batches(range(accounts)):
            for row in _people(world, places):
                copy.write_row(row)
    cursor.close()


def _people(world: World, places: list[int]) -> Iterator[tuple[object, ...]]:
    """A row of ``made`` for each place, sealed with a key of its own."""
    keys, index, practice_id = world.house.keys, world.house.index, world.practice_id

    @cache
    def blind(field: str, word: str) -> bytes:
        return index.of(practice_id, field, word)

    for place in places:
        who, account_id, party_id, contact_id = person_at(place), new_id(), new_id(), new_id()
        vault = Vault(new_key())
        row: list[object] = [place, who.number, account_id]
        row.append(keys.wrap(vault, f"account|{account_id}")[1])
        name = {"given": who.given, "surname": who.surname}
        row += [
            party_id,
            vault.seal(dict(name), table="party", row=party_id, column="name"),
            vault.seal(BORN, table="party", row=party_id, column="birth_date"),
            blind("surname", who.surname),
            blind("surname3", folded(who.surname)[:3]),
            blind("given", who.given),
            contact_id,
            vault.seal(who.email, table="contact_point", row=contact_id, column="value"),
            contact_index(index, practice_id, "email", who.email),
        ]
        if place % TALKING == 3:
            message_id = new_id()
            body = vault.seal(WORDS, table="message", row=message_id, column="body")
            row += [new_id(), message_id, body]
        else:
            row += [None, None, None]
        yield tuple(row)
