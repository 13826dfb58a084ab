"""`study.toml` as frozen, validated settings: passed in, never global.

Every key has a default that suits a county in China, except the study's name and its inputs.
Unknown keys are refused, and all faults are told at once.
"""

from __future__ import annotations

import datetime
import tomllib
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from zoning.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path


class Stage(StrEnum):
    """School stage; one plan is drawn for each."""

    PRIMARY = "primary"
    JUNIOR_MIDDLE = "junior_middle"


class Mode(StrEnum):
    """How a child travels."""

    WALK = "walk"
    DRIVE = "drive"


class Barrier(StrEnum):
    """What lines that people cannot simply cross are treated as.

    HARD: passed only on a bridge, in a tunnel or at a level crossing. NONE: ignored.
    """

    HARD = "hard"
    NONE = "none"


Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
# costs are whole milliseconds of a child in 64 bits: larger weights would not fit
Weight = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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

    file: str
    sheet: str = ""
    layer: str = ""
    crs: str = ""


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
    years: tuple[int, ...] = Field(min_length=1)
    stages: tuple[Stage, ...] = (Stage.PRIMARY, Stage.JUNIOR_MIDDLE)
    crs: str = "auto"
    rule_set: str = "changji-2026"
    data_date: datetime.date | None = None

    @model_validator(mode="after")
    def _years_ascend(self) -> StudySection:
        if list(self.years) != sorted(set(self.years)):
            raise ValueError("years must ascend and not repeat")
        return self


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
    boundary: InputFile | None = None

    @model_validator(mode="after")
    def _demand_has_a_place(self) -> InputsSection:
        if self.addresses is None and self.blocks is None:
            raise ValueError("give addresses or blocks, so that the demand has a place")
        return self

    def named(self) -> dict[str, InputFile]:
        """Return the inputs that are given, by their name."""
        pairs = ((name, getattr(self, name)) for name in type(self).model_fields)
        return {name: item for name, item in pairs if item is not None}


class BarrierSection(_Section):
    """What cannot simply be crossed."""

    railway: Barrier = Barrier.HARD
    motorway: Barrier = Barrier.HARD
    river: Barrier = Barrier.HARD
    trunk_crossing_s: NotNegative = 30.0

    @property
    def hard_kinds(self) -> tuple[str, ...]:
        """Kinds of lines that divide: for the network, the neighbours and the metrics alike."""
        kinds = {"railway": self.railway, "motorway": self.motorway, "river": self.river}
        return tuple(kind for kind, barrier in kinds.items() if barrier is Barrier.HARD)


class NetworkSection(_Section):
    """How children travel.

    Attributes
    ----------
    modes
        Mode by stage.
    walk_m_per_s
        Walking speed by stage, metres per second.
    drive_km_per_h
        Driving speed by highway class; `default` for any other class.
    snap_limit_m
        An address farther from every road than this is reported and not placed on the network.
    min_component_nodes
        Smaller unconnected pieces of the network are left out: they are mapping residue.
    """

    modes: dict[Stage, Mode] = {Stage.PRIMARY: Mode.WALK, Stage.JUNIOR_MIDDLE: Mode.WALK}
    walk_m_per_s: dict[Stage, Positive] = {Stage.PRIMARY: 0.9, Stage.JUNIOR_MIDDLE: 1.1}
    drive_km_per_h: dict[str, Positive] = {
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
    snap_limit_m: Positive = 500.0
    min_component_nodes: Annotated[int, Field(ge=1)] = 20


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

    cut_by: tuple[str, ...] = (
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
    """

    travel: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 1.0
    change: Weight = 5.0
    beyond_radius: Weight = 2.0


class DrawSection(_Section):
    """How the plan is searched for.

    Attributes
    ----------
    seed
        Same inputs, settings and seed give the same plan on any machine.
    rounds
        Amount of work of the search; it, not the clock, decides when the search ends.
    time_limit_s
        A stop for emergencies: a plan cut off by it says so and may differ between machines.
    """

    seed: int = 1
    rounds: Annotated[int, Field(ge=0)] = 40
    time_limit_s: Positive = 600.0
    weights: WeightSection = WeightSection()


class StudySettings(_Section):
    """All of `study.toml`."""

    study: StudySection
    inputs: InputsSection
    network: NetworkSection = NetworkSection()
    barriers: BarrierSection = BarrierSection()
    blocks: BlocksSection = BlocksSection()
    draw: DrawSection = DrawSection()


class SettingsFault(_Section):
    """One fault of `study.toml`: the dotted key, what kind of fault, and the value given."""

    key: str
    kind: Literal["missing", "unknown", "value"]
    detail: str


def parse_settings(document: str, *, file: str = "study.toml") -> StudySettings:
    """Read settings from TOML text.

    Raises
    ------
    SettingsError
        The text is no TOML, or keys are missing, unknown or of the wrong kind; all of them.
    """
    try:
        raw = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("settings.NOT_TOML", file=file, detail=str(error)) from error
    try:
        return StudySettings.model_validate(raw)
    except ValidationError as error:
        kinds = {"missing": "missing", "extra_forbidden": "unknown"}
        faults = [
            SettingsFault.model_validate(
                {
                    "key": ".".join(str(part) for part in fault["loc"]),
                    "kind": kinds.get(fault["type"], "value"),
                    "detail": fault["msg"].removeprefix("Value error, "),
                }
            )
            for fault in error.errors()
        ]
        raise SettingsError(
            "settings.INVALID", faults=faults, file=file, count=len(faults)
        ) from error


def load_settings(path: Path) -> StudySettings:
    """Read `study.toml`.

    Raises
    ------
    SettingsError
        The file is absent or cannot be used.
    """
    try:
        document = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SettingsError("settings.NO_FILE", file=path.name, folder=str(path.parent)) from error
    except UnicodeDecodeError as error:
        raise SettingsError("settings.NOT_UTF8", file=path.name) from error
    return parse_settings(document, file=path.name)
