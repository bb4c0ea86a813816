"""The ready-made answers that a practice starts with: short sentences, nothing of care, no pressure."""

STARTING: tuple[tuple[str, str], ...] = (
    (
        "Nous cherchons votre paiement",
        "Bonjour,\n\nMerci de votre message. Nous cherchons votre paiement, et vous répondons ici.\n\n"
        "Si vous l’avez, envoyez-nous ici une photo du reçu ou du relevé : nous irons "
        "plus vite.\n\nBonne journée",
    ),
    (
        "Votre paiement est bien arrivé",
        "Bonjour,\n\nMerci de votre message. Votre paiement est bien arrivé. Vous n’avez rien d’autre à "
        "faire.\n\nBonne journée",
    ),
    (
        "Deux factures différentes",
        "Bonjour,\n\nVous avez reçu deux factures différentes : chacune a son numéro et sa date. Vous les "
        "trouvez dans votre espace.\n\nUne question reste ? Écrivez-nous ici, ou appelez le "
        "{téléphone du cabinet}.\n\nBonne journée",
    ),
    (
        "Nous voyons avec votre complémentaire",
        "Bonjour,\n\nMerci de votre message. Nous écrivons à votre complémentaire.\n\nNous vous répondons "
        "ici dès que nous en savons plus.\n\nBonne journée",
    ),
    (
        "Il nous faut un document",
        "Bonjour,\n\nPour avancer, il nous faut un document. Vous pouvez l’envoyer ici, en photo ou en "
        "PDF.\n\nVous ne l’avez pas ? Dites-le-nous : nous trouverons une autre solution.\n\nMerci",
    ),
    (
        "Payer par virement",
        "Bonjour,\n\nVous pouvez payer par virement. La référence à écrire est {référence}. Il reste "
        "{reste dû} au {date}.\n\nLe numéro du compte bancaire est dans votre espace, sous « Payer ».\n\n"
        "Bonne journée",
    ),
    (
        "Payer en plusieurs fois",
        "Bonjour,\n\nVous pouvez payer en plusieurs fois, sans frais. Dans votre espace, choisissez "
        "« Étaler » : vous décidez des dates.\n\nBesoin d’en parler ? Appelez le {téléphone du cabinet}.\n\n"
        "Bonne journée",
    ),
    (
        "Nous vous rappelons",
        "Bonjour,\n\nMerci de votre message. Nous vous appelons pour en parler. Si un moment vous convient "
        "mieux, dites-le-nous ici.\n\nNotre numéro : {téléphone du cabinet}.\n\nBonne journée",
    ),
)
