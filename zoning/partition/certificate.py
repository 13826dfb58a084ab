"""Check a plan and its lower bound from plain arrays; nothing here comes from the solver.

For any prices b of blocks, p >= 0 of seats, g >= 0 of separators, m >= 0 of changes, no plan that
keeps the rules, with at most o_y children over the seats in all, costs less than
    sum b_i - sum p_jy u_jy - sum o_y max_j p_jy - m limit - sum_j max profit_j(S),
S: what zone j may hold, blocks with no other zone included, in the seats (+ o_y) of its exact year;
profit_ij = b_i - c_ij - sum p_jy d_iy - m changing_ij + sum g (1[i in C] - 1[i = v]) over
separators (C, v) of j: without C no way leads from v to a school of j. Groups count as one block;
only a block that the ground, whatever decisions say, leaves no way to any school is `exempt`.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from zoning.partition.certificate_input import Bools, Cut, Ints, Prices, Proof, Rules, Verdict
TOLERANCE, ROUNDING, BITS, FAR = 1e-9, 1e-12, 64, 2**60  # of the objective; of all summed


def certify(rules: Rules, zone: Ints, prices: Prices | None = None) -> Verdict:
    """Check the zone of each block (-1: none): rules broken, what is unproved, objective, bound."""
    held, granted = np.flatnonzero(zone >= 0), 0 if prices is None else prices.granted
    over = ((zone == np.arange(len(rules.seats))[:, None]) @ rules.children - rules.seats).clip(0)
    cost, changing = (amount[held, zone[held]].sum() for amount in (rules.cost, rules.changing))
    (small, allowed, excused), parted = _grouped(rules), np.diff(zone[rules.edges])[:, 0] != 0
    whole = zone[np.unique(rules.group, return_index=True)[1]]
    start = small.home[np.arange(len(whole)), whole].clip(max=1) == rules.home.max(axis=0)[whole]
    rooted = _spread(small.edges[np.diff(whole[small.edges])[:, 0] == 0], start, np.logical_or)
    broken = _faults(
        NO_ZONE=(zone < 0) & allowed[rules.group].any(axis=1),
        NOT_ALLOWED=(zone >= 0) & (rules.barred[np.arange(len(zone)), zone] > 0),
        TORN=zone != whole[rules.group],
        NOT_CONNECTED=(zone >= 0) & ~rooted[rules.group] & ~exempt(rules),
        OVER_SEATS=(over > 0) & (over.sum(axis=0) > granted) & (rules.overload_price is None),
        TOO_MANY_CHANGE=changing > (FAR if rules.change_limit is None else rules.change_limit),
    )
    objective = int(cost + rules.edge_cost[parted].sum() + (rules.overload_price or 0) * over.sum())
    unproved, bound = ([], None) if prices is None else _prove(small, allowed, excused, prices)
    if prices and bound is not None and not prices.stated <= bound + TOLERANCE * max(objective, 1):
        unproved = [("STATED",)]
    return broken, unproved, objective, bound


def exempt(rules: Rules) -> Any:
    """Mark the blocks that need not be connected: no school stands where the ground leads them."""
    home = np.bincount(rules.group, rules.home.any(axis=1)) > 0
    return ~_spread(rules.group[rules.edges], home, np.logical_or)[rules.group]


def _faults(**found: Any) -> list[Any]:
    return [(code, *place) for code, bad in found.items() for place in np.argwhere(bad).tolist()]


def _grouped(rules: Rules) -> tuple[Rules, Bools, Bools]:
    """Make one block of each group; tell which zones a way leads from, and to whom none does."""
    order = np.argsort(rules.group, kind="stable")
    first = np.unique(rules.group[order], return_index=True)[1]
    names = ("cost", "children", "home", "barred", "changing")
    sums: Any = {name: np.add.reduceat(getattr(rules, name)[order], first) for name in names}
    small = replace(rules, **sums, edges=rules.group[rules.edges])
    reached = _flood(small, small.barred == 0, np.arange(len(small.seats)))
    excused = ~(reached & (small.home.max(axis=0) > 0)).any(axis=1)
    return small, (small.barred == 0) & (reached | excused[:, None]), excused


def _prove(rules: Rules, allowed: Bools, excused: Bools, prices: Prices) -> Proof:
    """Return what is wrong with the prices, and the bound where nothing is."""
    top, cuts = FAR if rules.overload_price is None else rules.overload_price, prices.cuts
    allowed = _tightened(rules, allowed, excused, prices) if prices.tightened else allowed
    if unproved := _faults(
        BLOCK_PRICE=~(np.abs(prices.block) <= FAR),
        SEAT_PRICE=~((prices.seat >= 0) & (prices.seat <= top)),
        CHANGE_PRICE=not 0 <= prices.change <= FAR * (rules.change_limit is not None),
        SEPARATOR=_idle(rules, allowed, excused, cuts),
        EXACT=((prices.exact_year >= 0) | prices.tightened) & (rules.overload_price is not None),
        GRANTED=(prices.granted < 0) | (prices.granted > FAR),
    ):
        return unproved, None
    gain = np.repeat(prices.block[:, None], len(rules.seats), axis=1)
    paid = rules.cost + rules.children @ prices.seat.T + prices.change * rules.changing
    size = np.abs(gain) + np.abs(paid)
    for cut in cuts:
        gain[cut.members, cut.zone] += cut.price
        gain[cut.block, cut.zone] -= cut.price
        size[[*cut.members, cut.block], cut.zone] += cut.price
    gain += size * ROUNDING - paid
    spare = [*prices.seat.max(axis=0) * prices.granted, prices.change * (rules.change_limit or 0)]
    owed = np.append(prices.seat * rules.seats, spare) * -(1 + ROUNDING)
    terms = [*owed, *prices.block[allowed.any(axis=1)], rules.edge_cost.clip(max=0).sum()]
    forced = allowed & (allowed.sum(axis=1) == 1)[:, None]
    for j, year in enumerate(prices.exact_year):
        free = np.flatnonzero(allowed[:, j] & ~forced[:, j] & (gain[:, j] > 0))
        weight = rules.children[:, year] * (year >= 0)
        room = rules.seats[j, year] + prices.granted[year] - weight[forced[:, j]].sum()
        best = np.zeros(min(max(room, 0), weight[free].sum()) + 1)  # dearest set by children
        for w, worth in zip(weight[free], gain[free, j], strict=True):
            best[w:] = np.maximum(best[w:], best[: max(len(best) - w, 0)] + worth)
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


def _flood(rules: Rules, open_to: Bools, zones: Ints) -> Bools:
    """Go from the schools of zones (all blocks, of one without) through what is open; I x N."""
    seen = np.zeros_like(open_to)
    for part in (slice(at, at + BITS) for at in range(0, len(zones), BITS)):  # a bit for each
        bits, home = 2 ** np.arange(len(zones[part]), dtype=np.uint64), rules.home[:, zones[part]]
        start, may = open_to[:, part] & ((home > 0) == home.any(axis=0)), open_to[:, part] @ bits
        now = _spread(rules.edges, start @ bits, np.bitwise_or, lambda v, to, m=may: v & m[to])
        seen[:, part] = now[:, None] & bits
    return seen


def _idle(rules: Rules, allowed: Bools, excused: Bools, cuts: tuple[Cut, ...]) -> Any:
    """Tell which separators part nothing, or have no price."""
    zones = np.array([cut.zone for cut in cuts], dtype=np.int64)
    free = allowed[:, zones]
    for at, cut in enumerate(cuts):
        free[cut.members, at] = False
    blocks, price = np.array([[cut.block, cut.price] for cut in cuts]).reshape(-1, 2).T
    past = _flood(rules, free, zones)[blocks.astype(int), np.arange(len(cuts))]
    return past | excused[blocks.astype(int)] | ~((price >= 0) & (price <= FAR))


def _tightened(rules: Rules, allowed: Bools, excused: Bools, prices: Prices) -> Any:
    """Rule out zones where even the way with the fewest children exceeds the seats."""
    tight = allowed.copy()
    for j, year in np.ndindex(*rules.seats.shape):
        home, most = rules.home[:, j] > 0, rules.seats[j, year] + prices.granted[year]
        add = np.where(tight[:, j], rules.children[:, year], FAR)
        left = np.where(home, most - rules.children[home, year].sum(), -1)  # seats left on the way
        left = _spread(rules.edges, left, np.maximum, lambda v, to, d=add: (v - d[to]).clip(-1))
        tight[:, j] &= (left >= 0) | home | excused | (not home.any())
    return tight | (allowed & ~tight.max(axis=1, keepdims=True))  # no empty rows
