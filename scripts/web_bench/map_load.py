"""The first load of the city's map in a browser that has kept nothing."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from web_bench.city import stages_of
from web_bench.figures import Row
from web_bench.serving import HOST, free_port, serve_command, serving

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import CDPSession

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
WIDTH, HEIGHT = 1280, 800
# drawn: every request was answered, and no other was made for so long
STILL_MS = 500
LONGEST_MS = 60_000
AGAIN = 3


@dataclass(frozen=True)
class Load:
    """A page as a browser got it.

    Parameters
    ----------
    seconds
        From asking for it until its last answer was there and the page had drawn.
    received
        Bytes of all answers with their heads, as they came over the line.
    requests
        How many.
    """

    seconds: float
    received: int
    requests: int


class _Traffic:
    """Counts what a page receives, and knows when the last of it came."""

    def __init__(self, session: CDPSession) -> None:
        self.received = self.requests = self.under_way = 0
        self.last = time.perf_counter()
        session.on("Network.requestWillBeSent", lambda _: self._begun())
        session.on("Network.loadingFinished", self._ended)
        session.on("Network.loadingFailed", self._ended)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _begun(self) -> None:
        self.requests += 1
        self.under_way += 1

    def _ended(self, event: dict[str, float]) -> None:
        self.received += int(event.get("encodedDataLength", 0))
        self.under_way -= 1
        self.last = time.perf_counter()


def load(port: int, path: str) -> Load:
    """Load a page in a new browser.

    Parameters
    ----------
    port, path
        Where the page is.
    """
    browser_file = next(file for name in CHROMIUM if (file := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_file, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        traffic = _Traffic(page.context.new_cdp_session(page))
        began = time.perf_counter()
        page.goto(f"http://{HOST}:{port}{path}", wait_until="load", timeout=LONGEST_MS)
        loaded = time.perf_counter()
        while traffic.under_way > 0 or time.perf_counter() - traffic.last < STILL_MS / 1000:
            page.wait_for_timeout(20)
        # what was received last has been drawn
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => done()))")
        seconds = max(loaded, traffic.last) - began
        browser.close()
    return Load(seconds, traffic.received, traffic.requests)


def first_loads(study: Path, *, log: Path) -> list[Row]:
    """Load the map of the zones in force: first of all, and when the server has drawn it.

    Parameters
    ----------
    study
        The city.
    log
        Where the server writes.
    """
    port = free_port()
    path = f"/zones/{stages_of(study)[0]}?lang=zh-CN"
    with serving(serve_command(study, port, workers=1), port, log=log):
        first = load(port, path)
        later = sorted((load(port, path) for _ in range(AGAIN)), key=lambda one: one.seconds)
    middle = later[AGAIN // 2]
    return [
        Row("city map, the very first load of a server", first.seconds, "s", most=2.5,
            note=f"{first.requests} requests"),
        Row("city map, cold browser, median of three", middle.seconds, "s", most=2.5),
        Row("city map, transferred", middle.received / 1e6, "MB", most=1.5),
    ]  # fmt: skip
