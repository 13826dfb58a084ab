"""Areas of any size, made up: a planar net of blocks, people in centres, schools among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from partition_bench.problems import plain_problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition import Problem

SPACING_M = 100.0
JITTER_M = 30.0
WALK_M_S = 1.2
DETOUR_SIGMA = 0.3
DIAGONALS = 0.3
MISSING = 0.12
EMPTY = 0.2
BLOCKS_PER_CENTRE = 2500
CHILDREN_PER_BLOCK = 12.0
SEATS_PER_CHILD = 1.1
BLOCKS_PER_SCHOOL = 20_000 / 300
MS_PER_MINUTE = 60_000


@dataclass(frozen=True)
class Area:
    """A made-up area.

    Parameters
    ----------
    xy
        Centres of the blocks, metres.
    pairs
        Blocks that touch; no two of their lines cross by more than the noise.
    children
        By block.
    homes
        Block of each school.
    seats
        By school; `SEATS_PER_CHILD` in all.
    times
        Milliseconds on foot along the pairs, block x school.
    """

    xy: NDArray[np.float64]
    pairs: NDArray[np.int64]
    children: NDArray[np.int64]
    homes: NDArray[np.int64]
    seats: NDArray[np.int64]
    times: NDArray[np.int64]

    def problem(self) -> Problem:
        """Put the area as a problem in child-minutes."""
        return plain_problem(
            cost=self.children[:, None] * self.times,
            unit=1.0 / MS_PER_MINUTE,
            children=self.children,
            seats=self.seats,
            pairs=self.pairs,
            homes=self.homes,
        )


def make_area(blocks: int, *, seed: int) -> Area:
    """Make an area with a school for every `BLOCKS_PER_SCHOOL` blocks.

    Parameters
    ----------
    blocks
        How many blocks; at least enough for two schools.
    seed
        Same number, same area.
    """
    rng = np.random.default_rng([seed, blocks])
    columns = int(np.ceil(np.sqrt(blocks)))
    place = np.arange(blocks)
    grid = np.column_stack((place % columns, place // columns))
    xy = grid * SPACING_M + rng.uniform(-JITTER_M, JITTER_M, size=(blocks, 2))
    pairs = _streets(rng, blocks=blocks, columns=columns)
    children = _children(rng, xy)
    schools = max(round(blocks / BLOCKS_PER_SCHOOL), 2)
    weight = children + 1.0
    homes = np.sort(rng.choice(blocks, schools, replace=False, p=weight / weight.sum()))
    times = _times(rng, xy, pairs=pairs, homes=homes)
    return Area(xy, pairs, children, homes, _seats(rng, children, times=times), times)


def _streets(rng: np.random.Generator, *, blocks: int, columns: int) -> NDArray[np.int64]:
    """Join grid neighbours and some diagonals, leave some out, keep all in one piece."""
    place = np.arange(blocks)
    right = place[(place % columns < columns - 1) & (place + 1 < blocks)]
    below = place[place + columns < blocks]
    corner = right[right + columns + 1 < blocks]
    corner = corner[rng.random(len(corner)) < DIAGONALS]
    falling = rng.random(len(corner)) < 1 / 2
    diagonals = np.where(
        falling[:, None],
        np.column_stack((corner, corner + columns + 1)),
        np.column_stack((corner + 1, corner + columns)),
    )
    pairs = np.concatenate(
        (
            np.column_stack((right, right + 1)),
            np.column_stack((below, below + columns)),
            diagonals,
        )
    )
    weight = rng.random(len(pairs)) + 1.0
    graph = sparse.csr_array((weight, (pairs[:, 0], pairs[:, 1])), shape=(blocks, blocks))
    tree = csgraph.minimum_spanning_tree(graph).tocoo()
    needed = np.isin(pairs @ [blocks, 1], tree.row.astype(np.int64) * blocks + tree.col)
    kept: NDArray[np.int64] = pairs[needed | (rng.random(len(pairs)) >= MISSING)]
    return kept


def _children(rng: np.random.Generator, xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Spread children around centres, unevenly from block to block, some blocks empty."""
    extent = xy.max(axis=0)
    centres = rng.uniform(0, extent, size=(3 + len(xy) // BLOCKS_PER_CENTRE, 2))
    reach = float(extent.max()) / (2 * np.sqrt(len(centres)))
    squared = ((xy[:, None] - centres) ** 2).sum(axis=2)
    density = 0.3 + np.exp(-squared / (2 * reach**2)).sum(axis=1)
    mean = CHILDREN_PER_BLOCK * density / density.mean()
    children = rng.poisson(mean * rng.gamma(2.0, 0.5, len(xy)))
    children[rng.random(len(xy)) < EMPTY] = 0
    whole: NDArray[np.int64] = children.astype(np.int64)
    return whole


def _times(
    rng: np.random.Generator,
    xy: NDArray[np.float64],
    *,
    pairs: NDArray[np.int64],
    homes: NDArray[np.int64],
) -> NDArray[np.int64]:
    length = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    seconds = length * rng.lognormal(0.0, DETOUR_SIGMA, len(pairs)) / WALK_M_S
    graph = sparse.csr_array((seconds, (pairs[:, 0], pairs[:, 1])), shape=(len(xy), len(xy)))
    reached = csgraph.dijkstra(graph, directed=False, indices=homes)
    times: NDArray[np.int64] = np.rint(reached.T * 1000).astype(np.int64)
    return times


def _seats(
    rng: np.random.Generator, children: NDArray[np.int64], *, times: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give schools half of their size by the children around them, half alike, with noise."""
    schools = times.shape[1]
    around = np.bincount(times.argmin(axis=1), weights=children, minlength=schools)
    size = (around + around.mean()) * rng.lognormal(0.0, 0.2, schools)
    share = size / size.sum()
    seats: NDArray[np.int64] = np.ceil(share * children.sum() * SEATS_PER_CHILD).astype(np.int64)
    return seats
