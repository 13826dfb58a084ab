"""Write a demo county as a study folder, byte for byte the same for the same county."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pyogrio
import shapely

from zoning.errors import StorageError
from zoning.messages import DEFAULT_LANGUAGE, text
from zoning.schema import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd

    from zoning.demo.county import DemoCounty

PARTS = ("inputs", "truth", "study.toml")
STAGES = {"primary": "小学", "junior_middle": "初中"}
SCHOOL_COLUMNS = ("school_id", "name", "stage", "owner", "campus", "lng", "lat", "class_size")
GATE_COLUMNS = ("school_id", "gate", "campus", "lng", "lat")
ADDRESS_COLUMNS = (
    "address_id",
    "name",
    "division",
    "community",
    "road",
    "number",
    "alias",
    "households",
    "lng",
    "lat",
)
DECISION_COLUMNS = ("kind", "stage", "area", "school", "share", "name", "basis", "note")
ZONE_COLUMNS = ("school_id", "name", "stage")
# A file that says when it was written would differ every time.
NO_TIME = "2027-01-01T00:00:00Z"
CENTIMETRE = "%.7f"


def write_demo(county: DemoCounty, folder: Path, *, language: str = DEFAULT_LANGUAGE) -> None:
    """Write a county as a study, and its truth beside it.

    Parameters
    ----------
    county
        What `generate` made.
    folder
        The new study; made with its parents if it does not exist.
    language
        Language of the comments in `study.toml`.

    Raises
    ------
    StorageError
        There is a study already, or the disk refuses; nothing is left half written.
    """
    if folder.is_file() or any((folder / part).exists() for part in PARTS):
        raise StorageError("demo.STUDY_EXISTS", folder=str(folder))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".demo-", dir=folder.parent) as name:
            draft = Path(name)
            _write_all(county, draft, language)
            folder.mkdir(exist_ok=True)
            for part in PARTS:
                (draft / part).rename(folder / part)
    except (OSError, pyogrio.errors.DataSourceError) as error:
        raise StorageError("demo.NOT_WRITTEN", folder=str(folder), detail=str(error)) from error


def _write_all(county: DemoCounty, folder: Path, language: str) -> None:
    inputs, truth = folder / "inputs", folder / "truth"
    inputs.mkdir()
    truth.mkdir()
    _write_workbook(_school_sheets(county), inputs / "schools.xlsx")
    decided = _headers("decisions", DECISION_COLUMNS)
    _write_workbook({"已定事项": _table(county.decisions, decided)}, inputs / "decisions.xlsx")
    addresses = _headers("addresses", ADDRESS_COLUMNS)
    _write_csv(_table(county.addresses, addresses), inputs / "addresses.csv")
    demand = _headers("demand", ("address_id", "stage")) | _yearly("demand", "children", county)
    _write_csv(_table(county.demand, demand), inputs / "demand.csv")
    with _no_time():
        for layer in ("roads", "railways", "rivers", "boundary"):
            _write_layer(getattr(county, layer), inputs / "basemap.gpkg", layer)
        zones = _chinese(county.current_zones).rename(
            columns=_headers("current_zones", ZONE_COLUMNS)
        )
        _write_layer(zones, inputs / "current_zones.gpkg", "current_zones")
    known = [c for c in county.true_addresses if c != "geometry"]
    columns = {name: name for name in [*known, "lng", "lat"]}
    _write_csv(_table(county.true_addresses, columns), truth / "addresses.csv")
    _write_csv(county.true_children, truth / "children.csv")
    settings = {"name": county.name, "years": ", ".join(str(year) for year in county.years)}
    (folder / "study.toml").write_text(text("demo.STUDY", language, settings), encoding="utf-8")


def _headers(name: str, columns: Sequence[str]) -> dict[str, str]:
    """Return the Chinese header of each column of an input."""
    rules = contract(name)
    return {column: rules.column(column).header for column in columns}


def _yearly(name: str, column: str, county: DemoCounty) -> dict[str, str]:
    """Return the Chinese header of a yearly column for every year, such as 2027年班数."""
    header = contract(name).column(column).header
    return {f"{column}_{year}": f"{year}年{header}" for year in county.years}


def _chinese(table: pd.DataFrame) -> pd.DataFrame:
    """Write the stage as an officer does."""
    if "stage" not in table:
        return table
    return table.assign(stage=table["stage"].map(STAGES))


def _table(table: pd.DataFrame, headers: dict[str, str]) -> pd.DataFrame:
    """Turn points into longitude and latitude, and columns into the headers of the file."""
    plain = _chinese(pd.DataFrame(table))
    if "geometry" in plain:
        xy = shapely.get_coordinates(plain["geometry"].to_numpy())
        plain = plain.drop(columns="geometry").assign(lng=xy[:, 0], lat=xy[:, 1])
    return plain[list(headers)].rename(columns=headers)


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    # The mark at the beginning lets a spreadsheet program see that this is UTF-8.
    table.to_csv(
        path, index=False, encoding="utf-8-sig", float_format=CENTIMETRE, lineterminator="\n"
    )


def _write_layer(frame: gpd.GeoDataFrame, path: Path, layer: str) -> None:
    many = layer == "current_zones"
    frame.to_file(path, layer=layer, driver="GPKG", engine="pyogrio", promote_to_multi=many)


@contextmanager
def _no_time() -> Iterator[None]:
    """Let GeoPackages carry a fixed time."""
    key = "OGR_CURRENT_DATE"
    before = pyogrio.get_gdal_config_option(key)
    pyogrio.set_gdal_config_options({key: NO_TIME})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({key: before})


def _school_sheets(county: DemoCounty) -> dict[str, pd.DataFrame]:
    schools = _headers("schools", SCHOOL_COLUMNS) | _yearly("schools", "classes", county)
    return {
        "学校": _table(county.schools, schools),
        "校门": _table(county.gates, _headers("gates", GATE_COLUMNS)),
    }


def _write_workbook(sheets: dict[str, pd.DataFrame], path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, table in sheets.items():
        sheet = book.create_sheet(title)
        sheet.append(list(table.columns))
        degrees = {name: table[name].round(7) for name in ("经度", "纬度") if name in table}
        for row in table.assign(**degrees).itertuples(index=False):
            sheet.append([_cell(value) for value in row])
        sheet.freeze_panes = "A2"
    draft = io.BytesIO()
    book.save(draft)
    path.write_bytes(_timeless(draft.getvalue()))


def _cell(value: object) -> object:
    """Turn numpy's numbers into Python's, which a workbook takes."""
    return value.item() if hasattr(value, "item") else value


def _timeless(workbook: bytes) -> bytes:
    """Take the times of writing out of a workbook."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                stamp = rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*"
                data = re.sub(stamp, rb"\g<1>" + NO_TIME.encode(), data)
            info = zipfile.ZipInfo(name, date_time=(2027, 1, 1, 0, 0, 0))
            target.writestr(info, data, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()
