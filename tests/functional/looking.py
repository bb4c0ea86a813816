"""Looking at a page as different people meet it: small and large, light and dark, large text."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, CDPSession, ConsoleMessage, Page, Request

NARROW, PHONE, DESK = (320, 640), (390, 844), (1440, 900)
BETWEEN = ((900, 700), (1024, 768), (1280, 800))
WAYS = ((PHONE, False), (DESK, True), (PHONE, True), (DESK, False))  # window, and whether dark
ORDINARY_TEXT, LARGE_TEXT = 16, 32
CUT = """() => Math.max(...[
    document.documentElement, ...document.querySelectorAll(".card, .wrap")
].map(one => one.scrollWidth - one.clientWidth))"""
DRAWN = """() => new Promise(
    done => requestAnimationFrame(() => requestAnimationFrame(done))
)"""
# What a colour scheme or a window alone can change, once the rest was asked in another.
OF_SCHEME = ("color-contrast", "target-size")
RULES_BROKEN = """only => axe.run({
    resultTypes: ["violations"], ...(only.length ? {runOnly: only} : {})
}).then(found => found.violations.map(
    one => one.id + ": " + one.nodes.map(node => node.html.slice(0, 120)).join(" | ")
))"""


@dataclass
class Looking:
    """One page in one window; ``faults`` is what was found, ``paths`` where it has been."""

    page: Page
    faults: list[str] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    _zoom: CDPSession = field(init=False)

    def __post_init__(self) -> None:
        bring_axe(self.page.context)
        self.page.emulate_media(reduced_motion="reduce")  # no colour is caught half-way
        self._zoom = self.page.context.new_cdp_session(self.page)
        self.page.on("request", self._note_request)
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self._fault(f"script: {error}"))

    def at(self, address: str, *, closely: bool = False) -> None:
        """Open an address and look at the page."""
        self.page.goto(address)
        self.look(closely=closely)

    def look(self, *, closely: bool = False, large_at: tuple[int, int] = PHONE) -> None:
        """Look at the page as it is now: small and light, large and dark, and the rest if closely.

        ``large_at`` is the window in which text is doubled.
        """
        self.page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        for size, dark in WAYS if closely else WAYS[:2]:
            self.page.emulate_media(color_scheme="dark" if dark else "light")
            self._window(size)
            self._ask_axe(f"{size[0]} {'dark' if dark else 'light'}")
        for size in (NARROW, *BETWEEN):
            self._window(size)
            self._reach(f"at {size[0]}")
        self._window(large_at)
        self._text(LARGE_TEXT)
        self._reach("with text at 200 %")
        self._text(ORDINARY_TEXT)
        self._window(PHONE)

    def look_all_ways(self) -> None:
        """Look at the page small and large, light and dark: what a walk over all pages has time for."""
        self.page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        for place, (size, dark) in enumerate(WAYS):
            self.page.emulate_media(color_scheme="dark" if dark else "light")
            self._window(size)
            seen = f"{size[0]} {'dark' if dark else 'light'}"
            self._ask_axe(seen, only=() if place < 2 else OF_SCHEME)
            self._reach(seen)

    def _window(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def _text(self, pixels: int) -> None:
        sizes = {"standard": pixels, "fixed": pixels}
        self._zoom.send("Page.setFontSizes", {"fontSizes": sizes})
        self.page.evaluate(DRAWN)

    def _ask_axe(self, seen: str, only: tuple[str, ...] = ()) -> None:
        for broken in rules_broken(self.page, only):
            self._fault(f"{seen}: {broken}")

    def _reach(self, seen: str) -> None:
        """Nothing may stand beside the window, nor be cut by the card or table that it stands in."""
        wide = self.page.evaluate(CUT)
        if wide > 0:
            self._fault(f"{seen}: {wide} pixels beside the window, its card or its table")

    def _note_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme == "data":
            return
        self.hosts.add(f"{address.scheme}://{address.netloc}")
        if request.is_navigation_request() and request.method == "GET":
            self.paths.add(address.path)

    def _note_console(self, message: ConsoleMessage) -> None:
        # Chromium itself notes each page that answers with an error, as some are meant to.
        if not message.text.startswith("Failed to load resource: the server responded"):
            self._fault(f"console: {message.text}")

    def _fault(self, text: str) -> None:
        self.faults.append(f"{urlsplit(self.page.url).path}: {text}")


def bring_axe(context: BrowserContext) -> None:
    """Have axe in each page from its beginning: given to each anew, it costs as much as what it finds."""
    context.add_init_script(Axe().axe_script)


def rules_broken(page: Page, only: tuple[str, ...] = ()) -> list[str]:
    """What axe finds on the page as it is now, with the places where; of some rules ``only``, or of all."""
    if page.evaluate("() => typeof axe === 'undefined'"):
        page.evaluate(Axe().axe_script)
    return [str(broken) for broken in page.evaluate(RULES_BROKEN, list(only))]


def pages_of(app: Flask) -> set[str]:
    """Endpoints that show a page or lead to one."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint != "static"
    }


def visited(app: Flask, paths: set[str]) -> set[str]:
    """The endpoints behind addresses."""
    adapter = app.url_map.bind("127.0.0.1")
    return {adapter.match(path)[0] for path in paths if adapter.test(path)}
