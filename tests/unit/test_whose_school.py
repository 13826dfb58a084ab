"""Which school serves what was found: several candidates are never made into one school."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from zoning.crs import LONLAT, System, from_lonlat
from zoning.geocode.admin import Divisions
from zoning.geocode.answer import Answer, MatchCode, Reason
from zoning.study.by_parts import Parts, PartsIndex
from zoning.study.places import Found
from zoning.study.whose_school import Outcome, Zones, judge, other_zone

CRS = "EPSG:4538"
LON, LAT = 87.3, 44.0
X, Y = (float(value[0]) for value in from_lonlat(LON, LAT, target=System("", CRS)))
# 1 km squares side by side, west to east: school A, B and C together, none; then no zone at all
SQUARES = gpd.GeoDataFrame(
    {"zone": [0, 1, 2]},
    geometry=[shapely.box(X + 1000 * at, Y, X + 1000 * (at + 1), Y + 1000) for at in range(3)],
    crs=CRS,
)
# addresses by the middle of their square, two in each
OF_ROW = np.array([0, 0, 1, 1, 2, 2, -1, -1], dtype=np.int32)
ZONES = Zones(
    stage="primary",
    plan_id="p",
    schools=(("A",), ("B", "C"), ()),
    of_row=OF_ROW,
    shapes=SQUARES,
    school_names={},
)
ROAD = "延安路"
# as addresses have them: the numeral of a road is a figure
LANE_ROAD, LANE = "金家1路", "金家1路5弄"


def degrees(east: float) -> tuple[float, float]:
    """Return the point so far east of the western edge, in the middle of the squares."""
    point = gpd.GeoSeries([shapely.Point(X + east, Y + 500)], crs=CRS).to_crs(LONLAT).iloc[0]
    return point.x, point.y


EAST = [500.0, 520.0, 1500.0, 1520.0, 2500.0, 2520.0, 3500.0, 3520.0]
PLACES: Any = SimpleNamespace(
    columns=dict(zip(("lon", "lat"), np.array([degrees(east) for east in EAST]).T, strict=True)),
    parts=PartsIndex.of(
        [Parts(roads=frozenset({ROAD}))] * 4
        + [Parts(roads=frozenset({LANE_ROAD, LANE})), Parts(roads=frozenset({LANE_ROAD}))] * 2,
        [()] * 8,
        divisions=Divisions({}),
    ),
    geocoder=SimpleNamespace(matching=SimpleNamespace(accept=0.95)),
)


def answer(code: MatchCode, east: float = 500.0, **more: Any) -> Answer:
    lon, lat = degrees(east)
    said: dict[str, Any] = {"row": 0, "probability": 0.9, "radius_m": 100.0, "accepted": True}
    return Answer(**{"code": code, "lon": lon, "lat": lat, **said, **more})


def on_road(code: MatchCode, east: float, **more: Any) -> Found:
    return Found(answer(code, east, reasons=(Reason("ON_ROAD", {"road": ROAD}),), **more))


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ((0,), Outcome.ONE_SCHOOL),
        ((0, 1), Outcome.ONE_SCHOOL),
        ((2, 3), Outcome.THESE_SCHOOLS),
        ((4, 5), Outcome.NO_SCHOOL),
        ((6,), Outcome.OUTSIDE),
        ((0, 2), Outcome.CHOOSE),
        ((0, 6), Outcome.CHOOSE),
    ],
)
def test_addresses_that_are_meant_alike(rows: tuple[int, ...], outcome: Outcome) -> None:
    verdict = judge(Found(answer(MatchCode.NORMALISED), rows), PLACES, ZONES)
    assert verdict.outcome is outcome
    assert verdict.rows == (rows if outcome is Outcome.CHOOSE else ())


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"zone_probability": 0.99}, Outcome.ONE_SCHOOL),
        # not sure which address, but all that are likely lie in one zone
        ({"zone_probability": 0.99, "accepted": False, "alternatives": (1,)}, Outcome.ONE_SCHOOL),
        ({"zone_probability": 0.9, "accepted": False, "alternatives": (2,)}, Outcome.CHOOSE),
        ({"zone_probability": 0.9}, Outcome.NEAR_BOUNDARY),
        ({"zone_probability": None}, Outcome.NEAR_BOUNDARY),
        ({"row": 6}, Outcome.OUTSIDE),
    ],
)
def test_an_address_that_is_only_alike(more: dict[str, Any], outcome: Outcome) -> None:
    verdict = judge(Found(answer(MatchCode.FUZZY, **more)), PLACES, ZONES)
    assert verdict.outcome is outcome


def test_what_is_refused_has_no_school_however_near_it_came() -> None:
    refused = answer(MatchCode.REFUSED, zone_probability=0.99)
    assert judge(Found(refused), PLACES, ZONES).outcome is Outcome.NOT_FOUND
    nothing = answer(MatchCode.REFUSED, row=None, lon=None, lat=None, accepted=False)
    assert judge(Found(nothing), PLACES, ZONES).outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize("code", [MatchCode.ROAD, MatchCode.INTERPOLATED, MatchCode.FUZZY])
def test_nobody_is_asked_to_choose_from_nothing(code: MatchCode) -> None:
    # 中心路 is no road of the table, and may be 中渠路 or another one: no address is likely
    doubted = answer(code, row=None, accepted=False, doubted=True)
    verdict = judge(Found(doubted), PLACES, ZONES)
    assert (verdict.outcome, verdict.rows) == (Outcome.NOT_FOUND, ())
    likely = replace(doubted, alternatives=(2,))
    verdict = judge(Found(likely), PLACES, ZONES)
    assert (verdict.outcome, verdict.rows) == (Outcome.CHOOSE, (2,))


@pytest.mark.parametrize(
    ("east", "radius", "outcome", "zones"),
    [
        (500.0, 100.0, Outcome.ONE_SCHOOL, (0,)),
        (900.0, 60.0, Outcome.ONE_SCHOOL, (0,)),  # 90 m of 100
        (900.0, 80.0, Outcome.NEAR_BOUNDARY, (0, 1)),  # 120 m reach into the next zone
        (40.0, 80.0, Outcome.NEAR_BOUNDARY, (0,)),  # and beyond all zones
        (1500.0, 100.0, Outcome.THESE_SCHOOLS, (1,)),
        (9000.0, 100.0, Outcome.OUTSIDE, ()),
    ],
)
def test_a_point_between_doors_is_judged_by_all_its_ground(
    east: float, radius: float, outcome: Outcome, zones: tuple[int, ...]
) -> None:
    found = on_road(MatchCode.INTERPOLATED, east, radius_m=radius)
    verdict = judge(found, PLACES, ZONES)
    assert (verdict.outcome, verdict.zones) == (outcome, zones)


@pytest.mark.parametrize(
    ("code", "reasons", "more", "outcome"),
    [
        (MatchCode.INTERPOLATED, ("INTERPOLATED",), {}, Outcome.CHOOSE),
        # the geocoder asks for the side of the road alone, and both sides lie in the zone
        (MatchCode.INTERPOLATED, ("INTERPOLATED", "SIDE_UNKNOWN"), {}, Outcome.ONE_SCHOOL),
        (MatchCode.INTERPOLATED, ("ON_ROAD", "SEVERAL_ZONES"), {}, Outcome.CHOOSE),
        (MatchCode.ROAD, ("ON_ROAD",), {}, Outcome.CHOOSE),
        # a group that no row has, in a village that is called as was written; and put right
        (MatchCode.VILLAGE, ("IN_VILLAGE",), {}, Outcome.ONE_SCHOOL),
        (MatchCode.VILLAGE, ("IN_VILLAGE", "VILLAGE_RESPELT"), {}, Outcome.CHOOSE),
        # a village of which a single row is known
        (MatchCode.VILLAGE, ("PLACE_EQUAL",), {}, Outcome.CHOOSE),
        (MatchCode.INTERPOLATED, ("INTERPOLATED",), {"accepted": True}, Outcome.ONE_SCHOOL),
    ],
)
def test_what_the_geocoder_does_not_give_is_asked_though_its_ground_is_in_one_zone(
    code: MatchCode, reasons: tuple[str, ...], more: dict[str, Any], outcome: Outcome
) -> None:
    said = tuple(Reason(key, {"road": ROAD}) for key in reasons)
    found = Found(answer(code, **{"accepted": False, "reasons": said, **more}))
    verdict = judge(found, PLACES, ZONES)
    assert verdict.outcome is outcome
    assert bool(verdict.rows) is (outcome is Outcome.CHOOSE)


def test_a_road_across_zones_lists_its_own_addresses_the_nearest_first() -> None:
    found = on_road(MatchCode.ROAD, 1600.0, radius_m=500.0, accepted=False)
    verdict = judge(found, PLACES, ZONES)
    assert verdict.outcome is Outcome.CHOOSE
    assert verdict.rows == (3, 2, 1, 0)


@pytest.mark.parametrize(
    ("said", "rows"),
    [("金家一路", (4, 5, 6, 7)), ("金家一路五弄", (4, 6)), ("金家一路5弄", (4, 6))],
)
def test_a_road_is_known_as_it_was_written(said: str, rows: tuple[int, ...]) -> None:
    told = Reason("ON_ROAD", {"road": said})
    found = Found(answer(MatchCode.ROAD, 2500.0, radius_m=2000.0, accepted=False, reasons=(told,)))
    assert tuple(sorted(judge(found, PLACES, ZONES).rows)) == rows


@pytest.mark.parametrize(
    ("east", "outcome", "zones"),
    [
        (500.0, Outcome.ONE_SCHOOL, (0,)),
        (800.0, Outcome.ONE_SCHOOL, (0,)),  # 150 m of 200
        (900.0, Outcome.NEAR_BOUNDARY, (0, 1)),  # 150 m reach into the next zone
        (60.0, Outcome.NEAR_BOUNDARY, (0,)),  # and beyond all zones
        (9000.0, Outcome.OUTSIDE, ()),
    ],
)
def test_a_name_of_the_map_is_judged_by_all_its_ground(
    east: float, outcome: Outcome, zones: tuple[int, ...]
) -> None:
    said = (Reason("study_geocode.MAP_NAME", {"name": "碧水云天"}),)
    more = {"row": None, "alternatives": (0, 2), "accepted": False, "reasons": said}
    found = Found(answer(MatchCode.BUILDING, east, **more))
    verdict = judge(found, PLACES, ZONES)
    # the rows that came nearest are no answer
    assert (verdict.outcome, verdict.zones, verdict.rows) == (outcome, zones, ())


@pytest.mark.parametrize(
    ("rows", "chance"),
    [((0,), 0.0), ((0, 1), 0.0), ((0, 1, 2), 1 / 3), ((0, 2), 0.5), ((0, 2, 4, 6), 0.75)],
)
def test_addresses_meant_alike_are_as_likely_as_one_another(
    rows: tuple[int, ...], chance: float
) -> None:
    found = Found(answer(MatchCode.TIED, accepted=False), rows)
    assert other_zone(found, ZONES) == pytest.approx(chance)


@pytest.mark.parametrize(
    ("found", "chance"),
    [
        (Found(answer(MatchCode.FUZZY, zone_probability=0.75)), 0.25),
        # in no zone, or beside a place: a wrong point stands for a wrong zone
        (Found(answer(MatchCode.FUZZY, zone_probability=None)), 0.1),
        (Found(answer(MatchCode.REFUSED, row=None, lon=None, lat=None)), 1.0),
        # well inside the first zone; in the middle of its edge; and outside all zones
        (on_road(MatchCode.ROAD, 500.0), 0.1),
        (on_road(MatchCode.ROAD, 1000.0), 0.55),
        (on_road(MatchCode.INTERPOLATED, 3500.0), 1.0),
    ],
)
def test_how_often_a_place_lies_in_another_zone(found: Found, chance: float) -> None:
    assert other_zone(found, ZONES) == pytest.approx(chance, abs=0.005)


def test_a_road_alone_is_never_one_school() -> None:
    # all its known doors lie in one zone, but it may go on beyond them
    found = on_road(MatchCode.ROAD, 500.0, radius_m=100.0, accepted=False)
    verdict = judge(found, PLACES, ZONES)
    assert verdict.outcome is Outcome.CHOOSE
    assert verdict.zones == (0,)


@pytest.mark.parametrize(
    ("east", "outcome"), [(500.0, Outcome.ONE_SCHOOL), (900.0, Outcome.NEAR_BOUNDARY)]
)
def test_a_row_for_many_numbers_is_judged_by_its_ground(east: float, outcome: Outcome) -> None:
    listed = answer(
        MatchCode.EXACT,
        east,
        radius_m=300.0,
        zone_probability=0.99,
        reasons=(Reason("LISTED", {}),),
    )
    assert judge(Found(listed), PLACES, ZONES).outcome is outcome
    alone = answer(MatchCode.EXACT, east, radius_m=300.0, zone_probability=0.99)
    assert judge(Found(alone), PLACES, ZONES).outcome is Outcome.ONE_SCHOOL


@pytest.mark.parametrize(
    ("east", "of_shapes", "share"),
    [
        (500.0, [0, 1, 2], 1.0),
        (1000.0, [0, 1, 2], 0.5),
        # two shapes of one zone count together
        (1000.0, [0, 0, 2], 1.0),
        # half of the ground is no zone's
        (3000.0, [0, 1, 2], 0.5),
        (9000.0, [0, 1, 2], 0.0),
    ],
)
def test_how_much_of_the_ground_lies_in_one_zone(
    east: float, of_shapes: list[int], share: float
) -> None:
    zones = replace(ZONES, shapes=SQUARES.assign(zone=of_shapes))
    assert zones.largest_share(*degrees(east), 200.0) == pytest.approx(share, abs=0.01)
