"""The account desk: the list, its filters and pages, the search, and an account's page."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import delete, select

from backoffice.desks.account_list import PAGE
from shared.accounts import (
    Account,
    ContactPoint,
    Hold,
    Party,
    Practice,
    account_vault,
    new_account,
    place_hold,
)
from shared.audit import PATIENT, SYSTEM, Actor, record
from shared.billing import Invoice
from shared.ladder import LadderCycle
from shared.links import Link
from shared.payments import PaymentAttempt
from shared.totals import Moment, keep_totals
from tests.backoffice_office import Samples, counted, opened, press, text_of
from tests.backoffice_people import KEYS, NOW, OTHERS, OURS, TODAY

MOST_STATEMENTS = 20  # with what waits behind the desks of the rail


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


@pytest.fixture
def empty_office(office: Samples) -> Samples:
    """The other practice before its first import."""
    with office.database.unit_of_work(OTHERS) as work:
        for table in (Hold, ContactPoint, Party, Account):
            work.session.execute(delete(table).where(table.practice_id == OTHERS))
        work.commit()
    return office


def people_on(html: str) -> list[str]:
    return re.findall(r'<a class="who" href="/accounts/\w+">([^<]+)</a>', html)


def add_many(office: Samples, count: int, balance_cents: int = 100) -> None:
    with office.database.unit_of_work(OURS) as work:
        practice = work.session.get_one(Practice, OURS)
        for number in range(count):
            account, _ = new_account(
                practice,
                external_key=f"many-{number}",
                language="fr",
                channel="any",
                keys=KEYS,
                at=NOW,
            )
            account.balance_cents = balance_cents
            work.session.add(account)
        work.commit()


def test_the_list_shows_who_owes_since_when_which_step_and_why_not(office: Samples):
    page = office.client("secretary").get("/accounts")
    assert people_on(page.text) == [
        "Odile Kerbrat",
        "Étienne Vasseur",
        "Nadia Ferhat",
        *people_on(page.text)[3:],
    ]
    said = text_of(page)
    held = said[said.index("Nadia Ferhat") :]
    assert held.startswith(f"Nadia Ferhat {office.numbers['held']} 42,50 € 1er novembre Rappel")
    assert "un message attend notre réponse" in held
    assert "envoyé aujourd’hui" in held
    assert "porte fermée après dix mauvaises réponses" in said


def test_a_filter_is_an_address(office: Samples):
    client = office.client("secretary")
    cases: list[tuple[str, set[str]]] = [
        ("state=owing", {"Nadia Ferhat", "Étienne Vasseur", "Odile Kerbrat"}),
        ("state=settled", {"Bruno Lemoine", "Samira Ferhat"}),
        ("step=reminder", {"Nadia Ferhat"}),
        ("step=none", {"Odile Kerbrat"}),
        ("step=call", set()),
        ("step=comet", set()),
        ("held=any", {"Nadia Ferhat", "Étienne Vasseur"}),
        ("held=hold_message", {"Nadia Ferhat"}),
        ("held=door_closed", {"Étienne Vasseur"}),
        ("held=stale", set()),
        ("language=en", {"Odile Kerbrat"}),
        ("language=fr&state=owing&held=hold_message", {"Nadia Ferhat"}),
    ]
    for query, people in cases:
        page = client.get(f"/accounts?{query}")
        assert set(people_on(page.text)) == people, query
        assert people or "Aucun compte ne correspond" in page.text


def reasons_on(html: str) -> dict[str, int]:
    """The reasons that the list can be filtered by, each with its figure."""
    found = re.findall(r'href="/accounts\?held=(\w+)"[^>]*>[^<]+<span class="n">(\d+)</span>', html)
    return {reason: int(count) for reason, count in found}


def test_every_reason_there_is_can_be_asked_for_and_its_figure_is_true(office: Samples):
    with office.database.unit_of_work(OURS) as work:
        kinds = {"doubt": ("dispute", "aid"), "sister": ("plan",), "settled": ("dispute",)}
        for story, placed in kinds.items():
            account = work.session.get_one(Account, (OURS, office.ids[story]))
            for kind in placed:
                place_hold(
                    work.session, account=account, kind=kind, actor=SYSTEM, at=NOW, review_on=TODAY
                )
        work.session.get_one(LadderCycle, (OURS, office.ids["doubt_cycle"])).withheld = "stale"
        keep_totals(work.session, Moment(OURS, NOW, "Europe/Paris"))
        work.commit()
    client = office.client("secretary")
    page = client.get("/accounts")
    assert reasons_on(page.text) == {
        "hold_dispute": 2,
        "hold_message": 1,
        "hold_aid": 1,
        "hold_plan": 1,
        "door_closed": 1,
        "stale": 1,
    }
    for reason, count in reasons_on(page.text).items():
        assert len(people_on(client.get(f"/accounts?held={reason}").text)) == count, reason
    said = text_of(page)
    assert "En pause Désaccord à vérifier 2" in said
    assert "Bloqué Porte fermée après dix mauvaises réponses 1" in said
    assert "En attente" not in said


def test_pages_follow_each_other_without_gap_or_double_even_among_equal_sums(office: Samples):
    add_many(office, 2 * PAGE)
    client, address, seen = office.client("accountant"), "/accounts?language=fr", []
    while address:
        page = client.get(address)
        numbers = people_on(page.text)
        assert len(numbers) <= PAGE
        seen += numbers
        following = re.search(r'href="([^"]+)">Comptes suivants', page.text)
        address = following[1].replace("&amp;", "&") if following else ""
        assert not address or "language=fr" in address
    with office.database.reading(OURS) as reading:
        known = reading.scalars(
            select(Account.number).where(Account.practice_id == OURS, Account.language == "fr")
        ).all()
    assert sorted(seen) == sorted(known)


def test_a_page_that_never_was_is_not_found(office: Samples):
    client = office.client("secretary")
    for key in ["x", "é", "MTIz", "MTIzfHg=", "fHw="]:
        assert client.get("/accounts", query_string={"after": key}).status_code == 404, key


def test_an_empty_practice_is_told_what_will_appear(empty_office: Samples):
    page = empty_office.client("stranger", practice_id=OTHERS).get("/accounts")
    assert "après le premier import" in page.text


def test_one_hit_opens_the_account_at_once(office: Samples):
    client, wanted = office.client("secretary"), f"/accounts/{office.numbers['held']}"
    for term in (
        "2026-0412",
        "06 12 34 00 18",
        "+33612340018",
        "nadia@example.org",
        "Nadia Ferhat",
        "ferhat NADIA",
    ):
        found = press(client, "/accounts/search", q=term)
        assert (found.status_code, found.location) == (303, wanted), term


def test_an_account_number_is_found_in_small_letters(office: Samples):
    number = office.numbers["held"]
    found = press(office.client("accountant"), "/accounts/search", q=f" {number.lower()} ")
    assert found.location == f"/accounts/{number}"


def test_a_surname_or_its_beginning_finds_all_who_bear_it(office: Samples):
    for term in ("Ferhat", "FERH", "fer"):
        found = press(office.client("secretary"), "/accounts/search", q=term)
        assert people_on(found.text) == ["Nadia Ferhat", "Samira Ferhat"], term
        assert "2 comptes correspondent" in text_of(found)


def test_names_are_found_without_accents_and_by_given_name(office: Samples):
    for term in ("etienne", "vasseur", "Etienne Vasseur"):
        found = press(office.client("secretary"), "/accounts/search", q=term)
        assert found.location == f"/accounts/{office.numbers['door']}"


def test_part_of_a_name_finds_it_too(office: Samples):
    for term in ("Samira Ferh", "fer SAMIRA", "Samira erhat"):
        found = press(office.client("secretary"), "/accounts/search", q=term)
        assert "Samira Ferhat" in text_of(office.client("secretary").get(found.location)), term


def test_nothing_else_is_found_and_the_page_says_what_to_try(office: Samples):
    client = office.client("secretary")
    for term in ("fe", "Marie Ferhat", "zzz", "", "%", "Ferhatt", "0612"):
        found = press(client, "/accounts/search", q=term)
        assert people_on(found.text) == [], term
        assert "Essayez" in found.text


def test_what_was_searched_never_stands_in_an_address(office: Samples):
    client = office.client("secretary")
    for term in ("Ferhat", "nobody at all"):
        found = press(client, "/accounts/search", q=term)
        assert found.status_code == 200
        addresses = re.findall(r'(?:href|action)="([^"]+)"', found.text)
        assert not [a for a in addresses if term.split()[0].lower() in a.lower()]
    assert urlsplit(client.get("/accounts/search").location).path == "/accounts"


def test_a_role_without_names_finds_by_number_only(office: Samples):
    client = office.client("accountant")
    for term in ("Nadia Ferhat", "Ferhat", "nadia@example.org", "06 12 34 00 18"):
        found = press(client, "/accounts/search", q=term)
        assert (found.status_code, people_on(found.text)) == (200, [])
    found = press(client, "/accounts/search", q="2026-0412")
    assert found.location == f"/accounts/{office.numbers['held']}"


def test_an_account_tells_its_whole_story_on_one_page(office: Samples):
    said = text_of(office.client("secretary").get(f"/accounts/{office.numbers['held']}"))
    for sentence in (
        f"Compte {office.numbers['held']} · né(e) en 1984 · téléphone •• •• •• 18 · e-mail N•••@•••.org",
        "Reste dû 42,50 €",
        "Retenue depuis aujourd’hui",
        "Premier message 20 octobre Rappel 24 novembre Second rappel ne part pas",
        "Pourquoi rien ne part : message en attente de réponse, à revoir dans 7 jours",
        "2026-0412 2 octobre 1er novembre 96,00 € 57,60 € 10,90 € 0,00 € 27,50 €",
        "En tout 288,00 € 172,80 € 32,70 € 40,00 € 42,50 €",
        "Rappel non parti SMS hier",
        "R-2026-00001",
        "Appeler à faire aujourd’hui",
        "Lien ouvert, identité donnée portail",
        "Facture 2026-0188 réglée paiement par carte",
    ):
        assert sentence in said


def test_what_somebody_must_do_comes_before_the_long_story(office: Samples):
    said = text_of(office.client("secretary").get(f"/accounts/{office.numbers['held']}"))
    assert said.index("À faire") < said.index("Historique")
    assert said.index("Pauses") < said.index("Historique")


def story_after(office: Samples, actor: Actor, *kinds: str) -> str:
    """An account's page once these things happened at the same moment."""
    with office.database.unit_of_work(OURS) as work:
        about = {"practice_id": OURS, "account_id": office.ids["held"], "actor": actor, "at": NOW}
        for kind in kinds:
            record(work.session, kind=kind, **about)
        work.commit()
    return text_of(office.client("secretary").get(f"/accounts/{office.numbers['held']}"))


def test_the_story_leaves_the_processors_signals_out_and_tells_what_they_led_to(office: Samples):
    signals = ("webhook_event.handle", "webhook_event.ignore", "payment_attempt.succeed")
    said = story_after(office, Actor("processor", "processor"), *signals)
    assert "Paiement reçu" in said
    assert "Signal du paiement" not in said


def test_links_that_end_at_the_same_moment_are_one_line_of_the_story(office: Samples):
    said = story_after(office, PATIENT, "link.revoke", "link.revoke", "link.printed")
    assert said.count("Lien coupé") == 1
    assert "À payer au plus tard" in said


def test_contacts_are_masked_everywhere(office: Samples):
    client = office.client("secretary")
    pages = [client.get("/accounts"), client.get(f"/accounts/{office.numbers['held']}")]
    for page in pages:
        assert "6123400" not in page.text
        assert "example.org" not in page.text


def test_money_on_its_way_and_the_live_link_are_shown(office: Samples):
    with office.database.unit_of_work(OURS) as work:
        work.session.add(
            PaymentAttempt(
                practice_id=OURS,
                account_id=office.ids["held"],
                status="processing",
                amount_cents=1500,
                choice="all",
                language="fr",
                idempotency_key="k1",
                created_at=NOW,
                checks=0,
            )
        )
        vault = account_vault(KEYS, work.session.get_one(Account, (OURS, office.ids["held"])))
        work.session.add(
            Link(
                practice_id=OURS,
                account_id=office.ids["held"],
                status="live",
                created_at=NOW,
                expires_at=NOW + timedelta(days=14),
                wrapped_key=vault.wrapped(b"k" * 32, "link|x"),
                wrong_tries=0,
            )
        )
        work.commit()
    said = text_of(office.client("secretary").get(f"/accounts/{office.numbers['held']}"))
    assert "Paiement en cours 15,00 €" in said
    assert "Lien actif jusqu’au 8 décembre" in said


def test_when_nothing_is_held_the_next_step_and_its_day_are_said(office: Samples):
    with office.database.unit_of_work(OURS) as work:
        work.session.delete(work.session.get_one(Hold, (OURS, office.ids["held_hold"])))
        cycle = work.session.get_one(LadderCycle, (OURS, office.ids["held_cycle"]))
        cycle.withheld = None
        cycle.stepped_on = TODAY
        work.commit()
    said = text_of(office.client("secretary").get(f"/accounts/{office.numbers['held']}"))
    assert "Second rappel : au plus tôt le 8 décembre" in said
    assert "Pourquoi rien ne part" not in said


def test_an_account_whose_invoices_are_all_held_is_not_said_to_be_waiting_for_the_night(
    office: Samples,
):
    with office.database.unit_of_work(OURS) as work:
        invoice = work.session.scalars(
            select(Invoice).where(Invoice.account_id == office.ids["door"])
        ).one()
        place_hold(
            work.session,
            account=work.session.get_one(Account, (OURS, office.ids["door"])),
            kind="absent",
            actor=SYSTEM,
            at=NOW - timedelta(days=6),
            review_on=TODAY + timedelta(days=20),
            invoice_id=invoice.id,
        )
        work.commit()
    said = text_of(office.client("secretary").get(f"/accounts/{office.numbers['door']}"))
    assert "Arrêtée : tout ce qui est dû est retenu." in said
    assert "Pourquoi rien ne part : absente du dernier export (facture 2026-0500)" in said
    assert "depuis le 18 novembre · à revoir le 14 décembre" in said


def test_an_account_that_owes_nothing_says_so(office: Samples):
    said = text_of(office.client("secretary").get(f"/accounts/{office.numbers['settled']}"))
    assert "Rien n’est dû : aucun message ne part." in said


def test_a_role_without_names_sees_the_account_by_its_number(office: Samples):
    said = text_of(office.client("accountant").get(f"/accounts/{office.numbers['held']}"))
    assert f"Compte {office.numbers['held']}" in said
    assert "Historique" not in said
    assert "Historique" in text_of(
        office.client("auditor").get(f"/accounts/{office.numbers['held']}")
    )


@pytest.mark.parametrize(
    "address",
    ["/accounts", "/accounts/{held}", "/sessions", "/accounts/{doubt}", "/accounts/{settled}"],
)
def test_a_page_takes_few_statements_however_many_accounts_there_are(office: Samples, address: str):
    client = office.client("secretary")
    address = address.format(**office.numbers)
    with counted(office.database) as few:
        client.get(address)
    add_many(office, PAGE)
    with counted(office.database) as many:
        client.get(address)
    assert len(few) == len(many) <= MOST_STATEMENTS, "\n".join(many)


def test_a_search_takes_few_statements(office: Samples):
    client = office.client("secretary")
    press(client, "/accounts/search", q="x")
    token = re.search(r'csrf_token" value="([^"]+)', client.get("/sessions").text)
    assert token
    with counted(office.database) as statements:
        client.post("/accounts/search", data={"csrf_token": token[1], "q": "Ferhat"})
    assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)
