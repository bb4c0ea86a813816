"""The list of those who help: complete in each language, kind, and dated."""

import tomllib
from dataclasses import replace
from datetime import date

import pytest

from shared.aid import AidPath, aid_paths
from shared.aid.paths import FILE, LANGUAGES
from shared.delivery import Profile, lint_text
from shared.web.filters import telephone

BOTH = pytest.mark.parametrize("language", LANGUAGES)


def every(language: str) -> list[AidPath]:
    paths = aid_paths(language)
    return [*paths.first, *paths.others]


@BOTH
def test_thirteen_bodies_of_which_four_come_first(language: str) -> None:
    paths = aid_paths(language)
    assert (len(paths.first), len(paths.others)) == (4, 9)
    assert paths.checked_on >= date(2026, 11, 1)


def test_the_languages_tell_of_the_same_bodies() -> None:
    french, english = every("fr"), every("en")
    for one, other in zip(french, english, strict=True):
        assert (one.phone, one.site) == (other.phone, other.site)
        assert bool(one.where) == bool(other.where)
        assert replace(one, name="") != replace(other, name="")
    assert aid_paths("de") == aid_paths("fr")


@BOTH
def test_each_is_named_explained_and_can_be_reached(language: str) -> None:
    for path in every(language):
        assert path.name
        assert path.gist.endswith(".")
        assert path.where or path.phone or path.site
        assert not path.phone or telephone(path.phone).startswith("tel:")
        assert "/" not in path.site


def test_slugs_name_each_once() -> None:
    slugs = [entry["slug"] for entry in tomllib.loads(FILE.read_text(encoding="utf-8"))["path"]]
    assert len(slugs) == len(set(slugs)) == 13


@BOTH
def test_nothing_threatens_or_shames_whoever_reads_it(language: str) -> None:
    for path in every(language):
        told = lint_text(f"{path.gist} {path.where}", profile=Profile.PORTAL)
        assert [one for one in told if one.rule == "R2"] == [], path.name
        assert "!" not in path.gist
