"""Every French sentence of the portal that must stand in the catalogues, found in the sources."""

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2.ext import babel_extract

ROOT = Path(__file__).parents[2]
IN_TEMPLATES = ("t", "tn")
IN_CODE = ("t", "tn", "marked", "gettext", "ngettext", "AmountError")
IN_VIEWS = (*IN_CODE, "Sentence", "say", "NotFoundError", "NotAllowedError")
LANGUAGES = {"fr", "en"}

Sentence = str | tuple[str, str]


def of_templates(*folders: str) -> set[Sentence]:
    """Sentences that templates translate; a pair for singular and plural."""
    found: set[Sentence] = set()
    for folder in folders:
        for path in sorted((ROOT / "templates" / folder).rglob("*.html")):
            with path.open("rb") as file:
                for _line, _name, messages, _comments in babel_extract(file, IN_TEMPLATES, [], {}):
                    found |= set(_sentences(messages))
    return found


def of_code(folder: str, keywords: tuple[str, ...]) -> set[Sentence]:
    """Sentences that code translates, marks or raises with ``keywords``, however deep in a line."""
    found: set[Sentence] = set()
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in keywords:
                found |= set(_sentences(tuple(map(_constant, node.args))))
    return found


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _constant(argument: ast.expr) -> object:
    return argument.value if isinstance(argument, ast.Constant) else None


def of_portal() -> set[Sentence]:
    """Every sentence that a patient may read."""
    return of_templates("portal") | of_code("portal", IN_VIEWS) | of_code("shared", IN_CODE)


def _sentences(messages: object) -> Iterator[Sentence]:
    parts = messages if isinstance(messages, tuple) else (messages,)
    words = [part for part in parts if isinstance(part, str) and part not in LANGUAGES]
    if len(words) == 2:
        yield (words[0], words[1])
    elif words:
        yield words[0]
