"""The rows of a table as an officer knows them: by their id, with name, address and point."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from zoning.geocode.gazetteer import Gazetteer, Texts


class Row(NamedTuple):
    """One row.

    Parameters
    ----------
    id, name, address
        As the table says.
    lon, lat
        WGS 84, degrees.
    """

    id: str
    name: str
    address: str
    lon: float
    lat: float


@dataclass(frozen=True, eq=False)
class Rows:
    """All rows of a table.

    Parameters
    ----------
    ids, names, addresses
        As the table says.
    lon, lat
        WGS 84, degrees, of each row.
    """

    ids: Texts
    names: Texts
    addresses: Texts
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    @classmethod
    def of(cls, gazetteer: Gazetteer) -> Rows:
        """Return the rows of a table that is ready to be asked."""
        index, first = gazetteer.index, gazetteer.point
        texts = (gazetteer.ids, gazetteer.names, gazetteer.addresses)
        return cls(*texts, lon=index.lon[first], lat=index.lat[first])

    def __len__(self) -> int:
        return len(self.lon)

    def at(self, row: int) -> Row:
        """Return one row."""
        return Row(
            self.ids.at(row), self.names.at(row), self.addresses.at(row),
            float(self.lon[row]), float(self.lat[row]),
        )  # fmt: skip

    def find(self, name: str) -> int | None:
        """Return the one row of an id; None where there is none, or where several share it."""
        return None if name in self.shared else self._by_id.get(name)

    @cached_property
    def _by_id(self) -> dict[str, int]:
        return {self.ids.at(row): row for row in range(len(self))}

    @cached_property
    def shared(self) -> frozenset[str]:
        """Ids that several rows have: they name none of them."""
        if len(self._by_id) == len(self):
            return frozenset()
        counts = Counter(map(self.ids.at, range(len(self))))
        return frozenset(name for name, count in counts.items() if count > 1)
