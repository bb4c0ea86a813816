"""What people choose for themselves is so at once, and what was decided before it heeds it."""

from uuid import uuid4

import pytest

from ardoise import jobs, jobs_messages
from shared.messages import Words
from tests.integration.spaces import Space
from tests.integration.talks import Talks
from tests.security.portal_house import visitor


def test_another_language_is_spoken_at_once_and_in_messages(space: Space) -> None:
    account = space.account()
    browser = space.visitor(account)
    assert browser.post("/preferences/language", {"language": "en"}).status_code == 303
    assert "My preferences" in browser.get("/preferences?saved=language").text
    assert '<html lang="en">' in browser.get("/statement").text
    assert space.reload(account).language == "en"
    space.night()
    jobs.send_reminders(space.house, space.office, space.practice_id)
    assert "a document is waiting" in space.sms.sent[0].text
    assert browser.post("/preferences/language", {"language": "xx"}).status_code == 422


def test_only_channels_that_the_contacts_allow_are_offered(space: Space) -> None:
    account = space.account()
    browser = space.visitor(account)
    page = browser.get("/preferences").text
    assert "Par SMS<" in page
    assert "mail<" not in page[page.index("Comment vous écrire") :]
    assert 'value="email"' not in page
    refused = browser.post("/preferences/channel", {"channel": "email"})
    assert refused.status_code == 422
    assert space.reload(account).channel == "any"


def test_a_phone_that_others_read_is_no_way_to_be_written_to_any_more(space: Space) -> None:
    account = space.account(email="nadia@courriel.example")
    browser = space.visitor(account)
    assert 'value="sms"' in browser.get("/preferences").text
    browser.post(f"/preferences/contacts/{space.contact_id(account)}", {"act": "unsafe"})
    page = browser.get("/preferences").text
    offered = page[page.index("Comment vous écrire") :]
    assert "SMS<" not in offered
    assert "Par SMS ou" not in offered
    assert "Par e-mail<" in offered.replace("\u2011", "-")


def test_calling_a_contact_unsafe_is_asked_once_and_says_what_it_does(space: Space) -> None:
    account = space.account(email="nadia@courriel.example")
    browser = space.visitor(account)
    phone = space.contact_id(account)
    ask = f"/preferences/contacts/{phone}/unsafe"
    page = browser.get("/preferences").text
    assert f'href="{ask}"' in page
    assert 'value="unsafe"' not in page, "one press on a list does nothing that cannot be undone"
    asked = browser.get(ask).text
    assert "finit par 18" in asked
    assert "Seul le secrétariat le peut" in asked
    assert "pas d’autre contact" not in asked
    assert space.contacts(account)["+33639980118"] == "usable", "reading changes nothing"
    mail = space.contact_id(account, "email")
    assert browser.post(f"/preferences/contacts/{phone}", {"act": "unsafe"}).status_code == 303
    last = browser.get(f"/preferences/contacts/{mail}/unsafe").text
    assert "pas d’autre contact" in last
    assert browser.get(ask).location == "/preferences", "nothing is left to be asked"
    assert browser.get(f"/preferences/contacts/{uuid4()}/unsafe").status_code == 404


def test_letters_only_stops_messages_and_staff_know(space: Space) -> None:
    account = space.account()
    browser = space.visitor(account)
    space.night()
    browser.post("/preferences/channel", {"channel": "letter"})
    jobs.send_reminders(space.house, space.office, space.practice_id)
    assert space.sent() == []
    assert space.notices(account) == [("pre_due", "withheld", "letter_only")]
    assert "no_way_to_write" in space.tasks(account)
    assert "mail ne peut partir." in browser.get("/preferences").text
    browser.post("/preferences/channel", {"channel": "any"})
    assert "no_way_to_write" not in space.tasks(account)
    assert space.story(account, "preferences.channel") == 2


def test_news_that_was_planned_for_a_contact_heeds_the_change_too(space: Space) -> None:
    """Not only the ladder: a word about an answer does not go where it is not wanted any more."""
    account = space.account()
    talks = Talks(space)
    thread = talks.open(account, "unclear", Words("Pourquoi ?", "1" * 32))
    talks.answer(thread, Words("Parce que.", "2" * 32))
    jobs_messages.tell_messages(space.house, space.practice_id)
    space.visitor(account).post("/preferences/channel", {"channel": "letter"})
    jobs.send_reminders(space.house, space.office, space.practice_id)
    assert space.notices(account) == [("answered", "withheld", "no_contact")]


def test_a_stopped_contact_keeps_the_space_open_and_can_be_taken_up_again(space: Space) -> None:
    account = space.account(email="nadia@courriel.example")
    browser = space.visitor(account)
    mail = space.contact_id(account, "email")
    assert browser.post(f"/preferences/contacts/{mail}", {"act": "stop"}).status_code == 303
    assert browser.post(f"/preferences/contacts/{mail}", {"act": "stop"}).status_code == 303
    assert space.contacts(account)["nadia@courriel.example"] == "opted_out"
    assert (space.live_links(), space.visits()) == (1, 1)
    assert 'value="resume"' in browser.get("/preferences").text
    assert browser.get("/statement").status_code == 200
    browser.post(f"/preferences/contacts/{mail}", {"act": "resume"})
    assert space.contacts(account)["nadia@courriel.example"] == "usable"
    assert space.story(account, "contact_point.opt_out") == 1


def test_a_contact_that_others_read_loses_its_links_but_not_this_visit(space: Space) -> None:
    account = space.account()
    other = space.visitor(account)
    browser = space.visitor(account)
    phone = space.contact_id(account)
    space.night()
    assert browser.post(f"/preferences/contacts/{phone}", {"act": "unsafe"}).status_code == 303
    assert space.contacts(account) == {"+33639980118": "unsafe"}
    assert space.live_links() == 0
    assert browser.get("/preferences").status_code == 200
    assert other.get("/statement").status_code == 401
    assert "no_way_to_write" in space.tasks(account)
    jobs.send_reminders(space.house, space.office, space.practice_id)
    assert space.sent() == []
    refused = browser.post(f"/preferences/contacts/{phone}", {"act": "resume"})
    assert refused.status_code == 422


def test_a_step_that_was_decided_for_an_unsafe_phone_goes_to_the_mailbox_next_night(
    space: Space,
) -> None:
    account = space.account(email="nadia@courriel.example")
    space.night()
    space.visitor(account).post(
        f"/preferences/contacts/{space.contact_id(account)}", {"act": "unsafe"}
    )
    jobs.send_reminders(space.house, space.office, space.practice_id)
    assert space.sent() == []
    assert space.notices(account)[0][2] == "contact_changed"
    space.later(days=1)
    space.night()
    jobs.send_reminders(space.house, space.office, space.practice_id)
    assert [one.to for one in space.sent()] == ["nadia@courriel.example"]


@pytest.mark.parametrize("act", ["", "replace", "bounce", "confirm"])
def test_no_other_act_is_taken(space: Space, act: str) -> None:
    account = space.account()
    browser = space.visitor(account)
    phone = space.contact_id(account)
    assert browser.post(f"/preferences/contacts/{phone}", {"act": act}).status_code == 404
    assert browser.post(f"/preferences/contacts/{uuid4()}", {"act": "stop"}).status_code == 404
    assert space.contacts(account) == {"+33639980118": "usable"}


def test_no_page_shows_a_contact_whole(space: Space) -> None:
    account = space.account(email="nadia@courriel.example")
    page = space.visitor(account).get("/preferences").text
    assert "finit par 18" in page
    assert "n•••@•••.example" in page
    for whole in ("639980118", "63998", "nadia@", "courriel"):
        assert whole not in page


def test_choosing_to_and_fro_ends_after_twenty_a_day_but_danger_is_always_heard(
    space: Space,
) -> None:
    account = space.account(email="nadia@courriel.example")
    phone = f"/preferences/contacts/{space.contact_id(account)}"
    browser = space.visitor(account)
    for _ in range(5):
        for language in ("en", "fr"):
            assert browser.post("/preferences/language", {"language": language}).status_code == 303
        for act in ("stop", "resume"):
            assert browser.post(phone, {"act": act}).status_code == 303
    for path, fields in (
        ("/preferences/language", {"language": "en"}),
        ("/preferences/channel", {"channel": "sms"}),
        (phone, {"act": "stop"}),
    ):
        refused = browser.post(path, fields)
        assert refused.status_code == 422
        assert "Vous avez changé vos choix beaucoup de fois aujourd’hui." in refused.text
    assert (space.reload(account).language, space.reload(account).channel) == ("fr", "any")
    assert set(space.contacts(account).values()) == {"usable"}
    assert browser.post(phone, {"act": "unsafe"}).status_code == 303
    other = space.visitor(space.account())
    assert other.post("/preferences/language", {"language": "en"}).status_code == 303
    space.later(days=1)
    again = visitor(browser.app, space.token(account))
    assert again.post("/preferences/language", {"language": "en"}).status_code == 303
