"""On PostgreSQL each front door does its work about preferences with the rights of its role, and no more."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from portal.app import create_app
from shared.accounts import account_vault, get_account, get_practice
from shared.base.database import Database
from shared.preferences import accept_proposal, decline_proposal
from tests.integration.spaces import CLAIRE, NEW_MAIL, Space
from tests.security.portal_house import Browser, portal_settings, visitor
from tests.security.secured import Secured
from tests.security.test_row_level_security import name


@pytest.fixture
def space(secured: Secured) -> Space:
    same = Space.__new__(Space)
    same.__dict__ = secured.stories.world.__dict__
    return same


@pytest.fixture
def door(secured: Secured) -> Iterator[Database]:
    database = Database(secured.log_in("ardoise_portal"))
    yield database
    database.dispose()


def inside(space: Space, door: Database, token: str) -> Browser:
    settings = portal_settings(space, database_url=door.url)
    return visitor(create_app(settings, door, clock=space.clock), token)


def test_a_patient_chooses_proposes_and_opens_details(space: Space, door: Database):
    account = space.account(email="nadia@courriel.example")
    page = f"/details/{space.keep_lines(account)}"
    browser = inside(space, door, space.token(account))
    assert browser.post("/preferences/language", {"language": "en"}).status_code == 303
    for channel in ("letter", "any"):
        assert browser.post("/preferences/channel", {"channel": channel}).status_code == 303
    mail = space.contact_id(account, "email")
    for act in ("stop", "resume"):
        assert browser.post(f"/preferences/contacts/{mail}", {"act": act}).status_code == 303
    browser.post(f"{page}/code")
    space.work()
    assert browser.post(page, {"code": "x"}).status_code == 422
    assert browser.post(page, {"code": space.code(to="nadia")}).location == page
    assert "Zorbectomie" in browser.get(page).text
    assert space.looks(account)[0].by == "patient"
    assert browser.get("/looked").status_code == 200
    assert browser.get(f"/preferences/contacts/{mail}/unsafe").status_code == 200
    assert browser.post(f"/preferences/contacts/{mail}", {"act": "unsafe"}).status_code == 303
    proposal = space.propose_contact(browser)
    space.work()
    assert browser.post(proposal, {"code": "000000"}).status_code == 422
    assert browser.post(proposal, {"code": space.code(to="0777")}).location == proposal
    assert browser.post(f"{proposal}/withdraw").status_code == 303
    assert browser.get("/preferences").status_code == 200
    space.check()


@pytest.mark.parametrize("decision", ["accept", "decline"])
def test_the_office_decides(secured: Secured, space: Space, decision: str):
    account = space.account()
    browser = space.visitor(account)
    space.confirmed(browser, NEW_MAIL)
    proposal = space.proposal(account)
    database = Database(secured.log_in("ardoise_backoffice"))
    with database.unit_of_work(space.practice_id) as work:
        held = get_account(
            work.session, practice_id=space.practice_id, account_id=account.id, lock=True
        )
        if decision == "accept":
            accept_proposal(
                work.session,
                practice=get_practice(work.session, space.practice_id),
                account=held,
                proposal_id=proposal.id,
                vault=account_vault(space.house.keys, held),
                index=space.house.index,
                actor=CLAIRE,
                at=space.clock.now(),
            )
        else:
            decline_proposal(
                work.session,
                account=held,
                proposal_id=proposal.id,
                reason="call",
                actor=CLAIRE,
                at=space.clock.now(),
            )
        work.commit()
    database.dispose()
    rests = {"accept": "opted_out", "decline": "usable"}[decision]
    assert space.contacts(account)["+33639980118"] == rests
    if decision == "decline":
        with psycopg.connect(secured.log_in("ardoise_backoffice")) as connection:
            name(connection, space.practice_id)
            with pytest.raises(InsufficientPrivilege):
                connection.execute(
                    "UPDATE contact_point SET status = 'opted_out' WHERE account_id = %s "
                    "AND status = 'usable'",
                    (account.id,),
                )
    assert space.proposal(account).status == {"accept": "accepted", "decline": "declined"}[decision]
    space.check()


def test_a_captured_portal_can_not_take_over_where_messages_go(secured: Secured, space: Space):
    account = space.account(email="nadia@courriel.example")
    browser = space.visitor(account)
    space.confirmed(browser)
    browser.post(f"/preferences/contacts/{space.contact_id(account, 'email')}", {"act": "unsafe"})
    told = {"account": account.id, "practice": space.practice_id}
    url = secured.log_in("ardoise_portal")
    with psycopg.connect(url) as connection:
        for nothing in (
            "UPDATE contact_point SET status = 'usable' WHERE account_id = %(account)s "
            "AND status IN ('proposed', 'unsafe', 'bounced')",
        ):
            name(connection, space.practice_id)
            assert connection.execute(nothing, told).rowcount == 0
            connection.rollback()
        for forbidden in (
            "UPDATE contact_point SET status = 'replaced' WHERE account_id = %(account)s",
            "UPDATE proposal SET status = 'accepted' WHERE account_id = %(account)s",
            "UPDATE account SET represented = true WHERE id = %(account)s",
            "UPDATE contact_point SET value = '\\x00' WHERE account_id = %(account)s",
            "INSERT INTO contact_point SELECT * FROM contact_point LIMIT 1",
            "UPDATE detail_access SET role = 'x'",
            "DELETE FROM detail_access",
            "DELETE FROM one_time_code",
            "UPDATE one_time_code SET expires_at = now() WHERE account_id = %(account)s",
        ):
            name(connection, space.practice_id)
            with pytest.raises(InsufficientPrivilege):
                connection.execute(forbidden, told)
            connection.rollback()
