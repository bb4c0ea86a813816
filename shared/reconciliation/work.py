"""What the processor gives people to do that is about no account.

Named here and not by the worker that asks for it, since the back-office must know what it shows.
"""

from shared.worklist import TO_CHECK, offer

DIFFERS = offer(
    "processor_differs", "Le prestataire de carte et nos écritures diffèrent : à regarder", TO_CHECK
)
NOT_ASSIGNED = offer("assign_refused", "Paiement resté sans compte : à revoir", TO_CHECK)
REFUSED = offer(
    "processor_refused", "Le prestataire de carte refuse nos demandes : vérifiez la clé", TO_CHECK
)
