"""What pages look like: style sheets that are written into them.

The two pages that people wait for on a phone, the one behind the link and the statement, hold the rules
that they use; all others hold every rule. A sheet that is left out has no rule for anything on the page
(tests/unit/test_portal_look.py).
"""

from collections.abc import Mapping
from pathlib import Path

from shared.web.inlined import Inlined, inline_css

BASE = ("tokens.css", "portal.css")
SHEETS: Mapping[str, tuple[str, ...]] = {
    "entry": (*BASE, "forms.css"),
    "statement": (*BASE, "account.css"),
    "page": (*BASE, "account.css", "forms.css", "letters.css"),
}
"""Which files make up each sheet, in the order of the cascade. A template names its sheet, or is a page."""


def inlined_styles(folder: Path) -> dict[str, Inlined]:
    """Every sheet, from the files of ``folder``, minified."""
    return {
        sheet: inline_css(*(folder / name for name in names)) for sheet, names in SHEETS.items()
    }
