"""Which of both databases a test runs on in `make test`; in `make proof` it runs on each."""

import random
from collections import defaultdict
from collections.abc import Iterable

import pytest

FIXTURES = ("database_url", "empty_database_url")


def left_out(items: Iterable[pytest.Item], seed: int) -> list[pytest.Item]:
    """Of each two runs of one test, on either database, the one that the seed does not draw.

    What is meant for one database alone has no twin, and always runs.
    """
    twins: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if isinstance(item, pytest.Function) and _database_of(item):
            twins[_told_apart_from_others(item)].append(item)
    left: list[pytest.Item] = []
    for name, runs in twins.items():
        runs.sort(key=lambda item: item.nodeid)
        runs.remove(random.Random(f"{seed} {name}").choice(runs))  # noqa: S311 - a sample, no secret
        left += runs
    return left


def _database_of(item: pytest.Function) -> str:
    params = item.callspec.params if hasattr(item, "callspec") else {}
    return next((str(params[name]) for name in FIXTURES if name in params), "")


def _told_apart_from_others(item: pytest.Function) -> str:
    cases = [case for case in item.callspec.id.split("-") if case != _database_of(item)]
    return f"{item.path}::{item.originalname}{cases}"
