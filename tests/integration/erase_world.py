"""A person known to a practice, planted so that every word of theirs is recognised, who asks to be erased."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from ardoise.erasing import carry_out_erasures, offer_erasures_again
from ardoise.jobs import send_new_links
from shared.accounts import Account, account_vault, get_account, get_practice
from shared.audit import Actor
from shared.base.database import Model
from shared.erasing import Asked, By, Erasure, note_request, obstacles_of, order_erasure
from shared.erasing.rules import SETTLES
from tests.world import World

CLAIRE = By(None, "Claire Le Goff", Actor("staff", "Claire Le Goff"))


def note(world: World, account: Account) -> Erasure:
    """The person asked at the desk today."""
    with world.database.unit_of_work(world.practice_id) as work:
        practice = get_practice(work.session, world.practice_id)
        held = get_account(
            work.session, practice_id=world.practice_id, account_id=account.id, lock=True
        )
        asked = Asked("person", "in_person", world.clock.now().date())
        erasure = note_request(
            work.session, asked, practice=practice, account=held, by=CLAIRE, at=world.clock.now()
        )
        work.commit()
    return erasure


def order(world: World, account: Account, erasure_id: UUID) -> bool:
    """Staff order it. Raises NotAllowedError where something stands in the way."""
    with world.database.unit_of_work(world.practice_id) as work:
        practice = get_practice(work.session, world.practice_id)
        held = get_account(
            work.session, practice_id=world.practice_id, account_id=account.id, lock=True
        )
        new = order_erasure(
            work.session,
            erasure_id,
            practice=practice,
            account=held,
            by=CLAIRE,
            at=world.clock.now(),
        )
        work.commit()
    return new


def work_once(world: World) -> int:
    """One look of the worker at requests, and at messages."""
    moved = carry_out_erasures(world.house, world.practice_id)
    send_new_links(world.office, world.practice_id)
    return moved


def erase(world: World, account: Account) -> None:
    """All of it, from the person's wish to the end."""
    erasure = note(world, account)
    assert order(world, account, erasure.id)
    assert work_once(world) == 1
    world.clock.instant += SETTLES + timedelta(seconds=1)
    assert work_once(world) == 1


def erasure_of(world: World, account: Account) -> Erasure:
    """The latest request."""
    with world.database.reading(world.practice_id) as session:
        found = session.scalars(
            select(Erasure).where(Erasure.account_id == account.id).order_by(Erasure.noted_at)
        ).all()
    return found[-1]


def in_the_way(world: World, account: Account) -> dict[str, str]:
    """What stands in the way, by name."""
    with world.database.reading(world.practice_id) as session:
        return obstacles_of(session, world.reload(account))


def offer_again(world: World) -> int:
    """The worker's slow look."""
    return offer_erasures_again(world.house, world.practice_id)


def settle(world: World, account: Account) -> None:
    """The software says that everything is paid."""
    for place in range(len(world.invoices(account))):
        world.list_says(account, 0, place)


def close_all(world: World) -> None:
    """Whatever the planted person left open is over, without a trace beside: what is tried here is the
    end."""
    tables = Model.metadata.tables
    closed = {
        "one_time_code": {"status": "dead"},
        "proposal": {"status": "withdrawn"},
        "import_job": {"status": "withdrawn"},
    }
    with world.database.unit_of_work(world.practice_id) as work:
        for name, values in closed.items():
            still = tables[name].c.status.in_(("asked", "drawn", "confirmed", "preview"))
            work.session.execute(update(tables[name]).where(still).values(values))
        work.commit()


def everything_held(world: World, *accounts: Account, former: dict[UUID, Any]) -> str:
    """All rows of all tables as text, with whatever opens by the practice's, or the accounts' keys of now and
    of before (``former``): what somebody would find who holds the database and all keys."""
    said: list[str] = []
    vaults = [account_vault(world.house.keys, world.reload(one)) for one in accounts]
    vaults += list(former.values())
    with world.database.engine.connect() as connection:
        for table in Model.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for name, value in row.items():
                    for one in _parts(value):
                        if isinstance(one, bytes):
                            said.append(_opened(vaults, one, table.name, row, name))
                        else:
                            said.append(str(one))
    return "\n".join(said)


def _parts(value: Any) -> list[Any]:
    """A column's value, and what is in it where it is JSON."""
    if isinstance(value, dict):
        if set(value) == {"bytes"}:
            return [base64.b64decode(value["bytes"])]
        return [part for one in value.values() for part in _parts(one)]
    if isinstance(value, list | tuple):
        return [part for one in value for part in _parts(one)]
    return [value]


def _opened(vaults: list[Any], sealed: bytes, table: str, row: Any, column: str) -> str:
    """Sealed bytes opened wherever they were sealed for; as they stand where no key opens them."""
    places = [(table, row.get("id"), column)]
    if table == "import_touch":
        kind = {"contact": "contact_point"}.get(row["kind"], row["kind"])
        places += [
            (kind, row["subject_id"], name) for name in ("name", "value", "lines", "address")
        ]
        places += [(kind, row["subject_id"], name) for name in ("birth_date", "protection", "note")]
    for vault in vaults:
        for place, row_id, name in places:
            for opener in (vault.open, vault.open_bytes):
                try:
                    return str(opener(sealed, table=place, row=row_id, column=name))
                except Exception:  # noqa: S112 - the wrong key, place or kind
                    continue
    return sealed.decode("latin-1")
