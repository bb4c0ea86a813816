"""What the portal's views pass in words, in each language, so that a sample page reads as a whole."""

from tests.unit import plan_samples, preference_samples, talk_samples, ways_samples

WORDS = {
    "fr": {
        "{a note}": "Le secrétariat vérifie",
        "{step 1}": "Premier message",
        "{sent}": "Envoyé le 20 octobre.",
        "{step 2}": "Second message",
        "{here}": "Envoyé le 24 novembre. Vous êtes ici.",
        "{step 3}": "Encore un message",
        "{later}": "Le 8 décembre, si nous n’avons pas de nouvelles.",
        "{step 4}": "Une personne vous appelle",
        "{pay}": "Payer",
        "{pay more}": "Tout, ou une partie.",
        "{paused}": "Nous vérifions quelque chose. Nous vous écrivons avant de reprendre.",
        "{month}": "Écrivez le mois en chiffres, de 1 à 12.",
        "{postcode}": "Écrivez 5 chiffres, par exemple 44200.",
        "{amount}": "Écrivez une somme entre 5,00 € et 42,50 €.",
        "{card}": "carte",
        "{wrong}": "Cette réponse n’est pas la bonne.",
    },
    "en": {
        "{a note}": "The office is checking",
        "{step 1}": "First message",
        "{sent}": "Sent on 20 October.",
        "{step 2}": "Second message",
        "{here}": "Sent on 24 November. You are here.",
        "{step 3}": "One more message",
        "{later}": "On 8 December, if we have not heard from you.",
        "{step 4}": "Someone calls you",
        "{pay}": "Pay",
        "{pay more}": "All of it, or a part.",
        "{paused}": "We are checking something. We write to you before we go on.",
        "{month}": "Write the month in figures, from 1 to 12.",
        "{postcode}": "Write 5 figures, for example 44200.",
        "{amount}": "Write a sum between €5.00 and €42.50.",
        "{card}": "card",
        "{wrong}": "This answer is not the right one.",
    },
}


for _language in ("fr", "en"):
    WORDS[_language] |= plan_samples.WORDS[_language] | talk_samples.WORDS[_language]
    WORDS[_language] |= ways_samples.WORDS[_language]
    WORDS[_language] |= preference_samples.WORDS[_language]
