"""What a plan looks like on the ground, counted without the solver's own code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

if TYPE_CHECKING:
    from numpy.typing import NDArray


def stray_pieces(assignment: NDArray[np.int32], pairs: NDArray[np.int64]) -> int:
    """Count the pieces of zones beyond one a zone; blocks without a zone are none.

    Parameters
    ----------
    assignment
        Zone of each block, negative for none.
    pairs
        Positions of blocks that touch.
    """
    blocks = len(assignment)
    inside = pairs[assignment[pairs[:, 0]] == assignment[pairs[:, 1]]]
    graph = sparse.coo_array(
        (np.ones(len(inside), dtype=np.int8), (inside[:, 0], inside[:, 1])), shape=(blocks, blocks)
    )
    labels = csgraph.connected_components(graph, directed=False)[1]
    held = assignment >= 0
    return len(np.unique(labels[held])) - len(np.unique(assignment[held]))


def over_seats(
    assignment: NDArray[np.int32], children: NDArray[np.int64], seats: NDArray[np.int64]
) -> int:
    """Sum the children over the seats of each zone."""
    held = assignment >= 0
    loads = np.zeros(len(seats), dtype=np.int64)
    np.add.at(loads, assignment[held], children[held])
    return int(np.maximum(loads - seats, 0).sum())


def schools_elsewhere(assignment: NDArray[np.int32], homes: NDArray[np.int64]) -> int:
    """Count the schools that stand in another school's zone."""
    return int((assignment[homes] != np.arange(len(homes))).sum())
