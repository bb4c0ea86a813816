"""An account's file: all that was billed, paid, agreed and sent; nothing of care or of what was written."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from shared.audit import Head, TimelineEvent, seal_events, verify_chain
from shared.base.vault import KeyRing, new_key
from tests.backoffice_office import Samples, opened, press, text_of
from tests.backoffice_people import OURS
from tests.statements import counting

AUDIT = KeyRing({"k1": new_key()})


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def file_of(office: Samples, story: str, role: str) -> str:
    """The words of an account's file, as this role gets it."""
    answer = press(office.client(role), f"/accounts/{office.numbers[story]}/file")
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    disposition = answer.headers["Content-Disposition"]
    assert disposition == f"attachment; filename=dossier-{office.numbers[story]}.pdf"
    pages = PdfReader(BytesIO(answer.data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def digests(office: Samples, story: str) -> list[str]:
    with office.database.reading(OURS) as session:
        events = session.scalars(
            select(TimelineEvent).where(
                TimelineEvent.account_id == office.ids[story],
                TimelineEvent.kind == "account.file_made",
            )
        )
        return [event.facts["digest"] for event in events]


def test_the_file_tells_invoices_payments_and_messages_with_its_fingerprint(
    office: Samples,
) -> None:
    words = file_of(office, "held", "secretary")
    for part in ("Factures", "Paiements", "Messages envoyés", "Au nom de Nadia Ferhat"):
        assert part in words
    assert re.search(r"du \S+ \S+( \S+)?, à payer au plus tard le \d", words), "as screens say it"
    assert "avant le" not in words
    [digest] = digests(office, "held")
    assert digest in words.replace(" ", "")


def test_the_paper_carries_the_seal_against_which_the_journal_can_be_verified_later(
    office: Samples,
) -> None:
    assert "Journal scellé pas encore" in file_of(office, "held", "secretary")
    with office.database.unit_of_work(OURS) as work:
        seal_events(work.session, practice_id=OURS, keys=AUDIT, at=office.clock.now())
        work.commit()
    words = file_of(office, "held", "manager").replace(" ", "")
    printed = re.search(rf"{OURS}:1:[0-9a-f]{{64}}", words)
    assert printed
    with office.database.at_one_moment(OURS) as session:
        found = verify_chain(session, practice_id=OURS, keys=AUDIT, kept=Head.read(printed[0]))
        other = verify_chain(session, practice_id=OURS, keys=AUDIT, kept=Head(OURS, 1, bytes(32)))
    assert found.flaw is None
    assert other.flaw


def test_nothing_that_was_written_or_asked_for_in_confidence_is_in_it(office: Samples) -> None:
    written = "Une question"
    page = text_of(office.client("secretary").get(f"/accounts/{office.numbers['settled']}"))
    words = file_of(office, "settled", "secretary")
    assert written in page
    assert written not in words
    assert "Message de la personne" in words
    assert "aide" not in words.lower()
    assert "protection" not in words.lower()


def test_a_role_without_names_gets_the_file_without_a_name(office: Samples) -> None:
    assert "Ferhat" not in file_of(office, "held", "auditor")
    assert "Ferhat" in file_of(office, "held", "manager")


def test_the_accountant_gets_no_file_and_reads_no_story(office: Samples) -> None:
    address = f"/accounts/{office.numbers['held']}/file"
    assert press(office.client("accountant"), address).status_code == 403
    assert digests(office, "held") == []


def test_each_file_that_is_handed_out_is_noted_the_very_same_too(office: Samples) -> None:
    for role in ("secretary", "secretary", "manager"):
        file_of(office, "door", role)
    first, second, third = digests(office, "door")
    assert first == second == third


def test_the_file_costs_a_page_s_statements(office: Samples) -> None:
    client = office.client("secretary")
    address = f"/accounts/{office.numbers['settled']}/file"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sessions").text)
    assert token
    with counting(office.database.engine) as seen:
        client.post(address, data={"csrf_token": token[1]})
    assert len(seen) <= 12
