"""Plans as a patient sees them: dates, sums, the words of the agreement and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import current_app, g, render_template
from jinja2 import TemplateNotFound
from sqlalchemy.orm import Session

from portal.context import visit
from shared.base.formats import NO_BREAK, SOURCE_LANGUAGE, day, french_spaces, money
from shared.base.money import Cents
from shared.base.vault import Vault
from shared.plans import Part, Plan, PlanView, Words, covered_by, postponed
from shared.web.filters import t, today

WORDS_VERSION = "1"
NEVER_RAN = frozenset({"proposed", "offered", "declined", "withdrawn", "replaced"})


@dataclass(frozen=True, slots=True)
class Deal:
    """What the words of an agreement are made from."""

    parts: Sequence[Part]
    way: str
    due: bool
    instant: bool
    today: date

    @property
    def total_cents(self) -> Cents:
        """All dates together."""
        return sum(part.cents for part in self.parts)


def is_proposal(plan: Plan) -> bool:
    """Whether a plan is, or stayed, what one side proposed: nothing that both agreed to.

    Of plans that were replaced it tells rightly of the latest one that the patient said yes to.
    """
    return plan.status in NEVER_RAN


def name_of(plan: Plan) -> str:
    """What a plan is called on its page: an agreement once there is one, before that a proposal."""
    if not is_proposal(plan):
        return t("Votre accord")
    return t("Votre proposition") if plan.made_by == "patient" else t("Notre proposition")


def write_words(deal: Deal) -> Words:
    """The words of an agreement, in the visit's language or else in French; the dates come last."""
    here = visit()
    language = _spoken(g.language)
    rendered = render_template(
        _words_file(language),
        name=here.name.full,
        sender=here.practice.sender,
        number=here.account.number,
        phone=here.practice.phone.replace(" ", NO_BREAK),
        total=money(deal.total_cents, language),
        count=len(deal.parts),
        way=deal.way,
        due=deal.due,
        instant=deal.instant,
        today=deal.parts[0].due_on == deal.today,
    )
    paragraphs = [" ".join(block.split()) for block in rendered.split("\n\n") if block.strip()]
    dates = "\n".join(
        f"{day(part.due_on, language)} : {money(part.cents, language)}" for part in deal.parts
    )
    text = "\n\n".join([*paragraphs, dates])
    return Words(WORDS_VERSION, language, french_spaces(text) if language == "fr" else text)


def _words_file(language: str) -> str:
    return f"portal/plan_words/{WORDS_VERSION}/{language}.txt"


def _spoken(language: str) -> str:
    """The language itself where the words are written in it."""
    try:
        current_app.jinja_env.get_template(_words_file(language))
    except TemplateNotFound:
        return SOURCE_LANGUAGE
    return language


def paragraphs_of(text: str) -> list[str]:
    """The words of an agreement without its dates, which pages show as a table."""
    return text.split("\n\n")[:-1]


def agreed_text(vault: Vault, plan: Plan) -> str | None:
    """The words that were agreed to, or None when none were yet."""
    if plan.agreed_text is None:
        return None
    return str(vault.open(plan.agreed_text, table="plan", row=plan.id, column="agreed_text"))


def rows_of(parts: Sequence[Part]) -> list[tuple[date, Cents, Cents]]:
    """(day, sum, what is left after it) of each date."""
    left = sum(part.cents for part in parts)
    rows = []
    for part in parts:
        left -= part.cents
        rows.append((part.due_on, part.cents, left))
    return rows


def offered_parts(view: PlanView, today: date) -> list[Part]:
    """What the patient would agree to today: open dates of our offer, put off if they have passed."""
    days = postponed([part.due_on for part in view.open_parts], today)
    return [Part(on, part.open_cents) for on, part in zip(days, view.open_parts, strict=True)]


def offered_words(session: Session, view: PlanView) -> Words:
    """The words that the patient would agree to today of our offer."""
    covers = covered_by(session, practice_id=view.plan.practice_id, plan_id=view.plan.id)
    due = all(cover.due_on <= today() for cover in covers)
    parts = offered_parts(view, today())
    return write_words(Deal(parts, view.plan.way, due, instant=True, today=today()))
