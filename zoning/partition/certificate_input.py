"""What the certificate reads: plain arrays, no logic; over blocks I, zones K and years Y."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Fault = tuple[Any, ...]  # a code, and the positions of what it is about
    Proof = tuple[list[Fault], float | None]
    Verdict = tuple[list[Fault], list[Fault], int, float | None]


@dataclass(frozen=True)
class Rules:
    """What a plan costs and what it has to keep, in whole numbers.

    Parameters
    ----------
    cost, children, seats
        Cost of each block in each zone (I x K), children by year (I x Y), seats (K x Y).
    edges, edge_cost
        Pairs of neighbours without a hard barrier between them (E x 2, each pair once), and what
        such a pair costs in two zones (E).
    home
        Whether a school of the zone stands in the block (I x K).
    barred
        Zones that a block must not have (I x K): forbidden, or no way leads there; all but one
        where a school stands in it or a decision locks it.
    group
        Number of the blocks that a block has to stay with (I): 0, 1, 2 … without gaps; a block
        that is free has a number of its own.
    changing, change_limit
        Children who would change school (I x K), and how many may; None is no limit.
    overload_price
        Cost of a child over the seats in a year; None allows only those that the proof states.
    """

    cost: NDArray[np.int64]
    children: NDArray[np.int64]
    seats: NDArray[np.int64]
    edges: NDArray[np.int64]
    edge_cost: NDArray[np.int64]
    home: NDArray[np.int64]
    barred: NDArray[np.int64]
    group: NDArray[np.int64]
    changing: NDArray[np.int64]
    change_limit: int | None
    overload_price: int | None


@dataclass(frozen=True)
class Cut:
    """Blocks without which no way leads from a block to a school of a zone, and their price.

    Parameters
    ----------
    zone, block
        The zone, and the group of the block that is parted from its schools.
    price
        What the zone pays for holding it without any of `members`.
    members
        Groups of the blocks that part it.
    """

    zone: int
    block: int
    price: float
    members: NDArray[np.int64]


@dataclass(frozen=True)
class Prices:
    """What proves a bound; blocks that stay together have one price.

    Parameters
    ----------
    stated
        The bound that is claimed.
    block
        Price of each group of blocks, in the order of their numbers.
    seat
        Price of a seat (K x Y), not negative.
    exact_year
        Year whose seats a zone keeps exactly (K); -1 where seats are only priced.
    granted
        Children over all seats that the plans may have for which the bound holds (Y).
    change
        Price of a child who changes school, not negative.
    tightened
        Whether the bound makes use of this: a zone cannot have a block where even the way with
        the fewest children between them exceeds its seats.
    cuts
        Separators.
    """

    stated: float
    block: NDArray[np.float64]
    seat: NDArray[np.float64]
    exact_year: NDArray[np.int64]
    granted: NDArray[np.int64]
    change: float
    tightened: bool
    cuts: tuple[Cut, ...]
