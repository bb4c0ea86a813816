"""Payments taken here go back to the practice's software."""

import csv
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest

from ardoise.exporting import COLUMNS, ExportError, write_csv
from tests.integration.import_world import (
    MOTHER,
    PRACTICE,
    ImportWorld,
    open_import_world,
    row,
)

CHILD = {"Nom": "Marchand", "Prénom": "Léo", "Date de naissance": "14/05/2017"}


@pytest.fixture
def world(database_url: str) -> ImportWorld:
    return open_import_world(database_url)


def exported(
    world: ImportWorld, path: Path, *, since: date | None = None, until: date | None = None
) -> list[dict[str, str]]:
    """The file's lines, as the practice's software reads them."""
    with world.database.reading(PRACTICE) as session:
        count = write_csv(session, path, practice_id=PRACTICE, since=since, until=until)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=";"))
    assert len(lines) == count
    return lines


def test_each_invoice_that_was_paid_has_its_line(world: ImportWorld, tmp_path: Path):
    world.export(row("F-1"), row("F-2", left="12,50"), row("F-3", ref="D-2", Nom="Roy"))
    first, second = world.pay_here("F-1", 1999), world.pay_here("F-3", 5)
    lines = exported(world, tmp_path / "payments.csv")
    told = [tuple(line.values())[:-2] for line in lines]
    assert told == [
        ("22/11/2026", "F-1", "D-1", "19,99", "carte", first),
        ("22/11/2026", "F-3", "D-2", "0,05", "carte", second),
    ]
    assert all(line["Référence"].startswith("pi_") for line in lines)
    assert [line["Nature"] for line in lines] == ["paiement", "paiement"]


def test_a_payment_beyond_its_invoice_is_shared_and_the_rest_has_a_line_of_its_own(
    world: ImportWorld, tmp_path: Path
):
    world.export(row("F-1"), row("F-2", left="12,50"))
    world.pay_here("F-1", 4000)
    lines = exported(world, tmp_path / "payments.csv")
    assert [(line["Facture"], line["N° dossier"], line["Montant"]) for line in lines] == [
        ("F-1", "D-1", "20,00"),
        ("F-2", "D-1", "12,50"),
        ("", "D-1", "7,50"),
    ]
    assert len({line["Reçu"] for line in lines}) == 1
    assert [line["Nature"] for line in lines] == ["paiement", "paiement", "trop-perçu"]


def test_a_childs_invoice_goes_back_under_the_childs_file_number(
    world: ImportWorld, tmp_path: Path
):
    world.export(row("F-1", ref="D-2") | CHILD | MOTHER)
    world.pay_here("F-1", 2500)
    lines = exported(world, tmp_path / "payments.csv")
    assert [(line["N° dossier"], line["Montant"]) for line in lines] == [
        ("D-2", "20,00"),
        ("", "5,00"),
    ]


def test_only_the_days_that_were_asked_for_both_included(world: ImportWorld, tmp_path: Path):
    world.export(row("F-1"))
    for _ in range(3):
        world.pay_here("F-1", 100)
        world.clock.instant += timedelta(days=1)
    day, file = date(2026, 11, 23), tmp_path / "payments.csv"
    assert [line["Date"] for line in exported(world, file, since=day, until=day)] == ["23/11/2026"]
    assert len(exported(world, file, since=day)) == 2
    assert len(exported(world, file, until=day)) == 2


def test_the_file_is_csv_with_bom_that_names_nobody(world: ImportWorld, tmp_path: Path):
    world.export(row("F-1", Adresse="3 rue des Tilleuls"))
    world.pay_here("F-1", 123456)
    file = tmp_path / "payments.csv"
    exported(world, file)
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf" + ";".join(COLUMNS).encode())
    text = data.decode()
    assert "1214,56" in text
    for secret in ("Lacroix", "Inès", "1949", "Tilleuls", "639981234", "exemple"):
        assert secret not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [found.name for found in tmp_path.glob("*payments*")] == ["payments.csv"]


def test_what_somebody_prepared_beside_the_file_is_neither_followed_nor_kept(
    world: ImportWorld, tmp_path: Path
):
    elsewhere = tmp_path / "elsewhere.txt"
    elsewhere.write_text("mine")
    (tmp_path / ".paid.csv.part").symlink_to(elsewhere)
    exported(world, tmp_path / "paid.csv")
    assert elsewhere.read_text() == "mine"
    assert not (tmp_path / "paid.csv").is_symlink()
    wide = tmp_path / ".open.csv.part"
    wide.touch(0o666)
    wide.chmod(0o666)
    exported(world, tmp_path / "open.csv")
    assert stat.S_IMODE((tmp_path / "open.csv").stat().st_mode) == 0o600


def test_a_folder_that_is_not_there_is_told_in_a_sentence(world: ImportWorld, tmp_path: Path):
    with pytest.raises(ExportError, match=r"paid\.csv can't be written \(No such file.*folder"):
        exported(world, tmp_path / "nowhere" / "paid.csv")


def test_a_number_cannot_become_a_formula(world: ImportWorld, tmp_path: Path):
    world.export(row("=1+1", ref="@D"))
    world.pay_here("=1+1", 100)
    (line,) = exported(world, tmp_path / "payments.csv")
    assert (line["Facture"], line["N° dossier"]) == ("'=1+1", "'@D")


def test_an_export_without_payments_has_its_titles(world: ImportWorld, tmp_path: Path):
    assert exported(world, tmp_path / "payments.csv") == []
    assert (tmp_path / "payments.csv").read_text("utf-8-sig").startswith("Date;Facture;")


def test_what_was_exported_and_entered_comes_back_as_known(world: ImportWorld, tmp_path: Path):
    """The round trip: paid here, exported, entered in the software, its next list comes in."""
    world.export(row("F-1"))
    world.pay_here("F-1", 750)
    (line,) = exported(world, tmp_path / "payments.csv")
    left = 2000 - int(line["Montant"].replace(",", ""))
    world.a_week_later()
    report = world.export(row(line["Facture"], ref=line["N° dossier"], left=f"{left / 100:.2f}"))
    assert (report.counts["acknowledged"], report.counts["adjusted_cents"]) == (1, 0)
    assert world.invoice("F-1").open_cents == 1250
