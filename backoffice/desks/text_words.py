"""How the practice's own words for messages are said to staff: when each goes, what to mend."""

from collections.abc import Mapping

MOMENT_TITLES: Mapping[str, str] = {
    "ladder": "Avant et après l’échéance",
    "talk": "Quand la personne écrit ou demande",
    "plan": "Pendant un accord en plusieurs fois",
    "money": "Quand de l’argent bouge",
    "safety": "Codes et sécurité",
}
WHEN: Mapping[str, str] = {
    "pre_due": "Première annonce d’un document, avant l’échéance.",
    "reminder": "Après l’échéance, si rien n’a bougé.",
    "second_reminder": "Après le premier rappel. Ensuite, une personne prend le relais.",
    "message_noted": "Juste après une demande d’aide.",
    "answered": "Quand l’équipe a répondu dans l’espace.",
    "change_answer": "Quand l’équipe a répondu à un changement demandé.",
    "new_link": "Aussitôt que la personne demande un nouveau lien.",
    "plan_agreed": "Quand un accord est conclu.",
    "plan_answer": "Quand l’équipe a répondu à une proposition.",
    "instalment_near": "Trois jours avant une date de l’accord.",
    "instalment_due": "Le jour d’une date, sans carte gardée.",
    "instalment_missed": "Quand une date est passée sans rien.",
    "instalment_by_hand": "Quand la carte gardée demande une confirmation.",
    "charge_passed": "Quand une date est partie juste avant une demande.",
    "card_ends": "Quand la carte gardée expire avant la fin.",
    "debit_failed": "Quand la banque a refusé un prélèvement.",
    "refunded": "Quand le cabinet a rendu de l’argent.",
    "payment_cancelled": "Quand un paiement noté par erreur est annulé.",
    "forgiven": "Quand le cabinet n’attend plus une somme.",
    "code": "Un code à six chiffres, demandé dans l’espace.",
    "change_asked": "À l’ancien contact, quand un changement est demandé.",
    "change_done": "À l’ancien contact, quand le changement est fait.",
    "data_erased": "Le dernier message, avant un effacement qui a été demandé.",
}
WHY_FIXED = (
    "Ces messages protègent la personne. Ils sont les mêmes de tous les cabinets : un faux se remarque. "
    "Leur texte ne se change pas."
)
WAYS: Mapping[str, str] = {"sms": "SMS", "email": "E-mail"}
LANGUAGES: Mapping[str, str] = {"fr": "français", "en": "anglais"}
# What stands about the practice's words whatever they are, and why.
FIXED_PARTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "sms": (
        ("Le nom d’expéditeur, au début", "La personne sait d’abord qui écrit."),
        ("Le lien lui-même", "Il est signé, personnel, et s’éteint : Ardoise le met à sa place."),
    ),
    "email": (
        ("Le bouton et son lien", "Le lien est signé, personnel, et s’éteint."),
        ("Combien de jours le lien marche", "C’est votre réglage du moment, toujours juste."),
        ("Le nom d’expéditeur, à la fin", "La personne sait qui écrit."),
        (
            "Le pied de message",
            "Il dit comment ne plus recevoir de message, et qu’aucun code bancaire n’est demandé.",
        ),
    ),
}
# Words that no message can be made of, by what is wrong.
UNFIT: Mapping[tuple[str, str], str] = {
    ("subject", "empty"): "Écrivez un objet.",
    ("subject", "long"): "L’objet compte au plus {most} signes : raccourcissez-le.",
    ("subject", "subject_place"): "L’objet ne se remplit pas : ôtez les accolades.",
    ("subject", "unseen"): "L’objet contient un signe invisible : retapez-le ici, sans le coller.",
    ("body", "empty"): "Écrivez le texte du message.",
    ("body", "long"): "Le texte compte au plus {most} signes : raccourcissez-le.",
    ("body", "place"): "« {excerpt} » ne peut pas être rempli. Ce qui peut l’être : {places}.",
    (
        "body",
        "sender",
    ): "Ôtez {{expéditeur}} : Ardoise met déjà ce nom au début de chaque SMS, il y serait deux fois.",
    (
        "body",
        "no_link",
    ): "Il manque {{lien}} : sans lui, la personne ne peut pas ouvrir son espace.",
    ("body", "links"): "{{lien}} ne se met qu’une fois : ôtez-en un.",
    ("body", "link_line"): "Mettez {{lien}} seul sur une ligne : ce sera le bouton.",
    ("body", "unseen"): "Le texte contient un signe invisible : retapez-le ici, sans le coller.",
}
# What the lint refuses in a text that anybody may see, by its rule.
REFUSED: Mapping[str, str] = {
    "R1": "cela presse ou menace",
    "R2": "cela reproche",
    "R3": "cela parle d’argent ou d’une date",
    "R4": "cela parle de soin",
    "R5": "cela en dit trop à d’autres",
    "R6": "cela identifie quelqu’un",
    "R7": "seule l’adresse du lien va dans un message, sans point derrière",
    "R8": "phrase de plus de dix-huit mots, mot trop long, « ! » ou tutoiement",
}
WARNINGS: Mapping[str, str] = {
    "way_out": "Ce message demande quelque chose et n’offre plus ni temps, ni aide, ni question à poser.",
    "done": "Le texte ne dit plus quoi faire à qui a déjà répondu.",
    "phone_less": "Le numéro du cabinet ({téléphone}) n’est plus dans le texte. Il reste en petit, au pied.",
    "number": "Il y a un chiffre : est-il juste pour tout le monde, et pour longtemps ?",
    "promise": "Le texte promet quelque chose : est-ce vrai chaque fois qu’il part ?",
    "long": "Plus de 120 mots : sur un téléphone, peu de gens lisent jusqu’au bout.",
}
