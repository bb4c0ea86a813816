"""What the timeline says of cards that are kept for plans."""

CARDS = {
    "payment_attempt.save": "Carte donnée pour un accord d’étalement",
    "saved_card.asked": "Page ouverte pour donner une carte",
    "saved_card.keep": "Carte gardée par le prestataire pour l’accord d’étalement",
    "saved_card.lapse": "Aucune carte donnée pour l’accord d’étalement",
    "saved_card.remove": "Carte retirée : plus rien n’est pris dessus",
    "saved_card.detach": "Carte oubliée par le prestataire",
}
