"""A bureau's files, small enough to read: two schools, four addresses, in the middle of Changji.

Every test changes one thing and looks at the findings.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl

from zoning.intake import read_inputs
from zoning.rules import load_rule_set
from zoning.settings import StudySettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import shapely

    from zoning.findings import Finding
    from zoning.intake import Intake

Row = list[Any]
LON, LAT = 87.30, 44.01
RULES = load_rule_set("changji-2026")

SCHOOLS: tuple[Row, ...] = (
    ["学校编号", "学校名称", "学段", "举办者", "校区", "经度", "纬度", "2027年学位"],
    ["X01", "第一小学", "小学", "公办", "", 87.301, 44.011, 45],
    ["C01", "第一中学", "初中", "公办", "", 87.305, 44.015, 50],
)
ADDRESSES: tuple[Row, ...] = (
    [
        "地址编号",
        "小区或村",
        "乡镇街道",
        "社区村",
        "道路",
        "门牌号",
        "别名",
        "户数",
        "经度",
        "纬度",
    ],
    ["D1", "幸福小区", "绿洲路街道", "幸福社区", "延安路", "1号", "", 120, 87.300, 44.010],
    ["D2", "和平小区", "绿洲路街道", "幸福社区", "延安路", "3号", "糖厂院", 80, 87.302, 44.012],
    ["D3", "团结小区", "绿洲路街道", "团结社区", "健康路", "2号", "", 60, 87.304, 44.014],
    ["D4", "三工村", "三工镇", "三工村", "", "", "", 40, 87.306, 44.016],
)
DEMAND: tuple[Row, ...] = (
    ["地址编号", "学段", "2027年适龄儿童"],
    ["D1", "小学", 12],
    ["D1", "初中", 10],
    ["D2", "小学", 8],
    ["D3", "初中", 9],
    ["D4", "小学", 5],
)
TABLES: Mapping[str, tuple[Row, ...]] = {
    "schools": SCHOOLS,
    "addresses": ADDRESSES,
    "demand": DEMAND,
}


def changed(rows: Iterable[Row], row: int, header: str, value: object) -> list[Row]:
    """Return the rows with one cell changed; rows are counted as the officer does, from 1."""
    new = [list(cells) for cells in rows]
    new[row - 1][new[0].index(header)] = value
    return new


def without(rows: Iterable[Row], header: str) -> list[Row]:
    """Return the rows without one column."""
    new = [list(cells) for cells in rows]
    at = new[0].index(header)
    return [cells[:at] + cells[at + 1 :] for cells in new]


def with_column(rows: Iterable[Row], header: str, values: Sequence[object]) -> list[Row]:
    """Return the rows with one more column."""
    words = [header, *values]
    return [[*cells, word] for cells, word in zip(rows, words, strict=True)]


def write_csv(path: Path, rows: Iterable[Row], *, encoding: str = "utf-8", sep: str = ",") -> None:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=sep).writerows(rows)


def write_xlsx(path: Path, rows: Iterable[Row], *, sheet: str = "Sheet1") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for cells in rows:
        book.active.append(cells)
    book.save(path)
    return book


def write_layer(
    path: Path,
    columns: Mapping[str, Sequence[object]],
    shapes: Sequence[shapely.Geometry],
    *,
    crs: object = "EPSG:4490",
    **options: Any,
) -> None:
    frame = gpd.GeoDataFrame(dict(columns), geometry=list(shapes), crs=crs)
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path, **options)


def settings(**inputs: Mapping[str, str] | None) -> StudySettings:
    """Return settings for the three CSV files; inputs given here replace or join them."""
    files: dict[str, Any] = {
        "schools": {"file": "schools.csv", "crs": "CGCS2000"},
        "addresses": {"file": "addresses.csv", "crs": "CGCS2000"},
        "demand": {"file": "demand.csv"},
        "roads": {"file": "roads.gpkg"},
    }
    files |= inputs
    study = {"name": "试点", "years": (2027,)}
    given = {name: item for name, item in files.items() if item is not None}
    return StudySettings.model_validate({"study": study, "inputs": given})


def write_tables(folder: Path, **tables: Iterable[Row]) -> None:
    """Write the three CSV files, some with other rows."""
    folder.mkdir(exist_ok=True)
    for name, rows in (TABLES | tables).items():
        write_csv(folder / f"{name}.csv", rows)


def take_in(folder: Path, chosen: StudySettings | None = None, **tables: Iterable[Row]) -> Intake:
    """Write the tables and read the inputs."""
    write_tables(folder, **tables)
    return read_inputs(folder, chosen or settings(), rules=RULES)


def codes(intake: Intake, *, above: str = "info") -> list[str]:
    """Return the codes of findings that weigh more than `above`, without their area."""
    order = ["", "info", "warning", "error"]
    heavy = order[order.index(above) + 1 :]
    found = [item.code.partition(".")[2] for item in intake.findings if item.severity in heavy]
    return sorted(found)


def the(intake: Intake, code: str) -> Finding:
    """Return the only finding of a code; both languages must be able to say it."""
    (finding,) = [item for item in intake.findings if item.code == f"intake.{code}"]
    for language in ("zh-CN", "en"):
        assert "{" not in finding.message(language)
        assert finding.message(language)
        assert finding.fix(language)
    return finding
