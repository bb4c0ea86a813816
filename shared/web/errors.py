"""Error pages: one calm template an app, a few plain sentences, nothing of what was asked."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, g, make_response, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from shared.base.errors import (
    ArdoiseError,
    ConfigurationError,
    NotAllowedError,
    NotFoundError,
    SealError,
    UnavailableError,
)
from shared.base.formats import marked
from shared.web.request_log import log_failure


@dataclass(frozen=True, slots=True)
class Page:
    """What an error page says (in French, translated when shown) and what to do now."""

    title: str
    advice: str


_BACK = marked("Revenez à la page d’avant et recommencez.")

PAGES = {
    400: Page(marked("Nous n’avons pas compris cette demande"), _BACK),
    403: Page(
        marked("Cette page ne vous est pas ouverte"),
        marked("Si vous pensez que c’est une erreur, appelez-nous."),
    ),
    404: Page(
        marked("Cette page n’existe pas"),
        marked("Vérifiez l’adresse, ou revenez à la page d’avant."),
    ),
    405: Page(marked("Cette page ne s’ouvre pas de cette façon"), _BACK),
    409: Page(
        marked("Ce n’est plus possible"), marked("Revenez à la page d’avant et rechargez-la.")
    ),
    413: Page(
        marked("L’envoi est trop lourd"),
        marked("Revenez à la page d’avant et envoyez un fichier plus petit."),
    ),
    429: Page(
        marked("Il y a eu trop d’essais"),
        marked("Pour votre sécurité, attendez une heure, puis recommencez."),
    ),
    500: Page(
        marked("Quelque chose n’a pas marché chez nous"),
        marked("Ce n’est pas votre faute. Attendez quelques minutes, puis recommencez."),
    ),
    503: Page(marked("Ce n’est pas possible pour l’instant"), _BACK),
}
OLD_FORM = Page(
    marked("Cette page est restée ouverte trop longtemps"),
    marked(
        "Revenez à la page d’avant, rechargez-la et recommencez. "
        "Si cela continue, acceptez les cookies de ce site dans votre navigateur."
    ),
)
PLAIN = "Quelque chose n’a pas marché. Attendez quelques minutes, puis recommencez."


def install_errors(
    app: Flask,
    template: str,
    *,
    instead: Callable[[HTTPException], Response | None] = lambda _error: None,
    told: Callable[[Exception], ArdoiseError | None] = lambda _error: None,
) -> None:
    """Answer every error of ``app`` with ``template``, or with what ``instead`` makes of it; ``told`` has
    a sentence for surprises that a person can mend.

    The template gets ``code``, ``title`` and ``advice`` (French, to be translated), ``said`` (the
    sentence of an error raised on purpose, or nothing) and ``reference`` (to quote on the telephone).
    """

    def answer(code: int, page: Page, said: str = "") -> Response:
        try:
            html = render_template(
                template,
                code=code,
                title=page.title,
                advice=page.advice,
                said=said,
                reference=g.get("request_id", ""),
                language_back="/",
            )
        except Exception as error:
            log_failure(error)
            response = make_response(PLAIN, code)
            response.mimetype = "text/plain"
            return response
        return make_response(html, code)

    def on_http(error: HTTPException) -> Response | HTTPException:
        code = error.code or 500
        if code < 400:  # a redirect that werkzeug raises
            return error
        own = instead(error)
        if own is not None:
            return own
        if isinstance(error, InternalServerError):
            log_failure(error.original_exception or error)
        page = OLD_FORM if isinstance(error, CSRFError) else PAGES.get(code, PAGES[nearest(code)])
        response = answer(code, page)
        for name in ("Allow", "Retry-After"):
            value = dict(error.get_headers()).get(name)
            if value:
                response.headers[name] = value
        return response

    def on_purpose(error: ArdoiseError) -> Response:
        code = code_of(error)
        if code == 500:
            log_failure(error)
            return answer(500, PAGES[500])
        return answer(code, PAGES[code], str(error))

    def on_surprise(error: Exception) -> Response:
        purpose = told(error)
        if purpose is not None:
            return on_purpose(purpose)
        log_failure(error)
        return answer(500, PAGES[500])

    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(ArdoiseError, on_purpose)
    app.register_error_handler(Exception, on_surprise)


def nearest(code: int) -> int:
    """The page for a code that has none of its own."""
    return 400 if code < 500 else 500


def code_of(error: ArdoiseError) -> int:
    """The status that an error raised on purpose answers with."""
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, NotAllowedError):
        return 409
    if isinstance(error, UnavailableError):
        return 503
    if isinstance(error, SealError | ConfigurationError):
        return 500
    return 400
