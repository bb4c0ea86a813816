"""One practice with very many accounts, as its back-office meets them; PostgreSQL only.

People are made here, since their names and contacts are sealed and found by blind indexes. All that hangs
on them is made by the database itself, in the same proportions whatever the number of accounts: three
invoices each, a conversation at some step, messages that went out, pauses, threads that wait, work.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.accounts import (
    Account,
    ContactPoint,
    Party,
    PersonDetails,
    PersonName,
    Practice,
    get_practice,
    new_account,
    new_contact,
    new_party,
)
from shared.base.database import Model
from shared.base.ids import new_id
from shared.base.vault import Vault
from shared.billing import Source
from shared.messages import Message, Thread
from tests.bench.measuring.crowd import batches, numbered, pour, refresh
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
TABLES: tuple[type[Model], ...] = (Account, Party, ContactPoint, Thread, Message)
TALKING = 50, 3  # of so many accounts this one wrote to the practice


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
        practice = get_practice(work.session, world.practice_id)
        connection = work.session.connection()
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        source = Source(practice_id=practice.id, name="export", as_of=world.clock.now())
        work.session.add(source)
        work.session.flush()
        for places in batches(range(accounts)):
            rows: dict[type[Model], list[dict[str, object]]] = {table: [] for table in TABLES}
            for row in people(world, practice, places):
                rows[type(row)].append(
                    {column.name: getattr(row, column.name) for column in row.__table__.columns}
                )
            for table in TABLES:
                pour(connection, Model.metadata.tables[table.__tablename__], rows[table])
        hang_all(work.session, world, source)
        work.commit()
    refresh(world.database)


def people(world: World, practice: Practice, places: list[int]) -> Iterator[Model]:
    """Account, debtor and contact of each place, sealed by keys of their own."""
    for place in places:
        who = person_at(place)
        account, vault = new_account(
            practice,
            external_key=f"p:{place}",
            language="fr",
            channel="any",
            keys=world.house.keys,
            at=world.clock.now(),
        )
        account.number, account.status = who.number, "open"
        account.transfer_reference = f"RF00{place:012}"
        account.balance_cents = 1000 + place * 7919 % 40_000 if place % 10 else 0
        account.checkable = True
        account.represented = False
        yield account
        yield new_party(
            account,
            role="debtor",
            external_ref=f"C{place}",
            details=PersonDetails(PersonName(who.given, who.surname), date(1984, 3, 27), None),
            vault=vault,
            index=world.house.index,
        )
        contact = new_contact(
            account,
            kind="email",
            value=who.email,
            position=1,
            status="usable",
            vault=vault,
            index=world.house.index,
        )
        contact.by_person = contact.of_representative = False
        yield contact
        if place % TALKING[0] == TALKING[1]:
            yield from talk(account, place, vault, world.clock.now())


def talk(account: Account, place: int, vault: Vault, now: datetime) -> Iterator[Model]:
    """A question, and whether it still waits for its answer."""
    at = now - timedelta(days=place % 30)
    thread = Thread(
        practice_id=account.practice_id,
        id=new_id(),
        account_id=account.id,
        subject="unclear",
        status="waiting" if place % 100 == TALKING[1] else "closed",
        opened_at=at,
        moved_at=at,
        answer_by=(at + timedelta(days=2)).date(),
        patient_unread=False,
        keeps_hold=False,
    )
    message_id = new_id()
    yield thread
    yield Message(
        practice_id=account.practice_id,
        id=message_id,
        account_id=account.id,
        thread_id=thread.id,
        side="patient",
        author="portal",
        body=vault.seal(
            "Je ne comprends pas cette facture.", table="message", row=message_id, column="body"
        ),
        once=message_id.hex,
        at=at,
    )


def hang_all(session: Session, world: World, source: Source) -> None:
    """Invoices, cycles, messages, pauses, threads and work, by the database itself."""
    values = {
        "practice": world.practice_id,
        "source": source.id,
        "now": world.clock.now(),
        "today": world.clock.now().date(),
    }
    session.execute(
        text(
            "CREATE TEMPORARY TABLE everyone ON COMMIT DROP AS "
            "SELECT account.id, party.id AS party_id, contact_point.id AS contact_id, "
            "account.balance_cents AS cents, gen_random_uuid() AS cycle_id, "
            "thread.id AS thread_id, "
            "substr(account.external_key, 3)::integer AS place "
            "FROM account JOIN party ON party.account_id = account.id "
            "JOIN contact_point ON contact_point.account_id = account.id "
            "LEFT JOIN thread ON thread.account_id = account.id "
            "WHERE account.external_key LIKE 'p:%'"
        )
    )
    for statement in HANGING:
        session.execute(text(statement), values)


HANGING = (
    # Two that were paid long ago, or the latest alone that is open: due at most a thousand days ago.
    """
    INSERT INTO invoice (practice_id, id, account_id, patient_id, source_id, number, status, issued_on,
        due_on, total_cents, amo_cents, amc_cents, patient_cents, open_cents, source_left_cents,
        unacknowledged_cents)
    SELECT :practice, gen_random_uuid(), id, party_id, :source, 'F' || place || '-' || nth,
        CASE WHEN nth = 2 AND cents > 0 THEN 'issued' ELSE 'settled' END,
        due_on - 30, due_on, 5000, 3000, 500,
        CASE WHEN nth = 2 AND cents > 0 THEN cents ELSE 1500 END,
        CASE WHEN nth = 2 THEN cents ELSE 0 END, CASE WHEN nth = 2 THEN cents ELSE 0 END, 0
    FROM everyone, generate_series(0, 2) AS nth,
        LATERAL (SELECT CAST(:today AS date) - (2 - nth) * 90 - place % 60 + 20 AS due_on) AS dated
    """,
    """
    INSERT INTO ladder_cycle (practice_id, id, account_id, status, opened_on, position, stepped_on,
        asked_position, messages, withheld, withheld_since)
    SELECT :practice, cycle_id, id, 'open', CAST(:today AS date) - 40, 1 + place % 3,
        CAST(:today AS date) - place % 20, 0, 1 + place % 3,
        CASE place % 7 WHEN 0 THEN 'cap_week' WHEN 1 THEN 'stale' END,
        CASE WHEN place % 7 < 2 THEN :now END
    FROM everyone WHERE cents > 0
    """,
    """
    INSERT INTO notice (practice_id, id, account_id, purpose, cause_id, step, template, channel, language,
        contact_id, status, planned_at, not_before, claimed_at, outcome_at, tries)
    SELECT :practice, gen_random_uuid(), id, 'ladder', cycle_id, step, 'reminder', 'email', 'fr',
        contact_id, 'sent', sent_at, sent_at, sent_at, sent_at, 1
    FROM everyone, generate_series(1, 2) AS step,
        LATERAL (SELECT :now - make_interval(days => 30 - 10 * step + place % 5) AS sent_at) AS told
    """,
    """
    INSERT INTO hold (practice_id, id, account_id, kind, status, placed_at, placed_by, review_on)
    SELECT :practice, gen_random_uuid(), id, CASE WHEN place % 100 = 3 THEN 'message' ELSE 'staff' END,
        'active', :now, 'Claire', CAST(:today AS date) + place % 30
    FROM everyone WHERE place % 20 = 3
    """,
    """
    INSERT INTO task (practice_id, id, account_id, kind, key, status, due_on, opened_at)
    SELECT :practice, gen_random_uuid(), id, kind, key, 'open', CAST(:today AS date) + 2 - place % 30, :now
    FROM everyone, LATERAL (VALUES
        ('message_waiting', thread_id::text, 3), ('ladder_call', cycle_id || '/4', 13),
        ('contact_bounced', contact_id::text, 23)) AS work (kind, key, rest)
    WHERE place % 100 = rest
    """,
    """
    INSERT INTO timeline_event (practice_id, id, account_id, at, actor_kind, actor, kind, facts)
    SELECT :practice, gen_random_uuid(), id, :now - make_interval(days => 10 * nth), 'system', 'ardoise',
        'notice.deliver', '{}'
    FROM everyone, generate_series(1, 3) AS nth
    """,
)
