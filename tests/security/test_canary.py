"""A canary in every sealed and medical field: none of it leaves by any way that we have.

Channels, routes and jobs are found by themselves: what goes out passes a tap on the wire, the portal's
addresses are read from its URL map, the worker runs all of its jobs. What may be seen where is written
down below; all else fails.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from ardoise import jobs, settling
from ardoise.commands.ladder import summary
from ardoise.exporting import write_csv
from ardoise.importing import report_lines
from ardoise.office import sending_office
from portal.views import paying
from shared.delivery import Envelope, HttpSmsCarrier, SmtpCarrier
from shared.payments import PaymentAttempt
from tests import papers
from tests.integration.talks import Talks, words
from tests.integration.till import NO_MONEY
from tests.integration.vendors import sms_vendor
from tests.security.canary_house import CanaryHouse, canary_house, named_ids
from tests.security.conftest import Logged
from tests.security.planted import (
    BORN,
    MARKS,
    ROW,
    Seeker,
    export_of,
    import_list,
    plant,
    sealed_columns,
)
from tests.security.portal_house import Browser, identity
from tests.security.portal_stories import ROUTES, cells_of
from tests.security.wiretap import errors_noted, tapped
from tests.servers.sandbox import Sandbox
from tests.world import World

# What may be seen inside a visit, by route: her own name on her statement and receipts, her own
# words where she wrote them.
SHOWN = {
    "statement.show": {"party.name"},
    "receipt.show": {"party.name"},
    "messages.show": {"message.body"},
    "messages.write_on": {"message.body"},
    "messages.document": {"document.content"},
    "plan.show": {"plan.agreed_text"},
    "plan.agree": {"plan.agreed_text"},
    "plan.ask": {"plan.agreed_text"},
    "help.show": {"aid_request.answers"},
    "help.write_on": {"aid_request.answers"},
    "preferences.show": {"proposal.content"},
    "preferences.language": {"proposal.content"},
    "preferences.channel": {"proposal.content"},
    "proposals.show": {"proposal.content"},
    "proposals.give": {"proposal.content"},
    "proposals.send_again": {"proposal.content"},
}
EMAIL, PHONE = ROW["E-mail"], "+33639984471"
PART = {"choice": "other", "amount": "10,00"}
# What a vendor must be told to do its work, and where exactly it stands.
OWED = (
    rb"(?im)^RCPT TO:<" + re.escape(EMAIL.encode()) + rb">",
    rb"(?m)^To: " + re.escape(EMAIL.encode()) + rb"\r$",
    rb'"to": "' + re.escape(PHONE.encode()) + rb'"',
    rb"(?m)^Authorization: Bearer [rs]k_test_\w+\r$",
)


@pytest.fixture
def house(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CanaryHouse]:
    monkeypatch.setattr(paying, "WAIT_SECONDS", 0.0)
    with canary_house(sqlite_url) as made:
        yield made


@pytest.fixture
def seeker(house: CanaryHouse) -> Seeker:
    return Seeker.of(house.planted.marks)


def wire(house: CanaryHouse) -> bytes:
    """All that left for vendors and processor, less what they must be told."""
    sent = house.web.sent + house.mail.sent
    for owed in OWED:
        sent = re.sub(owed, b"", sent)
    return sent


def test_every_sealed_column_has_its_canary(house: CanaryHouse):
    planted = {column for column, texts in house.planted.marks.items() if texts}
    assert sealed_columns() <= planted


def test_messages_hold_a_neutral_sentence_and_a_link(
    house: CanaryHouse, seeker: Seeker, logged: Logged
):
    house.look()
    house.later(8, Canal="e-mail")
    house.later(15, Canal="SMS")
    house.later(15)
    house.later(15)
    Browser(house.app, site=house.world.settings.site).post(f"/l/{house.last_link()}/new")
    house.look()
    house.later(1, Canal="e-mail", Langue="anglais")
    Browser(house.app, site=house.world.settings.site).post(f"/l/{house.last_link()}/new")
    house.look()
    told = house.messages()
    assert [message["channel"] for message in told] == ["sms", "email", "sms", "sms", "email"]
    assert {message["to"] for message in told} == {PHONE, EMAIL}
    assert house.mail.sent.count(b"\r\ndata\r\n") == 2
    assert b"POST /sms" in house.web.sent
    assert seeker.found(wire(house)) == set()
    for message in told:
        words = {name: message[name] for name in message if name not in {"to", "headers", "raw"}}
        assert seeker.found(str(words)) == set()
        assert message["attachments"] == []
        for name, value in message["headers"].items():
            assert name == "To" or seeker.found(f"{name}: {value}") == set()
    assert seeker.found(logged.text) == set()


def test_a_refused_message_tells_nobody_whose_it_was(
    house: CanaryHouse, seeker: Seeker, logged: Logged
):
    with errors_noted() as texts:
        house.later(1, Canal="e-mail", **{"E-mail": "canari-zq81@bounce.example"})
        house.later(8, Canal="e-mail", **{"E-mail": "canari-zq81@later.example"})
        house.later(8, Canal="SMS", **{"Téléphone portable": "06 39 98 00 00"})
    assert any("refused" in said for said in texts)
    assert any("deferred" in said for said in texts)
    for said in (logged.text, *texts, *cells_of(house.world.database).values()):
        assert seeker.found(said) == set()


def test_paying_tells_the_processor_a_sum_and_a_neutral_label(
    house: CanaryHouse, seeker: Seeker, logged: Logged, tmp_path: Path
):
    house.look()
    house.world.later(minutes=1)
    house.set_clock()
    browser = house.enter()
    house.press(browser.post("/pay", PART).location, NO_MONEY)
    payment = house.pay(browser.post("/pay", {"choice": "all"}).location)
    with house.world.database.reading() as session:
        written = tmp_path / "paiements.csv"
        assert write_csv(
            session, written, practice_id=house.world.practice_id, since=None, until=None
        )
    assert b"POST /v1/checkout/sessions" in house.web.sent
    assert b"Secr%C3%A9tariat+R12" in house.web.sent
    assert seeker.found(wire(house)) == set()
    assert seeker.found(written.read_bytes()) == set()
    assert seeker.found(f"{payment.number} {payment.processor_ref}") == set()
    assert seeker.found(logged.text) == set()
    for name in tmp_path.rglob("*"):
        assert seeker.found(str(name.relative_to(tmp_path))) == set()
    ledger = house.sandbox.call("GET", "/control/ledger").text
    assert seeker.found(ledger.replace(house.planted.marks[KEY][0], "")) == set()


def test_what_she_writes_and_what_she_is_answered_leaves_by_no_way(
    house: CanaryHouse, seeker: Seeker, logged: Logged
):
    house.look()
    browser, talks = house.enter(), Talks(house.world)
    told = " ".join(text for texts in MARKS.values() for text in texts)
    scan = (BytesIO(papers.photo()), f"{ROW['Nom']} {ROW['Acte']}.jpg")
    wrote = browser.post("/messages", {"subject": "paid", "text": told, "documents": scan})
    asked = browser.post("/help", {"wish": "talk", "text": told})
    refused = browser.post("/messages", {"text": told, "documents": (BytesIO(b"x"), "x")})
    assert (wrote.status_code, asked.status_code, refused.status_code) == (303, 303, 422)
    house.look()
    [thread] = [one for one in talks.threads(house.planted.account) if one.subject == "paid"]
    talks.answer(thread, words(told))
    house.look()
    assert [message["channel"] for message in house.messages()] == ["sms"] * 3
    assert "bien noté" in house.messages()[1]["text"]
    assert "répondu" in house.messages()[2]["text"]
    assert seeker.found(wire(house)) == set()
    assert seeker.found(logged.text) == set()
    for answer in (wrote, asked):
        assert seeker.found(f"{answer.text} {answer.headers}") == set()
    assert seeker.found(str(refused.headers)) == set()
    for said in cells_of(house.world.database).values():
        assert seeker.found(said) == set()


# All that the processor is told of a payment: a sum, a label, a reference, where to send her back.
ORDER = {
    *("mode", "locale", "expires_at", "success_url", "cancel_url", "client_reference_id"),
    *("payment_intent_data[metadata][reference]", "expand[0]", "line_items[0][quantity]"),
    *(f"line_items[0][price_data][{name}]" for name in ("currency", "unit_amount")),
    "line_items[0][price_data][product_data][name]",
}


def orders(house: CanaryHouse) -> list[dict[str, str]]:
    """What was sent to open payment pages, field by field."""
    bodies = re.findall(
        rb"POST /v1/checkout/sessions HTTP/1.1\r\n.*?\r\n\r\n(mode=[^\r\n]+|[^\r\n]*&mode=[^\r\n]+)",
        house.web.sent,
        re.DOTALL,
    )
    assert len(bodies) == 2
    return [dict(parse_qsl(body.decode())) for body in bodies]


def tried(house: CanaryHouse) -> list[UUID]:
    """The payments that were begun, as our own rows name them."""
    with house.world.database.reading() as session:
        return list(session.scalars(select(PaymentAttempt.id)))


KEY = "processor_account.worker_key"


def test_pages_show_her_name_on_her_statement_and_receipts_and_no_more(
    house: CanaryHouse, seeker: Seeker, logged: Logged
):
    house.look()
    known = named_ids(house, house.pay(house.enter().post("/pay", PART).location))
    seen = set()
    for route in ROUTES:
        for language in ("fr", "en"):
            inside = house.enter()
            inside.post("/language", {"language": language, "back": "/"})
            inside.enter(house.last_link(), BORN)
            for answer in answers(house, inside, route, known):
                found = seeker.found(answer.data) | seeker.found(str(answer.headers))
                assert found <= SHOWN.get(route.endpoint, set()), f"{route} {answer.status}"
                seen |= found
    assert seen == set().union(*SHOWN.values())
    assert seeker.found(logged.text) == set()


def answers(
    house: CanaryHouse, inside: Browser, route: Any, known: dict[str, Any]
) -> Iterator[Any]:
    """What a route says to her, to a stranger, and to whoever asks it badly."""
    values = {"token": house.last_link(), **known}
    adapter = house.app.url_map.bind("127.0.0.1")
    address = adapter.build(route.endpoint, {n: values[n] for n in route.rule.arguments})
    stranger = Browser(house.app, site=house.world.settings.site)
    if route.method == "GET":
        yield inside.get(address)
        yield inside.get(f"{address}/x")
        yield stranger.get(address)
    else:
        yield inside.send("POST", address)
        yield stranger.post(address, identity(BORN.replace(year=1932)))
        yield inside.post(address, {"choice": "other", "amount": "0,01", "day": "x"})
    yield inside.send("BREW", address)


def test_what_fails_does_not_quote_what_it_worked_on(
    house: CanaryHouse,
    seeker: Seeker,
    logged: Logged,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
):
    """Every job of the worker and every page fails with her data in its mouth."""

    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"{MARKS}")

    house.look()
    names = [
        (module, name)
        for module in (jobs, settling)
        for name, thing in vars(module).items()
        if callable(thing) and getattr(thing, "__module__", "") == module.__name__
    ]
    assert len(names) >= 16
    for module, name in names:
        with monkeypatch.context() as broken:
            broken.setattr(module, name, fail)
            house.look()
    for endpoint in list(house.app.view_functions):
        monkeypatch.setitem(house.app.view_functions, endpoint, fail)
    for path in ("/statement", "/pay", "/", "/privacy", f"/l/{house.last_link()}"):
        answer = Browser(house.app).get(path)
        assert answer.status_code == 500
        assert seeker.found(answer.text + str(answer.headers)) == set()
    assert "job.failed" in logged.text
    assert "request failed" in logged.text
    assert seeker.found(logged.text) == set()
    out, err = capfd.readouterr()
    assert seeker.found(out + err) == set()


@pytest.fixture
def planted_world(small_world: World) -> World:
    """The same person at a practice without wires."""
    plant(small_world)
    return small_world


EVERYTHING = Seeker.of(MARKS)


def test_a_broken_database_statement_does_not_show_its_values(planted_world: World):
    with pytest.raises(DBAPIError) as told, planted_world.database.unit_of_work() as work:
        work.session.execute(
            text("INSERT INTO party (name, role) VALUES (:name, :role)"),
            {"name": ROW["Nom"], "role": ROW["Prénom"]},
        )
    assert EVERYTHING.found(f"{told.value!s} {told.value!r}") == set()


BAD = {
    "Date de naissance": "Wyzkowiak",
    "Téléphone portable": "canari-zq81",
    "E-mail": "Zorbectomie complète",
    "Montant total": "Vexillaire",
    "Reste dû": "2310775913842",
    "Échéance": "19/07/1931x",
    "Date facture": "Nyctémérose aiguë",
    "N° facture": "",
    "Code postal": "Xandreville",
}


@pytest.mark.parametrize("column", [None, *BAD])
def test_the_import_tells_rows_and_columns_and_quotes_no_cell(
    planted_world: World, logged: Logged, column: str | None
):
    changes = {} if column is None else {column: BAD[column]}
    with errors_noted() as texts:
        report = import_list(planted_world, export_of(planted_world, **changes), dry_run=True)
    lines = report_lines(report)
    assert lines
    assert column in {None, "Code postal"} or report.problems
    for told in (*lines, *texts, repr(report.counts), repr(report.problems), logged.text):
        assert EVERYTHING.found(told) == set()


def test_a_nights_summary_is_numbers(planted_world: World):
    lines = summary(planted_world.night())
    assert any("1 account" in line for line in lines)
    assert EVERYTHING.found("\n".join(lines)) == set()


def test_a_vendor_that_repeats_what_it_was_told_is_not_quoted(planted_world: World, logged: Logged):
    """Or else the link, which the database must never hold, would stand there as the reason."""
    world = planted_world
    with sms_vendor() as vendor, errors_noted() as texts:
        repeats = f"can't send to {PHONE} ({ROW['Prénom']} {ROW['Nom']}): "
        vendor.does.append((422, {"error": repeats + "http://127.0.0.1:8000/l/" + "A" * 47}))
        carrier = HttpSmsCarrier(vendor.url, "token")
        office = sending_office(world.house, {"sms": carrier, "email": world.mail})
        world.night()
        jobs.send_reminders(world.house, office, world.practice_id)
        carrier.close()
    [sent] = vendor.got
    assert "/l/" in sent["text"]
    assert any("deferred with 422" in said for said in texts)
    for said in (logged.text, *texts, *cells_of(world.database).values()):
        assert EVERYTHING.found(said) == set()
        assert "A" * 47 not in said


def test_the_canary_would_sing(house: CanaryHouse, seeker: Seeker, sandbox: Sandbox):
    """The tap and the seeker find what is there: in a letter's text, in a header, in base64."""
    with tapped(sandbox.smtp_port) as tap:
        carrier = SmtpCarrier(f"smtp://127.0.0.1:{tap.port}", "a@b.example", house.world.clock)
        for text, subject in (("Bonjour Zéphyrinde", ""), ("Bonjour", "Wyzkowiak")):
            before = len(tap.sent)
            carrier.send(Envelope("x@y.example", "R12", "r", subject, text, f"<p>{text}</p>"))
            carrier.close()
            assert seeker.found(tap.sent[before:]) == {"party.name"}
    assert seeker.found(house.planted.staff.totp_secret) == {"staff_user.totp_secret"}
    for column, texts in house.planted.marks.items():
        for text in texts:
            assert column in seeker.found(f"…{text}…")
