"""What the patient and staff are told of the steps to come: only what comes at the sum that is owed."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape

import pytest

from shared.accounts import Account, Hold
from shared.ladder import LadderCycle
from tests.backoffice_office import Samples, opened, text_of
from tests.backoffice_people import NOW, OURS, TODAY, add_account, add_cycle, add_invoice
from tests.integration.ladder_world import LadderWorld
from tests.security.portal_house import portal_app, visitor

LETTER = "Une personne décide d’une lettre"
CALL = "Une personne vous appelle"


def told_of(world: LadderWorld, account: Account) -> list[str]:
    """The titles of the steps on the patient's statement."""
    page = visitor(portal_app(world), world.token(account)).get("/statement")
    found = re.search(r'<ol class="steps">(.*?)</ol>', page.text, flags=re.S)
    return [unescape(title) for title in re.findall(r"<b>([^<]+)</b>", found[1])] if found else []


def announced(world: LadderWorld, *, owes: tuple[int, ...], held: int | None = None) -> list[str]:
    """The same once the first message went out, with one invoice held back if asked."""
    account = world.account(owes=owes)
    world.night_and_send()
    if held is not None:
        world.hold(account, "absent", world.invoices(account)[held])
    return told_of(world, account)


@pytest.fixture
def world(sqlite_url: str) -> LadderWorld:
    return LadderWorld(sqlite_url)


def test_a_patient_is_not_told_of_a_letter_that_does_not_come(world: LadderWorld) -> None:
    said = announced(world, owes=(1760,))
    assert said[0] == "Premier message"
    assert CALL in said
    assert LETTER not in said


def test_at_exactly_the_minimum_the_letter_is_told_of(world: LadderWorld) -> None:
    assert LETTER not in announced(world, owes=(1999,))
    assert LETTER in announced(world, owes=(2000,))


def test_an_invoice_that_waits_does_not_count_towards_the_minimum(world: LadderWorld) -> None:
    assert LETTER in announced(world, owes=(1500, 900))
    assert LETTER not in announced(world, owes=(1500, 900), held=1)


def test_a_patient_who_owes_next_to_nothing_is_told_of_no_step_to_come(world: LadderWorld) -> None:
    assert announced(world, owes=(400,)) == ["Premier message"]
    assert announced(world, owes=(99,)) == []


@pytest.mark.parametrize("cents", [99, 100, 499, 500, 1999, 2000])
def test_what_is_told_of_is_what_the_nights_then_do(world: LadderWorld, cents: int) -> None:
    account = world.account(owes=(cents,), due_days=-60)
    world.night_and_send()
    told = told_of(world, account)
    for gap in (7, 14, 14):
        world.days(gap)
        world.night_and_send()
    called = [task.kind for task in world.tasks("ladder_call")]
    if called:
        world.finish_task("ladder_call")
        world.days(30)
        world.night()
    letters = [task.kind for task in world.tasks("ladder_formal_notice")]
    happened = [notice.template for notice in world.notices(account)] + called + letters
    assert len(told) == len(happened)


def steps_of(world: LadderWorld, account: Account) -> str:
    page = visitor(portal_app(world), world.token(account)).get("/statement")
    found = re.search(
        r'<section class="stack" aria-labelledby="h-o">(.*?)</section>', page.text, re.S
    )
    assert found, "the statement says nothing of where one stands"
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split())


def called(world: LadderWorld) -> Account:
    """An account at which somebody was asked to call."""
    account = world.account(owes=(4250,), due_days=-60)
    world.night_and_send()
    for gap in (7, 14, 14):
        world.days(gap)
        world.night_and_send()
    assert len(world.tasks("ladder_call")) == 1
    return account


def test_a_call_that_waits_for_somebody_is_told_without_a_day_that_moves(
    world: LadderWorld,
) -> None:
    account = called(world)
    told = steps_of(world, account)
    assert "Une personne vous appelle Bientôt, pour chercher une solution avec vous." in told
    assert "Une personne décide d’une lettre Rien n’est automatique" in told
    world.days(3)
    assert (
        steps_of(world, account).partition("Vous êtes ici.")[2]
        == told.partition("Vous êtes ici.")[2]
    )


def test_a_call_that_took_place_is_told_in_the_past(world: LadderWorld) -> None:
    account = called(world)
    world.finish_task("ladder_call")
    world.night()
    told = steps_of(world, account)
    assert "Nous avons cherché à vous joindre Le " in told
    assert CALL not in told


@pytest.mark.parametrize(
    ("change", "said", "calls"),
    [
        ({"channel": "letter"}, "Vous ne recevez de nous que du courrier", True),
        ({}, "Nous n’avons ni téléphone ni e\u2011mail qui marche", False),
    ],
)
def test_no_message_or_call_is_announced_to_whom_none_can_reach(
    world: LadderWorld, change: dict[str, str], said: str, calls: bool
) -> None:
    account = world.account()
    world.night_and_send()
    if change:
        world.change(account, **change)
    else:
        world.change_contacts(account, "phone", status="bounced")
    told = steps_of(world, account)
    assert said in told
    assert (CALL in told) == calls
    assert "message Pas" not in told


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Samples]:
    with opened(sqlite_url) as samples:
        yield samples


def page_of(office: Samples, cents: int, **cycle: object) -> str:
    """What the secretary reads of an account that owes so much."""
    with office.database.unit_of_work(OURS) as work:
        add_account(office.stories, work.session, "small", "Yann", "Queffelec")
        add_invoice(office.stories, work.session, "small", "2026-0777", date(2026, 10, 2), cents)
        add_cycle(office.stories, work.session, "small", stepped_on=TODAY, **cycle)
        work.commit()
    return text_of(office.client("secretary").get(f"/accounts/{office.numbers['small']}"))


def test_staff_see_which_step_does_not_come_and_why(office: Samples) -> None:
    said = page_of(office, 1760, position=1)
    assert "Rappel : au plus tôt dans 7 jours" in said
    assert "Appel au plus tôt le 29 décembre Lettre recommandée ne vient pas" in said
    assert "Lettre recommandée : le solde est sous le minimum de cette étape, 20,00 €." in said
    assert "Pourquoi rien ne part" not in said


def test_staff_see_no_such_sentence_where_every_step_may_come(office: Samples) -> None:
    said = page_of(office, 2000, position=1)
    assert "sous le minimum" not in said
    assert "ne vient pas" not in said


def test_a_reason_of_an_earlier_night_is_not_told_once_the_sum_is_too_small(
    office: Samples,
) -> None:
    said = page_of(office, 480, position=1, withheld="stale")
    assert "Rappel : le solde est sous le minimum de cette étape, 5,00 €." in said
    assert "Rien ne vient" in said
    assert "l’export du logiciel est trop ancien" not in said


def test_a_closed_door_is_said_to_be_why_nothing_goes(office: Samples):
    client, page = office.client("secretary"), f"/accounts/{office.numbers['door']}"
    why = "Pourquoi rien ne part : porte fermée après dix mauvaises réponses."
    assert why in text_of(client.get(page))
    with office.database.unit_of_work(OURS) as work:
        add_cycle(office.stories, work.session, "door", position=1, stepped_on=TODAY)
        work.commit()
    said = text_of(client.get(page))
    assert why in said
    assert "Retenue depuis aujourd’hui" in said
    assert "au plus tôt" not in said


def test_a_step_that_waits_for_the_team_says_since_when_and_its_day_does_not_move(office: Samples):
    with office.database.unit_of_work(OURS) as work:
        work.session.delete(work.session.get_one(Hold, (OURS, office.ids["held_hold"])))
        cycle = work.session.get_one(LadderCycle, (OURS, office.ids["held_cycle"]))
        cycle.withheld, cycle.stepped_on, cycle.position = None, TODAY - timedelta(days=30), 3
        cycle.asked_position, cycle.asked_at = 4, NOW - timedelta(days=8)
        work.commit()
    said = text_of(office.client("secretary").get(f"/accounts/{office.numbers['held']}"))
    assert "Échelle profil de rappels Appel : attend l’équipe depuis le 16 novembre" in said
    assert "Appel attend l’équipe depuis le 16 novembre Lettre recommandée ensuite" in said
    assert "au plus tôt" not in said
