"""How work that belongs to no account is said to staff, in French: what happened, and what to do."""

from collections.abc import Mapping

# Work of no account that has a desk of its own, where it ends with the payment or the order.
ELSEWHERE = frozenset({"stray_payment", "order_to_agree"})
# What such work says of what staff had asked for: who noted « C’est fait » looked at it, and did not do it.
NOT_DONE: Mapping[str, str] = {"refund_refused": "Refusé", "assign_refused": "Non attribué"}
# Who ends work besides staff.
MACHINES: Mapping[str, str] = {
    "ardoise": "Ardoise",
    "processor": "le prestataire de carte",
}
# Why work ended by itself.
GONE: Mapping[str, str] = {
    "processor_refused": "le prestataire répond de nouveau",
    "card_disputed": "la banque n’attend plus de réponse",
}

_THERE = "Ouvrez ce paiement dans les pages du prestataire"
# What differs between the processor and our journal: what happened, with its sum, and what to do.
DIFFERENCES: Mapping[str, tuple[str, str]] = {
    "nobodys": (
        "Le prestataire de carte a reçu {cents} que personne n’a demandés, et Ardoise n’a pas pu les noter.",
        f"{_THERE} pour voir d’où il vient, puis prévenez qui tient l’installation.",
    ),
    "missing_there": (
        "Ardoise a noté un paiement de {cents} que le prestataire de carte ne montre pas.",
        "Cherchez sa référence dans les pages du prestataire. S’il n’y est pas, la clé du cabinet a "
        "peut-être changé de compte : prévenez qui tient l’installation.",
    ),
    "other_sum": (
        "Le prestataire de carte dit {cents} pour un paiement qu’Ardoise a noté pour {here}.",
        f"{_THERE} et comparez les deux sommes avec le reçu avant de prévenir qui tient l’installation.",
    ),
    "other_currency": (
        "Le prestataire de carte a reçu un paiement dans une autre monnaie que l’euro : Ardoise ne le "
        "note pas.",
        f"{_THERE} et rendez-le là, ou notez-le dans votre comptabilité.",
    ),
    "wrong_mode": (
        "Un paiement d’essai est parmi les vrais paiements du prestataire de carte, ou l’inverse : Ardoise "
        "ne le note pas.",
        "Demandez à qui tient l’installation quelle clé y est en usage.",
    ),
    "refund_unknown": (
        "Un remboursement de {cents}, fait dans les pages du prestataire de carte, n’a pas pu être noté.",
        f"{_THERE} et comparez ce qui a été rendu avec ce qui avait été reçu.",
    ),
    "refund_failed": (
        "Un remboursement de {cents} a échoué chez le prestataire de carte, alors qu’Ardoise l’a noté comme "
        "rendu.",
        f"{_THERE}, et rendez la somme autrement si elle est encore à rendre.",
    ),
    "refund_missing": (
        "Ardoise a noté un remboursement de {cents} que le prestataire de carte ne montre pas.",
        f"{_THERE} : si rien n’y a été rendu, prévenez qui tient l’installation.",
    ),
    "refund_sum": (
        "Le prestataire de carte dit avoir rendu {cents}, Ardoise a noté {here}.",
        f"{_THERE} et comparez les deux sommes avant de prévenir qui tient l’installation.",
    ),
    "dispute_unknown": (
        "Une banque conteste un paiement, {cents}, et Ardoise n’a pas pu le noter.",
        f"{_THERE} et répondez-y à la banque, puis prévenez qui tient l’installation.",
    ),
    "dispute_other": (
        "D’un paiement contesté, le prestataire de carte dit {cents} partis en ce moment, frais compris, et "
        "Ardoise {here}. Gagnée, la somme est revenue et il ne reste que les frais.",
        f"{_THERE} et comparez les deux sommes avant de prévenir qui tient l’installation.",
    ),
    "dispute_missing": (
        "Ardoise a noté une contestation de {cents} que le prestataire de carte ne montre pas.",
        f"{_THERE} : si personne n’y conteste rien, prévenez qui tient l’installation.",
    ),
    "missing_here": (
        "Le prestataire de carte a reçu {cents} pour une demande d’Ardoise, qui n’ont pas pu être notés.",
        f"{_THERE} et comparez-le avec les paiements du compte, puis prévenez qui tient l’installation.",
    ),
}
UNNAMED = (
    "Le prestataire de carte et nos écritures diffèrent.",
    "Demandez à qui tient l’installation de lancer « ardoise payments verify », qui nomme la différence.",
)
REFUSED = (
    "Le prestataire de carte refuse nos demandes : la clé du cabinet a changé, ou son compte est fermé.",
    "Regardez la clé dans les pages du prestataire et donnez la nouvelle à qui tient l’installation. Cette "
    "ligne part d’elle-même dès qu’il répond de nouveau.",
)
CONTESTED = (
    "La banque d’une personne conteste un paiement de {cents}, reçu sans qu’on sache de qui il est.",
    "Répondez-lui dans les pages du prestataire avant ce jour, ou cherchez d’abord de qui il est sur "
    "« Paiements à attribuer ».",
)
NOT_GIVEN_BACK = (
    "Le remboursement de {cents}, d’un paiement qui n’est à aucun compte, n’a pas été fait : {why}."
)
NOT_ASSIGNED = "Le paiement de {cents} n’est pas allé au compte {number} : {why}."
ASSIGN_AGAIN = (
    "Il attend toujours sur « Paiements à attribuer » : attribuez-le de nouveau, ou rendez-le."
)
NOTHING_TO_ASSIGN = "{became} Voyez si c’est juste, puis notez que c’est fait."
ASK_AGAIN = "Il attend toujours sur « Paiements à attribuer » : attribuez-le, ou redemandez ce remboursement."
NOTHING_LEFT = "{became} Il n’y a plus rien à rendre : notez que c’est fait."
