"""Letters as PDF: typeset from our own templates, tagged for screen readers (PDF/UA-1).

Data reaches a template as JSON and never as markup, so nothing that a person typed is ever read as
an instruction. The fonts are those that come with the typesetter: a letter looks the same everywhere.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import typst

from shared.base.vault import Json

LETTERS = Path(__file__).parents[2] / "templates" / "letters"


def typeset(template: str, data: Mapping[str, Json], *, at: datetime) -> bytes:
    """The letter ``templates/letters/<template>.typ`` as PDF; the same data and instant give the
    same bytes. A name in a script that our fonts lack is set in the machine's own fonts, and the
    letter is then tagged without promising PDF/UA.

    Raises ``typst.TypstError`` when the template asks for what the data does not have.
    """
    text = json.dumps(data)
    try:
        return _compile(template, text, at, fonts_of_machine=False, standards=["ua-1"])
    except typst.TypstError:
        return _compile(template, text, at, fonts_of_machine=True, standards=[])


def _compile(
    template: str,
    data: str,
    at: datetime,
    *,
    fonts_of_machine: bool,
    standards: "list[typst.PDFStandard]",  # a name for type checkers only
) -> bytes:
    return typst.compile(
        LETTERS / f"{template}.typ",
        root=LETTERS,
        sys_inputs={"data": data},
        ignore_system_fonts=not fonts_of_machine,
        pdf_standards=standards,
        timestamp=int(at.timestamp()),
    )
