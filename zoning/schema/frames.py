"""What the frames after intake hold; checked with pandera before they are handed on."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from zoning.settings import Stage

if TYPE_CHECKING:
    import pandas as pd

    Frame = TypeVar("Frame", bound=pd.DataFrame)

# Column: (kind, unique). Kinds: id and text are str, count an int of 0 or more.
FRAMES: dict[str, dict[str, str]] = {
    "schools": {
        "school_id": "key",
        "name": "named",
        "stage": "stage",
        "owner": "text",
        "campus": "text",
        "resource": "number",
        "boarding": "count",
        "geometry": "point",
    },
    "gates": {"school_id": "id", "gate": "text", "campus": "text", "geometry": "point"},
    "seats": {"school_id": "id", "year": "year", "seats": "count"},
    "addresses": {
        "address_id": "key",
        "name": "text",
        "division": "text",
        "community": "text",
        "road": "text",
        "number": "text",
        "alias": "text",
        "households": "count",
        "geometry": "point",
    },
    "demand": {"address_id": "id", "stage": "stage", "year": "year", "children": "count"},
    "demand_by_block": {"block_id": "id", "stage": "stage", "year": "year", "children": "count"},
    "blocks": {"block_id": "key", "name": "text", "geometry": "polygon"},
    "current_zones": {"school_id": "id", "stage": "stage", "geometry": "polygon"},
    "boundary": {"name": "text", "level": "level", "geometry": "polygon"},
    "decisions": {
        "row": "count",
        "kind": "named",
        "stage": "text",
        "area": "text",
        "schools": "text",
        "target": "text",
        "share": "text",
        "name": "text",
        "basis": "text",
        "note": "text",
        "file": "text",
        "sheet": "text",
    },
}
"""Columns of each frame and their kind: key (a unique id), id, named (not empty), text, stage,
level, year, count, number (NaN where there is none), point, polygon."""

_GEOMETRY = {"point": ("Point",), "polygon": ("Polygon", "MultiPolygon")}


def frame_columns(name: str) -> tuple[str, ...]:
    """Return the columns of a frame, in their order."""
    return tuple(FRAMES[name])


@cache
def _schema(name: str) -> Any:
    import pandera.pandas as pa

    filled = pa.Check.str_length(min_value=1)
    levels = ["county", "town", "community"]
    makers = {
        "key": lambda: pa.Column(str, filled, unique=True),
        "id": lambda: pa.Column(str, filled),
        "named": lambda: pa.Column(str, filled),
        "text": lambda: pa.Column(str),
        "stage": lambda: pa.Column(str, pa.Check.isin([stage.value for stage in Stage])),
        "level": lambda: pa.Column(str, pa.Check.isin(levels)),
        "year": lambda: pa.Column("int64", pa.Check.in_range(2000, 2099)),
        "count": lambda: pa.Column("int64", pa.Check.ge(0)),
        "number": lambda: pa.Column("float64", pa.Check.ge(0), nullable=True),
        "point": lambda: _geometry_column("point"),
        "polygon": lambda: _geometry_column("polygon"),
    }
    columns = {column: makers[kind]() for column, kind in FRAMES[name].items()}
    return pa.DataFrameSchema(columns, strict=True, ordered=True, name=name)


def _geometry_column(kind: str) -> Any:
    import pandera.pandas as pa

    types = list(_GEOMETRY[kind])
    checks = [
        pa.Check(lambda column: column.geom_type.isin(types), name=f"is a {kind}"),
        pa.Check(lambda column: column.is_valid & ~column.is_empty, name="valid, not empty"),
    ]
    return pa.Column("geometry", checks)


def check_frame(name: str, frame: Frame) -> Frame:
    """Return the frame if it keeps its contract.

    Parameters
    ----------
    name
        One of `FRAMES`.
    frame
        In the working CRS.

    Raises
    ------
    pandera.errors.SchemaErrors
        It does not: a fault of the program, for officers' faults became findings before.
    """
    checked: Frame = _schema(name).validate(frame, lazy=True)
    return checked
