"""When a patient's page is there to be read, on a slow phone, against a bare page in the same run.

A real Chromium, its network held to what Lighthouse calls slow 4G and its processor slowed four times,
opens each page with an empty cache: a page of 2 KB without style or script, the page behind a link, and
the statement. The figure is the median of the rounds' ratios of largest contentful paint.
"""

import shutil
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from shared.base import migrating
from tests.bench.measuring.bars import Bar, conclude
from tests.bench.measuring.children import serving
from tests.bench.portal import enter, environment_of, patient_of, portal_settings
from tests.counts import sample
from tests.servers import chromium, process
from tests.world import World

MOST = 1.25
ROUNDS = sample(9, 25)
PHONE: Any = {"width": 390, "height": 844}
# What Lighthouse sets for slow 4G where the browser itself slows requests down: 150 ms there and back, as
# often as a new connection needs them, and nine tenths of 1.6 Mbit/s down and 750 kbit/s up.
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1_474_560 / 8,
    "uploadThroughput": 675_000 / 8,
}
SLOWER = 4
BARE_BYTES = 2048
# The last entry is the largest so far; a click, a key or leaving the page would end the series.
LARGEST = """() => new Promise(answer => {
    let latest = 0;
    new PerformanceObserver(list => list.getEntries().forEach(one => { latest = one.startTime; }))
        .observe({type: "largest-contentful-paint", buffered: true});
    setTimeout(() => answer(latest), 500);
})"""


def bare_page() -> bytes:
    """A heading and a paragraph, 2 KB in all."""
    head = (
        '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Page</title><h1>Page</h1><p>'
    )
    return (head + "Une page. " * BARE_BYTES)[:BARE_BYTES].encode()


class Bare(BaseHTTPRequestHandler):
    """Answers everything with the bare page."""

    def do_GET(self) -> None:
        """The page."""
        body = bare_page()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is told of what is asked."""


@contextmanager
def bare_site() -> Iterator[str]:
    """The bare page, served on this machine for the length of a ``with``."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bare)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def painted(browser: Browser, url: str, cookies: str = "") -> float:
    """Milliseconds from asking for a page to its largest paint, by a browser that has never seen it."""
    context = browser.new_context(viewport=PHONE, locale="fr-FR", device_scale_factor=3)
    try:
        pairs = [one.partition("=") for one in cookies.split("; ") if one]
        context.add_cookies([{"name": n, "value": v, "url": url} for n, _, v in pairs])
        page = context.new_page()
        slow_down(page)
        answer = page.goto(url, wait_until="load")
        if answer is None or answer.status != 200:
            raise RuntimeError(f"{url} does not answer with a page")
        largest: float = page.evaluate(LARGEST)
    finally:
        context.close()
    if largest <= 0:
        raise RuntimeError(f"{url} painted nothing")
    return largest


def slow_down(page: Page) -> None:
    """A cheap phone on a poor network."""
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", SLOW_4G)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def measure(browser: Browser, folder: Path) -> list[Bar]:
    """Both pages against the bare one, by turns."""
    url = f"sqlite:///{folder / 'paint.db'}"
    migrating.upgrade(url)
    world = World(url, at=datetime.now(UTC))
    account = patient_of(world)
    port = process.free_port()
    site = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        stack.callback(world.database.dispose)
        bare = stack.enter_context(bare_site())
        stack.enter_context(
            serving(
                ["ardoise", "serve", "portal", "--port", str(port)],
                environment_of(portal_settings(world, site)),
                port=port,
                log=folder / "portal.log",
            )
        )
        entry = f"{site}/l/{world.token(account)}"
        statement = enter(site, world.token(account))
        painted(browser, bare)
        painted(browser, statement.url, statement.cookies)
        rounds = [
            (
                painted(browser, bare),
                painted(browser, entry),
                painted(browser, statement.url, statement.cookies),
            )
            for _ in range(ROUNDS)
        ]
    bare_ones, entries, statements = zip(*rounds, strict=True)
    return [bar("entry", bare_ones, entries), bar("statement", bare_ones, statements)]


def bar(name: str, bare: Sequence[float], page: Sequence[float]) -> Bar:
    """One page's figure."""
    return Bar(
        f"paint: {name} / bare page",
        statistics.median(mine / floor for floor, mine in zip(bare, page, strict=True)),
        MOST,
        at_least=False,
        told=f"{statistics.median(page):.0f} against {statistics.median(bare):.0f} ms, "
        f"median of {ROUNDS} rounds",
    )


def main() -> int:
    """Both pages; 1 when the bar is missed."""
    with process.home() as home, sync_playwright() as playwright:
        folder = Path(tempfile.mkdtemp(prefix="bench-paint-", dir=home.folder))
        path = home.once("chromium", lambda _place: chromium.find_or_bring(playwright))
        browser = playwright.chromium.launch(
            executable_path=path, headless=True, args=chromium.ARGUMENTS
        )
        bars = measure(browser, folder)
        browser.close()
        shutil.rmtree(folder)
    return conclude(bars)


if __name__ == "__main__":
    sys.exit(main())
