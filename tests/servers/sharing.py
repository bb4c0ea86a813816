"""Tests of one process share what is slow to make: compiled templates, routes, catalogues; hashes.

A process of ours has one application, a test process one or more for each test: without this, a third of the
tests of pages went into compiling the same templates, and a fifth of the rest into the same routes.
"""

from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from shared.base import formats
from shared.staff import service

Builder = Callable[..., tuple[str, str]]


class Templates(BytecodeCache):
    """In memory; a template whose source has changed since is compiled anew, as Jinja has it."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


def share_slow_work(patch: pytest.MonkeyPatch) -> None:
    """For every application that is made from now on."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Templates()}
    patch.setattr(Rule, "_compile_builder", _builders(Rule._compile_builder))
    patch.setattr(formats, "_catalogue", _catalogues(formats._catalogue))
    # Slow on purpose; who is made with a known password may have the hash that another had.
    patch.setattr(service, "hash_password", cache(service.hash_password))


def _builders(compile_one: Callable[[Rule, bool], Builder]) -> Callable[..., Builder]:
    """What writes a rule's addresses follows from its words and defaults alone."""
    kept: dict[tuple[Any, ...], Builder] = {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Builder:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        key = (rule.rule, tuple(rule._trace), defaults, append_unknown)
        if key not in kept:
            kept[key] = compile_one(rule, append_unknown)
        return kept[key]

    return compiled


def _catalogues(
    read: Callable[[Path], GNUTranslations],
) -> Callable[[Path], GNUTranslations]:
    """A catalogue that has changed since is read anew."""

    @cache
    def kept(path: Path, _changed: int) -> GNUTranslations:
        return read(path)

    return lambda path: kept(path, path.stat().st_mtime_ns)
