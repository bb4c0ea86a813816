"""What every answer of the portal carries, errors included, and what its pages may load: nothing."""

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
import rcssmin
import rjsmin
from werkzeug.test import TestResponse

from portal.app import ROOT
from shared.aid import aid_paths
from shared.base.errors import ConfigurationError
from tests.security.portal_house import (
    HTTPS_SITE,
    Browser,
    identity,
    portal_app,
    portal_settings,
    visitor,
)
from tests.security.portal_stories import ROUTES, Route, Stories, empty_app
from tests.world import SITE, World

POLICY = (
    "default-src 'none'; script-src '{script}'; style-src '{style}'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self' {checkout}; frame-ancestors 'none'; base-uri 'none'"
)
PINNED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
        "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), "
        "publickey-credentials-create=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
# What an answer may carry besides; each is looked at below.
ITS_OWN = {
    *("Content-Type", "Content-Length", "Content-Security-Policy", "Strict-Transport-Security"),
    *("Location", "Set-Cookie", "Vary", "Allow", "Refresh", "Retry-After"),
}
TYPES = {"text/html; charset=utf-8", "text/plain; charset=utf-8"}
# Files that are handed out to keep: their type, their neutral name, and nothing that they may do.
FILES = {
    "application/pdf": {"document.pdf", "accord.pdf", "recu-2026-00001.pdf"},
    "image/jpeg": {"document.jpg"},
}
SANDBOX = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
STYLES = [
    str(
        rcssmin.cssmin(
            "\n".join((ROOT / f"static/portal/{name}.css").read_text() for name in names)
        )
    )
    for names in (
        ("tokens", "portal", "forms"),
        ("tokens", "portal", "account"),
        ("tokens", "portal", "account", "forms", "letters"),
    )
]
SCRIPT = str(rjsmin.jsmin((ROOT / "static/portal/portal.js").read_text(encoding="utf-8")))
COOKIES = {"portal", "visit"}
LOADING = {
    *("src", "srcset", "poster", "data", "background", "manifest", "ping", "archive", "classid"),
    *("action", "formaction", "href", "xlink:href", "cite", "longdesc", "profile", "usemap"),
}
FORBIDDEN_TAGS = {
    *("iframe", "frame", "object", "embed", "applet", "audio", "video", "img", "base"),
    *("source", "track", "picture", "portal"),
}


def policy_of(checkout: str) -> str:
    """The policy that allows our own styles, our own script, and nothing else."""
    styles = "' '".join(hash_of(style.encode()) for style in STYLES)
    return POLICY.format(style=styles, script=hash_of(SCRIPT.encode()), checkout=checkout)


def hash_of(inlined: bytes) -> str:
    """As a CSP names what is inlined, made here."""
    return f"sha256-{base64.b64encode(hashlib.sha256(inlined).digest()).decode()}"


def asked(browser: Browser, route: Route, address: str) -> Iterator[TestResponse]:
    """The route in every way: within a visit, as HEAD or OPTIONS, as a stranger, badly."""
    yield browser.send("OPTIONS", address)
    yield browser.send("BREW", address)
    if route.method == "GET":
        yield browser.get(address)
        yield browser.send("HEAD", address)
        yield Browser(browser.app, site=browser.site).get(address)
    else:
        yield browser.send("POST", address)
        yield Browser(browser.app, site=browser.site).post(address, identity())
        yield browser.post(address, identity() | {"choice": "all"})
        yield browser.post(address, {"choice": "x" * 600_000})


def check(answer: TestResponse, policy: str, *, https: bool, processor: str) -> None:
    """Compare with what is written down here."""
    about = f"{answer.request.method} {answer.request.path}: {answer.status_code}"
    headers = answer.headers
    names = FILES.get(headers.get("Content-Type", ""))
    expected = PINNED | {"Content-Security-Policy": SANDBOX if names else policy}
    if names:
        said = headers.get("Content-Disposition", "")
        assert said in {f'attachment; filename="{name}"' for name in names}, about
        expected |= {"Content-Disposition": said}
    if https:
        expected |= {"Strict-Transport-Security": "max-age=31536000"}
    for name, value in expected.items():
        assert headers.get_all(name) == [value], f"{about}: {name}"
    extra = set(headers.keys()) - set(expected) - ITS_OWN
    assert not extra, f"{about}: {extra}"
    assert ("Strict-Transport-Security" in headers) is https, about
    assert headers.get("Content-Type", "text/plain; charset=utf-8") in {*TYPES, *FILES}, about
    assert headers.get("Vary", "Cookie") == "Cookie", about
    assert headers.get("Refresh", "5") == "5", about
    if "Refresh" in headers:
        assert answer.request.path.startswith(("/payment/", "/thanks")), about
    if "Location" in headers:
        own = re.fullmatch(
            r"/[a-z]*(/proposals)?(/[0-9a-f-]{36})?(\?(cut|fresh)=1|\?(card|saved)=[a-z_]+|\?made=[0-9a-f]{32})?",
            headers["Location"],
        )
        assert own or headers["Location"].startswith(f"{processor}/pay/cs_test_"), about
        assert answer.status_code == 303, about
    if "Allow" in headers:
        assert answer.status_code == 405 or answer.request.method == "OPTIONS", about
    for cookie in headers.get_all("Set-Cookie"):
        check_cookie(cookie, https=https)


def check_cookie(cookie: str, *, https: bool) -> None:
    """Compare name and attributes with what is written down here."""
    pair, *flags = cookie.split("; ")
    name = pair.partition("=")[0]
    assert name in ({f"__Host-{n}" for n in COOKIES} if https else COOKIES)
    kept = {"HttpOnly", "Path=/", "SameSite=Lax"} | ({"Secure"} if https else set())
    if pair.endswith("="):  # taken away
        kept |= {"Max-Age=0", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"}
    assert set(flags) == kept, cookie


@pytest.mark.parametrize("route", ROUTES, ids=str)
@pytest.mark.parametrize("site", [SITE, HTTPS_SITE], ids=["http", "https"])
def test_headers_are_pinned_on_every_route(stories: Stories, route: Route, site: str):
    app = portal_app(stories.world, site_url=site)
    processor = stories.till.processor.url
    policy = policy_of(processor)
    browser = visitor(app, stories.world.token(stories.accounts["mine"]), site=site)
    for answer in asked(browser, route, stories.address(route)):
        check(answer, policy, https=site == HTTPS_SITE, processor=processor)


@pytest.mark.parametrize("site", [SITE, HTTPS_SITE], ids=["http", "https"])
def test_headers_are_pinned_on_every_kind_of_error(
    small_world: World, monkeypatch: pytest.MonkeyPatch, site: str
):
    app = portal_app(small_world, site_url=site)
    policy = policy_of("https://checkout.stripe.com")
    token = small_world.token(small_world.account())
    browser = visitor(app, token, site=site)
    miss = identity() | {"year": "1985"}

    def fail() -> None:
        raise RuntimeError("Zéphyrinde Wyzkowiak")

    answers = [
        browser.get("/nowhere"),
        browser.get("/" + "x" * 9000),
        browser.get("/l/"),
        browser.get(f"/l/{token}x"),
        browser.send("POST", "/pay"),
        browser.send("PATCH", "/pay"),
        browser.post("/pay", {"choice": "x" * 600_000}),
        *(browser.post(f"/l/{token}", miss) for _ in range(4)),
    ]
    monkeypatch.setitem(app.view_functions, "statement.show", fail)
    answers.append(browser.get("/statement"))
    assert "Zéphyrinde" not in answers[-1].text
    monkeypatch.setattr("shared.web.errors.render_template", fail)
    answers.append(browser.get("/statement"))
    assert answers[-1].mimetype == "text/plain"
    codes = {answer.status_code for answer in answers}
    assert codes == {400, 404, 405, 413, 422, 429, 500}
    for answer in answers:
        check(answer, policy, https=site == HTTPS_SITE, processor="none")


def test_too_many_failures_carry_the_headers_too(small_world: World):
    app = portal_app(small_world)
    policy = policy_of("https://checkout.stripe.com")
    browser = Browser(app)
    answers = [browser.post("/l/x", identity()) for _ in range(301)]
    assert answers[-1].status_code == 429
    check(answers[-1], policy, https=False, processor="none")


def test_the_visits_cookie_is_bound_to_the_host_and_gone_with_the_browser(small_world: World):
    app = portal_app(small_world, site_url=HTTPS_SITE)
    browser = Browser(app, site=HTTPS_SITE)
    entered = browser.enter(small_world.token(small_world.account()))
    cookies = entered.headers.get_all("Set-Cookie")
    assert [c.partition("=")[0] for c in cookies if "visit" in c] == ["__Host-visit"]
    for cookie in cookies:
        check_cookie(cookie, https=True)
        assert "Max-Age" not in cookie
        assert "Domain" not in cookie
    [visit] = (c for c in cookies if "visit" in c)
    value = visit.partition("=")[2].partition(";")[0]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", value)
    left = browser.post("/leave")
    gone = next(c for c in left.headers.get_all("Set-Cookie") if "visit" in c)
    assert gone.startswith("__Host-visit=;")


def test_plain_http_exists_on_this_machine_only(small_world: World):
    for site in ("http://espace.example", "http://192.0.2.1", "ftp://127.0.0.1"):
        settings = portal_settings(small_world, site_url=site)
        if site.startswith("ftp"):
            assert not settings.secure_cookies
            continue
        with pytest.raises(ConfigurationError, match="https"):
            settings.check()
    portal_settings(small_world, site_url="http://127.0.0.1:8000").check()


_PATHS = aid_paths("fr")
HELPERS = {f"https://{path.site}" for path in (*_PATHS.first, *_PATHS.others) if path.site}
"""Bodies that help, which a person may open from the page about help, and nothing else does."""


class Loaded(HTMLParser):
    """All that a page would make a browser ask for or run."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self._in_style = self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style, self._in_script = tag == "style", tag == "script"
        if tag in FORBIDDEN_TAGS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            text = (value or "").strip()
            if name.startswith("on") or name == "style":
                self.wrong.append(f"{name}={text}")
            if name in LOADING and not self._stays_here(tag, name, text):
                self.wrong.append(f"{name}={text}")
            if name == "http-equiv":
                self.wrong.append(f"{name}={text}")

    @staticmethod
    def _stays_here(tag: str, name: str, text: str) -> bool:
        if tag == "link" and name == "href":
            return text.startswith("data:image/svg+xml,")
        if text.startswith("tel:") or text in HELPERS:
            return tag == "a"
        return text.startswith("#") or re.match(r"/(?![/\\])", text) is not None

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip() and data != SCRIPT:
            self.wrong.append(f"script: {data[:80]}")
        if self._in_style and data.strip() and data not in STYLES:
            self.wrong.append(f"style: {data[:80]}")
        if self._in_style and re.search(r"@import|@font-face|url\(\s*['\"]?(?!data:)", data):
            self.wrong.append(f"style: {data[:80]}")


def loads(page: str) -> list[str]:
    """What in a page leads elsewhere or runs; the empty list is what one wants."""
    reader = Loaded()
    reader.feed(page)
    return reader.wrong


def test_a_page_that_loads_from_elsewhere_would_be_found():
    for bad in (
        '<img src="/x.png">',
        "<script>1</script>",
        '<link rel="stylesheet" href="/x.css">',
        '<a href="https://elsewhere.example">',
        '<a href="//elsewhere.example">',
        '<a href="javascript:1">',
        '<form action="https://elsewhere.example">',
        '<p onclick="1">',
        '<p style="color:red">',
        "<style>@import 'x'</style>",
        "<style>p{background:url(/x)}</style>",
        '<meta http-equiv="refresh" content="0;url=/x">',
    ):
        assert loads(bad), bad
    assert not loads('<a href="/pay"><a href="tel:+33123"><form action="/leave"><a href="#x">')


@pytest.mark.parametrize("route", [r for r in ROUTES if r.method == "GET"], ids=str)
def test_no_page_loads_or_leads_elsewhere(stories: Stories, route: Route):
    address = stories.address(route)
    browser = stories.inside()
    pages = [
        browser.get(address),
        Browser(stories.app).get(address),
        browser.get(f"/nowhere{address}"),
        browser.send("POST", address),
    ]
    for page in pages:
        if page.mimetype not in FILES:
            assert loads(page.text) == [], address


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_no_answer_repeats_the_host_that_was_asked_for(stories: Stories, route: Route):
    """Not even for an address that is nearly ours: a redirect would carry the link along."""
    address = stories.address(route)
    browser = stories.inside()
    for path in (address, f"/{address}", f"{address}/", address.replace("/", "//")):
        answer = browser.client.open(
            method=route.method,
            base_url="http://stranger.example",
            environ_overrides={"PATH_INFO": path},
        )
        assert "stranger.example" not in answer.text + str(answer.headers), path
        assert answer.status_code not in {301, 302, 307, 308}, path


def test_nothing_is_served_from_a_folder():
    """The portal's pages carry their style; there is no file to ask for."""
    app = empty_app()
    assert "static" not in {route.endpoint for route in ROUTES}
    for path in ("/static/portal/portal.css", "/static/../portal/app.py", "/favicon.ico"):
        assert app.test_client().get(path).status_code == 404
