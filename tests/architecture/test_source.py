"""What the source must and must not hold."""

import ast
import re

from tests.architecture.source import ROOT, modules, modules_of_tests, refuse, tracked_text

LONGEST_MODULE = 250
LONGEST_TEST = 400

# In pieces, so that this file does not hold what it looks for.
MACHINE_PATHS = re.compile(
    "|".join(
        [
            "/wo" + "rk/(?:main|shared|[.])",
            "/ro" + "ot/",
            "/ho" + "me/[a-z]",
            "/Us" + "ers/[A-Za-z]",
        ]
    )
)
REGISTRY_HOSTS = re.compile(
    "|".join(
        [
            "py" + r"pi\.org",
            "python" + r"hosted\.org",
            "np" + r"mjs\.(?:org|com)",
            "deb" + r"\.debian\.org",
            "extra-index" + "-url",
        ]
    )
)
LEFT_FOR_LATER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b")


def lines_that_match(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in tracked_text()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_path_of_one_machine():
    refuse(lines_that_match(MACHINE_PATHS), "such a path exists on one machine only")


def test_no_file_names_a_package_registry():
    refuse(lines_that_match(REGISTRY_HOSTS), "each machine knows its own registries")


def test_nothing_is_left_for_later_in_a_comment():
    refuse(lines_that_match(LEFT_FOR_LATER), "file an issue instead")


def test_modules_are_short_enough_to_read():
    limits = [(modules(), LONGEST_MODULE), (modules_of_tests(), LONGEST_TEST)]
    wrong = [
        f"{module.path}: {count} lines, at most {limit}"
        for group, limit in limits
        for module in group
        if module.path.parent.name != "versions"  # a migration is one list of tables, never edited
        if (count := len((ROOT / module.path).read_text().splitlines())) > limit
    ]
    refuse(wrong, "split these along their concepts")


def test_use_cases_leave_the_commit_to_their_caller():
    wrong = [
        f"{module.path}:{node.lineno} calls {node.func.attr}"
        for module in modules()
        if module.concept is not None and module.room == "service"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ]
    refuse(wrong, "the unit of work commits, not the use case")


def test_a_status_is_changed_by_advance_alone():
    wrong = [
        f"{module.path}:{node.lineno} writes a status"
        for module in modules()
        if module.concept not in {None, "audit"}
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "status"
        and isinstance(node.ctx, ast.Store | ast.Del)
    ]
    refuse(wrong, "use shared.audit.advance")


def test_each_concept_says_what_it_is():
    wrong = [
        str(module.path)
        for module in modules()
        if module.path.name == "__init__.py"
        and module.concept is not None
        and module.name.count(".") == 1
        and not ast.get_docstring(module.tree)
    ]
    refuse(wrong, "a concept says in a few lines what it is")
