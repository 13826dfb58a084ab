"""The demo as a user has it, the table that is asked, and its hidden truth."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.geocode.gazetteer import Place, build_gazetteer, open_gazetteer, save_gazetteer
from zoning.geocode.match import geocoder

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

_NAMES = (
    "id", "name", "town", "community", "road", "number", "alias", "households", "lon", "lat",
)  # fmt: skip


def read_demo(folder: Path) -> pd.DataFrame:
    """Return the demo's addresses as the user has them, one a row.

    id, name, town, community, road, number, alias, households, lon, lat.
    """
    given = _read(folder / "inputs" / "addresses.csv")
    given.columns = _NAMES
    given[["lon", "lat"]] = given[["lon", "lat"]].astype(float)
    return given


def read_truth(folder: Path) -> pd.DataFrame:
    """Return where the addresses of a demo are, and by which names people call them.

    In the order of `read_demo`: kind, names (as it is called, the whole address, others), lng, lat,
    and `compound`, which all buildings of one compound share; empty for others.
    """
    truth = _read(folder / "truth" / "addresses.csv").set_index("address_id")
    truth = truth.loc[read_demo(folder)["id"]].reset_index(drop=True)
    truth[["lng", "lat"]] = truth[["lng", "lat"]].astype(float)
    place = truth["division"] + "|" + truth["road"] + "|" + truth["number"] + "|" + truth["name"]
    truth["compound"] = place.where(truth["kind"] == "compound", "")
    return truth


def _read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str, encoding="utf-8-sig", keep_default_na=False)


def rows_of(table: pd.DataFrame) -> list[Any]:
    """Return the rows of a table; `name` is `name_`, which pandas has for itself."""
    return list(table.rename(columns={"name": "name_"}).itertuples(index=False))


def places_of(addresses: pd.DataFrame) -> list[Place]:
    """Return the demo's addresses as a table of places."""
    return [
        Place(
            row.id, row.name_, f"{row.town}{row.road}{row.number}", row.lon, row.lat,
            aliases=tuple(part for part in row.alias.split("|") if part),
        )
        for row in rows_of(addresses)
    ]  # fmt: skip


def written(row: Any) -> str:
    """Return an address of the table in one piece; a compound's building belongs to its number."""
    street = f"{row.road}{row.number}"
    # a village has no street, and its name is all that it has
    name = "" if street and row.name_.startswith(street) else row.name_
    return f"{row.town}{street}{name}"


def demo_lines(folder: Path, *, rng: np.random.Generator, quick: bool = False) -> Iterator[str]:
    """Go through what was measured on a demo, one line at a time.

    Parameters
    ----------
    folder
        Written by `zoning demo`.
    rng
        Chooses addresses and slips.
    quick
        Leave out how long it takes.
    """
    from geocode_bench.found_again import found_again_lines
    from geocode_bench.speed import memory, speed_lines

    addresses = read_demo(folder)
    began = time.perf_counter()
    gazetteer = build_gazetteer(places_of(addresses))
    yield f"{len(addresses)} addresses, index built in {time.perf_counter() - began:.1f} s"
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "index"
        save_gazetteer(gazetteer, file)
        size = file.stat().st_size / 2**20
        ask = geocoder(open_gazetteer(file))
        yield from found_again_lines(read_truth(folder), addresses, ask, rng=rng)
        if not quick:
            yield f"index {size:.0f} MiB, a worker that opens it: {memory(file)}"
            yield from speed_lines(addresses, ask, file, rng=rng)
