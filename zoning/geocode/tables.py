"""Tables of places and of questions, read with all their faults at once; results, written."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.crs import in_china
from zoning.findings import Finding, Severity, has_errors
from zoning.geocode.explain import explain
from zoning.geocode.gazetteer import Place
from zoning.geocode.match import Question
from zoning.geocode.queue import Asked
from zoning.geocode.recording import city_name
from zoning.intake.built import first_of_each, required_findings
from zoning.intake.one_table import read_one_table
from zoning.intake.points import read_points
from zoning.intake.tables import DELIMITED
from zoning.intake.values import counts, identifiers, texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from zoning.geocode.answer import Answer
    from zoning.geocode.gazetteer import Gazetteer
    from zoning.intake.points import Placed
    from zoning.intake.source import Source

RESULT = (
    "query_id", "table_id", "lng_wgs84", "lat_wgs84", "match_code", "probability", "radius_m",
    "accepted", "explanation",
)  # fmt: skip
# of its point, where zones are given
ZONE = "zone"
# faults whose remedy in a study is a line of its settings
OWN_WORDS = frozenset(
    {"CRS_UNDECLARED", "CRS_DISAGREES", "NOT_IN_SYSTEM", "EMPTY_SHEET", "UNREADABLE"}
)
_CITIES_TOLD = 5
_ALIASES = re.compile(r"[|;；、]")
# a ten-millionth of a degree is a centimetre
_DEGREES = 7


def read_places(file: Path, *, crs: str = "") -> tuple[list[Place], list[Finding]]:
    """Read a table of places.

    Parameters
    ----------
    file
        A table with id, name or address, coordinates, and if it has them city and aliases.
    crs
        System of the coordinates where neither header nor file says it.

    Returns
    -------
    The places, none where there are errors, and all findings. A row without coordinates is left
    out with a warning.
    """
    source, findings = _source(file, "places", crs=crs)
    if source is None:
        return [], findings
    findings += required_findings(source, point=True)
    if has_errors(findings):
        return [], findings
    ids, found = _ids(source)
    placed, more = read_points(source)
    findings += [*found, *map(_for_tables, more)]
    lon, lat = placed.lonlat()
    there = np.isfinite(lon) & np.isfinite(lat)
    if placed.placed and placed.faulty is not None:
        # what is wrong with a cell was told
        without = ~there & ~placed.faulty
        findings += source.summary("PLACE_WITHOUT_POINT", without, Severity.WARNING)
    if not there.any() and not has_errors(findings):
        findings.append(_own(source, "NO_PLACES", Severity.ERROR))
    if has_errors(findings):
        return [], findings
    findings += _not_checked(source, placed, in_china(lon[there], lat[there]))
    words = {name: texts(source, name).tolist() for name in ("name", "address", "city", "alias")}
    return [
        Place(
            ids[at], words["name"][at], words["address"][at], float(lon[at]), float(lat[at]),
            words["city"][at], _several(words["alias"][at]),
        )
        for at in np.flatnonzero(there).tolist()
    ], findings  # fmt: skip


def read_questions(file: Path) -> tuple[list[Asked], list[Finding]]:
    """Read a table of questions.

    Parameters
    ----------
    file
        A table with id, name or address, and if it has them city and children.

    Returns
    -------
    The questions, none where there are errors, and all findings.
    """
    source, findings = _source(file, "questions", crs="")
    if source is None:
        return [], findings
    findings += required_findings(source)
    if has_errors(findings):
        return [], findings
    ids, found = _ids(source)
    children, more = _children(source)
    findings += [*found, *more]
    if has_errors(findings):
        return [], findings
    columns = [texts(source, name).tolist() for name in ("name", "address", "city")]
    asked = [
        Asked(id_, Question(*words), children=many)
        for id_, *words, many in zip(ids, *columns, children, strict=True)
    ]
    return asked, findings


def city_findings(places: Sequence[Place], asked: Sequence[Asked], *, file: str) -> list[Finding]:
    """Tell of questions about cities that no row of the table is in: they find next to nothing.

    Parameters
    ----------
    places, asked
        Both tables.
    file
        Name of the table of questions.
    """
    known = {city_name(place.city) for place in places if place.city}
    if not known:
        return []
    wanted = Counter(item.question.city for item in asked if item.question.city)
    missing = {city: many for city, many in wanted.items() if city_name(city) not in known}
    if not missing:
        return []
    named = sorted(missing, key=lambda city: (-missing[city], city))[:_CITIES_TOLD]
    params = {"file": file, "count": sum(missing.values()), "cities": "、".join(named)}
    return [Finding("geocode.CITY_UNKNOWN", Severity.WARNING, file, params=params)]


def _for_tables(finding: Finding) -> Finding:
    """Say it without the settings of a study where a fault can be mended on the command line."""
    code = finding.code.removeprefix("intake.")
    return replace(finding, code=f"geocode.{code}") if code in OWN_WORDS else finding


def _own(source: Source, code: str, severity: Severity, **params: object) -> Finding:
    return Finding(
        f"geocode.{code}", severity, source.file, sheet=source.sheet,
        params={"file": source.file, **params},
    )  # fmt: skip


def _not_checked(source: Source, placed: Placed, inside: NDArray[np.bool_]) -> list[Finding]:
    """Say that nobody has checked what the table says of its system: that takes roads."""
    if placed.declared is None or not placed.declared.system.degrees or not inside.any():
        return []
    name = placed.declared.system.name
    return [_own(source, "CRS_NOT_CHECKED", Severity.INFO, declared=name)]


def _children(source: Source) -> tuple[list[float | None], list[Finding]]:
    """Return the children whom each question is about, None where nobody counted them."""
    position = source.match.columns.get("children")
    if position is None:
        return [None] * len(source), []
    read = counts(source, position)
    values = zip(read.values.tolist(), read.given.tolist(), strict=True)
    return [float(many) if given else None for many, given in values], read.findings


def _source(file: Path, name: str, *, crs: str) -> tuple[Source | None, list[Finding]]:
    source, findings = read_one_table(file, name, crs=crs)
    return source, [_for_tables(finding) for finding in findings]


def _ids(source: Source) -> tuple[list[str], list[Finding]]:
    ids: pd.Series = identifiers(source, "id")
    header = source.header("id")
    missing: NDArray[np.bool_] = (ids == "").to_numpy(bool)
    findings = source.row_findings("ID_MISSING", missing, column=header)
    again = first_of_each(ids, ~missing)
    findings += source.row_findings("DUPLICATE_ID", again, column=header, values=ids)
    return ids.tolist(), findings


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _ALIASES.split(text) if part.strip())


def result_rows(
    ids: Sequence[str], answers: Sequence[Answer], *, gazetteer: Gazetteer, language: str
) -> list[tuple[str, ...]]:
    """Return answers as rows of `RESULT`.

    Parameters
    ----------
    ids
        Of the questions.
    answers
        In the same order.
    gazetteer
        The table that was asked.
    language
        Of the explanation.
    """
    return [
        (
            id_,
            "" if answer.row is None else gazetteer.ids.at(answer.row),
            "" if answer.lon is None else f"{answer.lon:.{_DEGREES}f}",
            "" if answer.lat is None else f"{answer.lat:.{_DEGREES}f}",
            answer.code.value,
            f"{answer.probability:.4f}",
            "" if answer.radius_m is None else f"{answer.radius_m:.0f}",
            "true" if answer.accepted else "false",
            explain(answer, language=language, gazetteer=gazetteer),
        )
        for id_, answer in zip(ids, answers, strict=True)
    ]


def result_csv(
    rows: Sequence[Sequence[str]], *, zones: Sequence[str] | None = None, mark: bool = True
) -> bytes:
    """Return rows of `RESULT` as a file in UTF-8.

    Parameters
    ----------
    rows
        The rows.
    zones
        Zone of each, for a column of its own; None where no zones are known.
    mark
        Whether the file begins with the mark of UTF-8, without which spreadsheets take Chinese
        text for another encoding; programs that expect none stumble over it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(RESULT if zones is None else (*RESULT, ZONE))
    writer.writerows(
        rows if zones is None else ((*row, zone) for row, zone in zip(rows, zones, strict=True))
    )
    return out.getvalue().encode("utf-8-sig" if mark else "utf-8", "replace")


def is_for_programs(file: Path) -> bool:
    """Tell whether a table is plain UTF-8 without its mark, which no spreadsheet writes.

    Parameters
    ----------
    file
        A table that can be read.
    """
    if file.suffix.lower() not in DELIMITED:
        return False
    content = file.read_bytes()
    if content.startswith(codecs.BOM_UTF8):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
