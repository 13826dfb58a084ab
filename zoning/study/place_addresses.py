"""The step `geocode`: addresses without coordinates are found among those that have them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from zoning.blocks import study_area
from zoning.crs import System, from_lonlat, to_lonlat
from zoning.findings import Finding, Severity
from zoning.geocode.aliases import read_aliases
from zoning.geocode.answer import MatchCode
from zoning.geocode.matching import FILE as MODEL_FILE
from zoning.intake.basemap import WAYS_FILE, load_basemap
from zoning.messages import DEFAULT_LANGUAGE
from zoning.study.cache import Stamp, Step, damaged_file, ensure, read_stamp
from zoning.study.digests import decisions_file, input_digests
from zoning.study.geocode_text import explanation
from zoning.study.map_names import collect_names, read_things, save_map_names
from zoning.study.named_roads import NamedRoads
from zoning.study.places import WORDS, build_places, divisions_of, open_places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

    from zoning.geocode.admin import Divisions
    from zoning.geocode.aliases import Aliases
    from zoning.progress import Progress
    from zoning.study.folder import Study
    from zoning.study.places import Found, Places

STEP, VERSION = "geocode", 4
# of the files that the step writes: the same answers in another form make no other geocoder
FORMAT = 5
RECORDS_FILE, LIST_FILE = "answers.json", "answers.csv"
ROAD_INPUTS = ("roads", "railways", "rivers", "road_points")
_READS = ("addresses", "boundary", *ROAD_INPUTS)
LIST_COLUMNS = (
    "address_id", *WORDS, "match_code", "accepted", "lng", "lat", "probability", "radius_m",
    "found_id", "found_name", "alternatives", "explanation",
)  # fmt: skip
# a millionth of a degree is 11 cm
_DECIMALS = 7


@cache
def geocoder_version() -> str:
    """Return what tells one geocoder from another: the same words may mean other places."""
    model = resources.files("zoning.geocode").joinpath(MODEL_FILE).read_bytes()
    return f"{VERSION} {hashlib.sha256(model).hexdigest()}"


def _reads(study: Study) -> dict[str, Any]:
    named = study.settings.inputs.named()
    return {
        "files": input_digests(study, names=_READS),
        "inputs": {name: named[name].model_dump(mode="json") for name in _READS if name in named},
        "crs": study.settings.study.crs,
        "name": study.settings.study.name,
        "geocoder": geocoder_version(),
    }


def valid_stamp(study: Study) -> Stamp | None:
    """Return the stamp of the step if its outputs are there and fit what it reads now."""
    folder = study.build / STEP
    stamp = read_stamp(folder)
    now = Step(STEP, FORMAT, _reads(study), lambda _folder, _progress: {})
    fits = stamp is not None and stamp.digest == now.digest
    return stamp if stamp and fits and damaged_file(folder, stamp) is None else None


@dataclass(eq=False)
class Placer:
    """Finds points for the addresses that have none, and remembers what to say about it.

    Parameters
    ----------
    study
        The study.
    progress
        Told how far it is.
    roads
        Makes the lines of the roads ready, in a CRS; whatever is wrong with them is told elsewhere.
    always
        Whether the addresses are made ready to be asked even where none lacks a point.
    """

    study: Study
    progress: Progress
    roads: Callable[[CRS], None]
    always: bool = False
    stamp: Stamp | None = field(default=None, init=False)
    fresh: bool = field(default=False, init=False)

    def __call__(
        self,
        addresses: gpd.GeoDataFrame,
        missing: NDArray[np.bool_],
        boundary: gpd.GeoDataFrame | None,
        /,
    ) -> NDArray[np.object_]:
        """Return the points that were found; see `zoning.intake.missing_points.PointFinder`."""
        points = np.full(len(addresses), None, dtype=object)
        given = addresses.geometry.notna().to_numpy(bool)
        if not given.any() or not (missing.any() or self.always):
            return points
        self.roads(addresses.crs)

        def write(folder: Path, progress: Progress) -> Mapping[str, Any]:
            progress(STEP)
            roads = NamedRoads(self.study.build / "basemap")
            divisions = divisions_of(addresses, boundary, study_name=self.study.settings.study.name)
            self._keep_map_names(addresses[given], boundary, divisions=divisions, folder=folder)
            build_places(
                _with_degrees(addresses[given]),
                roads=roads.names,
                divisions=divisions,
                folder=folder,
                progress=lambda share: progress(STEP, int(100 * share), 100),
            )
            places = open_places(folder, lines=roads.lines, aliases=self._aliases)
            return write_answers(places, addresses[missing], folder)

        self.stamp, self.fresh = ensure(
            Step(STEP, FORMAT, _reads(self.study), write),
            build=self.study.build, progress=self.progress, tell=self.study.tell,
        )  # fmt: skip
        records = read_answers(self.study.build / STEP)
        taken = {item["address_id"]: item for item in records if item["accepted"]}
        at = np.flatnonzero(addresses["address_id"].isin(taken).to_numpy(bool) & missing)
        found = [taken[address] for address in addresses["address_id"].iloc[at]]
        degrees = [[item["lng"], item["lat"]] for item in found]
        lon, lat = np.array(degrees, dtype=float).reshape(-1, 2).T
        points[at] = shapely.points(*from_lonlat(lon, lat, target=System("", addresses.crs)))
        return points

    def _keep_map_names(
        self,
        addresses: gpd.GeoDataFrame,
        boundary: gpd.GeoDataFrame | None,
        *,
        divisions: Divisions,
        folder: Path,
    ) -> None:
        """Keep the named places of the map within the study area."""
        basemap = self.study.build / "basemap"
        if not (basemap / WAYS_FILE).is_file():
            # whatever is wrong with the roads is told where they are read
            return
        things = read_things(self.study.inputs / self.study.settings.inputs.roads.file)
        if things is None:
            return
        area = study_area(load_basemap(basemap), boundary=boundary, points=[addresses])
        names = collect_names(
            things.to_crs(addresses.crs), area=area, boundary=boundary, divisions=divisions
        )
        save_map_names(names, folder)

    @cached_property
    def _aliases(self) -> Aliases:
        return read_aliases(decisions_file(self.study))

    def findings(self) -> list[Finding]:
        """Say how many addresses were placed, by match code, and how many were not."""
        given = self.study.settings.inputs.addresses
        if self.stamp is None or given is None:
            return []
        facts = self.stamp.facts
        where = f"{self.study.build.name}/{STEP}/{LIST_FILE}"
        said = [
            Finding(
                "study_geocode.PLACED", Severity.INFO, file=given.file,
                params={"count": count, "code_key": f"geocode.CODE_{code}", "list": where},
            )
            for code, count in facts["accepted"].items()
        ]  # fmt: skip
        if facts["open"]:
            params = {"count": facts["open"], "total": facts["missing"], "list": where}
            said.append(
                Finding("study_geocode.OPEN", Severity.WARNING, file=given.file, params=params)
            )
        return [*said, *self._aliases.findings]


def _with_degrees(addresses: gpd.GeoDataFrame) -> pd.DataFrame:
    points = addresses.geometry
    lon, lat = to_lonlat(points.x, points.y, source=System("", addresses.crs))
    return pd.DataFrame(addresses.drop(columns="geometry")).assign(lon=lon, lat=lat)


def write_answers(places: Places, missing: pd.DataFrame, folder: Path) -> dict[str, Any]:
    """Write where addresses without coordinates lie: for the program, and as a list to be read.

    Parameters
    ----------
    places
        The addresses that have a point.
    missing
        address_id and the words of those that have none.
    folder
        Where to.

    Returns
    -------
    How many there are, how many were accepted by match code, and how many were not.
    """
    found = places.find_rows(missing)
    ids = [str(address) for address in missing["address_id"]]
    words = missing[list(WORDS)].to_dict(orient="records")
    records = [
        {"address_id": address, **said, **found_record(item, places)}
        for address, said, item in zip(ids, words, found, strict=True)
    ]
    document = json.dumps(records, ensure_ascii=False, indent=1)
    (folder / RECORDS_FILE).write_text(document, encoding="utf-8")
    listed = list_rows(records, language=DEFAULT_LANGUAGE)
    (folder / LIST_FILE).write_bytes(list_csv(listed, columns=LIST_COLUMNS))
    accepted = Counter(item["match_code"] for item in records if item["accepted"])
    codes = {code.value: accepted[code.value] for code in MatchCode if accepted[code.value]}
    return {
        "missing": len(records), "accepted": codes, "open": len(records) - accepted.total()
    }  # fmt: skip


def read_answers(folder: Path) -> list[dict[str, Any]]:
    """Return what `write_answers` wrote, one record an address."""
    read: list[dict[str, Any]] = json.loads((folder / RECORDS_FILE).read_text(encoding="utf-8"))
    return read


def found_record(found: Found, places: Places) -> dict[str, Any]:
    """Return an answer as plain values."""
    answer = found.answer
    table = places.table
    there = answer.row is not None
    return {
        "match_code": answer.code.value,
        "accepted": answer.accepted,
        "lng": None if answer.lon is None else round(answer.lon, _DECIMALS),
        "lat": None if answer.lat is None else round(answer.lat, _DECIMALS),
        "probability": round(answer.probability, 4),
        "radius_m": None if answer.radius_m is None else round(answer.radius_m, 1),
        "found_id": str(table["address_id"].iloc[answer.row]) if there else "",
        "found_name": str(table["name"].iloc[answer.row]) if there else "",
        "alternatives": [str(table["address_id"].iloc[row]) for row in answer.alternatives],
        "reasons": [{"key": item.key, "params": item.params} for item in answer.reasons],
    }


def list_rows(records: Sequence[Mapping[str, Any]], *, language: str) -> list[dict[str, Any]]:
    """Return answers as rows of a list with `LIST_COLUMNS`."""
    return [
        {
            **{name: item.get(name, "") for name in LIST_COLUMNS},
            "accepted": bool(item["accepted"]),
            "alternatives": ";".join(item["alternatives"]),
            "explanation": explanation(item["reasons"], language),
        }
        for item in records
    ]


def list_csv(rows: Sequence[Mapping[str, Any]], *, columns: Sequence[str]) -> bytes:
    """Return rows of a list as a file that spreadsheets open rightly (UTF-8 with its mark).

    Parameters
    ----------
    rows
        All with the same columns.
    columns
        Those columns in their order.
    """
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(columns)
    writer.writerows([_csv_value(row[name]) for name in columns] for row in rows)
    return ("\ufeff" + lines.getvalue()).encode()


def _csv_value(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value
