"""``ardoise``: everything that is done from a command line."""

import sys

import click

from ardoise.commands import checks, data, demo, keys, ladder, people, running
from shared.base.errors import ArdoiseError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96})
@click.version_option(package_name="ardoise")
def cli() -> None:
    """Ardoise: gentle reminders, a private page for patients, a tidy desk for staff.

    Settings are read from ARDOISE_… variables (docs/operators.md names them all); the demo writes
    a file `env` to be sourced. Every command says in one sentence what to mend when it can't go on.
    """


for command in (
    demo.demo,
    running.serve,
    running.worker,
    ladder.run_ladder,
    data.import_group,
    data.export_group,
    people.practice,
    people.staff,
    keys.keys,
    people.link,
    checks.check,
    data.db,
):
    cli.add_command(command)


def main() -> None:
    """Run a command; an error on purpose is one sentence on standard error and exit status 2."""
    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except ArdoiseError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
