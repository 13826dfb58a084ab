"""Check a plan and its lower bound from plain arrays; nothing here comes from the solver.

For any prices b of blocks, p >= 0 of seats, g >= 0 of separators, m >= 0 of changes, no plan that
keeps the rules, with at most o_y children over the seats in all, costs less than
    sum b_i - sum p_jy u_jy - sum o_y max_j p_jy - m limit - sum_j max profit_j(S),
S: what zone j may hold, blocks with no other zone included, in the seats (+ o_y) of its exact year;
profit_ij = b_i - c_ij - sum p_jy d_iy - m changing_ij + sum g (1[i in C] - 1[i = v]) over
separators (C, v) of j: without C no way leads from v to a school of j. Groups count as one block.
Rounding goes against the bound by `ROUNDING` of all that is summed, far more than doubles lose; a
stated bound may be higher by `TOLERANCE` of the objective.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.certificate_input import Cut, Prices, Rules

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Fault = tuple[Any, ...]  # a code, and the positions of what it is about
    Verdict = tuple[list[Fault], list[Fault], int, float | None]
TOLERANCE, ROUNDING, BITS, FAR = 1e-9, 1e-12, 64, 2**60


def certify(rules: Rules, zone: Ints, prices: Prices | None = None) -> Verdict:
    """Check the zone of each block (-1: none): rules broken, what is unproved, objective, bound."""
    held, over, home = np.flatnonzero(zone >= 0), -rules.seats, rules.home > 0
    np.add.at(over, zone[held], rules.children[held])
    over, granted = over.clip(min=0), 0 if prices is None else prices.granted
    cost, changing = (amount[held, zone[held]].sum() for amount in (rules.cost, rules.changing))
    small, parted = _grouped(rules), zone[rules.edges[:, 0]] != zone[rules.edges[:, 1]]
    at_home = (zone >= 0) & home[np.arange(len(zone)), zone]
    rooted = _spread(rules.edges[~parted], at_home, np.logical_or)
    apart = ~_spread(rules.edges, home.any(axis=1), np.logical_or)
    broken = _faults(
        NO_ZONE=(zone < 0) & (small.barred.min(axis=1) == 0)[rules.group],
        NOT_ALLOWED=(zone >= 0) & (rules.barred[np.arange(len(zone)), zone] > 0),
        TORN=zone != zone[np.unique(rules.group, return_index=True)[1]][rules.group],
        NOT_CONNECTED=(zone >= 0) & home.max(axis=0)[zone] & ~rooted & ~apart,
        OVER_SEATS=(over > 0) & (over.sum(axis=0) > granted) & (rules.overload_price is None),
        TOO_MANY_CHANGE=changing > (FAR if rules.change_limit is None else rules.change_limit),
    )
    objective = int(cost + rules.edge_cost[parted].sum() + (rules.overload_price or 0) * over.sum())
    if prices is None:
        return broken, [], objective, None
    unproved, bound = _prove(small, np.bincount(rules.group, ~apart) == 0, prices)
    if bound is not None and not prices.stated <= bound + TOLERANCE * max(abs(objective), 1):
        unproved = [("STATED",)]
    return broken, unproved, objective, bound


def _faults(**found: Any) -> list[Fault]:
    return [(code, *place) for code, bad in found.items() for place in np.argwhere(bad).tolist()]


def _grouped(rules: Rules) -> Rules:
    """Make one block of each group."""
    sums = {name: getattr(rules, name) for name in "cost children home barred changing".split()}
    for name, amount in sums.items():
        sums[name] = np.zeros((rules.group.max() + 1, amount.shape[1]), dtype=np.int64)
        np.add.at(sums[name], rules.group, amount)
    return replace(rules, **sums, edges=rules.group[rules.edges])


def _prove(rules: Rules, exempt: Bools, prices: Prices) -> tuple[list[Fault], float | None]:
    """Return what is wrong with the prices, and the bound where nothing is."""
    top, cuts = FAR if rules.overload_price is None else rules.overload_price, prices.cuts
    allowed = _tightened(rules, exempt, prices) if prices.tightened else rules.barred == 0
    unproved = _faults(
        BLOCK_PRICE=~(np.abs(prices.block) <= FAR),
        SEAT_PRICE=~((prices.seat >= 0) & (prices.seat <= top)),
        CHANGE_PRICE=not 0 <= prices.change <= FAR * (rules.change_limit is not None),
        SEPARATOR=_idle(rules, allowed, exempt, cuts),
        EXACT=((prices.exact_year >= 0) | prices.tightened) & (rules.overload_price is not None),
        GRANTED=(prices.granted < 0) | (prices.granted > FAR),
    )
    if unproved:
        return unproved, None
    gain = np.repeat(prices.block[:, None], len(rules.seats), axis=1)
    paid = rules.cost + rules.children @ prices.seat.T + prices.change * rules.changing
    size = np.abs(gain) + np.abs(paid)
    for cut in cuts:
        gain[cut.members, cut.zone] += cut.price
        gain[cut.block, cut.zone] -= cut.price
        size[[*cut.members, cut.block], cut.zone] += cut.price
    gain += size * ROUNDING - paid
    owed = [*(prices.seat * rules.seats).flat, *(prices.seat.max(axis=0) * prices.granted)]
    owed.append(prices.change * (rules.change_limit or 0))
    terms = [*prices.block[allowed.any(axis=1)], rules.edge_cost.clip(max=0).sum()]
    terms += [-(1 + ROUNDING) * amount for amount in owed]
    forced = allowed & (allowed.sum(axis=1) == 1)[:, None]
    for j, year in enumerate(prices.exact_year):
        free = np.flatnonzero(allowed[:, j] & ~forced[:, j] & (gain[:, j] > 0))
        weight = rules.children[:, year] * (year >= 0)
        room = rules.seats[j, year] + prices.granted[year] - weight[forced[:, j]].sum()
        best = np.zeros(min(max(room, 0), weight[free].sum()) + 1)  # dearest set by children
        for i in free[weight[free] < len(best)]:
            put = best[: len(best) - weight[i]] + gain[i, j]
            best[weight[i] :] = np.maximum(best[weight[i] :], put)
        terms += [-gain[forced[:, j], j].sum(), -best[-1]]
    return [], math.fsum(terms)


def _spread(edges: Ints, seen: Any, merge: np.ufunc, enter: Any = lambda come, _: come) -> Any:
    """Pass values along edges until they rest; `enter` tells what of them gets into a block."""
    both = np.concatenate((edges, edges[:, ::-1]))
    tails, heads = both[np.argsort(both[:, 1], kind="stable")].T
    first = np.flatnonzero(np.diff(heads, prepend=-1))
    to, last = heads[first], None
    while last is None or (seen != last).any():
        last, seen = seen, seen.copy()
        seen[to] = merge(last[to], enter(merge.reduceat(last[tails], first), to))
    return seen


def _idle(rules: Rules, allowed: Bools, exempt: Bools, cuts: tuple[Cut, ...]) -> Bools:
    """Tell which separators part nothing; ways past them are found together, a bit for each."""
    idle = np.array([exempt[cut.block] or not 0 <= cut.price <= FAR for cut in cuts], dtype=bool)
    for first in range(0, len(cuts), BITS):
        open_to, seen = np.zeros((2, len(allowed)), dtype=np.uint64)
        for bit, cut in enumerate(cuts[first : first + BITS]):
            free, home = allowed[:, cut.zone].astype(np.uint64), rules.home[:, cut.zone] > 0
            free[cut.members] = 0
            open_to |= free << np.uint64(bit)
            seen |= free * (home == home.any()) << np.uint64(bit)  # without a school: everywhere
        seen = _spread(rules.edges, seen, np.bitwise_or, lambda come, to, o=open_to: come & o[to])
        for bit, cut in enumerate(cuts[first : first + BITS]):
            idle[first + bit] |= bool(int(seen[cut.block]) >> bit & 1)
    return idle


def _tightened(rules: Rules, exempt: Bools, prices: Prices) -> Bools:
    """Rule out zones where even the way with the fewest children exceeds the seats."""
    tight: Bools = rules.barred == 0
    for j, year in np.ndindex(*rules.seats.shape):
        home, most = rules.home[:, j] > 0, rules.seats[j, year] + prices.granted[year]
        add = np.where(tight[:, j], rules.children[:, year], FAR)
        left = np.where(home, most - rules.children[home, year].sum(), -1)  # seats left on the way
        left = _spread(rules.edges, left, np.maximum, lambda v, to, d=add: (v - d[to]).clip(-1))
        tight[:, j] &= (left >= 0) | home | exempt | (not home.any())
    tight |= (rules.barred == 0) & ~tight.max(axis=1, keepdims=True)  # no empty rows
    return tight
