"""What a thread can do for a better plan in one turn.

A turn reads the view that it is given and changes nothing of it; so turns can run side by side,
and the same views and numbers always lead to the same results.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from zoning.partition.anneal import anneal
from zoning.partition.combine import can_grow, combine
from zoning.partition.construct import construct
from zoning.partition.contiguity import stray_blocks
from zoning.partition.mip import search_part
from zoning.partition.pool import ZonePool
from zoning.partition.stopping import Effort

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from zoning.partition.bound import Bound
    from zoning.partition.cuts import Separator
    from zoning.partition.mip import Searched
    from zoning.partition.problem import Problem
    from zoning.partition.separators import Ways
    from zoning.partition.stopping import Limits

PART_EFFORT = Effort(nodes=150, pairs=150_000)
WIDE_EFFORT = Effort(nodes=500, pairs=300_000)
POOL_EFFORT, POOL_ZONES = Effort(nodes=200, pairs=400_000), 3_000
# work of a lap in putting zones together
POOL_WORK = 4_000_000
GROWN_EFFORT, GROWN_ZONES = Effort(nodes=1_000, pairs=4_000_000), 8_000
# a lap of a search of everything, and pairs of block and zone beyond one a block that it may have
WHOLE_EFFORT, MOST_OF_ALL = Effort(nodes=2_000, pairs=1_000_000), 5_000
LAP_WORK = 10_000
PART_WORK = 500
ANNEAL_ROUNDS, MOST_ROUNDS, LONGER = 3, 30, 1.25
LAP_ROUNDS = 8
HEATS = (0.5, 1.0, 2.0, 4.0)
GROW, SHRINK = 1.5, 0.7
PERSIST = 3
GROW_IF_EASY, EASY = 2.5, 500
FEWEST, FIRST_BUDGET, MOST = 60, 200, 1_000_000
ZONES_AT_FIRST = 3
TRIES = 30
NEXT_WITH_SEATS = 6
# the way out of a zone that is too full may be dear
WAY_OUT_BUDGET = 5


@dataclass(frozen=True)
class View:
    """What is known when a lap begins.

    Parameters
    ----------
    problem, ways
        Blocks and zones, and what connectedness is about.
    best, value
        The best plan and its cost.
    transport
        Prices of seats from the relaxation.
    regret
        Rise of the bound for each block in each zone, I x K.
    spare
        Cost of the best plan above the bound: pairs that regret more are in no cheaper plan.
    worth
        What each block brings to each zone at prices, I x K.
    cuts
        Separators met so far.
    pool
        Zones met so far.
    limits
        When to stop in any case.
    """

    problem: Problem
    ways: Ways
    best: NDArray[np.int32]
    value: int
    transport: Bound
    regret: NDArray[np.float64]
    spare: float
    worth: NDArray[np.float64]
    cuts: tuple[Separator, ...]
    pool: ZonePool
    limits: Limits

    def possible(self) -> NDArray[np.bool_]:
        """Pairs of block and zone that a cheaper plan may have, and those of the best plan."""
        return with_plan(self.problem.allowed & (self.regret <= self.spare), self.best)

    def open_to(self) -> NDArray[np.bool_]:
        """Pairs of block and zone that plans may have which keep all rules and are cheaper."""
        if np.isfinite(self.spare):
            return self.possible()
        return np.asarray(self.problem.allowed & np.isfinite(self.regret))

    def after(self, turn: Turn) -> View:
        """Return what is known after a turn: the separators met, and the plan if it is better."""
        cuts = tuple(dict.fromkeys((*self.cuts, *turn.cuts)))
        plan, problem = turn.assignment, self.problem
        if (
            plan is None
            or problem.merit(plan) >= problem.merit(self.best)
            or stray_blocks(problem, plan, excused=self.ways.excused).any()
        ):
            return replace(self, cuts=cuts)
        value = problem.merit(plan)[-1]
        spare = self.spare - (self.value - value)
        return replace(self, cuts=cuts, best=plan, value=value, spare=spare)


@dataclass
class Appetite:
    """How much the searches of parts take on at a time, learned from turn to turn.

    Parameters
    ----------
    zones
        Zones that are freed together.
    budget
        Pairs of block and zone beyond one a block.
    rounds
        Rounds of an annealing.
    laps
        Laps that the next turn takes, about; that a search of everything may take.
    searched
        Parts that have been searched as they are.
    """

    zones: int = ZONES_AT_FIRST
    budget: int = FIRST_BUDGET
    rounds: int = ANNEAL_ROUNDS
    laps: int = 1
    searched: set[tuple[int, ...]] = field(default_factory=set)

    def learn(self, result: Searched) -> None:
        """Take on more after a part that was searched to its end, less after one that was not."""
        factor = SHRINK
        if result.complete:
            factor = GROW if result.work > EASY else GROW_IF_EASY
        self.budget = min(max(round(self.budget * factor), FEWEST), MOST)


@dataclass(frozen=True)
class Turn:
    """What a turn led to.

    Parameters
    ----------
    assignment
        A plan that may be better, or None.
    cuts
        Separators met.
    pool
        Zones met.
    proved
        Whether no plan is cheaper than the better of `assignment` and the best of the view.
    fruitful
        Whether to do the like again soon.
    """

    assignment: NDArray[np.int32] | None
    cuts: tuple[Separator, ...] = ()
    pool: ZonePool | None = None
    proved: bool = False
    fruitful: bool = False


def search_least_clear(view: View, appetite: Appetite, _rng: np.random.Generator) -> Turn:
    """Free, in all zones, the blocks whose choice is least clear at the prices."""
    possible = view.possible()
    wanted = len(view.best) + appetite.budget
    regrets = np.sort(view.regret[possible])
    everything = wanted >= len(regrets)
    keep = possible if everything else possible & (view.regret <= regrets[wanted])
    result = _search(view, view.best, with_plan(keep, view.best), effort=WIDE_EFFORT)
    appetite.learn(result)
    appetite.laps = 1 + result.work // LAP_WORK
    return Turn(
        result.assignment,
        result.cuts,
        proved=everything and result.complete,
        fruitful=result.complete,
    )


def search_everything(view: View, appetite: Appetite, _rng: np.random.Generator) -> Turn:
    """Search all that a cheaper plan may have; for longer each time, until that is proved best."""
    possible = view.possible()
    if not np.isfinite(view.spare) or int(possible.sum()) - len(view.best) > MOST_OF_ALL:
        return Turn(None)
    effort = WHOLE_EFFORT.times(appetite.laps)
    result = _search(view, view.best, possible, effort=effort)
    if not result.complete:
        appetite.laps *= PERSIST
    return Turn(result.assignment, result.cuts, proved=result.complete)


def search_few_zones(view: View, appetite: Appetite, rng: np.random.Generator) -> Turn:
    """Free a few zones that lie together, then others, until the turn's work is done."""
    best, work = view.best, 0
    cuts: list[Separator] = []
    possible = view.possible()
    while work < LAP_WORK and not view.limits.over():
        zones = _draw_zones(view, best, appetite, rng)
        if zones is None:
            if appetite.zones >= len(view.problem.zones):
                break
            appetite.zones += 1
            continue
        inside = np.isin(best, zones)
        keep = possible & inside[:, None]
        keep[:, np.setdiff1d(np.arange(keep.shape[1]), zones)] = False
        broken = view.problem.breach(best) > 0
        wanted = int(inside.sum()) + appetite.budget * (WAY_OUT_BUDGET if broken else 1)
        bounded = int(keep.sum()) > wanted
        if bounded:
            keep &= view.regret <= np.sort(view.regret[keep])[wanted]
        result = _search(view, best, with_plan(keep, best), effort=PART_EFFORT)
        work += result.work + PART_WORK
        cuts += result.cuts
        if bounded or not result.complete:
            appetite.learn(result)
        if result.assignment is not None:
            best = result.assignment
        appetite.searched.add(_signature(best, zones))
    found = best is not view.best
    return Turn(best if found else None, tuple(cuts), fruitful=found)


def anneal_again(view: View, appetite: Appetite, rng: np.random.Generator) -> Turn:
    """Warm up the best plan, more or less, and let it cool down."""
    return _anneal(view, view.best, appetite, rng, heat=float(rng.choice(HEATS)))


def anneal_anew(view: View, appetite: Appetite, rng: np.random.Generator) -> Turn:
    """Let another plan grow and cool down, and remember the zones met on the way."""
    start = construct(view.problem, view.transport.prices)
    return _anneal(view, start, replace(appetite), rng, heat=1.0)


def _anneal(
    view: View,
    start: NDArray[np.int32],
    appetite: Appetite,
    rng: np.random.Generator,
    *,
    heat: float,
) -> Turn:
    """Cool down for as long as the appetite says, and for longer next time if it was in vain."""
    pool = ZonePool(view.problem)
    found = anneal(
        view.problem,
        start,
        bound=view.transport,
        rounds=appetite.rounds,
        seed=int(rng.integers(2**62)),
        limits=view.limits,
        meet=pool.add,
        heat=heat,
    )
    pool.add(found)
    better = view.problem.merit(found) < view.problem.merit(view.best)
    if not better:
        appetite.rounds = min(round(appetite.rounds * LONGER), MOST_ROUNDS)
    appetite.laps = 1 + appetite.rounds // LAP_ROUNDS
    return Turn(found, pool=pool, fruitful=better)


def combine_pool(view: View, appetite: Appetite, _rng: np.random.Generator) -> Turn:
    """Put the zones met so far together anew; next time it will take about as long."""
    found = combine(
        view.pool, view.best, ways=view.ways, worth=view.worth, grow=None, most=POOL_ZONES,
        effort=POOL_EFFORT, limits=view.limits,
    )  # fmt: skip
    appetite.laps = 1 + found.work // POOL_WORK
    return Turn(found.assignment)


def combine_grown(view: View, _appetite: Appetite, _rng: np.random.Generator) -> Turn:
    """Grow zones that the others lack, and put them all together anew."""
    if not can_grow(view.problem, overfull=bool(view.transport.least_overload.any())):
        return Turn(None)
    found = combine(
        view.pool, view.best, ways=view.ways, worth=view.worth, grow=view.open_to(),
        most=GROWN_ZONES, effort=GROWN_EFFORT, limits=view.limits,
    )  # fmt: skip
    return Turn(found.assignment, pool=found.grown, fruitful=found.assignment is not None)


# laps that turns take, if more than one (a search of everything: the first time)
LAPS: dict[Callable[[View, Appetite, np.random.Generator], Turn], int] = {
    combine_grown: 3,
    search_everything: 5,
}


def with_plan(keep: NDArray[np.bool_], plan: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Let every block have the zone that it has in a plan, too."""
    keep = keep.copy()
    rows = np.flatnonzero(plan >= 0)
    keep[rows, plan[rows]] = True
    return keep


def _search(
    view: View, start: NDArray[np.int32], keep: NDArray[np.bool_], *, effort: Effort
) -> Searched:
    return search_part(
        view.problem, start, keep=keep, ways=view.ways, cuts=view.cuts, effort=effort,
        limits=view.limits,
    )  # fmt: skip


def _draw_zones(
    view: View, best: NDArray[np.int32], appetite: Appetite, rng: np.random.Generator
) -> NDArray[np.int64] | None:
    """Draw zones that lie together and have not been searched as they are now.

    Where a zone is too full, they begin with the way from it to one with seats left.
    """
    beside = _zones_beside(view.problem, best)
    loads, seats = view.problem.loads(best), view.problem.seats
    full = np.flatnonzero((loads > seats).any(axis=1))
    spare = np.flatnonzero((loads < seats).all(axis=1))
    for turn in range(TRIES):
        if len(full) and len(spare) and turn < TRIES // 2:
            drawn = way_out(beside, int(rng.choice(full)), spare, rng)
        else:
            drawn = [int(rng.integers(len(beside)))]
        while len(drawn) < appetite.zones:
            around = np.flatnonzero(beside[drawn].any(axis=0))
            around = around[~np.isin(around, drawn)]
            if not len(around):
                break
            drawn.append(int(rng.choice(around)))
        zones = np.sort(np.array(drawn))
        if _signature(best, zones) not in appetite.searched:
            return zones
    return None


def way_out(
    beside: NDArray[np.bool_], full: int, spare: NDArray[np.int64], rng: np.random.Generator
) -> list[int]:
    """Return zones one beside the other, from one with seats left to one that is too full.

    Parameters
    ----------
    beside
        Whether two zones touch, K x K.
    full
        Zone that is too full.
    spare
        Zones with seats left in every year; one of the nearest of them is drawn.
    rng
        Draws it.
    """
    graph = sparse.csr_array(beside.astype(np.int8))
    hops, before = csgraph.shortest_path(
        graph, unweighted=True, indices=full, return_predecessors=True
    )
    near = spare[np.isfinite(hops[spare])]
    if not len(near):
        return [full]
    near = near[np.argsort(hops[near], kind="stable")][:NEXT_WITH_SEATS]
    at = int(rng.choice(near))
    way = [at]
    while at != full:
        at = int(before[at])
        way.append(at)
    return way


def _zones_beside(problem: Problem, plan: NDArray[np.int32]) -> NDArray[np.bool_]:
    tails = np.repeat(np.arange(len(plan)), np.diff(problem.indptr))
    one, other = plan[tails], plan[problem.neighbours]
    apart = (one >= 0) & (other >= 0) & (one != other)
    beside = np.zeros((len(problem.zones),) * 2, dtype=np.bool_)
    beside[one[apart], other[apart]] = True
    return beside


def _signature(plan: NDArray[np.int32], zones: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(hash((int(zone), np.flatnonzero(plan == zone).tobytes())) for zone in zones)
