"""The language of a page: what the visitor chose, else what the browser asks for, else French."""

from flask import Flask, Response, g, redirect, request, session

from shared.base.formats import Translator

CHOSEN = "language"
_LONGEST_PATH = 200


def install_language(app: Flask, translator: Translator) -> None:
    """Set ``g.language`` for each request; a view may set it anew from a person's own record."""

    @app.before_request
    def set_language() -> None:
        chosen = session.get(CHOSEN)
        wanted = [chosen] if chosen else request.accept_languages.values()
        g.language = translator.choose(wanted)

    def choose_language() -> Response:
        """Keep the language of the form's button and go back to the page it stood on."""
        session[CHOSEN] = translator.choose([request.form.get("language", "")])
        answer = redirect(own_path(request.form.get("back", "")), code=303)
        return app.make_response(answer)

    app.add_url_rule("/language", "choose_language", choose_language, methods=["POST"])


def own_path(path: str) -> str:
    """``path`` when it is a plain path of this site, else the front page; never another site."""
    plain = path.startswith("/") and not path.startswith("//")
    safe = all(letter.isascii() and (letter.isalnum() or letter in "/._~-") for letter in path)
    return path if plain and safe and len(path) <= _LONGEST_PATH else "/"
