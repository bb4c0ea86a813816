"""Response headers, the same on every answer of an app."""

from dataclasses import dataclass

from flask import Flask, Response, request

_DENIED = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-create",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS = ", ".join(f"{feature}=()" for feature in _DENIED)
# Where staff enrol passkeys, which only our own pages may ask for.
WITH_PASSKEYS = PERMISSIONS.replace(
    "publickey-credentials-create=()", "publickey-credentials-create=(self)"
)
ONE_YEAR = 31_536_000
SANDBOX = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
"""For files that are handed out: should a browser show one after all, it can do nothing here."""


@dataclass(frozen=True, slots=True)
class HeaderPolicy:
    """What one app's pages may do. Anything that is not named here, they may not.

    ``style`` and ``script`` are CSP sources (a hash of the inlined style, or ``'self'``; empty for
    none). ``form_origins`` are the foreign origins that a form may end at after a redirect: browsers
    apply ``form-action`` to the redirect as well. ``https`` adds HSTS, ``passkeys`` lets pages enrol
    them.
    """

    https: bool
    style: str = ""
    script: str = ""
    form_origins: tuple[str, ...] = ()
    passkeys: bool = False

    def content_security_policy(self) -> str:
        """The CSP, from nothing upwards. Images: own ones, and the icon as a data URL."""
        sources = {
            "default-src": "'none'",
            "script-src": self.script,
            "style-src": self.style,
            "connect-src": self.script and "'self'",
            "img-src": "'self' data:",
            "form-action": " ".join(("'self'", *self.form_origins)),
            "frame-ancestors": "'none'",
            "base-uri": "'none'",
        }
        return "; ".join(f"{name} {source}" for name, source in sources.items() if source)

    def headers(self) -> dict[str, str]:
        """Every header of a page."""
        headers = {
            "Content-Security-Policy": self.content_security_policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": WITH_PASSKEYS if self.passkeys else PERMISSIONS,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Robots-Tag": "noindex, nofollow",
            "Cache-Control": "no-store",
        }
        if self.https:
            headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
        return headers


def install_headers(app: Flask, policy: HeaderPolicy) -> None:
    """Put the policy's headers on every answer, errors included; they win over a view's own."""
    headers = tuple(policy.headers().items())

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in headers:
            response.headers[name] = value
        if response.headers.get("Content-Disposition", "").startswith("attachment"):
            response.headers["Content-Security-Policy"] = SANDBOX
        if request.endpoint == "static":  # tells nothing of anyone: asked again, not resent
            response.headers["Cache-Control"] = "no-cache"
        return response
