"""Form parameters: ``a[b][0]=c`` becomes a tree, and the tree is held against a strict table.

``parameters.json`` is the table: per endpoint every parameter that API version
2026-10-28.endive knows, with its type. Names ending in ``?`` are optional; ``unplayed`` ones are
known to the processor but not to this stand-in, and are refused by name rather than ignored.
A test holds the table against the processor's own SDK.
"""

import json
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sandbox.errors import ProcessorError, not_played

Tree = dict[str, Any]

TABLE: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("parameters.json").read_text(encoding="utf-8")
)

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_INTEGER = re.compile(r"-?\d{1,15}")
_MOST_KEYS, _LONGEST_KEY, _LONGEST_VALUE, _LONGEST_STRING = 50, 40, 500, 5000


def decode(pairs: Iterable[tuple[str, str]]) -> Tree:
    """Nest bracketed names. Raises ProcessorError for a name that cannot be read."""
    tree: Tree = {}
    for name, value in pairs:
        match = _NAME.fullmatch(name)
        if match is None:
            raise ProcessorError(f"Invalid request: could not parse the parameter name {name}.")
        steps = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        place = tree
        for step in steps[:-1]:
            place = place.setdefault(step or str(len(place)), {})
            if not isinstance(place, dict):
                raise ProcessorError(f"Invalid request: {name} is both a value and an object.")
        last = steps[-1] or str(len(place))
        if isinstance(place.get(last), dict):
            raise ProcessorError(f"Invalid request: {name} is both a value and an object.")
        place[last] = value
    return tree


def check(endpoint: str, tree: Tree) -> Tree:
    """The typed values of an endpoint's parameters. Raises ProcessorError at the first fault."""
    return _object(tree, TABLE[endpoint], "")


def _object(tree: Tree, fields: dict[str, Any], path: str) -> Tree:
    types = {name.rstrip("?"): kind for name, kind in fields.items()}
    _refuse_unknown([name for name in tree if name not in types], list(types), path)
    for name in fields:
        if not name.endswith("?") and name not in tree:
            where = _inside(path, name)
            raise ProcessorError(
                f"Missing required param: {where}.", code="parameter_missing", param=where
            )
    return {name: _value(raw, types[name], _inside(path, name)) for name, raw in tree.items()}


def _refuse_unknown(unknown: list[str], known: list[str], path: str) -> None:
    if not unknown:
        return
    names = [_inside(path, name) for name in unknown]
    message = f"Received unknown parameter{'s' if len(names) > 1 else ''}: {', '.join(names)}"
    close = get_close_matches(unknown[0], known, n=1, cutoff=0.8)
    if len(names) == 1 and close:
        message += f". Did you mean {close[0]}?"
    raise ProcessorError(message, code="parameter_unknown", param=names[0])


def _value(raw: Any, kind: Any, path: str) -> Any:
    if isinstance(kind, str):
        return _plain(raw, kind, path)
    [(shape, inner)] = kind.items()
    match shape:
        case "object":
            return _object(_branch(raw, "object", path), inner, path)
        case "list":
            return _list(raw, inner, path)
        case "map":
            return _map(_branch(raw, "object", path), path)
        case "enum":
            return _enum(raw, inner, path)
        case "clearable":
            return None if raw == "" else _value(raw, inner, path)
        case "either":
            fitting = [k for k in inner if isinstance(raw, dict) == (not isinstance(k, str))]
            return _value(raw, fitting[0], path)
    raise AssertionError(f"the table has no shape {shape}")


def _plain(raw: Any, kind: str, path: str) -> Any:
    if kind == "unplayed":
        raise not_played(path)
    if isinstance(raw, dict):
        raise ProcessorError(f"Invalid {kind}: {json.dumps(raw)}", param=path)
    if raw == "":
        raise ProcessorError(
            f"You passed an empty string for '{path}'. An empty value unsets a parameter, and "
            f"'{path}' cannot be unset: leave it out or give it a value.",
            code="parameter_invalid_empty",
            param=path,
        )
    if kind == "integer":
        if not _INTEGER.fullmatch(raw):
            raise ProcessorError(
                f"Invalid integer: {raw}", code="parameter_invalid_integer", param=path
            )
        return int(raw)
    if kind == "boolean":
        if raw not in {"true", "false"}:
            raise ProcessorError(f"Invalid boolean: {raw}", param=path)
        return raw == "true"
    if len(raw) > _LONGEST_STRING:
        raise ProcessorError(
            f"Invalid string: {raw[:20]}...; must be at most {_LONGEST_STRING} characters",
            param=path,
        )
    return raw


def _enum(raw: Any, choices: list[str], path: str) -> str:
    value: str = _plain(raw, "string", path)
    if value not in choices:
        words = choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"
        raise ProcessorError(f"Invalid {path}: must be one of {words}", param=path)
    return value


def _list(raw: Any, inner: Any, path: str) -> list[Any]:
    if raw == "":
        return []
    tree = _branch(raw, "array", path)
    if not all(step.isdecimal() for step in tree):
        raise ProcessorError("Invalid array", param=path)
    steps = sorted(tree, key=int)
    return [_value(tree[step], inner, f"{path}[{step}]") for step in steps]


def _map(tree: Tree, path: str) -> dict[str, str]:
    if len(tree) > _MOST_KEYS:
        raise ProcessorError(
            f"Metadata can have up to {_MOST_KEYS} keys, but you've set {len(tree)}.", param=path
        )
    for key, value in tree.items():
        if len(key) > _LONGEST_KEY:
            raise ProcessorError(
                f"Invalid key: {key} must be a string under {_LONGEST_KEY} characters", param=path
            )
        if isinstance(value, dict) or len(value) > _LONGEST_VALUE:
            raise ProcessorError(
                f"Invalid val: {json.dumps(value)} must be a string under "
                f"{_LONGEST_VALUE} characters",
                param=path,
            )
    return {key: value for key, value in tree.items() if value != ""}


def _branch(raw: Any, noun: str, path: str) -> Tree:
    if not isinstance(raw, dict):
        raise ProcessorError(f"Invalid {noun}", param=path)
    return raw


def _inside(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name
