"""`ardoise practice rules`: what a practice decides for itself, shown and changed."""

from collections.abc import Callable
from typing import Any

import click

from ardoise.commands.context import OPERATOR, open_house, practice_option, which_practice
from shared.accounts import (
    PRACTICE_RULES,
    change_rules,
    changing_settings,
    lock_practice,
    rules_of_practice,
)


def rule_options(command: Callable[..., None]) -> Callable[..., None]:
    """One option for each rule."""
    for rule in reversed(PRACTICE_RULES):
        name = rule.column.replace("_", "-")
        spelled = f"--{name}/--no-{name}" if rule.switch else f"--{name}"
        kind: Any = {} if rule.switch else {"type": int}
        command = click.option(spelled, rule.column, default=None, help=rule.told, **kind)(command)
    return command


@click.command("rules")
@practice_option("number")
@rule_options
def practice_rules_command(number: int | None, **given: int | bool | None) -> None:
    """Show the practice's rules, and change those that are given.

    A plan within the rules is agreed at once; any other that a patient wishes for waits for staff. A
    four-eyes limit that is raised counts a day later.
    """
    house = open_house()
    chosen = which_practice(house, number)
    wanted = {column: value for column, value in given.items() if value is not None}
    with house.database.unit_of_work(chosen) as work:
        practice = lock_practice(work.session, chosen)
        with changing_settings(
            work.session, practice, actor=OPERATOR, at=house.clock.now()
        ) as changed:
            change_rules(practice, wanted)
        if changed:
            work.commit()
        rules = rules_of_practice(practice)
    for rule in PRACTICE_RULES:
        value = rules[rule.column]
        shown = ("yes" if value else "no") if rule.switch else str(value)
        mark = "changed" if rule.column in changed else ""
        click.echo(f"{rule.column.replace('_', '-'):<22} {shown:>8}  {mark:<8} {rule.told}")
