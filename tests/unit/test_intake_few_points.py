"""Few points against the roads: what was measured is told with its doubt, never kept silent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

from zoning.crs import BD09, GCJ02, WGS84, System, convert, from_lonlat, to_lonlat, working_crs
from zoning.findings import Severity
from zoning.intake.model import PointSource
from zoning.intake.offset_few import best_fit, offset_findings

if TYPE_CHECKING:
    from zoning.findings import Finding

LON, LAT = 114.05, 22.54
CRS = working_crs(LON, LAT)
X0, Y0 = (float(axis[0]) for axis in convert(LON, LAT, source=WGS84, target=CRS))


def streets(*, seed: int = 3) -> gpd.GeoDataFrame:
    """Draw 12 by 12 streets of uneven distance."""
    rng = np.random.default_rng(seed)
    east = X0 + np.cumsum(rng.uniform(150, 400, 12))
    north = Y0 + np.cumsum(rng.uniform(150, 400, 12))
    lines = [shapely.LineString([(x, north[0]), (x, north[-1])]) for x in east]
    lines += [shapely.LineString([(east[0], y), (east[-1], y)]) for y in north]
    names = [f"纵{at}路" for at in range(12)] + [f"横{at}路" for at in range(12)]
    return gpd.GeoDataFrame({"name": names}, geometry=lines, crs=CRS)


def layer(
    ways: gpd.GeoDataFrame,
    count: int,
    *,
    real: System = WGS84,
    away: tuple[float, float] = (10, 40),
    named: bool = False,
    file: str = "schools.xlsx",
    seed: int = 1,
) -> PointSource:
    """Put points beside streets, written in the real system and declared WGS 84."""
    rng = np.random.default_rng(seed)
    which = rng.integers(0, len(ways), count)
    lines = np.asarray(ways.geometry.array)[which]
    at = shapely.line_interpolate_point(lines, rng.uniform(0.2, 0.8, count), normalized=True)
    beside = rng.uniform(*away, count)[:, None] * rng.choice([-1, 1], (count, 2))
    points = shapely.get_coordinates(at) + beside
    lon, lat = to_lonlat(points[:, 0], points[:, 1], source=System("", CRS))
    x, y = from_lonlat(lon, lat, target=real)
    road = ways["name"].to_numpy(dtype=object)[which] if named else np.full(count, "", object)
    return PointSource(file, "", WGS84, True, x, y, np.arange(2, count + 2), road)


def found(layers: list[PointSource], ways: gpd.GeoDataFrame) -> list[Finding]:
    findings = offset_findings(layers, ways, crs=CRS)
    for finding in findings:
        for language in ("zh-CN", "en"):
            assert "{" not in finding.message(language) + finding.fix(language)
    return findings


@pytest.mark.parametrize("real", [WGS84, GCJ02, BD09])
@pytest.mark.parametrize("seed", range(8))
def test_eight_schools_never_pass_without_a_word(real: System, seed: int) -> None:
    """Schools stand inside blocks, so the roads cannot tell: that is said."""
    ways = streets(seed=seed)
    (finding,) = found([layer(ways, 8, real=real, away=(30, 120), seed=seed)], ways)
    assert finding.code in {"intake.OFFSET_UNSURE", "intake.POINTS_DOUBTFUL"}
    if finding.code == "intake.OFFSET_UNSURE":
        assert finding.severity is Severity.INFO
        assert "GCJ-02" in str(finding.params["possible"])
        assert float(str(finding.params["radius"])) > 0


def test_a_few_points_that_name_their_roads_are_confirmed() -> None:
    ways = streets()
    assert found([layer(ways, 12, named=True)], ways) == []


def test_four_schools_cannot_be_checked() -> None:
    ways = streets()
    (finding,) = found([layer(ways, 4)], ways)
    assert finding.code == "intake.OFFSET_NOT_CHECKED"
    assert finding.params["count"] == 4


def test_layers_too_small_alone_are_compared_together() -> None:
    """Four and four points: each too few to be compared at all."""
    ways = streets()
    layers = [
        layer(ways, 4, real=GCJ02, named=True, file="schools.xlsx", seed=1),
        layer(ways, 4, real=GCJ02, named=True, file="addresses.csv", seed=2),
    ]
    (finding,) = found(layers, ways)
    assert finding.code == "intake.POINTS_TOGETHER"
    assert finding.params["actual"] == "GCJ-02"
    assert finding.params["layers"] == "schools.xlsx、addresses.csv"


def test_right_layers_together_raise_no_doubt() -> None:
    ways = streets()
    layers = [
        layer(ways, 4, named=True, seed=1),
        layer(ways, 4, named=True, file="addresses.csv", seed=2),
    ]
    assert {item.code for item in found(layers, ways)} == {"intake.OFFSET_NOT_CHECKED"}


def unlike(seed: int, *, real: System) -> list[str]:
    """Schools of a system beside addresses that are right; return the codes on the schools."""
    ways = streets(seed=seed)
    addresses = layer(ways, 60, named=True, file="addresses.csv", seed=seed)
    schools = layer(ways, 10, real=real, away=(20, 70), seed=seed + 100)
    return [item.code for item in found([addresses, schools], ways) if item.file == schools.file]


def test_schools_unlike_addresses_that_fit_are_warned_of() -> None:
    """The addresses vouch for the roads, so less is enough to doubt the schools."""
    warned = sum(
        "intake.POINTS_UNLIKE" in codes or "intake.POINTS_DOUBTFUL" in codes
        for codes in (unlike(seed, real=GCJ02) for seed in range(20))
    )
    assert warned >= 12


def test_schools_like_their_addresses_are_hardly_ever_warned_of() -> None:
    warned = sum(
        codes != ["intake.OFFSET_UNSURE"]
        for codes in (unlike(seed, real=WGS84) for seed in range(40))
    )
    assert warned <= 2


def test_the_best_fit_is_found_with_its_doubt() -> None:
    """One straight road: east and west are measured, along the road nothing is."""
    road = shapely.LineString([(0, -5000), (0, 5000)])
    shapely.prepare(road)

    def distances(where: np.ndarray) -> np.ndarray:
        return np.asarray(shapely.distance(shapely.points(where), road))

    points = np.column_stack([200 + np.array([-3.0, 2, 0, 4, -1, 3]), np.arange(6) * 100.0])
    length, radius = best_fit(points, distances, reach=400)
    assert length == pytest.approx(200, abs=1)
    assert radius == pytest.approx(400, abs=1)


def test_a_stray_point_does_not_count() -> None:
    ways = streets()
    points = layer(ways, 5)
    x, y = points.x.copy(), points.y.copy()
    x[0], y[0] = 0.5, 51.5
    (finding,) = found([replace(points, x=x, y=y)], ways)
    assert finding.params["count"] == 4
