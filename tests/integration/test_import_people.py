"""What a newer list says of people: their details, contacts, protections and disputes."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from shared.accounts import CONTACT, Account, ContactPoint, Hold, account_vault, release_hold
from shared.audit import Actor, advance
from shared.base.vault import KeyRing
from shared.links import Link, LinkSigner, mint
from tests.integration.import_world import (
    KEYS,
    MOTHER,
    PRACTICE,
    ImportWorld,
    account_of,
    open_import_world,
    row,
)

STAFF = Actor("staff", "Claire Le Goff")
SIGNER = LinkSigner(KeyRing({"l1": b"l" * 32}))
OLD, NEW = ("phone", "+33639981234"), ("phone", "+33639989999")
MAIL = ("email", "ines.lacroix@exemple.fr")


@pytest.fixture
def world(database_url: str) -> ImportWorld:
    return open_import_world(database_url)


def mint_link(world: ImportWorld) -> None:
    with world.database.unit_of_work(PRACTICE) as work:
        account = account_of(work.session, "F-1")
        mint(
            work.session,
            practice=world.practice(work.session),
            account=account,
            vault=account_vault(KEYS, account),
            signer=SIGNER,
            at=world.clock.now(),
        )
        work.commit()


def bounce(world: ImportWorld, kind: str) -> None:
    with world.database.unit_of_work(PRACTICE) as work:
        contact = work.session.scalars(select(ContactPoint).where(ContactPoint.kind == kind)).one()
        advance(
            work.session,
            contact,
            CONTACT,
            "bounce",
            account_id=contact.account_id,
            actor=STAFF,
            at=world.clock.now(),
        )
        work.commit()


def release_all(world: ImportWorld) -> None:
    with world.database.unit_of_work(PRACTICE) as work:
        for hold in work.session.scalars(select(Hold).where(Hold.status == "active")):
            release_hold(work.session, hold, actor=STAFF, at=world.clock.now(), reason="mistake")
        work.commit()


# Names and details


def test_a_new_name_is_taken_over_and_the_account_stays(world: ImportWorld):
    world.export(row())
    world.export(row(Nom="Roy"))
    assert world.names("F-1") == {"debtor": "Inès Roy"}
    assert world.count(Account) == 1
    assert world.events("account.changed") == ["account.changed"]


def test_an_unchanged_person_is_not_sealed_again_when_something_else_changes(world: ImportWorld):
    world.export(row(Adresse="3 rue des Tilleuls", Code_postal="75011"))
    before = world.everything()
    world.export(row(left="3,00", Adresse="3 rue des Tilleuls", Code_postal="75011"))
    after = world.everything()
    assert after["party"] == before["party"]
    assert after["contact_point"] == before["contact_point"]


def test_a_new_file_number_keeps_the_account_of_the_same_person(world: ImportWorld):
    world.export(row())
    assert world.export(row(ref="2026-0001")).kept
    assert world.export(row(ref="2026-0001"), row("F-2", ref="2026-0001")).kept
    assert world.count(Account) == 1
    assert world.account_of("F-2").external_key == "p:2026-0001"


def test_a_debtor_without_birth_date_may_change_their_telephone(world: ImportWorld):
    child = {"Nom": "Marchand", "Prénom": "Léo", "Date de naissance": "14/05/2017"}
    mother = MOTHER | {"Date de naissance débiteur": ""}
    world.export(row("F-1", ref="D-2") | child | mother)
    moved = row("F-1", ref="D-2") | child | mother | {"Portable débiteur": "06 39 98 77 77"}
    assert world.export(moved).kept
    assert world.count(Account) == 1
    assert world.contacts("F-1")[("phone", "+33639987777")] == "usable"


def test_language_and_channel_follow_the_software(world: ImportWorld):
    world.export(row(Langue="en", Canal="SMS"))
    assert (world.account_of("F-1").language, world.account_of("F-1").channel) == ("en", "sms")
    world.export(row(Langue="", Canal="courrier"))
    assert (world.account_of("F-1").language, world.account_of("F-1").channel) == ("en", "letter")


# Contacts


def test_a_changed_telephone_is_replaced_and_ends_the_links_that_were_sent(world: ImportWorld):
    world.export(row())
    mint_link(world)
    report = world.export(row(Portable="06 39 98 99 99"))
    assert world.contacts("F-1") == {OLD: "replaced", NEW: "usable", MAIL: "usable"}
    assert world.only(Link).status == "revoked"
    assert (report.counts["contacts_replaced"], report.counts["links_revoked"]) == (1, 1)


def test_a_link_lives_on_when_nothing_about_the_contacts_changes(world: ImportWorld):
    world.export(row())
    mint_link(world)
    world.export(row(left="3,00", Nom="Roy", Téléphone_fixe="01 99 00 12 34"))
    assert world.contacts("F-1")[("landline", "+33199001234")] == "usable"
    assert world.only(Link).status == "live"


def test_a_telephone_taken_out_of_the_software_is_written_to_no_more(world: ImportWorld):
    world.export(row())
    world.export(row(Portable=""))
    assert world.contacts("F-1") == {OLD: "replaced", MAIL: "usable"}


def test_a_telephone_that_cannot_be_read_leaves_the_one_on_file(world: ImportWorld):
    world.export(row())
    report = world.export(row(Portable="06 39"))
    assert world.contacts("F-1") == {OLD: "usable", MAIL: "usable"}
    assert [p.blocking for p in report.problems] == [False]


def test_a_contact_that_bounced_stays_so_until_its_value_changes(world: ImportWorld):
    world.export(row())
    bounce(world, "phone")
    world.export(row())
    assert world.contacts("F-1")[OLD] == "bounced"
    world.export(row(Portable="06 39 98 99 99"))
    assert world.contacts("F-1") == {OLD: "replaced", NEW: "usable", MAIL: "usable"}


def test_an_opposition_silences_the_contacts_and_is_not_lifted_by_a_list(world: ImportWorld):
    world.export(row())
    world.export(row(Opposition_messages="oui"))
    assert set(world.contacts("F-1").values()) == {"opted_out"}
    world.export(row(Opposition_messages="non", Portable="06 39 98 99 99"))
    assert world.contacts("F-1") == {OLD: "replaced", NEW: "opted_out", MAIL: "opted_out"}


# Protections and disputes


def test_a_protection_stops_the_clock_until_staff_have_looked(world: ImportWorld):
    report = world.export(row(Protection="C2S"))
    assert report.counts["protected"] == 1
    assert world.holds("F-1") == [("protection", "active", False)]
    assert world.only(Hold).review_on == world.clock.now().date() + timedelta(days=90)
    world.export(row(Protection=""))
    assert world.holds("F-1") == [("protection", "active", False)]


def test_staff_who_ended_a_pause_are_not_overruled_by_the_same_list(world: ImportWorld):
    world.export(row(Protection="C2S", Litige="oui"))
    assert world.holds("F-1") == [("protection", "active", False), ("dispute", "active", False)]
    release_all(world)
    world.export(row(Protection="C2S", Litige="oui"))
    assert [status for _, status, _ in world.holds("F-1")] == ["released"] * 2


def test_a_protection_or_a_dispute_that_begins_anew_stops_the_clock_anew(world: ImportWorld):
    world.export(row(Protection="C2S", Litige="oui"))
    release_all(world)
    world.export(row(Protection="", Litige="non"))
    world.export(row(Protection="C2S", Litige="oui"))
    assert [status for _, status, _ in world.holds("F-1")] == ["released"] * 2 + ["active"] * 2


def test_a_second_disputed_invoice_stops_the_clock_again(world: ImportWorld):
    world.export(row(Litige="oui"), row("F-2", Litige="non"))
    release_all(world)
    world.export(row(Litige="oui"), row("F-2", Litige="oui"))
    assert [status for _, status, _ in world.holds("F-1")] == ["released", "active"]


def test_a_long_illness_alone_stops_nothing(world: ImportWorld):
    world.export(row(Protection="ALD"))
    assert world.holds("F-1") == []
    assert world.account_of("F-1").protection is not None


def test_a_due_date_put_off_in_the_software_is_put_off_here(world: ImportWorld):
    world.export(row(Échéance="01/10/2026"))
    world.export(row(Échéance="15/12/2026"))
    assert world.invoice("F-1").due_on == date(2026, 12, 15)
