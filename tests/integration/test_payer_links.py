"""Someone else pays: a link with a frozen sum, shown once, paid once, taken back when one likes."""

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.views import paying
from shared.accounts import Account
from shared.payments import MOST_LINK_PAGES, Choice, PayLink
from tests.integration.test_transfer_pages import said
from tests.integration.till import NO_MONEY, Till, at_once, on_postgres, on_sqlite
from tests.security.portal_house import Browser

ADDRESS = re.compile(r"http://127\.0\.0\.1:8000(/p/[\w.\-]{47})")
ONCE = re.compile(r'name="once" value="([0-9a-f]{32})"')


@dataclass
class Family:
    """Someone who owes, in her space, and somebody else who pays, with a browser of his own."""

    till: Till
    account: Account
    patient: Browser
    payer: Browser

    def send(self, **fields: str) -> str:
        """She makes a link; its path."""
        found = ONCE.search(self.patient.get("/share").text)
        assert found
        made = self.patient.post("/share", {"choice": "all", "once": found[1], **fields})
        assert made.status_code == 303, said(made)
        return self.shown(self.patient.get(made.location))

    def shown(self, page: TestResponse) -> str:
        """The link that a page shows."""
        [path] = set(ADDRESS.findall(page.text))
        return path

    def pay(self, path: str, card: str = "4242424242424242") -> TestResponse:
        """He pays on the processor's page and comes back."""
        gone = self.payer.post(path)
        assert gone.status_code == 303, said(gone)
        back = self.till.press(gone.location, card)
        return self.payer.get(back.partition("8000")[2])

    def links(self) -> list[PayLink]:
        with self.till.world.database.reading(self.account.practice_id) as session:
            return list(session.scalars(select(PayLink).order_by(PayLink.made_at)))


@pytest.fixture
def family(till: Till, monkeypatch: pytest.MonkeyPatch) -> Family:
    monkeypatch.setattr(paying, "WAIT_SECONDS", 0.0)
    account = till.world.account(owes=(2750, 1500))
    return Family(till, account, till.patient(account), Browser(till.app, address="192.0.2.77"))


def test_a_link_shows_a_sum_and_a_reference_is_paid_and_counts_as_hers(family: Family) -> None:
    till, account = family.till, family.account
    path = family.send()
    page = family.payer.get(path)
    text = said(page)
    assert "On vous demande de payer 42,50 €" in text
    assert f"Référence {account.number}" in text
    for private in ("Ferhat", "Nadia", "F-0001", account.transfer_reference, "Messages", "27,50"):
        assert private not in page.text
    gone = family.payer.post(path)
    [hosted] = till.sessions()
    assert gone.location == hosted["url"]
    assert hosted["success_url"] == "http://127.0.0.1:8000/thanks"
    assert path not in str(hosted)
    back = till.press(gone.location).partition("8000")[2]
    unknown = family.payer.get(back)
    assert "Nous vérifions votre paiement" in said(unknown)
    assert unknown.headers["Refresh"] == "5"
    till.work()
    done = said(family.payer.get(back))
    assert "Merci, c’est payé." in done
    assert "Somme reçue 42,50 €" in done
    assert f"Référence {account.number}" in done
    assert "24 novembre 2026" in done
    [payment] = till.payments(account)
    assert (payment.amount_cents, till.owed(account)) == (4250, 0)
    receipt = said(family.patient.get(f"/receipt/{payment.id}"))
    assert "carte, par votre lien" in receipt
    assert payment.number in said(family.patient.get("/payments"))
    assert "Payé" in said(family.patient.get("/share"))
    till.check()


def test_the_one_who_paid_sees_it_again_and_can_not_pay_twice(family: Family) -> None:
    path = family.send(choice="other", amount="10")
    family.pay(path)
    family.till.work()
    for answer in (family.payer.get(path), family.payer.post(path)):
        assert "Merci, c’est payé." in said(answer)
    assert list(family.till.charged().values()) == [1000]
    assert family.till.owed(family.account) == 3250
    family.till.check()


def test_a_link_is_shown_in_the_visit_that_made_it_and_never_again(family: Family) -> None:
    found = ONCE.search(family.patient.get("/share").text)
    assert found
    fields = {"choice": "all", "once": found[1]}
    first, again = (family.patient.post("/share", fields) for _ in range(2))
    assert first.location == again.location
    paths = {family.shown(family.patient.get(answer.location)) for answer in (first, again)}
    assert len(paths) == len(family.links()) == 1
    assert not ADDRESS.search(family.patient.get("/share").text)
    assert "42,50 €" in said(family.patient.get("/share"))
    later = family.till.patient(family.account)
    page = later.get(first.location)
    assert not ADDRESS.search(page.text)
    assert "Votre lien envoyé" in said(page)
    with family.till.world.database.reading() as session:
        stored = str([vars(link) for link in session.scalars(select(PayLink))])
    assert paths.pop().removeprefix("/p/") not in stored


def test_the_same_sum_asked_for_again_is_the_link_that_stands(family: Family) -> None:
    """« Back » to the form, and sent again: two live links would be paid twice."""
    path = family.send()
    again = family.patient.post("/share", {"choice": "all", "once": "b" * 32})
    page = family.patient.get(again.location)
    assert family.shown(page) == path
    assert "Vous aviez déjà fait ce lien : le voici." in said(page)
    assert len(family.links()) == 1
    assert family.send(choice="other", amount="10") != path
    family.pay(path)
    family.till.work()
    assert len(family.links()) == 2


@pytest.mark.parametrize("over", ["revoked", "another visit"])
def test_what_can_not_be_told_again_is_made_anew(family: Family, over: str) -> None:
    path = family.send()
    if over == "revoked":
        family.patient.post(f"/share/{family.links()[0].id}/revoke")
    else:
        family.patient = family.till.patient(family.account)
    assert family.send() != path
    assert len(family.links()) == 2


def test_a_link_that_was_taken_back_is_dead_and_its_page_takes_nothing(family: Family) -> None:
    path = family.send()
    hosted = family.payer.post(path).location
    [link] = family.links()
    for _ in range(2):
        assert family.patient.post(f"/share/{link.id}/revoke").location == "/share?cut=1"
    assert "Le lien est coupé" in said(family.patient.get("/share?cut=1"))
    for answer in (family.payer.get(path), family.payer.post(path)):
        assert answer.status_code == 410
        assert "Ce lien ne marche plus" in said(answer)
    assert "/thanks" not in family.till.press(hosted)
    assert family.till.charged() == {}
    assert "Couper ce lien" not in said(family.patient.get("/share"))
    family.till.check()


def test_it_lives_seven_days(family: Family) -> None:
    path = family.send()
    family.till.later(days=6, hours=23)
    assert family.payer.get(path).status_code == 200
    family.till.later(hours=2)
    assert family.payer.get(path).status_code == 410
    assert family.payer.post(path).status_code == 410
    assert family.till.sessions() == []


def test_a_sum_that_is_no_longer_owed_is_not_taken(family: Family) -> None:
    till = family.till
    path = family.send()
    till.paid_elsewhere(family.account, 1000)
    assert "est déjà réglée, en cours de paiement, ou a changé" in said(family.payer.get(path))
    refused = family.payer.post(path)
    assert refused.status_code == 409
    assert "Rien n’a été pris." in said(refused)
    assert till.sessions() == []
    assert "32,50" not in refused.text, "what is left is nobody else's business"
    till.check()


def test_what_she_pays_herself_meanwhile_settles_the_link(family: Family) -> None:
    till = family.till
    path = family.send()
    hosted = family.payer.post(path).location
    till.press(family.patient.post("/pay", {"choice": "all"}).location)
    till.tell_all()
    till.work()
    assert "/thanks" not in till.press(hosted), "his page was closed by hers"
    assert "Ce lien a changé" in said(family.payer.post(path))
    assert list(till.charged().values()) == [4250]
    till.check()


def test_his_link_never_closes_her_own_page(family: Family) -> None:
    till = family.till
    path = family.send()
    hers = family.patient.post("/pay", {"choice": "all"}).location
    told = family.payer.post(path)
    assert told.status_code == 409
    assert "Un paiement est peut-être en cours sur une autre page. Rien n’a été pris." in said(told)
    assert [page["url"] for page in till.sessions()] == [hers]
    till.press(hers)
    till.tell_all()
    till.work()
    assert "Ce lien a changé" in said(family.payer.post(path))
    assert list(till.charged().values()) == [4250]
    till.check()


@on_sqlite
def test_a_page_that_she_left_keeps_his_link_for_an_hour_and_no_longer(family: Family) -> None:
    path = family.send()
    family.patient.post("/pay", {"choice": "all"})
    family.till.later(minutes=59)
    assert family.payer.post(path).status_code == 409
    family.till.later(minutes=7)
    family.pay(path)
    family.till.work()
    assert list(family.till.charged().values()) == [4250]
    family.till.check()


def test_nobody_is_sent_to_a_page_that_was_opened_for_somebody_else(family: Family) -> None:
    till = family.till
    path = family.send()
    his = family.payer.post(path).location
    assert family.payer.post(path).location == his
    hers = family.patient.post("/pay", {"choice": "all"}).location
    assert hers != his
    assert [page["status"] for page in till.sessions()] == ["expired", "open"]
    till.check()


@on_sqlite
def test_another_language_and_another_browser_come_to_the_same_page(family: Family) -> None:
    path = family.send()
    first = family.payer.post(path).location
    family.payer.post("/language", {"language": "en", "back": "/"})
    other = Browser(family.till.app, address="192.0.2.9")
    assert {family.payer.post(path).location, other.post(path).location} == {first}
    assert len(family.till.sessions()) == 1


@on_sqlite
def test_a_link_opens_only_so_many_pages_an_hour(family: Family) -> None:
    path = family.send()
    another = family.send(choice="other", amount="10")
    for _ in range(MOST_LINK_PAGES):
        assert family.payer.post(path).status_code == 303
        assert family.till.processor.control("expire", session=family.till.sessions()[-1]["id"])
        family.till.later(seconds=30)
        family.till.work()
    refused = family.payer.post(path)
    assert refused.status_code == 429
    assert "La page de paiement a été ouverte beaucoup de fois." in said(refused)
    assert "Réessayez dans une heure." in said(refused)
    assert len(family.till.sessions()) == MOST_LINK_PAGES
    assert family.payer.post(another).status_code == 303, "each link has its own count"
    family.till.later(minutes=61)
    family.till.processor.control("expire", session=family.till.sessions()[-1]["id"])
    family.till.work()
    assert family.payer.post(path).status_code == 303
    family.till.check()


def test_a_page_that_was_paid_but_is_not_booked_yet_is_not_opened_again(family: Family) -> None:
    till = family.till
    path = family.send()
    till.press(family.payer.post(path).location)
    assert family.payer.post(path).location == "/thanks"
    assert "Nous vérifions" in said(family.payer.get("/thanks"))
    till.work()
    assert "Merci, c’est payé." in said(family.payer.get("/thanks"))
    till.check()


def test_a_refused_card_and_a_turn_back_take_nothing_and_can_be_tried_again(
    family: Family,
) -> None:
    path = family.send()
    hosted = family.payer.post(path).location
    assert family.till.press(hosted, NO_MONEY) in hosted, "the processor's page again"
    turned = family.payer.get("/thanks?cancelled=1")
    assert "Rien n’a été débité." in said(turned)
    assert f'href="{path}"' in turned.text
    family.pay(path)
    family.till.work()
    assert list(family.till.charged().values()) == [4250]
    family.till.check()


def test_without_our_cookie_the_way_back_says_thanks_and_no_more(family: Family) -> None:
    path = family.send()
    family.pay(path)
    family.till.work()
    stranger = Browser(family.till.app)
    page = stranger.get("/thanks")
    assert "Merci" in said(page)
    for told in ("42,50", family.account.number, "R12"):
        assert told not in page.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"choice": "other", "amount": "4,99"}, "Écrivez une somme entre 5,00 € et 42,50 €."),
        ({"choice": "other", "amount": "99"}, "Écrivez une somme entre 5,00 € et 42,50 €."),
        ({"choice": "other", "amount": "x"}, "Écrivez une somme en euros, par exemple 12,50."),
        ({"choice": "some"}, "Choisissez ce que vous voulez payer."),
        ({"choice": "link", "amount": "10"}, "Choisissez ce que vous voulez payer."),
        ({}, "Choisissez ce que vous voulez payer."),
    ],
)
def test_a_sum_that_can_not_be_makes_no_link(
    family: Family, fields: dict[str, str], told: str
) -> None:
    answer = family.patient.post("/share", fields)
    assert answer.status_code == 422
    assert told in said(answer)
    assert family.links() == []
    assert family.patient.post("/pay", {"choice": "link", "amount": "10"}).status_code == 422


@on_sqlite
def test_ten_links_a_day_are_enough(family: Family) -> None:
    for euros in range(5, 15):
        family.send(choice="other", amount=str(euros))
    refused = family.patient.post("/share", {"choice": "all"})
    assert refused.status_code == 422
    assert "Vous avez fait beaucoup de liens aujourd’hui." in said(refused)
    assert len(family.links()) == 10


@on_postgres
def test_two_people_pressing_at_the_same_moment_open_one_page(family: Family) -> None:
    path = family.send(choice="other", amount="20")
    others = [Browser(family.till.app, address=f"192.0.2.{n}") for n in range(3)]
    for other in others:
        other.get(path)
        other.post("/language", {"language": "fr", "back": "/"})
    answers = at_once(*((lambda o=other: o.post(path)) for other in others))
    assert {a.status_code for a in answers} <= {303, 503}
    open_now = [page["url"] for page in family.till.sessions() if page["status"] == "open"]
    assert len(open_now) == 1
    assert {a.location for a in answers if a.status_code == 303} == set(open_now)
    family.till.press(open_now[0])
    family.till.tell_all()
    family.till.work()
    assert list(family.till.charged().values()) == [2000]
    family.till.check()


@on_postgres
def test_she_and_the_holder_of_her_link_press_at_the_same_moment(family: Family) -> None:
    path = family.send(choice="other", amount="20")
    others = [Browser(family.till.app, address=f"192.0.2.{n}") for n in range(2)]
    for other in others:
        other.get(path)
        other.post("/language", {"language": "fr", "back": "/"})
    hers, *his = at_once(
        lambda: family.patient.post("/pay", {"choice": "all"}),
        *((lambda o=other: o.post(path)) for other in others),
    )
    assert hers.status_code == 303, said(hers)
    assert {answer.status_code for answer in his} <= {303, 409, 503}
    open_now = [page["url"] for page in family.till.sessions() if page["status"] == "open"]
    assert open_now == [hers.location], "hers, whoever came first"
    family.till.press(hers.location)
    family.till.tell_all()
    family.till.work()
    assert list(family.till.charged().values()) == [4250]
    family.till.check()


@on_sqlite
def test_links_of_others_can_not_be_taken_back(family: Family) -> None:
    family.send()
    [link] = family.links()
    stranger = family.till.patient(family.till.world.account())
    assert stranger.post(f"/share/{link.id}/revoke").status_code == 404
    assert family.links()[0].status == "live"


@on_sqlite
def test_when_all_is_paid_the_page_offers_no_further_link(family: Family) -> None:
    family.till.pay(family.account, Choice("all"))
    family.till.tell_all()
    family.till.work()
    page = family.patient.get("/share")
    assert "Il ne reste rien à payer pour le moment." in said(page)
    assert "Faire le lien" not in said(page)
