"""Who else can help: a list kept as data, re-read every year, shown after the identity check only."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from shared.base.formats import SOURCE_LANGUAGE, french_spaces

FILE = Path(__file__).with_name("paths.toml")
LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class AidPath:
    """One body that helps. ``where`` says how to reach it; ``phone`` and ``site`` may be empty."""

    name: str
    gist: str
    where: str
    phone: str
    site: str


@dataclass(frozen=True, slots=True)
class AidPaths:
    """The list in one language: those that help most people, and the others."""

    checked_on: date
    first: tuple[AidPath, ...]
    others: tuple[AidPath, ...]


def aid_paths(language: str) -> AidPaths:
    """The list in a language; in French where it is not written in that one."""
    return _read()[language if language in LANGUAGES else "fr"]


@cache
def _read() -> Mapping[str, AidPaths]:
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    lists = {}
    for language in LANGUAGES:
        paths = [
            (
                entry["first"],
                AidPath(
                    name=_set(language, entry[language]["name"]),
                    gist=_set(language, entry[language]["gist"]),
                    where=_set(language, entry[language].get("where", "")),
                    phone=entry.get("phone", ""),
                    site=entry.get("site", ""),
                ),
            )
            for entry in told["path"]
        ]
        lists[language] = AidPaths(
            checked_on=told["checked_on"],
            first=tuple(path for first, path in paths if first),
            others=tuple(path for first, path in paths if not first),
        )
    return lists


def _set(language: str, text: str) -> str:
    """A text as its language sets its spaces."""
    return french_spaces(text) if language == SOURCE_LANGUAGE else text
