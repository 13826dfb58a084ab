"""What is asked of a what-if, understood: all faults of it are told at once."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from zoning.crs import WGS84, convert
from zoning.errors import InputError, ZoningError
from zoning.findings import Finding, Severity, has_errors
from zoning.intake.layers import read_layer
from zoning.intake.one_table import read_one_table
from zoning.intake.personal import source_personal_findings
from zoning.intake.points import read_points
from zoning.intake.roads import read_roads_file
from zoning.intake.tables import is_table
from zoning.intake.values import stages, texts
from zoning.network.segments import usable_ways
from zoning.network.whatif import (
    AddRoad,
    AddSchool,
    Change,
    CloseWay,
    MoveSchool,
    OpenGate,
    changed_roads,
    loose_ends,
    merged_with,
    pieces_of,
)
from zoning.schema import contract
from zoning.settings import InputFile, Mode
from zoning.study.taking_in import as_findings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.intake.basemap import Basemap
    from zoning.intake.source import Source
    from zoning.settings import NetworkSection, Stage

NAMES_SHOWN = 8
_POINT = {"close_way": 0, "add_road": 0, "open_gate": 1, "move_school": 1, "add_school": 2}
# Schools first open, then move, then get gates: a gate is one more wherever its school now is.
_ORDER = ("add_school", "move_school", "open_gate")
# faults whose remedy in a study is a line of its settings
_OWN_WORDS = {"intake.CRS_UNDECLARED": "whatif.CRS_UNDECLARED"}
_OPTIONS = {name: "--" + name.replace("_", "-") for name in _POINT}
KM_M = 1000.0
HALF_TURN, QUARTER_TURN = 180.0, 90.0


@dataclass(frozen=True)
class Asked:
    """What is to be tried out, as it was typed.

    Parameters
    ----------
    close_way
        Ids of ways.
    add_road
        Layers of lines.
    open_gate, move_school
        "SCHOOL,LON,LAT", the school by id or name.
    add_school
        "ID,NAME,LON,LAT", or a layer of points or a table with school_id, name and, where it has
        schools of several stages, stage.
    """

    close_way: tuple[str, ...] = ()
    add_road: tuple[Path, ...] = ()
    open_gate: tuple[str, ...] = ()
    move_school: tuple[str, ...] = ()
    add_school: tuple[str, ...] = ()

    @property
    def schools(self) -> tuple[str, ...]:
        """Schools that are named, as they were typed."""
        return tuple(_words(said)[0] for said in (*self.open_gate, *self.move_school))

    def __bool__(self) -> bool:
        """Tell whether anything is asked."""
        return any(getattr(self, name) for name in _POINT)


def _words(said: str) -> list[str]:
    return [word.strip() for word in said.replace("，", ",").split(",")]


@dataclass(frozen=True, eq=False)
class Ground:
    """What the changes are understood against.

    Parameters
    ----------
    basemap
        Roads as they are.
    schools
        school_id, name, stage and boarding places of all schools of the study.
    stage
        Stage of the plan.
    network
        The section `[network]`.
    """

    basemap: Basemap
    schools: gpd.GeoDataFrame
    stage: Stage
    network: NetworkSection

    @property
    def modes(self) -> tuple[Mode, ...]:
        """How children of the stage travel; with a boarding school among its schools, two ways."""
        ours = self.schools[self.schools["stage"] == self.stage.value]
        boards = bool((ours["boarding"] > 0).any())
        return (self.network.modes[self.stage], *((Mode.BOARDING,) if boards else ()))


@dataclass(frozen=True)
class _Point:
    """A point as it was typed, NaN where it comes from a layer, and where it is."""

    said: str
    option: str
    lon: float
    lat: float
    x: float
    y: float


@dataclass
class _Reading:
    """Changes understood so far, and what is wrong with the rest."""

    ground: Ground
    changes: list[Change] = field(default_factory=list)
    points: list[_Point] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def fault(self, code: str, said: str, option: str, **params: object) -> None:
        """Take note of a fault in what was typed."""
        place = {"option": option, "said": said, **params}
        self.findings.append(Finding(code, Severity.ERROR, file=option, value=said, params=place))

    def close_way(self, said: str) -> None:
        """Understand a way that is closed."""
        ways, option = self.ground.basemap.ways, _OPTIONS["close_way"]
        way = said.strip()
        found = pieces_of(ways, way)
        if way and found.any():
            self.changes.append(CloseWay(way))
            if not (found & self._usable(ways)).any():
                self._warn("WAY_NOT_USED", option, way=way, mode_key=self._mode_key)
            others = merged_with(ways, way)
            if others:
                self._warn("WAY_MERGED", option, way=way, others=", ".join(others))
            return
        named = ways.loc[(ways["name"] == way) & (way != ""), "way_id"]
        if len(named):
            ids = ", ".join(named[:NAMES_SHOWN])
            self.fault("whatif.WAY_IS_A_NAME", said, option, ids=ids, count=len(named))
        else:
            self.fault("whatif.NO_WAY", said, option)

    def add_road(self, file: Path) -> None:
        """Read a road that is built."""
        try:
            read = read_roads_file(file, crs=self.ground.basemap.crs)
        except ZoningError as error:
            self.findings += as_findings(error, file=file.name)
            return
        self.findings += read.findings
        self.changes.append(AddRoad(read.ways, source=file.name))
        idle = int((~self._usable(read.ways)).sum())
        if idle:
            counts = {"count": idle, "ways": len(read.ways)}
            self._warn(
                "ROAD_NOT_USED", file.name, file=file.name, mode_key=self._mode_key, **counts
            )

    @property
    def _mode_key(self) -> str:
        return f"whatif.MODE_{self.ground.network.modes[self.ground.stage].value}"

    def _usable(self, ways: gpd.GeoDataFrame) -> NDArray[np.bool_]:
        """Mark the ways that children of the stage may use, those who board included."""
        private = self.ground.network.private_ways
        usable = [usable_ways(ways, mode=mode, private=private) for mode in self.ground.modes]
        return np.asarray(np.logical_or.reduce(usable))

    def _warn(self, code: str, place: str, **params: object) -> None:
        """Take note of what is worth knowing."""
        self.findings.append(Finding(f"whatif.{code}", Severity.WARNING, file=place, params=params))

    def ends(self) -> None:
        """Find the ends of new roads that meet nothing."""
        added = [change for change in self.changes if isinstance(change, AddRoad)]
        rest = [change for change in self.changes if not isinstance(change, AddRoad)]
        ground = self.ground
        ways = changed_roads(ground.basemap, rest).basemap.ways
        for change in added:
            others = [one.ways for one in added if one is not change]
            together = gpd.GeoDataFrame(pd.concat([ways, *others], ignore_index=True))
            for end in loose_ends(
                change.ways, together, mode=ground.network.modes[ground.stage],
                private=ground.network.private_ways,
            ):  # fmt: skip
                lon, lat = _degrees(end.x, end.y, ways.crs)
                params = {
                    "file": change.source, "road": end.row + 1, "lon": lon, "lat": lat,
                    "gap_m": round(end.gap_m, 1), "name": end.name or "–",
                }  # fmt: skip
                self.findings.append(
                    Finding("whatif.LOOSE_END", Severity.ERROR, file=change.source, params=params)
                )

    def school(self, said: str, option: str) -> None:
        """Understand a gate that is opened or a school that moves or opens."""
        new = option == _OPTIONS["add_school"]
        words = _words(said)
        if len(words) != (4 if new else 3):
            self.fault("whatif.NOT_A_NEW_SCHOOL" if new else "whatif.NOT_A_POINT", said, option)
            return
        school = (
            self._new_school(words[0], said, option) if new else self._known(words, said, option)
        )
        point = self._place(words[-2:], said, option)
        if school is None or point is None:
            return
        self.points.append(point)
        if new:
            self.changes.append(AddSchool(school, words[1] or school, point.x, point.y))
        elif option == _OPTIONS["open_gate"]:
            self.changes.append(OpenGate(school, point.x, point.y))
        else:
            self.changes.append(MoveSchool(school, point.x, point.y))

    def schools(self, file: Path) -> None:
        """Read schools that open from a layer of points or a table."""
        option = _OPTIONS["add_school"]
        source, found = _read_schools(file)
        if source is None:
            self.findings += found
            return
        placed, more = read_points(source)
        found = [*found, *more]
        wanted = np.ones(len(source), dtype=bool)
        if source.has("stage"):
            _, wanted, of_stage = stages(source, studied=[self.ground.stage])
            found += of_stage
        self.findings += found
        if has_errors(found):
            return
        xs, ys = placed.working(self.ground.basemap.crs)
        columns = (texts(source, "school_id"), texts(source, "name"), xs, ys, source.rows, wanted)
        for word, name, x, y, row, ours in zip(*columns, strict=True):
            if not ours:
                continue
            said = f"{file.name} {row}"
            school = self._new_school(str(word), said, option)
            if not np.isfinite((x, y)).all():
                self.fault("whatif.NOT_A_PLACE", said, option)
            elif school is not None:
                self.changes.append(AddSchool(school, str(name) or school, float(x), float(y)))
                point = _Point(said, option, math.nan, math.nan, float(x), float(y))
                self.points.append(point)

    def _known(self, words: list[str], said: str, option: str) -> str | None:
        opened = {one.school_id for one in self.changes if isinstance(one, AddSchool)}
        moved = {one.school_id for one in self.changes if isinstance(one, MoveSchool)}
        school = words[0] if words[0] in opened else self._of_study(words, said, option)
        if option == _OPTIONS["move_school"] and school in moved | opened:
            self.fault("whatif.TWO_PLACES", said, option, school=school)
            return None
        return school

    def _of_study(self, words: list[str], said: str, option: str) -> str | None:
        schools = self.ground.schools
        found = schools[schools["school_id"] == words[0]]
        if found.empty:
            found = schools[schools["name"] == words[0]]
        ours = found[found["stage"] == self.ground.stage.value]
        if len(ours) == 1:
            return str(ours["school_id"].iloc[0])
        stage_key = f"cli.STAGE_{self.ground.stage.value}"
        if len(found) and ours.empty:
            self.fault("whatif.OTHER_STAGE", said, option, school=words[0], stage_key=stage_key)
        elif len(ours) > 1:
            ids = ", ".join(ours["school_id"])
            self.fault("whatif.SEVERAL_SCHOOLS", said, option, school=words[0], ids=ids)
        else:
            here = schools[schools["stage"] == self.ground.stage.value]
            known = ", ".join(
                f"{row.school_id} {row.name_}"
                for row in here.rename(columns={"name": "name_"})[:NAMES_SHOWN].itertuples()
            )
            self.fault("whatif.NO_SCHOOL", said, option, school=words[0], known=known)
        return None

    def _new_school(self, word: str, said: str, option: str) -> str | None:
        taken = set(self.ground.schools["school_id"])
        taken |= {one.school_id for one in self.changes if isinstance(one, AddSchool)}
        if not word:
            self.fault("whatif.NOT_A_NEW_SCHOOL", said, option)
            return None
        if word in taken:
            self.fault("whatif.SCHOOL_EXISTS", said, option, school=word)
            return None
        return word

    def _place(self, words: list[str], said: str, option: str) -> _Point | None:
        try:
            lon, lat = (float(word) for word in words)
        except ValueError:
            lon, lat = math.nan, math.nan
        if not (abs(lon) <= HALF_TURN and abs(lat) <= QUARTER_TURN):
            turned = abs(lat) <= HALF_TURN and abs(lon) <= QUARTER_TURN
            self.fault("whatif.SWAPPED" if turned else "whatif.NOT_A_PLACE", said, option)
            return None
        return _Point(said, option, lon, lat, *self._working(lon, lat))

    def _working(self, lon: float, lat: float) -> tuple[float, float]:
        crs = self.ground.basemap.crs
        x, y = convert(np.array([lon]), np.array([lat]), source=WGS84, target=crs)
        return float(x[0]), float(y[0])

    def far_points(self) -> None:
        """Find points that no road is near to, those that are built counted."""
        ground = self.ground
        ways = changed_roads(ground.basemap, self.changes).basemap.ways
        lines = ways.geometry[self._usable(ways)]
        tree = shapely.STRtree(np.asarray(lines.array))
        limit = ground.network.snap_limit_m
        for point in self.points if len(lines) else ():
            gap = _gap(tree, (point.x, point.y))
            if gap <= limit:
                continue
            turned = abs(point.lon) <= QUARTER_TURN and abs(point.lat) <= HALF_TURN
            if turned and _gap(tree, self._working(point.lat, point.lon)) <= limit:
                self.fault("whatif.SWAPPED", point.said, point.option)
            else:
                away = {"km": round(gap / KM_M, 1), "limit_m": round(limit)}
                self.fault("whatif.POINT_FAR", point.said, point.option, **away)


def _read_schools(file: Path) -> tuple[Source | None, list[Finding]]:
    """Read a layer or a table of schools, None where its personal data or faults forbid it."""
    if is_table(file.name):
        return read_one_table(file, "schools")
    item = InputFile(file=file.name)
    source, found = read_layer(file, file=file.name, item=item, contract=contract("schools"))
    if source is not None:
        found = [*found, *source_personal_findings(source)]
    return (None if has_errors(found) else source), found


def _gap(tree: shapely.STRtree, place: tuple[float, float]) -> float:
    """Metres to the nearest line; a place that the working CRS cannot hold is infinitely far."""
    if not np.isfinite(place).all():
        return math.inf
    _, gap = tree.query_nearest(shapely.Point(place), return_distance=True)
    return float(gap[0])


def _degrees(x: float, y: float, crs: pyproj.CRS) -> tuple[float, float]:
    to_degrees = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(x, y)
    return round(float(lon), 5), round(float(lat), 5)


def understood(asked: Asked, ground: Ground) -> tuple[tuple[Change, ...], tuple[Finding, ...]]:
    """Return the changes that are meant, and what is worth knowing about them.

    Parameters
    ----------
    asked
        As it was typed.
    ground
        What it is understood against.

    Raises
    ------
    InputError
        Something cannot be understood or cannot be; the error carries all findings.
    """
    reading = _Reading(ground)
    for way in asked.close_way:
        reading.close_way(way)
    for file in asked.add_road:
        reading.add_road(file)
    for name in _ORDER:
        for said in getattr(asked, name):
            if name != "add_school" or len(_words(said)) > 1:
                reading.school(said, _OPTIONS[name])
            elif Path(said).is_file():
                reading.schools(Path(said))
            else:
                reading.fault("whatif.NO_SUCH_FILE", said, _OPTIONS[name])
    reading.ends()
    reading.far_points()
    reading.findings = [
        replace(item, code=_OWN_WORDS.get(item.code, item.code)) for item in reading.findings
    ]
    if has_errors(reading.findings):
        count = sum(item.severity is Severity.ERROR for item in reading.findings)
        raise InputError("whatif.REFUSED", findings=reading.findings, count=count)
    return tuple(reading.changes), tuple(reading.findings)
