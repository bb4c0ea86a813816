"""The words that the tone-and-secrecy lint looks for, as data.

How a list reads: terms stand between commas, in lower case and without accents, because the text
is folded the same way. `*` at the end of a word stands for any ending. Each other word also
matches with a plural s. A space matches spaces, hyphens, slashes and apostrophes. French and
English are searched together, since a message may quote either.
"""

from shared.delivery.lint_terms import terms

THREATS = terms("""
    huissier, commissaire de justice, saisie, saisir vos, tribunal, tribunaux, juge, poursuite,
    plainte, avocat, contentieux, recouvrement, injonction, condamn*, penal*, sanction*, fichage,
    banque de france, interdit bancaire, employeur, salaire, dernier avertissement,
    dernier rappel, ultime, sous peine, a defaut, nous serons contraints, immediatement,
    sans delai, urgent, exig*, sommation, mise en demeure, mauvais payeur, debiteur, debitrice,
    creance, dette, impaye, impayee, retard, defaut de paiement, majoration, frais de dossier,
    frais de relance, frais de recouvrement, interets, suspension de vos, suspension de votre,
    refus de vos, refus de votre, annulation de vos, annulation de votre, ne plus vous recevoir,
    poursuivi, poursuivie, poursuivre en, vous poursuivre, vous poursuivrai, vous poursuivra,
    vous poursuivrons, vous poursuivront, vous poursuivons, vous poursuivent, en justice, la justice,
    judiciaire, judiciairement, assigner, assignation, comparaitre, saisirons, voie de droit,
    voie legale, mesure legale, action legale, action juridique, suite juridique, voie juridique,
    service juridique,
    sue, sued, suing, legal proceeding, legal measure, legal step, litigation, lawyer, attorney,
    solicitor,
    bailiff, court, courtroom, judge, lawsuit, legal action, prosecut*, collection agency, debt,
    debtor, overdue, unpaid, arrears, default, final notice, final warning, last reminder,
    immediately, urgently, failure to, late fee, surcharge, seize, seized, garnish*, credit score,
    credit file, blacklist, blacklisted, employer, wage, refuse care, cancel your appointment
""")
"""R1: threats and pressure."""

GUILT = terms("""
    honte, honteu*, irresponsable, malhonnete, inadmissible, inacceptable, abus*, negligen*,
    oubli coupable, vous auriez du, vous devez absolument, malgre nos rappels,
    malgre nos nombreux rappels, encore une fois, manque de respect, confiance trahie,
    penalise* les autres patients, decu*, nous regrettons que vous, promis, engagement moral,
    faites un effort,
    shame, shameful, irresponsible, dishonest, unacceptable, ignored our, despite our reminder,
    despite our many reminder, once again, you should have, disappointed, disappointing,
    penalise other patients, disrespect*, moral duty, make an effort
""")
"""R2: guilt and judgement."""

MONEY = terms("""
    factur*, montant, somme, solde, payer, payez, payons, paye, payee, paiement, reglement,
    regler, reglez, honoraire, echeance, echeancier, acompte, rembours*, dus, eur, euro,
    invoice, invoiced, bill, billing, amount, balance, pay, paid, paying, payable, payment, fee,
    due, refund*
""")
"""R3: money, in messages that anyone may see."""

MEDICAL = terms("""
    soin, sante, medic*, medecin, docteur, dr, cabinet, clinique, hopital, hopitaux, chu, chru,
    centre hospitalier, laboratoire, labo, analyse, biolog*, radio*, irm, scanner, echographie,
    kine*, osteo*, infirmi*, idel, sage femme, dentiste, orthodont*, psy, psych*, addict*, gynec*, ivg,
    imm, pma, fiv, onco*, cancer, chimio*, dialyse, vih, sida, hepatite, diabet*, grossesse,
    maternite, urgence, seance, consultation, rendez vous, acte, ordonnance, prescri*, traitement,
    patient*, malad*, pathologie, diagnosti*, resultat, handicap, invalidite, ald, at mp,
    accident du travail, css, c2s, cmu, acs, mutuelle, secu, securite sociale, cpam,
    assurance maladie, tiers payant, carte vitale, ticket moderateur,
    care, health, healthcare, medical, doctor, clinic, hospital, lab, laboratory, test result,
    physio*, nurse, dentist, x ray, xray, scan, appointment, session, treatment, illness,
    diagnosis, disability, pregnancy, hiv, insurance
""")
"""R4: care, illness and the places and payers of care."""

DISCLOSURE = terms("""
    confidentiel, confidentielle, carte postale, votre famille, vos proches, votre entourage,
    votre conjoint, votre voisin, vos voisins,
    confidential, postcard, your family, your relatives, your spouse, your neighbour
""")
"""R5: words that tell a third person that something is kept from them, or that draw them in."""

FAMILIAR = terms("tu, te, toi, ton, ta, tien, tienne")
"""R8: a French message says « vous »."""

WITH_ACCENTS: dict[str, tuple[str, ...]] = {
    "R1": terms("fiché, fichée, procès"),
    "R3": terms("dû, dûe, réglé, réglée"),
    "R4": terms("ame, opéré, opérée, soigné, soignée"),
}
"""Terms that mean something else once accents are gone: « du », « fiche », « règle », « âme »,
"process"."""

HARMLESS = terms("""
    nous sommes, nous ne sommes, nous n en sommes, votre pays, le pays, un pays, ce pays, pays de,
    pouvez vous poursuivre, voulez vous poursuivre, souhaitez vous poursuivre,
    pourrez vous poursuivre, comptez vous poursuivre,
    au sein de, au sein du, au sein des, coup d oeil, a vos yeux, par coeur, au coeur de, au coeur du,
    un court, plus court, tres court, trop court, court terme, court delai, court message,
    court texte, court instant, court moment
""")
"""Ordinary phrases that hold a listed word with another meaning."""

ALLOWED_IN_LETTER = terms("""
    mise en demeure, tribunal, conciliateur de justice, interets au taux legal, banque de france,
    court conciliator, the court
""")
"""What a sealed formal notice must be able to say (articles 1344 and 1231-6 of the code civil)."""

ALLOWED_IN_PORTAL = terms("""
    retard, mutuelle, complementaire sante, complementaire sante solidaire, css, c2s,
    assurance maladie, securite sociale, secu, cpam, tiers payant, carte vitale,
    ticket moderateur, insurance, health insurance
""")
"""What is said to the person alone, behind the identity check: lateness, which help pages explain, and
who pays a part, which is half of all questions about an invoice. What was done, and why, is not."""

ACRONYMS = frozenset({"IBAN", "SEPA", "RGPD", "CNIL", "CPAM"})
"""Capitals that are no shouting."""

MONTHS = terms("""
    janvier, fevrier, mars, avril, mai, juin, juillet, aout, septembre, octobre, novembre,
    decembre, january, february, march, april, may, june, july, august, september, october,
    november, december
""")
"""R3, beside a number."""
