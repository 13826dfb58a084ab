"""Take in the bureau's files: tables, roads, and points for addresses that have none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zoning.errors import StorageError, ZoningError
from zoning.findings import Finding, Severity
from zoning.intake.basemap import load_basemap, save_basemap
from zoning.intake.inputs import check_against_roads, read_inputs
from zoning.intake.order import settle
from zoning.intake.roads import read_basemap
from zoning.intake.undeclared import likely_system
from zoning.study.cache import Step, ensure
from zoning.study.digests import input_digests
from zoning.study.place_addresses import ROAD_INPUTS, Placer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyproj

    from zoning.intake.model import Intake
    from zoning.progress import Progress
    from zoning.study.cache import Stamp
    from zoning.study.folder import Study


@dataclass(frozen=True, eq=False)
class TakenIn:
    """What the files hold.

    Parameters
    ----------
    intake
        The frames.
    findings
        All that was found on the way.
    placer
        What was done about addresses without a point.
    """

    intake: Intake
    findings: tuple[Finding, ...]
    placer: Placer


def take_in(study: Study, progress: Progress, *, geocoder: bool = False) -> TakenIn:
    """Read tables and roads, and compare them; a refused road file is a finding like others.

    Parameters
    ----------
    study
        The study.
    progress
        Told how far it is.
    geocoder
        Whether the addresses are made ready to be asked even where none lacks a point.
    """
    progress("tables")

    def roads(crs: pyproj.CRS) -> None:
        try:
            basemap_step(study, progress, crs=crs)
        except StorageError:
            raise
        except ZoningError:
            # told below, where the roads are read for themselves
            return

    placer = Placer(study, progress, roads, always=geocoder)
    intake = read_inputs(study.inputs, study.settings, rules=study.rules, find_points=placer)
    findings = [*intake.findings, *placer.findings()]
    read = intake.inputs or intake.draft
    try:
        basemap_step(study, progress, crs=read.crs if read else None)
    except StorageError:
        raise  # a full disk is no fault of the road file
    except ZoningError as error:
        findings += as_findings(error, file=study.settings.inputs.roads.file)
        return TakenIn(intake, settle(findings), placer)
    basemap = load_basemap(study.build / "basemap")
    findings += basemap.findings
    likely = (likely_system(points, basemap=basemap) for points in intake.undeclared)
    findings += [finding for finding in likely if finding is not None]
    if read is not None:
        progress("roads")
        findings += check_against_roads(read, basemap=basemap)
    return TakenIn(intake, settle(findings), placer)


def as_findings(error: ZoningError, *, file: str) -> list[Finding]:
    """Turn an error of reading one file into findings, so that it is told with all others.

    Parameters
    ----------
    error
        What reading the file ended with.
    file
        The file, for an error that brings no findings of its own.
    """
    said = [item for item in getattr(error, "findings", ()) if isinstance(item, Finding)]
    return said or [Finding(error.key, Severity.ERROR, file=file, params=error.params)]


def basemap_step(study: Study, progress: Progress, *, crs: pyproj.CRS | None) -> Stamp:
    """Make sure that roads, railways and rivers have been read."""
    named = study.settings.inputs.named()
    reads = {
        "files": input_digests(study, names=ROAD_INPUTS),
        "inputs": {
            name: named[name].model_dump(mode="json") for name in ROAD_INPUTS if name in named
        },
        "crs": crs.to_string() if crs else "",
    }

    def write(folder: Path, progress: Progress) -> Mapping[str, Any]:
        progress("roads")
        basemap = read_basemap(study.inputs, study.settings, crs=crs)
        save_basemap(basemap, folder)
        return {"ways": len(basemap.ways), "lines": len(basemap.lines)}

    stamp, _ = ensure(
        Step("basemap", 5, reads, write), build=study.build, progress=progress, tell=study.tell
    )
    return stamp
