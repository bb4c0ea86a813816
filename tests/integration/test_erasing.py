"""Somebody asks to be erased: all goes but the vouchers, nobody is written to again, and nothing comes
back."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, LargeBinary, func, select
from sqlalchemy.orm import Session

from ardoise import erasing
from ardoise.importing.checks import ERASED, ERASED_PAID
from ardoise.importing.standing import standing_against
from ardoise.importing.undoing import touches_of
from ardoise.patience import Patience
from ardoise.retaining import remove_what_is_due, whole_accounts
from shared.accounts import (
    Account,
    ContactPoint,
    Party,
    account_vault,
    get_practice,
    open_name,
    parties_of,
    usable_contacts,
)
from shared.base.database import Model
from shared.base.errors import NotAllowedError
from shared.base.ids import new_id
from shared.base.vault import Vault
from shared.billing import ImportRun
from shared.delivery import News, NotNowError, plan_news
from shared.erasing import Erasure, refuse_under_way, wiping
from shared.erasing.tables import GONE, STAYS
from shared.links import Link
from shared.privacy import ACCOUNTS, PERIODS, preview
from shared.worklist import Task
from tests.command_line import run
from tests.integration.erase_world import (
    close_all,
    erase,
    erasure_of,
    everything_held,
    in_the_way,
    note,
    offer_again,
    order,
    settle,
    work_once,
)
from tests.integration.test_subject_export import reaching
from tests.security.planted import Seeker, export_of, import_list, plant
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


SEALED_ANEW = {"account": {"wrapped_key"}, "party": {"name"}}
NAMES_OF_ROWS = {"practice_id", "id", "account_id"}


def is_sealed(column: Column[Any]) -> bool:
    return isinstance(column.type, LargeBinary)


def _party(session: Session, account: Account) -> Party:
    return parties_of(session, practice_id=account.practice_id, account_id=account.id)[0]


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


def test_each_table_and_column_that_reaches_an_account_is_erased_or_kept_with_a_reason() -> None:
    gone, stays = {one.table for one in GONE}, {one.table: one for one in STAYS}
    assert reaching() - gone - set(stays) == set(), "a table that nobody decided about"
    assert not gone & set(stays)
    for name, one in stays.items():
        columns = set(Model.metadata.tables[name].columns.keys())
        kept = [name for names in one.kept for name in names.split()]
        decided = [*one.emptied, *one.blank, *one.late, *kept]
        assert len(decided) == len(set(decided)), one.table
        assert set(decided) == columns - NAMES_OF_ROWS, f"columns of {name} nobody decided about"
        assert all(one.kept.values())
        sealed = {c.name for c in Model.metadata.tables[name].columns if is_sealed(c)}
        assert sealed <= {*one.emptied, *one.blank, *SEALED_ANEW.get(name, ())}, name


def test_nobody_is_written_to_and_no_link_opens_any_more(world: World) -> None:
    account = world.account(owes=(), email="nadia@courriel.example")
    token = world.token(account)
    erase(world, account)
    assert len(world.sms.sent) + len(world.mail.sent) == 1
    assert "Nous n'écrirons plus ici" in world.sms.sent[0].text
    with world.database.reading(world.practice_id) as session:
        parsed = world.house.signer.read(token)
        assert parsed is not None
        assert session.get(Link, (world.practice_id, parsed.link_id)) is None
        assert (
            usable_contacts(session, practice_id=world.practice_id, account=world.reload(account))
            == []
        )
    world.later(days=40)
    world.night()
    work_once(world)
    assert len(world.sms.sent) + len(world.mail.sent) == 1


def test_news_of_before_is_told_to_nobody_and_is_no_work_for_staff(world: World) -> None:
    account = world.account(owes=())
    erase(world, account)
    with world.database.unit_of_work(world.practice_id) as work:
        practice = get_practice(work.session, world.practice_id)
        news = [News(account.id, new_id(), 0, "refunded")]
        assert plan_news(work.session, news, practice=practice, at=world.clock.now()) == 0
        work.commit()
    assert rows(world, account, Task) == 0


def test_what_stands_in_the_way_is_said_and_erases_nothing(world: World) -> None:
    account = world.account(owes=(4250,))
    erasure = note(world, account)
    assert list(in_the_way(world, account)) == ["owed"]
    with pytest.raises(NotAllowedError, match="Il reste 42,50"):
        order(world, account, erasure.id)
    assert work_once(world) == 0
    assert offer_again(world) == 0
    settle(world, account)
    assert offer_again(world) == 1
    assert offer_again(world) == 0
    with world.database.reading(world.practice_id) as session:
        kinds = session.scalars(select(Task.kind).where(Task.status == "open")).all()
    assert sorted(kinds) == ["erasure_asked", "erasure_ready"]


def test_what_comes_between_hands_it_back_to_staff_and_opens_the_doors_again(world: World) -> None:
    account = world.account(owes=(1000,))
    settle(world, account)
    erasure = note(world, account)
    order(world, account, erasure.id)
    work_once(world)
    assert world.reload(account).door_closed_at is not None
    world.bill_more(account, 500)
    world.later(minutes=5)
    assert work_once(world) == 1
    back = erasure_of(world, account)
    assert (back.status, back.why, back.waits) == ("received", "owed", True)
    assert world.reload(account).door_closed_at is None
    assert rows(world, account, ContactPoint) == 1


def test_a_worker_that_is_killed_has_erased_nothing_and_the_next_does_it_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = world.account(owes=())
    erasure = note(world, account)
    order(world, account, erasure.id)
    work_once(world)
    world.later(minutes=5)

    def killed(*_args: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(wiping, "_seal_names", killed)
        assert work_once(world) == 0
    assert world.reload(account).erased_at is None
    assert rows(world, account, ContactPoint) == 1
    assert erasure_of(world, account).status == "begun"
    assert work_once(world) == 1
    assert work_once(world) == 0
    assert world.reload(account).erased_at is not None


def test_one_that_fails_is_tried_again_later_and_not_at_every_look(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = world.account(owes=())
    erasure = note(world, account)
    order(world, account, erasure.id)
    tries: list[int] = []

    def fails(*_args: object, **_more: object) -> None:
        tries.append(1)
        raise RuntimeError("no such table")

    patience = Patience()
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "carry_on", fails)
        for _ in range(20):
            assert erasing.carry_out_erasures(world.house, world.practice_id, patience) == 0
    assert len(tries) == 1
    assert erasing.carry_out_erasures(world.house, world.practice_id) == 1


def test_a_door_that_is_shut_for_an_erasure_is_not_opened_by_hand(world: World) -> None:
    account = world.account(owes=())
    erasure = note(world, account)
    with world.database.reading() as session:
        refuse_under_way(session, account)  # a request alone shuts nothing
    order(world, account, erasure.id)
    work_once(world)
    with (
        world.database.reading() as session,
        pytest.raises(NotAllowedError, match="sa porte reste fermée"),
    ):
        refuse_under_way(session, account)


def test_a_word_that_cannot_go_keeps_nobodys_data_for_longer_than_three_days(world: World) -> None:
    account = world.account(owes=())
    world.sms.raises = NotNowError("busy")
    erasure = note(world, account)
    order(world, account, erasure.id)
    work_once(world)
    world.later(minutes=5)
    assert work_once(world) == 0
    world.later(days=3)
    assert work_once(world) == 1
    assert erasure_of(world, account).told in {"planned", "failed"}
    assert rows(world, account, ContactPoint) == 0


def test_a_list_that_brings_the_person_back_opens_a_new_account_and_fills_no_erased_one(
    world: World,
) -> None:
    assert import_list(world, export_of(world)).kept
    with world.database.reading(world.practice_id) as session:
        account = session.scalars(select(Account)).one()
    settle(world, account)
    erase(world, account)
    world.later(days=1)
    paid = {"Reste dû": "0,00"}
    report = import_list(world, export_of(world, **paid))
    assert [p.reason for p in report.problems] == [ERASED_PAID]
    assert rows(world, account, ContactPoint) == 0
    again = import_list(world, export_of(world))
    assert not again.kept
    assert ERASED in [p.reason for p in again.problems]
    new = import_list(world, export_of(world, **{"N° facture": "F-2026-0999"}))
    assert new.kept, new.problems
    with world.database.reading(world.practice_id) as session:
        both = session.scalars(select(Account).order_by(Account.opened_at)).all()
    assert [one.status for one in both] == ["erased", "open"]
    assert rows(world, account, ContactPoint) == 0
    assert rows(world, both[1], ContactPoint) > 0


def test_an_import_that_touched_an_erased_account_cannot_be_taken_back(world: World) -> None:
    assert import_list(world, export_of(world)).kept
    with world.database.reading(world.practice_id) as session:
        account = session.scalars(select(Account)).one()
    settle(world, account)
    erase(world, account)
    with world.database.reading(world.practice_id) as session:
        taken = session.scalars(select(ImportRun)).one()
        touches = touches_of(session, taken)
        assert {touch.kind for touch in touches} <= {"invoice", "source"}
        invoices = [touch for touch in touches if touch.kind == "invoice"]
        against = standing_against(session, invoices, practice_id=world.practice_id, since=taken.at)
    assert "des données effacées" in against[account.id]


def test_ten_years_after_the_last_booking_the_name_goes_too_once_it_is_switched_on(
    world: World,
) -> None:
    erased, closed = world.account(owes=(1000,)), world.account(owes=(2000,))
    owing = world.account(owes=(3000,))
    settle(world, erased)
    settle(world, closed)
    erase(world, erased)
    world.later(days=PERIODS[ACCOUNTS].usual + 2)
    with world.database.reading(world.practice_id) as session:
        found = preview(
            session,
            practice_id=world.practice_id,
            at=world.clock.now(),
            others=whole_accounts(world.house),
        )
    assert found[ACCOUNTS] == 2
    assert remove_what_is_due(world.house, world.practice_id) == 0
    assert run(world.settings, "privacy", "on").exit_code == 0
    while remove_what_is_due(world.house, world.practice_id):
        pass
    assert [world.reload(one).status for one in (erased, closed, owing)] == [
        *("expired", "expired"),
        "open",
    ]
    with world.database.reading(world.practice_id) as session:
        vault = account_vault(world.house.keys, world.reload(closed))
        [party] = parties_of(session, practice_id=world.practice_id, account_id=closed.id)
        assert open_name(vault, party).surname == "(nom effacé)"
        assert open_name(account_vault(world.house.keys, owing), _party(session, owing)).given


def test_the_command_says_first_what_would_go_and_orders_only_with_yes(world: World) -> None:
    account = world.account(owes=())
    words = ("privacy", "erase", account.number, "--checked", "in_person")
    told = run(world.settings, *words)
    assert told.exit_code == 0, told.output
    assert "1 téléphone ou adresse e-mail" in told.output
    assert rows(world, account, Erasure) == 0
    assert "ordered" in run(world.settings, *words, "--yes").output
    assert erasure_of(world, account).status == "ordered"
    owing = world.account(owes=(100,))
    refused = run(
        world.settings, "privacy", "erase", owing.number, "--checked", "in_person", "--yes"
    )
    assert refused.exit_code == 1
    assert rows(world, owing, Erasure) == 0
