"""What a person reads of a pause that somebody of the team placed."""

from shared.base.formats import marked

# What a person can stop the clock for, with what the patient then reads. The other kinds are placed by what
# happened (a message, a request, a plan, the bank): placed by hand they would tell the patient untrue things.
BY_HAND = {
    "staff": marked("Nous avons mis nos messages en pause pour vous."),
    "dispute": marked("Nous vérifions avec vous ce qui n’est pas juste."),
    "claim": marked("Nous regardons si votre caisse ou votre complémentaire doit encore payer."),
    "protection": marked("Nous vérifions votre dossier."),
}
