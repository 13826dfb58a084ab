"""Numbers between known ones: all the ground that they may stand on has to lie in one zone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from tiny_gazetteer import LAT, LON

from zoning.crs import WGS84
from zoning.geocode.answer import Answer, MatchCode, Reason
from zoning.geocode.kernels import METRES
from zoning.geocode.zone_ground import by_ground
from zoning.geocode.zone_layer import ZoneLayer

SIDE = Reason("SIDE_UNKNOWN", {})
BETWEEN = Answer(
    MatchCode.INTERPOLATED, 0, LON, LAT, probability=0.97, radius_m=100.0, accepted=True,
    zone_probability=0.97, reasons=(Reason("INTERPOLATED", {}),),
)  # fmt: skip
EITHER_SIDE = replace(
    BETWEEN, accepted=False, zone_probability=None, reasons=(*BETWEEN.reasons, SIDE)
)


def layer(*zones: tuple[str, int, int]) -> ZoneLayer:
    """Zones from west to east, a kilometre high: id, and where each begins and ends in metres."""
    shapes = [
        shapely.box(LON + west / METRES, LAT - 0.01, LON + east / METRES, LAT + 0.01)
        for _, west, east in zones
    ]
    return ZoneLayer(tuple(zone for zone, _, _ in zones), np.array(shapes, dtype=object), WGS84)


def told(answer: Answer, *zones: tuple[str, int, int]) -> tuple[bool, bool]:
    """Return whether it is given without asking, and whether its zone is told."""
    (judged,) = by_ground([answer], layer(*zones))
    return judged.accepted, judged.zone_probability is not None


# the number stands at 0, and may stand 150 m from there
@pytest.mark.parametrize(
    ("zones", "given"),
    [
        ([("Z1", -900, 900)], (True, True)),
        ([("Z1", -900, 160), ("Z2", 160, 900)], (True, True)),
        ([("Z1", -900, 140), ("Z2", 140, 900)], (False, False)),
        ([("Z1", -900, 20), ("Z1", 20, 900)], (True, True)),  # one zone of two polygons
        ([("Z1", -900, 900), ("Z2", -900, 900)], (True, True)),  # one over the other: both
        ([("Z1", -900, 900), ("Z2", 100, 900)], (False, False)),
        ([("Z1", -900, 100)], (True, False)),  # the point is good, but may lie outside
        ([("Z1", 500, 900)], (True, False)),
    ],
)
def test_a_number_is_given_where_its_ground_is_of_one_zone(
    zones: list[tuple[str, int, int]], given: tuple[bool, bool]
) -> None:
    assert told(BETWEEN, *zones) == given


def test_on_whichever_side_the_zone_is_the_same() -> None:
    whole = layer(("Z1", -900, 900))
    (judged,) = by_ground([EITHER_SIDE], whole)
    assert judged.accepted
    assert whole.of_answers([judged], sure=0.95) == ["Z1"]
    assert [reason.key for reason in judged.reasons] == ["INTERPOLATED", "ONE_ZONE"]


@pytest.mark.parametrize("zones", [[("Z1", -900, 0), ("Z2", 0, 900)], [("Z1", -900, 100)], []])
def test_the_side_is_asked_about_where_it_matters(zones: list[tuple[str, int, int]]) -> None:
    assert by_ground([EITHER_SIDE], layer(*zones)) == [EITHER_SIDE]


def test_why_a_number_near_a_boundary_is_asked_about() -> None:
    (judged,) = by_ground([BETWEEN], layer(("Z1", -900, 0), ("Z2", 0, 900)))
    assert [reason.key for reason in judged.reasons] == ["INTERPOLATED", "GROUND_ZONES"]


@pytest.mark.parametrize(
    "answer",
    [
        replace(BETWEEN, code=MatchCode.EXACT),
        replace(BETWEEN, accepted=False),  # too unsure for another reason
        replace(EITHER_SIDE, doubted=True),
        Answer(MatchCode.REFUSED, None, None, None, 0.0, None, accepted=False),
    ],
)
def test_other_answers_stay_as_they_are(answer: Answer) -> None:
    assert by_ground([answer], layer(("Z1", -900, 0), ("Z2", 0, 900))) == [answer]
