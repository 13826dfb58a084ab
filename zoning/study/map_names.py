"""Places by the names that OpenStreetMap gives them: asked where the bureau's table has no answer.

They are no rows of the table: a text that is exactly such a name gets the ground on which the map
shows it, and nothing more.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import shapely

from zoning.crs import System, to_lonlat
from zoning.errors import InputError
from zoning.geocode.answer import Answer, MatchCode, Reason
from zoning.geocode.decide import CONTRADICTED, LEAST_RADIUS_M
from zoning.geocode.fallback import WIDEST_M, Fallback
from zoning.geocode.keys import village_key
from zoning.geocode.model import Kind
from zoning.geocode.recording import short_form
from zoning.geocode.text import plain
from zoning.intake.osm_names import read_names
from zoning.intake.osm_reader import is_osm_file
from zoning.study.by_parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import geopandas as gpd

    from zoning.geocode.admin import Divisions

MAP_NAMES_FILE = "map_names.json"
REASON = "study_geocode.MAP_NAME"
# how far a place may reach that the map shows as a point: wide, so that no school is too sure
_REACH_M = {
    "hamlet": 500.0, "neighbourhood": 500.0, "quarter": 1000.0, "village": 1000.0, "suburb": 2000.0
}  # fmt: skip
_SMALL = frozenset({Kind.TOWN, Kind.COMMUNITY})


@dataclass(frozen=True)
class MapPlace:
    """Ground that holds all that the map calls by one name.

    Parameters
    ----------
    name
        As the map writes it.
    lon, lat
        Its middle, WGS 84 degrees.
    radius_m
        How far it reaches from there.
    compound
        Whether it is a residential area or a block of flats; else a village or a part of a town.
    inside
        Towns and communities of the bureau that hold its middle.
    """

    name: str
    lon: float
    lat: float
    radius_m: float
    compound: bool
    inside: tuple[str, ...] = ()


@dataclass(frozen=True)
class MapNames:
    """Places of a map by name.

    Parameters
    ----------
    places
        Places by their name in plain form.
    """

    places: Mapping[str, MapPlace] = field(default_factory=dict)

    def find(self, text: str, *, divisions: Divisions) -> MapPlace | None:
        """Return the place whose name a text is, as it stands or behind divisions that hold it.

        Parameters
        ----------
        text
            What somebody wrote.
        divisions
            The bureau's own divisions.
        """
        if not self.places:
            return None
        said = plain(text).text
        named: list[str] = []
        for kind, start, end in [(None, 0, 0), *divisions.head(said)]:
            if kind in _SMALL:
                named.append(short_form(said[start:end]))
            place = self.places.get(village_key(said[end:]))
            if place is not None and {short_form(name) for name in place.inside} >= set(named):
                return place
        return None


def map_answer(place: MapPlace, refused: Answer) -> Answer:
    """Return what is said of a place of the map: never accepted, and no row of the table.

    Parameters
    ----------
    place
        The place.
    refused
        What the bureau's table says: the rows that come nearest remain to be chosen.
    """
    reason = Reason(REASON, {"name": place.name})
    code = MatchCode.BUILDING if place.compound else MatchCode.VILLAGE
    ground = Fallback(code, place.lon, place.lat, place.radius_m, reason)
    # how often a map is right was not measured: as a point that other evidence speaks against
    chance = CONTRADICTED * ground.probability
    rows = (refused.row, *refused.alternatives)
    return Answer(
        code, None, place.lon, place.lat, probability=chance,
        radius_m=place.radius_m, accepted=False,
        alternatives=tuple(row for row in rows if row is not None), reasons=(reason,),
    )  # fmt: skip


def name_on_map(answer: Answer) -> str:
    """Return the name of the map that an answer rests on; empty where it rests on the table."""
    return next((str(item.params["name"]) for item in answer.reasons if item.key == REASON), "")


def is_of_map(answer: Answer) -> bool:
    """Tell whether an answer rests on a name of the map alone."""
    return any(reason.key == REASON for reason in answer.reasons)


def read_things(file: Path) -> gpd.GeoDataFrame | None:
    """Return the named places of the roads' file; None where it is no OpenStreetMap extract."""
    if not is_osm_file(file):
        return None
    try:
        return read_names(file)
    except InputError:
        # told where the roads are read for themselves
        return None


def collect_names(
    things: gpd.GeoDataFrame,
    *,
    area: shapely.Geometry,
    boundary: gpd.GeoDataFrame | None,
    divisions: Divisions,
) -> MapNames:
    """Collect the named places of a map within an area.

    All that has one name is one place; what lies too far apart for that is none.

    Parameters
    ----------
    things
        `zoning.intake.osm_names.read_names`, working CRS.
    area
        The study area, working CRS.
    boundary
        name and polygons of divisions, working CRS; None where there are none.
    divisions
        The bureau's own divisions: the names of counties and townships are theirs alone.
    """
    inside = things[things.intersects(area).to_numpy(bool)]
    keys = inside["name"].map(lambda name: _key(str(name), divisions))
    found = {}
    for key, group in inside.groupby(keys):
        place = _ground(group, boundary) if key else None
        if place is not None:
            found[str(key)] = place
    return MapNames(found)


def _key(name: str, divisions: Divisions) -> str:
    """Return a name in plain form; empty where it is none: 3号楼, 建设路12号, a town."""
    key = village_key(plain(name).text)
    kind = divisions.kind_of(key)
    if kind is not None and kind is not Kind.COMMUNITY:
        return ""
    parts = parts_of(name, divisions=divisions)
    named = parts.names or parts.villages
    return key if named and not (parts.doors or parts.roads) else ""


def _ground(group: gpd.GeoDataFrame, boundary: gpd.GeoDataFrame | None) -> MapPlace | None:
    """Return the circle around all things of one name; None where they lie too far apart."""
    shapes = [
        shape.buffer(_REACH_M[place]) if shape.geom_type == "Point" else shape
        for place, shape in zip(group["place"], group.geometry, strict=True)
    ]
    circle = shapely.minimum_bounding_circle(shapely.union_all(shapes))
    middle = circle.centroid
    radius = float(shapely.minimum_bounding_radius(circle))
    if radius > WIDEST_M:
        return None
    lon, lat = to_lonlat([middle.x], [middle.y], source=System("", group.crs))
    return MapPlace(
        name=str(min(group["name"])), lon=float(lon[0]), lat=float(lat[0]),
        radius_m=max(radius, LEAST_RADIUS_M), compound=not any(group["place"]),
        inside=tuple(sorted(set(_holding(middle, boundary)))),
    )  # fmt: skip


def _holding(middle: shapely.Point, boundary: gpd.GeoDataFrame | None) -> Iterator[str]:
    if boundary is not None:
        yield from boundary["name"][boundary.intersects(middle).to_numpy(bool)].astype(str)


def save_map_names(names: MapNames, folder: Path) -> None:
    """Write the names into a folder."""
    rows = {key: asdict(place) for key, place in names.places.items()}
    document = json.dumps(rows, ensure_ascii=False, indent=1)
    (folder / MAP_NAMES_FILE).write_text(document, encoding="utf-8")


def open_map_names(folder: Path) -> MapNames:
    """Return what `save_map_names` wrote; nothing where it wrote nothing, as before it was made."""
    file = folder / MAP_NAMES_FILE
    if not file.is_file():
        return MapNames()
    rows = json.loads(file.read_text(encoding="utf-8"))
    places = {key: MapPlace(**{**row, "inside": tuple(row["inside"])}) for key, row in rows.items()}
    return MapNames(places)
