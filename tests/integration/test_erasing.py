"""Somebody asks to be erased: all goes but the vouchers, nobody is written to again, and nothing comes
back."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from shared.accounts import Account, account_vault, open_name, parties_of
from shared.base.vault import Vault
from tests.integration.erase_world import (
    close_all,
    erase,
    erasure_of,
    everything_held,
    settle,
)
from tests.security.planted import Seeker, plant
from tests.world import World

# What of the person is still there: the debtor's name, on the vouchers.
STATED = {"party.name"}
# What is not the person's, or is sealed under a key that is in no database.
NOT_THEIRS = {
    *("setup_trial.target", "import_job.head", "import_job.mapping", "import_job.said"),
    *("import_file.content", "import_row.said", "import_mapping.mapping", "late_form.content"),
    *("staff_user.totp_secret", "processor_account.secret_key", "processor_account.worker_key"),
    "processor_account.webhook_secrets",
}


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    made = World(database_url)
    yield made
    made.check()
    made.database.dispose()


def rows(world: World, account: Account, table: Any) -> int:
    with world.database.reading(world.practice_id) as session:
        return (
            session.scalar(
                select(func.count()).select_from(table).where(table.account_id == account.id)
            )
            or 0
        )


def test_what_was_planted_is_nowhere_but_for_the_name_on_the_vouchers(world: World) -> None:
    planted = plant(world)
    account = planted.account
    settle(world, account)
    close_all(world)
    former: dict[UUID, Vault] = {account.id: account_vault(world.house.keys, account)}
    seeker = Seeker.of({k: v for k, v in planted.marks.items() if k not in NOT_THEIRS})
    before = seeker.found(everything_held(world, account, former=former))
    assert before >= {"contact_point.value", "message.body", "invoice.lines", "party.birth_date"}
    erase(world, account)
    assert erasure_of(world, account).told == "sent"
    after = seeker.found(everything_held(world, account, former=former))
    assert after <= STATED, after
    with world.database.reading(world.practice_id) as session:
        vault = account_vault(world.house.keys, world.reload(account))
        [party] = [
            one
            for one in parties_of(session, practice_id=world.practice_id, account_id=account.id)
            if one.role == "debtor"
        ]
        assert open_name(vault, party).surname == "Wyzkowiak"
        assert party.birth_date is None
