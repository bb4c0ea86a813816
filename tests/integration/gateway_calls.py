"""Which calls of the processor our gateway makes, read from its own source and asked of the SDK.

The source names resources (``client.v1.refunds``) and what is done with them (``.create``); the SDK,
with a wire that only listens, says which request that is.
"""

import ast
import inspect
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import stripe

from shared import processor

_NAME = "name-of-an-object"
_ROOM = Path(inspect.getfile(processor)).parent


class Listening(stripe.HTTPClient):
    """Notes each request and answers none."""

    name = "listening"

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def request(self, method: str, url: str, *_: Any, **__: Any) -> Any:
        path = urlsplit(url).path.replace(_NAME, "{id}")
        self.heard.append(f"{method.upper()} {path}")
        raise stripe.APIConnectionError("nobody answers")

    def close(self) -> None:
        """Nothing is open."""


def calls_made() -> set[str]:
    """As ``POST /v1/refunds``. Raises AssertionError for a use of the SDK that can't be read here."""
    listening = Listening()
    client = stripe.StripeClient("sk_test_nobody", http_client=listening, max_network_retries=0)
    for resource, verb in sorted({use for file in _ROOM.glob("*.py") for use in _uses(file)}):
        service: Any = client.v1
        for step in resource.split("."):
            service = getattr(service, step)
        call = getattr(service, verb)
        wanted = inspect.signature(call).parameters.values()
        names = [
            {} if one.name == "params" else _NAME
            for one in wanted
            if one.default is one.empty and one.kind != one.VAR_KEYWORD
        ]
        before = len(listening.heard)
        with suppress(stripe.APIConnectionError):
            call(*names)
        assert len(listening.heard) == before + 1, f"{resource}.{verb} makes no one request"
    return set(listening.heard)


def _uses(file: Path) -> Iterator[tuple[str, str]]:
    """Resource and verb of each use of the SDK in a module."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            steps = _after_v1(node)
            if steps is None or id(node) in inner:
                continue
            service: Any = stripe.StripeClient("sk_test_nobody").v1
            for step in steps:
                service = getattr(service, step)
            if callable(service):
                yield ".".join(steps[:-1]), steps[-1]
            else:
                yield from ((".".join(steps), verb) for verb in _verbs(function, node))


def _after_v1(node: ast.AST) -> list[str] | None:
    steps: list[str] = []
    while isinstance(node, ast.Attribute):
        if node.attr == "v1":
            return steps[::-1]
        steps.append(node.attr)
        node = node.value
    return None


def _verbs(function: ast.FunctionDef, resource: ast.AST) -> set[str]:
    """What is done with a resource that got a name of its own, or was handed on to be listed."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and resource in node.args:
            assert isinstance(node.func, ast.Name)
            assert node.func.id == "all_listed", f"{node.func.id} does what with a resource?"
            return {"list"}
        if isinstance(node, ast.Assign) and node.value is resource:
            [name] = node.targets
            assert isinstance(name, ast.Name)
            return {
                used.attr
                for used in ast.walk(function)
                if isinstance(used, ast.Attribute)
                and isinstance(used.value, ast.Name)
                and used.value.id == name.id
            }
    raise AssertionError(f"what is done with {ast.unparse(resource)} can't be read")
