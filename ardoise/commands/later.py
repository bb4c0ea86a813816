"""Commands that are imported when they are run: listing them loads nothing of what they work with."""

from importlib import import_module

import click


class Later(click.Command):
    """A command's name and what it does; ``where`` is its module and name, as ``module:name``."""

    def __init__(self, name: str, where: str, told: str) -> None:
        super().__init__(name, short_help=told)
        self._where = where

    def load(self) -> click.Command:
        """The command itself."""
        module, _, name = self._where.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


class Commands(click.Group):
    """A group that imports a command when it is asked for by name."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, ready to run."""
        found = super().get_command(ctx, cmd_name)
        return found.load() if isinstance(found, Later) else found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in the help, from what is known without importing."""
        names = self.list_commands(ctx)
        rows = [(name, self.commands[name].get_short_help_str(formatter.width)) for name in names]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
