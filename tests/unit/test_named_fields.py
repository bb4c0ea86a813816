"""What the summary of a form's faults calls a field is what its page calls it, at that very field."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import backoffice
from backoffice.desks.erasing import LABELS
from backoffice.desks.settings_fields import FIELDS

HOUSE = Path(backoffice.__file__).parent
PAGES = HOUSE.parent / "templates" / "backoffice"
CALLED = re.compile(
    r"<(?P<tag>label|legend)\b(?P<attributes>[^>]*)>(?P<text>.*?)</(?P=tag)>", re.DOTALL
)
POINTS = re.compile(r'\b(?:for|id)="([^"{]+)')
NOT_READ = re.compile(r"<[^>]*>|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# Of a fieldset: its own first choice takes the focus, and the legend is what is read.
LEGEND_OF = {"full": "Étendue"}


def base(name: str) -> str:
    """A field's id without what tells several like forms of a page apart."""
    return name.split("-")[0]


def called() -> dict[str, set[str]]:
    """Of each field's id all that pages call it."""
    found: dict[str, set[str]] = defaultdict(set)
    for page in PAGES.rglob("*.html"):
        for one in CALLED.finditer(page.read_text(encoding="utf-8")):
            words = " ".join(unescape(NOT_READ.sub(" ", one["text"])).split())
            names = [*POINTS.findall(one["attributes"]), *POINTS.findall(one["text"])]
            for name in names:
                found[base(name)].add(words)
    for field in FIELDS.values():
        found[field.column].add(field.label)
    for name, words in LEGEND_OF.items():
        found[name].add(words)
    return found


def text_of(node: ast.expr) -> str | None:
    """The words of a constant, or those with which a filled-in text begins."""
    if isinstance(node, ast.JoinedStr):
        node = node.values[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def pairs_of(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """A module's constants that are a field's id and its label."""
    return {
        node.targets[0].id: node.value.elts
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Tuple)
        and len(node.value.elts) == 2
    }


def named(module: Path) -> Iterator[tuple[int, str, str]]:
    """Line, id and label of each refusal of a field in a module, where both stand there."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    pairs = pairs_of(tree)
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            continue
        parts: list[ast.expr] = []
        for part in call.args:
            known = isinstance(part, ast.Starred) and isinstance(part.value, ast.Name)
            parts += pairs.get(part.value.id, []) if known else [part]  # type: ignore[attr-defined]
        given = {word.arg: word.value for word in call.keywords}
        if call.func.id == "Flaw":
            parts = parts[1:]
        elif call.func.id == "flaw_of":
            parts = [given["form"], given["label"]] if "label" in given else []
        elif call.func.id != "FieldError":
            continue
        if len(parts) >= 2 and (field := text_of(parts[0])) and (label := text_of(parts[1])):
            yield call.lineno, field, label


def test_every_field_in_a_summary_is_named_as_its_page_names_it() -> None:
    pages = called()
    seen, strange = 0, []
    for module in sorted(HOUSE.rglob("*.py")):
        for line, field, label in named(module):
            seen += 1
            words = pages[base(field)]
            if not any(label.casefold() in one.casefold() for one in words):
                strange.append(f"{module.name}:{line}: « {label} » for {field}, called {words}")
    assert strange == []
    assert seen > 60, "the summaries are read at all"


def test_what_erasing_asks_is_named_as_its_page_names_it() -> None:
    pages = called()
    for field, label in LABELS.items():
        assert any(label.casefold() in one.casefold() for one in pages[field]), (field, label)
