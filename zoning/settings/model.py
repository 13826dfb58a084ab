"""What can be set in `study.toml`, its defaults and its limits.

Every key has a default that suits a county in China, except the study's name and its inputs.
Unknown keys are refused; `reader` reads the file and tells all faults at once.
"""

from __future__ import annotations

import datetime
from enum import StrEnum
from pathlib import PurePath
from typing import Annotated, TypeVar

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from zoning.settings.boarding import BoardingSection
from zoning.settings.classes import DrivenClass, RoadClass
from zoning.settings.lookup import LookupSection
from zoning.settings.map import MapSection
from zoning.settings.numbers import A_NUMBER, A_WHOLE_NUMBER
from zoning.settings.section import Section as _Section
from zoning.settings.walking import AGE_BAND_M_PER_S, WalkingSpeed
from zoning.settings.web import WebSection

K = TypeVar("K")
V = TypeVar("V")
LARGEST_SEED = 2**63 - 1
RULE_SETS = "rule_sets"
"""What the context of a validation calls the rule sets that there are."""


class Stage(StrEnum):
    """School stage; one plan is drawn for each."""

    PRIMARY = "primary"
    JUNIOR_MIDDLE = "junior_middle"


class Mode(StrEnum):
    """How a child travels; BOARDING: along the roads to a boarding school, without a bus."""

    WALK = "walk"
    DRIVE = "drive"
    BOARDING = "boarding"


class Barrier(StrEnum):
    """What lines that people cannot simply cross are treated as.

    HARD: passed only on a bridge, in a tunnel or at a level crossing. PRICED: passed anywhere, but
    what is passed on the level costs seconds. NONE: ignored.
    """

    HARD = "hard"
    PRICED = "priced"
    NONE = "none"


class PrivateWays(StrEnum):
    """Whether ways that are tagged as private may be used.

    OPEN: like any other, since most children live on one. CLOSED: they are left out.
    """

    OPEN = "open"
    CLOSED = "closed"


class Overload(StrEnum):
    """What children over the seats are.

    FORBIDDEN: no more than no plan can avoid. PRICED: each counts as minutes, like anything else.
    """

    FORBIDDEN = "forbidden"
    PRICED = "priced"


class Limit(StrEnum):
    """How strictly the service radius is kept.

    SOFT: children beyond it count as minutes. HARD: a block goes to a school within it where there
    is one, and to the nearest school where there is none.
    """

    SOFT = "soft"
    HARD = "hard"


class Feeder(StrEnum):
    """Whether junior middle zones are unions of whole primary zones (对口直升).

    OFF: they are drawn block by block. PLAN: the primary plan of the study is drawn first, and its
    zones stay whole. TODAY: today's primary zones stay whole.
    """

    OFF = "off"
    PLAN = "plan"
    TODAY = "today"


class AdminLines(StrEnum):
    """Whether zones may cross the lines of townships.

    IGNORE: they are not looked at. SOFT: each child who goes to a school of another township counts
    as minutes. HARD: blocks go to a school of their own township where it has one.
    """

    IGNORE = "ignore"
    SOFT = "soft"
    HARD = "hard"


Positive = Annotated[float, Field(gt=0, allow_inf_nan=False), A_NUMBER]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False), A_NUMBER]
# costs are whole milliseconds of a child in 64 bits: larger weights would not fit
Weight = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False), A_NUMBER]
# an hour at most: more is a slip of the unit
Seconds = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False), A_NUMBER]
# how many times as long a stretch takes
Slower = Annotated[float, Field(ge=1, le=10, allow_inf_nan=False), A_NUMBER]
Year = Annotated[int, Field(ge=2000, le=2100), A_WHOLE_NUMBER]
# kilometres per hour: a slip of the unit is refused
DrivingSpeed = Annotated[float, Field(ge=1, le=200, allow_inf_nan=False), A_NUMBER]


def _fault(kind: str) -> PydanticCustomError:
    """Return a fault of the kind that the catalogue calls `settings.FAULT_<kind>`."""
    return PydanticCustomError(kind, kind)


class InputFile(_Section):
    """One input layer or table.

    Attributes
    ----------
    file
        Path inside the study's `inputs/` folder.
    sheet
        Sheet of a workbook; empty takes the first one.
    layer
        Layer of a GeoPackage; empty takes the only one.
    crs
        "EPSG:4490", "CGCS2000", "WGS 84", "GCJ-02", "BD-09", or any EPSG code. Needed wherever
        the file itself does not carry one.
    """

    file: str = Field(min_length=1)
    sheet: str = ""
    layer: str = ""
    crs: str = ""

    @field_validator("file")
    @classmethod
    def _lies_in_the_study(cls, file: str) -> str:
        if PurePath(file).is_absolute() or "\0" in file:
            raise _fault("path")
        return file


class StudySection(_Section):
    """What the study is about.

    Attributes
    ----------
    name
        Name of the county.
    years
        School years that a plan has to hold in, ascending.
    stages
        One plan is drawn for each.
    crs
        Working CRS; "auto" takes the CGCS2000 3-degree zone in China, UTM elsewhere.
    rule_set
        Whose numbers apply.
    data_date
        As of when the bureau's data are; printed on maps.
    """

    name: str = Field(min_length=1)
    years: tuple[Year, ...] = Field(min_length=1)
    stages: tuple[Stage, ...] = Field((Stage.PRIMARY, Stage.JUNIOR_MIDDLE), min_length=1)
    crs: str = "auto"
    rule_set: str = "changji-2026"
    data_date: datetime.date | None = None

    @field_validator("years")
    @classmethod
    def _years_ascend(cls, years: tuple[int, ...]) -> tuple[int, ...]:
        if list(years) != sorted(set(years)):
            raise _fault("years")
        return years

    @field_validator("stages")
    @classmethod
    def _stages_differ(cls, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        if len(set(stages)) < len(stages):
            raise _fault("stages")
        return stages

    @field_validator("rule_set")
    @classmethod
    def _rule_set_exists(cls, name: str, info: ValidationInfo) -> str:
        known = (info.context or {}).get(RULE_SETS)
        if known is not None and name not in known:
            raise PydanticCustomError("rule_set", "rule_set", {"known": ", ".join(known)})
        return name


class InputsSection(_Section):
    """Where each input is. `schools`, `addresses` or `blocks`, `demand` and `roads` are needed."""

    schools: InputFile
    demand: InputFile
    roads: InputFile
    gates: InputFile | None = None
    addresses: InputFile | None = None
    blocks: InputFile | None = None
    current_zones: InputFile | None = None
    railways: InputFile | None = None
    rivers: InputFile | None = None
    road_points: InputFile | None = None
    boundary: InputFile | None = None
    decisions: InputFile | None = None

    @model_validator(mode="after")
    def _demand_has_a_place(self) -> InputsSection:
        if self.addresses is None and self.blocks is None:
            raise _fault("place")
        return self

    def named(self) -> dict[str, InputFile]:
        """Return the inputs that are given, by their name."""
        pairs = ((name, getattr(self, name)) for name in type(self).model_fields)
        return {name: item for name, item in pairs if item is not None}


class BarrierSection(_Section):
    """What cannot simply be crossed.

    Attributes
    ----------
    railway, motorway, river
        What each kind of line is treated as.
    railway_crossing_s, motorway_crossing_s, river_crossing_s
        Seconds that crossing one on the level costs, where it is "priced".
    trunk_crossing_s
        Seconds that crossing a trunk road costs on foot.
    """

    railway: Barrier = Barrier.HARD
    motorway: Barrier = Barrier.HARD
    river: Barrier = Barrier.HARD
    railway_crossing_s: Seconds = 60.0
    motorway_crossing_s: Seconds = 60.0
    river_crossing_s: Seconds = 60.0
    trunk_crossing_s: Seconds = 30.0

    @property
    def hard_kinds(self) -> tuple[str, ...]:
        """Kinds of lines that divide: for the network, the neighbours and the metrics alike."""
        return tuple(kind for kind, what in self._lines().items() if what is Barrier.HARD)

    @property
    def counted_kinds(self) -> tuple[str, ...]:
        """Kinds of lines that are not ignored: to pass one is a crossing."""
        return tuple(kind for kind, what in self._lines().items() if what is not Barrier.NONE)

    @property
    def seconds(self) -> dict[str, float]:
        """What crossing a kind of line on the level costs; 0 where it is not "priced"."""
        price = {
            "railway": self.railway_crossing_s,
            "motorway": self.motorway_crossing_s,
            "river": self.river_crossing_s,
        }
        lines = self._lines().items()
        return {kind: price[kind] if what is Barrier.PRICED else 0.0 for kind, what in lines}

    def _lines(self) -> dict[str, Barrier]:
        return {"railway": self.railway, "motorway": self.motorway, "river": self.river}


MODES = {Stage.PRIMARY: Mode.WALK, Stage.JUNIOR_MIDDLE: Mode.WALK}
WALK_M_PER_S = {stage: AGE_BAND_M_PER_S[stage.value] for stage in Stage}
DRIVE_KM_PER_H = {
    "motorway": 100.0,
    "trunk": 70.0,
    "primary": 50.0,
    "secondary": 40.0,
    "tertiary": 35.0,
    "residential": 25.0,
    "living_street": 15.0,
    "service": 15.0,
    "default": 20.0,
}


def _completed(given: dict[K, V], defaults: dict[K, V]) -> dict[K, V]:
    """Return what is given, and the default of whatever is not."""
    return given | {key: value for key, value in defaults.items() if key not in given}


class NetworkSection(_Section):
    """How children travel.

    Attributes
    ----------
    modes
        Mode by stage.
    walk_m_per_s
        Walking speed by stage, metres per second, or a name of `AGE_BAND_M_PER_S`.
    drive_km_per_h
        Driving speed by highway class; `default` for any other class.
    boarding_km_per_h
        Makes minutes of the metres to a boarding school, for a stage whose mode is "boarding".
    snap_limit_m
        An address farther from every road than this is reported and not placed on the network.
    min_component_nodes
        Smaller unconnected pieces of the network are left out: they are mapping residue.
    private_ways
        Whether ways that are tagged as private may be used.
    steps_s
        Seconds that a flight of steps takes on top of its length, on foot.
    signal_s
        Seconds that passing a signal takes on foot.
    unlit_factor, unpaved_factor
        How many times as long a way takes on foot that is tagged as unlit or unpaved.
    """

    modes: dict[Stage, Mode] = MODES
    walk_m_per_s: dict[Stage, WalkingSpeed] = WALK_M_PER_S
    drive_km_per_h: dict[DrivenClass, DrivingSpeed] = DRIVE_KM_PER_H
    boarding_km_per_h: DrivingSpeed = 15.0
    snap_limit_m: Positive = 500.0
    min_component_nodes: Annotated[int, Field(ge=1), A_WHOLE_NUMBER] = 20
    private_ways: PrivateWays = PrivateWays.OPEN
    steps_s: Seconds = 30.0
    signal_s: Seconds = 2.0
    unlit_factor: Slower = 1.0
    unpaved_factor: Slower = 1.0

    @field_validator("modes")
    @classmethod
    def _all_modes(cls, given: dict[Stage, Mode]) -> dict[Stage, Mode]:
        return _completed(given, MODES)

    @field_validator("walk_m_per_s")
    @classmethod
    def _all_walking(cls, given: dict[Stage, float]) -> dict[Stage, float]:
        return _completed(given, WALK_M_PER_S)

    @field_validator("drive_km_per_h")
    @classmethod
    def _all_driving(cls, given: dict[str, float]) -> dict[str, float]:
        return _completed(given, DRIVE_KM_PER_H)


class BlocksSection(_Section):
    """How blocks are cut where the bureau has no layer of its own.

    Attributes
    ----------
    cut_by
        Highway classes that blocks are cut along; railways, rivers and administrative lines
        always cut.
    min_area_m2
        A smaller piece joins the neighbour with the longest common edge.
    """

    cut_by: tuple[RoadClass, ...] = (
        "motorway",
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
    )
    min_area_m2: NotNegative = 2000.0


class WeightSection(_Section):
    """What the plan minimises, all in child-minutes.

    Attributes
    ----------
    travel
        Weight of one minute of one child.
    change
        Minutes that one child changing school against today counts for (相对稳定).
    beyond_radius
        Minutes that one child beyond the rule set's service radius counts for.
    other_township
        Minutes that one child going to a school of another township counts for, where
        `admin_lines` is "soft".
    imbalance
        Minutes that one child counts for where a strong primary zone feeds a strong junior middle
        school, or a weak one a weak one (one standard deviation each); for feeders only.
    boundary_min_per_km
        Minutes that one kilometre of boundary between zones counts for where it follows no road,
        river, railway or administrative line.
    """

    travel: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False), A_NUMBER] = 1.0
    change: Weight = 5.0
    beyond_radius: Weight = 2.0
    other_township: Weight = 5.0
    imbalance: Weight = 5.0
    boundary_min_per_km: Weight = 0.0


WALKING_LIMIT = {Stage.PRIMARY: Limit.SOFT, Stage.JUNIOR_MIDDLE: Limit.SOFT}


class GroupsSection(_Section):
    """Groups of neighbouring schools that share a zone, found by the program (多校划片).

    Attributes
    ----------
    size
        Schools a group; 0 leaves each school its own zone, unless a decision groups it.
    farthest_min
        Minutes between two schools beyond which they are in no group.
    stages
        For which stages.
    """

    size: Annotated[int, Field(ge=0, le=4), A_WHOLE_NUMBER] = 0
    farthest_min: Annotated[float, Field(gt=0), A_NUMBER] = 30.0
    stages: tuple[Stage, ...] = (Stage.PRIMARY, Stage.JUNIOR_MIDDLE)

    def of(self, stage: Stage) -> int:
        """Return the size of the groups of a stage; 0 for none."""
        return self.size if self.size > 1 and stage in self.stages else 0


class DrawSection(_Section):
    """How the plan is searched for.

    Attributes
    ----------
    seed
        Same inputs, settings and seed give the same plan on any machine.
    rounds
        Amount of work of the search; it, not the clock, decides when the search ends.
    enough_gap
        Share of the objective: once no plan can be better by more than that, the search ends.
    time_limit_s
        A stop for emergencies: a plan cut off by it says so and may differ between machines.
    overload
        What children over the seats are.
    overload_min
        Minutes that one child over the seats counts for, where overload is "priced".
    change_limit
        Most children a year, on the average of the years, who may change school; none is no limit.
    walking_limit
        How strictly the service radius is kept, by stage.
    admin_lines
        Whether zones may cross the lines of townships.
    feeder
        Whether junior middle zones are unions of whole primary zones.
    """

    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED), A_WHOLE_NUMBER] = 1
    rounds: Annotated[int, Field(ge=0), A_WHOLE_NUMBER] = 10
    enough_gap: Annotated[float, Field(ge=0, le=1), A_NUMBER] = 0.001
    time_limit_s: Positive = 600.0
    overload: Overload = Overload.FORBIDDEN
    overload_min: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False), A_NUMBER] = 60.0
    change_limit: Annotated[int, Field(ge=0), A_WHOLE_NUMBER] | None = None
    walking_limit: dict[Stage, Limit] = WALKING_LIMIT
    admin_lines: AdminLines = AdminLines.IGNORE
    feeder: Feeder = Feeder.OFF
    groups: GroupsSection = GroupsSection()
    weights: WeightSection = WeightSection()

    @field_validator("walking_limit")
    @classmethod
    def _all_limits(cls, given: dict[Stage, Limit]) -> dict[Stage, Limit]:
        return _completed(given, WALKING_LIMIT)


class StudySettings(_Section):
    """All of `study.toml`."""

    study: StudySection
    inputs: InputsSection
    network: NetworkSection = NetworkSection()
    barriers: BarrierSection = BarrierSection()
    boarding: BoardingSection = BoardingSection()
    blocks: BlocksSection = BlocksSection()
    draw: DrawSection = DrawSection()
    lookup: LookupSection = LookupSection()
    map: MapSection = MapSection()
    web: WebSection = WebSection()
