"""Candidates of an invented city, found and compared by the product itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geocode_training.training import Candidates
from zoning.geocode.encode import encode
from zoning.geocode.gazetteer import Place, build_gazetteer
from zoning.geocode.kernels import FEATURES
from zoning.geocode.search import find

if TYPE_CHECKING:
    from geocode_training.city import City

THREADS = 2


def find_candidates(city: City, /) -> Candidates:
    """Return the candidates of all queries of a city, as `zoning geocode` finds them."""
    table, queries = city.table, city.queries
    columns = ("id", "name", "address", "lng_wgs84", "lat_wgs84", "city")
    places = [
        Place(str(id_), str(name), str(address), float(lng), float(lat), str(town))
        for id_, name, address, lng, lat, town in zip(*map(table.get, columns), strict=True)
    ]
    gazetteer = build_gazetteer(places)
    asked = [
        gazetteer.question(str(name), str(address), city=str(town))
        for name, address, town in zip(
            queries["name"], queries["address"], queries["city"], strict=True
        )
    ]
    found = find(encode(asked), gazetteer.index, threads=THREADS)
    return Candidates(
        features=FEATURES,
        values=found.features.astype(np.float64),
        starts=found.starts,
        rows=gazetteer.index.row[found.entries].astype(np.int64),
    )
