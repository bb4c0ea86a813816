"""Every portal page in every state it can take, with invented people and sums."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, g, render_template

from portal.look import inlined_styles
from portal.marks import install_marks
from portal.pages.declines import sentence_of
from shared.base.clock import FixedClock
from shared.base.formats import Translator
from shared.web.csrf import install_csrf
from shared.web.errors import PAGES, install_errors
from shared.web.filters import install_filters
from shared.web.headers import HeaderPolicy, install_headers
from shared.web.inlined import inline_script
from tests.unit import plan_samples, preference_samples, talk_samples, ways_samples
from tests.unit.sample_words import WORDS

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 13, 37, tzinfo=UTC)
TRANSLATOR = Translator.read(ROOT / "locale")
STYLES = inlined_styles(ROOT / "static/portal")
STYLE_TEXTS = {sheet: style.text for sheet, style in STYLES.items()}
SCRIPT = inline_script(ROOT / "static/portal/portal.js")

PRACTICE = SimpleNamespace(
    sender="Secrétariat R12",
    phone="04 65 71 20 12",
    opening_hours="Lundi-vendredi, 9 h – 17 h",
    postal_address="BP 12, 44200 Nantes",
    siren="900 412 876",
    vat_mention="261-4-1°",
)
INVOICES = [
    SimpleNamespace(
        id="0190a",
        number="2026-0412",
        issued_on=date(2026, 10, 2),
        due_on=date(2026, 11, 1),
        total_cents=9600,
        amo_cents=5760,
        amc_cents=1090,
        paid_cents=0,
        corrected_cents=0,
        open_cents=2750,
        note=None,
        url="/invoice/0190a",
    ),
    SimpleNamespace(
        id="0190b",
        number="2026-0438",
        issued_on=date(2025, 10, 19),
        due_on=date(2025, 11, 18),
        total_cents=6500,
        amo_cents=3900,
        amc_cents=0,
        paid_cents=1100,
        corrected_cents=0,
        open_cents=1500,
        note="{a note}",
        url="/invoice/0190b",
    ),
]
SHARES = SimpleNamespace(
    amo_cents=9660, amc_cents=1090, paid_cents=1100, corrected_cents=0, open_cents=4250
)
REFUNDS = [SimpleNamespace(refunded_at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC), amount_cents=300)]
PAYMENTS = [
    SimpleNamespace(
        number="R-2026-01802",
        received_at=datetime(2026, 11, 2, 9, 5, tzinfo=UTC),
        amount_cents=1100,
        url="/receipt/0190c",
        refunds=REFUNDS,
    )
]
STEPS = [
    ("{step 1}", "{sent}", "done"),
    ("{step 2}", "{here}", "now"),
    ("{step 3}", "{later}", "next"),
    ("{step 4}", "", "next"),
]
DOORS = [("{pay}", "{pay more}", "/pay")]
RECEIPT = SimpleNamespace(
    number="R-2026-01877",
    received_at=datetime(2026, 11, 24, 13, 44, tzinfo=UTC),
    amount_cents=4250,
    way="{card}",
    file_name="recu-2026-01877.pdf",
    file_url="/receipt/0190c.pdf",
    shares=[("2026-0412", 2750), ("2026-0438", 1500)],
    credit_cents=0,
    left_cents=0,
)
STATEMENT: dict[str, Any] = {
    "name": "Nadia Ferhat",
    "total_cents": 4250,
    "shares": SHARES,
    "doors": DOORS,
    "invoices": INVOICES,
    "steps": STEPS,
    "pause": None,
    "payments": [],
}
PAY: dict[str, Any] = {
    "payable_cents": 4250,
    "minimum_cents": 500,
    "invoices": INVOICES,
    "card": True,
    "debit": False,
    "ways": ways_samples.WAYS,
    "back_url": "/statement",
}
PAYING: dict[str, Any] = {
    "amount_cents": 4250,
    "pay_url": "/pay",
    "statement_url": "/statement",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A page in one state. ``behind`` the identity check or before it; one ``for_payer`` is behind none
    and tells a sum.
    """

    template: str
    context: dict[str, Any]
    behind: bool = False
    practice: bool = True
    for_payer: bool = False


def _entry(**context: Any) -> Sample:
    return Sample("entry", {"renew_url": "/l/x/renew", **context})


def _behind(template: str, *parts: dict[str, Any], **context: Any) -> Sample:
    merged: dict[str, Any] = {}
    for part in parts:
        merged |= part
    return Sample(template, merged | context, behind=True)


FAILURES = (
    "expired",
    "insufficient_funds",
    "expired_card",
    "incorrect_cvc",
    "authentication_required",
    "processing_error",
    "generic_decline",
)

SAMPLES = {
    "entry": _entry(),
    "entry-more": _entry(ask_more=True),
    "entry-error": _entry(
        ask_more=True,
        errors={"month": "{month}", "postcode": "{postcode}"},
        values={"day": "3", "month": "27", "year": "1984", "phone_end": "20 12"},
    ),
    "entry-wrong": _entry(
        errors={"form": "{wrong}"}, tries_left=2, values={"day": "3", "month": "7", "year": "1984"}
    ),
    "wait": Sample("wait", {"waits_until": NOW, "back_url": "/l/x"}),
    "dead": Sample("dead", {"renew_url": "/l/x/renew"}),
    "renewed": Sample("renewed", {}),
    "closed": Sample("closed", {}),
    "other-space": Sample("other_space", {}),
    "left": Sample("closed", {"left": True}),
    "stayed": _behind("stayed", {}),
    "too-heavy": _behind("too_heavy", {"megabytes": 40, "back_url": "/messages"}),
    "closed-nowhere": Sample("closed", {}, practice=False),
    "generic": Sample("generic", {}, practice=False),
    "statement": _behind("statement", STATEMENT),
    "statement-one": _behind(
        "statement",
        STATEMENT,
        invoices=INVOICES[:1],
        total_cents=2750,
        payments=PAYMENTS,
        processing_cents=1500,
    ),
    "statement-late": _behind("statement", STATEMENT, late=True, pause="{paused}", steps=[]),
    "statement-answered": _behind("statement", STATEMENT, unread=True),
    "statement-under-way": _behind(
        "statement",
        STATEMENT,
        under_way=ways_samples.UNDER_WAY,
        payments=PAYMENTS,
        settled=True,
        paid_cents=3200,
        paid_before_cents=2000,
        credit_cents=100,
    ),
    "pay-under-way": _behind("pay", PAY, under_way=ways_samples.LINKS_OPEN),
    "statement-unreachable": _behind("statement", STATEMENT, unreachable="{paused}"),
    "pay-cancelled": _behind("pay", PAY, cancelled=True),
    "statement-paused": _behind("statement", STATEMENT, pause="{paused}", steps=[]),
    "statement-refunded": _behind(
        "statement", STATEMENT, pause="{paused}", steps=[], payments=PAYMENTS, refund_checked=True
    ),
    "statement-plan": _behind(
        "statement",
        STATEMENT,
        invoices=[SimpleNamespace(**vars(i) | {"planned": True}) for i in INVOICES],
        pause="{paused}",
        announces=True,
        plan="{next}",
        steps=[],
    ),
    "statement-paid": _behind(
        "statement",
        STATEMENT,
        total_cents=0,
        invoices=[],
        doors=[],
        steps=[],
        payments=PAYMENTS,
        credit_cents=250,
    ),
    "invoice": _behind(
        "invoice",
        invoice=INVOICES[1],
        paid=[(SimpleNamespace(id="0190c", **vars(PAYMENTS[0])), 1000)],
        doors=DOORS,
        details_url="/details/0190b",
        back_url="/statement",
    ),
    "pay": _behind("pay", PAY),
    "pay-error": _behind(
        "pay",
        PAY,
        values={"choice": "other", "amount": "2", "invoices": ["0190b"]},
        errors={"amount": "{amount}"},
    ),
    "pay-least": _behind("pay", PAY, payable_cents=400, invoices=INVOICES[:1]),
    "pay-part": _behind("pay", PAY, values={"choice": "part"}, part_cents=1500),
    **{
        name: _behind(template, context)
        for name, (template, context) in (
            plan_samples.SAMPLES
            | talk_samples.SAMPLES
            | ways_samples.SAMPLES
            | preference_samples.SAMPLES
        ).items()
    },
    **{
        f"payer-{name}": Sample("payer", context, for_payer=True)
        for name, context in ways_samples.PAYERS.items()
    },
    "pay-debit": _behind("pay", PAY, debit=True),
    "pay-no-card": _behind("pay", PAY, card=False),
    "pay-nothing-taken": _behind("pay", PAY, card=False, ways=ways_samples.NO_WAYS),
    "paying-unknown": _behind("paying", PAYING, state="unknown"),
    "paying-processing": _behind("paying", PAYING, state="processing"),
    **{
        f"paying-{failure}": _behind("paying", PAYING, state="failed", why=sentence_of(failure))
        for failure in FAILURES
    },
    "receipt-fresh": _behind(
        "receipt",
        receipt=RECEIPT,
        name="Nadia Ferhat",
        account_number="P7K49QP",
        fresh=True,
        statement_url="/statement",
    ),
    "receipt": _behind(
        "receipt",
        receipt=SimpleNamespace(
            **vars(RECEIPT)
            | {"left_cents": 1500, "credit_cents": 100, "refunds": REFUNDS, "kept_cents": 3950}
        ),
        name="Nadia Ferhat",
        account_number="P7K49QP",
        statement_url="/statement",
    ),
    "receipt-cancelled": _behind(
        "receipt",
        receipt=SimpleNamespace(
            **vars(RECEIPT)
            | {
                "cancelled_on": date(2026, 11, 24),
                "hour_known": False,
                "used": (("2026-0501", 100),),
            }
        ),
        name="Nadia Ferhat",
        account_number="P7K49QP",
        statement_url="/statement",
    ),
    "privacy-inside": _behind("static_page", page="privacy", link_days=14),
    "accessibility": Sample("static_page", {"page": "accessibility"}),
    "privacy": Sample("static_page", {"page": "privacy"}),
    **{
        f"error-{code}": Sample(
            "error",
            {
                "code": code,
                "title": page.title,
                "advice": page.advice,
                "said": "",
                "reference": "a1b2c3d4e5f6",
                "language_back": "/",
            },
        )
        for code, page in PAGES.items()
    },
}
BEFORE = {
    name: sample for name, sample in SAMPLES.items() if not sample.behind and not sample.for_payer
}


def in_words(value: Any, language: str) -> Any:
    """The value with every ``{name}`` of WORDS replaced by its sentence."""
    if isinstance(value, str):
        return WORDS[language].get(value, value)
    if isinstance(value, dict):
        return {key: in_words(item, language) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(in_words(item, language) for item in value)
    if isinstance(value, SimpleNamespace):
        return SimpleNamespace(**in_words(vars(value), language))
    return value


@cache
def sample_app() -> Flask:
    """An app that shows each sample at ``/sample/<language>/<name>``, with the portal's own headers."""
    app = Flask("samples", template_folder=str(ROOT / "templates"), static_folder=None)
    allowed = " ".join(style.source for style in STYLES.values())
    install_headers(app, HeaderPolicy(https=False, style=allowed, script=SCRIPT.source))
    install_csrf(app, cookie="samples", secret="s" * 32, secure=False)
    install_filters(app, TRANSLATOR, FixedClock(NOW))
    install_marks(app)
    install_errors(app, "portal/error.html")
    app.jinja_env.globals.update(styles=STYLE_TEXTS, script=SCRIPT.text, site_host="r12.example")

    @app.get("/sample/<language>/<name>")
    def show(language: str, name: str) -> str:
        g.language = language
        sample = SAMPLES[name]
        return render_template(
            f"portal/{sample.template}.html",
            practice=PRACTICE if sample.practice else None,
            session_ends=NOW if sample.behind else None,
            seconds_left=900,
            here=f"/sample/{language}/{name}",
            **in_words(sample.context, language),
        )

    return app
