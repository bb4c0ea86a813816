"""The demo's patient who was told to take time is left in peace for that time."""

from ardoise.demo.desk import grant_help
from shared.aid import AidAnswers
from tests.integration.talks import Talks
from tests.security.portal_house import portal_app, visitor
from tests.world import World


def test_the_time_that_the_demo_grants_is_a_pause_that_is_said(database_url: str) -> None:
    world = World(database_url)
    talks, account = Talks(world), world.account()
    talks.ask_aid(account, AidAnswers(("later",), (), None, ""))
    world.later(days=2)
    grant_help(world.house, account, "Oui.")
    assert talks.holds(account) == ["staff"]
    world.later(days=13)
    page = visitor(portal_app(world), world.token(account)).get("/statement").text
    assert "aucun rappel jusqu’au 31 décembre" in page
    world.database.dispose()
