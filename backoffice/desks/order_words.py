"""How orders about money are said to staff, in French."""

from collections.abc import Mapping

from shared.base.clock import local_date
from shared.base.formats import clock_time, day
from shared.orders import FORGIVE, MoneyOrder

REFUND_REASONS: Mapping[str, str] = {
    "overpaid": "trop-perçu",
    "paid_twice": "payé deux fois",
    "corrected": "facture corrigée",
    "goodwill": "geste commercial",
    "other": "autre raison",
}
# What does not go with « trop-perçu » or « payé deux fois », by what the account shows.
REFUND_DOUBTS: Mapping[str, str] = {
    "one_payment": "Ce compte n’a qu’un paiement et pas de trop-perçu : {owed} redeviendront dus.",
    "no_credit": "Ce paiement n’a pas de trop-perçu : {owed} redeviendront dus.",
    "less_credit": "Le trop-perçu ne couvre que {credit} : {owed} redeviendront dus.",
}
# Of a payment that is no account's: nothing was invoiced for it, so nothing was corrected or given.
STRAY_REASONS: Mapping[str, str] = {
    "other": "on ne sait pas de qui il est",
    "paid_twice": "payé deux fois",
}
# Why a request is declined, stopped or given up; whoever asked reads it.
END_REASONS: Mapping[str, str] = {
    "not_due": "la somme n’est pas à rendre",
    "wrong_sum": "la somme, le paiement ou la raison sont à revoir",
    "already_back": "déjà rendu, ou demandé deux fois",
    "otherwise": "à rendre autrement",
    "not_wanted": "la personne n’est pas venue, ou y renonce",
    "other": "autre raison, à voir de vive voix",
}
DEBT_END_REASONS: Mapping[str, str] = {
    "not_due": "la somme reste à demander",
    "wrong_sum": "la somme ou la raison sont à revoir",
    "otherwise": "à aider autrement",
    "other": "autre raison, à voir de vive voix",
}
WHAT: Mapping[str, str] = {
    "forgive": "somme à ne plus demander",
    "refund": "remboursement",
    "receive": "paiement reçu à l’accueil",
    "cancel": "annulation d’un paiement",
    "use_credit": "utilisation d’un trop-perçu",
    "assign": "paiement à rattacher",
}
# Why a refund could not be carried out.
OUTCOMES: Mapping[str, str] = {
    "too_much": "il ne reste pas autant à rendre sur ce paiement : une partie a été rendue entre-temps",
    "already_refunded": "tout a déjà été rendu, sans doute sur les pages du prestataire",
    "disputed": "la personne conteste ce paiement auprès de sa banque, qui décide d’abord",
    "no_balance": "le compte du cabinet chez le prestataire n’est pas assez approvisionné : "
    "redemandez-le après le prochain paiement reçu",
    "unknown_payment": "le prestataire ne connaît pas ce paiement : la clé du cabinet a-t-elle changé ?",
    "no_processor": "le cabinet n’a plus de compte chez un prestataire de carte",
    "failed": "la banque de la personne l’a refusé : rendez la somme autrement",
    "assigned": "ce paiement a été attribué à un compte entre-temps",
    "asker_left": "la personne qui l’a demandé n’a plus accès : si c’est juste, redemandez-le",
    "returned": "ce paiement a été rendu entre-temps",
    "going_back": "ce paiement était en train d’être rendu",
    "refused": "le prestataire l’a refusé : regardez sur ses pages",
}
# « Rendu … » by hand.
HANDED: Mapping[str, str] = {
    "cash": "en espèces",
    "cheque": "par chèque",
    "terminal": "par le terminal de l’accueil",
    "transfer": "par virement",
}


def told_of(order: MoneyOrder, timezone: str) -> str:
    """What whoever asked for a refund, or for a debt to be given up, is told."""
    if order.kind == FORGIVE:
        return _told_of_debt(order, timezone)
    if order.status == "waiting":
        if order.method:
            return (
                "Demande notée. Ne remettez rien avant qu’un responsable valide : la somme paraît alors "
                "dans « À remettre »."
            )
        return "Demande notée. Elle part dès qu’un responsable la valide."
    if order.alone:
        from_day = day(local_date(order.not_before, timezone))
        when = f"{from_day}, {clock_time(order.not_before, timezone)}"
        if order.method:
            return (
                f"Demande notée. Remettez la somme à partir du {when}, puis notez-le dans « À remettre ». "
                "D’ici là, vous pouvez la retirer."
            )
        return f"Demande notée. Elle part à partir du {when}. D’ici là, vous pouvez la retirer."
    if order.method:
        return "Demande notée : la somme est remise, Ardoise l’inscrit maintenant."
    return "Demande notée : le remboursement part maintenant."


def _told_of_debt(order: MoneyOrder, timezone: str) -> str:
    if order.status == "waiting":
        return "Demande notée. La somme n’est plus demandée dès qu’un responsable valide."
    if order.alone:
        when = f"{day(local_date(order.not_before, timezone))}, {clock_time(order.not_before, timezone)}"
        return f"Demande notée. Elle se fait à partir du {when}. D’ici là, vous pouvez la retirer."
    return "Demande notée : la somme n’est plus demandée, Ardoise l’inscrit maintenant."


def told_of_decision(order: MoneyOrder, event: str) -> str:
    """What whoever decided about a refund, or handed it over, is told."""
    if order.kind == FORGIVE:
        return {
            "approve": "Validé : la somme n’est plus demandée, Ardoise l’inscrit maintenant.",
            "decline": "Refus noté : la somme reste demandée.",
            "stop": "Demande arrêtée : la somme reste demandée.",
            "withdraw": "Demande retirée : la somme reste demandée.",
        }[event]
    if event == "approve" and order.status == "agreed":
        return (
            f"Validé. Rien n’est encore inscrit : {order.asked_name} ou un collègue remet la somme, "
            "puis le note dans « À remettre »."
        )
    given_up = order.dropped_by is not None
    return {
        "approve": "Validé : le remboursement est fait et inscrit dans un instant.",
        "decline": "Refus noté : rien ne part.",
        "stop": "Demande arrêtée : ne remettez rien."
        if given_up
        else "Demande arrêtée : rien ne part.",
        "withdraw": "Demande retirée : ne remettez rien."
        if given_up
        else "Demande retirée : rien ne part.",
        "hand_over": "C’est noté : l’argent est remis. Ardoise l’inscrit maintenant, et la personne est "
        "prévenue.",
    }[event]
