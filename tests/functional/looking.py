"""Looking at a page as different people meet it: small and large, light and dark, large text."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import CDPSession, ConsoleMessage, Page, Request

NARROW, PHONE, DESK = (320, 640), (390, 844), (1440, 900)
ORDINARY_TEXT, LARGE_TEXT = 16, 32
# In the dark only colours change, so that only they are asked about again.
EVERYTHING: dict[str, object] = {"resultTypes": ["violations"]}
COLOURS: dict[str, object] = EVERYTHING | {"runOnly": ["color-contrast"]}


@dataclass
class Looking:
    """One page in one window; ``faults`` is what was found, ``paths`` where it has been."""

    page: Page
    faults: list[str] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    _axe: Axe = field(default_factory=Axe)
    _zoom: CDPSession = field(init=False)

    def __post_init__(self) -> None:
        self.page.emulate_media(reduced_motion="reduce")  # no colour is caught half-way
        self._zoom = self.page.context.new_cdp_session(self.page)
        self.page.on("request", self._note_request)
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self._fault(f"script: {error}"))

    def at(self, path: str) -> None:
        """Open an address and look at the page."""
        self.page.goto(path)
        self.look()

    def look(self, *, large_at: tuple[int, int] = PHONE) -> None:
        """Look at the page as it is now; ``large_at`` is the window in which text is doubled."""
        self.page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        for dark in (False, True):
            self.page.emulate_media(color_scheme="dark" if dark else "light")
            for size in (PHONE, DESK):
                self._window(size)
                self._ask_axe(size[0], dark=dark)
        self._window(NARROW)
        self._reach("at 320")
        self._window(large_at)
        self._text(LARGE_TEXT)
        self._reach("with text at 200 %")
        self._text(ORDINARY_TEXT)
        self._window(PHONE)

    def _window(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def _text(self, pixels: int) -> None:
        sizes = {"standard": pixels, "fixed": pixels}
        self._zoom.send("Page.setFontSizes", {"fontSizes": sizes})

    def _ask_axe(self, width: int, *, dark: bool) -> None:
        asked = COLOURS if dark else EVERYTHING
        for found in self._axe.run(self.page, options=asked).response["violations"]:
            nodes = [node["html"][:120] for node in found["nodes"]]
            self._fault(f"{width} {'dark' if dark else 'light'}: {found['id']}: {nodes}")

    def _reach(self, seen: str) -> None:
        """Nothing may stand beside the window."""
        wide = self.page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if wide > 0:
            self._fault(f"{seen}: {wide} pixels beside the window")

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
