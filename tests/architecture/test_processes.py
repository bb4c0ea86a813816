"""What one process loads is enough for all that it writes, also where others would load more."""

import subprocess
import sys

import pytest

from tests.architecture.source import ROOT, modules

PROCESSES = [
    *("portal.app", "backoffice.app", "ardoise.worker"),
    *sorted(m.name for m in modules() if m.name.startswith("ardoise.commands.")),
]
RESOLVE = """
import importlib, sys
importlib.import_module(sys.argv[1])
from shared.base.database import Model
from sqlalchemy.orm import configure_mappers
configure_mappers()
for table in Model.metadata.tables.values():
    for key in table.foreign_keys:
        key.column
"""


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_knows_every_table_that_its_own_tables_name(name: str):
    told = subprocess.run(
        [sys.executable, "-c", RESOLVE, name], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr[-800:]


NAMED_BY_WORD = """
import ardoise.erasing
from shared.base.database import Model
from shared.erasing.tables import GONE, STAYS
print([one.table for one in (*GONE, *STAYS) if one.table not in Model.metadata.tables])
"""


def test_whoever_erases_knows_every_table_that_is_named_to_be_emptied():
    told = subprocess.run(
        [sys.executable, "-c", NAMED_BY_WORD], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.stdout.strip() == "[]", told.stdout + told.stderr[-800:]
