"""``ardoise``: everything that is done from a command line."""

import os
import sys

import click

from ardoise.commands.later import Commands, Later
from shared.base.errors import ArdoiseError


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
)
@click.version_option(package_name="ardoise")
def cli() -> None:
    """Ardoise: gentle reminders, a private page for patients, a tidy desk for staff.

    Settings are read from ARDOISE_… variables (docs/operators.md names them all); the demo writes
    a file `env` to be sourced. Every command says in one sentence what to mend when it can't go on.
    """


# Where each command is and what it does; tests compare it with what the command says of itself.
for name, where, told in (
    ("audit", "audit:audit", "See whether the record of what happened stands as it was sealed."),
    ("check", "checks:check", "Ask the database whether everything that must be true is."),
    ("db", "data:db", "Make, change or remove the database's tables."),
    ("demo", "demo:demo", "Start a fictional practice with its patients; Ctrl-C stops it."),
    ("export", "data:export_group", "Give back to the practice's software."),
    ("import", "data:import_group", "Bring in what the practice's software exports."),
    ("keys", "keys:keys", "Make, keep and change the keys."),
    ("link", "people:link", "Make a single link for a patient."),
    ("payments", "payments:payments_group", "Hold the card processor's list against our journal."),
    ("practice", "people:practice", "Open a practice and connect it to its card processor."),
    (
        "privacy",
        "privacy:privacy",
        "Decide what is kept for how long, and see what would go before it does.",
    ),
    ("run-ladder", "ladder:run_ladder", "Decide who gets which step today and why others don't."),
    ("serve", "running:serve", "Serve a front door: the portal or the back-office."),
    (
        "staff",
        "people:staff",
        "Add members of staff, end or restore their access, help who is locked out.",
    ),
    ("worker", "running:worker", "Settle payments, decide the ladder each night, send messages."),
):
    cli.add_command(Later(name, f"ardoise.commands.{where}", told))


def main() -> None:
    """Run a command; an error on purpose is one sentence on standard error and exit status 2.

    Whatever a command or process writes (a database, logs, exports) only its owner may read.
    """
    os.umask(0o077)
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
