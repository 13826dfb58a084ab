"""Plan files: finding them in a study and reading them. Nothing else here opens one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from webmap.errors import PlanAmbiguousError, PlanNotFoundError, PlanUnreadableError
from zoning.plan.store import read_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

# A bureau's plan ids are digests; anything else in a request is not even looked for.
_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")


@dataclass(frozen=True)
class PlanSummary:
    """What a list of plans tells of one: no geometry is read for it.

    Parameters
    ----------
    plan_id
        Id of the plan: the name of its file.
    about
        Table `plan` of the file, key to value.
    metrics
        Table `metrics`: metric, scope, year, value, unit, note.
    """

    plan_id: str
    about: Mapping[str, str]
    metrics: pd.DataFrame = field(repr=False)


@dataclass(frozen=True)
class PlanData:
    """A plan with its layers, in the metric CRS in which it was drawn.

    Parameters
    ----------
    summary
        Id, file and tables of the plan.
    digest
        SHA-256 over assignment, inputs, settings and seed: the same on any machine, so that a
        printed map can be compared with the plan.
    years
        Years of the plan, ascending.
    zones, blocks, schools
        Layers of the file, sorted by id, indexed from 0.
    """

    summary: PlanSummary
    digest: str
    years: tuple[int, ...]
    zones: gpd.GeoDataFrame = field(repr=False)
    blocks: gpd.GeoDataFrame = field(repr=False)
    schools: gpd.GeoDataFrame = field(repr=False)


def plan_files(study: Path) -> tuple[Path, ...]:
    """Return the plan files of a study, the newest first."""
    files = sorted((study / "plans").glob("*.gpkg"), key=lambda path: path.name)
    return tuple(sorted(files, key=lambda path: path.stat().st_mtime_ns, reverse=True))


def find_plan(study: Path, wanted: str | None = None) -> Path:
    """Find one plan file.

    Parameters
    ----------
    study
        Folder of the study.
    wanted
        A plan id, its unique beginning, or the path of a plan file; None takes the newest.

    Raises
    ------
    PlanNotFoundError
        The study has no such plan, or none at all.
    PlanAmbiguousError
        Several plans begin so.
    """
    files = plan_files(study)
    if wanted is None:
        if not files:
            raise PlanNotFoundError("webmap.NO_PLANS", folder=str(study))
        return files[0]
    path = Path(wanted)
    if path.suffix == ".gpkg" and path.is_file():
        return path
    matches = [file for file in files if file.stem.startswith(wanted)] if wanted else []
    exact = [file for file in matches if file.stem == wanted]
    if len(exact) == 1 or len(matches) == 1:
        return (exact or matches)[0]
    if matches:
        known = ", ".join(sorted(file.stem for file in matches))
        raise PlanAmbiguousError("webmap.PLAN_AMBIGUOUS", plan=wanted, known=known)
    raise PlanNotFoundError("webmap.PLAN_NOT_FOUND", plan=wanted)


def find_plan_by_id(study: Path, plan_id: str) -> Path:
    """Find a plan file by its whole id, as in a URL: never a path, never a beginning.

    Raises
    ------
    PlanNotFoundError
        The study has no such plan.
    """
    if _ID.fullmatch(plan_id):
        for file in plan_files(study):
            if file.stem == plan_id:
                return file
    raise PlanNotFoundError("webmap.PLAN_NOT_FOUND", plan=plan_id[:80])


def summarise(path: Path) -> PlanSummary:
    """Read the tables of a plan file that describe it.

    Raises
    ------
    PlanUnreadableError
        The file is damaged or is no plan.
    """
    about = _read(path, "plan").set_index("key")["value"]
    return PlanSummary(path.stem, about=_about(about), metrics=_read(path, "metrics"))


def list_plans(study: Path) -> tuple[tuple[PlanSummary, ...], tuple[str, ...]]:
    """Return every plan of a study, the newest first, and the names of files that are damaged."""
    found, damaged = [], []
    for path in plan_files(study):
        try:
            found.append(summarise(path))
        except PlanUnreadableError:
            damaged.append(path.name)
    return tuple(found), tuple(damaged)


def load_plan(path: Path, *, plan_id: str = "", known: bool = False) -> PlanData:
    """Read a plan file, which is refused if it was changed since it was written.

    Parameters
    ----------
    path
        The file.
    plan_id
        Id of the plan, where the file has another name.
    known
        See `read_plan`.

    Raises
    ------
    StorageError
        The file is damaged, is no plan, or is not what its id says.
    """
    content = read_plan(path, known=known)
    about = _about(pd.Series(content.facts))
    return PlanData(
        summary=PlanSummary(plan_id=plan_id or path.stem, about=about, metrics=content.metrics),
        digest=content.plan.digest,
        years=content.plan.years,
        zones=content.zones.sort_values("zone_id", ignore_index=True),
        blocks=content.blocks.sort_values("block_id", ignore_index=True),
        schools=content.schools.sort_values("school_id", ignore_index=True),
    )


def _about(pairs: pd.Series) -> dict[str, str]:
    return {str(key): str(value) for key, value in pairs.fillna("").items()}


def _read(path: Path, layer: str) -> pd.DataFrame:
    try:
        return pyogrio.read_dataframe(path, layer=layer)
    except (DataSourceError, DataLayerError, OSError) as error:
        raise PlanUnreadableError(
            "webmap.PLAN_UNREADABLE", file=path.name, detail=str(error)
        ) from error
