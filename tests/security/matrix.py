"""Who may go in where, as a text that is reviewed: each role and each route of the back-office.

`python -m tests.security.matrix` prints it, with ``--write`` it is written to `matrix.txt` beside this file.
`test_matrix` walks the routes and holds what happens against the text.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from backoffice.app import create_app
from backoffice.permissions import GRAVE, permissions_for
from shared.base.clock import FixedClock
from shared.base.database import Database
from shared.staff import ROLES, permissions_of
from tests.backoffice_office import settings_for
from tests.backoffice_people import NOW

FILE = Path(__file__).with_name("matrix.txt")
YES, NO, DOOR, NONE = "yes", "-", "door", ""
NOBODY, OWN = "nobody", "own role"
# A role of a practice's own with one right, as the samples have it.
ONE_RIGHT = permissions_of("own-desk", ["accounts.read"])
COLUMNS: Mapping[str, frozenset[str] | None] = {
    NOBODY: None,
    OWN: ONE_RIGHT,
    **{role: ROLES[role] for role in ("accountant", "auditor", "secretary", "manager", "owner")},
}
# What is gone, or was never there for whoever asks, is said on the list that it would stand on; whose it was
# is not: 303, and nothing changes.
GONE = frozenset({"sessions.close", "canned.remove", "import_columns.forget", "practices.go"})
# Names in addresses that are the same in every practice.
NO_IDS = frozenset({"text_key"})
LEGEND = """\
Who may go in where. Written by `python -m tests.security.matrix --write`, held against every route by
tests/security/test_matrix.py: a change here is a change of rights, and is to be reviewed as one.

  yes    goes in: a page, an act, or a form that comes back with a sentence
  -      refused with 403, whatever the ids, and nothing changes
  door   a page: sent to the sign-in page; a form: 401, with what was written and the way there
  ids    what whoever may go in gets for another practice's ids: 404, or gone (303, and nothing changes)
  *      a grave act: password and code, or a passkey, again within five minutes
  +      this right or another: debts.forgive for orders, each reading those that it may ask for; aid.decide
         for « Accords et aides »
"""


def table(app: Flask) -> list[list[str]]:
    """One line a way in, its cells as they are in the text."""
    lines = [["route", "permission", "ids", *COLUMNS]]
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint == "static":
                continue
            wanted = permissions_for(app, rule.endpoint)
            is_grave = hasattr(app.view_functions[rule.endpoint], GRAVE)
            foreign = "gone" if rule.endpoint in GONE else "404"
            lines.append(
                [
                    f"{method:<4} {rule.rule}{' *' if is_grave else ''}",
                    said(wanted),
                    foreign if rule.arguments - NO_IDS else "",
                    *(cell(wanted, may) for may in COLUMNS.values()),
                ]
            )
    return lines


# The legend tells of these.
OR_ANOTHER = (("refunds.write", "debts.forgive"), ("plans.write", "aid.decide"))


def said(wanted: tuple[str, ...]) -> str:
    """The right that is asked for; a second one that does is the legend's."""
    if len(wanted) > 1:
        assert wanted in OR_ANOTHER, f"the legend says nothing of {wanted}"
        return f"{wanted[0]} +"
    return wanted[0] if wanted else "open to all"


def cell(wanted: tuple[str, ...], may: frozenset[str] | None) -> str:
    """What becomes of somebody with these permissions (None: not signed in) where one of some is wanted."""
    if not wanted:
        return YES
    if may is None:
        return DOOR
    return NO if may.isdisjoint(wanted) else YES


def text() -> str:
    """The whole matrix."""
    app = create_app(settings_for("sqlite://"), Database("sqlite://"), clock=FixedClock(NOW))
    lines = table(app)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = (
        "  ".join(f"{text:<{width}}" for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    return LEGEND + "\n" + "\n".join(rows) + "\n"


def main() -> None:
    """Print the matrix, or write it."""
    if "--write" in sys.argv[1:]:
        FILE.write_text(text())
        print(f"Written: {FILE.name}. Read the difference before you commit it.")  # noqa: T201
    else:
        print(text(), end="")  # noqa: T201


if __name__ == "__main__":
    main()
