"""Everything that can happen has a French sentence for the account's story."""

import ast
import importlib
import re
from collections.abc import Iterator

import pytest

from backoffice.desks.timeline_words import SENTENCES, UNKNOWN, sentence
from backoffice.desks.words import (
    CONTACT_STATES,
    NOTICE_OUTCOMES,
    NOTICE_TITLES,
    REASON_GROUPS,
    RELEASE_REASONS,
    title,
)
from shared.accounts import CONTACT, HOLD_TITLES
from shared.base.states import REGISTRY
from shared.delivery import NOTICE
from shared.ladder import WITHHELD_TITLES
from tests.architecture.source import ROOT, Module, modules

RECORDERS = {"record", "Happening"}
TELLER = "shared.staff.telling"  # it writes what its callers name
KIND = re.compile(r"[a-z_]+\.[a-z_]+")


def recorded_kinds(module: Module) -> Iterator[str]:
    """The kinds of events that a module writes. Where one is handed in, every literal of its package
    that looks like a kind is taken for one."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id == "tell":
            yield str(node.args[1].value) if isinstance(node.args[1], ast.Constant) else ""
        elif node.func.id in RECORDERS and module.concept != "audit" and module.name != TELLER:
            given = [word.value for word in node.keywords if word.arg == "kind"] or node.args[2:3]
            of_two = (
                [given[0].body, given[0].orelse] if isinstance(given[0], ast.IfExp) else given[:1]
            )
            named = [str(kind.value) for kind in of_two if isinstance(kind, ast.Constant)]
            if len(named) == len(of_two):
                yield from named
            else:
                yield from literals_beside(module)


def literals_beside(module: Module) -> Iterator[str]:
    for sibling in modules():
        if sibling.path.parent == module.path.parent:
            texts = (
                node.value for node in ast.walk(sibling.tree) if isinstance(node, ast.Constant)
            )
            words = (text for text in texts if isinstance(text, str) and KIND.fullmatch(text))
            yield from (text for text in words if not text.endswith(".id"))  # a column's name


def kinds() -> list[str]:
    """Every kind of event: those written by name, and every edge of every state machine."""
    for module in modules():
        if module.room == "rules":
            importlib.import_module(module.name)
    written = {kind for module in modules() for kind in recorded_kinds(module)}
    edges = {f"{m.name}.{e}" for m in REGISTRY.values() for (_, e) in m.edges}
    return sorted(written | edges)


KINDS = kinds()


def test_there_are_kinds():
    assert {"hold.placed", "link.opened", "notice.send", "staff.signed_in"} <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_sentence_even_without_facts(kind: str):
    said = sentence(kind, {})
    assert said != UNKNOWN, f"give {kind} a sentence in backoffice/desks/timeline_words.py"
    assert "None" not in said
    assert said == said.strip()


def test_there_is_no_sentence_for_what_never_happens():
    assert set(SENTENCES) <= set(KINDS)


def test_an_unknown_kind_is_said_neutrally():
    assert sentence("comet.passed", {"name": "x"}) == UNKNOWN


def test_facts_are_said_in_french():
    placed = sentence("hold.placed", {"hold": "message", "review_on": "2026-12-01"})
    assert placed == ("Pause\u00a0: message en attente de réponse, à revoir le 1er décembre 2026")
    paid = sentence("payment_attempt.succeed", {"cents": 123456, "receipt": "R-2026-00001"})
    assert paid == "Paiement reçu\u00a0: 1\u202f234,56\u00a0€, reçu R-2026-00001"
    sent = sentence("notice.send", {"template": "second_reminder", "channel": "email"})
    assert sent.replace("\u00a0", " ").replace("\u202f", " ") == (
        "Message « Second rappel » envoyé par e-mail"
    )


def test_odd_facts_never_break_a_page():
    for kind in KINDS:
        for odd in ({"cents": "x", "review_on": "soon", "reason": 7}, {"tries": 1, "task": None}):
            assert sentence(kind, odd)


def test_every_status_that_staff_see_has_its_word():
    assert set(NOTICE_OUTCOMES) == NOTICE.statuses
    assert set(CONTACT_STATES) == CONTACT.statuses - {"replaced"}
    templates = {path.name for path in (ROOT / "templates/notices").iterdir() if path.is_dir()}
    assert templates - {"_frame", "_own"} <= set(NOTICE_TITLES)


def test_every_reason_can_be_filtered_by_in_one_group():
    grouped = [reason for reasons in REASON_GROUPS.values() for reason in reasons]
    assert sorted(grouped) == sorted(WITHHELD_TITLES)


def test_words_fall_back_to_the_readable_key():
    assert title(HOLD_TITLES, "on_the_moon") == "on the moon"
    assert all(word[0].islower() for word in RELEASE_REASONS.values())
