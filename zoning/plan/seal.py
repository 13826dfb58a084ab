"""Digests of what a plan file holds, table by table, so that a later change is found and named.

They are taken of values and shapes alone: not of the order of rows, of row numbers, of how the
database lays out its pages, or of what QGIS keeps beside them (styles, names of columns).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

DIGESTS = "digests"
DIGEST_COLUMNS = ("table_name", "sha256")
# OGC 12-128r15, clause 2.1.3: bytes of the envelope by its code, after eight of the header
_HEADER = 8
_ENVELOPE = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


def digests(file: Path, tables: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of the content of each table that the file has.

    Parameters
    ----------
    file
        A GeoPackage.
    tables
        Names of layers and tables.

    Raises
    ------
    sqlite3.Error
        The file cannot be read.
    """
    with closing(_opened(file)) as connection:
        connection.text_factory = _text
        there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        return {table: _digest(connection, table) for table in tables if table in there}


def whole(by_table: Mapping[str, str]) -> str:
    """Return one SHA-256 for all tables together.

    Parameters
    ----------
    by_table
        What `digests` returned.
    """
    lines = "".join(f"{table} {digest}\n" for table, digest in sorted(by_table.items()))
    return hashlib.sha256(lines.encode("utf-8")).hexdigest()


def _opened(file: Path) -> sqlite3.Connection:
    """Open a file to read only, also where nothing can be written beside it."""
    address = file.resolve().as_uri()
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError:
        connection.close()
        return sqlite3.connect(f"{address}?immutable=1", uri=True)
    return connection


def _text(raw: bytes) -> str:
    """Read text that need not be proper UTF-8: what somebody put there is told, not stumbled on."""
    return raw.decode("utf-8", "surrogateescape")


def _digest(connection: sqlite3.Connection, table: str) -> str:
    geometry, system = _shape(connection, table)
    columns = [
        (name, kind)
        for _, name, kind, _, _, key in connection.execute(f'PRAGMA table_info("{table}")')
        if not key  # the number of the row
    ]
    total = hashlib.sha256(_encoded([columns, geometry, system]))
    chosen = ", ".join('"' + name.replace('"', '""') + '"' for name, _ in columns)
    rows = connection.execute(f'SELECT {chosen} FROM "{table}"')  # noqa: S608 -- our own tables
    for row in sorted(hashlib.sha256(_encoded(_plain(row))).digest() for row in rows):
        total.update(row)
    return total.hexdigest()


def _shape(connection: sqlite3.Connection, table: str) -> tuple[list[object], list[object]]:
    """Return the column of the shapes of a layer with its kind, and its coordinate system."""
    found = connection.execute(
        "SELECT column_name, geometry_type_name, organization, organization_coordsys_id,"
        " definition FROM gpkg_geometry_columns JOIN gpkg_spatial_ref_sys USING (srs_id)"
        " WHERE table_name = ?",
        (table,),
    ).fetchone()
    return ([], []) if found is None else (list(found[:2]), list(found[2:]))


def _plain(row: Iterable[object]) -> list[object]:
    return [[_wkb(value).hex()] if isinstance(value, bytes) else value for value in row]


def _wkb(blob: bytes) -> bytes:
    """Leave out the header of a shape in a GeoPackage, which may repeat its envelope or not."""
    if len(blob) < _HEADER or blob[:2] != b"GP":
        return blob
    return blob[_HEADER + _ENVELOPE.get(blob[3] >> 1 & 7, 0) :]


def _encoded(value: object) -> bytes:
    """Write numbers with all their digits, whole ones apart from others, in ASCII."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")
