"""What happened to threads and to requests for help, as French sentences."""

from backoffice.desks.message_words import SUBJECTS
from backoffice.desks.timeline_facts import Sentence
from backoffice.desks.words import WITHOUT_ANSWER

MESSAGES: dict[str, Sentence] = {
    "thread.opened": lambda f: "La personne a écrit" + f.after(" : ", f.word("subject", SUBJECTS)),
    "thread.reply": "La personne a écrit de nouveau",
    "thread.answer": "Réponse donnée dans l’espace",
    "thread.close": lambda f: (
        "Conversation terminée"
        + f.after(", personne n’a répondu ; raison : ", f.word("reason", WITHOUT_ANSWER))
    ),
    "thread.assigned": lambda f: (
        f"Conversation attribuée à {f.text('to')}" if f.text("to") else "Conversation sans personne"
    ),
    "thread.awaits": lambda f: (
        "Attend une réponse de la personne" + f.after(" jusqu’au ", f.day("until"))
    ),
    "thread.noted": "Note interne écrite dans une conversation",
    "thread.merge": "Conversation rassemblée avec une autre",
    "thread.joined": "Conversation qui en a pris une autre",
    "thread.promise_broken": lambda f: (
        "Réponse promise pas donnée à temps" + f.after(" : ", f.day("answer_by"))
    ),
    "thread.sent_anyway": lambda f: (
        "Réponse envoyée malgré l’avertissement" + f.after(" : ", f.text("rules"))
    ),
    "aid_request.asked": "Demande d’aide reçue",
    "aid_request.want_documents": "Documents demandés pour la demande d’aide",
    "aid_request.send_documents": "Documents reçus pour la demande d’aide",
    "aid_request.withdraw": "Demande d’aide retirée par la personne",
    "aid_request.grant": "Demande d’aide accordée",
    "aid_request.decline": "Demande d’aide déclinée",
    "aid_request.forgotten": "Contenu de la demande d’aide effacé",
    "aid_request.documents_deleted": "Documents de la demande d’aide supprimés",
    "document.opened": "Document de la demande d’aide ouvert",
    "debt.forgiven": lambda f: (
        "Somme qui n’est plus demandée"
        + f.after(" : ", f.money())
        + f.after(", facture ", f.text("number"))
    ),
}
