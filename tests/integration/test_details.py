"""What an invoice is for stays closed until a fresh code opens it, for one visit and one invoice."""

import threading

import pytest

from ardoise import jobs, jobs_preferences
from shared.accounts import PersonName
from shared.codes import MOST_TRIES
from tests.integration.spaces import CARE, Space
from tests.security.portal_house import visitor

WRONG = "Ce code ne marche pas, ou ne marche plus."


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_right_code_opens_the_lines_of_this_invoice_for_this_visit(space: Space) -> None:
    account = space.account(owes=(4250, 1500))
    invoice, other = space.keep_lines(account), space.invoices(account)[1].id
    browser = space.visitor(account)
    page = f"/details/{invoice}"
    assert f'href="{page}"' in browser.get(f"/invoice/{invoice}").text
    before = browser.get(page).text
    assert "finit par 18" in before
    assert browser.post(f"{page}/code").location == page
    waiting = browser.get(page).text
    assert 'autocomplete="one-time-code"' in waiting
    assert 'inputmode="numeric"' in waiting
    assert not any(text in before + waiting for text in CARE.values())
    space.work()
    [message] = space.sms.sent
    assert message.to == "+33639980118"
    assert "http" not in message.text
    assert browser.post(page, {"code": f" {space.code()[:3]} {space.code()[3:]}"}).location == page
    opened = browser.get(page).text
    assert all(text in opened for text in (*CARE, *CARE.values()))
    assert "Date de la facture" in opened
    assert "Total de la facture" in opened
    assert "42,50" in opened, "what it was for stands beside what it costs"
    assert browser.post(page, {"code": "000000"}).location == page, "giving it again does no harm"
    assert "Nous n’avons pas ce détail" in browser.get(f"/details/{other}").text
    assert "Zorbectomie" not in space.visitor(account).get(page).text
    [look] = space.looks(account)
    assert (look.by, look.role, look.at) == ("patient", "", space.clock.now())
    assert space.story(account, "details.opened") == 1
    told = browser.get("/looked").text
    assert "Vous, par un lien et un code" in told
    assert look.invoice in told


def test_days_in_figures_are_written_like_all_other_days(space: Space) -> None:
    told = {"Date des soins": "09/10/2026", "Acte": "le 09/10/2026, à 8 h", "Autre": "31/02/2026"}
    account = space.account()
    invoice = space.keep_lines(account, told)
    browser = space.visitor(account)
    browser.post(f"/details/{invoice}/code")
    space.work()
    browser.post(f"/details/{invoice}", {"code": space.code()})
    opened = browser.get(f"/details/{invoice}").text
    assert "<dd>9 octobre 2026</dd>" in opened
    assert "<dd>le 09/10/2026, à 8 h</dd>" in opened, "the software’s own words stay"
    assert "<dd>31/02/2026</dd>" in opened


def test_without_lines_no_code_is_offered_nor_sent(space: Space) -> None:
    account = space.account()
    browser = space.visitor(account)
    page = f"/details/{space.invoices(account)[0].id}"
    assert "Recevoir un code" not in browser.get(page).text
    assert browser.post(f"{page}/code").location == page
    space.work()
    assert (space.sent(), space.codes()) == ([], [])


def test_a_second_contact_gets_the_code_since_the_first_gets_links(space: Space) -> None:
    account = space.account(email="nadia@courriel.example")
    page = f"/details/{space.keep_lines(account)}"
    browser = space.visitor(account)
    assert "n•••@•••.example" in browser.get(page).text
    browser.post(f"{page}/code")
    space.work()
    assert [one.to for one in space.sent()] == ["nadia@courriel.example"]
    assert space.code() in space.mail.sent[0].html


@pytest.mark.parametrize(
    "choice",
    [{"channel": "sms"}, {"act": "stop"}, {"act": "unsafe"}],
    ids=["only by text message", "the mailbox rests", "others read the mailbox"],
)
def test_who_holds_the_phone_with_the_link_cannot_have_the_code_come_there(
    space: Space, choice: dict[str, str]
) -> None:
    """A code proves a second contact; the visit it is for must not choose which one."""
    account = space.account(email="nadia@courriel.example")
    page = f"/details/{space.keep_lines(account)}"
    browser = space.visitor(account)
    mailbox = space.contact_id(account, "email")
    where = "channel" if "channel" in choice else f"contacts/{mailbox}"
    assert browser.post(f"/preferences/{where}", choice).status_code == 303
    shown = browser.get(page).text
    browser.post(f"{page}/code")
    space.work()
    unsafe = choice.get("act") == "unsafe"
    assert ("Demandez-le à l’accueil" in shown) == unsafe
    assert ("n•••@•••.example" in shown) != unsafe
    assert [one.to for one in space.sent()] == ([] if unsafe else ["nadia@courriel.example"])


def test_a_mailbox_that_others_read_does_not_get_a_code_that_was_drawn_for_it(space: Space) -> None:
    account = space.account(email="nadia@courriel.example")
    page = f"/details/{space.keep_lines(account)}"
    browser = space.visitor(account)
    browser.post(f"{page}/code")
    jobs_preferences.answer_code_requests(space.house, space.practice_id)
    mailbox = space.contact_id(account, "email")
    browser.post(f"/preferences/contacts/{mailbox}", {"act": "unsafe"})
    jobs.send_new_links(space.office, space.practice_id)
    assert space.sent() == []
    assert space.notices(account) == [("code", "withheld", "contact_changed")]


def test_who_gets_letters_only_is_sent_to_the_desk(space: Space) -> None:
    account = space.account()
    page = f"/details/{space.keep_lines(account)}"
    browser = space.visitor(account)
    assert browser.post("/preferences/channel", {"channel": "letter"}).status_code == 303
    assert "Demandez-le à l’accueil" in browser.get(page).text
    browser.post(f"{page}/code")
    space.work()
    assert space.sent() == []


def test_three_wrong_codes_end_it_and_the_right_one_comes_too_late(space: Space) -> None:
    account = space.account()
    page = f"/details/{space.keep_lines(account)}"
    browser = space.visitor(account)
    browser.post(f"{page}/code")
    space.work()
    for _ in range(MOST_TRIES):
        answer = browser.post(page, {"code": other_than(space.code())})
        assert answer.status_code == 422
        assert WRONG in answer.text
    answer = browser.post(page, {"code": space.code()})
    assert (answer.status_code, WRONG in answer.text) == (422, True)
    assert "Zorbectomie" not in answer.text
    assert space.codes() == [("dead", 3)]
    assert space.looks(account) == []


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12345٣"])
def test_what_can_be_no_code_costs_no_try(space: Space, typed: str) -> None:
    account = space.account()
    page = f"/details/{space.keep_lines(account)}"
    browser = space.visitor(account)
    browser.post(f"{page}/code")
    space.work()
    answer = browser.post(page, {"code": typed})
    assert answer.status_code == 422
    assert "Écrivez les 6 chiffres du code." in answer.text
    assert space.codes() == [("drawn", 0)]


def test_late_wrong_and_never_asked_get_the_same_sentence(space: Space) -> None:
    account = space.account()
    page = f"/details/{space.keep_lines(account)}"
    browser = space.visitor(account)
    never = browser.post(page, {"code": "123456"})
    browser.post(f"{page}/code")
    early = browser.post(page, {"code": "123456"})
    space.work()
    space.later(minutes=5)
    late = browser.post(page, {"code": space.code()})
    for answer in (never, early, late):
        assert answer.status_code == 422
        assert WRONG in answer.text
    assert space.looks(account) == []


def test_a_code_is_for_one_invoice_and_one_visit(space: Space) -> None:
    account = space.account(owes=(4250, 1500))
    page = f"/details/{space.keep_lines(account)}"
    browser, other = space.visitor(account), space.visitor(account)
    browser.post(f"{page}/code")
    space.work()
    assert other.post(page, {"code": space.code()}).status_code == 422
    elsewhere = f"/details/{space.invoices(account)[1].id}"
    assert browser.post(elsewhere, {"code": space.code()}).status_code == 422
    assert browser.post(page, {"code": space.code()}).status_code == 303


def test_a_neighbours_invoice_is_not_there(space: Space) -> None:
    mine, theirs = space.account(), space.account(name=PersonName("Jean", "Roux"))
    invoice = space.keep_lines(theirs)
    browser = space.visitor(mine)
    for answer in (
        browser.get(f"/details/{invoice}"),
        browser.post(f"/details/{invoice}/code"),
        browser.post(f"/details/{invoice}", {"code": "123456"}),
    ):
        assert answer.status_code == 404


def test_three_codes_a_day_and_pressing_twice_asks_for_one(space: Space) -> None:
    account = space.account()
    page = f"/details/{space.keep_lines(account)}"
    browser = space.visitor(account)
    browser.post(f"{page}/code")
    browser.post(f"{page}/code")
    assert space.codes() == [("asked", 0)]
    for _ in range(2):
        space.work()
        space.later(seconds=30)
        assert browser.post(f"{page}/code").status_code == 303
    space.work()
    assert [status for status, _ in space.codes()] == ["dead", "dead", "drawn"]
    refused = browser.post(f"{page}/code")
    assert refused.status_code == 422
    assert "3 codes en un jour" in refused.text
    assert browser.post(page, {"code": space.drawn(account)[0]}).status_code == 422
    assert browser.post(page, {"code": space.drawn(account)[2]}).status_code == 303
    space.later(days=1)
    browser = space.visitor(account)
    assert browser.post(f"{page}/code").status_code == 303


def test_a_code_that_waited_too_long_is_not_sent(space: Space) -> None:
    account = space.account()
    page = f"/details/{space.keep_lines(account)}"
    browser = space.visitor(account)
    browser.post(f"{page}/code")
    jobs_preferences.answer_code_requests(space.house, space.practice_id)
    space.later(minutes=6)
    jobs.send_new_links(space.office, space.practice_id)
    assert space.notices(account) == [("code", "withheld", "code_over")]
    assert space.sent() == []


def test_parallel_tries_are_counted_one_by_one(space: Space) -> None:
    """Twenty guesses at once are three tries, as they would be one after the other."""
    account = space.account()
    page = f"/details/{space.keep_lines(account)}"
    browser = space.visitor(account)
    browser.post(f"{page}/code")
    space.work()
    wrong = other_than(space.code())
    begin = threading.Barrier(8)
    statuses: list[int] = []

    def guess() -> None:
        mine = visitor(browser.app, space.token(account))
        mine.client.set_cookie("visit", browser.cookie, domain="127.0.0.1")
        mine.get("/statement")
        begin.wait()
        statuses.append(mine.post(page, {"code": wrong}).status_code)

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {422, 400}
    assert space.codes() == [("dead", 3)]
