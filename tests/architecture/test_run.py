"""The rules of a test run itself: no test is skipped, one seed repeats it, figures are kept."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import proof
from tests.architecture.source import ROOT

SKIPS = """
import pytest

@pytest.mark.skip(reason="no time")
def test_marked(): ...

def test_inside():
    pytest.skip("no server")

@pytest.mark.xfail(reason="known")
def test_expected():
    raise AssertionError

def test_that_runs(): ...
"""

RANDOM = """
import random
from hypothesis import given, strategies

@given(strategies.integers())
def test_draws(number):
    print("drew", number, random.random())
"""

ON_BOTH = """
import pytest

@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request):
    return request.param

@pytest.mark.parametrize("case", range(20))
def test_case(database_url, case):
    print("ran", case, database_url)

@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("case", range(20))
def test_of_one_alone(database_url, case):
    print("ran alone", case)

def test_of_none():
    print("ran none")
"""


def run(tmp_path: Path, text: str, *words: str) -> "subprocess.CompletedProcess[str]":
    (tmp_path / "test_it.py").write_text(text)
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:xdist"),
            *("-p", "no:cacheprovider", "-rA", "--rootdir", str(tmp_path), *words, str(tmp_path)),
        ],
        cwd=ROOT,
        env=os.environ | {"ARDOISE_PROOF": "", proof.FILE_VARIABLE: ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_skipped_test_fails_the_run_which_tells_its_seed(tmp_path: Path):
    told = run(tmp_path, SKIPS, "--randomly-seed=4242")
    assert told.returncode == 1, told.stdout + told.stderr
    assert "2 failed, 1 passed, 1 error" in told.stdout
    assert "no test may be" in told.stdout
    assert "repeat with --randomly-seed=4242" in told.stdout


@pytest.mark.slow
def test_one_seed_repeats_the_run(tmp_path: Path):
    def drawn(seed: str) -> list[str]:
        told = run(tmp_path, RANDOM, f"--randomly-seed={seed}").stdout
        return [line for line in told.splitlines() if line.startswith("drew")]

    first = drawn("1")
    assert len(first) > 1
    assert drawn("1") == first
    assert drawn("2") != first


@pytest.mark.slow
def test_with_one_database_each_test_runs_on_one_of_both_drawn_by_the_seed(tmp_path: Path):
    def ran(seed: str) -> set[str]:
        told = run(tmp_path, ON_BOTH, f"--randomly-seed={seed}", "--one-database").stdout
        return {line.removeprefix("ran ") for line in told.splitlines() if line.startswith("ran")}

    first = ran("1")
    assert first >= {"none", *(f"alone {case}" for case in range(20))}
    on_both = [line.split() for line in first if line[0].isdigit()]
    assert sorted(int(case) for case, _ in on_both) == list(range(20))
    assert {database for _, database in on_both} == {"sqlite", "postgres"}
    assert ran("1") == first
    assert ran("2") != first


def test_figures_are_kept_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "figures"
    monkeypatch.setenv(proof.FILE_VARIABLE, str(file))
    proof.record("seed", "7")
    proof.record("tokens tried", 10_000)
    proof.record("share of the floor", 0.5312)
    page = proof.page(proof.read(file), at=datetime(2026, 11, 24, 8, 5, tzinfo=UTC), of="abc123")
    for row in (
        "| commit | abc123 |",
        "| date | 2026-11-24 08:05 UTC |",
        "| seed | 7 (`pytest --randomly-seed=7`) |",
        "| tokens tried | 10 000 |",
        "| share of the floor | 0.531 |",
    ):
        assert row in page.splitlines()


def test_no_figure_is_kept_outside_a_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(proof.FILE_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    proof.record("tokens tried", 10_000)
    assert list(tmp_path.iterdir()) == []
