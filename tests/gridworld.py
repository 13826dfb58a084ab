"""Small worlds drawn in ASCII: a character is a block of 100 m, `|` and `-` are not needed.

    A . .
    . . .
    . . B      capital letters: blocks in which that school stands

Children live one a block unless told otherwise; a step to the next block takes a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.network.travel import TravelTable
from zoning.partition import build_problem
from zoning.partition.policy import NO_LIMITS, Policy
from zoning.partition.rules import Rules
from zoning.plan.facts import Facts
from zoning.plan.homes import school_homes
from zoning.plan.model import Plan, Zone, ZoneType
from zoning.plan.residences import build_residences
from zoning.settings import Mode, Stage, WeightSection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zoning.partition import Problem

CRS = "EPSG:4508"
SIZE_M = 100.0
YEARS = (2027,)
PLAIN = WeightSection(travel=1.0, change=0.0, beyond_radius=0.0)


def rows_of(picture: str) -> list[str]:
    return [line.replace(" ", "") for line in picture.strip().splitlines()]


def block_name(row: int, column: int) -> str:
    return f"b{row}{column}"


@dataclass(frozen=True)
class World:
    """Frames of a drawn world, as intake and the network would hand them on."""

    blocks: gpd.GeoDataFrame
    schools: gpd.GeoDataFrame
    seats: pd.DataFrame
    residences: gpd.GeoDataFrame
    adjacency: pd.DataFrame
    travel: TravelTable
    current_zones: gpd.GeoDataFrame | None

    def homes(self) -> pd.DataFrame:
        return school_homes(self.schools, self.blocks)

    def years(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.seats["year"])))

    def problem(
        self,
        *,
        weights: WeightSection = PLAIN,
        policy: Policy = NO_LIMITS,
        **rules: object,
    ) -> Problem:
        return build_problem(
            self.travel,
            schools=self.schools,
            seats=self.seats,
            homes=self.homes(),
            residences=self.residences,
            adjacency=self.adjacency,
            years=self.years(),
            weights=weights,
            rules=Rules(**rules),  # type: ignore[arg-type]
            policy=policy,
        )

    def facts(self) -> Facts:
        return Facts(
            stage=Stage.PRIMARY.value,
            years=self.years(),
            blocks=self.blocks,
            schools=self.schools,
            seats=self.seats,
            homes=self.homes(),
            residences=self.residences,
            adjacency=self.adjacency,
            travel=self.travel,
            radius_m=150.0,
        )

    def plan(self, picture: str) -> Plan:
        """Return the plan that a picture of zones draws; `.` is unassigned."""
        return drawn_plan(
            picture, names=dict(zip(self.schools["school_id"], self.schools["name"], strict=True))
        )


def drawn_plan(
    picture: str, *, names: Mapping[str, str] | None = None, stage: str = "primary"
) -> Plan:
    cells = {
        block_name(r, c): "none" if mark == "." else mark
        for r, line in enumerate(rows_of(picture))
        for c, mark in enumerate(line)
    }
    known = names or {mark: mark for mark in sorted(set(cells.values()) - {"none"})}
    zones = [Zone(key, name, ZoneType.SINGLE_SCHOOL, (key,)) for key, name in known.items()]
    if "none" in cells.values():
        zones.append(Zone("none", "", ZoneType.NO_SCHOOL))
    ids = tuple(sorted(cells))
    return Plan(
        stage=stage,
        years=YEARS,
        block_ids=ids,
        zone_ids=tuple(cells[block] for block in ids),
        zones=tuple(sorted(zones)),
    )


def world(
    picture: str,
    *,
    seats: Mapping[str, int] | Sequence[Mapping[str, int]],
    children: str | Sequence[str] = "",
    today: str = "",
    walls: Sequence[tuple[str, str]] = (),
    cut_off: Sequence[tuple[str, str]] = (),
) -> World:
    """Build a world.

    Parameters
    ----------
    picture
        Blocks and schools.
    seats
        Seats by school, one mapping a year.
    children
        Digits in the shape of the picture, one picture a year; empty puts one child in each.
    today
        Zones of today in the shape of the picture.
    walls
        Pairs of blocks with a hard barrier between them.
    cut_off
        (block, school) pairs without a way.
    """
    lines = rows_of(picture)
    cells = [(r, c) for r in range(len(lines)) for c in range(len(lines[0]))]
    ids = [block_name(r, c) for r, c in cells]
    shapes = [
        shapely.box(c * SIZE_M, -r * SIZE_M, (c + 1) * SIZE_M, -(r - 1) * SIZE_M) for r, c in cells
    ]
    blocks = gpd.GeoDataFrame({"block_id": ids, "name": ids}, geometry=shapes, crs=CRS)
    blocks = blocks.sort_values("block_id", ignore_index=True)
    marks = sorted({lines[r][c] for r, c in cells} - {"."})
    stands = {mark: [cell for cell in cells if lines[cell[0]][cell[1]] == mark] for mark in marks}
    schools = gpd.GeoDataFrame(
        {
            "school_id": [mark for mark in marks for _ in stands[mark]],
            "name": [f"{mark}小学" for mark in marks for _ in stands[mark]],
            "stage": Stage.PRIMARY.value,
            "owner": "公办",
            "campus": [str(n) if n else "" for mark in marks for n in range(len(stands[mark]))],
        },
        geometry=[shapely.Point(_middle(*cell)) for mark in marks for cell in stands[mark]],
        crs=CRS,
    )
    yearly = [seats] if isinstance(seats, dict) else list(seats)  # type: ignore[list-item]
    years = [YEARS[0] + n for n in range(len(yearly))]
    seat_frame = pd.DataFrame(
        [
            (mark, year, count)
            for year, row in zip(years, yearly, strict=True)
            for mark, count in row.items()
        ],
        columns=["school_id", "year", "seats"],
    )
    pictures = [children] if isinstance(children, str) else list(children)
    demand = pd.DataFrame(
        [
            (
                block_name(r, c),
                Stage.PRIMARY.value,
                year,
                _digit(pictures[min(n, len(pictures) - 1)], r, c),
            )
            for n, year in enumerate(years)
            for r, c in cells
        ],
        columns=["block_id", "stage", "year", "children"],
    )
    zones = _today_zones(today, cells) if today else None
    return World(
        blocks=blocks,
        schools=schools,
        seats=seat_frame,
        residences=build_residences(
            stage=Stage.PRIMARY.value,
            years=years,
            blocks=blocks,
            demand=demand,
            current_zones=zones,
        ),
        adjacency=_adjacency(cells, walls),
        travel=_travel(cells, stands, cut_off),
        current_zones=zones,
    )


def _middle(row: int, column: int) -> tuple[float, float]:
    return (column + 0.5) * SIZE_M, (-row + 0.5) * SIZE_M


def _digit(picture: str, row: int, column: int) -> int:
    return int(rows_of(picture)[row][column]) if picture else 1


def _today_zones(picture: str, cells: list[tuple[int, int]]) -> gpd.GeoDataFrame:
    lines = rows_of(picture)
    marks = sorted({lines[r][c] for r, c in cells} - {"."})
    # a little smaller than the blocks, so that a point on an edge lies in one zone only
    shapes = [
        shapely.union_all(
            [
                shapely.Point(_middle(r, c)).buffer(45, cap_style="square")
                for r, c in cells
                if lines[r][c] == mark
            ]
        )
        for mark in marks
    ]
    return gpd.GeoDataFrame(
        {"school_id": marks, "stage": Stage.PRIMARY.value}, geometry=shapes, crs=CRS
    )


def _adjacency(cells: list[tuple[int, int]], walls: Sequence[tuple[str, str]]) -> pd.DataFrame:
    closed = {tuple(sorted(pair)) for pair in walls}
    rows = []
    for r, c in cells:
        for there in ((r, c + 1), (r + 1, c)):
            if there in cells:
                pair = tuple(sorted((block_name(r, c), block_name(*there))))
                wall = pair in closed
                kind = "railway" if wall else "road"
                rows.append((*pair, SIZE_M, kind, "", wall, not wall, wall))
    columns = ["block_a", "block_b", "length_m", "kind", "name", "hard", "crossable", "barrier"]
    return pd.DataFrame(rows, columns=columns).sort_values(columns[:2], ignore_index=True)


def _travel(
    cells: list[tuple[int, int]],
    stands: Mapping[str, list[tuple[int, int]]],
    cut_off: Sequence[tuple[str, str]],
) -> TravelTable:
    ids = tuple(sorted(block_name(r, c) for r, c in cells))
    place = {block_name(r, c): (r, c) for r, c in cells}
    steps = np.array(
        [
            [
                min(abs(place[i][0] - r) + abs(place[i][1] - c) for r, c in spots)
                for spots in stands.values()
            ]
            for i in ids
        ],
        dtype=np.int32,
    ).reshape(len(ids), len(stands))
    time = steps * 60_000
    for block, school in cut_off:
        time[ids.index(block), list(stands).index(school)] = 2**31 - 1
    return TravelTable(
        block_ids=ids,
        school_ids=tuple(stands),
        time_ms=time.astype(np.int32),
        distance_m=(steps * 100).astype(np.int32),
        within=(steps <= 1).astype(np.float32),
        stage=Stage.PRIMARY,
        mode=Mode.WALK,
    )
