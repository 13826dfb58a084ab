"""Roads, railways and rivers from the bureau's own layers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from zoning.errors import InputError
from zoning.findings import Finding, Severity
from zoning.intake.declare import declared_system
from zoning.intake.layers import read_layer
from zoning.intake.osm_tags import NOT_A_WAY, is_structure, kmh_of, layer_of, lit_of
from zoning.intake.personal import source_personal_findings
from zoning.schema import Column, Contract

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from zoning.crs import System
    from zoning.intake.source import Source
    from zoning.settings import InputFile

CHILD_COLUMN = "intake.PERSONAL_CHILD"
_NAME = Column(
    "name", "道路名称", ("路名", "道路名", "名称", "铁路名称", "河流名称", "road_name", "road")
)
_STRUCTURE = (
    Column("bridge", "桥梁", ("桥", "是否桥梁", "is_bridge")),
    Column("tunnel", "隧道", ("涵洞", "是否隧道", "is_tunnel")),
)
FOOT = Column("foot", "步行", ("行人", "行人通行", "允许步行"))
MOTOR = Column("motor", "机动车", ("机动车通行", "motor_vehicle", "motorcar"))
ROADS = Contract(
    "roads",
    (
        Column("way_id", "道路编号", ("路段编号", "编号", "osm_id", "road_id")),
        _NAME,
        Column("highway", "道路等级", ("道路类别", "道路类型", "等级", "class", "fclass")),
        Column("oneway", "单行", ("单行线", "单向", "单向通行", "通行方向", "one_way")),
        *_STRUCTURE,
        FOOT,
        MOTOR,
        Column("access", "通行", ("通行限制", "准入")),
        Column("maxspeed", "限速", ("限速值", "speed_limit")),
        Column("layer", "层", ("层级", "高程层")),
        Column("lit", "路灯", ("照明", "有无路灯")),
        Column("surface", "路面", ("路面类型", "铺装")),
    ),
)
LINES = Contract("lines", (_NAME, *_STRUCTURE))

# Urban classes after GB/T 51328-2018 (快速路, 主干路, 次干路, 支路), rural ones after article 6 of
# the Highway Law (国道, 省道, 县道, 乡道) and the village roads below them; matched to the classes
# of OpenStreetMap as its page on tagging in China does.
CLASSES: Mapping[str, str] = {
    "高速": "motorway", "高速公路": "motorway", "高速路": "motorway",
    "快速路": "trunk", "城市快速路": "trunk", "国道": "trunk", "一级公路": "trunk",
    "主干路": "primary", "主干道": "primary", "省道": "primary", "二级公路": "primary",
    "次干路": "secondary", "次干道": "secondary", "县道": "secondary", "三级公路": "secondary",
    "支路": "tertiary", "乡道": "tertiary", "四级公路": "tertiary",
    "村道": "unclassified", "等外公路": "unclassified", "其他道路": "unclassified",
    "街巷": "residential", "巷道": "residential", "小区道路": "residential",
    "内部道路": "service", "步行街": "pedestrian", "人行道": "footway", "步道": "footway",
    "台阶": "steps", "梯道": "steps", "小路": "path", "机耕路": "track", "机耕道": "track",
}  # fmt: skip
UNKNOWN_CLASS = "unclassified"
# Geofabrik tells farm tracks apart by their surface.
_GRADED = re.compile(r"^track_grade\d$")
_NO = frozenset({"否", "无", "f", "n", "0", "0.0"})
_YES = frozenset({"是", "有", "y", "t", "1", "1.0", "true", "yes"})
_UNPAVED = frozenset(
    {"土路", "土路面", "砂石", "砂石路", "砂石路面", "碎石", "碎石路", "未硬化", "未铺装", "泥路"}
)
_FORWARD = frozenset({*_YES, "单行", "单向", "正向", "顺向", "ft"})
_BACKWARD = frozenset({"-1", "-1.0", "反向", "逆向", "reverse", "tf"})
# Layers that Geofabrik makes of OpenStreetMap have B for both directions, F for along the line, T
# for against it; in a column without a B the letters are what they are elsewhere, true and false.
_BOTH_LETTER, _DIRECTION_LETTERS = "b", {"f": 1, "t": -1}


@dataclass(frozen=True, eq=False)
class LineLayer:
    """A layer of lines as it was read.

    Parameters
    ----------
    source
        Headers and cells; one row a feature.
    rows
        Features that have lines, as positions in the source.
    lines
        Their geometry, in the layer's own coordinates.
    system
        What the coordinates mean.
    findings
        What is worth saying though it does not stop the reading.
    """

    source: Source
    rows: NDArray[np.int64]
    lines: NDArray[np.object_]
    system: System
    findings: tuple[Finding, ...]

    def texts(self, column: str) -> list[str]:
        """Return the cells of a column, "" where there is none."""
        position = self.source.match.columns.get(column)
        if position is None:
            return [""] * len(self.rows)
        return [str(cell) for cell in self.source.cells[position].to_numpy()[self.rows]]

    def flags(self, column: str) -> list[bool]:
        """Return the cells of a column as yes or no."""
        return [is_structure(cell) and cell.casefold() not in _NO for cell in self.texts(column)]


def read_line_layer(folder: Path, item: InputFile, *, contract: Contract) -> LineLayer:
    """Read a layer of lines and what its coordinates mean.

    Parameters
    ----------
    folder
        Folder of the inputs.
    item
        File, layer and, where the file does not carry it, CRS.
    contract
        `ROADS` or `LINES`.

    Raises
    ------
    InputError
        The file is empty, unreadable, of unknown CRS, or has no lines.
    """
    source, findings = read_layer(folder / item.file, file=item.file, item=item, contract=contract)
    declared = None
    if source is not None:
        # a road may well have a "full name"; it has no parent with an income
        personal = source_personal_findings(source)
        findings = [*findings, *(item for item in personal if item.code != CHILD_COLUMN)]
    if source is not None and source.geometry is not None:
        declared, found = declared_system(source)
        findings = [*findings, *found]
    refused = [finding for finding in findings if finding.severity is Severity.ERROR]
    if refused:
        raise InputError(refused[0].code, findings=refused, **refused[0].params)
    if source is None or source.geometry is None or declared is None:
        raise InputError("roads.NO_LINES", file=item.file)
    rows = np.flatnonzero(shapely.get_dimensions(source.geometry) == 1)
    if not len(rows):
        raise InputError("roads.NO_LINES", file=item.file)
    return LineLayer(source, rows, source.geometry[rows], declared.system, tuple(findings))


def road_columns(layer: LineLayer) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Return a road layer as ways, in its own coordinates.

    Roads that are only planned or being built are left out. Classes that are not understood are
    said, and taken for small roads.
    """
    highway, findings = _classes(layer)
    numbers = [f"{row:07d}" for row in layer.source.rows[layer.rows]]
    values: dict[str, Any] = {
        "way_id": [
            given or number for given, number in zip(layer.texts("way_id"), numbers, strict=True)
        ],
        "name": layer.texts("name"),
        "highway": highway,
        "oneway": _directions(layer.texts("oneway")),
        "bridge": layer.flags("bridge"),
        "tunnel": layer.flags("tunnel"),
        "foot": _access(layer, "foot"),
        "motor": _access(layer, "motor"),
        "maxspeed": [kmh_of(cell) for cell in layer.texts("maxspeed")],
        "layer": [layer_of(cell) for cell in layer.texts("layer")],
        "lit": [_lit(cell) for cell in layer.texts("lit")],
        "surface": [_surface(cell) for cell in layer.texts("surface")],
    }
    ways = gpd.GeoDataFrame(values, geometry=list(layer.lines))
    built = ~ways["highway"].isin(NOT_A_WAY)
    return ways[built].reset_index(drop=True), findings


def line_columns(layer: LineLayer, *, kind: str) -> gpd.GeoDataFrame:
    """Return a layer of railways or rivers as barrier lines, in its own coordinates."""
    values = {
        "kind": kind,
        "name": layer.texts("name"),
        "bridge": layer.flags("bridge"),
        "tunnel": layer.flags("tunnel"),
    }
    return gpd.GeoDataFrame(values, geometry=list(layer.lines))


def _directions(cells: list[str]) -> list[int]:
    """Return 1 for along the line only, -1 for against it only, 0 for both."""
    words = [cell.casefold() for cell in cells]
    letters = _DIRECTION_LETTERS if _BOTH_LETTER in words else {}
    return [letters.get(word, _direction(word)) for word in words]


def _direction(word: str) -> int:
    return -1 if word in _BACKWARD else int(word in _FORWARD)


def _access(layer: LineLayer, column: str) -> list[str]:
    """Return who may pass: what the column says, else what is said of everybody."""
    pairs = zip(layer.texts(column), layer.texts("access"), strict=True)
    return [access_of(own or everybody) for own, everybody in pairs]


def access_of(cell: str) -> str:
    """Return "no" where a cell says that nobody may pass, else the cell."""
    return "no" if cell.casefold() in {*_NO, "no", "false", "禁止", "不允许"} else cell


def _lit(cell: str) -> str:
    return "no" if cell.casefold() in _NO else lit_of(cell)


def _surface(cell: str) -> str:
    word = cell.casefold()
    return "unpaved" if word in _UNPAVED else word


def _classes(layer: LineLayer) -> tuple[list[str], tuple[Finding, ...]]:
    source = layer.source
    words = [_GRADED.sub("track", cell.casefold()) for cell in layer.texts("highway")]
    if not source.has("highway"):
        missing = Finding(
            "roads.NO_CLASSES", Severity.WARNING, file=source.file, sheet=source.sheet,
            params={"file": source.file},
        )  # fmt: skip
        return [UNKNOWN_CLASS] * len(words), (missing,)
    latin = re.compile(r"[a-z_]+")
    strange = sorted({word for word in words if word not in CLASSES and not latin.fullmatch(word)})
    highway = [
        word if latin.fullmatch(word) else CLASSES.get(word, UNKNOWN_CLASS) for word in words
    ]
    findings = [
        Finding(
            "roads.UNKNOWN_CLASS", Severity.WARNING, file=source.file, sheet=source.sheet,
            column=source.header("highway"), value=word,
            params={"word": word, "known": "、".join(CLASSES)},
        )
        for word in strange
    ]  # fmt: skip
    return highway, tuple(findings)
