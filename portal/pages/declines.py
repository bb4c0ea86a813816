"""Why a bank said no, as the patient is told: kindly, that nothing was taken, and what to do now.

The codes are those that the card processor publishes, and its own page's. What a bank suspects (a lost
or stolen card, fraud) is never said: to whoever types the card it is a refusal without a reason.
"""

from shared.base.formats import marked

LEFT_OPEN = "expired"  # of the payment page, not of a card

_NO_REASON = marked(
    "La banque a refusé, sans dire pourquoi. Rien n’a été pris. Essayez une autre carte, ou appelez "
    "votre banque."
)
_BY_CODES = {
    (LEFT_OPEN,): marked(
        "La page de paiement est restée ouverte trop longtemps. Rien n’a été pris."
    ),
    ("insufficient_funds",): marked(
        "La banque dit qu’il n’y a pas assez sur le compte. Rien n’a été pris. Vous pouvez payer une "
        "plus petite somme, ou essayer une autre carte."
    ),
    ("card_velocity_exceeded", "withdrawal_count_limit_exceeded"): marked(
        "Cette carte a atteint sa limite pour le moment. Rien n’a été pris. Vous pouvez payer une plus "
        "petite somme, essayer une autre carte, ou attendre quelques jours."
    ),
    ("expired_card",): marked(
        "Cette carte n’est plus valable. Rien n’a été pris. Essayez une autre carte."
    ),
    (
        "incorrect_cvc",
        "incorrect_number",
        "invalid_cvc",
        "invalid_expiry_month",
        "invalid_expiry_year",
        "invalid_number",
    ): marked(
        "Un chiffre de la carte n’était pas juste. Rien n’a été pris. Essayez encore, en regardant bien "
        "la carte."
    ),
    (
        "authentication_failed",
        "authentication_not_handled",
        "authentication_required",
        "offline_pin_required",
        "online_or_offline_pin_required",
        "payment_intent_authentication_failure",
        "setup_intent_authentication_failure",
    ): marked(
        "Votre banque n’a pas pu vérifier que c’était vous. Rien n’a été pris. Essayez encore, avec votre "
        "téléphone près de vous."
    ),
    (
        "approve_with_id",
        "issuer_not_available",
        "processing_error",
        "reenter_transaction",
        "try_again_later",
    ): marked(
        "La banque n’a pas répondu. Rien n’a été pris. Essayez encore dans quelques minutes."
    ),
    (
        "card_not_supported",
        "currency_not_supported",
        "invalid_account",
        "new_account_information_available",
        "not_permitted",
        "service_not_allowed",
        "transaction_not_allowed",
    ): marked(
        "Cette carte ne peut pas servir ici. Rien n’a été pris. Essayez une autre carte, ou payez par "
        "virement."
    ),
    (
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "stop_payment_order",
    ): marked(
        "Votre banque dit que vous avez arrêté ce paiement. Rien n’a été pris. Si ce n’est pas le cas, "
        "essayez une autre carte, ou appelez votre banque."
    ),
    ("duplicate_transaction",): marked(
        "La banque a reçu la même somme il y a peu. Cette fois, rien n’a été pris. Regardez dans votre "
        "espace si elle est déjà payée. Sinon, essayez encore plus tard."
    ),
    (
        "account_closed",
        "bank_account_closed",
        "debit_not_authorized",
        "invalid_account_number",
    ): marked(
        "Votre banque n’a pas accepté le prélèvement. Rien n’a été pris. Vous pouvez payer par carte ou "
        "par virement."
    ),
    (
        "call_issuer",
        "card_declined",
        "do_not_honor",
        "do_not_try_again",
        "fraudulent",
        "generic_decline",
        "incorrect_pin",
        "incorrect_zip",
        "invalid_amount",
        "invalid_pin",
        "lost_card",
        "merchant_blacklist",
        "no_action_taken",
        "pickup_card",
        "pin_try_exceeded",
        "restricted_card",
        "security_violation",
        "stolen_card",
        "testmode_decline",
    ): _NO_REASON,
}
SENTENCES = {code: sentence for codes, sentence in _BY_CODES.items() for code in codes}


def sentence_of(code: str | None) -> str:
    """The French sentence for a code of the processor's; one that nobody knows has no reason to tell."""
    return SENTENCES.get(code or "", _NO_REASON)
