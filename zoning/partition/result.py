"""From a solution to a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.plan.model import NONE_ZONE, Plan, Zone, ZoneType

if TYPE_CHECKING:
    from zoning.partition.problem import Problem
    from zoning.partition.solve import Solution
    from zoning.plan.model import Provenance


def to_plan(
    problem: Problem,
    solution: Solution,
    *,
    stage: str,
    source: Provenance,
) -> Plan:
    """Freeze a solution; blocks that no school serves go to the zone `NONE_ZONE`.

    Blocks of areas that schools share go to the zone of that area.

    Parameters
    ----------
    problem
        What was solved.
    solution
        The assignment.
    stage
        Value of `zoning.settings.Stage`.
    source
        What the plan was made from, `zoning.plan.model.provenance`.
    """
    zones = list(problem.zones)
    if solution.unassigned.any():
        zones.append(Zone(NONE_ZONE, "", ZoneType.NO_SCHOOL))
    ids = [zone.zone_id for zone in problem.zones]
    zone_ids = [ids[zone] if zone >= 0 else NONE_ZONE for zone in solution.assignment]
    for shared, blocks in problem.apart:
        zones.append(shared)
        for block in blocks:
            zone_ids[block] = shared.zone_id
    return Plan(
        stage=stage,
        years=problem.years,
        block_ids=problem.block_ids,
        zone_ids=tuple(zone_ids),
        zones=tuple(sorted(zones)),
        source=source,
    )
