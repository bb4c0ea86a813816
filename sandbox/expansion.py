"""``expand[]``: ids replaced by the objects that they name."""

from sandbox.errors import ProcessorError
from sandbox.store import Account, Json, snapshot

_DEEPEST = 4

# Per object and field: the kind of object behind it.
_LINKS = {
    ("checkout.session", "customer"): "customer",
    ("checkout.session", "payment_intent"): "payment_intent",
    ("checkout.session", "setup_intent"): "setup_intent",
    ("checkout.session", "line_items"): "list",
    ("payment_intent", "customer"): "customer",
    ("payment_intent", "latest_charge"): "charge",
    ("payment_intent", "payment_method"): "payment_method",
    ("payment_method", "customer"): "customer",
    ("setup_intent", "customer"): "customer",
    ("setup_intent", "payment_method"): "payment_method",
    ("charge", "balance_transaction"): "balance_transaction",
    ("charge", "payment_intent"): "payment_intent",
    ("balance_transaction", "source"): "charge",
}


def check(paths: list[str], kind: str, *, listed: bool) -> None:
    """Raises ProcessorError for a path that leads nowhere from an object of this kind."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > _DEEPEST:
            raise ProcessorError(
                f"You cannot expand more than {_DEEPEST} levels of a property. Property: {path}",
                param="expand",
            )
        if listed and steps.pop(0) != "data":
            raise _impossible(path)
        here = kind
        for step in steps:
            if (here, step) not in _LINKS:
                raise _impossible(path)
            here = _LINKS[here, step]
        if not steps:
            raise _impossible(path)


def show(account: Account, thing: Json, paths: list[str], now: int) -> Json:
    """A copy of an object or of a list, with checked ``paths`` expanded."""
    if thing["object"] == "list":
        inner = [path.removeprefix("data.") for path in paths]
        return thing | {"data": [show(account, row, inner, now) for row in thing["data"]]}
    shown = snapshot(thing, now)
    for path in paths:
        _expand(account, shown, path.split("."), now)
    return shown


def _expand(account: Account, shown: Json, steps: list[str], now: int) -> None:
    field, rest = steps[0], steps[1:]
    kind = _LINKS[shown["object"], field]
    if kind == "list":
        items = account.line_items[shown["id"]]
        url = f"/v1/checkout/sessions/{shown['id']}/line_items"
        shown[field] = {"object": "list", "data": items, "has_more": False, "url": url}
        return
    if isinstance(shown[field], str):
        shown[field] = snapshot(account.objects[kind][shown[field]], now)
    if rest and shown[field] is not None:
        _expand(account, shown[field], rest, now)


def _impossible(path: str) -> ProcessorError:
    return ProcessorError(f"This property cannot be expanded ({path}).", param="expand")
