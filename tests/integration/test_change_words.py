"""No change of contact happens unseen: everyone on file who can be told of it is told of it."""

import pytest

from ardoise import jobs
from shared.accounts import Account
from shared.delivery import Envelope
from tests.integration.spaces import MOTHER, NEW_MAIL, Space

PHONE, MAIL, NEW = "+33639980118", "nadia@courriel.example", "+33639980777"
ASKED, DONE = "changement est demandé", "changement est fait"


@pytest.fixture
def account(space: Space) -> Account:
    return space.account(email=MAIL)


def told(space: Space, words: str) -> list[str]:
    """Whom a message with these words reached, each as often as it did."""
    found: list[Envelope] = [one for one in space.sent() if words in one.text]
    assert all("http" not in one.text for one in found)
    return sorted(one.to for one in found)


def test_phone_and_mailbox_are_both_told_that_a_change_is_asked_for(
    space: Space, account: Account
) -> None:
    page = space.confirmed(space.visitor(account))
    space.work()
    assert told(space, ASKED) == [PHONE, MAIL]
    shown = space.visitor(account).get(page).text
    assert "le numéro qui finit par 18 et l’adresse" in shown


def test_a_contact_that_was_silenced_first_is_told_all_the_same(
    space: Space, account: Account
) -> None:
    browser = space.visitor(account)
    browser.post("/preferences/channel", {"channel": "letter"})
    for kind in ("phone", "email"):
        contact = space.contact_id(account, kind)
        assert browser.post(f"/preferences/contacts/{contact}", {"act": "stop"}).status_code == 303
    assert "nous prévenons tous vos contacts" in browser.get("/preferences/new-contact").text
    space.confirmed(browser)
    assert told(space, ASKED) == [PHONE, MAIL]


def test_what_others_read_is_told_nothing_before_or_after(space: Space, account: Account) -> None:
    browser = space.visitor(account)
    browser.post(f"/preferences/contacts/{space.contact_id(account)}", {"act": "unsafe"})
    assert "sauf là où d’autres lisent" in browser.get("/preferences/new-contact").text
    space.confirmed(browser)
    assert told(space, ASKED) == [MAIL]
    space.accept(account)
    space.work()
    assert space.contacts(account)[PHONE] == "replaced"
    assert told(space, DONE) == [MAIL]


def test_the_replaced_contact_learns_that_it_was_replaced_once(
    space: Space, account: Account
) -> None:
    space.confirmed(space.visitor(account))
    space.accept(account)
    space.work()
    space.work()
    assert told(space, DONE) == [PHONE, MAIL]
    space.night()
    jobs.send_reminders(space.house, space.office, space.practice_id)
    space.work()
    assert told(space, DONE) == [PHONE, MAIL]
    assert [one.to for one in space.sent() if "répondu à votre demande" in one.text] == [NEW]


def test_a_change_that_staff_accept_at_once_is_not_kept_from_the_old_contact(
    space: Space, account: Account
) -> None:
    """Between the code and the decision the worker may not have had its turn."""
    browser = space.visitor(account)
    page = space.propose_contact(browser)
    space.work()
    browser.post(page, {"code": space.code(to="0777")})
    space.accept(account)
    space.work()
    assert told(space, ASKED) == []
    assert told(space, DONE) == [PHONE, MAIL]


def test_an_added_mailbox_is_told_to_the_phone_that_rests_from_now_on(space: Space) -> None:
    account = space.account()
    space.confirmed(space.visitor(account), NEW_MAIL)
    assert told(space, ASKED) == [PHONE]
    space.accept(account)
    space.work()
    assert told(space, DONE) == [PHONE]
    space.night()
    jobs.send_reminders(space.house, space.office, space.practice_id)
    answered = [one.to for one in space.sent() if "répondu à votre demande" in one.text]
    assert answered == ["Nadia.F@courriel.example"]
    assert told(space, DONE) == [PHONE]


def test_who_is_represented_from_now_on_is_told_so(space: Space, account: Account) -> None:
    browser = space.visitor(account)
    page = str(browser.post("/preferences/representative", MOTHER).location)
    space.work()
    browser.post(page, {"code": space.code(to="0777")})
    space.work()
    assert told(space, ASKED) == [PHONE, MAIL]
    space.accept(account)
    space.work()
    assert told(space, DONE) == [PHONE, MAIL]


def test_a_declined_change_is_not_called_done(space: Space, account: Account) -> None:
    space.confirmed(space.visitor(account))
    space.decline(account)
    space.work()
    assert told(space, DONE) == []
