"""Work that belongs to no account has a page, where it is ended with a reason."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shared.audit import PATIENT, PROCESSOR, SYSTEM, Actor, TimelineEvent
from shared.base.ids import new_id
from shared.orders import REFUND, MoneyOrder
from shared.reversals import Dispute
from shared.worklist import KINDS, Task, close_tasks, open_task
from tests.backoffice_office import Samples, opened, text_of, token_of
from tests.backoffice_people import OTHERS, OURS, TODAY
from tests.integration.test_backoffice_strays import found, plain

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")
PAGE = "/to-check"


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def work_for(
    office: Samples,
    kind: str,
    *,
    practice_id: int = OURS,
    account_id: UUID | None = None,
    key: str = "",
    **facts: object,
) -> UUID:
    """Work of no account that the worker put on the list."""
    key = key or new_id().hex
    with office.database.unit_of_work(practice_id) as work:
        open_task(
            work.session,
            KINDS[kind],
            practice_id=practice_id,
            account_id=account_id,
            key=key,
            due_on=TODAY,
            actor=SYSTEM,
            at=office.clock.now(),
            of=key,
            **facts,
        )
        work.commit()
        return work.session.scalars(
            select(Task.id).where(Task.practice_id == practice_id, Task.key == key)
        ).one()


def differs(office: Samples, difference: str = "other_sum", **more: object) -> UUID:
    facts: dict[str, object] = {"intent": "pi_odd", "cents": 5000, "here": 4500}
    return work_for(office, "processor_differs", difference=difference, **(facts | more))


def done(client: FlaskClient, task: UUID, reason: str = "explained") -> tuple[int, str]:
    fields = {"csrf_token": token_of(client), "reason": reason}
    answer = client.post(f"{PAGE}/{task}/done", data=fields, follow_redirects=True)
    return answer.status_code, plain(text_of(answer))


def said_to(office: Samples, role: str = "secretary") -> str:
    return plain(text_of(office.client(role).get(PAGE)))


def test_nothing_is_to_be_checked(office: Samples) -> None:
    assert "Rien n’est à vérifier." in said_to(office)


def test_what_differs_is_said_with_its_sums_and_the_processors_name_of_it(office: Samples) -> None:
    differs(office)
    said = said_to(office)
    assert (
        "Le prestataire de carte dit 50,00 € pour un paiement qu’Ardoise a noté pour 45,00 €."
        in said
    )
    assert "Chez le prestataire pi_odd" in said
    assert "comparez les deux sommes" in said


@pytest.mark.parametrize(
    "difference",
    [
        "nobodys",
        "missing_there",
        "other_sum",
        "other_currency",
        "wrong_mode",
        "refund_unknown",
        "?",
    ],
)
def test_every_difference_has_a_sentence_and_something_to_do(
    office: Samples, difference: str
) -> None:
    differs(office, difference)
    said = said_to(office)
    assert "C’est fait parce que" in said
    assert "prestataire de carte" in said
    assert "{" not in said
    foreign = difference in ("other_currency", "wrong_mode")
    assert ("50,00 €" in said) is not foreign


def tells(office: Samples, kind: str, actor: Actor, facts: object, row: UUID | None = None) -> None:
    """An event of no account, whatever stands in it."""
    with office.database.unit_of_work(OURS) as work:
        work.session.add(
            TimelineEvent(
                practice_id=OURS,
                id=row or new_id(),
                account_id=None,
                at=office.clock.now(),
                actor_kind=actor.kind,
                actor=actor.name,
                kind=kind,
                facts=facts,
            )
        )
        work.commit()


def test_what_another_than_the_worker_says_of_it_is_not_shown(office: Samples) -> None:
    task = differs(office)
    with office.database.reading(OURS) as session:
        key = session.get_one(Task, (OURS, task)).key
    lie = {"task": "processor_differs", "of": key, "difference": "nobodys", "cents": 99999900}
    others = (PROCESSOR, PATIENT, Actor("staff", "ardoise"), Actor("system", "x"))
    for place, actor in enumerate(others):
        for row in (UUID(int=place), new_id()):  # before what the worker said, and behind it
            tells(office, "task.opened", actor, lie | {"intent": "pi_evil"}, row)
    said = said_to(office)
    assert "dit 50,00 €" in said
    assert "pi_evil" not in said


def test_of_what_was_said_twice_the_latest_is_shown(office: Samples) -> None:
    task = differs(office)
    with office.database.reading(OURS) as session:
        key = session.get_one(Task, (OURS, task)).key
    office.clock.instant += timedelta(minutes=1)
    later = {"difference": "other_sum", "cents": 5200, "here": 4500, "intent": "pi_odd"}
    tells(office, "task.opened", SYSTEM, {"task": "processor_differs", "of": key} | later)
    assert "dit 52,00 €" in said_to(office)


@pytest.mark.parametrize("cents", ["x", None, [1], 1.5])
def test_what_cant_be_read_of_it_is_said_in_general(office: Samples, cents: object) -> None:
    differs(office, cents=cents)
    said = said_to(office)
    assert "Le prestataire de carte et nos écritures diffèrent." in said
    assert "ardoise payments verify" in said


def test_facts_that_are_none_break_no_page(office: Samples) -> None:
    done(office.client("secretary"), differs(office))
    task = differs(office)
    for facts in ([1], "x", {"task": [1], "of": {}}, {"id": str(task), "reason": ["mended"]}):
        tells(office, "task.opened", SYSTEM, facts)
        tells(office, "task.done", Actor("staff", "x"), facts)
    said = said_to(office)
    assert "dit 50,00 €" in said
    assert "Fait récemment" in said
    done(office.client("secretary"), task)
    assert "C’est fait parce que" not in said_to(office)


def test_a_key_that_the_processor_refuses_is_said(office: Samples) -> None:
    work_for(office, "processor_refused")
    assert "Le prestataire de carte refuse nos demandes" in said_to(office)


def refused_refund(office: Samples) -> UUID:
    """The worker could not give back a payment of nobody known; the task that says so."""
    stray, order, user = found(office), new_id(), office.staff["secretary"].user
    now = office.clock.now()
    with office.database.unit_of_work(OURS) as work:
        work.session.add(
            MoneyOrder(
                practice_id=OURS,
                id=order,
                stray_id=stray,
                kind=REFUND,
                status="refused",
                outcome="no_balance",
                amount_cents=5000,
                reason="other",
                once=order.hex,
                idempotency_key=order.hex,
                asked_by=user.id,
                asked_name=user.name,
                asked_at=now,
                alone=False,
                not_before=now,
                ended_at=now,
            )
        )
        work.commit()
    return work_for(office, "refund_refused", key=str(order))


def test_a_refund_of_nobodys_payment_that_could_not_be_is_said_with_what_to_do(
    office: Samples,
) -> None:
    refused_refund(office)
    said = said_to(office)
    assert (
        "Le remboursement de 50,00 €, d’un paiement qui n’est à aucun compte, n’a pas été" in said
    )
    assert "n’est pas assez approvisionné" in said
    assert "Voir les paiements à attribuer" in said


def test_the_manager_reads_that_a_refund_was_refused_and_who_looked_at_it(office: Samples) -> None:
    done(office.client("secretary"), refused_refund(office), "otherwise")
    over = said_to(office, "manager").split("Fait récemment")[1]
    assert "Le remboursement de 50,00 €" in over
    assert "n’est pas assez approvisionné" in over
    assert "50,00 € Refusé réglé autrement" in over
    assert office.staff["secretary"].user.name in over
    assert "Fait " not in over


def test_a_dispute_of_nobodys_payment_is_said_with_its_day(office: Samples) -> None:
    found(office, 5000, disputed=5000)
    said = said_to(office)
    assert "La banque d’une personne conteste un paiement de 50,00 €" in said
    assert "À faire pour" in said


def contested(office: Samples) -> UUID:
    """The task of a payment of nobody known that a bank disputes until the fourth of December."""
    found(office, 5000, disputed=5000)
    with office.database.unit_of_work(OURS) as work:
        dispute = work.session.scalars(select(Dispute).where(Dispute.stray_id.is_not(None))).one()
        dispute.respond_by = office.clock.now() + timedelta(days=10)
        work.commit()
        return work.session.scalars(select(Task.id).where(Task.kind == "card_disputed")).one()


def test_who_answered_the_bank_still_sees_until_when_it_listens(office: Samples) -> None:
    task = contested(office)
    assert "La banque attend encore" not in said_to(office), "it is among what is to do"
    done(office.client("secretary"), task, "otherwise")
    said = said_to(office, "manager").split("La banque attend encore")[1]
    assert "Paiement de 50,00 € contesté : répondre au plus tard" in said
    assert "La banque a repris 50,00 € en attendant de décider." in said
    assert f"Noté comme fait par {office.staff['secretary'].user.name}" in said
    assert "du_pi_" in said.split("Fait récemment")[0]


@pytest.mark.parametrize("status", ["won", "lost", "closed"])
def test_a_bank_that_has_decided_asks_no_more(office: Samples, status: str) -> None:
    done(office.client("secretary"), contested(office), "otherwise")
    with office.database.unit_of_work(OURS) as work:
        work.session.scalars(
            select(Dispute).where(Dispute.stray_id.is_not(None))
        ).one().status = status
        work.commit()
    assert "La banque attend encore" not in said_to(office)


def test_it_is_ended_with_a_reason_and_who_when_and_why_stay(office: Samples) -> None:
    task = differs(office)
    client = office.client("secretary")
    assert "Choisissez pourquoi c’est fait." in done(client, task, "")[1]
    assert "C’est fait parce que" in said_to(office), "without a reason it stays"
    _, said = done(client, task, "mended")
    assert "C’est noté : fait." in said
    over = said.split("Fait récemment")[1]
    assert "a noté pour 45,00 €" in over
    assert "pi_odd 50,00 € Fait corrigé dans les pages du prestataire" in over
    assert office.staff["secretary"].user.name in over
    with office.database.reading(OURS) as session:
        row = session.get_one(Task, (OURS, task))
        event = session.scalars(
            select(TimelineEvent).where(TimelineEvent.kind == "task.done")
        ).one()
    name = office.staff["secretary"].user.name
    assert (row.status, row.closed_by, row.closed_at) == ("done", name, office.clock.now())
    assert (event.actor_kind, event.actor, event.facts["reason"]) == ("staff", name, "mended")


def test_two_end_it_at_once_and_the_second_learns_who_did(office: Samples) -> None:
    task = differs(office)
    done(office.client("secretary"), task)
    said = done(office.client("manager"), task)[1]
    assert f"déjà finie, par {office.staff['secretary'].user.name}" in said
    assert "C’est noté : fait." in done(office.client("secretary"), task)[1], "pressing twice"
    with office.database.reading(OURS) as session:
        kinds = session.scalars(select(TimelineEvent.kind)).all()
    assert kinds.count("task.done") == 1


def test_what_ended_by_itself_is_said_too(office: Samples) -> None:
    work_for(office, "processor_refused", key="1")
    with office.database.unit_of_work(OURS) as work:
        close_tasks(
            work.session,
            KINDS["processor_refused"],
            practice_id=OURS,
            key="1",
            event="vanished",
            actor=PROCESSOR,
            at=office.clock.now(),
        )
        work.commit()
    said = said_to(office)
    assert "Rien n’est à vérifier." in said
    assert "N’est plus à faire le prestataire répond de nouveau" in said
    office.clock.instant += timedelta(days=31)
    assert "Fait récemment" not in said_to(office)


def test_another_practices_work_and_an_accounts_are_not_here(office: Samples) -> None:
    theirs = differs(office, practice_id=OTHERS)
    held = work_for(office, "card_disputed", account_id=office.ids["held"])
    assert "Rien n’est à vérifier." in said_to(office)
    client = office.client("secretary")
    assert done(client, theirs)[0] == 404
    assert done(client, held)[0] == 404
    assert done(client, new_id())[0] == 404


def test_a_payment_to_assign_ends_on_its_own_page(office: Samples) -> None:
    stray = found(office)
    assert "Rien n’est à vérifier." in said_to(office)
    with office.database.reading(OURS) as session:
        task = session.scalars(select(Task.id).where(Task.key == str(stray))).one()
    assert done(office.client("secretary"), task)[0] == 404


@pytest.mark.parametrize("role", ["accountant", "auditor"])
def test_roles_that_end_no_work_do_not_see_it(office: Samples, role: str) -> None:
    task, client = differs(office), office.client(role)
    assert client.get(PAGE).status_code == 403
    assert done(client, task)[0] == 403
    assert PAGE not in client.get("/accounts").text


def test_the_rail_says_how_much_waits(office: Samples) -> None:
    before = plain(text_of(office.client("secretary").get("/accounts")))
    assert "Paiements à attribuer À vérifier Le cabinet" in before
    differs(office)
    differs(office, "nobodys")
    found(office)
    said = plain(text_of(office.client("secretary").get("/accounts")))
    assert "Paiements à attribuer 1 à traiter À vérifier 2 à traiter" in said


def test_the_back_office_by_itself_knows_every_kind_of_work_that_is_opened() -> None:
    """In its own process nothing of the worker's is loaded; a kind it does not know can't be ended."""
    source = [p.read_text() for top in ("ardoise", "shared") for p in Path(top).rglob("*.py")]
    offered = set(re.findall(r'offer\(\s*"(\w+)"', "\n".join(source)))
    script = "import backoffice.app; from shared.worklist import KINDS; print(*KINDS)"
    known = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert offered
    assert offered <= set(known.stdout.split())
