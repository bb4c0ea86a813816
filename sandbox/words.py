"""What the hosted page says, in French and in English."""

from babel.numbers import format_currency

LANGUAGES = ("fr", "en")

WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "banner": "Bac à sable : aucune vraie carte, aucun argent ne bouge.",
        "title": "Payer par carte",
        "to_pay": "À payer",
        "number": "Numéro de carte",
        "number_hint": "Une carte d’essai, déjà remplie pour vous.",
        "expiry": "Expiration",
        "expiry_hint": "Mois/année : 12/34",
        "cvc": "Code au dos",
        "cvc_hint": "3 chiffres",
        "pay": "Payer {sum}",
        "cancel": "Annuler et revenir",
        "other_language": "English",
        "cards": "Les cartes d’essai",
        "card_column": "Numéro",
        "effect_column": "Ce qui se passe",
        "wrong": "Vérifiez ce champ",
        "wrong_many": "Vérifiez ces champs",
        "bad_number": "Écrivez un des numéros d’essai. N’écrivez jamais ici le numéro "
        "d’une vraie carte.",
        "bad_expiry": "Écrivez le mois et l’année, par exemple 12/34.",
        "past_expiry": "Cette date est passée. Écrivez une date à venir, par exemple 12/34.",
        "bad_cvc": "Écrivez les 3 chiffres du code, par exemple 123.",
        "not_charged": "Rien n’a été débité.",
        "card_declined": "La banque n’a pas accepté cette carte. Vous pouvez essayer avec une "
        "autre carte.",
        "insufficient_funds": "La banque répond que la somme n’est pas disponible sur ce compte. "
        "Vous pouvez essayer avec une autre carte, ou revenir et choisir une autre somme.",
        "expired_card": "Cette carte n’est plus valable. Essayez avec une autre carte.",
        "incorrect_cvc": "Le code de sécurité ne correspond pas à la carte. Vérifiez-le et "
        "essayez de nouveau.",
        "payment_intent_authentication_failure": "Le paiement n’a pas été confirmé auprès de la "
        "banque. Vous pouvez essayer de nouveau.",
        "auth_title": "Votre banque vous demande de confirmer",
        "auth_text": "Confirmez-vous ce paiement de {sum} avec la carte qui finit par {last4} ?",
        "confirm": "Confirmer",
        "refuse": "Refuser",
        "leave": "Quitter sans répondre",
        "already_title": "C’est déjà payé",
        "already_text": "Ce paiement de {sum} est fait. Vous n’avez rien d’autre à faire ici.",
        "back_to_receipt": "Continuer",
        "expired_title": "Cette page n’est plus valable",
        "expired_text": "Le temps pour payer ici est passé. Rien n’a été débité. Revenez en "
        "arrière pour recommencer.",
        "back": "Revenir",
        "unknown_title": "Il n’y a rien à payer à cette adresse",
        "unknown_text": "Vérifiez le lien, ou reprenez depuis la page d’où vous venez.",
        "does_success": "Le paiement réussit",
        "does_authentication": "La banque demande une confirmation, la première fois",
        "does_authentication_always": "La banque demande une confirmation, chaque fois",
        "does_authentication_refused": "Confirmation, puis refus : somme non disponible",
        "does_saved_refused": "S’enregistre, puis refuse chaque paiement",
        "does_card_declined": "Refus, sans raison donnée",
        "does_insufficient_funds": "Refus : somme non disponible",
        "does_expired_card": "Refus : carte expirée",
        "does_incorrect_cvc": "Refus : mauvais code de sécurité",
    },
    "en": {
        "banner": "Sandbox: no real card, no money moves.",
        "title": "Pay by card",
        "to_pay": "To pay",
        "number": "Card number",
        "number_hint": "A test card, already filled in for you.",
        "expiry": "Expiry",
        "expiry_hint": "Month/year: 12/34",
        "cvc": "Security code",
        "cvc_hint": "3 digits, on the back",
        "pay": "Pay {sum}",
        "cancel": "Cancel and go back",
        "other_language": "Français",
        "cards": "The test cards",
        "card_column": "Number",
        "effect_column": "What happens",
        "wrong": "Check this field",
        "wrong_many": "Check these fields",
        "bad_number": "Type one of the test numbers. Never type the number of a real card here.",
        "bad_expiry": "Type the month and the year, for example 12/34.",
        "past_expiry": "This date has passed. Type a date to come, for example 12/34.",
        "bad_cvc": "Type the 3 digits of the code, for example 123.",
        "not_charged": "Nothing was charged.",
        "card_declined": "The bank did not accept this card. You can try another card.",
        "insufficient_funds": "The bank answers that the sum is not available on this account. "
        "You can try another card, or go back and choose another sum.",
        "expired_card": "This card is no longer valid. Try another card.",
        "incorrect_cvc": "The security code does not match the card. Check it and try again.",
        "payment_intent_authentication_failure": "The payment was not confirmed with the bank. "
        "You can try again.",
        "auth_title": "Your bank asks you to confirm",
        "auth_text": "Do you confirm this payment of {sum} with the card ending in {last4}?",
        "confirm": "Confirm",
        "refuse": "Refuse",
        "leave": "Leave without answering",
        "already_title": "This is already paid",
        "already_text": "This payment of {sum} is done. There is nothing else to do here.",
        "back_to_receipt": "Continue",
        "expired_title": "This page is no longer valid",
        "expired_text": "The time to pay here is over. Nothing was charged. Go back to start "
        "again.",
        "back": "Go back",
        "unknown_title": "There is nothing to pay at this address",
        "unknown_text": "Check the link, or start again from the page you came from.",
        "does_success": "The payment succeeds",
        "does_authentication": "The bank asks for a confirmation, the first time",
        "does_authentication_always": "The bank asks for a confirmation every time",
        "does_authentication_refused": "Confirmation, then declined: sum not available",
        "does_saved_refused": "Can be saved, then every payment is declined",
        "does_card_declined": "Declined, no reason given",
        "does_insufficient_funds": "Declined: sum not available",
        "does_expired_card": "Declined: expired card",
        "does_incorrect_cvc": "Declined: wrong security code",
    },
}

# What a session says that saves a card and takes nothing.
SAVING: dict[str, dict[str, str]] = {
    "fr": {
        "title": "Enregistrer une carte",
        "pay": "Enregistrer la carte",
        "auth_text": "Confirmez-vous que la carte qui finit par {last4} peut être enregistrée ?",
        "already_title": "La carte est enregistrée",
        "already_text": "Vous n’avez rien d’autre à faire ici.",
        "not_charged": "La carte n’a pas été enregistrée.",
        "expired_text": "Le temps pour répondre ici est passé. Rien n’a été débité. Revenez en "
        "arrière pour recommencer.",
    },
    "en": {
        "title": "Save a card",
        "pay": "Save the card",
        "auth_text": "Do you confirm that the card ending in {last4} may be saved?",
        "already_title": "The card is saved",
        "already_text": "There is nothing else to do here.",
        "not_charged": "The card was not saved.",
        "expired_text": "The time to answer here is over. Nothing was charged. Go back to start "
        "again.",
    },
}


def money(cents: int, currency: str, language: str) -> str:
    """A sum for a person to read."""
    return str(format_currency(cents / 100, currency.upper(), locale=language))
