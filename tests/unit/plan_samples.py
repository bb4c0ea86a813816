"""The pages about plans in every state they can take, for `portal_samples`."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

NOW = datetime(2026, 11, 24, 13, 37, tzinfo=UTC)
SCHEDULE = [
    (date(2026, 12, 5), 1500, 2750),
    (date(2027, 1, 5), 1500, 1250),
    (date(2027, 2, 5), 1250, 0),
]
AGREED = {"paragraphs": ["{between}", "{words}"], "language": "{language}"}
PREVIEW = {
    "single": False,
    "rest": 0,
    "starts_today": False,
    **AGREED,
    "rows": SCHEDULE,
    "instant": True,
    "digest": "ab" * 32,
    "way": "link",
    "once": "12" * 16,
    "at": NOW,
}
SPREAD: dict[str, Any] = {
    "total_cents": 4250,
    "durations": [2, 3, 4],
    "values": {"how": "sum", "sum": "", "months": "", "day": "5", "way": "card"},
    "ways": False,
    "preview": None,
    "back_url": "/statement",
}
PLAN = {
    "id": "0190d",
    "status": "active",
    "asked": None,
    "made_by": "patient",
    "total_cents": 4250,
    "agreed_at": NOW,
    "agreed_language": "{language}",
}
OFFER = SimpleNamespace(id="0190e", rows=SCHEDULE, digest="cd" * 32, **AGREED)
PLANNED: dict[str, Any] = {
    "plan": SimpleNamespace(**PLAN),
    "name": "{agreement}",
    "rows": SCHEDULE,
    "parts_of_plan": [
        SimpleNamespace(
            due_on=on,
            agreed_on=date(2026, 12, 5) if on.month == 1 else on,
            cents=cents,
            coming_cents=coming,
            open_cents=cents - paid - coming,
        )
        for (on, cents, _), paid, coming in zip(SCHEDULE, (1500, 0, 0), (0, 1500, 0), strict=True)
    ],
    "left_cents": 2750,
    "next_part": SimpleNamespace(due_on=date(2027, 2, 5)),
    "card": None,
    "leaving": [],
    "passed": [],
    "expected_cents": 1250,
    "today": date(2026, 12, 24),
    "answer_by": date(2026, 12, 28),
    "offer": None,
    "agreed": SimpleNamespace(**PLAN),
    "agreed_proposal": False,
    "paragraphs": AGREED["paragraphs"],
    "fresh": False,
    "errors": {},
    "back_url": "/statement",
}
WORDS = {
    "fr": {
        "{language}": "fr",
        "{between}": "Entre Nadia Ferhat et Secrétariat R12, compte P7K49QP.",
        "{words}": "Vous payez 42,50 € en 3 fois. Il n’y a ni frais, ni intérêt.",
        "{sum}": "Écrivez au moins 0,71 € par mois, ou appelez-nous.",
        "{why not}": "La somme est trop petite pour être étalée : payez-la en une fois.",
        "{tick}": "Cochez la case si les dates vous conviennent.",
        "{help}": "Choisissez ce qui vous aiderait.",
        "{kept}": "Votre carte est enregistrée.",
        "{agreement}": "Votre accord",
        "{proposal}": "Votre proposition",
        "{next}": "Prochaine date : 5 février, 12,50 €.",
    },
    "en": {
        "{language}": "en",
        "{between}": "Between Nadia Ferhat and Secrétariat R12, account P7K49QP.",
        "{words}": "You pay €42.50 in 3 parts. There is no charge and no interest.",
        "{sum}": "Write at least €0.71 a month, or call us.",
        "{why not}": "The sum is too small to be spread: pay it in one go.",
        "{tick}": "Tick the box if the dates suit you.",
        "{help}": "Choose what would help you.",
        "{kept}": "Your card is saved.",
        "{agreement}": "Your agreement",
        "{proposal}": "Your proposal",
        "{next}": "Next date: 5 February, €12.50.",
    },
}


def spread(**changes: Any) -> tuple[str, dict[str, Any]]:
    """The form, and what is under it."""
    return "spread", SPREAD | changes


def preview(**changes: Any) -> SimpleNamespace:
    """What a wish comes to."""
    return SimpleNamespace(**PREVIEW | changes)


def plan(status: str = "active", **changes: Any) -> tuple[str, dict[str, Any]]:
    """A plan in one state."""
    known = {name: changes.pop(name) for name in ("id", "asked") if name in changes}
    row = SimpleNamespace(**PLAN | {"status": status} | known)
    return "plan", PLANNED | {"plan": row} | changes


CARD: dict[str, Any] = {
    "brand": "Visa",
    "last4": "4242",
    "expires_on": date(2034, 12, 31),
    "ends_early": False,
    "pay_cents": 0,
    "told": "",
}
LEFT = [SimpleNamespace(cents=1500, asked_at=datetime(2027, 1, 5, 10, tzinfo=UTC))]
NO_CARD = {"brand": "", "last4": "", "expires_on": None}


def card(**changes: Any) -> SimpleNamespace:
    """The card of a plan."""
    return SimpleNamespace(**CARD | changes)


SAMPLES = {
    "spread": spread(),
    "spread-preview": spread(preview=preview()),
    "spread-proposal": spread(
        durations=[],
        values={"how": "months", "sum": "", "months": "3", "day": "28", "way": "card"},
        ways=True,
        preview=preview(instant=False, way="card"),
    ),
    "spread-error": spread(
        values={"how": "sum", "sum": "0,60", "months": "", "day": "5"}, errors={"sum": "{sum}"}
    ),
    "spread-single": spread(preview=preview(single=True, rest=1)),
    "spread-not": ("no_spread", {"why": "{why not}", "back_url": "/statement"}),
    "spread-unticked": spread(preview=preview(), errors={"ok": "{tick}"}),
    "plan": plan(),
    "plan-fresh": plan(fresh=True),
    "plan-late": plan(today=date(2027, 2, 6), errors={"what": "{help}"}),
    "plan-asked": plan(asked="pause"),
    "plan-paused": plan("paused", card=card()),
    "plan-card": plan(card=card(told="{kept}")),
    "plan-card-ends": plan(card=card(ends_early=True)),
    "plan-card-due": plan(today=date(2027, 2, 6), card=card(pay_cents=1250)),
    "plan-no-card": plan(card=card(**NO_CARD)),
    "plan-no-card-due": plan(today=date(2027, 2, 6), card=card(**NO_CARD, pay_cents=1250)),
    "plan-card-leaving": plan(card=card(), leaving=LEFT),
    "plan-asked-leaving": plan(asked="dates", card=card(), leaving=LEFT),
    "plan-paused-leaving": plan("paused", card=card(), leaving=LEFT),
    "plan-removed-leaving": plan(card=card(**NO_CARD, told="{kept}"), leaving=LEFT),
    "plan-ended-leaving": plan("ended", next_part=None, leaving=LEFT),
    "plan-passed": plan("paused", card=card(), passed=LEFT),
    "plan-offered": plan("offered", id="0190e", offer=OFFER, agreed=None),
    "plan-other-dates": plan(offer=OFFER, errors={"ok": "{tick}"}),
    **{f"plan-{status}": plan(status, next_part=None) for status in ("kept", "ended")},
    **{
        f"plan-{status}": plan(status, next_part=None, name="{proposal}", agreed_proposal=True)
        for status in ("proposed", "declined", "withdrawn")
    },
}
