"""The list by which a reader without scripts finds a school: names, each once for its schools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


@dataclass(frozen=True, order=True)
class Row:
    """A compound, village or road, and the schools of its addresses.

    Parameters
    ----------
    name
        As the bureau's list has it.
    division
        Its township.
    schools
        Names of the schools of one zone.
    open
        Whether other addresses of that name belong to other schools.
    """

    name: str
    division: str
    schools: tuple[str, ...]
    open: bool = False


def listed(addresses: pd.DataFrame, schools: Sequence[tuple[str, ...]]) -> tuple[Row, ...]:
    """Return the names of a list, sorted.

    Parameters
    ----------
    addresses
        name, division and road.
    schools
        Names of the schools of each address; none where it lies in no zone.
    """
    words = addresses[["name", "road", "division"]].fillna("").astype(str)
    found: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for name, road, division, own in zip(
        words["name"], words["road"], words["division"], schools, strict=True
    ):
        if own and (name or road):
            found.setdefault((name or road, division), set()).add(own)
    return tuple(
        sorted(
            Row(name, division, own, open=len(every) > 1)
            for (name, division), every in found.items()
            for own in every
        )
    )
