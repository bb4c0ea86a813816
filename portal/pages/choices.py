"""Sentences about what was chosen to be paid, and about a payment page that does not open."""

from flask import g

from portal.forms import Sentence
from shared.base.formats import marked, money
from shared.payments import ChoiceError

NO_CARD = marked("Le paiement par carte n’est pas ouvert ici. Appelez-nous pour payer autrement.")
LATER = marked("La page de paiement ne répond pas. Rien n’a été pris. Réessayez dans un moment.")
SPENT = marked(
    "La page de paiement a été ouverte beaucoup de fois. Rien n’a été pris. Réessayez à {time}."
)
REFUSED = marked("La page de paiement n’a pas pu s’ouvrir. Rien n’a été pris. Appelez-nous.")


def about_choice(error: ChoiceError, kind: str) -> dict[str, Sentence]:
    """What is wrong with a choice, by the field that it is about."""
    values = {"least": money(error.low, g.language), "most": money(error.high, g.language)}
    if error.reason == "leaves_too_little":
        return _rest(error, kind)
    if error.reason == "only_all":
        return {"form": Sentence(marked("Payez tout : {most}."), values)}
    if error.reason == "out_of_bounds":
        return {"amount": Sentence(marked("Écrivez une somme entre {least} et {most}."), values)}
    if error.reason == "choose_invoice":
        return {"invoice": Sentence(marked("Choisissez dans la liste au moins une facture."), {})}
    if error.reason == "too_small":
        text = marked("Par carte, le minimum est de {least}. Appelez-nous pour payer autrement.")
        return {"form": Sentence(text, values)}
    if error.reason == "nothing_left":
        return {"form": Sentence(marked("Il ne reste rien à payer pour le moment."), {})}
    return {"form": Sentence(marked("Choisissez ce que vous voulez payer."), {})}


def _rest(error: ChoiceError, kind: str) -> dict[str, Sentence]:
    """No card could pay what would be left: all of it, or a part that leaves enough."""
    values = {"least": money(error.low, g.language), "all": money(error.high, g.language)}
    if kind == "some":
        text = marked("Il resterait moins de {least}, trop peu pour une carte. Payez tout : {all}.")
        return {"invoice": Sentence(text, values)}
    text = marked(
        "Il resterait moins de {least}, trop peu pour une carte. "
        "Payez tout, {all}, ou au plus {part}."
    )
    part = money(error.high - error.low, g.language)
    return {"amount": Sentence(text, values | {"part": part})}
