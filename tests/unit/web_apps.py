"""A small app dressed as ours are, for trying one part of it at a time."""

from flask import Flask

from shared.base.clock import FixedClock
from shared.web.errors import install_errors
from shared.web.filters import install_filters
from shared.web.language import install_language
from shared.web.request_log import install_request_log
from tests.unit.portal_samples import NOW, ROOT, STYLE_TEXTS, TRANSLATOR


def bare_app() -> Flask:
    """An app with log, language, filters and error pages, and no page of its own."""
    app = Flask("bare", template_folder=str(ROOT / "templates"), static_folder=None)
    app.secret_key = "k" * 32
    install_request_log(app)
    install_language(app, TRANSLATOR)
    install_filters(app, TRANSLATOR, FixedClock(NOW))
    install_errors(app, "portal/error.html")
    app.jinja_env.globals.update(styles=STYLE_TEXTS, site_host="r12.example", csrf_token=str)
    return app
