"""The agreement, or the proposal, as a PDF letter: its words, its dates as they hold now, and what
proves it."""

from flask import g

from portal.context import visit
from portal.pages.plans import is_proposal, name_of, paragraphs_of
from shared.base.formats import clock_time, day, money
from shared.base.pdf import typeset
from shared.base.vault import Json
from shared.plans import PlanView
from shared.web.filters import full_day, t, tn


def letter_of(view: PlanView, text: str) -> bytes:
    """The letter, in the page's language around words that stay in the one they were agreed in."""
    here, plan, language = visit(), view.plan, g.language
    practice, proposal = here.practice, is_proposal(plan)
    agreed = (
        t(
            "Le {day} à {time}",
            day=full_day(plan.agreed_at),
            time=clock_time(plan.agreed_at, practice.timezone, language),
        )
        if plan.agreed_at
        else ""
    )
    left = plan.total_cents
    rows: list[Json] = []
    for part in view.parts:
        left -= part.cents
        moved = part.due_on != part.agreed_on
        on = day(part.due_on, language)
        rows.append(
            [
                t("{day} (au lieu du {agreed})", day=on, agreed=day(part.agreed_on, language))
                if moved
                else on,
                money(part.cents, language),
                money(left, language),
            ]
        )
    return typeset(
        "agreement",
        {
            "lang": language,
            "title": name_of(plan) if proposal else t("Notre accord"),
            "sender": {
                "name": practice.sender,
                "address": practice.postal_address,
                "siren": practice.siren,
            },
            "foot": t(
                "{sender}, compte {number}", sender=practice.sender, number=here.account.number
            ),
            "words_lang": plan.agreed_language,
            "paragraphs": [*paragraphs_of(text)],
            "dates_title": tn("La date proposée", "Les {count} dates proposées", len(view.parts))
            if proposal
            else tn("Votre date", "Vos {count} dates", len(view.parts)),
            "head": [t("Date"), t("Vous payez"), t("Il reste")],
            "rows": rows,
            "total": [t("En tout, sans frais"), money(plan.total_cents, language), ""],
            "marks": [
                [t("Proposé") if proposal else t("Accepté"), agreed],
                [t("Texte"), t("version {version}", version=plan.text_version)],
                [t("Empreinte"), plan.text_hash or ""],
            ],
        },
        at=plan.agreed_at or plan.made_at,
    )
