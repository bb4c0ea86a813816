"""Payments that a bank disputes: ``/v1/disputes``, and what becomes of one."""

from sandbox import dispute_objects, listing
from sandbox.call import Call
from sandbox.errors import ProcessorError, missing
from sandbox.events import emit
from sandbox.store import Account, Books, Json

# Told to the processor as evidence, these end a dispute, as in its own test mode.
_ENDING_WORDS = {"winning_evidence": "won", "losing_evidence": "lost"}
_WAITS = ("needs_response", "warning_needs_response")
_UNDER_REVIEW = {
    "needs_response": "under_review",
    "warning_needs_response": "warning_under_review",
}
ENDS = {
    "needs_response": ("won", "lost"),
    "under_review": ("won", "lost"),
    "warning_needs_response": ("warning_closed",),
    "warning_under_review": ("warning_closed",),
    # banks change their minds
    "lost": ("won",),
    "won": ("lost",),
}


def index(call: Call) -> Json:
    """``GET /v1/disputes``: by charge, by intent and by time."""
    rows = listing.created_within(call.account.newest_first("dispute"), call.params)
    rows = listing.equal(rows, call.params, "charge", "payment_intent")
    return listing.page(rows, call.params, call.path)


def update(call: Call) -> Json:
    """``POST /v1/disputes/{id}``: stage evidence, and send it to the bank unless ``submit`` is false."""
    disputed, params = _find(call), call.params
    evidence = params.get("evidence", {})
    sends = params.get("submit", "evidence" in params)
    if (evidence or sends) and disputed["status"] not in _WAITS:
        raise ProcessorError(
            f"This dispute takes no evidence any more: it is {disputed['status']}.",
            param="evidence",
            remembered=True,
        )
    disputed["evidence"].update(evidence)
    details = disputed["evidence_details"]
    details["has_evidence"] = any(value for value in disputed["evidence"].values())
    if "metadata" in params:
        disputed["metadata"] = params["metadata"] or {}
    if sends:
        details["submission_count"] += 1
        details["submission_method"] = "manual"
        disputed["status"] = _UNDER_REVIEW[disputed["status"]]
    emit(call.books, call.account, "charge.dispute.updated", disputed, request=call.origin)
    end = _ENDING_WORDS.get(disputed["evidence"]["uncategorized_text"] or "")
    if sends and end in ENDS[disputed["status"]]:
        finish(call.books, call.account, disputed, end)
    return disputed


def close(call: Call) -> Json:
    """``POST /v1/disputes/{id}/close``: the practice gives it up, which is final."""
    disputed = _find(call)
    if disputed["status"] != "needs_response":
        raise ProcessorError(
            f"Only a dispute that needs a response can be closed: this one is {disputed['status']}.",
            remembered=True,
        )
    finish(call.books, call.account, disputed, "lost")
    return disputed


def contest(
    books: Books,
    account: Account,
    charge: Json,
    *,
    reason: str = "fraudulent",
    inquiry: bool = False,
    amount: int | None = None,
) -> Json:
    """A bank disputes a charge; unless it only asks, the money goes at once.

    Raises ProcessorError for more than the charge, or for what is disputed already.
    """
    known = sum(map(withdrawn, of_charge(account, charge["id"])))
    wanted = charge["amount"] - known if amount is None else amount
    if not 0 < wanted <= charge["amount"] - known:
        raise ProcessorError("No more can be disputed than was charged.", param="amount")
    at = books.now()
    disputed = account.add(
        dispute_objects.dispute(charge, wanted, reason, inquiry=inquiry, created=at)
    )
    charge["disputed"] = True
    emit(books, account, "charge.dispute.created", disputed, created=at)
    if not inquiry:
        _withdraw(books, account, disputed)
    return disputed


def escalate(books: Books, account: Account, disputed: Json) -> None:
    """A bank that only asked takes the money after all. Raises ProcessorError when it did not ask, or
    when others have the money."""
    if not disputed["status"].startswith("warning_"):
        raise ProcessorError(f"A dispute that is {disputed['status']} can't become one.")
    _check_free(account, disputed, disputed["amount"])
    disputed.update(status="needs_response", is_charge_refundable=False)
    disputed["payment_method_details"]["card"]["case_type"] = "chargeback"
    emit(books, account, "charge.dispute.updated", disputed)
    _withdraw(books, account, disputed)


def finish(
    books: Books,
    account: Account,
    disputed: Json,
    status: str,
    *,
    fee_returned: bool = False,
    reinstated: int | None = None,
) -> None:
    """End a dispute. Won, the money comes back, and the fee if ``fee_returned``; lost, it stays gone.
    Either way it may be but a part, ``reinstated``, in cents. Lost after it was won, it goes again.

    Raises ProcessorError for an end that it can't have.
    """
    if status not in ENDS.get(disputed["status"], ()):
        raise ProcessorError(f"A dispute that is {disputed['status']} can't end so.")
    at = books.now()
    missing_part = disputed["amount"] - withdrawn(disputed)
    again = disputed["status"] == "won" and missing_part > 0
    if again:
        _check_free(account, disputed, missing_part)
    gone = withdrawn(disputed) + (missing_part if again else 0)
    back = reinstated if reinstated is not None else gone if status == "won" else 0
    if not (status == "won") <= back <= gone:
        raise ProcessorError("No more can come back than was withdrawn.", param="amount")
    disputed["status"] = status
    emit(books, account, "charge.dispute.closed", disputed, created=at)
    if again:
        _book(account, disputed, at, -missing_part)
        emit(books, account, "charge.dispute.funds_withdrawn", disputed, created=at)
    if back:
        _book(account, disputed, at, back, fee=-fees(disputed) if fee_returned else 0)
        emit(books, account, "charge.dispute.funds_reinstated", disputed, created=at)


def _check_free(account: Account, disputed: Json, cents: int) -> None:
    """Raises ProcessorError when other disputes have so much of the charge that this can't go, too."""
    charge = account.objects["charge"][disputed["charge"]]
    others = sum(withdrawn(row) for row in of_charge(account, charge["id"]))
    if others + cents > charge["amount"]:
        raise ProcessorError("No more can be disputed than was charged.", param="amount")


def of_charge(account: Account, charge_id: str) -> list[Json]:
    """A charge's disputes, the latest first."""
    return [row for row in account.newest_first("dispute") if row["charge"] == charge_id]


def takes(disputed: Json) -> bool:
    """Whether a dispute has the money now."""
    return withdrawn(disputed) > 0


def withdrawn(disputed: Json) -> int:
    """What a dispute has taken and not given back, in cents."""
    moved: int = sum(booked["amount"] for booked in disputed["balance_transactions"])
    return -moved


def fees(disputed: Json) -> int:
    """What the processor keeps for its work on a dispute, in cents."""
    kept: int = sum(booked["fee"] for booked in disputed["balance_transactions"])
    return kept


def _withdraw(books: Books, account: Account, disputed: Json) -> None:
    at = books.now()
    _book(account, disputed, at, -disputed["amount"], fee=dispute_objects.FEE_CENTS)
    emit(books, account, "charge.dispute.funds_withdrawn", disputed, created=at)


def _book(account: Account, disputed: Json, at: int, cents: int, *, fee: int = 0) -> None:
    booked = account.add(dispute_objects.transaction(disputed, at, cents, fee=fee))
    disputed["balance_transactions"].append(booked)


def _find(call: Call) -> Json:
    disputed = call.account.objects["dispute"].get(call.id)
    if disputed is None:
        raise missing("dispute", call.id)
    return disputed
