"""What the browser is told with each answer, letter for letter."""

from pathlib import Path

from flask import Flask, Response, abort

from shared.web.headers import HeaderPolicy, install_headers

CHECKOUT = "https://checkout.example"
PERMISSIONS = (
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
    "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "publickey-credentials-create=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()"
)
BARE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'sha256-abc='; img-src 'self' data:; "
        f"form-action 'self' {CHECKOUT}; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


def portal(*, https: bool, folder: Path | None = None) -> Flask:
    app = Flask("headers", static_folder=folder)
    policy = HeaderPolicy(https=https, style="'sha256-abc='", form_origins=(CHECKOUT,))
    install_headers(app, policy)

    @app.get("/page")
    def page() -> Response:
        return Response("a page", headers={"Cache-Control": "public, max-age=99"})

    @app.get("/broken")
    def broken() -> str:
        abort(500)

    return app


def sent(response: object) -> dict[str, str]:
    headers = dict(response.headers)  # type: ignore[attr-defined]  # werkzeug's test response
    return {name: value for name, value in headers.items() if not name.startswith("Content-T")}


def test_every_answer_carries_exactly_the_portals_headers() -> None:
    client = portal(https=False).test_client()
    for path in ("/page", "/broken", "/nothing-here"):
        headers = sent(client.get(path))
        headers.pop("Content-Length")
        assert headers == BARE


def test_https_is_remembered_only_where_there_is_https() -> None:
    client = portal(https=True).test_client()
    headers = sent(client.get("/page"))
    headers.pop("Content-Length")
    assert headers == BARE | {"Strict-Transport-Security": "max-age=31536000"}


def test_own_files_may_be_kept_but_are_asked_for_again(tmp_path: Path) -> None:
    (tmp_path / "desk.css").write_text("p{}", encoding="utf-8")
    response = portal(https=False, folder=tmp_path).test_client().get(f"/{tmp_path.name}/desk.css")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"


def test_an_app_with_a_script_may_ask_its_own_server() -> None:
    policy = HeaderPolicy(https=False, style="'self'", script="'self'")
    assert policy.content_security_policy() == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def test_only_where_staff_enrol_passkeys_may_pages_ask_for_one() -> None:
    with_passkeys = HeaderPolicy(https=False, passkeys=True).headers()["Permissions-Policy"]
    assert with_passkeys == PERMISSIONS.replace("create=()", "create=(self)")
