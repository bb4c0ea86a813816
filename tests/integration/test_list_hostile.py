"""Files that are no list, or were made to harm: one clear sentence, and nothing lost or left behind."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from ardoise import import_jobs
from shared.billing import reading_program
from shared.imports import ImportFile, ImportJob
from tests.backoffice_office import text_of
from tests.integration.import_world import csv_of, row
from tests.integration.list_desk import ListDesk
from tests.statements import counting
from tests.world import World


@pytest.fixture
def desk(sqlite_url: str) -> ListDesk:
    return ListDesk(World(sqlite_url))


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


BOMB = zipped(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=b"0" * 250_000_000)
XXE = zipped(
    xl__workbook_xml=b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook>&x;</workbook>'
)


def with_formula() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(row()))
    sheet.append(["=1+1", *list(row().values())[1:]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "liste.csv", "Ce fichier est vide"),
        (b"%PDF-1.7 x", "liste.csv", "ni un CSV ni un classeur"),
        (b"Nom;", "liste.xlsx", "son contenu n’en est pas un"),
        (csv_of(row()) * 60_000, "liste.csv", "dépasse 1 Mo"),
    ],
)
def test_what_can_be_no_list_is_refused_at_once_and_the_form_keeps_what_was_said(
    sqlite_url: str, data: bytes, name: str, sentence: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("backoffice.views.imports.largest_list", lambda _settings: 1_000_000)
    desk = ListDesk(World(sqlite_url))
    answer = desk.send(data[: 1_000_000 + 30_000], name=name, new_source="Logiciel du 2e")
    assert answer.status_code == 422
    assert sentence in text_of(answer).replace("\xa0", " ").replace("\u202f", " ")
    assert "Logiciel du 2e" in answer.text
    assert desk.count(ImportJob) == 0


def test_what_is_larger_than_any_list_is_not_even_taken_in(desk: ListDesk):
    desk.window().client.application.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    client = desk.window().client
    answer = client.post("/accounts/search", data={"q": "x" * 100_000})
    assert answer.status_code == 413
    assert "L’envoi est trop lourd" in answer.text


def test_a_stranger_may_send_no_more_than_any_other_form(desk: ListDesk):
    stranger = desk.window().client.application.test_client()
    answer = stranger.post("/imports", data={"file": (io.BytesIO(b"x" * 200_000), "liste.csv")})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (BOMB, "liste.xlsx", "Une fois décompressé"),
        (XXE, "liste.xlsx", "Le classeur est abîmé"),
        (with_formula(), "liste.xlsx", "une formule n’a pas encore de valeur"),
        (
            b"Nom;Pr\xe9nom\r\n\xc3\xa9;\xc3\xa9;\xe9\xe9",
            "liste.csv",
            "Les accents du fichier sont abîmés",
        ),
        (csv_of(row()) + b'"jamais ferme', "liste.csv", "un guillemet est mal placé"),
        (b"PK\x03\x04 rien", "liste.xlsx", "Le classeur est abîmé"),
    ],
)
def test_a_hostile_file_is_read_apart_and_ends_with_one_sentence(
    desk: ListDesk, data: bytes, name: str, sentence: str
):
    address = desk.send(data, name=name).location
    assert address
    import_jobs.carry_out_imports(desk.world.house, desk.world.practice_id)
    if desk.job(address).status == "preview":  # its head is well: the whole is read for the trial
        desk.press(address, "columns", **desk.form(address))
        import_jobs.carry_out_imports(desk.world.house, desk.world.practice_id)
    said = desk.says(address).replace("\xa0", " ").replace("\u202f", " ")
    assert sentence in said
    assert desk.job(address).status in {"failed", "preview"}
    assert desk.balances() == {}
    if desk.job(address).status == "failed":
        assert desk.count(ImportFile) == 0
        assert desk.send(csv_of(row())).status_code == 303


def test_a_reader_that_takes_too_much_is_stopped_with_a_sentence(
    desk: ListDesk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("shared.billing.reading_apart.PATIENCE_SECONDS", 0.01)
    address = desk.send(csv_of(row())).location
    assert address
    import_jobs.carry_out_imports(desk.world.house, desk.world.practice_id)
    assert "demande trop de mémoire ou de temps" in desk.says(address)
    assert reading_program.MEMORY_BYTES <= 2 * 1024**3


def test_refused_cells_never_become_formulas(desk: ListDesk):
    address = desk.tried({**row("F-1"), "=HYPERLINK": "x"}, {**row("F-1"), "=HYPERLINK": "y"})
    told = desk.window().client.get(f"{address}/refused.csv").text
    assert not any(
        cell.startswith(("=", "+", "-", "@")) for cell in told.replace("\r\n", ";").split(";")
    )


def test_each_page_costs_at_most_a_dozen_statements(desk: ListDesk):
    waiting = desk.tried(row("F-1"), row("F-2"))
    client = desk.window().client
    for page in (
        "/imports",
        waiting,
        f"{waiting}/progress",
        "/imports/columns",
        f"{waiting}/refused.csv",
    ):
        client.get(page)
        with counting(client.application.extensions["ardoise-office"].database.engine) as seen:
            assert client.get(page).status_code == 200
        assert len(seen) <= 12, (page, seen)
