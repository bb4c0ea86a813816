"""A practice's list comes in again and again: what each list changes, and what it must not touch."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from ardoise.importing import (
    ImportRefusedError,
    UnclearSourceError,
    choose_source,
    report_lines,
)
from shared.accounts import Account, Party
from shared.billing import ImportRun, Invoice, Source
from shared.delivery import Notice
from shared.ledger import JournalEntry
from shared.worklist import Task
from tests.integration.import_world import (
    MOTHER,
    NOW,
    PRACTICE,
    ImportWorld,
    open_import_world,
    row,
)

# What every import writes, even one that changes nothing.
NEWS = frozenset(
    {"import_run", "timeline_event", "source", "import_job", "import_row", "import_touch"}
)
CHILD = {"Nom": "Marchand", "Prénom": "Léo", "Date de naissance": "14/05/2017"}


@pytest.fixture
def world(database_url: str) -> ImportWorld:
    return open_import_world(database_url)


# Coming in


def test_a_first_list_opens_an_account_for_each_debtor_and_sends_nothing(world: ImportWorld):
    report = world.export(row("F-1"), row("F-2", left="5,00"), row("F-3", ref="D-2", Nom="Roy"))
    assert report.kept
    assert (report.counts["created"], report.counts["accounts_opened"]) == (3, 2)
    assert world.account_of("F-1").balance_cents == 2500
    assert world.account_of("F-1").checkable
    assert world.names("F-3") == {"debtor": "Inès Roy"}
    assert world.count(Notice) == 0
    run = world.only(ImportRun)
    assert run.counts["created"] == 3
    assert len(run.digest) == 64


def test_people_and_contacts_are_in_the_database_sealed_only(world: ImportWorld):
    world.export(row(Adresse="3 rue des Tilleuls", Code_postal="75011", Protection="CSS"))
    everything = repr(world.everything())
    for secret in ("Lacroix", "lacroix", "Inès", "1949", "639981234", "Tilleuls", "75011", "CSS"):
        assert secret not in everything


def test_a_mother_of_two_patients_has_one_account_without_the_childrens_telephones(
    world: ImportWorld,
):
    leo = row("F-1", ref="D-2") | CHILD | MOTHER
    zoe = row("F-2", ref="D-3") | CHILD | MOTHER | {"Prénom": "Zoé"}
    world.export(leo, zoe)
    assert world.count(Account) == 1
    assert world.count(Party) == 3
    assert world.contacts("F-1") == {("phone", "+33639980011"): "usable"}


def test_what_was_invoiced_before_the_start_comes_in_by_what_is_left_of_it(world: ImportWorld):
    old = row("F-1", left="12,00", Date_facture="15/11/2025")
    world.export(old, row("F-2", left="12,00"))
    with world.database.reading(PRACTICE) as session:
        kinds = list(session.scalars(select(JournalEntry.kind).order_by(JournalEntry.id)))
        opening = session.scalars(select(JournalEntry).where(JournalEntry.kind == "opening")).one()
    assert sorted(kinds) == ["adjustment", "invoice", "opening"]
    assert opening.booked_on == date(2026, 1, 1)
    assert [world.invoice(n).open_cents for n in ("F-1", "F-2")] == [1200, 1200]


def test_an_invoice_with_nothing_left_comes_in_settled(world: ImportWorld):
    world.export(row(left="0,00"))
    assert (world.invoice("F-1").status, world.invoice("F-1").open_cents) == ("settled", 0)


def test_without_a_due_date_the_practices_delay_counts(world: ImportWorld):
    world.export(row("F-1"), row("F-2", Échéance="10/09/2026"))
    assert world.invoice("F-1").due_on == date(2026, 10, 1)
    assert world.invoice("F-2").due_on == date(2026, 9, 10)


def test_cells_of_care_are_dropped(world: ImportWorld):
    report = world.export(row(Acte="Consultation suivie"))
    assert world.invoice("F-1").lines is None
    assert "Colonnes de soins, non conservées : Acte" in plain(report_lines(report))


def test_cells_of_care_are_kept_sealed_where_the_practice_wants_them(database_url: str):
    world = open_import_world(database_url, keeps_lines=True)
    world.export(row(Acte="Consultation suivie"))
    assert world.care("F-1") == {"Acte": "Consultation suivie"}
    assert "suivie" not in repr(world.everything())
    before = world.everything(but=NEWS)
    world.export(row(Acte="Consultation suivie"))
    assert world.everything(but=NEWS) == before


# Coming again


def test_the_same_list_again_changes_nothing_at_all(world: ImportWorld):
    leo = row("F-3", ref="D-2", Litige="oui", Protection="CSS", Langue="en") | CHILD | MOTHER
    rows = [row(Adresse="3 rue des Tilleuls"), row("F-2", left="5,00", Canal="SMS"), leo]
    world.export(*rows)
    before = world.everything(but=NEWS)
    report = world.export(*rows)
    assert world.everything(but=NEWS) == before
    assert world.events("import.kept") == ["import.kept"] * 2
    assert report.counts["unchanged"] == 3
    with world.database.reading(PRACTICE) as session:
        digests = list(session.scalars(select(ImportRun.digest)))
    assert len(set(digests)) == 1


def test_another_remainder_is_booked_as_an_adjustment(world: ImportWorld):
    world.export(row())
    world.a_week_later()
    report = world.export(row(left="8,00"))
    assert world.invoice("F-1").open_cents == 800
    assert world.account_of("F-1").balance_cents == 800
    assert "facture F-1 : 20,00 € → 8,00 €" in plain(report_lines(report))
    world.a_week_later()
    world.export(row(left="0,00"))
    assert world.invoice("F-1").status == "settled"
    world.a_week_later()
    world.export(row(left="20,00"))
    assert world.invoice("F-1").status == "issued"


def test_a_payment_made_here_is_not_counted_twice_when_the_practice_enters_it(world: ImportWorld):
    world.export(row())
    world.pay_here("F-1", 1500)
    world.a_week_later()
    world.export(row())
    assert world.invoice("F-1").open_cents == 500
    world.a_week_later()
    report = world.export(row(left="5,00"))
    assert world.invoice("F-1").open_cents == 500
    assert world.invoice("F-1").unacknowledged_cents == 0
    assert report.counts["acknowledged"] == 1


def test_a_changed_invoice_of_two_sources_is_told_by_its_source(world: ImportWorld):
    other = row(ref="D-2", left="20,00", Nom="Roy")
    world.export(row(left="20,00"))
    world.export(other, source="cabine")
    world.a_week_later()
    world.export(other | {"Reste dû": "3,00"}, source="cabine")
    assert world.count(Source) == 2
    with world.database.reading(PRACTICE) as session:
        assert sorted(session.scalars(select(Invoice.open_cents))) == [300, 2000]


def test_an_invoice_that_its_account_has_from_another_source_is_not_asked_for_twice(
    world: ImportWorld,
):
    world.export(row("F-1"), row("F-2"))
    before = world.everything(but=NEWS)
    report = world.export(row("F-3"), row("F-1"), source="logicel")
    [problem] = report.blocking
    assert (problem.row, problem.column) == (3, "N° facture")
    assert "« logiciel »" in problem.reason
    assert world.everything(but=NEWS) == before
    assert world.export(row("F-3"), source="cabine").kept
    assert world.account_of("F-1").balance_cents == 6000


def named(world: ImportWorld, wanted: str | None, *, is_new: bool = False) -> str:
    with world.database.reading(PRACTICE) as session:
        return choose_source(session, practice_id=PRACTICE, wanted=wanted, is_new=is_new)


def test_a_source_is_only_new_when_that_is_said(world: ImportWorld):
    assert named(world, None) == "logiciel"
    assert named(world, "Cabine") == "Cabine"
    world.export(row(), source="Cabine")
    assert named(world, None) == named(world, "Cabine") == "Cabine"
    with pytest.raises(UnclearSourceError, match=r"“Cabin”, only “Cabine”.*--new-source"):
        named(world, "Cabin")
    with pytest.raises(UnclearSourceError, match="leave --new-source out"):
        named(world, "Cabine", is_new=True)
    with pytest.raises(UnclearSourceError, match="1 to 40"):
        named(world, "")
    assert named(world, "Cabin", is_new=True) == "Cabin"
    world.export(row(ref="D-2", Nom="Roy"), source="Cabin")
    with pytest.raises(UnclearSourceError, match="“Cabin”, “Cabine”"):
        named(world, None)


# Missing from the list


def test_an_invoice_missing_from_a_full_list_waits_for_staff(world: ImportWorld):
    world.export(row("F-1"), row("F-2"))
    world.a_week_later()
    report = world.export(row("F-2"))
    assert world.holds("F-1") == [("absent", "active", True)]
    task = world.only(Task)
    assert (task.kind, task.key) == ("invoice_absent", str(world.invoice("F-1").id))
    assert task.due_on == date(2026, 12, 6)
    assert world.invoice("F-1").open_cents == 2000
    assert "facture F-1 : 20,00 €" in plain(report_lines(report))
    world.a_week_later()
    assert world.export(row("F-2")).counts.get("absent", 0) == 0
    assert len(world.holds("F-1")) == 1


def test_an_invoice_that_is_back_goes_on_as_before(world: ImportWorld):
    world.export(row("F-1"), row("F-2"))
    world.a_week_later()
    world.export(row("F-2"))
    world.a_week_later()
    report = world.export(row("F-1", left="15,00"), row("F-2"))
    assert report.counts["returned"] == 1
    assert world.holds("F-1") == [("absent", "released", True)]
    assert world.only(Task).status == "done"
    assert world.invoice("F-1").open_cents == 1500


def test_an_invoice_paid_here_in_full_may_leave_the_list(world: ImportWorld):
    world.export(row("F-1"), row("F-2"))
    world.pay_here("F-1", 2000)
    world.a_week_later()
    report = world.export(row("F-2"))
    assert (report.counts["acknowledged"], report.counts.get("absent", 0)) == (1, 0)
    assert world.holds("F-1") == []
    assert world.invoice("F-1").source_left_cents == 0


def test_a_held_invoice_that_is_then_paid_here_is_held_no_more(world: ImportWorld):
    world.export(row("F-1"), row("F-2"))
    world.a_week_later()
    world.export(row("F-2"))
    world.pay_here("F-1", 2000)
    world.a_week_later()
    world.export(row("F-2"))
    assert world.holds("F-1") == [("absent", "released", True)]
    assert world.only(Task).status == "done"


def test_a_partial_list_says_nothing_of_what_it_does_not_name(world: ImportWorld):
    world.export(row("F-1"), row("F-2"))
    world.a_week_later()
    world.export(row("F-3"), full=False)
    assert world.holds("F-1") == []
    assert world.only(Source).as_of == NOW
    world.export(row("F-1"), row("F-2"), row("F-3"))
    assert world.only(Source).as_of == NOW + timedelta(days=7)


# Refused


def test_an_older_list_is_refused(world: ImportWorld):
    world.export(row(left="8,00"))
    with pytest.raises(ImportRefusedError, match="plus ancien que le dernier"):
        world.export(row(), as_of=NOW - timedelta(hours=1))
    with pytest.raises(ImportRefusedError, match="futur"):
        world.export(row(), as_of=NOW + timedelta(hours=1))
    assert world.invoice("F-1").open_cents == 800


def test_one_bad_row_keeps_everything_out_and_all_of_them_are_told(world: ImportWorld):
    world.export(row("F-1"))
    before = world.everything()
    report = world.export(
        row("F-1", left="8,00"),
        row("F-2", Date_facture="hier"),
        row("F-3", left="25,00"),
        row("F-4", ref="D-9") | {"E-mail": "nobody"},
    )
    assert not report.kept
    assert world.everything() == before
    assert [(p.row, p.column, p.blocking) for p in report.problems] == [
        (3, "Date facture", True),
        (4, "Reste dû", True),
        (5, "E-mail", False),
    ]
    printed = plain(report_lines(report))
    assert "2 lignes sont à corriger" in printed
    assert "ligne 3, colonne « Date facture »" in printed
    assert "Rien n’a été importé" in printed


def test_an_invoice_that_changes_its_debtor_is_refused(world: ImportWorld):
    world.export(row("F-1", ref="D-2") | CHILD)
    report = world.export(row("F-1", ref="D-2") | CHILD | MOTHER)
    assert [(p.row, p.column) for p in report.blocking] == [(2, "N° facture")]
    assert world.count(Account) == 1


def test_a_file_number_given_to_someone_else_is_refused(world: ImportWorld):
    world.export(row("F-1"))
    report = world.export(row("F-1"), row("F-2") | CHILD)
    assert {p.column for p in report.blocking} == {"N° dossier"}
    report = world.export(row("F-2") | CHILD, full=False)
    assert [(p.row, p.column) for p in report.blocking] == [(2, "N° dossier")]


def test_a_dry_run_tells_the_truth_and_keeps_nothing(world: ImportWorld):
    world.export(row("F-1"), row("F-2"))
    before = world.everything()
    rows = [row("F-1", left="8,00"), row("F-3", ref="D-4", Nom="Roy")]
    tried = world.export(*rows, dry_run=True)
    assert world.everything() == before
    done = world.export(*rows)
    assert (tried.counts, tried.changes, tried.absent) == (done.counts, done.changes, done.absent)
    assert "Essai : rien n’a été gardé" in plain(report_lines(tried))
    assert not tried.kept
    assert done.kept


def test_a_failure_in_the_middle_leaves_nothing_behind(
    world: ImportWorld, monkeypatch: pytest.MonkeyPatch
):
    before = world.everything()
    monkeypatch.setattr("ardoise.importing.writing.record_many", fail)
    with pytest.raises(RuntimeError):
        world.export(row())
    assert world.everything() == before


def fail(*_args: object, **_options: object) -> None:
    raise RuntimeError("the machine stops here")


# Many rows


def test_progress_names_every_row_once_and_the_chunks_are_seamless(world: ImportWorld):
    rows = [row(f"F-{i}", ref=f"D-{i}") for i in range(450)]
    done: list[int] = []
    world.export(*rows, progress=done.append)
    world.export(row("F-0", ref="D-0", left="3,00"), *rows[1:], progress=done.append)
    assert sum(done) == 2 * 450
    assert world.count(Invoice) == 450
    assert len(set(world.numbers())) == world.count(Account) == 450


def test_two_accounts_never_get_the_same_number_however_the_dice_fall(
    world: ImportWorld, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("shared.accounts.opening.new_account_number", lambda: "P000000")
    world.export(row("F-1"), row("F-2", ref="D-2"))
    world.export(row("F-3", ref="D-3"), full=False)
    assert len(set(world.numbers())) == 3


def test_the_report_names_nobody(world: ImportWorld):
    world.export(row("F-1"), row("F-2"))
    reports = [
        world.export(row("F-1", left="3,00", Nom="Lacroix-Roy"), row("F-5", ref="D-9")),
        world.export(row("F-7", Date_facture="hier"), row("F-8") | CHILD),
    ]
    printed = plain([line for report in reports for line in report_lines(report)]).casefold()
    for name in ("lacroix", "inès", "marchand", "léo", "1949", "exemple.fr", "39 98"):
        assert name not in printed


def plain(lines: list[str]) -> str:
    """The report as one text with ordinary spaces."""
    return " ".join("\n".join(lines).split())
