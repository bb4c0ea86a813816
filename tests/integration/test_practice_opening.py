"""Opening a practice: a name that can't stand on a phone is told at once, and why."""

import re

import pytest

from ardoise.opening import PracticeDetails, UnfitPracticeError, open_practice
from shared.accounts import Practice
from shared.delivery import NoticeRenderer
from tests.world import NOON, SITE, World

RULE = (
    "The SMS sender must be 3 to 11 unaccented letters, digits or inner spaces, with a letter, "
    "and neutral (no word of care or debt, none in capitals): "
)


@pytest.fixture
def world(sqlite_url: str) -> World:
    return World(sqlite_url)


def opened(world: World, **details: str) -> Practice:
    """Another practice, as an operator describes it."""
    usual = {
        "sender": "Secrétariat R40",
        "sms_sender": "R40",
        "phone": "04 65 71 20 12",
        "postal_address": "BP 40, 35000 Rennes",
        "siren": "900 412 876",
        "vat_mention": "Exonération de TVA, article 261-4-1° du CGI",
    }
    with world.database.unit_of_work() as work:
        return open_practice(
            work.session,
            details=PracticeDetails(
                **(usual | details), opening_hours={"fr": ""}, started_on=NOON.date()
            ),
            keys=world.house.keys,
            renderer=NoticeRenderer(loopback=True),
            site=SITE,
            at=NOON,
        )


@pytest.mark.parametrize(
    ("sender", "wrong"),
    [
        ("", "“” has 0"),
        ("B7", "“B7” has 2"),
        ("SECRETARIAT12", "“SECRETARIAT12” has 13"),
        (" R4", "“ R4” begins or ends with a space"),
        ("Équipe", "“É” in “Équipe” is none of them"),
        ("R4-0", "“-” in “R4-0” is none of them"),
        ("36500", "“36500” has no letter"),
        ("Dentiste", "“dentiste” is not neutral"),
        ("URGENCE", "“URGENCE” is not neutral"),
        ("Huissier", "“huissier” is not neutral"),
    ],
)
def test_an_sms_sender_that_cannot_be_is_told_with_the_rule_and_what_is_wrong(
    world: World, sender: str, wrong: str
) -> None:
    with pytest.raises(UnfitPracticeError, match=re.escape(f"{RULE}{wrong}.")) as told:
        opened(world, sms_sender=sender)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("sender", ["R40", "3 R", "Secretariat", "secr 40"])
def test_an_sms_sender_within_the_rule_is_kept_as_it_is(world: World, sender: str) -> None:
    assert opened(world, sms_sender=sender).sms_sender == sender


def test_a_name_that_tells_of_care_opens_no_practice(world: World) -> None:
    with pytest.raises(UnfitPracticeError, match=r"R4 \(care and illness\)"):
        opened(world, sender="Cabinet dentaire")


@pytest.mark.parametrize("sender", ["Espace\nBcc: a@b.fr", "Espace\r", "Espace\x00", "E", ""])
def test_a_name_that_no_mail_could_bear_opens_no_practice(world: World, sender: str) -> None:
    with pytest.raises(UnfitPracticeError, match="one line of 3 to 30") as told:
        opened(world, sender=sender)
    assert "\n" not in str(told.value)
