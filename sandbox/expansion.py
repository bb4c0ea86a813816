"""``expand[]``: ids replaced by the objects that they name."""

from collections.abc import Iterable, Iterator

from sandbox.errors import ProcessorError
from sandbox.refunds import of_charge
from sandbox.store import Account, Json, snapshot

_DEEPEST = 4
_SHOWN = 10  # of a list inside an object

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
    ("mandate", "payment_method"): "payment_method",
    ("setup_intent", "customer"): "customer",
    ("setup_intent", "payment_method"): "payment_method",
    ("charge", "balance_transaction"): "balance_transaction",
    ("charge", "payment_intent"): "payment_intent",
    ("charge", "refunds"): "list",
    ("refund", "balance_transaction"): "balance_transaction",
    ("refund", "charge"): "charge",
    ("refund", "failure_balance_transaction"): "balance_transaction",
    ("refund", "payment_intent"): "payment_intent",
    ("dispute", "charge"): "charge",
    ("dispute", "payment_intent"): "payment_intent",
    ("payout", "balance_transaction"): "balance_transaction",
    ("payout", "failure_balance_transaction"): "balance_transaction",
    ("balance_transaction", "source"): "charge",  # or a refund, a dispute or a payout
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


def kinds(paths: Iterable[str], kind: str, *, listed: bool) -> Iterator[str]:
    """What kinds of objects checked ``paths`` lead through; a list is part of what holds it."""
    for path in paths:
        here = kind
        for step in path.split(".")[1 if listed else 0 :]:
            here = _LINKS[here, step]
            if here != "list":
                yield here


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
        shown[field] = _list(account, shown, now)
        return
    if isinstance(shown[field], str):
        kinds = (kind, "refund", "dispute", "payout")
        found = next(f for k in kinds if (f := account.objects[k].get(shown[field])) is not None)
        shown[field] = snapshot(found, now)
    if rest and shown[field] is not None:
        _expand(account, shown[field], rest, now)


def _list(account: Account, owner: Json, now: int) -> Json:
    """What an object has a list of: a charge its refunds, a session its lines."""
    if owner["object"] == "charge":
        url, rows = f"/v1/charges/{owner['id']}/refunds", of_charge(account, owner["id"])
    else:
        url, rows = (
            f"/v1/checkout/sessions/{owner['id']}/line_items",
            account.line_items[owner["id"]],
        )
    data = [snapshot(row, now) for row in rows[:_SHOWN]]
    return {"object": "list", "data": data, "has_more": len(rows) > _SHOWN, "url": url}


def _impossible(path: str) -> ProcessorError:
    return ProcessorError(f"This property cannot be expanded ({path}).", param="expand")
