"""The command line's help: everything says what it is for, and asking for help costs little."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from ardoise.__main__ import cli
from ardoise.commands.ladder import REASONS, STEPS
from shared.ladder import STEP_TITLES, WITHHELD_TITLES
from tests.commands import Typed, commands

ALL = dict(commands())
OPTIONS = [
    (words, option)
    for words, command in ALL.items()
    for option in command.params
    if isinstance(option, click.Option)
]


def called(words: Typed) -> str:
    return " ".join(words)


@pytest.mark.parametrize("words", ALL, ids=called)
def test_every_command_says_what_it_does(words: Typed) -> None:
    told = ALL[words].help
    assert told
    assert told[0].isupper()
    assert len(told.split("\n")[0]) > 12


@pytest.mark.parametrize(
    ("words", "option"), OPTIONS, ids=[f"{called(w)} {o.opts[0]}" for w, o in OPTIONS]
)
def test_every_option_says_what_it_is_for(words: Typed, option: click.Option) -> None:
    assert option.help, f"{called(words)} {option.opts[0]}"
    shown = CliRunner().invoke(cli, [*words, "--help"])
    assert shown.exit_code == 0
    assert " ".join(option.help.split()) in " ".join(shown.output.split())


def test_there_are_options_and_commands_to_look_at() -> None:
    assert len(ALL) > 20
    assert len(OPTIONS) > 20


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_list_says_of_a_command_what_it_says_of_itself(name: str) -> None:
    listed = cli.commands[name].get_short_help_str(limit=200)
    assert listed == ALL[(name,)].get_short_help_str(limit=200)


def test_a_mistyped_command_is_told_what_may_have_been_meant() -> None:
    told = CliRunner().invoke(cli, ["run-lader"])
    assert told.exit_code == 2
    assert "run-ladder" in told.output


def test_the_command_line_has_its_own_words_for_every_step_and_reason() -> None:
    assert set(STEPS) == set(STEP_TITLES)
    assert set(REASONS) == set(WITHHELD_TITLES)


LARGE = ("sqlalchemy", "openpyxl", "stripe", "flask", "babel", "alembic")


def loaded_by(code: str, *names: str) -> set[str]:
    """Which of these packages a fresh Python has loaded after running ``code``."""
    told = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(names) & set(told.stdout.split())


def test_asking_for_help_loads_nothing_of_what_commands_work_with() -> None:
    asked = "from click.testing import CliRunner; from ardoise.__main__ import cli\n"
    asked += "assert 'run-ladder' in CliRunner().invoke(cli, ['--help']).output"
    assert loaded_by(asked, *LARGE) == set()


@pytest.mark.parametrize(
    ("door", "strangers"),
    [
        ("portal.app", ("backoffice", "ardoise.worker", "sandbox", "pyotp")),
        ("backoffice.app", ("portal", "ardoise.worker", "sandbox")),
    ],
)
def test_a_door_loads_neither_the_other_nor_what_imports_and_migrations_need(
    door: str, strangers: Typed
) -> None:
    needless = ("openpyxl", "defusedxml", "alembic", *strangers)
    assert loaded_by(f"import ardoise.commands.running, {door}", *needless) == set()
    assert loaded_by(f"import {door}", door, "flask") == {door, "flask"}
