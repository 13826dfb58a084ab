"""Open the files that study.toml names, digest them, and refuse those with personal data."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from zoning.findings import Severity, has_errors
from zoning.intake.faults import fault
from zoning.intake.grid import column_findings, to_source
from zoning.intake.layers import is_layer, read_layer
from zoning.intake.model import InputDigest
from zoning.intake.personal import personal_findings, source_personal_findings
from zoning.intake.shapefile import companions
from zoning.intake.tables import choose_grid, is_table, read_grids
from zoning.schema import INPUTS, contract

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zoning.findings import Finding
    from zoning.intake.source import Source
    from zoning.schema import Contract
    from zoning.settings import InputFile, StudySettings


@dataclass(frozen=True)
class Loaded:
    """What the files of a study hold.

    Parameters
    ----------
    sources
        Readable inputs by name.
    files
        Files that were read, none of them refused.
    findings
        What is wrong with files, sheets and headers.
    """

    sources: Mapping[str, Source]
    files: tuple[InputDigest, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _One:
    """One input: its source, whether its file is refused, and findings."""

    source: Source | None
    refused: bool
    findings: tuple[Finding, ...]


def find_file(folder: Path, item: InputFile) -> tuple[Path | None, list[Finding]]:
    """Return the path of an input inside the folder; a finding where it is not there."""
    path = folder / item.file
    if not path.resolve().is_relative_to(folder.resolve()):
        return None, [fault("FILE_OUTSIDE", file=item.file)]
    if not path.is_file():
        near = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
        return None, [fault("NO_FILE", file=item.file, params={"known": "、".join(near) or "—"})]
    return path, []


def _read_table(path: Path, item: InputFile, *, file: str, columns: Contract) -> _One:
    grids, findings = read_grids(path, file=file, contract=columns)
    if not grids:
        return _One(None, refused=False, findings=tuple(findings))
    grid, found = choose_grid(grids, sheet=item.sheet)
    personal = [
        finding
        for sheet in grids
        for finding in personal_findings(sheet, columns if sheet is grid else None)
    ]
    if has_errors(personal):
        return _One(None, refused=True, findings=tuple(personal))
    if grid is None:
        return _One(None, refused=False, findings=(*findings, *found, *personal))
    source, more = to_source(grid, columns, declared=item.crs)
    return _One(source, refused=False, findings=(*findings, *found, *personal, *more))


def _read_one(path: Path, item: InputFile, *, name: str) -> _One:
    file, columns = PurePosixPath(item.file).as_posix(), contract(name)
    if is_table(file):
        return _read_table(path, item, file=file, columns=columns)
    if not is_layer(file):
        return _One(None, refused=False, findings=(fault("FORMAT_UNKNOWN", file=file),))
    source, findings = read_layer(path, file=file, item=item, contract=columns)
    personal = source_personal_findings(source) if source is not None else []
    if has_errors(personal):
        return _One(None, refused=True, findings=tuple(personal))
    return _One(source, refused=False, findings=(*findings, *personal))


def load_sources(folder: Path, settings: StudySettings) -> Loaded:
    """Read every input; of a file with forbidden content nothing is kept, not even its digest.

    Parameters
    ----------
    folder
        The study's `inputs/`.
    """
    sources: dict[str, Source] = {}
    digests: dict[str, InputDigest] = {}
    findings: list[Finding] = []
    refused: set[str] = set()
    named = settings.inputs.named()
    for name, item in named.items():
        path, missing = find_file(folder, item)
        if path is None:
            findings += missing if name in INPUTS else []
            continue
        for digest in _digests(path, name=name, folder=folder):
            digests.setdefault(digest.file, digest)
        if name not in INPUTS:
            continue
        one = _read_one(path, item, name=name)
        findings += one.findings
        if one.refused:
            refused.add(item.file)
        elif one.source is not None:
            findings += column_findings(one.source)
            # without gates, a school's own point is its gate; nothing may have been decided
            weight = Severity.INFO if name in {"gates", "decisions"} else Severity.ERROR
            findings += [] if len(one.source) else [one.source.finding("NO_ROWS", weight)]
            sources[name] = one.source
    clean = {name: source for name, source in sources.items() if named[name].file not in refused}
    kept = [digest for file, digest in sorted(digests.items()) if not _belongs(file, refused)]
    return Loaded(clean, tuple(kept), tuple(findings))


def _belongs(file: str, refused: set[str]) -> bool:
    """Tell whether a file is refused itself, or is a part of a refused Shapefile."""
    stem = PurePosixPath(file).with_suffix("")
    shapes = {
        PurePosixPath(name).with_suffix("") for name in refused if name.lower().endswith(".shp")
    }
    return file in refused or stem in shapes


def _digests(path: Path, *, name: str, folder: Path) -> list[InputDigest]:
    found = []
    for part in companions(path):
        with part.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        file = part.relative_to(folder).as_posix()
        found.append(InputDigest(name, file, digest, part.stat().st_size))
    return found
