"""Pages that only the files have: first page, look-up on the device, lists, maps in force."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, url_for

from webmap import assets
from webmap.maps.export import zones_geojson
from webmap.maps.facts import Texts
from webmap.maps.page import json_for_script, render
from webmap.public.frame import page_frame
from webmap.public.pages import atlas
from webmap.public.question import service
from webmap.public.wording import Wording
from webmap.static_site.listing import Row, listed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from webmap.maps.page import Frame
    from webmap.services.in_force import PlanInForce
    from zoning.lookup.answers import Version

_SCRIPTS = (assets.KEYS_JS, assets.TYPED_JS, assets.COMBOBOX_JS, assets.PARTS_JS)

site = Blueprint("site", __name__, url_prefix="/site")


@dataclass(frozen=True, eq=False)
class Shown:
    """What the look-up answers from: the versions in force and next, and how the index is cut.

    Parameters
    ----------
    plans
        Plans by stage; a draft is never among them.
    bits
        Bits of the index by stage.
    """

    plans: Mapping[str, tuple[PlanInForce, ...]]
    bits: Mapping[str, int]


def shown() -> Shown:
    """Return what this application writes."""
    found = current_app.extensions["zoning-site"]
    assert isinstance(found, Shown)
    return found


def plain_frame(frame: Frame) -> Frame:
    """Return the frame of a page that becomes a file, which no server answers.

    Parameters
    ----------
    frame
        That of the same page on a server.
    """
    return replace(
        frame,
        home=url_for("site.home", lang=frame.language),
        home_text="site.HOME",
        lookup=url_for("site.search", lang=frame.language),
        plain=True,
        online=service().settings.site,
        written=Wording(Texts(frame.language)).day(service().today()),
    )


def _page(document: str) -> Response:
    return Response(document, mimetype="text/html")


def _begins(version: Version) -> date:
    assert version.effective_from is not None
    return version.effective_from


def _version_words(version: Version, texts: Texts) -> str:
    """Say since or from when a version holds."""
    day = Wording(texts).day(_begins(version))
    key = "site.IN_FORCE" if _begins(version) <= service().today() else "site.NEXT"
    return texts(key, version=version.version_id, date=day)


@site.get("/")
def home() -> Response:
    """Show what there is: the look-up, and for each stage maps, lists and data."""
    frame = page_frame(home=True)
    texts = Texts(frame.language)
    stages = [
        {
            "title": Wording(texts).stage(stage),
            "list": url_for("site.lists", stage=stage, lang=frame.language),
            "table": url_for("site.table", stage=stage),
            "versions": [
                {
                    "text": _version_words(plan.version, texts),
                    "map": url_for("zones.by_id", edition_id=plan.version.version_id,
                                   lang=frame.language),
                    "zones": url_for("site.zones", version_id=plan.version.version_id),
                }
                for plan in plans
            ],
        }
        for stage, plans in shown().plans.items()
    ]  # fmt: skip
    name = service().study.name
    title = texts("site.TITLE", study=name)
    return _page(
        render("site_home.html", frame, title=title, stages=stages, settings=service().settings,
               search=frame.lookup, styles=_styles(), day=Wording(texts).day(service().today()))
    )  # fmt: skip


@site.get("/lookup")
def search() -> Response:
    """Show the look-up that runs on the device; without scripts it leads to the lists."""
    frame = page_frame(home=True)
    texts = Texts(frame.language)
    today = service().today()
    stages = {}
    for stage, plans in shown().plans.items():
        later = [_begins(plan.version) for plan in plans if _begins(plan.version) > today]
        stages[stage] = {
            "bits": shown().bits[stage],
            "parts": url_for("site.part", stage=stage, language=frame.language),
            "names": url_for("site.names", stage=stage),
            "next": min(later).isoformat() if later else "",
        }
    names = ("MISSING", "NOT_FOUND", "FAILED", "STALE", "VERSIONS", "NO_SLIP")
    words = {name: texts(f"site.{name}") for name in names}
    words |= {"PROPOSED": texts("proposed.TITLE"), "READ": texts("proposed.READ")}
    words |= {"OTHERS": texts("lookup.OTHERS_TITLE"), "PRINT": texts("webmap.PRINT")}
    data = {
        "letters": url_for("site.letters"),
        "stages": stages,
        "study": service().study.name,
        "texts": words,
    }
    return _page(
        render(
            "site_lookup.html", frame, title=texts("lookup.TITLE"), styles=_styles(),
            wording=Wording(texts), stages=list(stages), settings=service().settings,
            lists=[(Wording(texts).stage(stage),
                    url_for("site.lists", stage=stage, lang=frame.language)) for stage in stages],
            online=service().settings.site, data=json_for_script(data),
            without=[Wording(texts).stage(stage.value) for stage in service().study.stages
                     if stage.value not in stages],
            scripts=[assets.served(name) for name in _SCRIPTS],
        )
    )  # fmt: skip


@site.get("/lists/<stage>")
def lists(stage: str) -> Response:
    """List the compounds, villages and roads of each school: the look-up without scripts."""
    frame = page_frame(home=True)
    texts = Texts(frame.language)
    plan = _first(stage)
    title = texts("site.LIST_TITLE", stage=Wording(texts).stage(stage))
    schools: dict[str, list[Row]] = {}
    for row in _rows(stage):
        schools.setdefault(texts("webmap.SEPARATOR").join(row.schools), []).append(row)
    return _page(
        render("site_list.html", frame, title=title, schools=sorted(schools.items()),
               version=_version_words(plan.version, texts), styles=_styles())
    )  # fmt: skip


@site.get("/lists/<stage>.csv")
def table(stage: str) -> Response:
    """Return the same list as a table, UTF-8 with a mark that spreadsheet programs know."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(("name", "division", "schools"))
    writer.writerows((row.name, row.division, ";".join(row.schools)) for row in _rows(stage))
    return Response("\ufeff" + lines.getvalue(), mimetype="text/csv")


@site.get("/zones/<version_id>.geojson")
def zones(version_id: str) -> Response:
    """Return the zones of a version; small counts of children are withheld."""
    plan = atlas().plan(atlas().by_id(version_id))
    document = json.dumps(zones_geojson(plan), ensure_ascii=False)
    return Response(document, mimetype="application/geo+json")


@site.get("/parts/<stage>/<language>/")
def part(stage: str, language: str) -> Response:
    """Stand for the folder of the parts of an index: its files are written, not rendered."""
    abort(404, f"{stage}/{language}")


@site.get("/names/<stage>.json")
def names(stage: str) -> Response:
    """Stand for the file of names, which is written, not rendered."""
    abort(404, stage)


@site.get("/letters.json")
def letters() -> Response:
    """Stand for the file of characters, which is written, not rendered."""
    abort(404)


def _styles() -> list[assets.Asset]:
    return [assets.served(name) for name in (assets.PAGE_CSS, assets.LOOKUP_CSS)]


def _first(stage: str) -> PlanInForce:
    plans = shown().plans.get(stage)
    if not plans:
        abort(404)
    return plans[0]


def _rows(stage: str) -> tuple[Row, ...]:
    plan = _first(stage)
    return listed(service().addresses(plan), service().schools_of(plan))
