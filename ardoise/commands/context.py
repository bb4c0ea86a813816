"""What commands have in common: the house, and which practice is meant."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import click
from sqlalchemy import select

from ardoise.office import House
from shared.accounts import Practice
from shared.audit import Actor
from shared.base.clock import SystemClock
from shared.base.config import OfficeSettings
from shared.base.errors import ArdoiseError
from shared.base.log import configure_logging

OPERATOR = Actor("system", "command line")
YEARS = range(2000, 2101)


class WhichPracticeError(ArdoiseError):
    """It is not clear which practice is meant."""


class Day(click.DateTime):
    """A day as YYYY-MM-DD, in a century in which there are practices to remind for."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The day; refused in one sentence when no calendar here reaches it."""
        day: datetime = super().convert(value, param, ctx)
        if day.year not in YEARS:
            self.fail(f"{value} is not between {YEARS[0]} and {YEARS[-1]}.", param, ctx)
        return day


def practice_option(name: str) -> Callable[[Any], Any]:
    """The option ``--practice``, handed to the command as ``name``."""
    told = "Number of the practice, where there are several."
    return click.option("--practice", name, type=int, help=told)


def open_house() -> House:
    """The house of this machine's settings."""
    configure_logging("cli")
    return House.of(OfficeSettings.from_environment(), SystemClock())


def secret_given(variable: str, asked: str) -> str:
    """A secret from the environment, from standard input, or typed unseen; never from an option."""
    if variable in os.environ:
        return os.environ[variable].strip()
    if sys.stdin is None or not sys.stdin.isatty():
        return sys.stdin.readline().strip() if sys.stdin is not None else ""
    typed: str = click.prompt(asked, default="", hide_input=True, show_default=False)
    return typed.strip()


def which_practice(house: House, wanted: int | None) -> int:
    """The practice that is meant; without a number the only one. Raises WhichPracticeError."""
    with house.database.reading() as session:
        numbers = list(session.scalars(select(Practice.id).order_by(Practice.id)))
    if wanted is not None and wanted in numbers:
        return wanted
    if wanted is None and len(numbers) == 1:
        return numbers[0]
    if not numbers:
        raise WhichPracticeError("There is no practice yet: make one with `ardoise practice add`.")
    listed = ", ".join(map(str, numbers))
    raise WhichPracticeError(f"Say which practice with --practice; there are {listed}.")
