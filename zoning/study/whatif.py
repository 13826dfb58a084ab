"""What if a road were closed or built, a gate opened, a school moved or added: tried on a plan.

Nothing of the study is changed: its files are read, and the difference is returned.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from zoning.errors import MissingStepError
from zoning.findings import Finding, Severity
from zoning.network.crossing_counts import CrossingCounts
from zoning.network.graph import build_network, load_network
from zoning.network.travel import AddressTimes
from zoning.network.whatif import AddRoad, AddSchool, CloseWay, changed_gates, changed_roads
from zoning.plan.boarding_change import boarding_change
from zoning.plan.store import read_plan
from zoning.plan.today import today_plan
from zoning.plan.travel_change import travel_change
from zoning.settings import Stage
from zoning.study.cache import read_stamp
from zoning.study.compare import TODAY, find_plan
from zoning.study.road import ready, travel_from
from zoning.study.stage import stage_facts
from zoning.study.whatif_reading import Ground, understood
from zoning.study.whatif_sides import boarding_after, living_in, renewed_sides

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from zoning.network.model import TravelNetwork
    from zoning.network.whatif import Change, ChangedRoads
    from zoning.network.whatif_tables import RenewedTables
    from zoning.network.whatif_travel import RenewedTravel, Side
    from zoning.plan.boarding_change import BoardingChange
    from zoning.plan.facts import Facts
    from zoning.plan.model import Plan
    from zoning.plan.travel_change import TravelChange
    from zoning.progress import Progress
    from zoning.study.at_hand import Ready
    from zoning.study.folder import Study
    from zoning.study.whatif_reading import Asked

# Places on a road are rounded to a millimetre along it.
_ON_IT_M = 0.01


@dataclass(frozen=True)
class Again:
    """What was computed again, of how much.

    Parameters
    ----------
    network
        Whether the network was built again: a road was closed or built.
    order_kept
        Whether the order of its nodes was still good; only weights were put on it then.
    schools, schools_time, schools_length
        All schools, and those whose times or lengths were searched for again.
    cells, cells_again
        Of the table block × school.
    seconds
        How long it took, without reading the study.
    """

    network: bool
    order_kept: bool
    schools: int
    schools_time: int
    schools_length: int
    cells: int
    cells_again: int
    seconds: float


@dataclass(frozen=True, eq=False)
class WhatIf:
    """The difference that some changes make to a plan.

    Parameters
    ----------
    plan_id, stage, study
        Which plan, of which study.
    changes
        What was tried out.
    again
        What was computed again.
    change
        Times before and after.
    boarding
        Roads to boarding schools before and after; None where the stage has none.
    before, after
        Facts of both sides: blocks and travel tables.
    roads
        Ways that were closed and built.
    findings
        What is worth knowing.
    """

    plan_id: str
    stage: str
    study: str
    changes: tuple[Change, ...]
    again: Again
    change: TravelChange
    boarding: BoardingChange | None
    before: Facts
    after: Facts
    roads: ChangedRoads
    findings: tuple[Finding, ...]

    def change_records(self) -> list[dict[str, Any]]:
        """Return each change as plain values: its kind, and what it names."""
        names = self.change.schools.set_index("school_id")["name"]
        records: list[dict[str, Any]] = []
        for change in self.changes:
            record: dict[str, Any] = {"kind": type(change).__name__}
            if isinstance(change, AddRoad):
                record |= {"file": change.source, "ways": len(change.ways)}
            else:
                record |= asdict(change)
            if not isinstance(change, AddRoad | CloseWay):
                record["name"] = str(names[change.school_id])
            records.append(record)
        return records

    def record(self) -> dict[str, Any]:
        """Return plain values for JSON; what is not known is null."""
        tables = {
            name: _records(getattr(self.change, name)) for name in ("schools", "pairs", "addresses")
        }
        totals = self.change.totals
        return {
            "plan_id": self.plan_id,
            "stage": self.stage,
            "changes": self.change_records(),
            "again": asdict(self.again),
            "totals": {**asdict(totals), "minutes_change": totals.minutes_change},
            "boarding": None if self.boarding is None else asdict(self.boarding),
            **tables,
        }


def _records(frame: Any) -> list[dict[str, Any]]:
    plain: list[dict[str, Any]] = (
        frame.astype(object).where(frame.notna(), None).to_dict(orient="records")
    )
    return plain


def what_if(study: Study, asked: Asked, *, plan: str | None = None, progress: Progress) -> WhatIf:
    """Try changes out on a plan: what changes for its children if the zones stay as they are.

    Parameters
    ----------
    study
        The study; whatever comes before drawing is brought up to date.
    asked
        What is tried out.
    plan
        Name of a plan, or "today"; None takes the one drawn last of the stage of the schools that
        are named, else of the study's first stage.
    progress
        Told how far it is.

    Raises
    ------
    InputError
        What is asked cannot be understood or cannot be; the error carries all findings.
    MissingStepError
        There is no such plan, or it was drawn over other blocks.
    """
    at_hand = ready(study, progress)
    travel_from(study, at_hand, progress)
    drawn, facts = _plan_of(study, asked, plan, at_hand=at_hand)
    stage = Stage(facts.stage)
    ground = Ground(at_hand.basemap, at_hand.inputs.schools, stage, study.settings.network)
    changes, findings = understood(asked, ground)
    began = time.perf_counter()
    tried = _tried(study, changes, facts, at_hand=at_hand, progress=progress)
    names = dict(facts.school_names)
    names |= {one.school_id: one.name for one in changes if isinstance(one, AddSchool)}
    change = travel_change(drawn, facts, tried.facts, year=facts.years[0], names=names)
    return WhatIf(
        plan_id=TODAY if plan == TODAY else drawn.plan_id,
        stage=stage.value,
        study=study.settings.study.name,
        changes=changes,
        again=tried.again(time.perf_counter() - began),
        change=change,
        boarding=boarding_change(drawn, facts, tried.facts, year=facts.years[0]),
        before=facts,
        after=tried.facts,
        roads=tried.roads,
        findings=(*findings, *tried.findings),
    )


def _plan_of(study: Study, asked: Asked, name: str | None, *, at_hand: Ready) -> tuple[Plan, Facts]:
    """Return the plan that is meant, and the facts of its stage."""
    inputs = at_hand.inputs
    stages = _stages(study, asked, inputs.schools)
    if name == TODAY:
        if inputs.current_zones is None:
            raise MissingStepError("study.NO_TODAY")
        facts = stage_facts(study, stages[0], inputs=inputs)
        return today_plan(facts, current_zones=inputs.current_zones), facts
    drawn = read_plan(find_plan(study, name or _last_plan(study, stages))).plan
    facts = stage_facts(study, Stage(drawn.stage), inputs=inputs)
    if set(drawn.block_ids) != set(facts.blocks["block_id"]):
        raise MissingStepError("study.OTHER_BLOCKS", plan=drawn.plan_id)
    return drawn, facts


def _stages(study: Study, asked: Asked, schools: gpd.GeoDataFrame) -> list[Stage]:
    """Return the stages of the study, those of the schools that are named first."""
    said = schools["school_id"].isin(asked.schools) | schools["name"].isin(asked.schools)
    named = set(schools.loc[said, "stage"])
    return sorted(study.settings.study.stages, key=lambda stage: stage.value not in named)


def _last_plan(study: Study, stages: Sequence[Stage]) -> str:
    """Return the id of the plan that was drawn last of the first of the stages that has one."""
    for stage in stages:
        stamp = read_stamp(study.build / f"draw-{stage.value}")
        plan_id = str(stamp.facts.get("plan_id", "")) if stamp else ""
        if plan_id and (study.plans / f"{plan_id}.gpkg").is_file():
            return plan_id
    raise MissingStepError("whatif.NO_PLAN_DRAWN", folder=study.root)


@dataclass(frozen=True, eq=False)
class _Tried:
    """The stage after the changes."""

    facts: Facts
    roads: ChangedRoads
    tables: RenewedTables
    travel: RenewedTravel
    network: bool
    findings: tuple[Finding, ...]

    def again(self, seconds: float) -> Again:
        return Again(
            network=self.network,
            order_kept=self.tables.order_kept,
            schools=self.travel.again.shape[1],
            schools_time=int(self.tables.time_again.sum()),
            schools_length=int(self.tables.length_again.sum()),
            cells=self.travel.again.size,
            cells_again=int(self.travel.again.sum()),
            seconds=round(seconds, 3),
        )


def _tried(
    study: Study,
    changes: Sequence[Change],
    facts: Facts,
    *,
    at_hand: Ready,
    progress: Progress,
) -> _Tried:
    """Make network, school tables and travel table of the stage as they would be."""
    stage, inputs = Stage(facts.stage), at_hand.inputs
    old = load_network(study.build / "roads" / stage.value)
    roads = changed_roads(at_hand.basemap, changes)
    rebuilt = any(isinstance(change, CloseWay | AddRoad) for change in changes)
    new = _network(study, roads, stage=stage) if rebuilt else old
    gates = inputs.gates[inputs.gates["school_id"].isin(facts.schools["school_id"])]
    sides = renewed_sides(
        (old, new), facts.travel, tables=study.build / "travel" / stage.value,
        gates=changed_gates(gates, changes), living=living_in(facts, inputs),
        radius_m=facts.radius_m, progress=progress,
    )  # fmt: skip
    renewed, homes = sides.tables, facts.residences
    times_to, crossings_to = None, None
    if facts.times_to is not None:
        times_to = AddressTimes.on(new, renewed.tables, addresses=homes)
        crossings_to = CrossingCounts(new, renewed.tables, homes, changed_gates(gates, changes))
    boarding = boarding_after(
        study, facts, changes, roads=roads, stage=stage, inputs=inputs, progress=progress
    )
    changed = replace(
        facts, travel=sides.travel.table, times_to=times_to, crossings_to=crossings_to,
        boarding=boarding,
    )  # fmt: skip
    # what was to be said of the network before has been said by the step that built it
    said = [item for item in new.findings if item not in old.findings]
    findings = (
        *said,
        *renewed.tables.findings,
        *_on_ways(sides.before, roads.closed, code="whatif.ON_CLOSED_WAY"),
        *_on_ways(sides.after, roads.built, code="whatif.ON_BUILT_ROAD"),
    )
    return _Tried(changed, roads, renewed, sides.travel, rebuilt, findings)


def _on_ways(side: Side, ways: gpd.GeoDataFrame, *, code: str) -> tuple[Finding, ...]:
    """Say how many addresses enter the roads on some ways."""
    placed = np.flatnonzero(side.homes.places.placed)
    if not len(ways) or not len(placed):
        return ()
    edges = side.network.edges.iloc[side.homes.places.edge[placed]]
    share = side.homes.places.offset_mm[placed] / edges["length_mm"].to_numpy()
    at = shapely.line_interpolate_point(np.asarray(edges.geometry.array), share, normalized=True)
    lines = shapely.union_all(np.asarray(ways.geometry.array))
    count = int((shapely.distance(at, lines) < _ON_IT_M).sum())
    return (Finding(code, Severity.WARNING, params={"count": count}),) if count else ()


def _network(study: Study, roads: ChangedRoads, *, stage: Stage) -> TravelNetwork:
    settings = study.settings
    return build_network(
        roads.basemap,
        mode=settings.network.modes[stage],
        settings=settings.network,
        barriers=settings.barriers,
        stage=stage,
    )
