"""The floor: the least that a page of this size costs on our server.

Flask and Jinja, a template with loops like the statement's and padded to its very size, one signature
check, and as many SELECTs by primary key through the ORM as the statement makes. Nothing else: no
session in the database, no unsealing, no translation, no limits, no headers, no log.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask, abort, render_template, request
from itsdangerous import BadSignature, Signer
from jinja2 import DictLoader

from ardoise.serving import Server
from shared.accounts import Account, Party, Practice
from shared.base.database import Database
from shared.billing import Invoice
from shared.ladder import LadderCycle

COOKIE = "visit"
THREADS = 8
SETTING = "BENCH_FLOOR"
TEMPLATE = "floor.html"
STYLES = Path(__file__).parents[3] / "static" / "portal"

PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>{{ practice.sender }}</title>
<style>{{ style|safe }}</style></head>
<body><header><p>{{ practice.sender }}</p></header><main>
<h1>Il reste à payer {{ account.balance_cents }}</h1>
<dl>{% for name, cents in shares %}<div><dt>{{ name }}</dt><dd>{{ cents }}</dd></div>{% endfor %}</dl>
<ul>{% for invoice in invoices %}
<li><h3><a href="/invoice/{{ invoice.id }}">{{ invoice.number }}</a></h3> <b>{{ invoice.open_cents }}</b>
<p>du {{ invoice.issued_on }}, à payer au plus tard le {{ invoice.due_on }}</p>
<dl><div><dt>Total</dt><dd>{{ invoice.total_cents }}</dd></div>
<div><dt>Caisse</dt><dd>{{ invoice.amo_cents }}</dd></div>
<div><dt>Complémentaire</dt><dd>{{ invoice.amc_cents }}</dd></div>
<div><dt>Reste</dt><dd>{{ invoice.open_cents }}</dd></div></dl></li>
{% endfor %}</ul>
<ol>{% for title, sentence, state in steps %}
<li{% if state != "next" %} class="{{ state }}"{% endif %}><b>{{ title }}</b> <span>{{ sentence }}</span></li>
{% endfor %}</ol>
<p>{{ filler }}</p></main><footer><p>{{ practice.phone }}</p></footer></body></html>
"""
STEPS = [(f"Étape {place}", f"Pas avant le {place} décembre.", "next") for place in range(1, 6)]


@dataclass(frozen=True, slots=True)
class FloorSettings:
    """What the floor is told: which rows, how many SELECTs, and the size that its page must have."""

    database_url: str
    port: int
    secret: str
    practice_id: int
    account_id: str
    party_id: str
    cycle_id: str
    invoice_ids: tuple[str, ...]
    selects: int
    size: int

    @property
    def cookie(self) -> str:
        """The cookie that passes the signature check."""
        return f"{COOKIE}={Signer(self.secret).sign(b'visitor').decode()}"

    def environment(self) -> dict[str, str]:
        """How a process is told."""
        return {SETTING: json.dumps(asdict(self))}


def create_floor(settings: FloorSettings, database: Database) -> Flask:
    """The floor's WSGI application."""
    app = Flask("floor", static_folder=None)
    app.jinja_loader = DictLoader({TEMPLATE: PAGE})
    signer = Signer(settings.secret)
    style = "".join((STYLES / name).read_text() for name in ("tokens.css", "portal.css"))
    filler = ""

    def render() -> str:
        with database.reading() as session:
            rows = [session.get_one(table, key) for table, key in keys_of(settings)]
        found = {type(row): row for row in rows}
        account: Any = found[Account]
        return render_template(
            TEMPLATE,
            style=style,
            practice=found[Practice],
            account=account,
            shares=[("Caisse", 500), ("Complémentaire", 100)],
            invoices=[row for row in rows if isinstance(row, Invoice)],
            steps=STEPS,
            filler=filler,
        )

    @app.get("/statement")
    def statement() -> str:
        try:
            signer.unsign(request.cookies.get(COOKIE, ""))
        except BadSignature:
            abort(401)
        return render()

    with app.test_request_context():
        bare = len(render().encode())
        if bare > settings.size:
            spare = bare - settings.size
            style = style[: len(style) - spare]  # bytes and letters agree: checked just below
        else:
            filler = "x" * (settings.size - bare)
        if len(render().encode()) != settings.size:
            raise ValueError("the floor's page does not get the statement's size")
    return app


def keys_of(settings: FloorSettings) -> list[tuple[type[Any], Any]]:
    """(table, primary key) of each row that is read: two invoices, and the rows around them."""
    practice_id = settings.practice_id

    def key(row: str) -> tuple[int, UUID]:
        return practice_id, UUID(row)

    keys: list[tuple[type[Any], Any]] = [
        (Practice, practice_id),
        (Account, key(settings.account_id)),
        *((Invoice, key(row)) for row in settings.invoice_ids),
        (LadderCycle, key(settings.cycle_id)),
        (Party, key(settings.party_id)),
    ]
    return keys[: settings.selects]


def main() -> None:
    """Serve the floor exactly as `ardoise serve portal` serves the portal."""
    told = json.loads(os.environ[SETTING])
    settings = FloorSettings(**(told | {"invoice_ids": tuple(told["invoice_ids"])}))
    app = create_floor(settings, Database(settings.database_url))
    Server(app, name="floor", host="127.0.0.1", port=settings.port, threads=THREADS).run()


if __name__ == "__main__":
    main()
