"""The record of all that happened: whoever may read it finds who did what, and how far it is sealed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from backoffice.desks.journal import PAGE
from backoffice.desks.journal_words import GROUPS
from backoffice.desks.timeline_words import SENTENCES
from shared.audit import PATIENT, Actor, TimelineEvent, record, seal_events
from shared.base.ids import new_id
from shared.base.vault import KeyRing, new_key
from tests.backoffice_office import Samples, counted, open_samples, text_of
from tests.backoffice_people import NOW, OTHERS, OURS


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    samples = open_samples(database_url)
    yield samples
    samples.database.dispose()


def happens(
    office: Samples, kind: str, *, by: Actor, at: datetime, story: str | None = None
) -> None:
    with office.database.unit_of_work(OURS) as work:
        record(
            work.session,
            practice_id=OURS,
            account_id=office.ids[story] if story else None,
            kind=kind,
            actor=by,
            at=at,
        )
        work.commit()


@pytest.fixture
def told(office: Samples) -> Samples:
    """Three things that happened on three days."""
    claire = Actor("staff", "Claire Le Goff")
    happens(office, "door.reopened", by=claire, at=NOW - timedelta(days=2), story="held")
    happens(
        office, "practice.settings", by=Actor("system", "command line"), at=NOW - timedelta(days=3)
    )
    happens(office, "plan.accept", by=PATIENT, at=NOW - timedelta(days=4), story="settled")
    return office


def read(office: Samples, query: str = "", role: str = "owner") -> str:
    answer = office.client(role).get(f"/journal{query}")
    assert answer.status_code == 200, answer.text
    return text_of(answer)


def rows(page: str) -> str:
    """What stands in the table, without the filters above it."""
    return page.partition("Quand Quoi Par Compte")[2]


def test_every_kind_of_event_is_in_one_group_of_the_filter():
    concepts = [concept for group in GROUPS.values() for concept in sorted(group.concepts)]
    assert len(concepts) == len(set(concepts))
    assert {kind.partition(".")[0] for kind in SENTENCES} <= set(concepts)


@pytest.mark.parametrize("role", ["owner", "auditor"])
def test_owner_and_auditor_read_it_in_sentences_with_who_and_when(told: Samples, role: str):
    page = rows(read(told, role=role))
    assert "Porte rouverte Claire Le Goff" in page
    assert "Réglages du cabinet modifiés Ardoise" in page
    assert "Accord d’étalement commencé portail" in page
    assert told.numbers["held"] in page


@pytest.mark.parametrize("role", ["secretary", "manager", "accountant"])
def test_nobody_else_does(told: Samples, role: str):
    client = told.client(role)
    assert client.get("/journal").status_code == 403
    assert "/journal" not in client.get("/accounts").text


def test_it_is_filtered_by_who_what_whose_and_when(told: Samples):
    claire = told.staff["secretary"].user.id
    only = {
        f"?who=staff-{claire}": "Porte rouverte",
        "?who=operator": "Réglages du cabinet modifiés",
        "?who=patient": "Accord d’étalement commencé",
        "?group=plans": "Accord d’étalement commencé",
        "?group=practice": "Réglages du cabinet modifiés",
        "?group=access&to=22/11/2026": "Porte rouverte",
        f"?account={told.numbers['settled']}&group=plans": "Accord d’étalement commencé",
        "?from=2026-11-21&to=21/11/2026": "Réglages du cabinet modifiés",
    }
    said = set(only.values())
    for query, wanted in only.items():
        page = rows(read(told, query))
        assert [one for one in said if one in page] == [wanted], query


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?who=nobody", "Choisissez dans la liste qui a agi."),
        ("?group=nothing", "Choisissez dans la liste ce qui s’est passé."),
        ("?account=ZZZ", "Aucun compte n’a ce numéro"),
        ("?from=soon", "Écrivez le jour ainsi"),
        ("?to=9999-12-31", "Écrivez le jour ainsi"),
        ("?from=2026-11-22&to=2026-11-20", "Le dernier jour vient avant le premier"),
    ],
)
def test_a_filter_that_cannot_be_read_is_told_and_kept(told: Samples, query: str, sentence: str):
    page = told.client("owner").get(f"/journal{query}")
    assert sentence in text_of(page)
    assert 'aria-invalid="true"' in page.text


def test_a_page_that_is_none_is_not_found(told: Samples):
    for after in ("x", "eA==", "////"):
        assert told.client("owner").get(f"/journal?after={after}").status_code == 404


def many(office: Samples, count: int, *, practice_id: int = OURS) -> None:
    with office.database.unit_of_work(practice_id) as work:
        work.session.execute(
            insert(TimelineEvent),
            [
                {
                    "practice_id": practice_id,
                    "id": new_id(),
                    "at": NOW - timedelta(seconds=place // 3),
                    "actor_kind": "patient",
                    "actor": "portal",
                    "kind": ("link_request.decline", "plan.asked")[place % 2],
                    "facts": {},
                }
                for place in range(count)
            ],
        )
        work.commit()


@pytest.mark.parametrize("query", ["", "group=access", "who=patient"])
def test_its_pages_hold_every_event_once(office: Samples, query: str):
    many(office, 2 * PAGE + 60)
    client = office.client("owner")
    address, seen = f"/journal?{query}", 0
    times: list[str] = []
    while address:
        page = client.get(address)
        seen += page.text.count("Nouveau lien impossible")
        times += [part.split('"')[0] for part in page.text.split('datetime="')[1:]]
        found = page.text.partition('href="/journal?after=')[2]
        address = "/journal?after=" + found.split('"')[0].replace("&amp;", "&") if found else ""
        if "Plus ancien" not in page.text:
            break
    assert seen == PAGE + 30
    assert times == sorted(times, reverse=True)


def test_it_costs_as_many_statements_for_many_as_for_few(office: Samples):
    many(office, 10)
    client = office.client("owner")
    client.get("/journal")
    costs = []
    for _ in range(2):
        for query in ("", "?group=money", "?who=patient"):
            with counted(office.database) as statements:
                client.get(f"/journal{query}")
            costs.append(len([one for one in statements if not one.startswith("BEGIN")]))
        many(office, 300)
    assert costs[:3] == costs[3:]
    assert max(costs) <= 12


def test_another_practices_record_is_not_there(told: Samples):
    many(told, 5, practice_id=OTHERS)
    assert "Nouveau lien impossible" not in rows(read(told))


def test_it_says_till_when_it_is_sealed(told: Samples):
    assert "Pas encore scellé" in read(told)
    with told.database.unit_of_work(OURS) as work:
        seal_events(
            work.session,
            practice_id=OURS,
            keys=KeyRing({"k1": new_key()}),
            at=datetime(2026, 11, 23, 21, 4, tzinfo=UTC),
        )
        work.commit()
    assert "Scellé jusqu’à : hier, 22 h 04 Lot 1." in read(told)
