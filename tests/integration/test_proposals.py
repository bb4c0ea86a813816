"""A new contact or a representative: code to the new one, word to the old one, staff decide."""

from datetime import date

import pytest

from ardoise import jobs, jobs_preferences
from shared.base.errors import NotAllowedError
from tests.integration.spaces import MOTHER, NEW_MAIL, Space
from tests.security.portal_house import Browser, portal_app, visitor

OLD, NEW = "+33639980118", "+33639980777"
MOTHER_BORN = date(1961, 2, 3)


def test_nothing_but_the_code_goes_to_a_new_contact_until_staff_accept(space: Space) -> None:
    account = space.account()
    browser = space.visitor(account)
    page = space.propose_contact(browser)
    assert space.tasks(account) == []
    space.work()
    [code] = space.sms.sent
    assert (code.to, "http" in code.text) == (NEW, False)
    assert browser.post(page, {"code": space.code()}).location == page
    assert space.tasks(account) == ["change_decide"]
    space.work()
    told = space.sms.sent[-1]
    assert told.to == OLD
    assert "un changement est demandé" in told.text
    assert "http" not in told.text
    assert "Rien ne change avant notre réponse." in browser.get("/preferences").text
    space.night()
    jobs.send_reminders(space.house, space.office, space.practice_id)
    assert space.sms.sent[-1].to == OLD
    assert space.contacts(account) == {OLD: "usable", NEW: "proposed"}


def test_accepted_the_new_contact_takes_the_old_ones_place(space: Space) -> None:
    account = space.account()
    stranger, browser = space.visitor(account), space.visitor(account)
    space.confirmed(browser)
    space.night()
    space.accept(account)
    space.accept(account)
    assert space.contacts(account) == {OLD: "replaced", NEW: "usable"}
    assert space.tasks(account) == []
    assert space.live_links() == 0
    assert "C’est fait." in browser.get("/preferences").text, "the visit that asked goes on"
    assert stranger.get("/statement").status_code == 401
    jobs.send_reminders(space.house, space.office, space.practice_id)
    assert space.notices(account)[-1][:2] == ("pre_due", "withheld")
    space.work()
    jobs.send_reminders(space.house, space.office, space.practice_id)
    assert space.sms.sent[-1].to == NEW
    assert "nous avons répondu à votre demande" in space.sms.sent[-1].text
    assert space.sent()[-1].to != OLD


def test_declined_nothing_changes_and_a_neutral_word_explains(space: Space) -> None:
    account = space.account()
    browser = space.visitor(account)
    page = space.confirmed(browser)
    with pytest.raises(NotAllowedError, match="pourquoi"):
        space.decline(account, "because")
    space.decline(account)
    space.decline(account)
    assert space.contacts(account) == {OLD: "usable", NEW: "replaced"}
    assert "Nous voulons d’abord en parler avec vous." in browser.get(page).text
    space.work()
    jobs.send_reminders(space.house, space.office, space.practice_id)
    assert (space.sms.sent[-1].to, "/l/" in space.sms.sent[-1].text) == (OLD, True)
    assert space.live_links() == 2
    with pytest.raises(NotAllowedError):
        space.accept(account)


@pytest.mark.parametrize("channel", ["any", "sms", "letter"])
def test_messages_go_to_an_accepted_mailbox_and_no_more_to_the_phone(
    space: Space, channel: str
) -> None:
    account = space.account()
    browser = space.visitor(account)
    browser.post("/preferences/channel", {"channel": channel})
    form = browser.get("/preferences/new-contact").text
    assert "Ensuite, nous n’écrivons plus que là." in form
    assert "Un contact de l’autre sorte reste dans vos préférences, au repos" in form
    assert ("Vous aviez choisi le courrier" in form) == (channel == "letter")
    space.confirmed(browser, NEW_MAIL)
    space.accept(account)
    assert space.contacts(account) == {OLD: "opted_out", "Nadia.F@courriel.example": "usable"}
    space.work()
    assert "Nous n'écrivons plus ici." in space.sms.sent[-1].text, "the phone is told"
    space.sms.sent.clear()
    space.night()
    jobs.send_reminders(space.house, space.office, space.practice_id)
    assert space.sms.sent == []
    assert ("/l/" in space.mail.sent[-1].text, space.mail.sent[-1].to) == (
        True,
        "Nadia.F@courriel.example",
    )
    browser.post(f"/preferences/contacts/{space.contact_id(account)}", {"act": "resume"})
    assert space.contacts(account)[OLD] == "usable", "who wants it back asks for it"


def test_what_this_visit_typed_shows_whole_until_the_code_is_given(space: Space) -> None:
    account = space.account()
    browser, other = space.visitor(account), space.visitor(account)
    page = space.propose_contact(browser)
    assert "06 39 98 07 77" in browser.get(page).text
    for asked in ("/preferences", page):
        assert "06 39 98 07 77" not in other.get(asked).text
    space.work()
    browser.post(page, {"code": space.code()})
    assert "06 39 98 07 77" not in browser.get(page).text
    assert "finit par 77" in browser.get(page).text


def test_it_can_be_withdrawn_before_and_after_the_code(space: Space) -> None:
    account = space.account()
    browser = space.visitor(account)
    page = space.propose_contact(browser)
    space.work()
    assert browser.post(f"{page}/withdraw").location == "/preferences?saved=withdrawn"
    assert browser.post(f"{page}/withdraw").status_code == 303
    assert browser.post(page, {"code": space.code()}).status_code == 422
    answer = browser.post("/preferences/new-contact", {"contact": NEW_MAIL, "once": "c" * 32})
    space.work()
    again = str(answer.location)
    assert browser.post(again, {"code": space.code(to="@")}).status_code == 303
    browser.post(f"{again}/withdraw")
    assert space.tasks(account) == []
    space.later(days=2)
    assert jobs_preferences.tidy_proposals(space.house, space.practice_id) == 2
    assert set(space.contacts(account).values()) == {"usable", "replaced"}


def test_what_nobody_confirms_lapses_after_a_day(space: Space) -> None:
    account = space.account()
    space.propose_contact(space.visitor(account))
    space.work()
    space.later(hours=25)
    jobs_preferences.tidy_proposals(space.house, space.practice_id)
    assert space.proposal(account).status == "lapsed"
    assert space.contacts(account) == {OLD: "usable", NEW: "replaced"}


def test_the_same_form_twice_proposes_once_and_a_second_one_waits(space: Space) -> None:
    account = space.account()
    browser = space.visitor(account)
    first = space.propose_contact(browser)
    assert space.propose_contact(browser) == first
    refused = browser.post("/preferences/new-contact", {"contact": NEW_MAIL, "once": "d" * 32})
    assert refused.status_code == 422
    assert "déjà demandé" in refused.text
    assert NEW_MAIL in refused.text, "what was typed stays"


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("", "Écrivez un numéro de mobile"),
        ("06 39", "Écrivez un numéro de mobile"),
        ("nadia@", "Écrivez un numéro de mobile"),
        ("01 99 00 12 34", "Ce numéro ne reçoit pas de SMS"),
        ("06 39 98 01 18", "Nous avons déjà ce contact"),
    ],
)
def test_a_contact_that_will_not_do_is_named(space: Space, contact: str, told: str) -> None:
    browser = space.visitor(space.account())
    answer = browser.post("/preferences/new-contact", {"contact": contact, "once": "a" * 32})
    assert answer.status_code == 422
    assert told in answer.text
    space.work()
    assert space.sent() == []


def test_where_nobody_can_be_told_staff_are_asked_to(space: Space) -> None:
    account = space.account()
    browser = space.visitor(account)
    assert "nous prévenons tous vos contacts" in browser.get("/preferences/new-contact").text
    browser.post(f"/preferences/contacts/{space.contact_id(account)}", {"act": "unsafe"})
    form = browser.get("/preferences/new-contact").text
    assert "Nous n’écrivons rien à l’ancien contact." in form
    assert "prévenons" not in form
    shown = browser.get(space.confirmed(browser)).text
    assert "Nous n’écrivons rien à l’ancien contact." in shown
    assert "prévenons" not in shown
    assert space.tasks(account) == ["change_decide", "news_untold", "no_way_to_write"]
    space.accept(account)
    assert "no_way_to_write" not in space.tasks(account)


def enter(space: Space, token: str, born: date) -> Browser:
    browser = Browser(portal_app(space))
    browser.enter(token, born)
    return browser


def test_a_representative_is_written_to_and_asked_for_their_own_birth_date(space: Space) -> None:
    account = space.account(email="nadia@courriel.example")
    browser = space.visitor(account)
    page = str(browser.post("/preferences/representative", MOTHER).location)
    space.work()
    browser.post(page, {"code": space.code(to="0777")})
    space.work()
    assert not space.reload(account).represented
    assert visitor(portal_app(space), space.token(account)).cookie, "until then nothing changes"
    space.accept(account)
    assert space.reload(account).represented
    token = space.token(account)
    assert not enter(space, token, date(1984, 3, 27)).cookie
    inside = enter(space, token, MOTHER_BORN)
    assert inside.cookie
    assert "la personne qui vous représente" in inside.get("/preferences").text
    assert "finit par 77" in inside.get("/preferences").text
    space.night()
    jobs.send_reminders(space.house, space.office, space.practice_id)
    assert space.sms.sent[-1].to == NEW
    assert space.contacts(account)[OLD] == "usable", "kept on file, not written to"


def test_an_incomplete_representative_is_told_field_by_field(space: Space) -> None:
    browser = space.visitor(space.account())
    answer = browser.post("/preferences/representative", {"once": "b" * 32, "given": "Solange"})
    assert answer.status_code == 422
    for told in (
        "Choisissez une réponse.",
        "Écrivez son nom.",
        "Écrivez la date de naissance",
    ):
        assert told in answer.text
    assert 'value="Solange"' in answer.text


def test_another_code_can_be_sent_and_the_visit_may_be_another(space: Space) -> None:
    account = space.account()
    page = space.propose_contact(space.visitor(account))
    space.work()
    space.later(minutes=6)
    browser = space.visitor(account)
    assert "Recevoir un code" in browser.get(page).text
    assert browser.post(f"{page}/code").location == page
    space.work()
    assert browser.post(page, {"code": space.code()}).location == page
    assert space.proposal(account).status == "confirmed"
