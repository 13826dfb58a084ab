"""Save pictures of the pages of a study: zone map, school, before and after.

python scripts/take_pictures.py DIR OUT [--lang zh-CN]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from webmap.app import create_app
from webmap.config import Config

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SETTLED_MS = 1000


def main() -> int:
    """Read the arguments, serve the study to a browser of this machine, save what it shows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", type=Path)
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--lang", default="zh-CN")
    given = parser.parse_args()
    browser = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if browser is None:
        print("chromium is missing: apt-get install chromium fonts-noto-cjk", file=sys.stderr)
        return 1
    given.out.mkdir(parents=True, exist_ok=True)
    app = create_app(Config(study=given.study.resolve(), language=given.lang))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        save(f"http://127.0.0.1:{server.server_port}", given.out, app=browser, lang=given.lang)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    return 0


def save(site: str, out: Path, *, app: str, lang: str) -> None:
    """Walk from the list to a stage's map, to the page of its first school, and to what changes.

    Parameters
    ----------
    site
        Where the study is served.
    out
        Folder for the pictures.
    app
        The browser's program.
    lang
        Language of the pages.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=app, args=["--no-sandbox"])
        page = browser.new_page(viewport=WIDE, device_scale_factor=2)
        page.goto(f"{site}/zones?lang={lang}")
        school = page.locator(".school-list a").first.get_attribute("href")
        changes = page.locator("a[href*='/changes']").first.get_attribute("href")
        plan = page.locator("section a[href*='/zones/version/']").first.get_attribute("href")
        for name, path, window in (
            ("zone-map", plan, WIDE),
            ("before-after", changes, WIDE),
            ("school", school, PHONE),
        ):
            page.set_viewport_size(window)
            page.goto(f"{site}{path}")
            page.wait_for_timeout(SETTLED_MS)
            page.screenshot(path=out / f"{name}-{lang}.png")
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
