"""The project's own source, as these tests read it: modules, their imports, their tracked files."""

import ast
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("ardoise", "portal", "backoffice", "sandbox", "shared", "migrations")


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file: its dotted name, its path below the root and its syntax tree."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def concept(self) -> str | None:
        """The concept of `shared` that the module belongs to, if any."""
        parts = self.name.split(".")
        return parts[1] if parts[0] == "shared" and len(parts) > 1 else None

    @property
    def room(self) -> str:
        """The file's name without its ending: model, rules, service…"""
        return self.path.stem


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product, tests apart."""
    return tuple(_read(*PACKAGES))


@cache
def modules_of_tests() -> tuple[Module, ...]:
    """Every module below tests."""
    return tuple(_read("tests"))


def _read(*packages: str) -> Iterator[Module]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            relative = path.relative_to(ROOT)
            parts = relative.with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            yield Module(name, relative, ast.parse(path.read_text(), str(relative)))


def imports(module: Module) -> Iterator[tuple[int, str, str]]:
    """Each import as line, module named and name taken from it (empty for a plain import)."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, ""
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.name.split(".")
                if module.path.name != "__init__.py":
                    package = package[:-1]
                kept = package[: len(package) - node.level + 1]
                base = ".".join([*kept, base] if base else kept)
            for alias in node.names:
                yield node.lineno, base, alias.name


def refuse(wrong: Iterable[str], rule: str) -> None:
    """Fail with the rule and each line that breaks it."""
    broken = list(wrong)
    assert not broken, "\n".join([rule, *broken])


def tracked_text() -> Iterator[tuple[Path, str]]:
    """Every text file that git keeps or is about to keep, with its path below the root."""
    told = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, told.stdout.split("\0")):
        path = ROOT / name
        if not path.is_file():
            continue
        try:
            yield Path(name), path.read_text()
        except UnicodeDecodeError:
            continue
