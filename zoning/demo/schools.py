"""Schools with names, owners, gates, and classes by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from zoning.demo.names import numeral
from zoning.settings import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from zoning.demo.school_sites import SchoolSites
    from zoning.demo.segments import Floats, Ints
    from zoning.demo.sizes import SizeSpec
    from zoning.demo.terrain import Terrain

PREFIX = {Stage.PRIMARY: "P", Stage.JUNIOR_MIDDLE: "J"}
GATE_INSIDE_M = 6.0
SECOND_GATE_SHARE = 0.45
SEATS_OVER_CHILDREN = 1.115
UNEVEN = 0.16
KNOWN_GROWTH = 0.35
# a school with no other within half an hour's walk
ALONE_M = 2_000.0
FEWEST_CLASSES = {Stage.PRIMARY: 1, Stage.JUNIOR_MIDDLE: 2}
SIDES = "东北西南"


def make_schools(terrain: Terrain, sites: SchoolSites, size: SizeSpec) -> pd.DataFrame:
    """Name the schools.

    Parameters
    ----------
    terrain
        The land, for the names of towns.
    sites
        Their blocks.
    size
        For the name of the county.

    Returns
    -------
    school_id, stage, name, owner, campus, x, y (metres), block.
    """
    at = shapely.get_coordinates(shapely.point_on_surface(terrain.blocks[sites.block]))
    bureau = f"{size.name}教育局"
    rows = []
    serial = dict.fromkeys(Stage, 0)
    numbered = dict.fromkeys(Stage, 0)
    for k, stage in enumerate(sites.stage):
        serial[stage] += 1
        place = int(sites.place[k])
        owner, name = bureau, ""
        if place >= 0:
            name = _outside_name(terrain.settlements[place].name, stage)
        elif serial[stage] == 3:
            owner = "沙泉师范学院"
            name = f"{owner}附属{'小学' if stage is Stage.PRIMARY else '中学'}"
        elif serial[stage] == 4:
            owner = "兵团沙泉农场"
            name = f"{owner}{'小学' if stage is Stage.PRIMARY else '中学'}"
        else:
            numbered[stage] += 1
            kind = "小学" if stage is Stage.PRIMARY else "中学"
            name = f"{size.name}第{numeral(numbered[stage])}{kind}"
        rows.append(
            {
                "school_id": f"{PREFIX[stage]}{serial[stage]:03d}",
                "stage": stage.value,
                "name": name,
                "owner": owner,
                "campus": "本部" if k == 1 else "",
            }
        )
    return pd.DataFrame(rows).assign(x=at[:, 0], y=at[:, 1], block=sites.block)


def _outside_name(place: str, stage: Stage) -> str:
    if stage is Stage.JUNIOR_MIDDLE:
        return f"{place}初级中学"
    return f"{place}小学" if place.endswith("村") else f"{place}中心小学"


def make_gates(
    terrain: Terrain, schools: pd.DataFrame, sites: SchoolSites, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Open one or two gates to the streets around each school.

    Returns
    -------
    school_id, gate, campus, x, y (metres).
    """
    lines = terrain.roads.lines()
    tree = shapely.STRtree(lines)
    twice = rng.random(len(schools)) < SECOND_GATE_SHARE
    twice[0] = True
    rows = []
    for k, school in enumerate(schools.itertuples()):
        for at, side in _gates(terrain.blocks[school.block], tree, lines, twice=bool(twice[k])):
            rows.append((school.school_id, f"{side}门", school.campus, *at))
        if k == 1:
            block = terrain.blocks[sites.campus_block]
            for at, side in _gates(block, tree, lines, twice=False):
                rows.append((school.school_id, f"分校区{side}门", "分校区", *at))
    return pd.DataFrame(rows, columns=["school_id", "gate", "campus", "x", "y"])


def _gates(
    block: shapely.Polygon, tree: shapely.STRtree, lines: npt.NDArray[np.object_], *, twice: bool
) -> list[tuple[tuple[float, float], str]]:
    """Find the nearest point of the streets around a block, and one on another side."""
    centre = shapely.point_on_surface(block)
    around = lines[np.sort(tree.query(block.buffer(1.0), predicate="intersects"))]
    feet = shapely.line_interpolate_point(around, shapely.line_locate_point(around, centre))
    # a street behind another one is not at the block's edge
    feet = feet[shapely.dwithin(feet, block.exterior, 0.05)]
    order = np.argsort(shapely.distance(feet, centre), kind="stable")
    middle = shapely.get_coordinates(centre)[0]
    found: list[tuple[tuple[float, float], str]] = []
    for foot in shapely.get_coordinates(feet[order]):
        way = foot - middle
        side = SIDES[round(float(np.arctan2(way[1], way[0])) / (np.pi / 2)) % 4]
        if side not in {other for _, other in found}:
            at = foot - way / np.hypot(*way) * GATE_INSIDE_M
            found.append(((float(at[0]), float(at[1])), side))
        if len(found) == 1 + twice:
            break
    return found


def plan_classes(
    schools: pd.DataFrame,
    xy: Floats,
    then: Mapping[Stage, Floats],
    children: pd.DataFrame,
    *,
    class_size: Mapping[Stage, int],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Give classes to schools: enough in all, but halfway between the people of then and now.

    Parameters
    ----------
    schools
        What `make_schools` returned.
    xy
        [n, 2] places of the addresses.
    then
        [n] children ten years ago, by stage.
    children
        stage and children_<year> of all addresses today, in the same order.
    class_size
        Children a class.
    rng
        Makes some schools tight and others loose.

    Returns
    -------
    classes_<year> for every school, in the order of `schools`.
    """
    years = [c.removeprefix("children_") for c in children if c.startswith("children_")]
    table = pd.DataFrame(0, index=schools.index, columns=[f"classes_{year}" for year in years])
    for stage in Stage:
        rows = np.flatnonzero(schools["stage"] == stage.value)
        places = schools[["x", "y"]].to_numpy()[rows]
        own = cKDTree(places).query(xy)[1]
        # nobody in the country can go to another town: its school has classes for all of them
        alone = cKDTree(places).query(places, k=2)[0][:, 1] > ALONE_M
        today = children.loc[children["stage"] == stage.value, [f"children_{y}" for y in years]]
        now = today.sum(axis=1).to_numpy()
        both = (1 - KNOWN_GROWTH) * then[stage] / then[stage].sum() + KNOWN_GROWTH * now / now.sum()
        load = np.bincount(own, weights=both, minlength=len(rows)).astype(np.float64)
        weight = load * np.exp(rng.normal(0, UNEVEN, len(rows)))
        for year in years:
            count = today[f"children_{year}"].to_numpy()
            wanted = round(SEATS_OVER_CHILDREN * count.sum() / class_size[stage])
            near = np.bincount(own, weights=count, minlength=len(rows)) / class_size[stage]
            least = np.where(alone, np.ceil(near), FEWEST_CLASSES[stage]).astype(np.int64)
            least = np.maximum(least, FEWEST_CLASSES[stage])
            table.loc[rows, f"classes_{year}"] = share_out(
                wanted, np.where(alone, 0.0, weight) if not alone.all() else weight, least=least
            )
    return table


def share_out(total: int, weight: Floats, *, least: Ints | int) -> Ints:
    """Share whole numbers by weight (largest remainders), each at least its `least`."""
    floor = np.broadcast_to(least, len(weight))
    left = max(total - int(floor.sum()), 0)
    exact = left * weight / weight.sum()
    whole = np.floor(exact).astype(np.int64)
    for k in np.argsort(whole - exact, kind="stable")[: left - int(whole.sum())]:
        whole[k] += 1
    return np.asarray(whole + floor)
