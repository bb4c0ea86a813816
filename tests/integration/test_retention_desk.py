"""The desk shows how many things would go before they do; it changes periods within bounds, told, and by one
person at a time."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shared.accounts import IdentityFailure
from shared.audit import TimelineEvent
from shared.base.ids import new_id
from shared.privacy import PERIODS, Retention, foresee_sweep
from tests.backoffice_office import Samples, opened, press, text_of
from tests.backoffice_orders import confirm, unconfirm
from tests.backoffice_people import OURS

PAGE = "/settings/retention"


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


@pytest.fixture
def owner(office: Samples) -> FlaskClient:
    client = office.client("owner")
    confirm(office)
    return client


def count(office: Samples) -> bool:
    """What the worker does each half minute."""
    with office.database.unit_of_work(OURS) as work:
        counted = foresee_sweep(work.session, practice_id=OURS, at=office.clock.now(), others={})
        work.commit()
    return counted


def kept(office: Samples) -> Retention | None:
    with office.database.reading(OURS) as session:
        return session.get(Retention, OURS)


def told(office: Samples) -> list[tuple[str, object]]:
    query = select(TimelineEvent).where(TimelineEvent.kind.startswith("privacy."))
    with office.database.reading(OURS) as session:
        events = session.scalars(query.order_by(TimelineEvent.at, TimelineEvent.id)).all()
    return [(event.kind, event.facts.get("period")) for event in events]


def form_of(client: FlaskClient, **changes: str) -> dict[str, str]:
    """The form as the page has it, with changes."""
    page = client.get(PAGE).text
    values = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page)[1]  # type: ignore[index]
        for name in ("seen", *PERIODS)
    }
    return values | changes


def test_what_would_go_is_counted_before_it_may_be_switched_on(
    office: Samples, owner: FlaskClient
) -> None:
    failure = IdentityFailure(
        practice_id=OURS,
        id=new_id(),
        account_id=office.ids["held"],
        at=office.clock.now() - timedelta(days=400),
    )
    with office.database.unit_of_work(OURS) as work:
        work.session.add(failure)
        work.commit()
    page = text_of(owner.get(PAGE))
    assert "Pas encore compté" in page
    assert "4018 jours (11 ans)" in page
    press(owner, f"{PAGE}/on")
    assert "n’est pas encore compté" in text_of(owner.get(PAGE))
    assert told(office) == []
    assert count(office)
    assert not count(office), "once a day is enough"
    page = text_of(owner.get(PAGE))
    assert "1 à effacer si vous mettez en marche" in page
    press(owner, f"{PAGE}/on")
    row = kept(office)
    assert row
    assert row.on_since == office.clock.now()
    assert "En marche depuis" in text_of(owner.get(PAGE))
    for _ in range(2):  # again before it is counted anew, and after
        press(owner, f"{PAGE}/on")
        said = text_of(owner.get(PAGE))
        assert "déjà en marche, depuis le 24 novembre, 9 h 40, par Camille Owner" in said
        assert "n’est pas encore compté" not in said
        count(office)
    press(owner, f"{PAGE}/off")
    assert told(office) == [("privacy.on", None), ("privacy.off", None)]


def test_a_changed_period_is_told_and_what_would_go_is_counted_anew(
    office: Samples, owner: FlaskClient
) -> None:
    count(office)
    answer = press(owner, PAGE, **form_of(owner, codes="45", threads="500"))
    assert answer.status_code == 303
    row = kept(office)
    assert row
    assert row.days == {"codes": 45, "threads": 500}
    assert row.foreseen_at is None
    assert sorted(told(office)) == [("privacy.period", "codes"), ("privacy.period", "threads")]
    assert count(office)
    press(owner, PAGE, **form_of(owner))
    assert len(told(office)) == 2, "what was not changed is not told"


@pytest.mark.parametrize("typed", ["", "0", "91", "-3", "quatre", "1" * 12, "٣٠"])
def test_a_period_out_of_bounds_is_refused_and_nothing_typed_is_lost(
    office: Samples, owner: FlaskClient, typed: str
) -> None:
    answer = press(owner, PAGE, **form_of(owner, codes=typed, threads="500"))
    assert answer.status_code == 422
    assert "Écrivez un nombre de jours de 1 à 90." in text_of(answer)
    assert 'value="500"' in answer.text
    assert kept(office) is None


def test_days_that_can_not_be_are_told_before_password_and_code_are_asked_for(
    office: Samples,
) -> None:
    client = office.client("owner")
    unconfirm(office)
    answer = press(client, PAGE, **form_of(client, codes="99999"))
    assert answer.status_code == 422
    assert "Écrivez un nombre de jours de 1 à 90." in text_of(answer)
    assert "confirm_password" not in answer.text
    good = press(client, PAGE, **form_of(client, codes="45"))
    assert "confirm_password" in good.text, "what is right still asks who is there"
    assert kept(office) is None


def test_of_two_who_change_them_the_second_is_told(office: Samples, owner: FlaskClient) -> None:
    first, second = form_of(owner, codes="45"), form_of(owner, codes="60")
    press(owner, PAGE, **first)
    answer = press(owner, PAGE, **second)
    assert answer.status_code == 422
    assert "Quelqu’un a changé ces durées entre-temps" in text_of(answer)
    assert "En place : 45" in text_of(answer)
    row = kept(office)
    assert row
    assert row.days == {"codes": 45}


def test_who_may_not_set_reads_only(office: Samples) -> None:
    manager = office.client("manager")
    confirm(office)
    assert "Enregistrer les durées" not in manager.get(PAGE).text
    assert press(manager, f"{PAGE}/on").status_code == 403
