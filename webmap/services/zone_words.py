"""What pages say of the zones of an edition besides figures: their words, addresses, neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from zoning.blocks import locate
from zoning.errors import StorageError, ZoningError
from zoning.geocode.ranges import read_ranges
from zoning.plan.neighbours import zone_neighbours
from zoning.publish.sources import Place, agreeing
from zoning.publish.zone_text import zone_text
from zoning.study.lookup import shown_text
from zoning.study.zone_sources import read_zone_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from webmap.services.plans import PlanData
    from zoning.publish.zone_text import ZoneText

TEXT_SIGN = "；"
Schools = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ZoneWords:
    """What is said of the zones of one edition.

    Parameters
    ----------
    counts
        How many addresses of the list are in each zone, by zone_id; by "" those in none.
    neighbours
        Ids of the neighbouring zones by zone_id.
    bureau
        The bureau's own words by zone_id, where they say the same as the polygons.
    gather
        Returns the addresses; a city's take a while.
    fault
        Why the bureau's words could not be read; None where they could, or where there are none.
    """

    counts: Mapping[str, int]
    neighbours: Mapping[str, Schools]
    bureau: Mapping[str, Schools]
    gather: Callable[[], pd.DataFrame] = field(repr=False)
    fault: ZoningError | None = None
    _written: dict[Schools, ZoneText] = field(default_factory=dict, repr=False)

    @cached_property
    def addresses(self) -> pd.DataFrame:
        """Return address_id, name, division, community, road, number, zone_id of all addresses.

        The zone is empty where an address lies in none.
        """
        return self.gather()

    def text(self, zone_ids: Schools) -> ZoneText:
        """Return the compounds and doors of some zones, by the bureau's list of addresses."""
        if zone_ids not in self._written:
            self._written[zone_ids] = zone_text(self.addresses, zone_ids)
        return self._written[zone_ids]

    def document(self) -> dict[str, Any]:
        """Return all but the addresses as plain values."""
        said = {"counts": self.counts, "neighbours": self.neighbours, "bureau": self.bureau}
        return {name: dict(values) for name, values in said.items()}

    @classmethod
    def of_document(
        cls, document: Mapping[str, Any], gather: Callable[[], pd.DataFrame]
    ) -> ZoneWords:
        """Return what `document` told."""
        neighbours, bureau = (
            {zone: tuple(of) for zone, of in document[name].items()}
            for name in ("neighbours", "bureau")
        )
        return cls(document["counts"], neighbours, bureau, gather)


def zone_words(
    plan: PlanData, addresses: gpd.GeoDataFrame, *, stage: str, texts: Path | None
) -> ZoneWords:
    """Gather what is said of the zones of a plan.

    Parameters
    ----------
    plan
        The plan.
    addresses
        The bureau's addresses with points, any CRS.
    stage
        Stage of the plan.
    texts
        Table with the bureau's words; None where there is none.
    """
    words = in_zones(plan, addresses)
    bureau: dict[str, Schools] = {}
    fault: ZoningError | None = None
    if texts is not None and not texts.is_file():
        fault = StorageError("maps.NO_TEXTS", file=texts.name)
    elif texts is not None:
        try:
            bureau = _bureau(plan, words, stage=stage, file=texts)
        except ZoningError as error:
            fault = error
    counts = {str(zone): int(count) for zone, count in words["zone_id"].value_counts().items()}
    return ZoneWords(counts, zone_neighbours(plan.zones), bureau, lambda: words, fault)


def in_zones(plan: PlanData, addresses: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return addresses with the zone of each; see `ZoneWords.addresses`.

    Parameters
    ----------
    plan, addresses
        See `zone_words`.
    """
    zones = dict(zip(plan.blocks["block_id"], plan.blocks["zone_id"], strict=True))
    inside = locate(addresses.to_crs(plan.blocks.crs), plan.blocks)
    words = addresses.drop(columns="geometry").reset_index(drop=True)
    words["zone_id"] = inside.map(zones).fillna("").astype(str).to_numpy()
    return words


def _bureau(plan: PlanData, words: pd.DataFrame, *, stage: str, file: Path) -> dict[str, Schools]:
    """Return the bureau's words for each zone, but for those that the polygons contradict."""
    names = dict(zip(plan.schools["school_id"], plan.schools["name"], strict=True))
    said = read_zone_texts(file, stage=stage, school_names=names)
    schools = {
        str(zone): tuple(sorted(part for part in str(ids or "").split(";") if part))
        for zone, ids in zip(plan.zones["zone_id"], plan.zones["school_ids"], strict=True)
    }
    rows = words.to_dict("records")
    places = [
        Place(
            row["address_id"],
            shown_text(
                name=row["name"],
                division=row["division"],
                community=row["community"],
                door=row["road"] + row["number"],
            ),
            row["name"],
            row["road"],
            row["number"],
        )
        for row in rows
    ]
    sound = agreeing(
        places,
        drawn={row["address_id"]: schools.get(row["zone_id"], ()) for row in rows},
        texts={of: read_ranges(TEXT_SIGN.join(parts)) for of, parts in said.items()},
    )
    return {zone: said[of] for zone, of in schools.items() if of in sound}
