"""What OpenStreetMap tags mean for a way."""

from __future__ import annotations

import math

import pytest

from zoning.intake.osm_tags import (
    is_structure,
    kmh_of,
    layer_of,
    line_values,
    lit_of,
    name_of,
    oneway_of,
    point_values,
    way_values,
)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"oneway": "yes"}, 1),
        ({"oneway": "1"}, 1),
        ({"oneway": "-1"}, -1),
        ({"oneway": "reverse"}, -1),
        ({"oneway": "no", "junction": "roundabout"}, 0),
        ({"oneway": "reversible"}, 0),
        ({"junction": "roundabout"}, 1),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway_link"}, 0),
        ({}, 0),
    ],
)
def test_oneway(tags, expected):
    assert oneway_of(tags) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("60", 60), ("30 mph", 48.28032), ("50 km/h", 50), ("40kmh", 40)]
)
def test_maxspeed(value, expected):
    assert kmh_of(value) == pytest.approx(expected)


@pytest.mark.parametrize("value", ["", "none", "walk", "CN:urban", "50;60"])
def test_maxspeed_that_is_no_number(value):
    assert math.isnan(kmh_of(value))


def test_a_chinese_name_comes_first():
    both = {"name": "Nathan Road", "name:zh": "彌敦道", "ref": "S1"}
    assert name_of(both) == "彌敦道"
    assert name_of({"name": "健康路", "ref": "S1"}) == "健康路"
    assert name_of({"ref": "G312"}) == "G312"
    assert name_of({}) == ""


@pytest.mark.parametrize(
    ("tags", "foot", "motor"),
    [
        ({"access": "no"}, "no", "no"),
        ({"access": "no", "foot": "yes"}, "yes", "no"),
        ({"access": "private"}, "private", "private"),
        ({"foot": "no"}, "no", ""),
        ({"motor_vehicle": "no"}, "", "no"),
        ({"vehicle": "no", "motorcar": "yes"}, "", "yes"),
        ({"motorroad": "yes"}, "no", ""),
        ({"motorroad": "yes", "foot": "yes"}, "yes", ""),
        ({"foot": "use_sidepath"}, "no", ""),
        ({"highway": "busway"}, "no", "no"),
        ({"highway": "busway", "foot": "yes"}, "yes", "no"),
        ({"highway": "busway", "access": "yes"}, "yes", "yes"),
    ],
)
def test_access(tags, foot, motor):
    values = way_values({"highway": "primary", **tags})
    assert values is not None
    assert (values["foot"], values["motor"]) == (foot, motor)


@pytest.mark.parametrize("highway", ["", "proposed", "construction", "razed", "platform"])
def test_what_nobody_travels_on_is_no_way(highway):
    assert way_values({"highway": highway}) is None


def test_bridges_and_tunnels():
    assert is_structure("viaduct")
    assert is_structure("culvert")
    assert not is_structure("no")
    assert not is_structure("")


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"railway": "rail"}, "railway"),
        ({"railway": "light_rail"}, "railway"),
        ({"waterway": "river"}, "river"),
        ({"waterway": "canal"}, "river"),
    ],
)
def test_barrier_lines(tags, kind):
    values = line_values({**tags, "name": "兰新线", "bridge": "yes"})
    assert values == {"kind": kind, "name": "兰新线", "bridge": True, "tunnel": False}


@pytest.mark.parametrize(
    "tags", [{"railway": "abandoned"}, {"railway": "tram"}, {"waterway": "stream"}]
)
def test_what_is_no_barrier(tags):
    assert line_values(tags) is None


@pytest.mark.parametrize(
    ("value", "expected"), [("1", 1), ("-2", -2), ("1.0", 1), ("", 0), ("0;1", 0), ("bridge", 0)]
)
def test_layer(value, expected):
    assert layer_of(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("yes", "yes"), ("24/7", "yes"), ("no", "no"), ("disused", "no"), ("", "")],
)
def test_lit(value, expected):
    assert lit_of(value) == expected


@pytest.mark.parametrize(
    ("tags", "kind", "foot", "motor"),
    [
        ({"highway": "traffic_signals"}, "signals", "", ""),
        ({"highway": "crossing", "crossing": "traffic_signals"}, "signals", "", ""),
        ({"barrier": "bollard"}, "closed", "", "no"),
        ({"barrier": "stile", "foot": "no"}, "closed", "no", "no"),
        ({"barrier": "gate", "access": "no"}, "closed", "no", "no"),
        ({"barrier": "gate", "access": "no", "foot": "yes"}, "closed", "yes", "no"),
    ],
)
def test_points_that_hold_people_up(tags, kind, foot, motor):
    assert point_values(tags) == {"kind": kind, "foot": foot, "motor": motor}


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"highway": "crossing", "crossing": "zebra"},
        {"barrier": "gate"},
        {"barrier": "gate", "access": "private"},
        {"barrier": "bollard", "motor_vehicle": "yes"},
        {"barrier": "no", "access": "no"},
    ],
)
def test_points_that_hold_nobody_up(tags):
    assert point_values(tags) is None
