"""A real Chromium that must not ask any other machine, nor complain in its console."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from playwright.sync_api import sync_playwright
from tiny_plan import tiny_data, write_surroundings, write_tiny_plan

from webmap.maps.page import render_map_file
from webmap.maps.zone_map import build_zone_map
from webmap.services.surroundings import load_surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ALLOWED = ("file:", "data:", "blob:", "about:")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium of the system; playwright downloads none."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    assert found is not None, "chromium is missing: apt-get install chromium fonts-noto-cjk"
    # Chromium refuses its sandbox to root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


# what the browser notes when a form is shown again with the reasons against it
REFUSED = "422 (UNPROCESSABLE ENTITY)"


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages; at the end no outside request and no complaint may have been seen."""
    faults: list[str] = []
    contexts: list[BrowserContext] = []

    def watch(page: Page, allowed: tuple[str, ...], *, refused: bool) -> None:
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on(
            "console",
            lambda said: (
                faults.append(f"console: {said.text}")
                if said.type in {"error", "warning"} and not (refused and REFUSED in said.text)
                else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith(allowed)
                else faults.append(f"request: {request.url}")
            ),
        )

    def open_page(*, server: str = "", refused: bool = False, **options: object) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        watch(page, (*ALLOWED, server) if server else ALLOWED, refused=refused)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def tiny_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with the tiny plan, roads, a river, a railway and two compounds."""
    folder = tmp_path_factory.mktemp("browser") / "study"
    write_tiny_plan(folder)
    write_surroundings(folder)
    return folder


@pytest.fixture(scope="session", params=["zh-CN", "en"])
def any_map(request: pytest.FixtureRequest, tiny_study: Path) -> str:
    """Return the URL of the single file, in each language."""
    return _write(tiny_study, request.param)


@pytest.fixture(scope="session")
def map_url(tiny_study: Path) -> str:
    """Return the URL of the single file in Chinese."""
    return _write(tiny_study, "zh-CN")


@pytest.fixture(scope="session")
def crowded_url(tiny_study: Path) -> str:
    """Return the URL of a map on which five schools stand 60 m apart."""
    schools = tiny_data().schools
    first = schools.iloc[[0]]
    crowd = [
        first.assign(school_id=f"s{at}", name=f"第{at}小学").set_geometry(
            first.geometry.translate(60.0 * at, 20.0 * at)
        )
        for at in range(1, 6)
    ]
    data = tiny_data(schools=gpd.GeoDataFrame(pd.concat([schools, *crowd], ignore_index=True)))
    path = tiny_study / "crowded.html"
    zone_map = build_zone_map(data, load_surroundings(tiny_study), language="zh-CN")
    path.write_text(render_map_file(zone_map, language="zh-CN"), encoding="utf-8")
    return path.as_uri()


def _write(study: Path, language: str) -> str:
    path = study / f"map-{language}.html"
    zone_map = build_zone_map(tiny_data(), load_surroundings(study), language=language)
    path.write_text(render_map_file(zone_map, language=language), encoding="utf-8")
    return path.as_uri()
