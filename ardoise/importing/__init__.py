"""Importing a practice's export of unpaid invoices: a synchronisation, kept whole or not at all.

`run` tells the story; `matching` finds whose each row is, `plan` decides what it changes, `writing`
and its neighbours write it. Composed here because it touches accounts, invoices, journal, links and
tasks at once.
"""

from ardoise.importing.beginning import ImportRefusedError
from ardoise.importing.report import ImportReport, report_lines
from ardoise.importing.run import run_import
from ardoise.importing.sources import UnclearSourceError, choose_source

__all__ = [
    "ImportRefusedError",
    "ImportReport",
    "UnclearSourceError",
    "choose_source",
    "report_lines",
    "run_import",
]
