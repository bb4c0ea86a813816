"""Bank debit on the hosted page (SEPA): the page is done at once, the bank answers days later."""

from sandbox import charges, taking
from sandbox.banks import Answer, BankAccount
from sandbox.cards import Refusal
from sandbox.events import emit
from sandbox.objects import EMPTY
from sandbox.store import Account, Books, Json, new_id

ANSWER_SECONDS = 3 * 86400
_BANK, _BRANCH = slice(4, 9), slice(9, 14)


NO_MONEY = Refusal(
    "insufficient_funds", "The customer's account has insufficient funds to cover this payment."
)


def takes_debits(checkout: Json) -> bool:
    """Whether the session's page offers it."""
    return "sepa_debit" in checkout["payment_method_types"] and checkout["mode"] == "payment"


def sign(
    books: Books, account: Account, checkout: Json, intent: Json, bank: BankAccount, at: int
) -> None:
    """The person agrees to be debited: the page is complete, and the bank is asked."""
    method = account.add(_method(bank, at))
    mandate = account.add(_mandate(intent, method, at))
    account.bank_of_method[method["id"]] = bank
    charged = account.add(charges.charge(intent, method, None, created=at))
    charged.update(
        amount_captured=0,
        calculated_statement_descriptor=None,
        captured=False,
        outcome=None,
        paid=False,
        payment_method=method["id"],
        payment_method_details={
            "type": "sepa_debit",
            "sepa_debit": _details(bank)
            | {"expected_debit_date": None, "mandate": mandate["id"], "transaction_id": None},
        },
        status="pending",
    )
    intent.update(
        status="processing",
        last_payment_error=None,
        latest_charge=charged["id"],
        payment_method=method["id"],
        payment_method_types=["card", "sepa_debit"],
    )
    checkout.update(status="complete", payment_status="unpaid", url=None)
    checkout["created"] = min(checkout["created"], at)
    emit(books, account, "charge.pending", charged, created=at)
    emit(books, account, "payment_intent.processing", intent, created=at)
    emit(books, account, "checkout.session.completed", checkout, created=at)
    if bank.at_once:
        answer(books, account, intent, bank.answer, at)


def answer_due(books: Books) -> None:
    """Let every bank answer that has had its time."""
    with books.lock:
        now = books.now()
        for account in books.accounts.values():
            for intent in waiting(account):
                charged = account.objects["charge"][intent["latest_charge"]]
                if charged["created"] + ANSWER_SECONDS <= now:
                    bank = account.bank_of_method[intent["payment_method"]]
                    answer(books, account, intent, bank.answer, now)


def waiting(account: Account) -> list[Json]:
    """Intents whose bank has not answered yet."""
    return [i for i in account.objects["payment_intent"].values() if i["status"] == "processing"]


def answer(books: Books, account: Account, intent: Json, given: Answer, at: int) -> None:
    """The bank pays, or does not."""
    charged = account.objects["charge"][intent["latest_charge"]]
    method = account.objects["payment_method"][intent["payment_method"]]
    checkout = account.objects["checkout.session"][account.session_of_intent[intent["id"]]]
    if given == "succeeds":
        charged.update(
            amount_captured=charged["amount"], captured=True, paid=True, status="succeeded"
        )
        charged["outcome"] = charges.outcome(None)
        booked = account.add(charges.balance_transaction(charged, at))
        charged["balance_transaction"] = booked["id"]
        intent.update(status="succeeded", amount_received=intent["amount"])
        checkout["payment_status"] = "paid"
        emit(books, account, "charge.succeeded", charged, created=at)
        emit(books, account, "payment_intent.succeeded", intent, created=at)
        emit(books, account, "checkout.session.async_payment_succeeded", checkout, created=at)
        return
    charged.update(
        failure_code=NO_MONEY.code,
        failure_message=NO_MONEY.message,
        outcome=charges.outcome(NO_MONEY),
        status="failed",
    )
    emit(books, account, "charge.failed", charged, created=at)
    error = charges.payment_error(NO_MONEY, charged, method)
    taking.fail(books, account, intent, error, at)
    emit(books, account, "checkout.session.async_payment_failed", checkout, created=at)


def _details(bank: BankAccount) -> Json:
    return {
        "bank_code": bank.iban[_BANK],
        "branch_code": bank.iban[_BRANCH],
        "country": bank.iban[:2],
        "fingerprint": f"sandbox{bank.iban[-8:]}",
        "last4": bank.last4,
    }


def _method(bank: BankAccount, created: int) -> Json:
    return {
        "id": new_id("pm_"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": charges.no_billing(),
        "created": created,
        "customer": None,
        "livemode": False,
        "metadata": {},
        "sepa_debit": _details(bank) | {"generated_from": None},
        "type": "sepa_debit",
    }


def _mandate(intent: Json, method: Json, created: int) -> Json:
    """What the person agreed to: this sum, once."""
    return {
        **dict.fromkeys(EMPTY["mandate"]),
        "id": new_id("mandate_"),
        "object": "mandate",
        "customer_acceptance": {
            "accepted_at": created,
            "online": {"ip_address": "127.0.0.1", "user_agent": None},
            "type": "online",
        },
        "livemode": False,
        "payment_method": method["id"],
        "payment_method_details": {
            "sepa_debit": {"reference": new_id("", 16).upper(), "url": ""},
            "type": "sepa_debit",
        },
        "single_use": {"amount": intent["amount"], "currency": intent["currency"]},
        "status": "active",
        "type": "single_use",
    }
