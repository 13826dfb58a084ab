"""Read all inputs of a study at once: every fault is collected, none stops the reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.crs import choose_crs
from zoning.errors import SettingsError
from zoning.findings import Finding, Severity, has_errors
from zoning.intake.against_roads import area_findings, check_against_roads
from zoning.intake.areas import build_blocks, build_boundary, build_zones, read_areas
from zoning.intake.balance import balance_findings, place_findings, school_findings
from zoning.intake.coverage import block_findings, zone_findings
from zoning.intake.decisions import build_decisions
from zoning.intake.gate_offset import gate_findings
from zoning.intake.gates import build_gates, with_own_gates
from zoning.intake.load import load_sources
from zoning.intake.missing_points import with_found_points
from zoning.intake.model import InputDigest, Inputs, Intake, PointSource
from zoning.intake.order import settle
from zoning.intake.places import build_addresses, build_demand
from zoning.intake.points import read_points
from zoning.intake.schools import build_schools
from zoning.intake.seats import build_seats
from zoning.intake.undeclared import undeclared_points
from zoning.intake.values import road_before_number, texts
from zoning.schema import check_frame

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd
    from geopandas import GeoDataFrame
    from pyproj import CRS

    from zoning.intake.built import Built
    from zoning.intake.load import Loaded
    from zoning.intake.missing_points import PointFinder
    from zoning.intake.points import Placed
    from zoning.intake.seats import Seats
    from zoning.rules import RuleSet
    from zoning.settings import StudySettings

__all__ = [
    "InputDigest",
    "Inputs",
    "Intake",
    "PointSource",
    "check_against_roads",
    "read_inputs",
]

_POINTS = ("schools", "gates", "addresses")
_AREAS = ("blocks", "current_zones", "boundary")


def read_inputs(
    folder: Path,
    settings: StudySettings,
    *,
    rules: RuleSet,
    find_points: PointFinder | None = None,
) -> Intake:
    """Read and check the inputs of a study.

    Parameters
    ----------
    folder
        The study's `inputs/`; nothing is written to it.
    settings
        Names the files, stages, years and systems.
    rules
        Class sizes, for seats given as classes.
    find_points
        Finds points of addresses that have none; without it they stay without.
    """
    loaded = load_sources(folder, settings)
    placed, findings = _place(loaded)
    crs, found = _choose_crs(placed, settings)
    findings = [*loaded.findings, *findings, *found]
    undeclared = _undeclared(placed)
    needed = ("schools", "demand", "addresses" if settings.inputs.addresses else "blocks")
    if crs is None or any(name not in loaded.sources for name in needed):
        return Intake(None, settle(findings), loaded.files, undeclared=undeclared)
    draft, found = _build(
        loaded, placed, settings=settings, rules=rules, crs=crs, find_points=find_points
    )
    findings += [*found, *area_findings(draft)]
    inputs = None if has_errors(findings) else _checked(draft)
    return Intake(inputs, settle(findings), loaded.files, draft, undeclared=undeclared)


def _place(loaded: Loaded) -> tuple[dict[str, Placed], list[Finding]]:
    placed: dict[str, Placed] = {}
    findings: list[Finding] = []
    for name, source in loaded.sources.items():
        if name in _POINTS:
            placed[name], found = read_points(source)
        elif name in _AREAS:
            placed[name], found = read_areas(source)
        else:
            continue
        findings += found
    return placed, findings


def _choose_crs(
    placed: Mapping[str, Placed], settings: StudySettings
) -> tuple[CRS | None, list[Finding]]:
    """Return the working CRS, after the middle of the layer that best says where the study is."""
    for name in ("boundary", "blocks", "schools", "addresses"):
        if name not in placed:
            continue
        lon, lat = placed[name].lonlat()
        fine = np.isfinite(lon) & np.isfinite(lat)
        if not fine.any():
            continue
        try:
            crs = choose_crs(
                settings.study.crs, lon=float(np.median(lon[fine])), lat=float(np.median(lat[fine]))
            )
        except SettingsError as error:
            finding = Finding(error.key, Severity.ERROR, file="study.toml", params=error.params)
            return None, [finding]
        return crs, []
    return None, []


def _build(
    loaded: Loaded,
    placed: Mapping[str, Placed],
    *,
    settings: StudySettings,
    rules: RuleSet,
    crs: CRS,
    find_points: PointFinder | None,
) -> tuple[Inputs, list[Finding]]:
    """Build every frame, and check them against one another."""
    study, key = settings.study, "address_id" if settings.inputs.addresses else "block_id"
    schools = build_schools(placed["schools"], study=study, crs=crs)
    gates, schools = build_gates(placed.get("gates"), schools, crs=crs)
    seats = build_seats(schools, study=study, rules=rules)
    demand = build_demand(loaded.sources["demand"], study=study, key=key)
    built = {"schools": schools, "gates": gates, "seats": seats.built, "demand": demand}
    if "addresses" in placed:
        built["addresses"] = build_addresses(placed["addresses"], crs=crs)
    if "blocks" in placed:
        built["blocks"] = build_blocks(placed["blocks"], crs=crs)
    if "boundary" in placed:
        built["boundary"] = build_boundary(placed["boundary"], crs=crs)
    if "addresses" in built and find_points is not None:
        boundary = built["boundary"].frame if "boundary" in built else None
        built["addresses"] = with_found_points(built["addresses"], boundary, find=find_points)
    if "current_zones" in placed:
        zones = build_zones(placed["current_zones"], schools, study=study, crs=crs)
        built["current_zones"] = zones
    if "decisions" in loaded.sources:
        areas = {
            name: built[name].frame if name in built else None
            for name in ("addresses", "boundary", "blocks")
        }
        decided = build_decisions(loaded.sources["decisions"], schools, study=study, **areas)
        built["decisions"] = decided
    incomplete = _incomplete(placed)
    findings = [finding for item in built.values() for finding in item.findings]
    findings += _across(built, seats, key=key, settings=settings, incomplete=incomplete)
    if "gates" in placed:
        own, theirs = placed["schools"], placed["gates"]
        findings += gate_findings(schools, gates, own=own, theirs=theirs, crs=crs)
    frames = {name: item.frame for name, item in built.items()}
    located = schools.frame[schools.frame.geometry.notna()].reset_index(drop=True)
    frames |= {"schools": located, "gates": with_own_gates(gates, schools.frame)}
    if "addresses" in frames:
        places = frames["addresses"]
        frames["addresses"] = places[places.geometry.notna()].reset_index(drop=True)
    return Inputs(crs=crs, sources=_raw(placed), incomplete=incomplete, **frames), findings


def _incomplete(placed: Mapping[str, Placed]) -> frozenset[str]:
    """Return the polygon layers some of whose shapes were left out for a fault."""
    return frozenset(
        name
        for name in _AREAS
        if name in placed and placed[name].faulty is not None and np.any(placed[name].faulty)
    )


def _across(
    built: Mapping[str, Built],
    seats: Seats,
    *,
    key: str,
    settings: StudySettings,
    incomplete: frozenset[str],
) -> list[Finding]:
    """Check inputs against one another."""
    schools, demand = built["schools"], built["demand"]
    findings = school_findings(schools, seats, study=settings.study)
    findings += balance_findings(demand, schools, seats, study=settings.study)
    places = built.get("addresses" if key == "address_id" else "blocks")
    if places is not None:
        findings += place_findings(demand, places, key=key)
    boundary = built.get("boundary")
    if "blocks" in built:
        told = boundary is None or "boundary" in incomplete
        area: GeoDataFrame | None = None if told or boundary is None else boundary.frame
        complete = "blocks" not in incomplete
        findings += block_findings(built["blocks"], area=area, complete=complete)
    if "current_zones" in built:
        findings += zone_findings(built["current_zones"], schools.frame)
    return findings


def _undeclared(placed: Mapping[str, Placed]) -> tuple[PointSource, ...]:
    found = (undeclared_points(item, road=_roads(item)) for item in placed.values())
    return tuple(points for points in found if points is not None)


def _roads(placed: Placed) -> pd.Series | None:
    """Return the road that each record names, in a column or in its name: 文三路 of 文三路12号."""
    source = placed.source
    road = texts(source, "road") if source.has("road") else None
    if not source.has("name"):
        return road
    named = road_before_number(texts(source, "name"))
    return named if road is None else road.where(road != "", named)


def _raw(placed: Mapping[str, Placed]) -> dict[str, PointSource]:
    raw: dict[str, PointSource] = {}
    for name, item in placed.items():
        points = item.raw(road=_roads(item))
        if points is not None:
            raw[name] = points
    return raw


def _checked(inputs: Inputs) -> Inputs:
    """Return the inputs after holding every frame against its contract."""
    by_block = "block_id" in inputs.demand
    check_frame("demand_by_block" if by_block else "demand", inputs.demand)
    for name in ("schools", "gates", "seats"):
        check_frame(name, getattr(inputs, name))
    for name in ("addresses", "blocks", "current_zones", "boundary", "decisions"):
        frame = getattr(inputs, name)
        if frame is not None:
            check_frame(name, frame)
    return inputs
