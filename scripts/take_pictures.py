"""Save pictures of the main pages of a study: look-up, zone map, school, before and after, notice.

python scripts/take_pictures.py DIR OUT [--lang zh-CN] [--address TEXT]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import threading
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from webmap.app import create_app
from webmap.config import Config

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SETTLED_MS = 1000
# of the pictures: words stay sharp, and all five together are below a megabyte
QUALITY = 82


def main() -> int:
    """Read the arguments, serve the study to a browser of this machine, save what it shows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", type=Path)
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--lang", default="zh-CN")
    parser.add_argument("--address", default="", help="else a compound of the first school's zone")
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
        site = f"http://127.0.0.1:{server.server_port}"
        save(site, given.out, app=browser, lang=given.lang, address=given.address)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    return 0


def save(site: str, out: Path, *, app: str, lang: str, address: str) -> None:
    """Walk from the list to a stage's map, a school, what changes, an answer, and a notice.

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
    address
        What is looked up; empty for a compound of the school's zone.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=app, args=["--no-sandbox"])
        wide = browser.new_page(viewport=WIDE)
        phone = browser.new_page(viewport=PHONE, device_scale_factor=2)
        wide.goto(f"{site}/zones?lang={lang}")
        school = wide.locator(".school-list a").first.get_attribute("href")
        changes = wide.locator("a[href*='/changes']").first.get_attribute("href")
        plan = wide.locator("section a[href*='/zones/version/']").first.get_attribute("href")
        wide.goto(f"{site}/notices/?lang={lang}")
        notice = wide.locator("main a[href*='/notices/2']").first
        notices = [("notice", notice.get_attribute("href"), wide)] if notice.count() else []
        for name, path, page in (
            ("zone-map", plan, wide),
            ("before-after", changes, wide),
            ("school", school, phone),
            *notices,
        ):
            page.goto(f"{site}{path}")
            page.wait_for_timeout(SETTLED_MS)
            page.screenshot(path=out / f"{name}-{lang}.jpg", type="jpeg", quality=QUALITY)
        address = address or _compound(phone, f"{site}{school}")
        phone.goto(f"{site}/lookup?lang={lang}")
        phone.fill("#address", address)
        phone.press("#address", "Enter")
        phone.wait_for_selector(".result")
        phone.screenshot(path=out / f"lookup-answer-{lang}.jpg", type="jpeg", quality=QUALITY)
        browser.close()


def _compound(page: Page, school: str) -> str:
    """Return the first compound of a school's page."""
    page.goto(school)
    return page.locator(".division p").first.inner_text().partition("、")[0]


if __name__ == "__main__":
    sys.exit(main())
