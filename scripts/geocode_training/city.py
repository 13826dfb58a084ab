"""One invented city as three frames: what is listed, what is asked, what is true."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geocode_training.asking import Query, is_same, make_queries
from geocode_training.bureau import make_bureau_queries, make_bureau_rows
from geocode_training.dice import Dice
from geocode_training.settings import CityRates, WorldRates, draw_rates
from geocode_training.sources import expected_rows, listed_places, make_rows
from geocode_training.world import World, make_world

if TYPE_CHECKING:
    import numpy as np

    from geocode_training.settings import CitySettings
    from geocode_training.sources import Row
    from geocode_training.streets import Point

METRES_LAT = 110_540.0
METRES_LNG = 111_320.0
TABLE = ["id", "city", "source", "entity", "name", "address", "lng_wgs84", "lat_wgs84"]
QUERIES = ["id", "city", "name", "address", "kind"]
TRUTH = ["id", "entity", "lng_wgs84", "lat_wgs84", "rows"]


@dataclass(frozen=True, eq=False)
class City:
    """A city to train on.

    Parameters
    ----------
    name
        Of the city.
    districts
        Names of its districts and development zones, as a bureau would list them.
    table
        Columns id, city, source, entity, name, address, lng_wgs84, lat_wgs84.
    queries
        Columns id, city, name, address, kind.
    truth
        One row a query: id, entity, the point where the one who asks has it, and rows, the ids of
        the table's rows that are what is asked for (a tuple; empty: nobody lists it).
    """

    name: str
    districts: tuple[str, ...]
    table: pd.DataFrame
    queries: pd.DataFrame
    truth: pd.DataFrame


class _Ground:
    """Turns metres into degrees."""

    def __init__(self, dice: Dice) -> None:
        self._lng = dice.between(100, 122)
        self._lat = dice.between(22, 45)
        self._east = METRES_LNG * math.cos(math.radians(self._lat))

    def degrees(self, point: Point) -> tuple[float, float]:
        """Return longitude and latitude."""
        return (
            round(self._lng + point[0] / self._east, 7),
            round(self._lat + point[1] / METRES_LAT, 7),
        )


def make_city(settings: CitySettings, *, rng: np.random.Generator) -> City:
    """Invent a city and what is written about it.

    Parameters
    ----------
    settings
        Its style and size.
    rng
        The same state, the same city.
    """
    dice = Dice(rng)
    rates = draw_rates(WorldRates, dice=dice)
    nature = draw_rates(CityRates, dice=dice)
    absent = nature.unlisted
    bureau = settings.style == "bureau"
    sources = 1 if bureau else dice.whole(2, 4)
    by_place = 0.9 if bureau else expected_rows(rates, sources=sources, absent=absent)
    compounds = int(settings.rows / by_place)
    world = make_world(rates, nature=nature, compounds=compounds, name=settings.name, dice=dice)
    listed = listed_places(world, absent=absent, dice=dice)
    if bureau:
        rows = make_bureau_rows(world, listed=listed, count=settings.rows, dice=dice)
        queries = make_bureau_queries(world, rows, count=settings.queries, dice=dice)
    else:
        rows = make_rows(world, listed=listed, count=settings.rows, sources=sources, dice=dice)
        queries = make_queries(world, rows, count=settings.queries, dice=dice)
    return _framed(world, rows, queries, dice=dice)


def _framed(world: World, rows: tuple[Row, ...], queries: list[Query], *, dice: Dice) -> City:
    ground = _Ground(dice)
    city = world.divisions.city
    table = [
        (
            f"t{at}",
            city,
            row.source,
            row.place.id,
            row.name,
            row.address,
            *ground.degrees(row.point),
        )
        for at, row in enumerate(rows)
    ]
    ids_of: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        ids_of.setdefault(row.place.whole, []).append(at)
    asked, truth = [], []
    for at, query in enumerate(queries):
        same = tuple(
            f"t{k}"
            for k in ids_of.get(query.place.whole, ())
            if is_same(query.place, rows[k].place)
        )
        asked.append((f"q{at}", city, query.name, query.address, query.kind))
        truth.append((f"q{at}", query.place.id, *ground.degrees(query.point), same))
    districts = [area.full for area in world.divisions.districts]
    districts += [area.name for area, _ in world.divisions.zones]
    return City(
        name=city,
        districts=tuple(districts),
        table=pd.DataFrame(table, columns=TABLE),
        queries=pd.DataFrame(asked, columns=QUERIES),
        truth=pd.DataFrame(truth, columns=TRUTH),
    )
