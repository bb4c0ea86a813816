"""A list from the desk: sent, understood, tried, booked by the worker, once."""

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import select

from ardoise.importing import run_import
from shared.billing import ImportRun
from shared.imports import ImportFile, ImportJob, ImportMapping
from shared.ledger import JournalEntry
from shared.staff.rules import ROLES
from tests.backoffice_office import text_of
from tests.integration.import_world import csv_of, row
from tests.integration.list_desk import ListDesk
from tests.world import World


@pytest.fixture
def desk(database_url: str) -> ListDesk:
    return ListDesk(World(database_url))


def test_a_list_goes_from_the_file_to_the_accounts_and_nothing_is_booked_before_it_is_confirmed(
    desk: ListDesk,
):
    address = desk.sent(row("F-1"), row("F-2", left="5,00"))
    said = desk.says(address)
    assert "Ce que disent les colonnes" in said
    assert "Lacroix" in said
    assert "20,00 €" in said.replace("\u202f", " ").replace("\xa0", " ")
    desk.press(address, "columns", **desk.form(address))
    assert "Essai en cours" in desk.says(address)
    desk.work()
    assert "Factures nouvelles 2, soit 25,00 €" in desk.says(address)
    assert desk.count(JournalEntry) == 0
    assert desk.balances() == {}
    desk.press(address, "confirm", seen=desk.seen(address))
    assert "Import en cours" in desk.says(address)
    desk.work()
    assert desk.balances() == {"F-1": ("p:D-1", 2000), "F-2": ("p:D-1", 500)}
    assert "L’import est fait" in desk.says(address)
    assert desk.count(ImportFile) == 0
    listed = desk.says("/imports")
    assert "2 nouvelles" in listed
    assert "importé" in listed
    assert "Camille Manager" in listed


def test_pressed_twice_it_is_booked_once(desk: ListDesk):
    address = desk.tried(row())
    seen = desk.seen(address)
    for _ in range(2):
        assert desk.press(address, "confirm", seen=seen).status_code == 303
    desk.work()
    desk.press(address, "confirm", seen=seen)
    desk.work()
    assert desk.count(ImportRun) == 1
    assert desk.balances() == {"F-1": ("p:D-1", 2000)}


def test_the_columns_chosen_for_a_list_serve_the_next_one_and_can_be_named_and_forgotten(
    desk: ListDesk,
):
    unknown = {"Zone A": "D-7"} | {k: v for k, v in row().items() if k != "N° dossier"}
    address = desk.sent(unknown)
    assert "Il manque : n° de dossier" in desk.says(address)
    refused = desk.press(address, "columns", **desk.form(address))
    assert refused.status_code == 422
    assert "Il manque : n° de dossier" in refused.text.replace("\xa0", " ")
    chosen = desk.form(address) | {"c0": "external_ref"}
    looked = desk.press(address, "columns", act="look", **chosen)
    assert looked.status_code == 200
    assert desk.job(address).status == "preview"
    desk.press(address, "columns", **chosen)
    desk.work()
    desk.press(address, "confirm", seen=desk.seen(address))
    desk.work()
    assert desk.accounts() == {"p:D-7": 2000}
    again = desk.sent(unknown)
    assert desk.form(again)["c0"] == "external_ref"
    assert "colonnes choisies la dernière fois" in desk.says(again)
    with desk.world.database.reading(desk.world.practice_id) as session:
        saved = session.scalars(select(ImportMapping.id)).one()
    desk.press("/imports/columns", str(saved), name="Export du lundi")
    assert "Export du lundi" in desk.says("/imports/columns")
    desk.press("/imports/columns", f"{saved}/forget")
    assert desk.count(ImportMapping) == 0


def test_two_columns_of_one_meaning_are_told_and_the_form_keeps_what_was_chosen(desk: ListDesk):
    address = desk.sent(row())
    chosen = desk.form(address) | {"c2": "surname"}
    refused = desk.press(address, "columns", **chosen)
    assert refused.status_code == 422
    assert "Deux colonnes disent « nom »" in refused.text.replace("\xa0", " ")
    assert 'id="c2" aria-invalid="true"' in refused.text
    assert desk.job(address).status == "preview"


def test_a_refused_row_keeps_all_out_until_it_is_left_aside(desk: ListDesk):
    address = desk.tried(row("F-1"), row("F-2", left="99,00"), row("F-3", ref="=D", left="abc"))
    said = desk.says(address)
    assert "Lignes lues 3" in said
    assert "Lignes refusées 2" in said
    assert "Factures nouvelles 1, soit 20,00 €" in said
    assert "3 lignes lues = 2 refusées + 1 nouvelle." in said
    assert "rien ne peut être importé tel quel" in said
    assert 'name="seen"' not in desk.window().client.get(address).text
    told = desk.window().client.get(f"{address}/refused.csv")
    assert told.headers["Content-Disposition"].startswith("attachment")
    assert re.search(r"^3;Reste dû;.*;F-2\r$", told.text, re.MULTILINE)
    assert re.search(r"^4;Reste dû;.*;F-3\r$", told.text, re.MULTILINE)
    desk.press(address, "trial", leave_out="yes")
    desk.work()
    assert "Sans les lignes refusées" in desk.says(address)
    desk.press(address, "confirm", seen=desk.seen(address))
    desk.work()
    assert desk.balances() == {"F-1": ("p:D-1", 2000)}


def test_a_trial_with_a_refused_row_tells_what_all_the_others_would_do_and_books_none(
    desk: ListDesk,
):
    desk.booked(row("F-1"), row("F-2"), row("F-3"))
    refused = row("F-9", ref="D-9", Nom="Morel", Prénom="Paul", left="abc")
    unclear = row("F-4", ref="D-4", Portable="12")
    address = desk.tried(row("F-1"), row("F-2", left="5,00"), unclear, refused)
    said = desk.says(address)
    assert "4 lignes lues = 1 refusée + 1 nouvelle + 1 changée + 1 inchangée." in said
    assert "Lignes à vérifier, comptées ci-dessus 1" in said
    assert "5 F-9 Paul Morel – – Reste dû :" in said
    assert "4 F-4 Inès Lacroix – –" in desk.says(f"{address}?kind=noted")
    assert "absent" not in desk.job(address).counts, "a refused row may have named it"
    assert desk.balances() == {f"F-{n}": ("p:D-1", 2000) for n in (1, 2, 3)}


def test_a_trial_of_refused_rows_alone_says_so(desk: ListDesk):
    said = desk.says(desk.tried(row("F-1", left="abc"), row("F-2", left="99,00")))
    assert "2 lignes lues = 2 refusées." in said
    assert "Factures nouvelles 0" in said


def test_whoever_may_not_see_names_reads_the_invoice_of_a_refused_row_alone(desk: ListDesk):
    address = desk.tried(row("F-1"), row("F-2", left="abc"))
    assert "Inès Lacroix" in desk.says(address, "secretary")
    with patch.dict(ROLES, {"secretary": ROLES["secretary"] - {"accounts.names"}}):
        said = desk.says(address, "secretary")
    assert "F-2 – – Reste dû" in said
    assert "Lacroix" not in said


def test_rows_left_aside_put_nothing_on_hold_since_the_list_is_not_whole(desk: ListDesk):
    desk.booked(row("F-1"), row("F-2"))
    address = desk.tried(row("F-1", left="99,00"), row("F-3"))
    desk.press(address, "trial", leave_out="yes")
    desk.work()
    assert desk.job(address).counts.get("absent") is None
    desk.press(address, "confirm", seen=desk.seen(address))
    desk.work()
    assert desk.job(address).counts["refused"] == 1


def test_what_changed_since_the_trial_is_told_before_anything_is_booked(desk: ListDesk):
    first = desk.tried(row("F-1"), row("F-2"))
    seen = desk.seen(first)
    run_import(
        desk.world.database,
        practice_id=desk.world.practice_id,
        source_name="logiciel",
        data=csv_of(row("F-1")),
        filename="liste.csv",
        mapping=None,
        full=False,
        as_of=desk.job(first).as_of,
        keys=desk.world.house.keys,
        index=desk.world.house.index,
        clock=desk.world.clock,
        dry_run=False,
    )
    desk.press(first, "confirm", seen=seen)
    desk.work()
    assert desk.job(first).status == "tried"
    said = desk.says(first)
    assert "vos comptes ont changé depuis l’essai" in said
    assert "Factures nouvelles 1, soit 20,00 € (avant : 2)" in said
    assert "ligne de commande" in desk.says("/imports")
    desk.press(first, "confirm", seen=desk.seen(first))
    desk.work()
    assert set(desk.balances()) == {"F-1", "F-2"}


def test_of_two_lists_of_one_source_at_once_one_wins_and_the_other_is_told(desk: ListDesk):
    first = desk.sent(row("F-1"))
    second = desk.send(csv_of(row("F-2")), role="owner")
    assert second.location == first
    assert "déjà en cours, envoyé par Camille Manager" in desk.says(first, "owner")
    assert desk.count(ImportJob) == 1
    desk.press(first, "withdraw", role="owner")
    desk.work()
    assert desk.count(ImportFile) == 0
    assert desk.send(csv_of(row("F-2")), role="owner").location != first


def test_of_two_who_confirm_one_wins_and_the_other_reads_who(desk: ListDesk):
    address = desk.tried(row())
    seen = desk.seen(address)
    desk.window("owner")
    desk.press(address, "confirm", seen=seen)
    late = desk.press(address, "withdraw", role="owner")
    assert late.status_code == 303
    assert "Camille Manager est passé avant vous" in desk.says(address, "owner")
    desk.work()
    assert desk.job(address).status == "kept"


def test_a_secretary_sends_lists_but_names_no_further_software_and_takes_none_back(desk: ListDesk):
    desk.booked(row())
    refused = desk.send(csv_of(row("F-2")), role="secretary", new_source="autre logiciel")
    assert refused.status_code == 422
    assert "Choisissez de quel logiciel vient la liste" in refused.text
    address = desk.send(csv_of(row("F-2")), role="secretary", source="logiciel").location
    assert address
    assert desk.press(address, "undo", role="secretary", why="other").status_code == 403


def test_a_list_of_long_ago_is_a_slip_that_is_told_and_nothing_is_taken(desk: ListDesk):
    today = desk.world.clock.now().date()
    for day in ("0001-01-01", "0026-11-24", (today - timedelta(days=366)).isoformat()):
        refused = desk.send(csv_of(row()), as_of=day)
        assert refused.status_code == 422
        assert "À corriger : Jour de l’export Ce jour est passé depuis" in text_of(refused)
        assert day in refused.text
    assert desk.count(ImportJob) == 0
    last = (today - timedelta(days=365)).isoformat()
    assert desk.send(csv_of(row()), as_of=last).status_code == 303
