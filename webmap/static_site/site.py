"""Everything that is written: which routes become which files, and what they need besides."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from flask import url_for

from webmap.app import create_app
from webmap.errors import PlanNotFoundError
from webmap.public.changes import nearest
from webmap.public.ground import base_map
from webmap.public.pages import atlas
from webmap.services.ground import Ground
from webmap.static_site.index import LEAST_ADDRESSES, letters_file, make_index
from webmap.static_site.links import SCHOOL_FILE, as_file, named_file
from webmap.static_site.pages import Shown, plain_frame, site
from zoning.errors import ZoningError
from zoning.lookup.device_names import names_file
from zoning.messages import DEFAULT_LANGUAGE, languages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from webmap.config import Config
    from webmap.services.lookup import Lookup
    from zoning.progress import Progress

Values = dict[str, Any]
_CSS_URL = re.compile(r"""url\(\s*['"]?(?!data:|#)(?P<url>[^'")]+)['"]?\s*\)""")
OK = 200


@dataclass(frozen=True)
class Route:
    """A route of the application that becomes files.

    Parameters
    ----------
    endpoint
        Its name.
    file
        Path of its file with placeholders; that of a page lies in the folder of its language.
    each
        Returns the values of the route, once for each file.
    page
        Whether it is a page, written in every language.
    """

    endpoint: str
    file: str
    each: Callable[[Shown], Iterable[Values]]
    page: bool = True


def _once(_: Shown) -> Iterable[Values]:
    return [{}]


def _stages(shown: Shown) -> Iterable[Values]:
    return [{"stage": stage} for stage in shown.plans]


def _versions(shown: Shown) -> Iterable[Values]:
    return [{"version_id": name} for name in shown.version_ids()]


def _editions(shown: Shown) -> Iterable[Values]:
    return [{"edition_id": name} for name in shown.version_ids()]


def _schools(shown: Shown) -> Iterable[Values]:
    for name in shown.version_ids():
        for school in atlas().plan(atlas().by_id(name)).schools["school_id"]:
            yield {"edition_id": name, "school_id": str(school)}


def _compared(shown: Shown) -> Iterable[Values]:
    """Yield what the page of a stage's changes compares."""
    for stage in shown.plans:
        asked = nearest(stage)
        if asked is not None:
            before, after = asked.ids
            yield {"stage": stage, "before": before, "after": after}


def _tiles(_: Shown) -> Iterable[Values]:
    return [{"name": item.name} for item in base_map().files()]


# a further route of the application is written by one more line
ROUTES = (
    Route("site.home", "index.html", _once),
    Route("site.search", "lookup.html", _once),
    Route("site.lists", "lists/{stage}.html", _stages),
    Route("zones.index", "zones.html", _once),
    Route("zones.by_id", "zones/{edition_id}.html", _editions),
    Route("schools.by_edition", SCHOOL_FILE, _schools),
    Route("changes.stage_changes", "changes/{stage}.html", _stages),
    Route("changes.addresses", "data/changes-{before}-{after}.csv", _compared, page=False),
    Route("site.table", "data/{stage}.csv", _stages, page=False),
    Route("site.zones", "data/{version_id}.geojson", _versions, page=False),
    Route("ground.tiles", "tiles/{name}.pmtiles", _tiles, page=False),
)
# what the frame of every page links to, and where that is found among the files
INSTEAD = {"/": "index.html", "/lookup": "lookup.html"}
LETTERS, PARTS = "lookup/letters.json", "lookup/{stage}/{language}"
NAMES = "lookup/{stage}/names.json"


@dataclass(eq=False)
class _Writer:
    """Renders the routes of an application, one after the other, and what they link to."""

    client: FlaskClient
    online: str
    targets: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def page(self, url: str, *, at: str, language: str) -> None:
        """Render a page into a file."""
        document = self._get(f"{url}?lang={language}").decode()

        def link(target: str) -> str | None:
            return self._leads(target, language=language)

        self.files[at] = as_file(document, at=at, link=link, add=self.files.__setitem__).encode()

    def data(self, url: str, *, at: str) -> None:
        """Keep what a route returns as it is."""
        self.files[at] = self._get(url)

    def _leads(self, url: str, *, language: str) -> str | None:
        """Return the file that a URL of the server leads to; else the server itself, if known."""
        parts = urlsplit(url)
        if parts.path.startswith("/assets/"):
            self._asset(parts.path)
            return parts.path[1:]
        if parts.path in self.targets:
            return self.targets[parts.path]
        name = self.pages.get(parts.path) or INSTEAD.get(parts.path)
        if name is not None:
            wanted = parse_qs(parts.query).get("lang", [language])[0]
            place = f"#{parts.fragment}" if parts.fragment else ""
            return f"{wanted}/{name}{place}"
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
        index = make_index(lookup, stage, least=least)
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
    writer = _Writer(app.test_client(), lookup.settings.site, files=files)
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
        for values in _compared(shown):
            # what a stage's page leads to is the same page
            writer.pages[url_for("changes.compared", **values)] = f"changes/{values['stage']}.html"
    for route, url, name in jobs:
        (writer.pages if route.page else writer.targets)[url] = name
    for route, url, name in jobs:
        if not route.page:
            writer.data(url, at=name)
            continue
        for language in languages():
            writer.page(url, at=f"{language}/{name}", language=language)


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
