"""Between a problem and its certificate: rules as plain arrays, prices to tables and back."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.partition.bridge import place_shared
from zoning.partition.certificate_input import Cut, Prices, Rules
from zoning.partition.problem import FREE
from zoning.partition.tighten import rule_out_unreachable
from zoning.partition.together import contract
from zoning.plan.proof import PROOF_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from zoning.partition.lagrangian import Dual
    from zoning.partition.problem import Problem
    from zoning.plan.model import Plan

NO_YEAR = -1
# what turning steps of the cost into child-minutes and back may add or take, of the price
ROUNDING = 1e-12
BOUND, CHANGE_PRICE, TIGHTENED, GRANTED = "bound_min", "change_price_min", "tightened", "granted"
SHARED = "shared"


def rules_of(problem: Problem) -> Rules:
    """Write the rules of a problem as the plain arrays that the certificate reads.

    Parameters
    ----------
    problem
        Blocks, zones, cost and rules.
    """
    home = np.zeros(problem.cost.shape, dtype=np.int64)
    for zone, blocks in enumerate(problem.homes):
        home[list(blocks), zone] = 1
    owner = np.repeat(np.arange(len(home)), np.diff(problem.indptr))
    once = owner < problem.neighbours
    group = _groups(problem)
    return Rules(
        cost=problem.cost,
        children=problem.children,
        seats=problem.seats,
        edges=np.column_stack((owner[once], problem.neighbours[once])).astype(np.int64),
        edge_cost=problem.edge_cost[once],
        home=home,
        barred=_barred(problem, home, group),
        group=group,
        changing=problem.changing if problem.changing.size else np.zeros_like(problem.cost),
        change_limit=problem.change_limit,
        overload_price=problem.overload_price,
    )


def _groups(problem: Problem) -> NDArray[np.int64]:
    """Give those that stay together one number, in the order of the first block of each."""
    leader = np.arange(len(problem.block_ids))
    for number in np.unique(problem.together[problem.together != FREE]):
        inside = np.flatnonzero(problem.together == number)
        leader[inside] = inside[0]
    return np.unique(leader, return_inverse=True)[1].astype(np.int64)


def _barred(
    problem: Problem, home: NDArray[np.int64], group: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Mark the zones that a block must not have; what holds for one holds for all of its group."""
    barred = ~problem.reach
    for block, zone in problem.forbidden:
        barred[block, zone] = True
    must = home > 0
    locked = np.flatnonzero((problem.locks != FREE) & (home.sum(axis=1) == 0))
    must[locked, problem.locks[locked]] = True
    of_group = np.zeros((group.max() + 1, must.shape[1]), dtype=np.bool_)
    np.logical_or.at(of_group, group, must)
    decided = np.flatnonzero(of_group[group].any(axis=1))
    barred[decided] = ~of_group[group[decided]]
    return barred.astype(np.int64)


def zone_positions(
    problem: Problem, plan: Plan, proof: Mapping[str, pd.DataFrame] = MappingProxyType({})
) -> NDArray[np.int64]:
    """Return the position in the problem of each block's zone; -1 where there is none.

    A zone of the plan is a zone of the problem if it has its id, or if all its schools share one
    there. Blocks of an area that schools share are counted to the zone that the proof states, which
    has to be that of one of its schools.

    Parameters
    ----------
    problem
        The problem.
    plan
        A plan of the same blocks.
    proof
        Tables as `proof_of` made them, or nothing.
    """
    by_id = {zone.zone_id: at for at, zone in enumerate(problem.zones)}
    by_school = {
        school: at
        for at, zone in enumerate(problem.zones)
        if problem.homes[at]
        for school in zone.school_ids
    }
    position = {}
    for zone in plan.zones:
        homes = {by_school.get(school, NO_YEAR) for school in zone.school_ids}
        shared = homes.pop() if len(homes) == 1 else -1
        position[zone.zone_id] = by_id.get(zone.zone_id, shared)
    zone_of = dict(zip(plan.block_ids, plan.zone_ids, strict=True))
    places = np.array([position[zone_of[block]] for block in problem.block_ids], dtype=np.int64)
    apart = [
        block
        for shared, blocks in problem.apart
        for block in blocks
        if zone_of[problem.block_ids[block]] == shared.zone_id
    ]
    stated = _stated_zones(proof)
    known = {block: by_id.get(stated.get(problem.block_ids[block], "")) for block in apart}
    return place_shared(problem, places, known)


def _stated_zones(proof: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Return the zone by block of shared areas; nothing where what the file states is no such."""
    facts = dict(proof["proof"].itertuples(index=False)) if "proof" in proof else {}
    try:
        stated = json.loads(facts.get(SHARED, "{}"))
    except (TypeError, ValueError):
        return {}
    return stated if isinstance(stated, dict) else {}


def proof_of(
    problem: Problem,
    dual: Dual,
    *,
    assignment: NDArray[np.int32],
    short: Iterable[tuple[str, int]] = (),
) -> dict[str, pd.DataFrame]:
    """Write prices as the tables of a plan file, `zoning.plan.proof.PROOF_TABLES`.

    Parameters
    ----------
    problem
        What was solved, before blocks that stay together were joined.
    dual
        Prices over the joined blocks.
    assignment
        Zone of each block, which the plan does not tell of areas that schools share.
    short
        (zone id, year) of zones that together lack seats for children who can go nowhere else.
    """
    names = _group_names(problem)
    zones = [zone.zone_id for zone in problem.zones]
    lacking = set(short)
    seats = [
        (
            zone,
            year,
            float(dual.seat_prices[at, column]) * problem.unit,
            int(dual.year_of[at] == column),
            int((zone, year) in lacking),
        )
        for at, zone in enumerate(zones)
        for column, year in enumerate(problem.years)
    ]
    separators = [
        (
            zones[cut.zone],
            names[cut.block],
            float(price) * problem.unit,
            json.dumps([names[member] for member in cut.members], ensure_ascii=False),
        )
        for cut, price in zip(dual.separators, dual.multipliers, strict=True)
    ]
    facts = {
        BOUND: repr(float(dual.value) * problem.unit),
        CHANGE_PRICE: repr(float(dual.change_price) * problem.unit),
        TIGHTENED: json.dumps(_is_tightened(problem, dual)),
        GRANTED: json.dumps([int(count) for count in dual.granted]),
        SHARED: json.dumps(
            {
                problem.block_ids[block]: zones[assignment[block]]
                for _, blocks in problem.apart
                for block in blocks
                if assignment[block] >= 0
            },
            ensure_ascii=False,
        ),
    }
    rows: dict[str, Sequence[tuple[object, ...]]] = {
        "proof": list(facts.items()),
        "proof_blocks": list(zip(names, dual.block_prices * problem.unit, strict=True)),
        "proof_seats": seats,
        "proof_separators": separators,
    }
    return {
        table: pd.DataFrame(rows[table], columns=list(kinds)).astype(dict(kinds))
        for table, kinds in PROOF_TABLES.items()
    }


def _group_names(problem: Problem) -> list[str]:
    """Return the first block of each group that stays together."""
    first = np.unique(_groups(problem), return_index=True)[1]
    return [problem.block_ids[block] for block in first]


def _is_tightened(problem: Problem, dual: Dual) -> bool:
    """Tell whether the bound rules out zones by their seats, beside those that no way leads to."""
    connected = rule_out_unreachable(contract(problem).problem).allowed
    return bool((dual.allowed != connected).any())


def prices_from(problem: Problem, proof: Mapping[str, pd.DataFrame]) -> Prices:
    """Read prices back from the tables of a plan file.

    Parameters
    ----------
    problem
        The problem that they are about.
    proof
        Tables as `proof_of` made them.

    Raises
    ------
    ValueError
        They do not fit the blocks, zones and years of the problem, or are no numbers.
    """
    try:
        return _prices(problem, proof)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(str(error)) from error


def _prices(problem: Problem, proof: Mapping[str, pd.DataFrame]) -> Prices:
    unit = problem.unit
    place = {name: at for at, name in enumerate(_group_names(problem))}
    zones = {zone.zone_id: at for at, zone in enumerate(problem.zones)}
    facts = dict(proof["proof"].itertuples(index=False))
    of_block = dict(proof["proof_blocks"].itertuples(index=False))
    seats = proof["proof_seats"].set_index(["zone_id", "year"])
    pairs = [(zone, year) for zone in zones for year in problem.years]
    if set(of_block) != set(place) or sorted(seats.index) != sorted(pairs):
        raise ValueError("other blocks, zones or years")
    seats = seats.loc[pairs]
    kept = seats["kept"].to_numpy(np.int64).reshape(problem.seats.shape)
    if (kept.sum(axis=1) > 1).any():
        raise ValueError("more than one year kept")
    granted = np.array(json.loads(facts[GRANTED]), dtype=np.int64)
    if granted.shape != (len(problem.years),):
        raise ValueError("other years")
    return Prices(
        stated=float(_in_steps(float(facts[BOUND]), unit)),
        block=_in_steps([of_block[name] for name in place], unit),
        seat=_in_steps(seats["price_min"], unit).reshape(problem.seats.shape),
        exact_year=np.where(kept.any(axis=1), kept.argmax(axis=1), NO_YEAR),
        granted=granted,
        change=float(_in_steps(float(facts[CHANGE_PRICE]), unit)),
        tightened=json.loads(facts[TIGHTENED]) is True,
        cuts=tuple(
            Cut(
                zones[zone],
                place[block],
                float(_in_steps(price, unit)),
                np.array([place[name] for name in json.loads(members)], np.int64),
            )
            for zone, block, price, members in proof["proof_separators"].itertuples(index=False)
        ),
    )


def _in_steps(minutes: ArrayLike, unit: float) -> NDArray[np.float64]:
    """Turn child-minutes into the steps of the cost; prices of whole steps come back as whole.

    A price may be as high as what the rules set as its limit, and not a last digit above it.
    """
    steps = np.asarray(minutes, dtype=np.float64) / unit
    whole = np.rint(steps)
    return np.where(np.isclose(steps, whole, rtol=ROUNDING, atol=0.0), whole, steps)


def unavoidable_overload(problem: Problem, proof: Mapping[str, pd.DataFrame]) -> NDArray[np.int64]:
    """Return the children by year whom no plan can seat, as far as the proof shows.

    Its tables name zones that together have too few seats for those who may have no other zone;
    where they name none, all zones are looked at.

    Parameters
    ----------
    problem
        Blocks, zones and seats.
    proof
        Tables as `proof_of` made them, or nothing.
    """
    rules = rules_of(problem)
    allowed = rules.barred == 0
    counted = allowed.any(axis=1)[:, None]
    every = np.ones_like(problem.seats, dtype=np.bool_)
    named = np.zeros_like(every)
    if "proof_seats" in proof:
        lacking = proof["proof_seats"].query("short != 0")
        marked = set(zip(lacking["zone_id"], lacking["year"], strict=True))
        for at, zone in enumerate(problem.zones):
            named[at] = [(zone.zone_id, year) in marked for year in problem.years]
    least = np.zeros(len(problem.years), dtype=np.int64)
    for zones in (every, named):
        only = ~(allowed @ ~zones) & counted
        lack = (rules.children * only).sum(axis=0) - (rules.seats * zones).sum(axis=0)
        least = np.maximum(least, lack)
    return least
