"""Every database that a test gets is looked at when the test is over."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.architecture.test_run import run

# Who makes databases, and why their books are looked at all the same.
MAKERS = {
    "tests/books.py": "looks at them itself",
    "tests/integration/money_house.py": "looks at the end of each history",
    "tests/conftest.py": "hands out what books.py looks at, and empty ones for migrations",
    "tests/servers/postgres.py": "makes what conftest.py hands out",
    "tests/security/conftest.py": "looks at what its tests share, and after each that changes it",
    "tests/servers/lending.py": "lends them; the fixtures look at the books",
    "tests/security/test_served.py": "an empty one: who may read the file",
    "tests/functional/test_demo.py": "names the demo's own, which it looks at by `ardoise check`",
    "tests/functional/test_commands.py": "a copy of the demo's own, and an empty one",
    "tests/unit/test_config.py": "addresses alone",
}
SIGNS = re.compile(
    r"""["']sqlite:///\w*[{"']|temporary_database|create_database|migrating\.upgrade\("""
)

BREAKS = """
import pytest
from sqlalchemy import text
from tests.world import World

def broken(url):
    world = World(url)
    account = world.account()
    with world.database.unit_of_work() as work:
        work.session.execute(text("UPDATE account SET balance_cents = 1"))
        work.commit()
    world.database.dispose()

def test_sound(sqlite_url):
    World(sqlite_url).account()

def test_broken(sqlite_url):
    broken(sqlite_url)

@pytest.mark.broken_books("to see that it is told")
def test_broken_on_purpose(sqlite_url):
    broken(sqlite_url)

@pytest.mark.broken_books
def test_without_a_reason(sqlite_url):
    broken(sqlite_url)
"""


def names_a_database(file: Path) -> bool:
    """Whether a file of tests opens a database by a name of its own."""
    return SIGNS.search(file.read_text().replace('removeprefix("sqlite:///")', "")) is not None


def marks(file: Path) -> Iterator[ast.expr]:
    """Decorators of a file, and marks of whole modules."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from node.decorator_list
        elif isinstance(node, ast.Assign):
            yield node.value


def test_no_test_makes_a_database_of_its_own() -> None:
    here = Path(__file__)
    bench = ROOT / "tests" / "bench"  # measures, and tests nothing
    files = [f for f in (ROOT / "tests").rglob("*.py") if f != here and bench not in f.parents]
    makers = {str(file.relative_to(ROOT)) for file in files if names_a_database(file)}
    assert makers == set(MAKERS)


def test_what_a_test_leaves_broken_fails_it(tmp_path: Path) -> None:
    told = run(tmp_path, BREAKS).stdout
    summary = told.split("short test summary info")[1]
    lines = [line for line in summary.splitlines() if "test_it.py::" in line]
    said = sorted((line.split()[0], line.split("::")[1].split(" - ")[0]) for line in lines)
    assert said == [
        ("ERROR", "test_broken"),
        ("ERROR", "test_without_a_reason"),
        ("PASSED", "test_broken"),
        ("PASSED", "test_broken_on_purpose"),
        ("PASSED", "test_sound"),
    ]
    assert "AssertionError: the test left books that are wrong" in told
    assert "say why the books are broken" in told


@pytest.mark.parametrize(
    "file", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda file: str(file.name)
)
def test_whoever_breaks_the_books_says_why(file: Path) -> None:
    bare = [m for m in marks(file) if isinstance(m, ast.Attribute) and m.attr == "broken_books"]
    assert not bare, f"{file.name}: @pytest.mark.broken_books names no reason"
