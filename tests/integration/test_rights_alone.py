"""One right of the practice's own roles does no more than its name says: each decision asks for its own."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shared.aid import AidRequest
from shared.base.ids import new_id
from shared.orders import ASKS, FORGIVE, REFUND, MoneyOrder, asker_left
from shared.plans import Plan
from shared.staff import StaffRole
from tests.backoffice_office import Samples, member, press, text_of
from tests.backoffice_orders import confirm
from tests.backoffice_people import NOW, OURS
from tests.integration.inbox_desk import STORY, Inbox, hidden, opened_inbox
from tests.integration.today_desk import IN_PLACE, act, said, task_of

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")
DECISION = 'name="decision"'


@pytest.fixture
def inbox(database_url: str) -> Iterator[Inbox]:
    with opened_inbox(database_url) as made:
        yield made


@pytest.fixture
def office(inbox: Inbox) -> Samples:
    return inbox.office


def person(office: Samples, *may: str) -> FlaskClient:
    """Somebody whose role may this, and nothing else."""
    slug = f"own-{secrets.token_hex(4)}"
    with office.database.unit_of_work(OURS) as work:
        work.session.add(
            StaffRole(
                practice_id=OURS,
                id=new_id(),
                slug=slug,
                title=f"Rôle {slug}",
                permissions=list(may),
                changed_at=NOW,
                changed_by=new_id(),
                changed_name="Camille Owner",
            )
        )
        work.session.flush()
        office.staff[slug] = member(work.session, slug, f"{slug}@cabinet.example", OURS)
        work.commit()
    return office.client(slug)


def request_of(office: Samples) -> AidRequest:
    with office.database.reading(OURS) as reading:
        return reading.scalars(select(AidRequest)).one()


WRITER = ("accounts.read", "accounts.names", "tasks.read", "tasks.write", "messages.write")


@pytest.mark.parametrize("decision", ["grant", "decline", "want_documents"])
def test_who_only_answers_decides_no_request_for_help(
    inbox: Inbox, office: Samples, decision: str
) -> None:
    thread_id = inbox.ask_help()
    client, account = person(office, *WRITER), f"/accounts/{office.numbers[STORY]}"
    inbox.write_on(thread_id, "Encore une chose")
    task = task_of(office, "message_waiting")
    page = inbox.page(client, thread_id)
    marks = {name: hidden(page, name) for name in ("once", "seen", "answered")}
    fields = marks | {"decision": decision, "pause_until": "2027-01-15", "body": "Mes mots à moi."}
    panel = client.get(f"/today/{task}", headers=IN_PLACE).text
    for shown in (page, client.get(account).text, panel):
        assert DECISION not in shown
        assert "Peut décider : Camille Manager, Camille Owner, Claire Le Goff." in unescape(
            shown
        ).replace("\xa0", " ")
    refused = [
        inbox.press(client, f"{thread_id}/answer", **fields),
        act(client, task, "answer", thread=str(thread_id), **fields),
    ]
    with_token = {"csrf_token": hidden(client.get(account).text, "csrf_token")} | fields
    refused.append(client.post(f"{account}/threads/{thread_id}/answer", data=with_token))
    for answer in refused:
        assert answer.status_code == 422
        assert "ne décide pas des demandes d’aide" in text_of(answer)
        assert "Mes mots à moi." in answer.text
    assert (request_of(office).status, request_of(office).decided_by) == ("asked", None)
    assert inbox.answer(client, thread_id, "Nous vous lisons.").status_code == 303
    assert inbox.said(thread_id)[-1] == "Nous vous lisons."
    assert request_of(office).status == "asked"


def test_who_decides_and_may_not_answer_finds_the_way_to_decide(
    inbox: Inbox, office: Samples
) -> None:
    inbox.ask_help()
    task = task_of(office, "aid_decide")
    writer = person(office, *WRITER)
    assert "Envoyer la réponse" not in said(writer.get(f"/today/{task}", headers=IN_PLACE))
    decider = person(office, "accounts.read", "accounts.names", "tasks.read", "aid.decide")
    panel = decider.get(f"/today/{task}", headers=IN_PLACE).text
    assert "Envoyer la réponse" not in panel
    assert f"/aid/{request_of(office).id}" in panel
    assert decider.get(f"/aid/{request_of(office).id}").status_code == 200


def test_it_is_kept_who_decided(inbox: Inbox, office: Samples) -> None:
    thread_id, client = inbox.ask_help(), office.client("secretary")
    page = inbox.page(client, thread_id)
    assert DECISION in page
    assert inbox.send(client, thread_id, page, "Non.", decision="decline").status_code == 303
    decided = request_of(office)
    assert (decided.status, decided.decided_by) == ("declined", office.staff["secretary"].user.id)


GIVES_UP = "Ne plus demander une somme n’est pas dans votre rôle"
SPREADS = "Proposer des dates n’est pas dans votre rôle"


@pytest.mark.parametrize(
    ("more", "fields", "why"),
    [
        ((), {"give_up": "reduce", "reduce_to": "1"}, GIVES_UP),
        (("plans.write",), {"give_up": "all"}, GIVES_UP),
        ((), {"then": "plan", "months": "2", "day": "5"}, SPREADS),
        (("debts.forgive",), {"give_up": "reduce", "reduce_to": "1", "then": "plan"}, SPREADS),
    ],
)
def test_who_decides_about_help_grants_no_more_than_their_role_may(
    inbox: Inbox, office: Samples, more: tuple[str, ...], fields: dict[str, str], why: str
) -> None:
    inbox.ask_help("held")
    client = person(office, "accounts.read", "accounts.names", "aid.decide", *more)
    confirm(office)
    here = f"/aid/{request_of(office).id}"
    page = client.get(here).text
    assert why in text_of(client.get(here))
    assert ('value="reduce"' in page) is ("debts.forgive" in more)
    assert ('value="plan"' in page) is ("plans.write" in more)
    token = {"csrf_token": hidden(page, "csrf_token"), "once": hidden(page, "once")}
    refused = client.post(f"{here}/grant", data=token | fields | {"body": "Mes mots à moi."})
    assert refused.status_code == 422
    assert why in text_of(refused)
    assert "Mes mots à moi." in refused.text
    assert request_of(office).status == "asked"
    with office.database.reading(OURS) as reading:
        kinds = reading.scalars(select(MoneyOrder.kind).where(MoneyOrder.kind == FORGIVE)).all()
        assert not kinds
        assert not reading.scalars(select(Plan).where(Plan.status == "offered")).all()
    pause = token | {"then": "pause", "until": "2027-01-15", "body": "Oui."}
    assert client.post(f"{here}/grant", data=pause).status_code == 303
    assert request_of(office).status == "granted"


def asked(office: Samples, kind: str, by: str) -> UUID:
    """A sum that somebody alone asked to leave, and that waits its day."""
    order_id, at = new_id(), office.clock.now()
    by_whom = office.staff[by].user
    with office.database.unit_of_work(OURS) as work:
        work.session.add(
            MoneyOrder(
                practice_id=OURS,
                id=order_id,
                account_id=office.ids["door"],
                payment_id=office.ids["door_payment"] if kind == REFUND else None,
                kind=kind,
                status="approved",
                reason="goodwill",
                amount_cents=100,
                limit_cents=50,
                alone=True,
                once=order_id.hex,
                idempotency_key=order_id.hex,
                asked_at=at,
                asked_by=by_whom.id,
                asked_name=by_whom.name,
                not_before=at + timedelta(days=1),
            )
        )
        work.commit()
    return order_id


@pytest.mark.parametrize(("kind", "other"), [(REFUND, FORGIVE), (FORGIVE, REFUND)])
def test_each_kind_of_money_that_leaves_has_a_right_of_its_own(
    office: Samples, kind: str, other: str
) -> None:
    client = person(office, "accounts.read", "accounts.names", ASKS[kind])
    theirs, mine = asked(office, other, "secretary"), asked(office, kind, "secretary")
    own = asked(office, kind, list(office.staff)[-1])
    listed = client.get("/agreements").text
    assert "Validations" in text_of(client.get("/accounts"))
    assert (str(mine) in listed, str(own) in listed, str(theirs) in listed) == (True, True, False)
    assert client.get(f"/agreements/{theirs}").status_code == 404
    assert press(client, f"/agreements/{theirs}/stop", why="not_due").status_code == 404
    assert client.get(f"/agreements/{mine}").status_code == 200
    assert press(client, f"/agreements/{mine}/stop", why="not_due").status_code == 303
    assert press(client, f"/agreements/{own}/withdraw", why="not_due").status_code == 303
    with office.database.reading(OURS) as reading:
        states = {one.id: one.status for one in reading.scalars(select(MoneyOrder))}
    assert (states[theirs], states[mine], states[own]) == ("approved", "declined", "withdrawn")


@pytest.mark.parametrize(("kind", "other"), [(REFUND, FORGIVE), (FORGIVE, REFUND)])
def test_whoever_may_no_longer_ask_for_a_kind_has_left_for_it_and_for_no_other(
    office: Samples, kind: str, other: str
) -> None:
    person(office, "accounts.read", ASKS[kind])
    by = list(office.staff)[-1]
    may, may_not = asked(office, kind, by), asked(office, other, by)
    with office.database.reading(OURS) as reading:
        assert not asker_left(reading, reading.get_one(MoneyOrder, (OURS, may)))
        assert asker_left(reading, reading.get_one(MoneyOrder, (OURS, may_not)))


def test_who_agrees_reads_debts_given_up_that_they_may_not_ask_for(office: Samples) -> None:
    order = asked(office, FORGIVE, "secretary")
    rights = ("accounts.read", "refunds.write", "refunds.approve")
    client = person(office, *rights)
    assert client.get(f"/agreements/{order}").status_code == 200
    refused = press(client, f"/agreements/{order}/stop", why="not_due")
    assert "revient à qui peut demander la même chose" in text_of(client.get(refused.location))
    with office.database.reading(OURS) as reading:
        assert reading.get_one(MoneyOrder, (OURS, order)).status == "approved"


def test_who_only_decides_on_help_finds_it_in_the_queue_and_no_way_that_is_shut(
    office: Samples,
) -> None:
    page = person(office, "aid.decide", "accounts.read").get("/plans")
    assert page.status_code == 200
    assert 'href="/plans/' not in page.text
    assert person(office, "accounts.read").get("/plans").status_code == 403
