"""A site on this machine for a browser, and what a reader does there first."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from webmap.app import create_app
from webmap.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

# wider than the window by so many pixels: a reader would have to scroll sideways
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextmanager
def serving(study: Path) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(Config(study=study)), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def ask(page: Page, site: str, text: str, *, lang: str = "zh-CN") -> None:
    page.goto(f"{site}lookup?lang={lang}")
    page.fill("#address", text)
    page.press("#address", "Enter")
    page.wait_for_selector("[data-kind]")
