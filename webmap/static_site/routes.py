"""Which routes of the application become files, and for which of their values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

from webmap.notices.told import is_public
from webmap.notices.views import office
from webmap.public.changes import nearest
from webmap.public.ground import base_map
from webmap.public.pages import atlas
from webmap.services.papers import MAPS, NOTICE_FILES
from webmap.static_site.links import NOTICE_FILE, SCHOOL_FILE
from zoning.report.notice_document import NEW_MAP, OLD_MAP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from webmap.services.atlas import Edition
    from webmap.static_site.pages import Shown
    from zoning.notice.content import NoticeContent

Values = dict[str, Any]


class Written(Enum):
    """How often a route is written."""

    # in every language, in both sizes of type
    PAGE = "page"
    # in every language
    PAPER = "paper"
    # once
    DATA = "data"


@dataclass(frozen=True)
class Route:
    """A route of the application that becomes files.

    Parameters
    ----------
    endpoint
        Its name.
    file
        Path of its file with placeholders; that of a page or paper lies in the folder of its
        language.
    each
        Returns the values of the route, once for each file.
    written
        How often it is written.
    """

    endpoint: str
    file: str
    each: Callable[[Shown], Iterable[Values]]
    written: Written = Written.PAGE


def editions(shown: Shown) -> Iterator[Edition]:
    """Yield every version of the stages that are written, those of earlier years too.

    Parameters
    ----------
    shown
        What is written.
    """
    for stage in shown.plans:
        yield from atlas().editions(stage)


def compared(shown: Shown) -> Iterator[Values]:
    """Yield what the page of each stage's changes compares.

    Parameters
    ----------
    shown
        What is written.
    """
    for stage in shown.plans:
        asked = nearest(stage)
        if asked is not None:
            before, after = asked.ids
            yield {"stage": stage, "before": before, "after": after}


def _once(_: Shown) -> Iterable[Values]:
    return [{}]


def _stages(shown: Shown) -> Iterable[Values]:
    return [{"stage": stage} for stage in shown.plans]


def _versions(shown: Shown) -> Iterable[Values]:
    return [{"version_id": one.edition_id} for one in editions(shown)]


def _editions(shown: Shown) -> Iterable[Values]:
    return [{"edition_id": one.edition_id} for one in editions(shown)]


def _schools(shown: Shown) -> Iterable[Values]:
    for one in editions(shown):
        for school in atlas().plan(one).schools["school_id"]:
            yield {"edition_id": one.edition_id, "school_id": str(school)}


def _steps(shown: Shown) -> Iterator[Values]:
    """Yield each version with the one before it, but for what is compared already."""
    known = list(compared(shown))
    for one in editions(shown):
        before = one.version.supersedes if one.version is not None else ""
        step = {"stage": one.stage, "before": before, "after": one.edition_id}
        if before and step not in known:
            yield step


def _all_compared(shown: Shown) -> Iterable[Values]:
    return [*compared(shown), *_steps(shown)]


def _tiles(_: Shown) -> Iterable[Values]:
    return [{"name": item.name} for item in base_map().files()]


def _cases(_: Shown) -> Iterable[Values]:
    return [{"case_id": one.case_id} for one in office().cases.every() if is_public(one)]


def _plans(shown: Shown) -> Iterable[Values]:
    """Return the plans that notices name, but for those that became versions."""
    named = {
        map_.name
        for case in office().cases.every()
        for notice in case.notices
        for map_ in (notice.version.content.old_map, notice.version.content.new_map)
        if map_ is not None
    }
    published = {one.plan_id for one in editions(shown)}
    return [
        {"plan_id": name}
        for name in sorted(named & set(office().plan_names()))
        if name not in published
    ]


def _papers(_: Shown, *, name: str) -> Iterator[Values]:
    """Yield every version of every notice that has a paper."""
    for case in office().cases.every():
        for notice in case.notices:
            if _has(notice.version.content, name):
                yield {"case_id": case.case_id, "number": str(notice.number), "name": name}


def _has(content: NoticeContent, name: str) -> bool:
    drawn = {MAPS[OLD_MAP]: content.old_map, MAPS[NEW_MAP]: content.new_map}
    return name not in drawn or (drawn[name] is not None and content.new_map is not None)


# a further route of the application is written by one more line
ROUTES = (
    Route("site.home", "index.html", _once),
    Route("site.search", "lookup.html", _once),
    Route("site.lists", "lists/{stage}.html", _stages),
    Route("zones.index", "zones.html", _once),
    Route("zones.by_id", "zones/{edition_id}.html", _editions),
    Route("schools.by_edition", SCHOOL_FILE, _schools),
    Route("changes.stage_changes", "changes/{stage}.html", _stages),
    Route("changes.compared", "changes/{before}/{after}.html", _steps),
    Route("public.plan_map", "plans/{plan_id}.html", _plans),
    Route("notices.every", "notices.html", _once),
    Route("notices.one", NOTICE_FILE, _cases),
    *(
        Route("notice_papers.of_notice", f"notices/{{case_id}}/{{number}}/{name}",
              partial(_papers, name=name), Written.PAPER)
        for name in NOTICE_FILES
    ),
    Route("notices.log", "data/cases/{case_id}.jsonl", _cases, Written.DATA),
    Route("changes.addresses", "data/changes-{before}-{after}.csv", _all_compared, Written.DATA),
    Route("site.table", "data/{stage}.csv", _stages, Written.DATA),
    Route("site.zones", "data/{version_id}.geojson", _versions, Written.DATA),
    Route("ground.tiles", "tiles/{name}.pmtiles", _tiles, Written.DATA),
)  # fmt: skip
