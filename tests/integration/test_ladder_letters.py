"""A formal notice goes on somebody's word alone, once, and only for what was reminded twice."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from shared.accounts import get_account, get_practice, place_hold
from shared.audit import SYSTEM
from shared.ladder import LadderCycle, LadderLetter, note_steps
from shared.worklist import Task
from tests.backoffice_ladder import add_letter
from tests.backoffice_office import Samples, opened, press, text_of, token_of
from tests.backoffice_orders import confirm
from tests.backoffice_people import NOW, OURS, TODAY
from tests.statements import counting


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def seen_by(office: Samples, number: str) -> str:
    page = office.client("manager").get(f"/accounts/{number}/letter").text
    return page.split('name="seen" value="')[1].split('"')[0]


def approve(office: Samples, number: str, role: str = "manager") -> str:
    confirm(office)
    client = office.client(role)
    confirm(office)
    answer = client.post(
        f"/accounts/{number}/letter/approve",
        data={"csrf_token": token_of(client), "seen": seen_by(office, number)},
        follow_redirects=True,
    )
    return text_of(answer)


def letters(office: Samples) -> list[LadderLetter]:
    with office.database.reading(OURS) as session:
        return list(session.scalars(select(LadderLetter)))


def test_the_page_says_what_is_covered_what_is_not_and_why(office: Samples):
    number = add_letter(office)
    page = text_of(office.client("manager").get(f"/accounts/{number}/letter"))
    assert "letter-1 31 juillet 2026 2 162,00 € oui" in page
    assert "letter-2 14 novembre 2026 0 50,00 € non moins de deux rappels arrivés" in page
    assert "La lettre demande 162,00 €" in page


def test_approved_printed_sent_and_the_conversation_has_moved_up(office: Samples):
    number = add_letter(office)
    assert "La lettre est approuvée" in approve(office, number)
    client = office.client("secretary")
    pdf = client.get(f"/accounts/{number}/letter.pdf")
    words = " ".join(" ".join(p.extract_text() for p in PdfReader(BytesIO(pdf.data)).pages).split())
    for said in (
        "Mise en demeure de payer",
        "René Caradec",
        "3 rue des Tilleuls",
        "44000 Nantes",
        "letter-1",
        "162,00 €",
        "dans les 15 jours",
        "Secrétariat R11",
        "signature",
        "Comment payer",
    ):
        assert said in words, said
    assert "letter-2" not in words
    refused = [("2026-11-25", "2C 118 45"), ("", "2C 118 45"), ("2026-11-24", "")]
    for day, tracking in (*refused, ("2026-11-24", "😀 pas un numéro")):
        wrong = press(client, f"/accounts/{number}/letter/sent", sent_on=day, tracking=tracking)
        assert letters(office)[0].status == "approved", wrong.text
    press(client, f"/accounts/{number}/letter/sent", sent_on="2026-11-24", tracking="2C 118 45")
    [letter] = letters(office)
    assert (letter.status, letter.sent_on, letter.tracking) == ("sent", TODAY, "2C 118 45")
    with office.database.unit_of_work(OURS) as work:
        note_steps(work.session, practice=get_practice(work.session, OURS))
        work.commit()
        cycle = work.session.get_one(LadderCycle, (OURS, office.ids["letter_cycle"]))
        assert (cycle.position, cycle.stepped_on) == (5, TODAY)
        open_kinds = work.session.scalars(
            select(Task.kind).where(Task.account_id == office.ids["letter"], Task.status == "open")
        ).all()
        assert open_kinds == []


def test_of_two_who_decide_at_once_one_wins_and_the_other_reads_who_did(office: Samples):
    number = add_letter(office)
    mark = seen_by(office, number)
    approve(office, number)
    owner = office.client("owner")
    page = text_of(
        owner.post(
            f"/accounts/{number}/letter/decline",
            data={"csrf_token": token_of(owner), "reason": "talk"},
            follow_redirects=True,
        )
    )
    assert "Camille Manager a déjà décidé : cette lettre est approuvée" in page
    assert [letter.status for letter in letters(office)] == ["approved"]
    assert mark


@pytest.mark.parametrize("story", ["paused", "homeless", "changed"])
def test_nothing_is_approved_against_a_fact_or_unseen(office: Samples, story: str):
    number = add_letter(office, address=story != "homeless")
    seen = "letter-1:1" if story == "changed" else "letter-1:16200"
    if story == "paused":
        with office.database.unit_of_work(OURS) as work:
            account = get_account(work.session, practice_id=OURS, account_id=office.ids["letter"])
            place_hold(
                work.session, account=account, kind="aid", actor=SYSTEM, at=NOW, review_on=TODAY
            )
            work.commit()
    confirm(office)
    client = office.client("manager")
    confirm(office)
    token = token_of(client)
    answer = client.post(
        f"/accounts/{number}/letter/approve",
        data={"csrf_token": token, "seen": seen},
        follow_redirects=True,
    )
    said = {
        "paused": "une pause est active",
        "homeless": "aucune adresse postale",
        "changed": "ont changé depuis que vous les avez vues",
    }
    assert said[story] in text_of(answer)
    assert letters(office) == []


def test_a_word_is_taken_back_and_a_postponed_one_comes_again(office: Samples):
    number = add_letter(office)
    approve(office, number)
    manager = office.client("manager")
    press(manager, f"/accounts/{number}/letter/undo")
    assert [letter.status for letter in letters(office)] == ["open"]
    assert number in manager.get("/ladder/letters").text
    press(manager, f"/accounts/{number}/letter/postpone", until="2026-12-01")
    assert number not in manager.get("/ladder/letters").text
    office.later(days=8)
    assert number in office.client("manager").get("/ladder/letters").text
    assert "La lettre est approuvée" in approve(office, number)


def test_a_refusal_needs_its_reason_and_asks_nothing_more(office: Samples):
    number = add_letter(office)
    manager = office.client("manager")
    assert press(manager, f"/accounts/{number}/letter/decline").status_code == 422
    press(manager, f"/accounts/{number}/letter/decline", reason="fragile")
    assert [letter.reason for letter in letters(office)] == ["fragile"]
    with office.database.unit_of_work(OURS) as work:
        note_steps(work.session, practice=get_practice(work.session, OURS))
        cycle = work.session.get_one(LadderCycle, (OURS, office.ids["letter_cycle"]))
        assert cycle.position == 4, "a letter that nobody sent is no step"


def test_the_pages_are_bounded_and_name_nobody_to_roles_without_names(office: Samples):
    number = add_letter(office)
    client = office.client("manager")
    for address in ("/ladder/letters", "/ladder/letters?show=done", f"/accounts/{number}/letter"):
        with counting(office.database.engine) as statements:
            assert client.get(address).status_code == 200
        assert len(statements) <= 12, (address, len(statements))
    for role in ("accountant", "auditor"):
        assert office.client(role).get(f"/accounts/{number}/letter").status_code == 403
