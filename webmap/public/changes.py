"""Before and after: what changes between two versions of the zones, as map, tables and file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, request, url_for

from webmap import assets
from webmap.maps.facts import NOT_KNOWN, WITHHELD_BELOW, Texts
from webmap.maps.page import map_page, render
from webmap.public.edition_words import edition_words
from webmap.public.frame import page_frame
from webmap.public.pages import (
    PAPERS,
    TEXT_SHEETS,
    around,
    atlas,
    closing,
    ground,
    kept_parts,
    paper,
    public_page,
    site,
    stage_or_404,
)
from webmap.public.wording import Wording
from webmap.services.atlas import State
from webmap.services.comparing import TODAY, compare_sides, side_of, side_of_today
from zoning.intake.findings import plain_cell
from zoning.study.lookup import shown_text

if TYPE_CHECKING:
    from webmap.maps.swipe_map import SwipeMap
    from webmap.services.atlas import Edition
    from webmap.services.comparing import Change, Side
    from zoning.publish.zone_difference import Pair

changes = Blueprint("changes", __name__)
SCRIPTS = (assets.POPUPS_JS, assets.FURNITURE_JS, assets.SWIPE_JS)
# so many addresses a page bears; the file has all of them
ROWS_SHOWN = 500
COLUMNS = ("address_id", "name", "division", "community", "road", "number")


@dataclass(frozen=True)
class Asked:
    """Two states of a stage's zones that are compared; None stands for the zones of today."""

    stage: str
    before: Edition | None
    after: Edition

    @property
    def ids(self) -> tuple[str, str]:
        """Names of both in a URL."""
        return (TODAY if self.before is None else self.before.edition_id, self.after.edition_id)


@dataclass(frozen=True)
class PairRow:
    """What changes from some schools to others, in words; `number` is its shape on the map."""

    number: int
    before: str
    after: str
    addresses: str
    children: str
    hectares: str


@dataclass(frozen=True)
class PlanRow:
    """By what anybody can tell which plan a side shows: its id, data date and digest."""

    side: str
    plan_id: str
    data_date: str
    digest: str


@changes.get("/zones/<stage>/changes")
@closing
def stage_changes(stage: str) -> Response:
    """Compare the version in force with the next one, else with the one before; or any two."""
    stage_or_404(stage)
    before, after = request.args.get("from", ""), request.args.get("to", "")
    if before and after:
        return _to(Asked(stage, _before(stage, before), _of_stage(stage, after)))
    asked = nearest(stage)
    return _nothing(stage) if asked is None else _to(asked)


@changes.get("/zones/<stage>/changes/<before>/<after>")
@closing
def compared(stage: str, before: str, after: str) -> Response:
    """Show what changes from one version to another."""
    stage_or_404(stage)
    return _page(Asked(stage, _before(stage, before), _of_stage(stage, after)))


@changes.get("/zones/<stage>/changes/<before>/<after>/addresses.csv")
@closing
def addresses(stage: str, before: str, after: str) -> Response:
    """Return every address that changes, with its old and its new school, as a table."""
    stage_or_404(stage)
    asked = Asked(stage, _before(stage, before), _of_stage(stage, after))
    change = _change(asked)
    texts = Texts(page_frame(home=False).language)
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow([*COLUMNS, "before", "after"])
    for row in change.addresses.to_dict("records"):
        schools = (
            _names(row[name], side, texts)
            for name, side in (("before", change.before), ("after", change.after))
        )
        writer.writerow([plain_cell(cell) for cell in (*(row[name] for name in COLUMNS), *schools)])
    response = public_page(lines.getvalue())
    response.mimetype = "text/csv"
    name = f"changes-{'-'.join(asked.ids)}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _to(asked: Asked) -> Response:
    before, after = asked.ids
    # how the page is wanted goes on
    kept = {name: request.args[name] for name in ("lang", "type", "paper") if name in request.args}
    words = {"stage": asked.stage, "before": before, "after": after}
    response = redirect(url_for("changes.compared", **words, **kept))  # type: ignore[arg-type]
    assert isinstance(response, Response)
    return response


def _url(view: str, asked: Asked, language: str | None) -> str:
    before, after = asked.ids
    return url_for(view, stage=asked.stage, before=before, after=after, lang=language)


def _before(stage: str, name: str) -> Edition | None:
    return None if name == TODAY else _of_stage(stage, name)


def _of_stage(stage: str, edition_id: str) -> Edition:
    edition = atlas().by_id(edition_id)
    if edition.stage != stage:
        abort(404)
    return edition


def nearest(stage: str) -> Asked | None:
    """Return the change that people ask for today; None where there is only one state.

    Parameters
    ----------
    stage
        Value of `zoning.settings.Stage`.
    """
    now, coming = atlas().shown(stage), atlas().coming(stage)
    if now is None:
        return None
    if coming is not None and now.state is State.IN_FORCE:
        return Asked(stage, now, coming)
    earlier = now.version.supersedes if now.version is not None else ""
    if earlier:
        return Asked(stage, atlas().by_id(earlier), now)
    today = side_of_today(atlas().folder, stage, like=side_of(atlas().plan(now)))
    return None if today is None else Asked(stage, None, now)


def _change(asked: Asked) -> Change:
    after_plan = atlas().plan(asked.after)
    state, _ = around()
    key = (asked.stage, *asked.ids, after_plan.digest, state)
    return kept_parts().changes.get(key, lambda: _compare(asked))


def _compare(asked: Asked) -> Change:
    after = side_of(atlas().plan(asked.after))
    before: Side | None
    if asked.before is None:
        before = side_of_today(atlas().folder, asked.stage, like=after)
    else:
        before = side_of(atlas().plan(asked.before))
    if before is None:
        abort(404)
    homes = atlas().addresses(asked.after)
    return compare_sides(before, after, addresses=homes, stage=asked.stage)


def _swipe(asked: Asked, change: Change, said: list[str], language: str) -> SwipeMap:
    from webmap.maps.swipe_map import build_swipe_map

    plan = atlas().plan(asked.after)
    state, surroundings = around()
    owner = atlas().settings.study.name
    found: SwipeMap = kept_parts().pages.get(
        ("swipe", asked.stage, *asked.ids, plan.digest, state, language),
        lambda: build_swipe_map(
            change, surroundings, ground(plan), owner=owner, said=said, language=language
        ),
    )
    return found


def _page(asked: Asked) -> Response:
    frame = page_frame(home=True, sized=True)
    texts = Texts(frame.language)
    change = _change(asked)
    moved = change.ground
    said = [
        texts("maps.FROM_TO", before=_names(one, change.before, texts),
              after=_names(other, change.after, texts))
        for one, other in zip(moved["before"], moved["after"], strict=True)
    ]  # fmt: skip
    shown = _swipe(asked, change, said, frame.language)
    numbers = {key: at for at, key in enumerate(zip(moved["before"], moved["after"], strict=True))}
    path = _url("changes.compared", asked, frame.language)
    page = map_page(
        "changes.html",
        frame,
        shown.parts,
        asset=assets.served,
        scripts=SCRIPTS,
        data=shown.data,
        sheets=(assets.ZONES_CSS,),
        map=shown,
        title=texts("maps.CHANGES_TITLE", study=atlas().settings.study.name,
                    stage=Wording(texts).stage(asked.stage)),
        before=_side_words(asked.before, texts),
        after=_side_words(asked.after, texts),
        pairs=[_pair_row(pair, change, numbers, texts) for pair in change.pairs],
        year=change.year,
        addresses=_address_rows(change, texts),
        more=max(len(change.addresses) - ROWS_SHOWN, 0),
        total=f"{len(change.addresses):,}",
        file=_url("changes.addresses", asked, frame.language),
        choices=_choices(asked.stage, texts),
        steps=_steps(asked, texts),
        action=url_for("changes.stage_changes", stage=asked.stage),
        ids=asked.ids,
        plans=_plans(change, texts),
        paper=paper(),
        papers=[(size, f"{path}&paper={size}") for size in PAPERS],
        permanent=site() + path.partition("?")[0],
    )  # fmt: skip
    return public_page(page)


def _nothing(stage: str) -> Response:
    frame = page_frame(home=True, sized=True)
    texts = Texts(frame.language)
    page = render(
        "closed.html",
        frame,
        title=texts("maps.CHANGES_TITLE", study=atlas().settings.study.name,
                    stage=Wording(texts).stage(stage)),
        study=atlas().settings.study.name,
        styles=[assets.served(name) for name in TEXT_SHEETS],
        said=texts("maps.NOTHING_TO_COMPARE"),
        settings=atlas().settings.lookup,
    )  # fmt: skip
    return public_page(page)


def _side_words(edition: Edition | None, texts: Texts) -> dict[str, str]:
    """Return name, state and URL of one of the two."""
    if edition is None:
        return {"name": texts("maps.TODAY"), "state": texts("maps.STATE_today"), "url": ""}
    said = edition_words(edition, texts)
    name = texts("maps.NAMED", name=said.name, id=edition.edition_id)
    return {"name": name, "state": said.state, "url": said.url}


def _plans(change: Change, texts: Texts) -> list[PlanRow]:
    """Return what each of the two rests on: the zones of today are no plan."""
    sides = (("before", change.before), ("after", change.after))
    return [
        PlanRow(
            side=texts(f"maps.SIDE_{name}"),
            plan_id=str(plan.summary.about.get("plan_id", "")),
            data_date=str(plan.summary.about.get("data_date") or texts("webmap.DATA_DATE_NONE")),
            digest=plan.digest,
        )
        for name, plan in ((name, side.plan) for name, side in sides)
        if plan is not None
    ]


def _choices(stage: str, texts: Texts) -> list[tuple[str, str]]:
    """Return id and name of everything that can be compared."""
    editions = atlas().editions(stage)
    named = [(one.edition_id, _side_words(one, texts)["name"]) for one in editions]
    if editions and side_of_today(atlas().folder, stage, like=side_of(atlas().plan(editions[0]))):
        named.append((TODAY, texts("maps.TODAY")))
    return named


def _steps(asked: Asked, texts: Texts) -> list[tuple[str, str]]:
    """Return name and URL of every other change from a version to the one that took its place."""
    words = {one.edition_id: _side_words(one, texts) for one in atlas().editions(asked.stage)}
    steps = [
        Asked(asked.stage, atlas().by_id(one.version.supersedes), one)
        for one in atlas().editions(asked.stage)
        if one.version is not None and one.version.supersedes
    ]
    return [
        (
            texts("maps.FROM_TO", **{
                side: words[name]["name"]
                for side, name in zip(("before", "after"), step.ids, strict=True)
            }),
            _url("changes.compared", step, texts.language),
        )
        for step in steps
        if step.ids != asked.ids
    ]  # fmt: skip


def _names(ids: str, side: Side, texts: Texts) -> str:
    """Name the schools of an area; one without a school is said to have none."""
    names = [str(side.names.get(part, part)) for part in ids.split(";") if part]
    return texts("webmap.SEPARATOR").join(names) or texts("maps.NO_SCHOOL")


def _pair_row(
    pair: Pair, change: Change, numbers: dict[tuple[str, str], int], texts: Texts
) -> PairRow:
    children = NOT_KNOWN
    if pair.children is not None:
        few = 0 < pair.children < WITHHELD_BELOW
        children = texts("webmap.UNDER", count=WITHHELD_BELOW) if few else f"{pair.children:,}"
    return PairRow(
        number=numbers.get((pair.before, pair.after), -1),
        before=_names(pair.before, change.before, texts),
        after=_names(pair.after, change.after, texts),
        addresses=f"{pair.addresses:,}",
        children=children,
        hectares=f"{pair.hectares:,.1f}",
    )


def _address_rows(change: Change, texts: Texts) -> list[tuple[str, str, str]]:
    rows = change.addresses.head(ROWS_SHOWN).to_dict("records")
    return [
        (
            shown_text(
                name=row["name"] or row["address_id"],
                division=row["division"],
                community=row["community"],
                door=row["road"] + row["number"],
            ),
            _names(row["before"], change.before, texts),
            _names(row["after"], change.after, texts),
        )
        for row in rows
    ]
