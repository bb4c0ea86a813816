"""Who asks, when reverse proxies of our own stand before an app: their word on the address holds."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from shared.base.log import get_logger

_log = get_logger(__name__)


def install_proxies(app: Flask, *, proxies: int, https: bool) -> None:
    """Believe as many proxies as the operator named. Without one every visitor has its address.

    We speak no TLS ourselves, so an https site without a proxy is most likely a forgotten setting:
    limits on failures would then count all visitors as one.
    """
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, proxies)  # type: ignore[method-assign]
    elif https:
        _log.warning(
            "ARDOISE_PROXIES is 0 though the site is https: set it to how many reverse proxies stand "
            "before this process, or all visitors count as one.",
            app=app.name,
        )
