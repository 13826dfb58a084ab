"""GCJ-02 and BD-09 there and back: less than a centimetre, all over China."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from zoning.crs import (
    BD09,
    GCJ02,
    Shift,
    System,
    from_lonlat,
    in_china,
    shift,
    to_lonlat,
    understand,
    unshift,
)

METRES_A_DEGREE = 111_320.0


@given(lon=st.floats(73.5, 135.0), lat=st.floats(18.0, 53.5), to=st.sampled_from([GCJ02, BD09]))
def test_round_trip_is_below_a_centimetre(lon: float, lat: float, to: System) -> None:
    there = from_lonlat(lon, lat, target=to)
    # A point at the very edge may be shifted out of where the shift is defined.
    assume(in_china(lon, lat) and in_china(*there)[0])
    back = to_lonlat(*there, source=to)
    east = (back[0][0] - lon) * np.cos(np.radians(lat)) * METRES_A_DEGREE
    north = (back[1][0] - lat) * METRES_A_DEGREE
    assert np.hypot(east, north) < 0.01


@given(lon=st.floats(80.0, 120.0), lat=st.floats(25.0, 42.0))
def test_the_shift_is_what_it_is_known_to_be(lon: float, lat: float) -> None:
    assume(in_china(lon, lat))
    east, north = np.subtract(shift(lon, lat, to=Shift.GCJ02), [[lon], [lat]])
    length = np.hypot(east * np.cos(np.radians(lat)), north)[0] * METRES_A_DEGREE
    assert 15.0 < length < 750.0


@given(st.lists(st.tuples(st.floats(80.0, 120.0), st.floats(25.0, 42.0)), min_size=1, max_size=20))
def test_many_points_are_shifted_as_each_alone(points: list[tuple[float, float]]) -> None:
    lon, lat = np.array(points).T
    together = unshift(lon, lat, of=Shift.BD09)
    alone = [unshift(x, y, of=Shift.BD09) for x, y in points]
    for axis in (0, 1):
        assert np.array_equal(
            together[axis], np.array([one[axis][0] for one in alone]), equal_nan=True
        )


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return metres between two places in degrees."""
    east = (one[0] - other[0]) * np.cos(np.radians(one[1]))
    return float(np.hypot(east, one[1] - other[1]) * METRES_A_DEGREE)


@given(lon=st.floats(73.5, 135.0), lat=st.floats(18.0, 53.5), of=st.sampled_from([GCJ02, BD09]))
def test_the_other_way_round_is_below_a_centimetre(lon: float, lat: float, of: System) -> None:
    # coordinates of a web map that lie well inside the area where it shifts them
    assume(in_china(lon, lat))
    (x,), (y,) = to_lonlat(lon, lat, source=of)
    assume(in_china(x, y))
    (there_x,), (there_y,) = from_lonlat(x, y, target=of)
    assert apart((there_x, there_y), (lon, lat)) < 0.01


@given(lon=st.floats(73.5, 135.0), lat=st.floats(18.0, 53.5), width=st.sampled_from([3, 6]))
def test_gauss_krueger_there_and_back_is_below_a_centimetre(
    lon: float, lat: float, width: int
) -> None:
    if width == 3:
        meridian = 3 * round(lon / 3)
        declared = f"CGCS2000 3度带 中央子午线{min(max(meridian, 75), 135)}"
    else:
        meridian = 6 * int(lon // 6) + 3
        declared = f"CGCS2000 6度带 中央子午线{min(max(meridian, 75), 135)}"
    system = understand(declared)
    assert not system.degrees
    (x,), (y,) = from_lonlat(lon, lat, target=system)
    # within its zone the false easting is 500 km
    assert abs(x - 500_000) < 340_000 + 1
    (back_lon,), (back_lat,) = to_lonlat(x, y, source=system)
    assert apart((back_lon, back_lat), (lon, lat)) < 0.01
    (again_x,), (again_y,) = from_lonlat(back_lon, back_lat, target=system)
    assert np.hypot(again_x - x, again_y - y) < 0.01


@given(lon=st.floats(73.5, 135.0), lat=st.floats(18.0, 53.5))
def test_geographic_cgcs2000_is_wgs84_to_a_centimetre(lon: float, lat: float) -> None:
    system = understand("CGCS2000")
    (x,), (y,) = from_lonlat(lon, lat, target=system)
    (back_lon,), (back_lat,) = to_lonlat(x, y, source=system)
    assert max(apart((x, y), (lon, lat)), apart((back_lon, back_lat), (lon, lat))) < 0.01
