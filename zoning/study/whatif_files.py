"""The difference of a what-if as files: a workbook to read, a GeoPackage for maps and for QGIS."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataSourceError

from zoning.errors import StorageError
from zoning.messages import os_reason, text
from zoning.network.whatif import AddSchool, MoveSchool, OpenGate
from zoning.study.files import write_whole
from zoning.study.workbook import write_book

if TYPE_CHECKING:
    from zoning.study.whatif import WhatIf

BOOK, LAYERS = "whatif.xlsx", "whatif.gpkg"
# Minutes and metres as a person reads them; the table for programs has them in full.
_DECIMALS = {"minutes": 2, "metres": 0}


def write_folder(result: WhatIf, folder: Path, *, language: str) -> tuple[Path, Path]:
    """Write workbook and layers into a folder, which is made if need be.

    Parameters
    ----------
    result
        The difference.
    folder
        Where to, in a folder that exists; files of an earlier what-if in it are replaced.
    language
        Language of the workbook.

    Raises
    ------
    StorageError
        They could not be written.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise StorageError("study.CANNOT_WRITE", file=folder, detail=os_reason(error)) from error
    write_book(book_sheets(result, language=language), folder / BOOK)
    _write_layers(result, folder / LAYERS)
    return folder / BOOK, folder / LAYERS


def change_words(record: dict[str, Any], language: str) -> str:
    """Say one change in words."""
    return text(f"whatif.CHANGE_{record['kind']}", language, record)


def book_sheets(result: WhatIf, *, language: str) -> dict[str, pd.DataFrame]:
    """Return the sheets of the workbook with titles in a language."""
    change = result.change
    totals = {**asdict(change.totals), "minutes_change": change.totals.minutes_change}
    lines = [
        (text("whatif.PLAN", language), result.plan_id),
        *(
            (text("whatif.CHANGED", language), change_words(one, language))
            for one in result.change_records()
        ),
        *(
            (text(f"whatif.TOTAL_{name}", language), round(value, 1))
            for name, value in totals.items()
        ),
        *(
            (text(f"boarding.TOTAL_{name}", language), round(value, 1))
            for name, value in (asdict(result.boarding) if result.boarding else {}).items()
            if name != "year"
        ),
    ]
    summary = pd.DataFrame(
        lines, columns=[text("whatif.HEAD_WHAT", language), text("whatif.HEAD_VALUE", language)]
    )
    blocks = change.pairs.merge(
        change.blocks[["block_id", "nearest_before", "nearest_after"]], on="block_id"
    )
    frames = {"schools": change.schools, "blocks": blocks, "addresses": change.addresses}
    return {text("whatif.SHEET_summary", language): summary} | {
        text(f"whatif.SHEET_{name}", language): _titled(frame, language)
        for name, frame in frames.items()
    }


def _titled(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    short = frame.copy()
    for column in short.columns:
        digits = _DECIMALS.get(column.partition("_")[0])
        if digits is not None:
            short[column] = short[column].astype(float).round(digits)
    return short.rename(columns={name: text(f"whatif.COLUMN_{name}", language) for name in short})


def _write_layers(result: WhatIf, file: Path) -> None:
    """Write blocks, schools and roads, and what is known of the whole, as a GeoPackage."""
    layers: dict[str, pd.DataFrame] = {
        "blocks": _blocks(result),
        "schools": _schools(result),
        "roads": _roads(result),
        "about": _about(result),
    }
    with TemporaryDirectory() as draft:
        path = Path(draft) / LAYERS
        try:
            for number, (name, frame) in enumerate(layers.items()):
                pyogrio.write_dataframe(frame, path, layer=name, append=number > 0)
            write_whole(file, path.read_bytes())
        except OSError as error:
            raise StorageError("study.CANNOT_WRITE", file=file, detail=os_reason(error)) from error
        except DataSourceError as error:
            raise StorageError("study.CANNOT_WRITE", file=file, detail=str(error)) from error


def _blocks(result: WhatIf) -> gpd.GeoDataFrame:
    shapes = result.before.blocks.set_index("block_id").geometry
    names = result.change.pairs.groupby("block_id")["school"].agg(";".join)
    frame = result.change.blocks.drop(columns="children")
    frame = frame.assign(schools=frame["block_id"].map(names))
    return gpd.GeoDataFrame(
        frame, geometry=shapes.loc[frame["block_id"]].to_numpy(), crs=result.before.blocks.crs
    )


def _schools(result: WhatIf) -> gpd.GeoDataFrame:
    """Schools and what became of them: kept, moved with the old place beside it, new, a gate."""
    known = result.before.schools.set_index("school_id")
    points = known.geometry.to_dict()
    role = dict.fromkeys(points, "kept")
    further = []
    for change in result.changes:
        if isinstance(change, MoveSchool | AddSchool | OpenGate):
            point = shapely.Point(change.x, change.y)
            if isinstance(change, OpenGate):
                further.append((change.school_id, "gate", point))
                continue
            if isinstance(change, MoveSchool):
                further.append((change.school_id, "left", points[change.school_id]))
            points[change.school_id] = point
            role[change.school_id] = "moved" if isinstance(change, MoveSchool) else "new"
    frame = result.change.schools
    own = frame.assign(role=frame["school_id"].map(role), geometry=frame["school_id"].map(points))
    names = frame.set_index("school_id")["name"]
    more = pd.DataFrame(
        [
            {"school_id": school, "name": names[school], "role": what, "geometry": point}
            for school, what, point in further
        ],
        columns=["school_id", "name", "role", "geometry"],
    )
    together = pd.concat([own, more], ignore_index=True) if len(more) else own
    return gpd.GeoDataFrame(together, geometry="geometry", crs=result.before.blocks.crs)


def _roads(result: WhatIf) -> gpd.GeoDataFrame:
    roads = result.roads
    parts = [
        part[["way_id", "name", "highway", "geometry"]].assign(role=role)
        for part, role in ((roads.closed, "closed"), (roads.built, "built"))
    ]
    together = pd.concat(parts, ignore_index=True)
    return gpd.GeoDataFrame(together, geometry="geometry", crs=result.before.blocks.crs)


def _about(result: WhatIf) -> pd.DataFrame:
    totals = result.change.totals
    values = {
        "plan_id": result.plan_id,
        "stage": result.stage,
        "study": result.study,
        "radius_m": result.before.radius_m,
        "changes": result.change_records(),
        "totals": {**asdict(totals), "minutes_change": totals.minutes_change},
        "again": asdict(result.again),
    }
    rows = [(key, json.dumps(value, ensure_ascii=False)) for key, value in values.items()]
    return pd.DataFrame(rows, columns=["key", "value"])
