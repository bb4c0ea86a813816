"""A person whose every sealed word can be recognised, brought in through the product's own doors."""

import base64
import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import LargeBinary, Table, select, update
from sqlalchemy.orm import Session

from ardoise.importing import ImportReport, run_import
from shared import plans
from shared.accounts import (
    Account,
    PersonName,
    Practice,
    account_vault,
    get_account,
    get_practice,
    place_hold,
    release_hold,
    seal_protection,
)
from shared.aid import AidAnswers
from shared.audit import PATIENT, SYSTEM
from shared.base.database import Model
from shared.base.ids import new_id
from shared.base.vault import Vault
from shared.codes import DETAILS_CODE, ask_code, draw_code, end_codes
from shared.messages import CleanDocument
from shared.orders import FORGIVE, REFUND, MoneyOrder
from shared.preferences import Proposed, propose
from shared.processor import ProcessorKeys, set_processor_account
from shared.staff import NewStaff, add_staff
from tests.integration.talks import Talks, words
from tests.security.planted_desks import DESK_MARKS, open_lines, try_mail
from tests.security.planted_late import LATE_MARKS, come_too_late
from tests.security.planted_lists import LIST_MARKS, send_list
from tests.world import World

BORN = date(1931, 7, 19)
PASSWORD = "cheval correct agrafe pile"
PROCESSOR_KEY = "sk_test_Zq7canaryProcessorKey"
KEYS = ProcessorKeys("rk_test_Zq7canaryPortalKey", PROCESSOR_KEY)
WEBHOOK_SECRET = "whsec_Zq7canaryWebhookSecret"

# What the practice's software exports of her, by the title of its column.
ROW = {
    "N° dossier": "D-4471",
    "Nom": "Wyzkowiak",
    "Prénom": "Zéphyrinde",
    "Date de naissance": "19/07/1931",
    "Téléphone portable": "06 39 98 44 71",
    "E-mail": "canari-zq81@bocal.example",
    "Adresse": "77 rue Quixotard",
    "Complément d’adresse": "Escalier Xylo",
    "Code postal": "97139",
    "Ville": "Xandreville",
    "N° facture": "F-2026-0412",
    "Montant total": "128,40",
    "Part AMO": "60,00",
    "Part AMC": "25,90",
    "Part patient": "42,50",
    "Reste dû": "42,50",
    "Acte": "Zorbectomie complète",
    "Cotation CCAM": "QZFA004",
    "Médecin prescripteur": "Docteur Vexillaire",
    "Motif": "Nyctémérose aiguë",
    "NIR": "2310775913842",
}

# By sealed column, or by field that is medical and must not be kept at all: what gives it away.
MARKS: dict[str, tuple[str, ...]] = {
    "party.name": ("Wyzkowiak", "Zéphyrinde"),
    "party.birth_date": (
        *("1931-07-19", "19/07/1931", "19.07.1931", "19 juillet 1931", "19 July 1931"),
        *("July 19, 1931", "19071931", "19310719"),
    ),
    "party.address": ("Quixotard", "Xylo", "Xandreville", "97139"),
    "contact_point.value": (
        *("canari-zq81", "bocal.example", "639984471", "6 39 98 44 71", "06.39.98.44.71"),
    ),
    "invoice.lines": ("Zorbectomie", "QZFA004", "Vexillaire", "Nyctémérose"),
    "account.protection": ("protection-zq82",),
    "hold.note": ("Son fils Ulfric appelle",),
    "plan.agreed_text": ("Accord violet-zq84",),
    "message.body": ("Courge-zq91 reçue",),
    "thread_note.body": ("Rhubarbe-zq96 notée",),
    "document.content": ("Kumquat-zq92",),
    "aid_request.answers": ("Zibeline-zq93 perdue",),
    **LATE_MARKS,
    "one_time_code.code": ("Quinquet-zq94 clos",),
    "proposal.content": ("Xanthippier",),
    "money_order.note": ("Voisine-zq95 présente",),
    **LIST_MARKS,
    **DESK_MARKS,
    "staff_user.totp_secret": (),  # drawn, so known only once it is there
    "processor_account.secret_key": (KEYS.portal,),
    "processor_account.worker_key": (KEYS.worker,),
    "processor_account.webhook_secrets": (WEBHOOK_SECRET,),
    "(national number)": ("2310775913842",),
    "(password)": (PASSWORD,),
}


@dataclass(frozen=True, slots=True)
class Planted:
    """The account, what to look for by column, and what the import said of it."""

    account: Account
    marks: dict[str, tuple[str, ...]]
    staff: NewStaff
    report: ImportReport


def sealed_columns() -> set[str]:
    """Every column that holds sealed content: binary, and no wrapped key, blind index or seal of events."""
    return {
        f"{table.name}.{column}"
        for table, column in binary_columns()
        if column != "wrapped_key" and not column.endswith("_index") and table.name != "audit_link"
    }


def binary_columns() -> Iterator[tuple[Table, str]]:
    """Every binary column of every table."""
    for table in Model.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, LargeBinary):
                yield table, column.name


def export_of(world: World, **changes: str) -> bytes:
    """The practice's list with her on it."""
    today = world.clock.now().date()
    issued, due = (f"{today - timedelta(days=days):%d/%m/%Y}" for days in (40, 10))
    row = ROW | {"Date facture": issued, "Échéance": due} | changes
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(row)
    writer.writerow(row.values())
    return out.getvalue().encode()


def import_list(
    world: World, data: bytes, *, full: bool = False, dry_run: bool = False
) -> ImportReport:
    """Bring a list in."""
    return run_import(
        world.database,
        practice_id=world.practice_id,
        source_name="logiciel",
        data=data,
        filename="impayes.csv",
        mapping=None,
        full=full,
        as_of=world.clock.now(),
        keys=world.house.keys,
        index=world.house.index,
        clock=world.clock,
        dry_run=dry_run,
    )


def plant(
    world: World,
    *,
    keys: ProcessorKeys = KEYS,
    webhook_secret: str = WEBHOOK_SECRET,
) -> Planted:
    """Fill every sealed column of a practice that keeps care lines."""
    number = world.practice_id
    with world.database.unit_of_work() as work:
        work.session.execute(update(Practice).values(keeps_lines=True))
        work.commit()
    report = import_list(world, export_of(world))
    assert report.kept, report.problems
    with world.database.unit_of_work(number) as work:
        found = work.session.scalars(select(Account).order_by(Account.opened_at)).all()[-1]
        vault = account_vault(world.house.keys, found)
        found.protection = seal_protection(vault, found.id, list(MARKS["account.protection"]))
        hold = place_hold(
            work.session,
            account=found,
            kind="staff",
            actor=SYSTEM,
            at=world.clock.now(),
            review_on=world.clock.now().date(),
            note=MARKS["hold.note"][0],
            vault=vault,
        )
        release_hold(work.session, hold, actor=SYSTEM, at=world.clock.now(), reason="answered")
        _spread_once(work.session, world, found, vault)
        prefer(work.session, found, vault, world.clock.now())
        set_processor_account(
            work.session,
            practice_id=number,
            keys=keys,
            webhook_secrets=[webhook_secret],
            gateway_keys=world.settings.gateway(),
            worker_keys=world.settings.own(),
        )
        staff = add_staff(
            work.session,
            email="claire@r12.example",
            name="Claire Le Goff",
            role="secretary",
            practice_id=number,
            password=PASSWORD,
            keys=world.house.keys,
            at=world.clock.now(),
        )
        open_lines(work.session, found, staff, vault, world.clock.now())
        try_mail(work.session, number, staff, world.house.keys, world.clock.now())
        send_list(work.session, number, world.house.keys, world.clock.now())
        _ask_money_back(work.session, found, staff, vault, world.clock.now())
        work.commit()
    talk(world, found)
    come_too_late(world)
    with world.database.reading(number) as session:
        account = get_account(session, practice_id=number, account_id=found.id)
    marks = MARKS | {
        "staff_user.totp_secret": (staff.totp_secret,),
        "processor_account.secret_key": (keys.portal,),
        "processor_account.worker_key": (keys.worker,),
        "processor_account.webhook_secrets": (webhook_secret,),
    }
    return Planted(account, marks, staff, report)


def talk(world: World, account: Account) -> None:
    """She wrote, sent a document and asked for help; all of it is answered and read long since."""
    talks = Talks(world)
    scan = CleanDocument("pdf", 1, b"%PDF-1.4 " + MARKS["document.content"][0].encode())
    thread = talks.open(account, "unclear", words(MARKS["message.body"][0], scan))
    talks.answer(thread, words("Bonjour."))
    talks.note(thread, words(MARKS["thread_note.body"][0]))
    talks.read(thread)
    asked = AidAnswers(("later",), (), None, MARKS["aid_request.answers"][0])
    request = talks.ask_aid(account, asked)
    talks.decide(request, "decline", words("Bonjour."))
    talks.read(talks.thread(request.thread_id))


def prefer(session: Session, account: Account, vault: Vault, at: datetime) -> None:
    """She asked for a code, long dead, and proposes somebody to represent her."""
    code = ask_code(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        visit_id=new_id(),
        purpose=DETAILS_CODE,
        subject_id=new_id(),
        at=at - timedelta(days=2),
    )
    draw_code(session, code, contact_id=new_id(), vault=vault, at=at - timedelta(days=2))
    mark = MARKS["one_time_code.code"][0]
    code.code = vault.seal(mark, table="one_time_code", row=code.id, column="code")
    end_codes(session, practice_id=account.practice_id, subject_id=code.subject_id, at=at)
    name = PersonName("Aldegonde", MARKS["proposal.content"][0])
    proposal = propose(
        session,
        practice=get_practice(session, account.practice_id),
        account_id=account.id,
        visit_id=new_id(),
        vault=vault,
        proposed=Proposed("phone", "+33639980999", name, "guardian", date(1961, 2, 3)),
        once="0" * 32,
        at=at,
    )
    end_codes(session, practice_id=account.practice_id, subject_id=proposal.id, at=at)


def _ask_money_back(
    session: Session, account: Account, staff: NewStaff, vault: Vault, at: datetime
) -> None:
    """Staff asked for money to be given back, and for a debt to be given up, with a note, and thought
    again."""
    mark = MARKS["money_order.note"][0]
    for kind in (REFUND, FORGIVE):
        order_id = new_id()
        session.add(
            MoneyOrder(
                practice_id=account.practice_id,
                id=order_id,
                account_id=account.id,
                kind=kind,
                status="withdrawn",
                amount_cents=100,
                reason="goodwill",
                note=vault.seal(mark, table="money_order", row=order_id, column="note"),
                once=kind,
                idempotency_key=f"order-{order_id}",
                asked_by=staff.user.id,
                asked_name=staff.user.name,
                asked_at=at,
                alone=False,
                not_before=at,
                ended_at=at,
            )
        )


def _spread_once(session: Session, world: World, account: Account, vault: Vault) -> None:
    """A plan that she agreed to and stopped again."""
    practice, now = get_practice(session, account.practice_id), world.clock.now()
    wish = plans.Wish(5, months=2)
    made = plans.propose_plan(
        session,
        practice=practice,
        account=account,
        drafted=plans.draft(
            session, practice=practice, account_id=account.id, wish=wish, today=now.date()
        ),
        words=plans.Words("1", "fr", MARKS["plan.agreed_text"][0] + "\n\nDates"),
        way="link",
        once="0" * 32,
        vault=vault,
        actor=PATIENT,
        at=now,
    )
    plans.end(session, made, actor=PATIENT, at=now)


def spellings(text: str) -> set[bytes]:
    """The ways in which a text could stand among bytes: encodings, escapes, hexadecimal, base64."""
    plain = {
        text.encode("utf-8"),
        text.upper().encode("utf-8"),
        text.encode("latin-1", "ignore"),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        text.encode("ascii", "backslashreplace"),
        unaccented(text).encode(),
        unaccented(text).upper().encode(),
        unaccented(text).lower().encode(),
    }
    shown = {raw.hex().encode() for raw in plain} | {raw.hex().upper().encode() for raw in plain}
    return plain | shown | {part for raw in plain for part in in_base64(raw)}


def in_base64(raw: bytes) -> Iterator[bytes]:
    """What base64 shows of these bytes wherever they begin, in both alphabets.

    Case is not looked at, so that fewer letters than eight would be found by chance in random tokens.
    """
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw)
        sure = whole[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        if len(sure) < 8:
            continue
        yield sure
        yield sure.translate(bytes.maketrans(b"+/", b"-_"))


def unaccented(text: str) -> str:
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


SHORTEST = 6  # less than that is found in any noise, and must stand alone


@dataclass(frozen=True, slots=True)
class Seeker:
    """Looks for planted texts among bytes, in all their spellings, whatever their case."""

    needles: dict[str, frozenset[bytes]]
    alone: dict[str, re.Pattern[bytes]]

    @classmethod
    def of(cls, marks: dict[str, tuple[str, ...]]) -> "Seeker":
        """One that tells by column what it found."""
        needles, alone = {}, {}
        for column, texts in marks.items():
            spelled = {one.lower() for text in texts for one in spellings(text)}
            needles[column] = frozenset(one for one in spelled if len(one) >= SHORTEST)
            short = [re.escape(text.encode()) for text in texts if len(text) < SHORTEST]
            if short:
                alone[column] = re.compile(rb"(?<![\w-])(?:" + b"|".join(short) + rb")(?![\w-])")
        return cls(needles, alone)

    def found(self, data: bytes | str) -> set[str]:
        """Columns of which something stands in ``data``."""
        raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
        low = raw.lower()
        found = {column for column, all_ in self.needles.items() if any(n in low for n in all_)}
        return found | {column for column, pattern in self.alone.items() if pattern.search(raw)}
