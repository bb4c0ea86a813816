"""What a command can't do is one clear sentence; what is secret stands in no list of processes."""

from pathlib import Path

import click
import pytest
from click.testing import Result

from shared.base.config_demands import is_loopback
from shared.base.errors import ArdoiseError
from tests.command_line import run
from tests.commands import commands
from tests.world import World

DAYS = [
    ("run-ladder", "--on"),
    ("import", "invoices", __file__, "--as-of"),
    ("export", "payments", "paid.csv", "--since"),
]


@pytest.fixture
def world(sqlite_url: str) -> World:
    return World(sqlite_url)


def ardoise(world: World, *words: str, typed: str = "", **more: str) -> Result:
    """A command with the settings of a practice; ``typed`` is what stands on its standard input."""
    assert is_loopback(world.settings.site)
    return run(world.settings, *words, typed=typed, **more)


def sentence(told: Result) -> str:
    """Why it went no further; never a failure that nobody meant."""
    assert told.exit_code != 0
    assert isinstance(told.exception, ArdoiseError | SystemExit), told.exception
    return str(told.exception) if isinstance(told.exception, ArdoiseError) else told.output


@pytest.mark.parametrize("words", DAYS, ids=lambda words: words[0])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_no_calendar_here_reaches_is_told(
    world: World, words: tuple[str, ...], day: str
) -> None:
    said = sentence(ardoise(world, *words, day))
    assert f"{day} is not between 2000 and 2100." in said


def test_a_folder_that_is_not_there_is_told(world: World, tmp_path: Path) -> None:
    said = sentence(ardoise(world, "export", "payments", str(tmp_path / "no" / "paid.csv")))
    assert "can't be written" in said


@pytest.mark.parametrize("words", [("upgrade", "--to", "bogus"), ("downgrade", "bogus", "--yes")])
def test_a_revision_that_there_is_not_is_told(world: World, words: tuple[str, ...]) -> None:
    said = sentence(ardoise(world, "db", *words))
    assert "bogus" in said
    assert "The tables stay as they are" in said


def test_no_option_takes_a_secret() -> None:
    names = {
        option
        for _, command in commands()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    }
    assert "--email" in names
    assert names & {"--password", "--key", "--secret", "--token"} == set()


ADD = ("staff", "add", "--email", "nora@r12.example", "--name", "Nora Vidal", "--role", "manager")


def test_a_password_is_read_from_standard_input_or_the_environment(world: World) -> None:
    typed = ardoise(world, *ADD, typed="agrafe pile cheval\n")
    assert typed.exit_code == 0, typed.output
    assert "Password" not in typed.output, "only a drawn one is shown"
    other = (*ADD[:3], "ines@r12.example", *ADD[4:])
    given = ardoise(world, *other, ARDOISE_NEW_PASSWORD="agrafe pile cheval")
    assert given.exit_code == 0, given.output
    assert "agrafe" not in given.output


def test_without_a_password_one_is_drawn_and_shown(world: World) -> None:
    assert "Password: " in ardoise(world, *ADD).output


def test_without_a_key_the_processor_is_not_asked(world: World) -> None:
    assert "secret key" in sentence(ardoise(world, "practice", "processor"))


@pytest.mark.parametrize(
    ("email", "name"), [("a\x1b@r12.example", "Nora"), ("a@r12.example", "No\x1b[2Jra")]
)
def test_a_name_or_address_with_unseen_characters_is_refused(
    world: World, email: str, name: str
) -> None:
    words = ("staff", "add", "--role", "manager", "--email", email, "--name", name)
    said = sentence(ardoise(world, *words, typed="agrafe pile cheval\n"))
    assert said.endswith(".")
    assert "\x1b" not in said


def test_the_practices_rules_are_shown_and_changed_within_bounds(world: World) -> None:
    shown = ardoise(world, "practice", "rules")
    assert shown.exit_code == 0, shown.output
    assert "changed" not in shown.output
    changed = ardoise(world, "practice", "rules", "--plan-most-months", "6", "--card-plans")
    assert [line.split()[:3] for line in changed.output.splitlines() if "changed" in line] == [
        ["plan-most-months", "6", "changed"],
        ["card-plans", "yes", "changed"],
    ]
    again = ardoise(world, "practice", "rules", "--plan-most-months", "6", "--card-plans")
    assert "changed" not in again.output
    refused = sentence(ardoise(world, "practice", "rules", "--no-card-plans", "--link-days", "99"))
    assert refused == "Days that a link lives: a number from 1 to 60, not 99."
    assert "card-plans                  yes" in ardoise(world, "practice", "rules").output
