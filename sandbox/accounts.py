"""The account itself: ``/v1/account``."""

from sandbox.call import Call
from sandbox.store import Account, Json

ENTRIES = ("individual.verification.document",)


def current(call: Call) -> Json:
    """``GET /v1/account``: the account of the key."""
    account, shown = call.account, call.account.profile
    return {
        "id": account.id,
        "object": "account",
        "business_profile": {
            **dict.fromkeys(("mcc", "product_description", "support_phone", "support_url")),
            "name": shown.public_name,
            "support_email": shown.support_email,
            "url": shown.url,
        },
        "business_type": None,
        "charges_enabled": shown.charges,
        "country": shown.country,
        "default_currency": shown.currency,
        "details_submitted": True,
        "email": None,
        "payouts_enabled": shown.payouts,
        "requirements": {
            "currently_due": list(ENTRIES) if shown.due else [],
            "disabled_reason": None if shown.charges else "requirements.past_due",
        },
        "settings": {
            "card_payments": {"statement_descriptor_prefix": shown.prefix},
            "dashboard": {"display_name": shown.public_name, "timezone": "Europe/Paris"},
            "payments": {"statement_descriptor": shown.statement},
            "payouts": {"schedule": _schedule(account)},
        },
        "type": "standard",
    }


def _schedule(account: Account) -> Json:
    return {"delay_days": 2, "interval": account.schedule.interval}
