"""Money on its way to the practice's bank: ``/v1/payouts``, ``/v1/balance`` and what is due by itself.

Everything automatic happens at the midnight (UTC) that begins a day of the sandbox's clock: first what
is expected arrives, then what is available leaves. Bank holidays are not played, weekends are.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from sandbox import listing, payout_objects
from sandbox.call import Call
from sandbox.errors import ProcessorError, missing
from sandbox.events import emit
from sandbox.store import Account, Books, Json

_DAYS_UNDER_WAY = 2
_SATURDAY = 5
_STATES = ("pending", "in_transit", "paid", "failed", "canceled")
ENDS = {"in_transit": ("paid", "failed"), "paid": ("failed",)}  # banks send back what had arrived


def index(call: Call) -> Json:
    """``GET /v1/payouts``: by state, destination, and the times of creation and of arrival."""
    status = call.params.get("status")
    if status is not None and status not in _STATES:
        raise ProcessorError(f"Invalid status: must be one of {', '.join(_STATES)}", param="status")
    rows = listing.within(call.account.newest_first("payout"), call.params, "created")
    rows = listing.within(rows, call.params, "arrival_date")
    rows = listing.equal(rows, call.params, "destination", "status")
    return listing.page(rows, call.params, call.path)


def transactions(call: Call) -> Json:
    """``GET /v1/balance_transactions``: with ``payout``, what that payout is made of, itself as well."""
    account, params = call.account, call.params
    rows = listing.created_within(account.newest_first("balance_transaction"), params)
    rows = listing.equal(rows, params, "currency", "source", "type")
    wanted = params.get("payout")
    if wanted is not None:
        if wanted not in account.objects["payout"]:
            raise missing("payout", wanted, "payout", status=400)
        rows = [row for row in rows if account.payout_of.get(row["id"]) == wanted]
    return listing.page(rows, params, call.path)


def balance(call: Call) -> Json:
    """``GET /v1/balance``: what can be paid out and what can't yet, by currency; euros always."""
    rows = {
        name: [
            {"amount": cents, "currency": currency, "source_types": {"card": cents}}
            for currency, cents in held.items()
        ]
        for name, held in sums(call.account, call.books.now()).items()
    }
    return {"object": "balance", "livemode": False, **rows}


def sums(account: Account, now: int) -> dict[str, dict[str, int]]:
    """What an account holds, available and pending, by currency in the smallest unit."""
    held: dict[str, dict[str, int]] = {"available": {"eur": 0}, "pending": {"eur": 0}}
    for booked in account.objects["balance_transaction"].values():
        part = held["available" if booked["available_on"] <= now else "pending"]
        part[booked["currency"]] = part.get(booked["currency"], 0) + booked["net"]
    return held


def pay_due(books: Books) -> None:
    """See to every day that has begun since the last look; a clock set back begins anew there."""
    with books.lock:
        today = datetime.fromtimestamp(books.now(), UTC).date()
        for account in books.accounts.values():
            seen = min(account.schedule.looked_on, today)
            while seen < today:
                seen += timedelta(days=1)
                _begin_day(books, account, seen)
            account.schedule.looked_on = today


def send(books: Books, account: Account, at: int) -> list[Json]:
    """Pay out what is available, each currency by itself; a debt is taken from the practice's bank."""
    by_currency: dict[str, list[Json]] = defaultdict(list)
    for booked in account.objects["balance_transaction"].values():
        if booked["available_on"] <= at and booked["id"] not in account.payout_of:
            by_currency[booked["currency"]].append(booked)
    made = []
    for currency, rows in by_currency.items():
        cents = sum(booked["net"] for booked in rows)
        if cents:
            made.append(_send(books, account, cents, currency, rows, at))
    return made


def send_all(books: Books, account: Account) -> list[Json]:
    """As if the days of waiting were over, the night had come, and the bank were right again."""
    at = books.now()
    for booked in account.objects["balance_transaction"].values():
        booked["available_on"] = min(booked["available_on"], at)
    account.schedule.stopped = False
    return send(books, account, at)


def end(
    books: Books, account: Account, paid_out: Json, status: str, at: int, why: str = ""
) -> None:
    """The bank takes it, or refuses it: then the money is back, and nothing leaves until told to.

    Raises ProcessorError for an end that it can't have.
    """
    if status not in ENDS.get(paid_out["status"], ()):
        raise ProcessorError(f"A payout that is {paid_out['status']} can't end so.")
    paid_out["status"] = status
    if status == "failed":
        code = why or ("no_account" if paid_out["amount"] > 0 else "debit_not_authorized")
        booked = account.add(payout_objects.transaction(paid_out, at, failed=True))
        paid_out.update(
            failure_balance_transaction=booked["id"],
            failure_code=code,
            failure_message=payout_objects.REFUSALS[code],
        )
        account.schedule.stopped = True
    emit(books, account, f"payout.{status}", paid_out, created=at)


def _begin_day(books: Books, account: Account, day: date) -> None:
    at = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    for paid_out in list(account.objects["payout"].values()):
        if paid_out["status"] == "in_transit" and paid_out["arrival_date"] <= at:
            refused = account.schedule.refused
            end(books, account, paid_out, "failed" if refused else "paid", at, refused)
    if account.schedule.pays_on(day):
        send(books, account, at)


def _send(
    books: Books, account: Account, cents: int, currency: str, rows: list[Json], at: int
) -> Json:
    made = account.add(
        payout_objects.payout(cents, currency, account.bank, arrives=_arrival(at), created=at)
    )
    booked = account.add(payout_objects.transaction(made, at, failed=False))
    made["balance_transaction"] = booked["id"]
    account.payout_of |= {row["id"]: made["id"] for row in (*rows, booked)}
    emit(books, account, "payout.created", made, created=at)
    made["reconciliation_status"] = "completed"
    emit(books, account, "payout.reconciliation_completed", made, created=at)
    return made


def _arrival(at: int) -> int:
    """Two days on, at midnight, and never at a weekend."""
    day = datetime.fromtimestamp(at, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    day += timedelta(days=_DAYS_UNDER_WAY)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return int(day.timestamp())
