"""What the placeholders of ready-made answers stand for on an account: nothing that names a person."""

from datetime import date

from shared.accounts import Account, Practice
from shared.base.formats import day, money


def values_of(account: Account, practice: Practice, *, today: date) -> dict[str, str]:
    """By placeholder, what is put in; empty where there is nothing to put."""
    owed = account.balance_cents
    return {
        "référence": account.transfer_reference,
        "reste dû": money(owed) if owed > 0 else "",
        "date": day(today),
        "téléphone du cabinet": practice.phone,
    }
