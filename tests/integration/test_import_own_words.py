"""What a person said in their space stands, until the practice's software says something new."""

from datetime import date

import pytest

from shared.accounts import PersonName, account_vault, contacts_of
from shared.audit import Actor
from shared.base.ids import new_id
from shared.codes import draw_code, open_code, waiting_codes
from shared.preferences import (
    Proposal,
    Proposed,
    accept_proposal,
    change_contact,
    choose_channel,
    choose_language,
    confirm,
    propose,
    stand_by,
)
from tests.integration.import_world import (
    INDEX,
    KEYS,
    PRACTICE,
    ImportWorld,
    account_of,
    open_import_world,
    row,
)

CLAIRE = Actor("staff", "Claire Le Goff")
OLD, NEW = ("phone", "+33639981234"), ("phone", "+33639989999")
OTHER = ("phone", "+33639980001")
MAIL = ("email", "ines.lacroix@exemple.fr")
SON = PersonName("Paul", "Lacroix")


@pytest.fixture
def world(database_url: str) -> ImportWorld:
    return open_import_world(database_url)


def choose(world: ImportWorld, *, language: str = "", channel: str = "") -> None:
    """The person chooses in their space."""
    with world.database.unit_of_work(PRACTICE) as work:
        account, at = account_of(work.session, "F-1"), world.clock.now()
        if language:
            choose_language(
                work.session,
                practice_id=PRACTICE,
                account_id=account.id,
                visit_id=new_id(),
                language=language,
                at=at,
            )
        if channel:
            choose_channel(
                work.session,
                practice=world.practice(work.session),
                account_id=account.id,
                channel=channel,
                at=at,
            )
        work.commit()


def take(world: ImportWorld, proposed: Proposed) -> None:
    """A proposal made, confirmed with its code, and accepted."""
    visit_id, at = new_id(), world.clock.now()
    with world.database.unit_of_work(PRACTICE) as work:
        session, account = work.session, account_of(work.session, "F-1")
        practice, vault = world.practice(session), account_vault(KEYS, account)
        made: Proposal = propose(
            session,
            practice=practice,
            account_id=account.id,
            visit_id=visit_id,
            vault=vault,
            proposed=proposed,
            once=new_id().hex,
            at=at,
        )
        contact_id = stand_by(session, made, account=account, vault=vault, index=INDEX)
        [code] = waiting_codes(session, practice_id=PRACTICE)
        draw_code(session, code, contact_id=contact_id, vault=vault, at=at)
        session.flush()
        assert confirm(
            session,
            practice=practice,
            account_id=account.id,
            proposal_id=made.id,
            visit_id=visit_id,
            typed=open_code(vault, code),
            vault=vault,
            at=at,
        )
        accept_proposal(
            session,
            practice=practice,
            account=account,
            proposal_id=made.id,
            vault=vault,
            index=INDEX,
            actor=CLAIRE,
            at=at,
        )
        work.commit()
    world.assert_sound()


def said(world: ImportWorld) -> tuple[str, str]:
    account = world.account_of("F-1")
    return account.language, account.channel


def test_a_list_that_says_the_same_again_does_not_overrule_a_choice(world: ImportWorld):
    same = row(Langue="fr", Canal="SMS")
    world.export(same)
    choose(world, language="en", channel="letter")
    world.a_week_later()
    assert "accounts_changed" not in world.export(same).counts
    assert said(world) == ("en", "letter")


def test_a_list_that_says_something_new_does(world: ImportWorld):
    world.export(row(Langue="fr", Canal="SMS"))
    choose(world, language="en", channel="letter")
    world.a_week_later()
    world.export(row(Langue="fr", Canal="e-mail"))
    assert said(world) == ("en", "email")
    world.a_week_later()
    choose(world, channel="letter")
    world.export(row(Langue="fr", Canal="e-mail"))
    assert said(world) == ("en", "letter")


def test_who_changes_back_agrees_with_the_list_again(world: ImportWorld):
    world.export(row(Langue="fr"))
    choose(world, language="en")
    choose(world, language="fr")
    assert world.account_of("F-1").source_language is None


def test_a_new_telephone_stays_while_the_list_states_the_old_one(world: ImportWorld):
    world.export(row())
    take(world, Proposed("phone", NEW[1]))
    for _ in range(2):
        world.a_week_later()
        world.export(row())
        assert world.contacts("F-1") == {OLD: "replaced", NEW: "usable", MAIL: "opted_out"}
    world.export(row(Portable="06 39 98 99 99"))
    assert world.contacts("F-1")[NEW] == "usable"
    world.export(row(Portable="06 39 98 00 01"))
    assert world.contacts("F-1") == {
        OLD: "replaced",
        NEW: "replaced",
        OTHER: "usable",
        MAIL: "opted_out",
    }


def test_a_telephone_that_rests_for_a_mailbox_rests_on_whatever_the_list_states(
    world: ImportWorld,
):
    world.export(row(Canal="SMS", **{"E-mail": ""}))
    take(world, Proposed("email", MAIL[1]))
    for stated, held in (("06 39 98 12 34", OLD), ("06 39 98 99 99", NEW)):
        world.a_week_later()
        world.export(row(Canal="SMS", Portable=stated, **{"E-mail": ""}))
        assert world.contacts("F-1")[held] == "opted_out"
        assert world.contacts("F-1")[MAIL] == "usable"
        assert world.account_of("F-1").channel == "any", "a choice of text messages fits no mailbox"


def test_a_second_new_telephone_stands_for_the_same_old_one(world: ImportWorld):
    world.export(row())
    take(world, Proposed("phone", NEW[1]))
    take(world, Proposed("phone", OTHER[1]))
    world.a_week_later()
    world.export(row())
    contacts = world.contacts("F-1")
    assert (contacts[OLD], contacts[NEW], contacts[OTHER]) == ("replaced", "replaced", "usable")


def test_a_contact_given_here_is_not_taken_off_by_an_empty_cell(world: ImportWorld):
    world.export(row(**{"E-mail": ""}))
    take(world, Proposed("email", MAIL[1]))
    world.a_week_later()
    world.export(row(**{"E-mail": ""}))
    assert world.contacts("F-1")[MAIL] == "usable"


def test_what_is_not_safe_stays_so_until_its_value_changes(world: ImportWorld):
    world.export(row())
    with world.database.unit_of_work(PRACTICE) as work:
        account = account_of(work.session, "F-1")
        phone = next(
            one
            for one in contacts_of(work.session, practice_id=PRACTICE, account_id=account.id)
            if one.kind == "phone"
        )
        change_contact(
            work.session,
            practice=world.practice(work.session),
            account_id=account.id,
            visit_id=new_id(),
            contact_id=phone.id,
            act="unsafe",
            at=world.clock.now(),
        )
        work.commit()
    world.export(row())
    assert world.contacts("F-1")[OLD] == "unsafe"
    world.export(row(Portable="06 39 98 99 99"))
    assert world.contacts("F-1") == {OLD: "replaced", NEW: "usable", MAIL: "usable"}


def test_a_representative_is_no_business_of_the_list(world: ImportWorld):
    world.export(row())
    take(world, Proposed("phone", NEW[1], SON, "guardian", date(1980, 1, 2)))
    world.a_week_later()
    world.export(row(Portable="06 39 98 00 01"))
    assert world.account_of("F-1").represented
    contacts = world.contacts("F-1")
    assert (contacts[NEW], contacts[OLD], contacts[OTHER]) == ("usable", "replaced", "usable")
