"""The portal: a Flask app that faces the open internet and holds no master key."""

from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from urllib.parse import urlsplit

from flask import Flask, g
from flask_wtf.csrf import CSRFProtect

from portal.daily import DailyCount
from portal.instead import instead_of_error
from portal.look import inlined_styles
from portal.marks import install_marks
from portal.reception import Reception
from portal.uploads import install_uploads
from portal.views import (
    again,
    card,
    details,
    entry,
    help,
    late,
    messages,
    pay,
    payer,
    paying,
    payments,
    plan,
    preferences,
    proposals,
    receipt,
    share,
    spread,
    statement,
    static_pages,
    transfer,
    visit,
)
from portal.webhooks import webhooks
from shared.base.clock import Clock
from shared.base.config import PortalSettings
from shared.base.database import Database
from shared.base.formats import Translator
from shared.links import OF_PAYERS, LinkSigner
from shared.processor import Gateways, Seals
from shared.web.csrf import install_csrf
from shared.web.errors import install_errors
from shared.web.filters import install_filters
from shared.web.headers import HeaderPolicy, install_headers
from shared.web.inlined import inline_script
from shared.web.language import install_language
from shared.web.limits import install_failure_limit
from shared.web.nul import refuse_nul
from shared.web.proxies import install_proxies
from shared.web.request_log import install_request_log

ROOT = Path(__file__).parents[1]
LARGEST_BODY = 512 * 1024
CLEANED_AT_ONCE = 2
FORMS_THAT_FAIL = frozenset({"entry.check", "entry.ask_new", "payer.pay"})
CHECKOUT_ORIGIN = "https://checkout.stripe.com"


@dataclass(frozen=True, slots=True)
class Portal:
    """What the views work with."""

    settings: PortalSettings
    database: Database
    clock: Clock
    signer: LinkSigner
    payer_signer: LinkSigner
    gateways: Gateways
    chairs: BoundedSemaphore
    """How many may wait for the worker or for the reception at once: the others' threads are for
    everybody else."""
    reception: Reception
    choices: DailyCount
    """What people chose for themselves today: each choice is a line of their history."""


def create_app(settings: PortalSettings, database: Database, *, clock: Clock) -> Flask:
    """The WSGI application, ready to serve."""
    app = Flask(
        "portal", template_folder=str(ROOT / "templates"), static_folder=None, root_path=str(ROOT)
    )
    app.url_map.merge_slashes = False  # its redirect would repeat the host and the link
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    install_proxies(app, proxies=settings.proxies, https=settings.secure_cookies)
    install_request_log(app)
    install_uploads(app)
    chairs = BoundedSemaphore(max(settings.portal_threads // 3, 1))
    app.extensions["portal"] = Portal(
        settings=settings,
        database=database,
        clock=clock,
        signer=LinkSigner(settings.links()),
        payer_signer=LinkSigner(settings.links(), OF_PAYERS),
        gateways=Gateways(database, Seals(settings.gateway()), settings.processor_url),
        chairs=chairs,
        reception=Reception(at_once=CLEANED_AT_ONCE, chairs=chairs),
        choices=DailyCount(),
    )
    translator = Translator.read(ROOT / "locale")
    # Before whatever may refuse, which then speaks the reader's language.
    install_language(app, translator)
    refuse_nul(app, in_paths=False)
    guard = install_csrf(
        app,
        cookie="portal",
        secret=settings.portal_secret.get_secret_value(),
        secure=settings.secure_cookies,
    )
    install_filters(app, translator, clock)
    install_marks(app)
    install_failure_limit(app, redis_url=settings.redis_url, forms=FORMS_THAT_FAIL)
    _install_look(app, settings)
    install_errors(app, "portal/error.html", instead=instead_of_error)
    _register(app, guard)
    return app


def _install_look(app: Flask, settings: PortalSettings) -> None:
    styles = inlined_styles(ROOT / "static/portal")
    script = inline_script(ROOT / "static/portal/portal.js")
    checkout = CHECKOUT_ORIGIN
    if settings.processor_url:
        parts = urlsplit(settings.processor_url)
        checkout = f"{parts.scheme}://{parts.netloc}"
    install_headers(
        app,
        HeaderPolicy(
            https=settings.secure_cookies,
            style=" ".join(style.source for style in styles.values()),
            script=script.source,
            form_origins=(checkout,),
        ),
    )
    host = urlsplit(settings.site).netloc

    @app.context_processor
    def frame() -> dict[str, object]:
        return {
            "styles": {sheet: style.text for sheet, style in styles.items()},
            "script": script.text,
            "site_host": host,
            "practice": g.get("practice"),
        }


def _register(app: Flask, guard: CSRFProtect) -> None:
    for views in (
        entry.views,
        visit.views,
        late.views,
        again.views,
        statement.views,
        pay.views,
        paying.views,
        transfer.views,
        share.views,
        payer.views,
        receipt.views,
        payments.views,
        spread.views,
        plan.views,
        card.views,
        messages.views,
        help.views,
        details.views,
        preferences.views,
        proposals.views,
        static_pages.views,
        webhooks,
    ):
        app.register_blueprint(views)
    guard.exempt(webhooks)
