"""Judge a written plan from the raw files alone, sharing nothing with the solver.

Whatever the solver believes about its plan does not count here: the plan is read again from its
file, distances are taken from the coordinates in floating point, zones are searched unit by unit.
"""

from __future__ import annotations

import csv
import math
from collections import Counter, deque
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from partition_bench.instances import ENCODING, BenchDataError

if TYPE_CHECKING:
    from pathlib import Path

    from partition_bench.instances import Instance

PLAN_HEADER = ["unit", "school"]
METRES_PER_KM = 1000.0


@dataclass(frozen=True)
class Verdict:
    """What a plan costs and which rules it breaks.

    Parameters
    ----------
    objective
        Children times kilometres as the crow flies, over all units that have a school.
    unassigned
        Units without exactly one school of the instance.
    unknown
        Rows about units that the instance does not have.
    overfull
        Zones with more children than seats.
    children_over
        Children over the seats in these zones.
    disconnected
        Zones in more than one piece.
    elsewhere
        Schools whose own unit belongs to another school.
    """

    objective: float
    unassigned: int
    unknown: int
    overfull: int
    children_over: float
    disconnected: int
    elsewhere: int

    @property
    def violations(self) -> int:
        """Broken rules; 0 for a plan that may be used."""
        return self.unassigned + self.unknown + self.overfull + self.disconnected + self.elsewhere


def write_plan(file: Path, choice: list[tuple[str, str]]) -> None:
    """Write the school's unit of each unit."""
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(PLAN_HEADER)
        writer.writerows(choice)


def read_plan(file: Path) -> list[tuple[str, str]]:
    """Read a written plan."""
    with file.open(encoding=ENCODING, newline="") as source:
        rows = list(csv.reader(source))
    if not rows or rows[0] != PLAN_HEADER or any(len(row) != len(PLAN_HEADER) for row in rows):
        raise BenchDataError(f"{file}: the columns have to be {','.join(PLAN_HEADER)}")
    return [(unit, school) for unit, school in rows[1:]]


def check(instance: Instance, plan: list[tuple[str, str]]) -> Verdict:
    """Count the broken rules of a plan and what it costs.

    Parameters
    ----------
    instance
        Read anew from its files.
    plan
        Unit and the unit in which its school stands, as read from the plan's file.
    """
    place = {unit: position for position, unit in enumerate(instance.ids)}
    schools = {instance.ids[position] for position in instance.schools}
    told = Counter(unit for unit, _ in plan)
    school_of = {
        place[unit]: place[school]
        for unit, school in plan
        if unit in place and school in schools and told[unit] == 1
    }
    over = []
    for school in instance.schools:
        zone = [unit for unit, chosen in school_of.items() if chosen == school]
        children = sum((instance.demand[unit] for unit in zone), Decimal(0))
        over.append(max(children - instance.capacity[school], Decimal(0)))
    return Verdict(
        objective=math.fsum(
            float(instance.demand[unit]) * _kilometres(instance, unit, school)
            for unit, school in school_of.items()
        ),
        unassigned=len(instance.ids) - len(school_of),
        unknown=sum(unit not in place for unit, _ in plan),
        overfull=sum(children > 0 for children in over),
        children_over=float(sum(over)),
        disconnected=_disconnected(instance, school_of),
        elsewhere=sum(school_of.get(school, school) != school for school in instance.schools),
    )


def _kilometres(instance: Instance, unit: int, school: int) -> float:
    east = instance.x[unit] - instance.x[school]
    north = instance.y[unit] - instance.y[school]
    return math.hypot(east, north) / METRES_PER_KM


def _disconnected(instance: Instance, school_of: dict[int, int]) -> int:
    """Count the zones of which a walk inside the zone misses a unit."""
    touching: dict[int, list[int]] = {unit: [] for unit in range(len(instance.ids))}
    for one, other in instance.pairs:
        touching[one].append(other)
        touching[other].append(one)
    broken = 0
    for school in set(school_of.values()):
        zone = {unit for unit, chosen in school_of.items() if chosen == school}
        start = school if school in zone else min(zone)
        seen, queue = {start}, deque([start])
        while queue:
            for unit in touching[queue.popleft()]:
                if unit in zone and unit not in seen:
                    seen.add(unit)
                    queue.append(unit)
        broken += seen != zone
    return broken
