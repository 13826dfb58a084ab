"""Everything that is written: which routes become which files, and what they need besides."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from flask import url_for

from webmap.app import create_app
from webmap.errors import PlanNotFoundError
from webmap.public.pages import atlas
from webmap.services.ground import Ground
from webmap.static_site.index import LEAST_ADDRESSES, letters_file, make_index
from webmap.static_site.links import as_file, named_file
from webmap.static_site.pages import Shown, plain_frame, site
from webmap.static_site.routes import ROUTES, Written, compared, editions
from zoning.errors import ZoningError
from zoning.lookup.device_names import names_file
from zoning.messages import DEFAULT_LANGUAGE, languages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from webmap.config import Config
    from webmap.services.lookup import Lookup
    from zoning.progress import Progress

_CSS_URL = re.compile(r"""url\(\s*['"]?(?!data:|#)(?P<url>[^'")]+)['"]?\s*\)""")
OK = 200


# what the frame of every page links to, and where that is found among the files
INSTEAD = {"/": "index.html", "/lookup": "lookup.html"}
LETTERS, PARTS = "lookup/letters.json", "lookup/{stage}/{language}"
NAMES = "lookup/{stage}/names.json"
NORMAL, LARGE = "normal", "large"


def folder_of(language: str, size: str) -> str:
    """Return the folder of the pages of a language in one size of type.

    Parameters
    ----------
    language
        The language.
    size
        "normal" or "large".
    """
    return language if size == NORMAL else f"{language}-{size}"


@dataclass(eq=False)
class _Writer:
    """Renders the routes of an application, one after the other, and what they link to."""

    client: FlaskClient
    online: str
    targets: dict[str, str] = field(default_factory=dict)
    papers: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def page(self, url: str, name: str, *, language: str, size: str) -> None:
        """Render a page into a file."""
        document = self._get(f"{url}?lang={language}&type={size}").decode()
        at = f"{folder_of(language, size)}/{name}"

        def link(target: str) -> str | None:
            return self._leads(target, language=language, size=size)

        self.files[at] = as_file(document, at=at, link=link, add=self.files.__setitem__).encode()

    def paper(self, url: str, name: str, *, language: str) -> None:
        """Keep what a route returns in one language."""
        self.files[f"{language}/{name}"] = self._get(f"{url}?lang={language}")

    def data(self, url: str, *, at: str) -> None:
        """Keep what a route returns as it is."""
        self.files[at] = self._get(url)

    def _leads(self, url: str, *, language: str, size: str) -> str | None:
        """Return the file that a URL of the server leads to; else the server itself, if known."""
        parts = urlsplit(url)
        if parts.path.startswith("/assets/"):
            self._asset(parts.path)
            return parts.path[1:]
        if parts.path in self.targets:
            return self.targets[parts.path]
        asked = parse_qs(parts.query)
        wanted = asked.get("lang", [language])[0]
        if parts.path in self.papers:
            return f"{wanted}/{self.papers[parts.path]}"
        name = self.pages.get(parts.path) or INSTEAD.get(parts.path)
        if name is not None:
            place = f"#{parts.fragment}" if parts.fragment else ""
            return f"{folder_of(wanted, asked.get('type', [size])[0])}/{name}{place}"
        return f"{self.online}{url}" if self.online else None

    def _asset(self, path: str) -> None:
        """Take in a style sheet, script or image, with the images that a style sheet names."""
        if path[1:] in self.files:
            return
        content = self.files[path[1:]] = self._get(path)
        if path.endswith(".css"):
            for found in _CSS_URL.finditer(content.decode()):
                self._asset(
                    posixpath.normpath(posixpath.join(posixpath.dirname(path), found["url"]))
                )

    def _get(self, url: str) -> bytes:
        with self.client.get(url, follow_redirects=True) as answer:
            if answer.status_code != OK:
                raise ZoningError("site.NOT_RENDERED", url=url, status=answer.status_code)
            return answer.get_data()


def write_files(
    config: Config,
    *,
    progress: Progress,
    application: Callable[[Config], Flask] = create_app,
    least: int = LEAST_ADDRESSES,
) -> dict[str, bytes]:
    """Render the whole public part of a study.

    Parameters
    ----------
    config
        Settings of the application.
    progress
        Told how far it is.
    application
        Makes the application.
    least
        See `make_index`.

    Returns
    -------
    Content by path; the same for the same study, versions and day.

    Raises
    ------
    PlanNotFoundError
        No version is in force or next.
    ZoningError
        Something published is missing or damaged, or a plan cannot be opened.
    """
    app = application(config)
    try:
        return _written(app, config.study, progress, least=least)
    finally:
        app.extensions["zoning-database"].close()


def _written(app: Flask, study: Path, progress: Progress, *, least: int) -> dict[str, bytes]:
    lookup: Lookup = app.extensions["zoning-lookup"]
    published = {
        stage.value: tuple(plan for plan in lookup.plans(stage.value) if not plan.version.draft)
        for stage in lookup.study.stages
    }
    plans = {stage: found for stage, found in published.items() if found}
    if not plans:
        raise PlanNotFoundError("site.NOTHING_PUBLISHED")
    files: dict[str, bytes] = {LETTERS: letters_file()}
    bits = {}
    for done, stage in enumerate(plans):
        progress(stage, done, len(plans))
        running = app.extensions["zoning-on-notice"].running(stage)
        index = make_index(lookup, stage, on_notice=running, least=least)
        bits[stage] = index.bits
        files[NAMES.format(stage=stage)] = names_file(lookup.names(stage))
        for language in languages():
            folder = PARTS.format(stage=stage, language=language)
            for at, part in enumerate(index.parts(language)):
                files[f"{folder}/{at}.json"] = part
    progress("pages")
    # the files ask no other machine, and carry no key
    app.extensions["zoning-ground"] = Ground(study, tianditu=False)
    app.extensions["zoning-site"] = shown = Shown(plans, bits)
    app.extensions["zoning-frame"] = plain_frame
    app.extensions["zoning-atlas"] = app.extensions["zoning-atlas"].without_drafts()
    # nobody is kept waiting here
    app.extensions["zoning-limits"].enabled = False
    app.register_blueprint(site)
    # no cookie: each page says itself in which size it is wanted
    writer = _Writer(app.test_client(use_cookies=False), lookup.settings.site, files=files)
    _render(app, writer, shown)
    files["index.html"] = _first_page()
    return files


def _render(app: Flask, writer: _Writer, shown: Shown) -> None:
    with app.test_request_context():
        jobs = [
            (route, url_for(route.endpoint, **values), named_file(route.file, values))
            for route in ROUTES
            for values in route.each(shown)
        ]
        writer.targets |= _targets(shown)
        writer.pages |= _same_pages(shown)
    known = {
        Written.PAGE: writer.pages, Written.PAPER: writer.papers, Written.DATA: writer.targets
    }  # fmt: skip
    for route, url, name in jobs:
        known[route.written][url] = name
    for route, url, name in jobs:
        if route.written is Written.DATA:
            writer.data(url, at=name)
            continue
        for language in languages():
            if route.written is Written.PAPER:
                writer.paper(url, name, language=language)
                continue
            for size in (NORMAL, LARGE):
                writer.page(url, name, language=language, size=size)


def _same_pages(shown: Shown) -> Mapping[str, str]:
    """Return the pages that are written under another URL of the server."""
    found = {}
    for one in reversed(list(editions(shown))):
        page = f"zones/{one.edition_id}.html"
        found[url_for("public.plan_map", plan_id=one.plan_id)] = page
    for stage in shown.plans:
        edition = atlas().shown(stage)
        assert edition is not None, "a stage that is written has a version"
        found[url_for("zones.of_stage", stage=stage)] = f"zones/{edition.edition_id}.html"
    for values in compared(shown):
        # what a stage's page leads to is the same page
        found[url_for("changes.compared", **values)] = f"changes/{values['stage']}.html"
    return found


def _targets(shown: Shown) -> Mapping[str, str]:
    """Return the files that are written without being rendered, by their URLs."""
    parts = {
        url_for("site.part", stage=stage, language=language): PARTS.format(
            stage=stage, language=language
        )
        for stage in shown.plans
        for language in languages()
    }
    names = {url_for("site.names", stage=stage): NAMES.format(stage=stage) for stage in shown.plans}
    return {url_for("site.letters"): LETTERS, **names, **parts}


def _first_page() -> bytes:
    """Return the page of the root: it leads to the first language without a script."""
    target = f"{DEFAULT_LANGUAGE}/index.html"
    return (
        f'<!doctype html>\n<html lang="{DEFAULT_LANGUAGE}">\n<head>\n<meta charset="utf-8">\n'
        # else a browser would ask for an icon, and complain that there is none
        '<link rel="icon" href="data:,">\n'
        f'<meta http-equiv="refresh" content="0; url={target}">\n<title>{target}</title>\n</head>\n'
        f'<body><a href="{target}">{target}</a></body>\n</html>\n'
    ).encode()
