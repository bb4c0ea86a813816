"""What patients read at the card processor: asked for by an owner, read by the worker, the rest confirmed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from ardoise.commands.setup_words import finding_line
from ardoise.office import House
from ardoise.trying import Processor, do_trials
from shared.audit import SYSTEM, record
from shared.processor import (
    NO_RIGHT,
    GatewayRefusedError,
    GatewayUnavailableError,
    OwnAccount,
    ProcessorAccount,
    ProcessorKeys,
    set_processor_account,
)
from shared.processor.stripe_gateway import StripeGateway
from shared.setup import open_findings
from tests.backoffice_office import Samples, counted, opened, press, text_of
from tests.backoffice_people import KEYS, OURS
from tests.servers.sandbox import Sandbox, restricted
from tests.unit.test_setup_account import RIGHT

pytestmark = pytest.mark.broken_books("accounts of the samples are pictures: nothing was booked")
PAGE = "/settings/setup"
OURS_SAYS = "Secrétariat R11"


class Told:
    """A processor that says this."""

    def __init__(self, answer: OwnAccount | Exception) -> None:
        self.answer = answer

    def read_account(self) -> OwnAccount:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        connect(samples)
        yield samples


def connect(office: Samples) -> None:
    """Keys are given, anew where there were some."""
    with office.database.unit_of_work(OURS) as work:
        set_processor_account(
            work.session,
            practice_id=OURS,
            keys=ProcessorKeys("rk_test_portal", "rk_test_worker"),
            webhook_secrets=["whsec_x"],
            gateway_keys=KEYS,
            worker_keys=KEYS,
        )
        record(
            work.session,
            practice_id=OURS,
            account_id=None,
            kind="processor.connected",
            actor=SYSTEM,
            at=office.clock.now(),
        )
        work.commit()


def work(office: Samples, processor: Processor | None) -> int:
    house = House.__new__(House)
    for name, value in (("database", office.database), ("clock", office.clock), ("keys", KEYS)):
        object.__setattr__(house, name, value)
    return do_trials(
        house,
        OURS,
        carriers={},
        names=None,  # type: ignore[arg-type]
        mail_from="a@r12.example",
        processor=lambda _practice_id: processor,
    )


def says(client: FlaskClient) -> str:
    return text_of(client.get(PAGE))


def ours() -> OwnAccount:
    return replace(RIGHT, name=OURS_SAYS, statement="SECRETARIAT R11")


def test_a_neutral_account_passes_and_other_keys_ask_for_another_look(office: Samples) -> None:
    client = office.client("owner")
    assert press(client, f"{PAGE}/account").status_code == 303
    assert "En cours" in says(client)
    assert work(office, Told(ours())) == 1
    shown = says(client)
    assert "Nom public : « Secrétariat R11 », comme dans vos messages." in shown
    assert "Sur le relevé bancaire : « SECRETARIAT R11 »." in shown
    office.clock.instant += timedelta(minutes=1)
    connect(office)
    assert "Les clés ont changé depuis ce contrôle" in says(client)
    assert "Nom public" not in says(client)


def lines(office: Samples) -> list[str]:
    """What `ardoise check` tells of it."""
    with office.database.reading(OURS) as session:
        return [finding_line(OURS, one) for one in open_findings(session, practice_id=OURS)]


def test_operators_are_told_what_is_left_to_mend(office: Samples) -> None:
    client = office.client("owner")
    assert lines(office) == []
    press(client, f"{PAGE}/account")
    assert lines(office) == [], "nobody has looked yet"
    work(office, Told(replace(ours(), name="Cabinet Dupont", charges=False)))
    named, closed = lines(office)
    assert "practice 1" in named
    assert "its public name says « cabinet »" in named
    assert "charges are closed" in closed
    office.clock.instant += timedelta(minutes=1)
    press(client, f"{PAGE}/account")
    work(office, Told(ours()))
    assert lines(office) == []
    office.clock.instant += timedelta(minutes=1)
    connect(office)
    [old] = lines(office)
    assert "look again" in old


def test_what_would_tell_of_care_is_named_with_what_to_do(office: Samples) -> None:
    client = office.client("owner")
    press(client, f"{PAGE}/account")
    work(office, Told(replace(ours(), name="Cabinet Dupont", charges=False)))
    shown = says(client)
    assert "Le nom public dit « cabinet » : remplacez-le par « Secrétariat R11 »" in shown
    assert "Les paiements sont fermés" in shown


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (GatewayUnavailableError("x"), "Le prestataire n’a pas répondu"),
        (GatewayRefusedError("PermissionError", NO_RIGHT), "n’a pas le droit de lire le compte"),
        (GatewayRefusedError("AuthenticationError"), "Le prestataire refuse cette clé"),
        (None, "Aucune clé n’est là"),
    ],
)
def test_a_processor_that_tells_nothing_is_said_and_pretends_nothing(
    office: Samples, answer: Exception | None, said: str
) -> None:
    client = office.client("owner")
    press(client, f"{PAGE}/account")
    assert work(office, Told(answer) if answer else None) == 1
    shown = says(client)
    assert said in shown
    assert "comme dans vos messages" not in shown
    assert len(lines(office)) == 1


def test_that_no_receipts_are_mailed_is_an_owners_word_with_name_and_day(office: Samples) -> None:
    client = office.client("owner")
    assert "Ardoise ne peut pas le lire chez le prestataire" in says(client)
    half = press(client, f"{PAGE}/receipts", receipts="1")
    assert half.status_code == 422
    assert "Regardez les deux" in text_of(half)
    assert press(client, f"{PAGE}/receipts", receipts="1", link="1").status_code == 303
    assert "Camille Owner l’a confirmé le 24 novembre 2026" in says(client)
    assert "confirmé" in says(office.client("manager"))
    press(client, f"{PAGE}/receipts", back="1")
    assert "l’a confirmé" not in says(client)
    press(client, f"{PAGE}/receipts", receipts="1", link="1")
    connect(office)
    assert "l’a confirmé" not in says(client), "other keys may be of another account"


def test_without_an_account_there_is_nothing_to_confirm(database_url: str) -> None:
    with opened(database_url) as office:
        client = office.client("owner")
        assert "Les reçus que le prestataire" not in says(client)
        press(client, f"{PAGE}/receipts", receipts="1", link="1")
        assert "Aucun compte de paiement n’est branché" in says(client)


def test_the_page_costs_no_more_statements_with_an_account(office: Samples) -> None:
    client = office.client("owner")
    says(client)
    with counted(office.database) as statements:
        says(client)
    assert len(statements) <= 12


@pytest.mark.usefixtures("provoked")
def test_the_workers_key_reads_it_at_the_processor_and_the_portals_does_not(
    processor: Sandbox,
) -> None:
    key = f"sk_test_{uuid4().hex}"
    processor.control("account", key=key, public_name="Maison 12", support_email="a@x.example")
    keys = restricted(processor, key)
    told = StripeGateway(keys.worker, [], processor.url).read_account()
    assert (told.name, told.country, told.currency) == ("Maison 12", "FR", "eur")
    assert (told.charges, told.payouts, told.interval) == (True, True, "daily")
    assert told.sites == ("a@x.example",)
    with pytest.raises(GatewayRefusedError) as refused:
        StripeGateway(keys.portal, [], processor.url).read_account()
    assert refused.value.code == NO_RIGHT


def test_the_word_is_kept_with_the_account(office: Samples) -> None:
    press(office.client("owner"), f"{PAGE}/receipts", receipts="1", link="1")
    with office.database.reading(OURS) as session:
        row = session.execute(
            select(ProcessorAccount.receipts_by, ProcessorAccount.receipts_at)
        ).one()
    assert row.receipts_by == office.staff["owner"].user.id
    assert row.receipts_at == office.clock.now()
