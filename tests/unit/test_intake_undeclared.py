"""A layer whose system nothing says: refused, with the measurement that tells which it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from test_intake_offset import CRS, LAT, LON, SYSTEMS, houses, street_grid

from zoning.crs import WGS84, System, convert, understand
from zoning.findings import Severity
from zoning.intake.basemap import make_basemap
from zoning.intake.undeclared import likely_system
from zoning.intake.values import road_before_number

if TYPE_CHECKING:
    from zoning.findings import Finding
    from zoning.intake.basemap import Basemap
    from zoning.intake.model import PointSource


@pytest.fixture(scope="module")
def streets() -> Basemap:
    return make_basemap(street_grid())


def said(points: PointSource, basemap: Basemap) -> Finding:
    finding = likely_system(points, basemap=basemap)
    assert finding is not None
    assert finding.severity is Severity.INFO
    return finding


@pytest.mark.parametrize(
    ("named", "code"), [(True, "CRS_LOOKS_LIKE_NAMED"), (False, "CRS_LOOKS_LIKE")]
)
@pytest.mark.parametrize("real", SYSTEMS)
def test_the_system_is_told_by_the_roads(
    streets: Basemap, real: System, *, named: bool, code: str
) -> None:
    points = houses(streets.ways, 300, real=real, declared=WGS84, named=named)
    finding = said(points, streets)
    assert finding.code == f"intake.{code}"
    assert finding.params["actual"] == real.name
    assert all(system.name in str(finding.params["measured"]) for system in SYSTEMS)


def test_houses_that_follow_no_road_tell_nothing(streets: Basemap) -> None:
    rng = np.random.default_rng(3)
    east, north = (axis[0] for axis in convert(LON, LAT, source=WGS84, target=CRS))
    points = houses(streets.ways, 40, real=WGS84, declared=WGS84, named=False)
    lon, lat = convert(
        east + rng.uniform(500, 2500, 40), north + rng.uniform(500, 2500, 40),
        source=System("", CRS), target=WGS84.crs,
    )  # fmt: skip
    finding = said(replace(points, x=lon, y=lat), streets)
    assert finding.code == "intake.CRS_CANNOT_TELL"
    assert "actual" not in finding.params


def test_three_points_are_too_few(streets: Basemap) -> None:
    points = houses(streets.ways, 3, real=WGS84, declared=WGS84, named=False)
    assert said(points, streets).code == "intake.CRS_TOO_FEW"


@pytest.mark.parametrize("swapped", [False, True])
def test_metres_are_told_by_where_they_lie(streets: Basemap, *, swapped: bool) -> None:
    system = understand("EPSG:4547")  # CGCS2000, 3-degree zone at 114 E
    points = houses(streets.ways, 50, real=WGS84, declared=WGS84, named=False)
    x, y = convert(points.x, points.y, source=WGS84, target=system.crs)
    finding = said(replace(points, x=y if swapped else x, y=x if swapped else y), streets)
    assert finding.code == ("intake.CRS_FITS_SWAPPED" if swapped else "intake.CRS_FITS")
    assert system.name in str(finding.params["suggested"])


def test_metres_of_another_place_fit_nothing(streets: Basemap) -> None:
    points = houses(streets.ways, 50, real=WGS84, declared=WGS84, named=False)
    far = replace(points, x=points.x * 0 + 1000.0, y=points.y * 0 + 1000.0)
    assert said(far, streets).code == "intake.CRS_FITS_NOTHING"


def test_latitudes_before_longitudes_are_told(streets: Basemap) -> None:
    points = houses(streets.ways, 50, real=WGS84, declared=WGS84, named=True)
    finding = said(replace(points, x=points.y, y=points.x), streets)
    assert finding.code == "intake.CRS_DEGREES_SWAPPED"


def test_the_road_may_stand_in_the_name(streets: Basemap) -> None:
    points = houses(streets.ways, 60, real=SYSTEMS[1], declared=WGS84, named=True)
    written = pd.Series([f"某市某区{road}12号" for road in points.road])
    found = road_before_number(written).to_numpy(object)
    assert found[0] == f"某市某区{points.road[0]}"
    finding = said(replace(points, road=found), streets)
    assert finding.code == "intake.CRS_LOOKS_LIKE_NAMED"
    assert finding.params["actual"] == SYSTEMS[1].name


@pytest.mark.parametrize(
    ("text", "road"),
    [("文三路12号", "文三路"), ("文三路", ""), ("阳光花园3号", ""), ("12号", ""), ("", "")],
)  # fmt: skip
def test_only_a_road_before_a_number_is_one(text: str, road: str) -> None:
    assert road_before_number(pd.Series([text])).tolist() == [road]
