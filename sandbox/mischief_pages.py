"""Mischief for people: a page on which it is begun and called off."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from sandbox.endpoints import ENDPOINTS
from sandbox.mischief import Fault, Prank
from sandbox.own_forms import refuse_other_sites
from sandbox.store import Books

WEBHOOKS = {
    "duplicate": "Chaque signal arrive vingt fois de plus",
    "delay": "Chaque signal attend une minute",
    "drop": "Le premier envoi de chaque signal se perd, le suivant arrive",
    "forged": "Le premier envoi est signé par quelqu’un d’autre",
    "stale": "Le premier envoi porte une signature d’il y a une heure",
    "future": "Le premier envoi porte une signature de dans une heure",
    "unknown": "Un signal d’un genre inconnu accompagne chaque signal",
    "livemode": "Un signal de l’autre mode accompagne chaque signal",
}
CALLS = {
    "timeout_after": "fait, puis pas de réponse",
    "timeout": "pas fait, pas de réponse",
    "500_after": "fait, puis erreur 500, redite avec la même clé",
    "500": "pas fait, erreur 500, redite avec la même clé",
    "429": "pas fait, « trop de demandes »",
    "reset_after": "fait, puis connexion coupée",
    "reset": "pas fait, connexion coupée",
}
_COPIES, _DELAY_SECONDS, _CALLS = 20, 60.0, (1, 3, 10)


def blueprint(books: Books) -> Blueprint:
    """``/prestataire/pannes``."""
    pages = Blueprint("mischief", __name__, url_prefix="/prestataire/pannes")

    pages.before_request(refuse_other_sites)

    @pages.get("")
    def show() -> str:
        pranks, faults = books.mischief.told()
        return render_template(
            "mischief.html",
            webhooks=WEBHOOKS,
            calls=CALLS,
            endpoints=ENDPOINTS,
            times=_CALLS,
            playing=[WEBHOOKS[prank.kind] for prank in pranks],
            broken=[(f.times, f.endpoint, CALLS[f.kind]) for f in faults],
            waiting=books.courier.waiting,
        )

    @pages.post("/signaux")
    def webhooks() -> BaseResponse:
        kind = request.form.get("kind", "")
        if kind in WEBHOOKS:
            times = _COPIES if kind == "duplicate" else 1
            books.mischief.play(Prank(kind, times=times, seconds=_DELAY_SECONDS))
        return _back()

    @pages.post("/retenir")
    def hold() -> BaseResponse:
        books.courier.hold()
        return _back()

    @pages.post("/livrer")
    def release() -> BaseResponse:
        order = "shuffled" if "shuffled" in request.form else "as_posted"
        books.courier.release(order)
        return _back()

    @pages.post("/appels")
    def calls() -> BaseResponse:
        kind, endpoint = request.form.get("kind", ""), request.form.get("endpoint", "*")
        times = request.form.get("times", "1")
        known = kind in CALLS and endpoint in {"*", *ENDPOINTS}
        if known and times in {str(number) for number in _CALLS}:
            books.mischief.break_for(Fault(kind, endpoint, times=int(times)))
        return _back()

    @pages.post("/fin")
    def calm() -> BaseResponse:
        books.mischief.calm()
        books.mischief.mend()
        books.courier.release()
        return _back()

    return pages


def _back() -> BaseResponse:
    return redirect(url_for("mischief.show"), 303)
