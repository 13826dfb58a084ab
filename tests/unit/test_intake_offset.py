"""Mislabelled points: found by their offset from the roads, and only when they really are."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from zoning.crs import BD09, GCJ02, WGS84, System, convert, from_lonlat, to_lonlat, working_crs
from zoning.findings import Severity
from zoning.intake.model import PointSource
from zoning.intake.offset import find_offset
from zoning.intake.offset_few import offset_findings

LON, LAT = 114.05, 22.54
CRS = working_crs(LON, LAT)
SYSTEMS = [WGS84, GCJ02, BD09]


def street_grid(*, seed: int = 5) -> gpd.GeoDataFrame:
    """Draw 12 by 12 streets of uneven distance, 3 km by 3 km: 纵1路 … and 横1路 …."""
    rng = np.random.default_rng(seed)
    x0, y0 = (axis[0] for axis in convert(LON, LAT, source=WGS84, target=CRS))
    east = x0 + np.cumsum(rng.uniform(150, 400, 12))
    north = y0 + np.cumsum(rng.uniform(150, 400, 12))
    lines = [shapely.LineString([(x, north[0]), (x, north[-1])]) for x in east]
    lines += [shapely.LineString([(east[0], y), (east[-1], y)]) for y in north]
    names = [f"纵{at}路" for at in range(12)] + [f"横{at}路" for at in range(12)]
    return gpd.GeoDataFrame({"name": names}, geometry=lines, crs=CRS)


def houses(
    ways: gpd.GeoDataFrame,
    count: int,
    *,
    real: System,
    declared: System,
    named: bool,
    seed: int = 1,
) -> PointSource:
    """Put houses 10 to 40 m beside the streets, and write them down in the real system."""
    rng = np.random.default_rng(seed)
    which = rng.integers(0, len(ways), count)
    lines = np.asarray(ways.geometry.array)[which]
    at = shapely.line_interpolate_point(lines, rng.random(count), normalized=True)
    beside = rng.uniform(10, 40, count)[:, None] * rng.choice([-1, 1], (count, 2))
    points = shapely.get_coordinates(at) + beside
    lon, lat = to_lonlat(points[:, 0], points[:, 1], source=System("", CRS))
    x, y = from_lonlat(lon, lat, target=real)
    road = ways["name"].to_numpy(dtype=object)[which] if named else np.full(count, "", dtype=object)
    rows = np.arange(2, count + 2)
    return PointSource("addresses.csv", "", declared, True, x, y, rows, road)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("real", SYSTEMS)
@pytest.mark.parametrize("declared", SYSTEMS)
def test_the_real_system_is_found_or_nothing_is_said(
    real: System, declared: System, *, named: bool
) -> None:
    ways = street_grid()
    offset = find_offset(
        houses(ways, 200, real=real, declared=declared, named=named), ways, crs=CRS
    )
    if real is declared:
        assert offset is None
        return
    assert offset is not None
    assert offset.reading.actual is real
    assert not offset.reading.roads
    assert offset.named is named
    assert offset.certain
    assert offset.measured_m == pytest.approx(offset.expected_m, abs=40)
    assert offset.after_m < 45


@pytest.mark.parametrize("seed", range(15))
def test_no_false_alarm_with_few_points(seed: int) -> None:
    ways = street_grid(seed=seed)
    for count, named in ((20, True), (20, False), (60, False)):
        right = houses(ways, count, real=GCJ02, declared=GCJ02, named=named, seed=seed)
        assert find_offset(right, ways, crs=CRS) is None


@pytest.mark.parametrize("seed", range(10))
def test_no_false_alarm_for_compounds_in_the_middle_of_blocks(seed: int) -> None:
    """There any move brings the points nearer to some road."""
    ways = street_grid(seed=seed)
    blocks = shapely.get_parts(
        shapely.polygonize(shapely.get_parts(shapely.node(shapely.union_all(ways.geometry))))
    )
    middle = shapely.get_coordinates(shapely.centroid(blocks))
    lon, lat = to_lonlat(middle[:, 0], middle[:, 1], source=System("", CRS))
    nobody = np.full(len(lon), "", dtype=object)
    rows = np.arange(len(lon)) + 2
    points = PointSource("a.csv", "", WGS84, True, lon, lat, rows, nobody)
    assert len(lon) > 50
    assert find_offset(points, ways, crs=CRS) is None
    rng = np.random.default_rng(seed)
    for count in (10, 14):
        pick = np.sort(rng.choice(len(lon), count, replace=False))
        few = replace(points, x=lon[pick], y=lat[pick], rows=rows[pick], road=nobody[pick])
        assert find_offset(few, ways, crs=CRS) is None


def test_no_false_alarm_for_a_suburb_beyond_the_mapped_roads() -> None:
    """Undoing GCJ-02 moves points some 500 m west: from nowhere towards the roads, by chance."""
    ways = street_grid()
    rng = np.random.default_rng(4)
    _, south, east, north = ways.total_bounds
    x, y = east + rng.uniform(500, 800, 60), rng.uniform(south, north, 60)
    lon, lat = to_lonlat(x, y, source=System("", CRS))
    nobody = np.full(60, "", dtype=object)
    points = PointSource("a.csv", "", WGS84, True, lon, lat, np.arange(60), nobody)
    assert find_offset(points, ways, crs=CRS) is None


@pytest.mark.parametrize("shifted", [GCJ02, BD09])
def test_shifted_roads_are_told_from_shifted_points(shifted: System) -> None:
    ways = street_grid()
    points = houses(ways, 200, real=WGS84, declared=WGS84, named=True)

    def displace(flat: np.ndarray) -> np.ndarray:
        lon, lat = to_lonlat(flat[:, 0], flat[:, 1], source=System("", CRS))
        wrong = from_lonlat(lon, lat, target=shifted)
        return np.column_stack(from_lonlat(*wrong, target=System("", CRS)))

    moved = shapely.transform(np.asarray(ways.geometry.array), displace)
    wrong_ways = ways.set_geometry(gpd.GeoSeries(moved, crs=CRS))
    (finding,) = offset_findings([points], wrong_ways, crs=CRS)
    assert finding.code == "intake.ROADS_SHIFTED"
    assert finding.params["actual"] == shifted.name


def test_the_finding_says_how_far_and_what_to_write() -> None:
    ways = street_grid()
    points = houses(ways, 100, real=GCJ02, declared=WGS84, named=True)
    (finding,) = offset_findings([points], ways, crs=CRS)
    assert finding.code == "intake.POINTS_SHIFTED"
    assert finding.severity is Severity.ERROR
    assert float(str(finding.params["measured"])) == pytest.approx(605, abs=40)
    assert 'crs = "GCJ-02"' in finding.fix("zh-CN")
    assert f"{finding.params['measured']} m" in finding.message("en")


def test_too_few_points_are_not_silently_approved() -> None:
    ways = street_grid()
    points = houses(ways, 4, real=GCJ02, declared=WGS84, named=True)
    (finding,) = offset_findings([points], ways, crs=CRS)
    assert (finding.code, finding.severity) == ("intake.OFFSET_NOT_CHECKED", Severity.INFO)


@pytest.mark.parametrize("real", [GCJ02, BD09])
@pytest.mark.parametrize(("count", "named"), [(8, True), (14, False)])
def test_a_few_points_raise_a_doubt(real: System, count: int, *, named: bool) -> None:
    ways = street_grid()
    points = houses(ways, count, real=real, declared=WGS84, named=named)
    (finding,) = offset_findings([points], ways, crs=CRS)
    assert (finding.code, finding.severity) == ("intake.POINTS_DOUBTFUL", Severity.WARNING)
    assert finding.params["actual"] == real.name


@pytest.mark.parametrize("seed", range(30))
def test_right_points_raise_no_doubt_however_few(seed: int) -> None:
    ways = street_grid(seed=seed)
    for count, named in ((6, True), (8, False), (14, False)):
        right = houses(ways, count, real=WGS84, declared=WGS84, named=named, seed=seed)
        found = offset_findings([right], ways, crs=CRS)
        assert all(item.severity is Severity.INFO for item in found)


def test_a_stray_point_does_not_hide_the_shift() -> None:
    ways = street_grid()
    points = houses(ways, 60, real=GCJ02, declared=WGS84, named=True)
    points.x[7], points.y[7] = 0.5, 51.5
    (finding,) = offset_findings([points], ways, crs=CRS)
    assert finding.code == "intake.POINTS_SHIFTED"


def test_abroad_there_is_nothing_to_compare() -> None:
    lon, lat = np.full(50, -3.0), np.linspace(51.5, 51.6, 50)
    nobody = np.full(50, "", dtype=object)
    points = PointSource("a.csv", "", WGS84, True, lon, lat, np.arange(50), nobody)
    ways = gpd.GeoDataFrame(
        {"name": ["High Street"]}, geometry=[shapely.LineString([(0, 0), (1, 1)])], crs="EPSG:32630"
    )
    assert offset_findings([points], ways, crs=ways.crs) == []
