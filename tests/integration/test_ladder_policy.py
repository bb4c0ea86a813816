"""The policy is drafted, tried without writing anything, and published as a version that running
conversations go on by."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shared.accounts import Account, get_practice
from shared.audit import SYSTEM
from shared.base.errors import NotAllowedError
from shared.base.ids import new_id
from shared.ladder import (
    DEFAULT_POLICY,
    LadderStep,
    NewPolicy,
    count_ladder,
    draft_of,
    draft_steps,
    install_policy,
    publish_draft,
    save_draft,
    set_segment,
    versions_of,
)
from tests.backoffice_ladder import policy_form
from tests.backoffice_office import Samples, opened, press, tables_of, text_of, token_of
from tests.backoffice_people import OURS, TODAY
from tests.integration.ladder_world import LadderWorld
from tests.statements import counting


@pytest.fixture
def world(database_url: str) -> Iterator[LadderWorld]:
    world = LadderWorld(database_url)
    yield world
    world.database.dispose()


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def to_segment(world: LadderWorld, account: Account, segment: str) -> None:
    with world.database.unit_of_work(world.practice_id) as work:
        account = work.session.get_one(Account, (world.practice_id, account.id))
        set_segment(
            work.session, account, segment, actor=SYSTEM, name="Claire", at=world.clock.now()
        )
        work.commit()


def test_a_segment_goes_by_its_own_steps_and_the_others_by_the_ordinary_ones(world: LadderWorld):
    ordinary, gentle, other = (world.account(due_days=-60) for _ in range(3))
    own = (
        replace(DEFAULT_POLICY[1], offset_days=90, segment="protected"),
        replace(DEFAULT_POLICY[3], offset_days=120, segment="protected"),
    )
    with world.database.unit_of_work(world.practice_id) as work:
        install_policy(
            work.session, practice_id=world.practice_id, steps=(*DEFAULT_POLICY, *own), version=2
        )
        work.commit()
    to_segment(world, gentle, "protected")
    to_segment(world, other, "occasional")
    assert world.night_and_send() == 2
    assert [world.cycle(a).position for a in (ordinary, gentle, other)] == [1, 0, 1]
    world.days(30)
    world.night_and_send()
    assert [world.cycle(a).position for a in (ordinary, gentle, other)] == [2, 2, 2]
    to_segment(world, gentle, "ordinary")
    world.days(14)
    world.night_and_send()
    assert world.cycle(gentle).position == 3, "the conversation kept its place"


def test_a_step_that_is_left_out_is_passed_over_and_nobody_goes_back(world: LadderWorld):
    account = world.account(due_days=-60)
    world.night_and_send()
    world.days(7)
    world.night_and_send()
    assert world.cycle(account).position == 2
    shorter = tuple(s for s in DEFAULT_POLICY if s.name not in {"reminder", "second_reminder"})
    with world.database.unit_of_work(world.practice_id) as work:
        install_policy(work.session, practice_id=world.practice_id, steps=shorter, version=2)
        work.commit()
    world.days(14)
    assert world.night().asked == {"call": 1}
    world.finish_task("ladder_call")
    assert world.cycle(account).position == 4


def test_of_two_who_publish_at_once_one_wins_and_the_other_reads_who_did(office: Samples):
    client = office.client("manager")
    press(client, "/ladder/policy", **policy_form(**{"reminder-offset": "10"}))
    press(office.client("owner"), "/ladder/policy/publish", revision="1", why="plus doux")
    answer = client.post(
        "/ladder/policy/publish",
        data={"csrf_token": token_of(client), "revision": "1", "why": "moi aussi"},
        follow_redirects=True,
    )
    assert "Camille Owner a changé le brouillon entre-temps" in text_of(answer)
    with office.database.reading(OURS) as session:
        assert [number for number, _ in versions_of(session, OURS)] == [2, 1]


def test_a_draft_is_tried_before_it_is_published_and_trying_writes_nothing(office: Samples):
    client = office.client("manager")
    assert "aucun brouillon" not in text_of(client.get("/ladder/policy"))
    press(client, "/ladder/policy", **policy_form(**{"pre_due-offset": "200"}))
    with office.database.unit_of_work(OURS) as work:
        practice = get_practice(work.session, OURS)
        steps = draft_steps(work.session, OURS)
        at = office.clock.now() + timedelta(seconds=1)
        count_ladder(work.session, practice=practice, night=TODAY, draft=steps, at=at)
        work.commit()
    client.get("/ladder/policy/trial")
    before = tables_of(office.database)
    with counting(office.database.engine) as statements:
        page = text_of(client.get("/ladder/policy/trial"))
    assert len(statements) <= 12
    assert tables_of(office.database) == before
    assert "Premier message" in page
    assert "200 jours après la facture" in page
    assert "dont le tour vient, retenus compris, et non des messages" in page
    assert press(client, "/ladder/policy/publish", revision="1").status_code == 422
    press(client, "/ladder/policy/publish", revision="1", why="plus tard")
    versions = text_of(client.get("/ladder/policy/versions"))
    assert "De la version 1 à la version 2" in versions
    assert "Camille Manager" in versions
    assert "plus tard" in versions
    with office.database.reading(OURS) as session:
        old = session.scalar(
            select(func.count()).select_from(LadderStep).where(LadderStep.version == 1)
        )
        draft = draft_of(session, OURS)
    assert old == len(DEFAULT_POLICY), "what was in force stays readable"
    assert draft is not None
    assert draft.content is None


def test_what_is_typed_wrong_is_said_once_and_stays_in_the_form(office: Samples):
    client = office.client("manager")
    for field, value, said in (
        ("reminder-gap", "6", "au moins 7 jours"),
        ("reminder-offset", "bientôt", "nombre entier de jours"),
        ("call-minimum", "un peu", "somme en euros"),
        ("letter_days", "3", "8 jours au moins"),
    ):
        answer = press(client, "/ladder/policy", **policy_form(**{field: value}))
        assert answer.status_code == 422, field
        assert said in text_of(answer)
        assert f'value="{value}"' in answer.text
    with office.database.reading(OURS) as session:
        assert draft_of(session, OURS) is None


def test_a_colleague_who_saved_meanwhile_is_named(world: LadderWorld):
    policy = NewPolicy(list(DEFAULT_POLICY), letter_days=20)
    with world.database.unit_of_work(world.practice_id) as work:
        common = {"practice_id": world.practice_id, "actor": SYSTEM, "user_id": new_id()}
        at = world.clock.now()
        save_draft(work.session, policy=policy, seen=0, name="Claire", at=at, **common)
        with pytest.raises(NotAllowedError, match="Claire a changé le brouillon"):
            save_draft(
                work.session, policy=NewPolicy(policy.steps), seen=0, name="Léa", at=at, **common
            )
        version = publish_draft(work.session, seen=1, why="délai", name="Claire", at=at, **common)
    assert version == 2


def test_only_people_in_charge_change_the_policy(office: Samples):
    for role in ("secretary", "accountant", "auditor"):
        assert office.client(role).get("/ladder/policy").status_code == 403


def test_staff_say_by_which_steps_an_account_goes(office: Samples):
    client = office.client("secretary")
    address = f"/accounts/{office.numbers['held']}/profile"
    press(client, address, segment="occasional")
    assert "Difficulté passagère" in text_of(client.get(address))
    assert "Nadia Ferhat" in client.get("/ladder/accounts?segment=occasional").text
    wrong = client.post(
        address,
        data={"csrf_token": token_of(client), "segment": "nobody"},
        follow_redirects=True,
    )
    assert "Choisissez un profil de la liste" in text_of(wrong)
