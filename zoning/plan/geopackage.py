"""What makes a GeoPackage readable for people: names, aliases, styles; and whether it is sound.

Sources: OGC 12-128r15 (GeoPackage 1.2), clause 2.3 "Schema" for `gpkg_data_columns`; QGIS keeps
styles of a file in its table `layer_styles`.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from zoning.messages import Phrase, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

APPLICATION_ID = 0x47504B47  # "GPKG"
# The time of writing would make two equal plans differ.
NO_TIME = "2000-01-01T00:00:00.000Z"
_SCHEMA_URL = "http://www.geopackage.org/spec131/#extension_schema"
_YEARLY = re.compile(r"^(?P<stem>[a-z_]+)_(?P<year>[0-9]{4})$")
_COUNTERS = (24, 92)
_DATA_COLUMNS = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
)
"""
_COLUMN_CONSTRAINTS = """
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
  min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
)
"""
_EXTENSIONS = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
)
"""
_STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT(30), ui TEXT(30), update_time DATETIME
)
"""


def column_title(column: str, *, language: str) -> str:
    """Return the name of a column as an officer reads it.

    Parameters
    ----------
    column
        Name in the file; "children_2027" has the name of "children" with its year.
    language
        One of `zoning.messages.languages()`.
    """
    phrase = column_phrase(column)
    return text(phrase.key, language, phrase.params)


def column_phrase(column: str) -> Phrase:
    """Return the name of a column, to be said in any language.

    Parameters
    ----------
    column
        As for `column_title`.
    """
    yearly = _YEARLY.match(column)
    stem = yearly["stem"] if yearly else column
    title = Phrase(f"plan.COLUMN_{stem}")
    if not yearly:
        return title
    return Phrase("plan.COLUMN_OF_YEAR", {"column": title, "year": yearly["year"]})


def dress(
    file: Path,
    *,
    tables: Mapping[str, Sequence[str]],
    styles: Mapping[str, str],
    layers: Sequence[str],
    language: str,
) -> None:
    """Add names, aliases and styles, and take the time of writing out.

    Parameters
    ----------
    file
        A GeoPackage.
    tables
        Columns by table; every table and column gets its name from the catalogue.
    styles
        QML by layer or table.
    layers
        Those of them that have a geometry.
    language
        Language of the names.

    Raises
    ------
    sqlite3.Error, OSError
        The file cannot be written to.
    """
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in (_DATA_COLUMNS, _COLUMN_CONSTRAINTS, _EXTENSIONS, _STYLES):
            connection.execute(statement)
        for table in ("gpkg_data_columns", "gpkg_data_column_constraints"):
            connection.execute(
                "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
                (table, _SCHEMA_URL),
            )
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description)"
            " VALUES ('layer_styles', 'attributes', 'layer_styles', '')"
        )
        for table, columns in tables.items():
            _name_table(connection, table, columns, language=language)
        for number, (layer, style) in enumerate(styles.items(), start=1):
            column = "geom" if layer in layers else ""
            connection.execute(
                "INSERT INTO layer_styles VALUES (?, '', '', ?, ?, ?, ?, NULL, 1, '', '', NULL, ?)",
                (number, layer, column, layer, style, NO_TIME),
            )
        connection.execute("UPDATE gpkg_contents SET last_change = ?", (NO_TIME,))
    _reset_counter(file)


def _reset_counter(file: Path) -> None:
    """Forget how many transactions wrote the file: it varies, and equal plans must be equal.

    Source: SQLite file format, 1.3.7 "file change counter" and 1.3.13 "version-valid-for"; both
    have to be the same number.
    """
    with file.open("r+b") as handle:
        for offset in _COUNTERS:
            handle.seek(offset)
            handle.write((1).to_bytes(4, "big"))


def _name_table(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], *, language: str
) -> None:
    connection.execute(
        "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
        (
            text(f"plan.TABLE_{table}", language),
            text(f"plan.TABLE_{table}", language, part="about"),
            table,
        ),
    )
    connection.executemany(
        "INSERT INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?, ?, ?, ?)",
        [
            (table, column, title, title)
            for column in columns
            for title in (column_title(column, language=language),)
        ],
    )


def faults(file: Path, *, rows: Mapping[str, int]) -> list[str]:
    """List what is wrong with a written file: damage, another kind of file, missing rows.

    Parameters
    ----------
    file
        A GeoPackage.
    rows
        Rows that each table has to have.

    Raises
    ------
    sqlite3.Error
        The file cannot be read at all.
    """
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        found = [
            str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"
        ]
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION_ID:
            found.append(f"application_id {application:#x}")
        for table, count in rows.items():
            (written,) = connection.execute(
                f'SELECT count(*) FROM "{table}"'  # noqa: S608 -- our own table names
            ).fetchone()
            if written != count:
                found.append(f"{table}: {written} of {count} rows")
    return found
