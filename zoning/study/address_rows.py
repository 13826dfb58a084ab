"""The table of addresses as it is asked: by position and column, and by the id of an address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class AddressRows:
    """A table of addresses; what is made of it is made once.

    Parameters
    ----------
    table
        address_id, texts, lon and lat (WGS 84).
    texts
        Names of the columns with texts.
    """

    table: pd.DataFrame
    texts: tuple[str, ...]

    @cached_property
    def columns(self) -> dict[str, NDArray[Any]]:
        """Columns of the table as arrays: one answer must not search the table for its row."""
        names = ("address_id", *self.texts)
        found = {name: self.table[name].to_numpy(dtype=object) for name in names}
        return found | {name: self.table[name].to_numpy(dtype=float) for name in ("lon", "lat")}

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of each address by its id."""
        ids = self.columns["address_id"].tolist()
        return dict(zip(ids, range(len(ids)), strict=True))
