"""The portal over a test's practice, and browsers that visit it."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from portal.app import create_app
from shared.base.config import PortalSettings
from tests.world import BORN, SITE, World

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
AGAIN = re.compile(r"/again/[0-9a-f]{32}$")
HTTPS_SITE = "https://espace.example"


def portal_settings(world: World, **changes: object) -> PortalSettings:
    """Settings of a portal beside the world's worker: the same keys, and none of the master's."""
    values: dict[str, object] = {
        "database_url": world.settings.database_url,
        "site_url": SITE,
        "demo": True,
        "processor_url": world.settings.processor_url,
        "link_keys": world.settings.link_keys,
        "gateway_keys": world.settings.gateway_keys,
        "portal_secret": SecretStr("p" * 40),
    }
    return PortalSettings(**(values | changes))  # type: ignore[arg-type]


def portal_app(world: World, **changes: object) -> Flask:
    """The portal's WSGI application over the world's database."""
    return create_app(portal_settings(world, **changes), world.database, clock=world.clock)


def identity(born: date = BORN) -> dict[str, str]:
    """The identity form as a person fills it in."""
    return {"day": f"{born.day:02}", "month": f"{born.month:02}", "year": str(born.year)}


@dataclass
class Browser:
    """One visitor: cookies of their own, a network address, and our forms' tokens sent back."""

    app: Flask
    address: str = "192.0.2.1"
    site: str = SITE
    client: FlaskClient = field(init=False)
    _csrf: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def send(self, method: str, path: str, **more: Any) -> TestResponse:
        """One request, redirects not followed."""
        return self.client.open(
            path,
            method=method,
            base_url=self.site,
            environ_overrides={"REMOTE_ADDR": self.address},
            **more,
        )

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.send("GET", path)

    def post(self, path: str, fields: dict[str, Any] | None = None) -> TestResponse:
        """Send a form of ours. One that is to be corrected is followed to where it is shown again."""
        if not self._csrf:
            found = CSRF.search(self.get("/privacy").text)
            assert found
            self._csrf = found[1]
        answer = self.send("POST", path, data={"csrf_token": self._csrf, **(fields or {})})
        return self.get(answer.location) if AGAIN.match(answer.location or "") else answer

    def enter(self, token: str, born: date = BORN) -> TestResponse:
        """Answer the identity form behind a link."""
        return self.post(f"/l/{token}", identity(born))

    @property
    def cookie(self) -> str:
        """The visit's secret as the browser keeps it, or nothing."""
        host = self.site.partition("://")[2].partition(":")[0]
        name = "__Host-visit" if self.site.startswith("https") else "visit"
        kept = self.client.get_cookie(name, host)
        return kept.value if kept else ""


def visitor(app: Flask, token: str, *, site: str = SITE) -> Browser:
    """A browser within a visit."""
    browser = Browser(app, site=site)
    assert browser.enter(token).location == "/statement"
    return browser


Bare = tuple[int, tuple[tuple[str, str], ...], str]


def bare(response: TestResponse, token: str) -> Bare:
    """Status, headers and page, without what may differ: the link itself and forms' tokens."""
    headers = sorted(
        (name, re.sub(r"=[^;]+", "=…", value, count=1) if name == "Set-Cookie" else value)
        for name, value in response.headers
    )
    page = CSRF.sub("(form token)", response.text).replace(f"/l/{token}", "/l/(link)")
    return response.status_code, tuple(headers), page
