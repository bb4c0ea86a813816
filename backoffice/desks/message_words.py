"""How messages and requests for help are said to staff, in French."""

from collections.abc import Mapping

SUBJECTS: Mapping[str, str] = {
    "paid": "J’ai déjà payé",
    "payer": "Ma complémentaire doit payer",
    "unclear": "Je ne comprends pas",
    "wrong": "Ce n’est pas à moi, ou pas juste",
    "other": "Autre chose",
    "aid": "Demande d’aide",
    "plan": "Accord de paiement",
}
THREAD_STATES: Mapping[str, tuple[str, str]] = {
    "waiting": ("attend notre réponse", "warn"),
    "answered": ("répondu", "ok"),
    "closed": ("terminé", ""),
}
AID_STATES: Mapping[str, tuple[str, str]] = {
    "asked": ("à décider", "warn"),
    "documents": ("attend des documents", "go"),
    "granted": ("accordée", "ok"),
    "declined": ("déclinée", ""),
    "withdrawn": ("retirée par la personne", ""),
}
WISHES: Mapping[str, str] = {
    "later": "payer plus tard",
    "less_monthly": "payer moins chaque mois",
    "less_total": "payer moins en tout",
    "talk": "parler à quelqu’un",
}
REASONS: Mapping[str, str] = {
    "less_money": "moins d’argent qu’avant",
    "other_expenses": "d’autres grosses dépenses",
    "waiting_right": "attend une aide ou un droit",
    "family": "la famille a changé",
    "rather_not": "préfère ne pas le dire",
}
DECISIONS: Mapping[str, str] = {
    "": "Répondre seulement",
    "want_documents": "Demander des documents",
    "grant": "Accorder",
    "decline": "Décliner",
}
# What the lint says of a text, by the letter of its rules.
RULES: Mapping[str, str] = {
    "R1": "pression ou menace",
    "R2": "reproche",
    "R3": "somme ou date",
    "R4": "mot de santé",
    "R5": "secret",
    "R6": "numéro qui identifie",
    "R7": "adresse internet",
    "R8": "tournure difficile",
}
MEDIA: Mapping[str, str] = {"jpeg": "Photo", "pdf": "PDF"}
# Better words for what the lint finds, by the folded word; where the sentence must change there is none.
INSTEAD: Mapping[str, str] = {
    "impaye": "somme à payer",
    "impayes": "sommes à payer",
    "impayee": "encore à payer",
    "impayees": "encore à payer",
    "dette": "somme à payer",
    "dettes": "sommes à payer",
    "creance": "somme à payer",
    "creances": "sommes à payer",
    "debiteur": "titulaire du compte",
    "debitrice": "titulaire du compte",
    "dernierrappel": "message",
    "dernieravertissement": "message",
    "immediatement": "dès que possible",
    "urgent": "important",
    "sansdelai": "dès que possible",
    "defautdepaiement": "paiement encore attendu",
    "recouvrement": "suivi des factures",
    "contentieux": "suivi des factures",
    "seance": "facture",
    "seances": "factures",
    "consultation": "facture",
    "consultations": "factures",
    "cabinet": "secrétariat",
    "medecin": "secrétariat",
    "docteur": "secrétariat",
    "patient": "titulaire du compte",
    "patiente": "titulaire du compte",
}
