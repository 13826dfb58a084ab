"""The transport relaxation of one year: children flow to seats, blocks may be split.

Only promising arcs enter the flow; its prices are checked against all arcs and what is missing
is added, so that millions of arcs need neither the time nor the memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

START_ARCS = 8
ADD_ARCS = 4
MAX_PASSES = 60
BLOCKED = np.int64(1) << 42


@dataclass(frozen=True)
class Transport:
    """One year of the relaxation, costs per child.

    Parameters
    ----------
    cost
        Integer cost of one child of each block in each zone, n x K; `BLOCKED` where not allowed.
    children
        Children of each block, all positive.
    seats
        Seats of each zone.
    free_overload
        Children over the seats, in all zones together, that cost nothing.
    """

    cost: NDArray[np.int64]
    children: NDArray[np.int64]
    seats: NDArray[np.int64]
    free_overload: int = 0


@dataclass(frozen=True)
class TransportResult:
    """What the flow says.

    Parameters
    ----------
    prices
        Price of a seat by zone, integer cost per child.
    overload
        Children over seats and the free overload, by zone: the least there can be.
    support
        Zones that take children of each block, n x K.
    """

    prices: NDArray[np.int64]
    overload: NDArray[np.int64]
    support: NDArray[np.bool_]


def solve_transport(transport: Transport) -> TransportResult:
    """Find prices of the seats that no other prices beat as a bound for this year."""
    zones = transport.cost.shape[1]
    active = _cheapest(transport.cost, np.zeros(zones, dtype=np.int64), count=START_ARCS)
    penalty = overload_penalty(transport.cost)
    flow, over = _flow(transport, active, penalty)
    prices = _prices(transport, flow, over, penalty, active)
    for turn in range(MAX_PASSES):
        reduced = transport.cost + prices
        best_active = np.where(active, reduced, np.iinfo(np.int64).max).min(axis=1)
        better = (reduced < best_active[:, None]) & (transport.cost < BLOCKED)
        if not better.any():
            break
        active |= better & _cheapest(transport.cost, prices, count=ADD_ARCS)
        if turn == MAX_PASSES - 1:
            # the least overload is only proved by a flow that no missing arc could improve
            active = transport.cost < BLOCKED
        flow, over = _flow(transport, active, penalty)
        prices = _prices(transport, flow, over, penalty, active)
    return TransportResult(prices=prices, overload=over, support=flow > 0)


def overload_penalty(cost: NDArray[np.int64]) -> int:
    """Price of one child over the seats that no detour through all zones can exceed."""
    real = cost[cost < BLOCKED]
    spread = int(real.max() - real.min()) if len(real) else 0
    return int((cost.shape[1] + 1) * (spread + 1))


def _cheapest(
    cost: NDArray[np.int64], prices: NDArray[np.int64], *, count: int
) -> NDArray[np.bool_]:
    zones = cost.shape[1]
    if zones <= count:
        return cost < BLOCKED
    # the zone's position breaks ties, so that the choice does not depend on the sort used
    keyed = (cost + prices) * zones + np.arange(zones)
    chosen = np.argpartition(keyed, count - 1, axis=1)[:, :count]
    mask = np.zeros(cost.shape, dtype=np.bool_)
    np.put_along_axis(mask, chosen, values=True, axis=1)
    return mask & (cost < BLOCKED)


def _flow(
    transport: Transport, active: NDArray[np.bool_], penalty: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the flow of the active arcs (n x K) and the paid overload by zone."""
    from ortools.graph.python import min_cost_flow

    rows, zones = transport.cost.shape
    tails, heads = np.nonzero(active)
    total = int(transport.children.sum())
    sink, pool = rows + zones, rows + zones + 1
    places = rows + np.arange(zones)
    many = np.full(zones, total, dtype=np.int64)
    parts = [
        (tails, rows + heads, transport.children[tails], transport.cost[tails, heads]),
        (places, np.full(zones, sink), transport.seats, np.zeros(zones, dtype=np.int64)),
        (places, np.full(zones, sink), many, np.full(zones, penalty, dtype=np.int64)),
        (places, np.full(zones, pool), many, np.zeros(zones, dtype=np.int64)),
        (np.array([pool]), np.array([sink]), np.array([transport.free_overload]), np.array([0])),
    ]
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        *(np.concatenate([part[column] for part in parts]) for column in range(4))
    )
    solver.set_nodes_supplies(np.arange(rows), transport.children)
    solver.set_nodes_supplies(np.array([sink]), np.array([-total]))
    status = solver.solve()
    assert status == solver.OPTIMAL, f"the transport relaxation always has a flow: {status}"
    arcs = len(tails)
    flows = solver.flows(np.arange(arcs + 4 * zones + 1 - zones))
    flow = np.zeros((rows, zones), dtype=np.int64)
    flow[tails, heads] = flows[:arcs]
    return flow, flows[arcs + zones : arcs + 2 * zones]


def _prices(
    transport: Transport,
    flow: NDArray[np.int64],
    over: NDArray[np.int64],
    penalty: int,
    active: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Read the smallest optimal prices from the flow: what one more seat would save.

    A zone that sends nothing away has price 0. Children of zone j that could sit in zone k keep
    price(k) >= price(j) - detour(j, k); overloaded zones have the penalty as their price.
    """
    zones = len(transport.seats)
    large = np.int64(4) * penalty
    cost = np.where(active, transport.cost, BLOCKED)
    detour = np.full((zones, zones), large, dtype=np.int64)
    for zone in range(zones):
        rows = np.flatnonzero(flow[:, zone] > 0)
        if len(rows):
            step = cost[rows] - transport.cost[rows, zone][:, None]
            detour[zone] = np.minimum(step.min(axis=0), large)
    loads = flow.sum(axis=0)
    pooled = loads - transport.seats - over
    prices = np.zeros(zones, dtype=np.int64)
    prices[over > 0] = penalty
    for _ in range(zones + 1):
        raised = np.maximum(prices, (prices[:, None] - detour).max(axis=0))
        if (pooled > 0).any():
            # children in the pool of free overload could sit over the seats of any zone
            raised[pooled > 0] = raised.max()
        if (raised == prices).all():
            break
        prices = raised
    return prices
