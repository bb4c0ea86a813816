"""The formal notice, sent sealed, says what the law needs and passes the letter's rules."""

import pytest

from shared.delivery.lint import FieldKind, Profile, TypedField, lint

TYPED = (
    TypedField(FieldKind.REFERENCE, "FA-2026-0117"),
    TypedField(FieldKind.REFERENCE, "FR76 3000 6000 0112 3456 7890 189"),
    TypedField(FieldKind.REFERENCE, "RF18 5390 0754 7034"),
    TypedField(FieldKind.PHONE, "01 99 00 12 34"),
    TypedField(FieldKind.URL, "r12.espace.example"),
    TypedField(FieldKind.LEGAL_IDENTITY, "Cabinet médical du Parc"),
)
FRENCH = """Objet : mise en demeure de payer, votre facture n° FA-2026-0117

Madame, Monsieur,
Vous n’avez pas encore réglé la facture n° FA-2026-0117 du 3 mars 2026. La somme qui reste à
payer est de 42,50 €. Nous n’ajoutons aucun frais. Par cette lettre, nous vous mettons en demeure
de payer cette somme dans les 15 jours après réception (article 1344 du code civil). Vous pouvez
payer : sur r12.espace.example ; par virement (IBAN FR76 3000 6000 0112 3456 7890 189, référence
RF18 5390 0754 7034) ; par chèque ; à l’accueil. Demandez un délai sans frais : 01 99 00 12 34.
Vous pouvez demander, gratuitement, l’aide d’un conciliateur de justice. Sans paiement ni réponse
de votre part, nous pourrons demander à un conciliateur ou au tribunal de régler la question ; des
intérêts au taux légal pourront alors être demandés (article 1231-6 du code civil).
Cabinet médical du Parc"""
ENGLISH = """Subject: formal request for payment, your invoice no. FA-2026-0117

Dear Sir or Madam,
You have not yet paid invoice no. FA-2026-0117 of 3 March 2026. The amount left to pay is €42.50.
We add no fees. By this letter we formally ask you to pay this amount within 15 days of receiving
it (article 1344 of the French civil code). You can pay: on r12.espace.example; by transfer (IBAN
FR76 3000 6000 0112 3456 7890 189, reference RF18 5390 0754 7034); by cheque; at the front desk.
You cannot pay everything? Ask for more time, free of charge: 01 99 00 12 34. You may also ask a
court conciliator for help. Without payment or answer, we may ask a conciliator or the court to
settle the matter; legal-rate interest may then be asked (article 1231-6).
Cabinet médical du Parc"""


@pytest.mark.parametrize("letter", [FRENCH, ENGLISH])
def test_the_formal_notice_passes_as_a_letter(letter: str) -> None:
    found = lint(letter, profile=Profile.LETTER, typed=TYPED, site="r12.espace.example")
    assert found == []


@pytest.mark.parametrize("letter", [FRENCH, ENGLISH])
def test_the_formal_notice_never_passes_as_a_short_message(letter: str) -> None:
    found = lint(letter, profile=Profile.SHORT, typed=TYPED, site="r12.espace.example")
    assert {"R1", "R3", "R4", "R8"} <= {finding.rule for finding in found}


@pytest.mark.parametrize(
    ("rule", "addition"),
    [
        ("R1", "Un huissier viendra."),
        ("R1", "A collection agency will call."),
        ("R2", "Vous auriez dû répondre."),
        ("R4", "Après vos séances de kiné."),
        ("R4", "After your physiotherapy."),
        ("R6", "Votre numéro : 1 84 12 76 451 089 46."),
        ("R6", "Votre adresse : jean@exemple.org."),
    ],
)
def test_a_letter_that_threatens_or_tells_of_care_is_stopped(rule: str, addition: str) -> None:
    found = lint(
        f"{FRENCH}\n{addition}", profile=Profile.LETTER, typed=TYPED, site="r12.espace.example"
    )
    assert {finding.rule for finding in found} == {rule}
