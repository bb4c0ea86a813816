"""Staff decide on a plan from the account's page: what a patient proposes or asks has its answer."""

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from shared import plans
from shared.accounts import Hold, account_vault, get_account, get_practice
from shared.audit import PATIENT
from shared.worklist import Task
from tests.backoffice_office import Samples, opened, text_of, token_of
from tests.backoffice_people import KEYS, OURS

STORY = "doubt"
TEXT = plans.Words("1", "fr", "Entre nous.\n\nVous payez.")
OUTSIDE = plans.Wish(5, monthly_cents=500)  # less a month than the practice agrees to at once
INSIDE = plans.Wish(5, months=2)


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def propose(office: Samples, wish: plans.Wish) -> plans.Plan:
    """The patient spreads what is owed."""
    with office.database.unit_of_work(OURS) as work:
        session, now = work.session, office.clock.now()
        practice = get_practice(session, OURS)
        account = get_account(session, practice_id=OURS, account_id=office.ids[STORY], lock=True)
        today = office.clock.now().date()
        made = plans.propose_plan(
            session,
            practice=practice,
            account=account,
            drafted=plans.draft(
                session, practice=practice, account_id=account.id, wish=wish, today=today
            ),
            words=TEXT,
            way="link",
            once=secrets.token_hex(16),
            vault=account_vault(KEYS, account),
            actor=PATIENT,
            at=now,
        )
        work.commit()
    return made


def ask_pause(office: Samples, plan: plans.Plan) -> None:
    with office.database.unit_of_work(OURS) as work:
        row = plans.get_plan(work.session, practice_id=OURS, plan_id=plan.id).plan
        plans.ask(
            work.session,
            row,
            what="pause",
            practice=get_practice(work.session, OURS),
            actor=PATIENT,
            at=office.clock.now(),
        )
        work.commit()


def decide(office: Samples, plan: plans.Plan, decision: str) -> TestResponse:
    client = office.client("secretary")
    address = f"/accounts/{office.numbers[STORY]}/plans/{plan.id}"
    fields = {"csrf_token": token_of(client), "decision": decision}
    return client.post(address, data=fields, follow_redirects=True)


def state(office: Samples, plan: plans.Plan) -> tuple[str, str | None]:
    with office.database.reading(OURS) as session:
        row = plans.get_plan(session, practice_id=OURS, plan_id=plan.id).plan
        return row.status, row.asked


def waiting(office: Samples) -> list[str]:
    """Kinds of work about plans that wait on the account, and of holds that are active."""
    with office.database.reading(OURS) as session:
        mine = office.ids[STORY]
        work = select(Task.kind).where(Task.account_id == mine, Task.status == "open")
        held = select(Hold.kind).where(Hold.account_id == mine, Hold.status == "active")
        kinds = [*session.scalars(work), *session.scalars(held)]
    return sorted(kind for kind in kinds if kind.startswith("plan"))


def page(office: Samples) -> str:
    return text_of(office.client("secretary").get(f"/accounts/{office.numbers[STORY]}"))


def test_a_proposal_is_read_with_its_dates_and_accepted(office: Samples) -> None:
    made = propose(office, OUTSIDE)
    assert made.status == "proposed"
    shown = page(office)
    assert "Proposition de la personne, à décider" in shown
    assert "Accepter ces dates" in shown
    assert "Se termine par son bouton" in shown
    assert "Accord accepté" in text_of(decide(office, made, "accept"))
    assert state(office, made) == ("active", None)
    assert waiting(office) == ["plan"]
    assert "L’accord a changé entre-temps" in text_of(decide(office, made, "accept"))


def test_a_proposal_that_is_declined_lets_the_clock_run_again(office: Samples) -> None:
    made = propose(office, OUTSIDE)
    assert "Proposition déclinée" in text_of(decide(office, made, "decline"))
    assert state(office, made) == ("declined", None)
    assert waiting(office) == []


def test_a_pause_that_is_asked_is_given_and_ended(office: Samples) -> None:
    made = propose(office, INSIDE)
    ask_pause(office, made)
    assert "La personne demande une pause." in page(office)
    assert "mis en pause" in text_of(decide(office, made, "pause"))
    assert state(office, made) == ("paused", None)
    assert waiting(office) == ["plan"]
    assert "Accord repris" in text_of(decide(office, made, "resume"))
    assert state(office, made) == ("active", None)


def test_a_pause_that_can_not_be_leaves_the_dates(office: Samples) -> None:
    made = propose(office, INSIDE)
    ask_pause(office, made)
    assert "Les dates restent" in text_of(decide(office, made, "keep"))
    assert state(office, made) == ("active", None)
    assert waiting(office) == ["plan"]


def test_a_plan_of_another_account_is_not_found(office: Samples) -> None:
    made = propose(office, OUTSIDE)
    client = office.client("secretary")
    address = f"/accounts/{office.numbers['held']}/plans/{made.id}"
    fields = {"csrf_token": token_of(client), "decision": "accept"}
    assert client.post(address, data=fields).status_code == 404
    assert state(office, made) == ("proposed", None)
