"""Every command that can be typed."""

from collections.abc import Iterator

import click

from ardoise.__main__ import cli

Typed = tuple[str, ...]


def commands(group: click.Group = cli, above: Typed = ()) -> Iterator[tuple[Typed, click.Command]]:
    """Groups and commands below a group with the words that call them, the first ones first."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        yield (*above, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*above, name))


def leaves() -> list[Typed]:
    """The words of each command that does something."""
    return [words for words, command in commands() if not isinstance(command, click.Group)]
