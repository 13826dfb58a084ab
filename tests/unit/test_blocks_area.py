from __future__ import annotations

import drawn_map as drawn
import geopandas as gpd
import numpy as np
import pytest
import shapely

from zoning.blocks import study_area
from zoning.errors import InputError
from zoning.intake.basemap import Basemap


def places(*rows_and_columns: tuple[float, float]) -> gpd.GeoDataFrame:
    points = [shapely.Point(drawn.at(*place)) for place in rows_and_columns]
    return gpd.GeoDataFrame(geometry=points, crs=drawn.CRS)


def towns(*shapes: shapely.Polygon) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": ["城关镇"] * len(shapes), "level": "town"}, geometry=list(shapes), crs=drawn.CRS
    )


STREET = drawn.read("+---+")


def test_a_boundary_is_the_area_whatever_else_there_is():
    north, south = drawn.box(0, 0, 10, 40), drawn.box(10, 0, 20, 40)
    area = study_area(STREET, boundary=towns(north, south), points=[places((99, 99))])
    assert area.equals(drawn.box(0, 0, 20, 40))


def test_a_slip_between_two_towns_is_closed_and_an_enclave_is_not():
    slip, enclave = drawn.box(5, 5, 5.5, 6), drawn.box(12, 10, 16, 20)
    shape = drawn.box(0, 0, 20, 40).difference(slip).difference(enclave)
    area = study_area(STREET, boundary=towns(shape))
    assert area.equals(drawn.box(0, 0, 20, 40).difference(enclave))


def test_without_a_boundary_every_address_lies_inside():
    rng = np.random.default_rng(5)
    homes = places(*rng.uniform(0, 200, (300, 2)))
    schools = places((-30, -30), (230, 230))
    area = study_area(STREET, points=[homes, schools])
    everyone = [*homes.geometry, *schools.geometry]
    assert shapely.contains_properly(area, everyone).all()
    assert area.is_valid
    assert area.equals(study_area(STREET, points=[schools, homes.sample(frac=1, random_state=1)]))


def test_a_single_address_is_enough_and_a_far_road_is_left_out():
    near = drawn.road((0, 0), (0, 10), name="人民路")
    far = drawn.road((300, 0), (300, 10), name="远方路")
    area = study_area(drawn.read("+---+", near, far), points=[places((0, 0))])
    assert area.contains(shapely.Point(drawn.at(0, 10)))
    assert area.distance(shapely.Point(drawn.at(300, 0))) > 20_000


def test_only_named_roads_widen_the_area_of_roads_alone():
    service = drawn.road((0, 90), (0, 91))
    area = study_area(drawn.read("+---+", service))
    assert area.contains(shapely.Point(drawn.at(0, 4)))
    assert not area.contains(shapely.Point(drawn.at(0, 90)))


def test_nothing_to_draw_an_area_from():
    empty = Basemap(ways=STREET.ways.iloc[:0], lines=STREET.lines)
    with pytest.raises(InputError) as caught:
        study_area(empty)
    assert caught.value.key == "blocks.NO_AREA"
