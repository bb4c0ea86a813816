"""The staff's front door: one Flask app, deny by default, French only."""

from pathlib import Path

from babel.dates import format_date
from flask import Flask

from backoffice.auth import install_auth, is_signed_in, staff
from backoffice.clocks import told_of_clocks
from backoffice.counted import install_counted, totals
from backoffice.list_upload import allow_large_lists, largest_list
from backoffice.office import Office, keep_office, office
from backoffice.permissions import install_guard
from backoffice.rail import open_desk, rail
from backoffice.said import FILTERS
from backoffice.unsent import instead_of_error
from backoffice.views import (
    account_acts,
    account_changes,
    account_desk,
    account_details,
    account_erasure,
    account_file,
    account_messages,
    account_plans,
    account_privacy,
    account_refunds,
    accounts,
    agreements,
    aid,
    canned,
    checks,
    debts,
    decisions,
    disputes,
    forgotten,
    health,
    help_page,
    import_acts,
    import_columns,
    imports,
    inbox,
    inbox_acts,
    inbox_bulk,
    inbox_merge,
    inbox_thread,
    journal,
    ladder,
    ladder_bulks,
    ladder_letters,
    ladder_policy,
    ladder_profile,
    own_access,
    own_passkeys,
    plan_offers,
    practices,
    retention,
    roles,
    sessions,
    settings_money,
    setup,
    sign_in,
    strays,
    team,
    team_links,
    texts,
    today,
    today_acts,
    today_contacts,
    today_letters,
    welcome,
)
from backoffice.views import settings as settings_views
from shared.base.clock import Clock, local_date
from shared.base.config import BackofficeSettings
from shared.base.database import Database
from shared.base.formats import Translator, french_spaces
from shared.web.csrf import install_csrf
from shared.web.errors import install_errors
from shared.web.filters import install_filters
from shared.web.headers import HeaderPolicy, install_headers
from shared.web.limits import install_failure_limit
from shared.web.nul import refuse_nul
from shared.web.proxies import install_proxies
from shared.web.request_log import install_request_log

ROOT = Path(__file__).resolve().parent.parent
LARGEST_FORM = 64 * 1024
FORMS_THAT_FAIL = frozenset(
    {
        *("sign_in.take_password", "sign_in.take_code", "sign_in.take_passkey"),
        *("welcome.follow", "forgotten.ask"),
    }
)
COOKIE = "ardoise-staff"


def create_app(settings: BackofficeSettings, database: Database, *, clock: Clock) -> Flask:
    """The back-office. Raises ConfigurationError when a view names no permission."""
    app = Flask(
        "backoffice",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static" / "backoffice"),
        static_url_path="/static",
    )
    app.url_map.merge_slashes = False  # its redirect would repeat whatever host was asked for
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    keep_office(app, Office(settings, database, clock, settings.masters(), settings.index()))
    install_proxies(app, proxies=settings.proxies, https=settings.secure_cookies)
    install_request_log(app)
    allow_large_lists(app, largest_bytes=largest_list(settings) + LARGEST_FORM)
    refuse_nul(app, in_paths=True)
    install_headers(
        app,
        HeaderPolicy(https=settings.secure_cookies, style="'self'", script="'self'", passkeys=True),
    )
    install_csrf(
        app,
        cookie=COOKIE,
        secret=settings.staff_secret.get_secret_value(),
        secure=settings.secure_cookies,
    )
    install_failure_limit(app, redis_url=settings.redis_url, forms=FORMS_THAT_FAIL)
    install_filters(app, Translator({}), clock)
    install_errors(
        app,
        "backoffice/error.html",
        instead=instead_of_error,
        told=lambda error: told_of_clocks(office(), error),
    )
    install_auth(app)
    for views in (
        health,
        ladder,
        ladder_bulks,
        ladder_letters,
        ladder_policy,
        ladder_profile,
        sign_in,
        forgotten,
        accounts,
        agreements,
        aid,
        account_acts,
        account_changes,
        account_desk,
        account_file,
        account_details,
        account_plans,
        account_erasure,
        account_privacy,
        account_refunds,
        account_messages,
        inbox,
        inbox_thread,
        inbox_acts,
        inbox_merge,
        inbox_bulk,
        canned,
        disputes,
        checks,
        debts,
        decisions,
        plan_offers,
        strays,
        journal,
        sessions,
        settings_views,
        settings_money,
        retention,
        texts,
        roles,
        own_access,
        own_passkeys,
        practices,
        team,
        team_links,
        welcome,
        today,
        today_acts,
        today_contacts,
        today_letters,
        help_page,
        setup,
        imports,
        import_acts,
        import_columns,
    ):
        app.register_blueprint(views.desk)
    install_guard(app)
    install_counted(app)
    _install_words(app, clock)
    return app


def _install_words(app: Flask, clock: Clock) -> None:
    app.jinja_env.filters.update(french=french_spaces, **FILTERS)

    @app.context_processor
    def frame() -> dict[str, object]:
        """What the frame of every signed-in page shows."""
        if not is_signed_in():
            return {}
        who, now = staff(), clock.now()
        today = local_date(now, who.timezone)
        return {
            "who": who,
            "role_title": who.role_title,
            "open_desk": open_desk,
            "rail": rail,  # asked for by pages that show it alone
            "totals": totals,
            "now": now,
            "today": today,
            "weekday": format_date(today, "EEEE", locale="fr"),
            "search_words": (
                "Compte, facture, réf. RF, nom, téléphone, e-mail"
                if who.may("accounts.names")
                else "Numéro de compte ou de facture, référence RF"
            ),
        }
