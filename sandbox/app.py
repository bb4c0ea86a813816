"""The web side of the sandbox, put together."""

from pathlib import Path

from flask import Flask, Response, jsonify, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from sandbox import (
    api,
    control,
    control_mischief,
    dashboard,
    headers,
    hosted,
    mischief_pages,
    payout_pages,
    phone,
)
from sandbox.messages import Inbox
from sandbox.settings import HOST, Settings
from sandbox.store import Books

_ROOT = Path(__file__).resolve().parent.parent
_LARGEST_BODY_BYTES = 1_000_000


def create_app(settings: Settings, books: Books, inbox: Inbox) -> Flask:
    """API, hosted page, phone and control in one app."""
    app = Flask(
        "sandbox",
        template_folder=str(_ROOT / "templates" / "sandbox"),
        static_folder=str(_ROOT / "static" / "sandbox"),
    )
    # Other names for this machine would let a web page elsewhere speak to it.
    app.config["TRUSTED_HOSTS"] = [HOST, "localhost"]
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY_BYTES
    app.register_blueprint(api.blueprint(books))
    app.register_blueprint(hosted.blueprint(books))
    app.register_blueprint(dashboard.blueprint(books))
    app.register_blueprint(payout_pages.blueprint(books))
    app.register_blueprint(phone.blueprint(settings, inbox))
    app.register_blueprint(control.blueprint(books, inbox))
    app.register_blueprint(control_mischief.blueprint(books))
    app.register_blueprint(mischief_pages.blueprint(books))
    app.after_request(headers.set_headers)

    @app.get("/health")
    def health() -> Response:
        return jsonify(status="ok")

    @app.get("/")
    def start() -> BaseResponse:
        return redirect(url_for("phone.recipients"))

    return app
