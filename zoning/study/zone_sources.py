"""The bureau's list of addresses and its zone texts, compared with the polygons of a plan."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import InputError
from zoning.findings import Finding, Severity, has_errors
from zoning.geocode.ranges import read_ranges
from zoning.intake.built import required_findings
from zoning.intake.one_table import read_one_table
from zoning.intake.values import identifiers, texts
from zoning.publish.sources import (
    Comparison,
    Difference,
    Place,
    Source,
    list_differences,
    text_differences,
)
from zoning.schema import StageWord, squeeze, stage_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from zoning.geocode.ranges import DoorText
    from zoning.intake.source import Source as Table

Schools = tuple[str, ...]
_SEVERAL = re.compile(r"[;；、,，/]")
_TEXT_SIGN = "；"


@dataclass(frozen=True)
class SourceFiles:
    """Files to be compared with the polygons; either may be absent.

    Parameters
    ----------
    listed
        Address by address, which school.
    texts
        School by school, which roads, door numbers and compounds.
    """

    listed: Path | None = None
    texts: Path | None = None


@dataclass(frozen=True)
class _Row:
    """One usable row: the first cell, the schools, and where it stands."""

    key: str
    schools: Schools
    row: int


@dataclass(eq=False)
class _Reader:
    """Reads both tables; what is wrong with either is told together.

    Parameters
    ----------
    stage
        Rows of other stages are passed over.
    schools
        Id of a school by its id and by its name, squeezed.
    """

    stage: str
    schools: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)

    def rows(self, file: Path, table: str, key: str) -> list[_Row]:
        """Return the rows of this stage whose schools are known."""
        source, found = read_one_table(file, table)
        self.findings += found
        if source is None:
            return []
        missing = required_findings(source)
        self.findings += missing
        if missing:
            return []
        read = identifiers if key == "address_id" else texts
        keys, named = read(source, key).tolist(), texts(source, "school").tolist()
        wanted = self._of_stage(source)
        ids = [self._ids(said) for said in named]
        unknown = np.array([w and i is None for w, i in zip(wanted, ids, strict=True)], dtype=bool)
        empty = np.array([w and not k for w, k in zip(wanted, keys, strict=True)], dtype=bool)
        self.findings += _own(source, "SOURCE_SCHOOL", unknown, "school", named)
        self.findings += _own(source, "SOURCE_EMPTY", empty, key, keys)
        return [
            _Row(word, schools, int(source.rows[at]))
            for at, (word, schools) in enumerate(zip(keys, ids, strict=True))
            if wanted[at] and word and schools
        ]

    def _of_stage(self, source: Table) -> list[bool]:
        if not source.has("stage"):
            return [True] * len(source)
        said = texts(source, "stage").tolist()
        meant = [stage_of(word) if word else StageWord.BOTH for word in said]
        unknown = np.array([word == StageWord.UNKNOWN for word in meant], dtype=bool)
        self.findings += source.row_findings(
            "STAGE_UNKNOWN", unknown, column=source.header("stage"), values=said
        )
        return [str(word) in {self.stage, StageWord.BOTH.value} for word in meant]

    def _ids(self, said: str) -> Schools | None:
        """Return the schools of a cell; None where one of them is not of the plan."""
        parts = [squeeze(part) for part in _SEVERAL.split(said) if part.strip()]
        ids = [self.schools.get(part) for part in parts]
        known = {school for school in ids if school is not None}
        return tuple(sorted(known)) if parts and None not in ids else None


def compare_sources(
    files: SourceFiles,
    *,
    stage: str,
    school_names: Mapping[str, str],
    places: Sequence[Place],
    drawn: Mapping[str, Schools],
) -> Comparison:
    """Compare the bureau's list and zone texts with the polygons.

    Parameters
    ----------
    files
        What there is.
    stage
        Stage of the plan.
    school_names
        Name by id of the plan's schools.
    places
        All addresses.
    drawn
        Schools of the zone that each point lies in.

    Raises
    ------
    InputError
        A file cannot be used; the error carries all findings of both.
    """
    reader = _Reader(stage, _known(school_names))
    addresses = {place.address_id for place in places}
    listed = _listed(files.listed, reader, addresses) if files.listed else None
    said = _texts(files.texts, reader) if files.texts else None
    if has_errors(reader.findings):
        raise InputError("publish.SOURCES_REFUSED", findings=reader.findings)
    differences: list[Difference] = []
    if listed is not None:
        differences += list_differences(places, drawn=drawn, listed=listed)
    if said is not None:
        differences += text_differences(places, drawn=drawn, texts=said)
    given = {Source.LIST: listed, Source.TEXT: said}
    return Comparison(
        tuple(source for source, found in given.items() if found is not None),
        tuple(differences),
        tuple(reader.findings),
    )


def read_zone_texts(
    file: Path, *, stage: str, school_names: Mapping[str, str]
) -> dict[Schools, tuple[str, ...]]:
    """Read the bureau's words for the zones of a stage.

    Parameters
    ----------
    file
        School by school, which roads, door numbers and compounds.
    stage
        Rows of other stages are passed over.
    school_names
        Name by school id; a row of another school is a fault.

    Returns
    -------
    dict
        The texts by the schools of a zone, in their order in the file.

    Raises
    ------
    InputError
        The table is refused; the error carries all findings.
    """
    reader = _Reader(stage, _known(school_names))
    rows = reader.rows(file, "zone_texts", "text")
    if has_errors(reader.findings):
        raise InputError("publish.SOURCES_REFUSED", findings=reader.findings)
    said: dict[Schools, tuple[str, ...]] = {}
    for row in rows:
        said[row.schools] = (*said.get(row.schools, ()), row.key)
    return said


def _known(school_names: Mapping[str, str]) -> dict[str, str]:
    """Return the id of a school by its id and by its name, squeezed."""
    known = {squeeze(name): school for school, name in school_names.items()}
    return known | {squeeze(school): school for school in school_names}


def _listed(file: Path, reader: _Reader, addresses: Collection[str]) -> dict[str, Schools]:
    rows = reader.rows(file, "zone_list", "address_id")
    reader.findings += [
        Finding(
            "publish.SOURCE_ADDRESS", Severity.WARNING, file.name, row=row.row, value=row.key,
            params={"address": row.key},
        )
        for row in rows
        if row.key not in addresses
    ]  # fmt: skip
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.key, set()).update(row.schools)
    return {address: tuple(sorted(schools)) for address, schools in found.items()}


def _texts(file: Path, reader: _Reader) -> dict[Schools, DoorText]:
    rows = reader.rows(file, "zone_texts", "text")
    said: dict[Schools, list[str]] = {}
    for row in rows:
        said.setdefault(row.schools, []).append(row.key)
        reader.findings += [
            Finding(
                "publish.TEXT_UNREAD", Severity.WARNING, file.name, row=row.row, value=fault.text,
                params={"text": fault.text},
            )
            for fault in read_ranges(row.key).faults
        ]  # fmt: skip
    return {schools: read_ranges(_TEXT_SIGN.join(parts)) for schools, parts in said.items()}


def _own(
    source: Table, code: str, where: NDArray[np.bool_], column: str, values: Sequence[str]
) -> list[Finding]:
    """Return a finding for each row in fault."""
    return [
        Finding(
            f"publish.{code}", Severity.ERROR, source.file, sheet=source.sheet,
            row=int(source.rows[at]), column=source.header(column), value=values[at],
            params={"value": values[at]},
        )
        for at in np.flatnonzero(where).tolist()
    ]  # fmt: skip
