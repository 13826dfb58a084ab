"""Coordinate systems: names, zones, shifts."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from zoning.crs import (
    BD09,
    CGCS2000,
    GCJ02,
    WGS84,
    Shift,
    System,
    choose_crs,
    convert,
    from_lonlat,
    gauss_krueger_systems,
    in_china,
    shift,
    system_of,
    to_lonlat,
    to_working,
    understand,
    unshift,
    working_crs,
)
from zoning.errors import SettingsError

IN_CHINA = {
    "昌吉": (87.3, 44.0), "喀什": (76.0, 39.5), "霍尔果斯": (80.4, 44.2), "塔城": (83.0, 46.75),
    "满洲里": (117.4, 49.6), "漠河": (122.5, 53.0), "抚远": (134.3, 48.4), "珲春": (130.4, 42.9),
    "丹东": (124.4, 40.1), "上海": (121.5, 31.2), "台北": (121.6, 25.0), "香港": (114.2, 22.3),
    "三亚": (109.5, 18.3), "三沙": (112.3, 16.8), "河口": (104.0, 22.5), "瑞丽": (97.9, 24.0),
    "亚东": (88.9, 27.5), "普兰": (81.2, 30.3),
}  # fmt: skip
ABROAD = {
    "Seoul": (127.00, 37.55), "Tokyo": (139.70, 35.70), "Delhi": (77.20, 28.60),
    "Hanoi": (105.85, 21.03), "Almaty": (76.90, 43.25), "Ulaanbaatar": (106.90, 47.90),
    "Newport": (-3.00, 51.60), "Bangkok": (100.50, 13.75), "Manila": (121.00, 14.60),
}  # fmt: skip


@pytest.mark.parametrize("place", IN_CHINA)
def test_border_towns_are_in_china(place: str) -> None:
    assert in_china(*IN_CHINA[place])


@pytest.mark.parametrize("place", ABROAD)
def test_other_capitals_are_not(place: str) -> None:
    assert not in_china(*ABROAD[place])


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("EPSG:4490", 4490),
        ("4549", 4549),
        ("epsg 4549", 4549),
        ("CGCS2000", 4490),
        ("国家2000", 4490),
        ("2000国家大地坐标系", 4490),
        ("WGS 84", 4326),
        ("wgs-84", 4326),
        ("CGCS2000 3-degree zone 38", 4526),
        ("CGCS2000 3度带 中央子午线114°", 4547),
        ("CGCS2000_3_Degree_GK_CM_114E", 4547),
        ("CGCS2000 / 3-degree Gauss-Kruger CM 87E", 4538),
        ("CGCS2000 6度带 第20带", 4498),
        ("CGCS2000 6-degree CM 117E", 4509),
    ],
)
def test_declarations_are_understood(declared: str, code: int) -> None:
    assert understand(declared).crs.to_epsg() == code


@pytest.mark.parametrize(
    ("declared", "expected"),
    [("GCJ-02", GCJ02), ("gcj02", GCJ02), ("火星坐标系", GCJ02), ("高德", GCJ02), ("BD09", BD09),
     ("百度坐标系", BD09), ("ＷＧＳ８４", WGS84), ("cgcs 2000", CGCS2000)],
)  # fmt: skip
def test_names_are_understood(declared: str, expected: System) -> None:
    assert understand(declared) == expected


@pytest.mark.parametrize("declared", ["", "  ", "foo", "EPSG:99999", "CGCS2000 3度带 115E", "北京"])
def test_other_declarations_are_refused(declared: str) -> None:
    with pytest.raises(SettingsError) as caught:
        understand(declared)
    assert caught.value.key == "crs.UNKNOWN"


def test_gauss_krueger_families_are_complete() -> None:
    codes = {system.crs.to_epsg() for system in gauss_krueger_systems()}
    assert codes == {*range(4491, 4513), *range(4513, 4555)}


def test_a_known_point_of_each_shift() -> None:
    # Tian'anmen, as public converters give it.
    assert np.allclose(
        shift(116.404, 39.915, to=Shift.GCJ02), [[116.4102445], [39.9164043]], atol=1e-7
    )
    assert np.allclose(
        shift(116.404, 39.915, to=Shift.BD09), [[116.4166272], [39.9226996]], atol=1e-7
    )


@pytest.mark.parametrize("to", [Shift.GCJ02, Shift.BD09])
def test_shifts_are_not_defined_abroad(to: Shift) -> None:
    lon, lat = shift([-3.0, 116.4], [51.6, 39.9], to=to)
    assert np.isnan(lon[0])
    assert np.isnan(lat[0])
    assert np.isfinite(lon[1])
    assert np.isnan(unshift([-3.0], [51.6], of=to)[0][0])


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [(87.30, 44.01, 4538), (114.05, 22.54, 4547), (75.99, 39.47, 4534), (134.3, 48.4, 4554),
     (88.49, 44.0, 4538), (88.51, 44.0, 4539), (-3.0, 51.6, 32630), (151.2, -33.9, 32756)],
)  # fmt: skip
def test_working_system(lon: float, lat: float, code: int) -> None:
    assert working_crs(lon, lat).to_epsg() == code


@pytest.mark.parametrize(("lon", "lat"), [(44.01, 187.3), (181.0, 0.0), (0.0, 89.0), (np.nan, 0.0)])
def test_no_working_system_off_the_map(lon: float, lat: float) -> None:
    with pytest.raises(SettingsError) as caught:
        working_crs(lon, lat)
    assert caught.value.key == "crs.NO_PLACE"


def test_the_study_may_choose_its_system() -> None:
    assert choose_crs("auto", lon=87.3, lat=44.0).to_epsg() == 4538
    assert choose_crs("EPSG:4509", lon=87.3, lat=44.0).to_epsg() == 4509
    for degrees in ("EPSG:4490", "GCJ-02", "EPSG:2263"):  # 2263 is in feet
        with pytest.raises(SettingsError) as caught:
            choose_crs(degrees, lon=87.3, lat=44.0)
        assert caught.value.key == "crs.NOT_METRIC"


def test_cgcs2000_and_wgs84_are_one() -> None:
    target = working_crs(87.3, 44.0)
    one = convert(87.3, 44.0, source=WGS84, target=target)
    other = convert(87.3, 44.0, source=CGCS2000, target=target)
    assert np.abs(np.subtract(one, other)).max() < 1e-3


def test_on_the_central_meridian_the_easting_is_500_km() -> None:
    x, y = convert(87.0, 44.0, source=CGCS2000, target=working_crs(87.0, 44.0))
    assert x[0] == pytest.approx(500_000.0, abs=1e-6)
    assert y[0] == pytest.approx(4_874_000, abs=2_000)  # 44° of meridian arc


def test_gcj02_lands_where_wgs84_does() -> None:
    target = working_crs(87.3, 44.0)
    shifted = from_lonlat([87.3], [44.0], target=GCJ02)
    back = convert(*shifted, source=GCJ02, target=target)
    assert np.abs(np.subtract(back, convert(87.3, 44.0, source=WGS84, target=target))).max() < 0.01


def test_a_frame_is_brought_into_the_working_system() -> None:
    ring = [(87.30, 44.01), (87.31, 44.01), (87.31, 44.02), (87.30, 44.01)]
    gcj = np.column_stack(shift(*np.array(ring).T, to=Shift.GCJ02))
    crs = working_crs(87.3, 44.0)
    frame = gpd.GeoDataFrame({"name": ["甲"]}, geometry=[shapely.Polygon(gcj)])
    moved = to_working(frame, GCJ02, crs=crs)
    expected = np.column_stack(convert(*np.array(ring).T, source=WGS84, target=crs))
    assert moved.crs == crs
    assert np.abs(shapely.get_coordinates(moved.geometry.iloc[0]) - expected).max() < 0.01
    assert frame.crs is None  # the original stays


def test_systems_know_their_nature() -> None:
    assert understand("EPSG:4490").degrees
    assert not understand("EPSG:4549").degrees
    assert understand("EPSG:2383").old_datum == "Xi'an 1980"
    assert understand("EPSG:2436").old_datum == "Beijing 1954"
    assert understand("EPSG:4549").old_datum == ""
    assert system_of(CGCS2000.crs).name == "EPSG:4490"
    assert system_of(WGS84.crs).name == "WGS 84"


def test_nothing_is_shifted_where_nothing_is_to_shift() -> None:
    assert to_lonlat(87.3, 44.0, source=WGS84) == (pytest.approx([87.3]), pytest.approx([44.0]))
    assert shift(-3.0, 51.6, to=Shift.NONE)[0] == pytest.approx([-3.0])
