"""What a travel table is, and its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import MissingStepError
from zoning.settings import Mode, Stage

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TRAVEL_FILE = "travel.npz"


@dataclass(frozen=True, eq=False)
class TravelTable:
    """Block by school.

    Parameters
    ----------
    block_ids, school_ids
        Sorted, lengths I and J.
    time_ms
        Mean over the block's children, UNREACHABLE where none of them has a way, shape (I, J).
    distance_m
        Mean of the shortest lengths along the network, likewise.
    within
        Share of the block's children within the service radius along the network, shape (I, J).
    stage, mode
        Whose times these are.
    unplaced
        Ids of addresses that no road is near to; they count for no time.
    """

    block_ids: tuple[str, ...]
    school_ids: tuple[str, ...]
    time_ms: NDArray[np.int32]
    distance_m: NDArray[np.int32]
    within: NDArray[np.float32]
    stage: Stage
    mode: Mode
    unplaced: tuple[str, ...] = ()


def save_travel(table: TravelTable, file: Path) -> None:
    """Write a travel table as npz."""
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez(
        file,
        block_ids=np.array(table.block_ids, dtype=np.str_),
        school_ids=np.array(table.school_ids, dtype=np.str_),
        time_ms=table.time_ms,
        distance_m=table.distance_m,
        within=table.within,
        stage=np.array(table.stage.value),
        mode=np.array(table.mode.value),
        unplaced=np.array(table.unplaced, dtype=np.str_),
    )


def load_travel(file: Path) -> TravelTable:
    """Read what `save_travel` wrote.

    Raises
    ------
    MissingStepError
        There is no such file.
    """
    if not file.is_file():
        raise MissingStepError("network.NO_TRAVEL", file=file.name)
    with np.load(file, allow_pickle=False) as stored:
        return TravelTable(
            block_ids=tuple(str(block) for block in stored["block_ids"]),
            school_ids=tuple(str(school) for school in stored["school_ids"]),
            time_ms=stored["time_ms"],
            distance_m=stored["distance_m"],
            within=stored["within"],
            stage=Stage(str(stored["stage"])),
            mode=Mode(str(stored["mode"])),
            unplaced=tuple(str(address) for address in stored["unplaced"]),
        )
