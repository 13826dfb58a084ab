"""Tables of a few places, written down in a test: one a line, metres from one corner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.geocode.gazetteer import Gazetteer, Place, build_gazetteer
from zoning.geocode.kernels import METRES

if TYPE_CHECKING:
    from zoning.geocode.admin import Divisions

# on the equator a degree of longitude is as long as one of latitude
LON, LAT = 100.0, 0.0


def places(text: str) -> list[Place]:
    """Read lines of `id | name | address | east, north | city | alias, alias`."""
    found = []
    for line in text.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        key, name, address, where, city, aliases = (*cells, "", "", "", "")[:6]
        east, north = (float(metres) / METRES for metres in where.split(","))
        others = tuple(alias.strip() for alias in aliases.split(",") if alias.strip())
        found.append(Place(key, name, address, LON + east, LAT + north, city, others))
    return found


def gazetteer(text: str, *, divisions: Divisions | None = None) -> Gazetteer:
    """Make a table of such lines ready to be asked."""
    return build_gazetteer(places(text), divisions=divisions)
