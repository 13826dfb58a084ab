"""Which school serves what somebody wrote: one of a closed set of answers, never a guess."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.blocks import locate
from zoning.crs import System, from_lonlat
from zoning.errors import MissingStepError
from zoning.geocode.answer import MatchCode
from zoning.geocode.kernels import NO_ZONE
from zoning.geocode.zone_ground import WHOLE_RADII
from zoning.plan.residences import today_schools
from zoning.plan.store import read_plan
from zoning.study.by_parts import parts_of, village_name
from zoning.study.compare import TODAY, find_plan
from zoning.study.map_names import is_of_map
from zoning.study.places import distances
from zoning.study.road import blocks as blocks_step
from zoning.study.road import ready, residences_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pyproj import CRS

    from zoning.geocode.answer import Answer
    from zoning.intake.model import Inputs
    from zoning.plan.model import Plan
    from zoning.plan.store import PlanFile
    from zoning.progress import Progress
    from zoning.settings import Stage
    from zoning.study.folder import Study
    from zoning.study.places import Found, Places

LISTED_AT_MOST = 30
BY_ROAD = frozenset({MatchCode.ROAD, MatchCode.VILLAGE, MatchCode.INTERPOLATED})
_RESPELT = frozenset({"VILLAGE_RESPELT", "ROAD_RESPELT"})


class Outcome(StrEnum):
    """What can be said of the school of an address."""

    ONE_SCHOOL = "one_school"
    THESE_SCHOOLS = "these_schools"
    NO_SCHOOL = "no_school"
    CHOOSE = "choose"
    NEAR_BOUNDARY = "near_boundary"
    OUTSIDE = "outside"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class Verdict:
    """The answer for one stage.

    Parameters
    ----------
    outcome
        Which of the closed set.
    zones
        Positions of the zones that are meant or come into question.
    rows
        Addresses to choose from; of `Outcome.CHOOSE` one at least.
    """

    outcome: Outcome
    zones: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Zones:
    """The zones of a stage under a plan, or those in force.

    Parameters
    ----------
    stage, plan_id
        Which.
    schools
        Schools of each zone.
    of_row
        Zone of each address of the geocoder, `NO_ZONE` outside, shape (n,).
    shapes
        geometry in the working CRS and `zone`: the ground of the zones.
    school_names
        Name by school id.
    """

    stage: str
    plan_id: str
    schools: tuple[tuple[str, ...], ...]
    of_row: NDArray[np.int32]
    shapes: gpd.GeoDataFrame
    school_names: Mapping[str, str]

    def around(self, lon: float, lat: float, radius_m: float) -> tuple[int, ...]:
        """Return the zones within a distance of a point."""
        _, met = self._met(lon, lat, radius_m)
        return tuple(np.unique(self._zone_of_shape[met]).tolist())

    def fill(self, lon: float, lat: float, radius_m: float) -> bool:
        """Tell whether zones fill all the ground within a distance of a point."""
        ring, met = self._met(lon, lat, radius_m)
        ground = shapely.union_all(self._polygons[met])
        # rounding leaves slivers between the ground and the ring
        return bool(shapely.difference(ring, ground).area <= 0.001 * ring.area)

    def largest_share(self, lon: float, lat: float, radius_m: float) -> float:
        """Return how much of the ground within a distance of a point lies in one zone at most."""
        ring, met = self._met(lon, lat, radius_m)
        areas = shapely.area(shapely.intersection(self._polygons[met], ring))
        _, zone = np.unique(self._zone_of_shape[met], return_inverse=True)
        return float(np.bincount(zone, areas).max() / ring.area) if len(met) else 0.0

    def _met(
        self, lon: float, lat: float, radius_m: float
    ) -> tuple[shapely.Polygon, NDArray[np.intp]]:
        """Return the ground within a distance of a point, and which shapes it meets."""
        x, y = from_lonlat(lon, lat, target=self._system)
        ring = shapely.Point(x[0], y[0]).buffer(max(radius_m, 1.0))
        return ring, np.sort(self._tree.query(ring, predicate="intersects"))

    # made once: what a frame makes of its rows takes longer than all else that is asked of it
    @cached_property
    def _system(self) -> System:
        return System("", self.shapes.crs)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._polygons)

    @cached_property
    def _zone_of_shape(self) -> NDArray[np.int64]:
        return np.asarray(self.shapes["zone"], dtype=np.int64)

    @cached_property
    def _polygons(self) -> NDArray[np.object_]:
        return np.asarray(self.shapes.geometry.to_numpy())


def judge(found: Found, places: Places, zones: Zones) -> Verdict:
    """Say which school serves what was found.

    Several candidates in one zone lead to one answer; in several zones they never do.

    Parameters
    ----------
    found
        Answer of `places.in_zones(zones.of_row)`.
    places
        The addresses.
    zones
        The zones.
    """
    answer = found.answer
    if found.rows:
        return _of_rows(found.rows, zones)
    if answer.code is MatchCode.REFUSED or answer.lon is None or answer.lat is None:
        return Verdict(Outcome.NOT_FOUND)
    candidates = tuple(row for row in (answer.row, *answer.alternatives) if row is not None)
    if answer.doubted:
        # beside a place, in another city or township: its own zone is not that of the place
        return _to_choose(candidates)
    if answer.code in BY_ROAD or is_of_map(answer):
        return _of_ground(answer, places, zones)
    accept = places.geocoder.matching.accept
    if answer.accepted and zones.of_row[candidates[0]] == NO_ZONE:
        return Verdict(Outcome.OUTSIDE)
    if any(reason.key == "LISTED" for reason in answer.reasons):
        # one point for many numbers: some of them may stand in the next zone
        around = zones.around(answer.lon, answer.lat, answer.radius_m or 0.0)
        if len(around) > 1:
            return Verdict(Outcome.NEAR_BOUNDARY, around, candidates)
    if answer.zone_probability is not None and answer.zone_probability >= accept:
        return _served(int(zones.of_row[candidates[0]]), zones)
    if not answer.accepted:
        return _to_choose(candidates)
    around = zones.around(answer.lon, answer.lat, answer.radius_m or 0.0)
    own = {int(zones.of_row[row]) for row in candidates} - {NO_ZONE}
    return Verdict(Outcome.NEAR_BOUNDARY, tuple(sorted({*around, *own})), candidates)


def _to_choose(rows: tuple[int, ...]) -> Verdict:
    """Let a reader choose; where nothing can be offered, such as of a road alone, it is not found.

    A road that is put right and may be another one has no address that may be meant.
    """
    return Verdict(Outcome.CHOOSE if rows else Outcome.NOT_FOUND, rows=rows)


def _of_rows(rows: Sequence[int], zones: Zones) -> Verdict:
    """Judge addresses that are meant alike."""
    own = {int(zones.of_row[row]) for row in rows}
    if len(own) == 1:
        return _served(own.pop(), zones)
    return Verdict(Outcome.CHOOSE, rows=tuple(rows))


def _served(zone: int, zones: Zones) -> Verdict:
    if zone == NO_ZONE:
        return Verdict(Outcome.OUTSIDE)
    schools = zones.schools[zone]
    if not schools:
        return Verdict(Outcome.NO_SCHOOL, (zone,))
    one = len(schools) == 1
    return Verdict(Outcome.ONE_SCHOOL if one else Outcome.THESE_SCHOOLS, (zone,))


def _of_ground(answer: Answer, places: Places, zones: Zones) -> Verdict:
    """Judge a point on a road, in a village or from a map by all the ground that it may lie on."""
    told = is_of_map(answer) or _is_on_the_ground(answer)
    assert answer.lon is not None
    assert answer.lat is not None
    radius = WHOLE_RADII * (answer.radius_m or 0.0)
    around = zones.around(answer.lon, answer.lat, radius)
    if not around:
        return Verdict(Outcome.OUTSIDE)
    # whether there is other ground is asked last: of a long road it takes long to say
    if len(around) == 1 and told and zones.fill(answer.lon, answer.lat, radius):
        return _served(around[0], zones)
    rows = along(answer, places)[:LISTED_AT_MOST]
    if not rows and answer.row is not None and not told:
        rows = (answer.row,)
    outcome = Outcome.NEAR_BOUNDARY if answer.accepted or not rows else Outcome.CHOOSE
    return Verdict(outcome, around, rows)


def _is_on_the_ground(answer: Answer) -> bool:
    """Tell whether a place lies somewhere on the ground around its point, and on no other.

    A number between known ones does where the geocoder would give it, but for the side of the road:
    the ground holds both. A village, or a group in it that no row has, does where its name is as it
    was written, and it is known by several rows. How far a road goes beyond its known numbers is
    not known.
    """
    said = {reason.key for reason in answer.reasons}
    if answer.code is MatchCode.INTERPOLATED:
        return answer.accepted or "SIDE_UNKNOWN" in said
    return answer.code is MatchCode.VILLAGE and "IN_VILLAGE" in said and not said & _RESPELT


def along(answer: Answer, places: Places) -> tuple[int, ...]:
    """Return the addresses of the road or village that a point rests on, the nearest first."""
    said = answer.reasons[0].params if answer.reasons else {}
    road = _road(str(said.get("road", "")), places)
    village = village_name(str(said.get("village", "")))
    rows = sorted({*places.parts.on_road(road), *places.parts.in_village(village)})
    lon, lat = (places.columns[name][rows] for name in ("lon", "lat"))
    assert answer.lon is not None
    assert answer.lat is not None
    away = distances(lon, lat, answer.lon, answer.lat)
    return tuple(rows[at] for at in np.argsort(away, kind="stable"))


def _road(said: str, places: Places) -> str:
    """Return a road in the form in which the addresses have it: 金家1路 for 金家一路."""
    # of a lane and the road that it leaves, the lane is meant
    return max(parts_of(said, divisions=places.parts.divisions).roads, key=len, default=said)


def zones_of(study: Study, name: str, *, places: Places, progress: Progress) -> list[Zones]:
    """Return the zones of a plan; of today, those of each stage.

    Parameters
    ----------
    study
        The study; its blocks are brought up to date.
    name
        Name of a plan, or "today".
    places
        The addresses.
    progress
        Told how far it is.

    Raises
    ------
    MissingStepError
        The plan is not there or of other blocks, or the study has no zones of today.
    """
    if name == TODAY and study.settings.inputs.current_zones is None:
        raise MissingStepError("study.NO_TODAY")
    plan = None if name == TODAY else read_plan(find_plan(study, name)).plan
    blocks_step(study, progress=progress)
    inputs = ready(study, progress).inputs
    blocks = gpd.read_parquet(study.build / "blocks" / "blocks.parquet")
    where = pd.read_parquet(study.build / "blocks" / "address_block.parquet")
    if plan is None:
        return [
            _of_today(study, stage, inputs=inputs, blocks=blocks, where=where, places=places)
            for stage in study.settings.study.stages
        ]
    return [zones_of_plan(plan, inputs=inputs, blocks=blocks, where=where, places=places)]


def zones_of_plan(
    plan: Plan, *, inputs: Inputs, blocks: gpd.GeoDataFrame, where: pd.DataFrame, places: Places
) -> Zones:
    """Return the zones of a plan over frames that are at hand.

    Parameters
    ----------
    plan
        The plan.
    inputs
        Checked inputs.
    blocks
        block_id and polygons, working CRS.
    where
        address_id, block_id.
    places
        The addresses.

    Raises
    ------
    MissingStepError
        The plan is of other blocks.
    """
    if set(plan.block_ids) != set(blocks["block_id"]):
        raise MissingStepError("study.OTHER_BLOCKS", plan=plan.plan_id)
    block_of = where.set_index("address_id")["block_id"]
    zone_of = _zone_of_block(plan)
    rows = places.table["address_id"].map(block_of).map(zone_of).fillna(NO_ZONE)
    return zones_at_hand(plan, inputs=inputs, blocks=blocks, of_row=rows.to_numpy(np.int32))


def zones_at_hand(
    plan: Plan, *, inputs: Inputs, blocks: gpd.GeoDataFrame, of_row: NDArray[np.int32]
) -> Zones:
    """Return the zones of a plan of which is known in which of them each address lies.

    Parameters
    ----------
    plan, inputs, blocks
        See `zones_of_plan`.
    of_row
        See `Zones`.
    """
    return Zones(
        stage=plan.stage,
        plan_id=plan.plan_id,
        schools=tuple(zone.school_ids for zone in plan.zones),
        of_row=of_row,
        shapes=blocks[["geometry"]].assign(zone=blocks["block_id"].map(_zone_of_block(plan))),
        school_names=_names(inputs, plan.stage),
    )


def _zone_of_block(plan: Plan) -> dict[str, int]:
    """Return the position of the zone of each block."""
    at = {zone.zone_id: position for position, zone in enumerate(plan.zones)}
    return {block: at[zone] for block, zone in zip(plan.block_ids, plan.zone_ids, strict=True)}


def _of_today(
    study: Study,
    stage: Stage,
    *,
    inputs: Inputs,
    blocks: gpd.GeoDataFrame,
    where: pd.DataFrame,
    places: Places,
) -> Zones:
    """Return the zones in force: schools that share an area are one zone, address by address."""
    homes = residences_of(study, stage, inputs=inputs, blocks=blocks, where=where)
    today = places.table["address_id"].map(homes.set_index("address_id")["today_school_id"])
    assert inputs.current_zones is not None
    drawn = inputs.current_zones[inputs.current_zones["stage"] == stage.value]
    return _in_force(stage, today, drawn, names=_names(inputs, stage.value))


def _in_force(
    stage: Stage, today: pd.Series, drawn: gpd.GeoDataFrame, *, names: Mapping[str, str]
) -> Zones:
    """Return the zones in force, given today's school of each address."""
    joined = sorted({*today.dropna(), *drawn["school_id"]} - {""})
    at = {ids: position for position, ids in enumerate(joined)}
    return Zones(
        stage=stage.value,
        plan_id=TODAY,
        schools=tuple(tuple(ids.split(";")) for ids in joined),
        of_row=today.map(at).fillna(NO_ZONE).to_numpy(np.int32),
        shapes=drawn[["geometry"]].assign(zone=drawn["school_id"].map(at)),
        school_names=names,
    )


def zones_on_file(file: PlanFile, places: Places) -> Zones:
    """Return the zones of a plan as its file has them: the study need not be without faults.

    Parameters
    ----------
    file
        The plan.
    places
        The addresses.
    """
    plan, blocks = file.plan, file.blocks
    at = {zone.zone_id: position for position, zone in enumerate(plan.zones)}
    of_block = {block: at[zone] for block, zone in zip(plan.block_ids, plan.zone_ids, strict=True)}
    inside = locate(_points(places, blocks.crs), blocks)
    return Zones(
        stage=plan.stage,
        plan_id=plan.plan_id,
        schools=tuple(zone.school_ids for zone in plan.zones),
        of_row=inside.map(of_block).fillna(NO_ZONE).to_numpy(np.int32),
        shapes=blocks[["geometry"]].assign(zone=blocks["block_id"].map(of_block)),
        school_names=dict(zip(file.schools["school_id"], file.schools["name"], strict=True)),
    )


def zones_drawn_today(inputs: Inputs, stage: Stage, *, places: Places) -> Zones:
    """Return the zones in force as the bureau's layer has them.

    Parameters
    ----------
    inputs
        What could be read; with zones of today.
    stage
        The stage.
    places
        The addresses.
    """
    assert inputs.current_zones is not None
    drawn = inputs.current_zones[inputs.current_zones["stage"] == stage.value]
    points = _points(places, inputs.crs).to_frame("geometry")
    today = today_schools(points, inputs.current_zones, stage.value)
    return _in_force(stage, today, drawn, names=_names(inputs, stage.value))


def _points(places: Places, crs: CRS) -> gpd.GeoSeries:
    lon, lat = (places.table[name].to_numpy() for name in ("lon", "lat"))
    return gpd.GeoSeries(shapely.points(*from_lonlat(lon, lat, target=System("", crs))), crs=crs)


def other_zone(found: Found, zones: Zones) -> float:
    """Return how often the place of an answer lies in another zone than the likeliest one.

    Addresses that are equal in all parts are as likely as one another. A point on a road or in a
    village may lie anywhere within its radius.

    Parameters
    ----------
    found
        Answer of `places.in_zones(zones.of_row)`.
    zones
        The zones.
    """
    answer = found.answer
    if found.rows:
        most = max(Counter(zones.of_row[list(found.rows)].tolist()).values())
        return 1.0 - most / len(found.rows)
    if answer.lon is None or answer.lat is None:
        return 1.0
    if answer.code in BY_ROAD or is_of_map(answer):
        radius = WHOLE_RADII * (answer.radius_m or 0.0)
        return 1.0 - answer.probability * zones.largest_share(answer.lon, answer.lat, radius)
    right = answer.probability if answer.zone_probability is None else answer.zone_probability
    return 1.0 - right


def _names(inputs: Inputs, stage: str) -> dict[str, str]:
    own = inputs.schools[inputs.schools["stage"] == stage]
    return dict(zip(own["school_id"], own["name"], strict=True))
