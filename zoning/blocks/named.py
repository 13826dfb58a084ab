"""The blocks that a name means: those of a compound, a community, a township, or one by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import shapely

from zoning.intake.area_names import area_names

if TYPE_CHECKING:
    import geopandas as gpd

    from zoning.intake.area_names import Area, AreaNames

_WIDE = ("community", "town")


@dataclass(frozen=True, eq=False)
class BlocksByName:
    """Finds blocks by what people call them.

    Parameters
    ----------
    names
        All names of the study.
    where
        Block id by address id; addresses outside all blocks are missing.
    points
        A point inside each block, by block id, sorted.
    boundary
        Administrative areas; None where there are none.
    """

    names: AreaNames
    where: pd.Series
    points: pd.Series
    boundary: gpd.GeoDataFrame | None = None

    def find(self, words: str) -> tuple[Area, ...]:
        """Return what a name may mean; see `AreaNames.find`."""
        return self.names.find(words)

    def blocks_of(self, area: Area) -> tuple[str, ...]:
        """Return the blocks of an area, sorted.

        Those of a compound or address are all in which one of its addresses lies. A community or
        township is its outline where there is one: a block belongs to it whose inner point lies
        inside. Otherwise a block belongs to it when at least half of its addresses do; one with
        no such block has all in which it has addresses.
        """
        if area.blocks:
            return tuple(block for block in area.blocks if block in self.points.index)
        if area.shapes and self.boundary is not None:
            shape = shapely.union_all(self.boundary.geometry.to_numpy()[list(area.shapes)])
            inside = shapely.intersects(shape, self.points.to_numpy())
            return tuple(self.points.index[inside])
        own = self.where.reindex(list(area.addresses)).dropna()
        if area.level in _WIDE:
            counts, everyone = own.value_counts(), self.where.value_counts()
            most = counts[2 * counts >= everyone.reindex(counts.index)]
            if len(most):
                return tuple(sorted(most.index))
        return tuple(sorted(set(own)))

    def others(self, area: Area, blocks: tuple[str, ...]) -> tuple[str, ...]:
        """Return the blocks of an area in which further addresses lie that its name leaves out."""
        if not area.addresses or area.level in _WIDE:
            return ()
        rest = self.where[~self.where.index.isin(area.addresses)]
        return tuple(sorted(set(rest) & set(blocks)))


def blocks_by_name(
    blocks: gpd.GeoDataFrame,
    *,
    address_block: pd.DataFrame,
    addresses: gpd.GeoDataFrame | None = None,
    boundary: gpd.GeoDataFrame | None = None,
    layer: gpd.GeoDataFrame | None = None,
) -> BlocksByName:
    """Collect the names by which blocks can be found.

    Parameters
    ----------
    blocks
        block_id and polygons.
    address_block
        address_id, block_id.
    addresses, boundary
        What areas are named after.
    layer
        The bureau's own blocks with their names. Names that the program gave to blocks count for
        nothing: they are those of compounds.
    """
    given = {} if layer is None else dict(zip(layer["block_id"], layer["name"], strict=True))
    named = pd.DataFrame({"block_id": sorted(blocks["block_id"])})
    named["name"] = [str(given.get(block, "")) for block in named["block_id"]]
    ordered = blocks.sort_values("block_id")
    inner = shapely.point_on_surface(ordered.geometry.to_numpy())
    where = address_block.dropna().set_index("address_id")["block_id"]
    return BlocksByName(
        names=area_names(addresses=addresses, boundary=boundary, blocks=named),
        where=where,
        points=pd.Series(inner, index=ordered["block_id"].to_list(), dtype=object),
        boundary=boundary,
    )
