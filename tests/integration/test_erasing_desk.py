"""« Vie privée › Effacement »: staff read before what goes and what stays, one of two wins, and it is
told."""

from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from shared.accounts import get_practice
from shared.audit import TimelineEvent
from shared.delivery import Notice
from shared.erasing import Erasure, carry_on
from tests.backoffice_erasure import add_erasures, give_up_list
from tests.backoffice_office import Samples, opened, press, text_of, token_of
from tests.backoffice_orders import confirm
from tests.backoffice_people import OURS
from tests.integration.till import at_once
from tests.security.office_role import opened_in_role

NEW = {"asker": "person", "checked": "called_back", "received_on": "2026-11-20"}


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        add_erasures(samples)
        yield samples


def page(office: Samples, story: str, role: str = "manager") -> str:
    return text_of(office.client(role).get(f"/accounts/{office.numbers[story]}/privacy"))


def erasure(office: Samples, story: str) -> Erasure:
    with office.database.reading(OURS) as session:
        return session.scalars(select(Erasure).where(Erasure.account_id == office.ids[story])).one()


def act(office: Samples, story: str, what: str, role: str = "manager", **fields: str):  # type: ignore[no-untyped-def]
    confirm(office)
    client = office.client(role)
    confirm(office)
    address = f"/accounts/{office.numbers[story]}/erasure"
    if what:
        address += f"/{office.ids[f'{story}_erasure']}/{what}"
    if what == "order":
        fields = {"read": "1"} | fields
    return press(client, address, **fields)


def test_before_it_is_ordered_the_page_says_what_goes_what_stays_and_what_stands_in_the_way(
    office: Samples,
) -> None:
    said = page(office, "settled")
    for part in (
        "Ce qui serait effacé maintenant",
        "téléphones et adresses e-mail",
        "Ce qui doit rester, et pourquoi",
        "Ce qui l’empêche aujourd’hui",
        "Un message attend votre réponse : répondez, ou fermez la conversation d’abord.",
        "Une liste attend dans « Imports »",
    ):
        assert part in said, part


def test_what_the_books_want_stays_and_the_page_says_until_when(office: Samples) -> None:
    said = page(office, "leaving")
    assert "jusqu’au 24 novembre 2037. La loi les veut dix ans après la fin de l’exercice" in said
    assert "qui peut finir un an après la dernière pièce : onze ans en tout" in said


def test_a_request_is_noted_with_its_term_and_stands_on_the_list(office: Samples) -> None:
    answer = act(office, "settled", "", **NEW)
    assert answer.status_code == 303
    noted = erasure(office, "settled")
    assert (noted.checked, noted.due_on.isoformat(), noted.waits) == (
        "called_back",
        "2026-12-20",
        True,
    )
    assert "À répondre avant le 20 décembre 2026" in page(office, "settled")
    today = text_of(office.client("manager").get("/today?band=all"))
    assert "Effacement demandé : répondre dans le mois" in today
    story = text_of(office.client("manager").get(f"/accounts/{office.numbers['settled']}"))
    assert "Effacement demandé par la personne elle-même" in story


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("asker", "Choisissez qui demande l’effacement."),
        ("checked", "Choisissez comment l’identité a été vérifiée."),
        ("received_on", "Écrivez le jour où la demande est arrivée"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(
    office: Samples, field: str, sentence: str
) -> None:
    answer = act(office, "settled", "", **(NEW | {field: ""}))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    kept = "called_back" if field != "checked" else "person"
    assert f'value="{kept}" selected' in answer.text


def test_while_an_account_is_erased_its_page_says_why_its_door_is_closed_and_offers_no_opening(
    office: Samples,
) -> None:
    give_up_list(office)
    act(office, "leaving", "order")
    with office.database.unit_of_work(OURS) as work:
        carry_on(
            work.session,
            office.ids["leaving_erasure"],
            practice=get_practice(work.session, OURS),
            keys=office.settings.masters(),
            at=office.clock.now(),
        )
        work.commit()
    shown = office.client("manager").get(f"/accounts/{office.numbers['leaving']}")
    assert "Porte fermée depuis aujourd’hui" in text_of(shown)
    assert "Les données de ce compte s’effacent en ce moment" in text_of(shown)
    assert "Dix mauvaises réponses" not in text_of(shown)
    assert "Rouvrir la porte" not in shown.text
    shut_out = text_of(office.client("manager").get(f"/accounts/{office.numbers['door']}"))
    assert "Dix mauvaises réponses en un jour : aucun lien de ce compte ne s’ouvre." in shut_out
    assert "Rouvrir la porte" in shut_out
    assert "effacement" not in shut_out.split("Porte fermée")[1].split("Rouvrir la porte")[0]


def test_every_page_of_an_erased_account_says_so_and_still_opens(office: Samples) -> None:
    give_up_list(office)
    act(office, "leaving", "order")
    for _ in range(2):
        with office.database.unit_of_work(OURS) as work:
            practice = get_practice(work.session, OURS)
            step = carry_on(
                work.session,
                office.ids["leaving_erasure"],
                practice=practice,
                keys=office.settings.masters(),
                at=office.clock.now(),
            )
            if step is not None and step.status == "begun":
                work.session.execute(delete(Notice))
            work.commit()
        office.later(minutes=5)
    number, client = office.numbers["leaving"], office.client("manager")
    assert "Données effacées le 24 novembre 2026" in page(office, "leaving")
    for address in (f"/accounts/{number}", "/accounts?state=settled"):
        assert "onnées effacées" in text_of(client.get(address)), address
    assert "Effacement terminé" in text_of(client.get(f"/accounts/{number}"))
    confirm(office)
    copied = press(client, f"/accounts/{number}/privacy/copy", reason="person", form="json")
    assert copied.status_code == 200
    assert "Odile@example.org" not in copied.text
    paused = press(
        client, f"/accounts/{number}/holds", kind="staff", review_on="2026-12-08", note="Odile"
    )
    shown = text_of(client.get(paused.location)) if paused.location else text_of(paused)
    assert "Les données de ce compte sont effacées depuis le 24 novembre 2026." in shown
    led = press(client, f"/accounts/{number}/profile", segment="gentle")
    assert "sont effacées depuis le 24 novembre 2026." in text_of(client.get(led.location))


def test_of_two_the_first_wins_and_the_other_reads_who_did_what_and_when(office: Samples) -> None:
    give_up_list(office)
    assert act(office, "leaving", "order").status_code == 303
    assert erasure(office, "leaving").status == "ordered"
    second = act(office, "leaving", "decline", "owner", why="accounting")
    assert second.status_code == 422
    assert "Camille Manager a déjà décidé de cette demande, le" in text_of(second)
    again = act(office, "leaving", "", "owner", **NEW)
    assert "Une demande est déjà notée, par Camille Manager" in text_of(again)


def test_what_stands_in_the_way_is_said_when_it_is_ordered_all_the_same(office: Samples) -> None:
    answer = act(office, "leaving", "order")
    assert answer.status_code == 422
    assert "Une liste attend dans « Imports »" in text_of(answer)
    assert erasure(office, "leaving").status == "received"


def test_a_refusal_is_noted_and_can_be_told(office: Samples) -> None:
    assert act(office, "declined", "decline", why="").status_code == 422
    assert act(office, "declined", "decline", why="accounting").status_code == 303
    said = page(office, "declined")
    assert "il ne reste que des pièces comptables" in said
    assert "Vous pouvez réclamer auprès de la CNIL" in said
    assert erasure(office, "declined").ended_at is not None


def test_who_may_not_reads_who_may(office: Samples) -> None:
    assert "Le peuvent : Responsable, Propriétaire du cabinet." in page(
        office, "leaving", "secretary"
    )
    assert act(office, "leaving", "order", "secretary").status_code == 403


def test_the_database_lets_staff_note_order_and_decline(postgres_roles_url: str) -> None:
    with opened_in_role(postgres_roles_url) as office:
        assert act(office, "settled", "", **NEW).status_code == 303
        assert act(office, "declined", "decline", why="claim").status_code == 303
        assert act(office, "returning", "withdraw").status_code == 303
        assert act(office, "leaving", "order").status_code == 422


def test_it_is_ordered_only_once_what_goes_was_read_again(office: Samples) -> None:
    give_up_list(office)
    assert "Vie privée :" in page(office, "leaving")
    refused = act(office, "leaving", "order", read="")
    assert refused.status_code == 422
    assert "puis cochez la case" in text_of(refused)
    assert erasure(office, "leaving").status == "received"


def pressed_at_once(office: Samples, *deeds: tuple[str, str, dict[str, str]]) -> list[TestResponse]:
    """Forms of several people, all sent in the same moment: (role, what, fields) of each."""
    give_up_list(office)
    place = f"/accounts/{office.numbers['leaving']}/erasure/{office.ids['leaving_erasure']}"
    ready = []
    for role, what, fields in deeds:
        client = office.client(role)
        ready.append((client, f"{place}/{what}", {"csrf_token": token_of(client)} | fields))
    confirm(office)
    return at_once(*(partial(client.post, to, data=data) for client, to, data in ready))


def decisions(office: Samples) -> list[str]:
    """What the account's story says was decided."""
    with office.database.reading(OURS) as session:
        events = session.scalars(
            select(TimelineEvent.kind).where(
                TimelineEvent.account_id == office.ids["leaving"],
                TimelineEvent.kind.in_(("erasure.order", "erasure.decline")),
            )
        )
        return list(events)


def test_two_who_order_it_in_the_same_moment_order_it_once(office: Samples) -> None:
    order = ("order", {"read": "1"})
    answers = pressed_at_once(office, ("manager", *order), ("owner", *order))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert decisions(office) == ["erasure.order"]
    assert erasure(office, "leaving").status == "ordered"


def test_of_an_order_and_a_refusal_in_the_same_moment_one_counts_and_the_other_reads_whose(
    office: Samples,
) -> None:
    answers = pressed_at_once(
        office, ("manager", "order", {"read": "1"}), ("owner", "decline", {"why": "accounting"})
    )
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    lost = next(place for place, one in enumerate(answers) if one.status_code == 422)
    winner = ("owner", "manager")[lost]
    name = office.staff[winner].user.name
    assert f"{name} a déjà décidé de cette demande, le" in text_of(answers[lost])
    assert decisions(office) == [("erasure.decline", "erasure.order")[lost]]
    assert erasure(office, "leaving").status == ("declined", "ordered")[lost]
