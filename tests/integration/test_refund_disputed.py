"""Staff who would refund a payment that a bank asks about, or has taken already, are told first.

So is who gives a reason that the account does not show.
"""

from collections.abc import Callable

import pytest

from shared.accounts import Account, get_practice
from tests.backoffice_office import text_of
from tests.integration.desk_world import Window
from tests.integration.refund_desk import RefundDesk
from tests.integration.test_refunds import paid, told
from tests.integration.till import Till, on_sqlite

TWICE = "Si vous remboursez et que la banque reprend aussi l’argent, il part deux fois."
TAKEN = "La banque a déjà repris"


@pytest.fixture
def desk(till: Till) -> RefundDesk:
    return RefundDesk.of(till)


@pytest.fixture
def read(till: Till, desk: RefundDesk) -> Callable[[Account], str]:
    """The page on which a refund of the account's payment is asked for."""

    def page(account: Account) -> str:
        window = Window.of(till.world, desk.people["manager"])
        payment = till.payments(account)[-1]
        return text_of(
            window.client.get(f"/accounts/{account.number}/payments/{payment.id}/refund")
        )

    return page


@on_sqlite
def test_a_payment_that_nobody_contests_is_refunded_without_a_word_of_banks(
    till: Till, read: Callable[[Account], str]
) -> None:
    assert "banque" not in read(paid(till))


@on_sqlite
def test_while_the_bank_asks_the_page_warns_and_says_the_two_ways(
    till: Till, desk: RefundDesk, read: Callable[[Account], str]
) -> None:
    account = paid(till)
    till.contest(account, inquiry=True)
    told(till)
    page = read(account)
    assert TWICE in page
    assert "répondez à la banque au plus tard" in page
    assert "acceptez la contestation dans ces mêmes pages" in page
    assert "Vérifier avant de demander" in page
    window = Window.of(till.world, desk.people["manager"])
    payment = till.payments(account)[-1]
    typed = {"amount": "10", "reason": "other", "once": "a" * 24}
    look = window.send(account, f"payments/{payment.id}/refund/check", **typed)
    checked = text_of(window.client.get(str(look.location)))
    assert TWICE in checked
    assert "Demander quand même ce remboursement" in checked


def test_when_the_bank_has_taken_it_no_refund_can_be_asked_for(
    till: Till, desk: RefundDesk, read: Callable[[Account], str]
) -> None:
    account = paid(till)
    till.contest(account, amount=2000)
    told(till)
    page = read(account)
    assert "La banque a déjà repris 20,00 € sur ce paiement." in page
    assert "Vérifier avant de demander" not in page
    assert TAKEN in desk.refused(account, 100)
    till.world.check()


def test_a_refund_that_was_asked_for_before_the_bank_took_the_money_does_not_leave(
    till: Till, desk: RefundDesk
) -> None:
    account = paid(till)
    order = desk.ask(account, 100)
    till.contest(account, amount=2000)
    told(till)
    desk.work()
    assert (desk.order(order).status, desk.order(order).outcome) == ("refused", "disputed")
    assert [r.kind for r in till.refunds(account)] == ["dispute"]
    till.world.check()


@on_sqlite
def test_once_the_bank_gave_it_back_a_refund_can_be_asked_for(
    till: Till, desk: RefundDesk, read: Callable[[Account], str]
) -> None:
    account = paid(till)
    till.contest(account)
    told(till)
    [made] = till.disputes(account)
    till.end_contest(made.processor_ref, "won")
    told(till)
    assert TAKEN not in read(account)
    assert desk.order(desk.ask(account, 100)).status == "approved"


@on_sqlite
def test_a_refund_of_what_was_never_paid_twice_says_what_becomes_owed_again(
    till: Till, desk: RefundDesk
) -> None:
    account = paid(till)
    window = Window.of(till.world, desk.people["manager"])
    payment = till.payments(account)[-1]
    for reason, said in (("paid_twice", True), ("overpaid", True), ("goodwill", False)):
        typed = {"amount": "10", "reason": reason, "once": "a" * 24}
        look = window.send(account, f"payments/{payment.id}/refund/check", **typed)
        page = text_of(window.client.get(str(look.location))).replace("\xa0", " ")
        doubt = "Ce compte n’a qu’un paiement et pas de trop-perçu : 10,00 € redeviendront dus."
        assert (doubt in page) is said, reason
        assert "Demander ce remboursement" in page, "it may be asked for still"


@on_sqlite
def test_who_validates_reads_the_same_doubt_as_who_asked(till: Till, desk: RefundDesk) -> None:
    with till.world.database.unit_of_work(till.world.practice_id) as work:
        get_practice(work.session, till.world.practice_id).four_eyes_cents = 100
        work.commit()
    account = paid(till)
    window = Window.of(till.world, desk.people["manager"])
    doubt = "Ce compte n’a qu’un paiement et pas de trop-perçu : 10,00 € redeviendront dus."
    for reason, said in (("paid_twice", True), ("goodwill", False)):
        order = desk.ask(account, 1000, reason=reason)
        page = text_of(window.client.get(f"/agreements/{order}")).replace("\xa0", " ")
        assert (doubt in page) is said, reason
        assert "Valider" in page, "it may be agreed to still"
