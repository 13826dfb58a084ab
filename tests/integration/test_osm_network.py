"""From an OpenStreetMap extract, and from other files, to a network that is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from ascii_roads import ONE_METRE_A_SECOND, draw
from click.testing import CliRunner
from osmnx_roads import Arcs, arcs_of_network, osmnx_arcs

from zoning.cli import main
from zoning.intake.roads import read_basemap, read_roads_file
from zoning.network.graph import build_network
from zoning.network.segments import (
    cut_into_segments,
    usable_ways,
    without_repeats,
    without_residue,
)
from zoning.network.stops import meet_lines
from zoning.network.travel import UNREACHABLE, AddressTimes, school_times
from zoning.settings import BarrierSection, Mode, NetworkSection, Stage, load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zoning.intake.basemap import Basemap
    from zoning.network.model import TravelNetwork

pytestmark = pytest.mark.integration

LON, LAT = 87.30, 44.01
# A step of 0.001 degrees to the north is 111.1 m, to the east 80.1 m.
NORTH_M, EAST_M = 111.1, 80.1

#        d . . s . . c       a-b is a street, b-c a one-way street with signals at t,
#        .           .       c-d a street with a bollard at s, d-a steps;
#        .           t       e is a gate that is locked, on the way from a to f
#        .           .
#    f e a - - - - - b
PLACES = {"a": (0, 0), "b": (6, 0), "t": (6, 2), "c": (6, 4), "s": (3, 4), "d": (0, 4),
          "e": (-1, 0), "f": (-2, 0)}  # fmt: skip
NODE_TAGS = {
    "t": {"highway": "traffic_signals"},
    "s": {"barrier": "bollard"},
    "e": {"barrier": "gate", "access": "no"},
}
WAYS = {
    "ab": {"highway": "residential", "name": "人民路", "lit": "no"},
    "btc": {"highway": "residential", "name": "北京路", "oneway": "yes", "surface": "gravel"},
    "csd": {"highway": "residential", "layer": "1", "access": "private"},
    "da": {"highway": "steps"},
    "aef": {"highway": "service"},
}


def osm(places: Mapping[str, tuple[float, float]], ways: Mapping[str, Mapping[str, str]]) -> str:
    """Write a map with the places as nodes, of which the letters of each way are its course."""

    def tags(given: Mapping[str, str]) -> str:
        return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in given.items())

    nodes = [
        f'<node id="{ord(name)}" lon="{LON + x / 1000:.7f}" lat="{LAT + y / 1000:.7f}">'
        f"{tags(NODE_TAGS.get(name, {}))}</node>"
        for name, (x, y) in places.items()
    ]
    courses = [
        "".join(f'<nd ref="{ord(name)}"/>' for name in course) + tags(given)
        for course, given in ways.items()
    ]
    lines = [f'<way id="{number}">{inner}</way>' for number, inner in enumerate(courses, start=1)]
    return f'<osm version="0.6">{"".join(nodes)}{"".join(lines)}</osm>'


@pytest.fixture(scope="module")
def basemap(tmp_path_factory: pytest.TempPathFactory) -> Basemap:
    file = tmp_path_factory.mktemp("osm") / "city.osm"
    file.write_text(osm(PLACES, WAYS), encoding="utf-8")
    return read_roads_file(file)


def seconds(network: TravelNetwork, start: str, end: str) -> float | None:
    """Seconds from place to place, None where there is no way."""
    lonlat = [(LON + PLACES[name][0] / 1000, LAT + PLACES[name][1] / 1000) for name in (start, end)]
    home, gate = (
        gpd.GeoDataFrame({"school_id": ["s"]}, geometry=[shapely.Point(place)], crs="EPSG:4326")
        .to_crs(network.crs) for place in lonlat
    )  # fmt: skip
    times = AddressTimes.on(network, school_times(network, gate), addresses=home)
    (time_ms,), _ = times(["s"])
    return None if time_ms == UNREACHABLE else time_ms / 1000


def built(basemap: Basemap, mode: Mode = Mode.WALK, **settings: object) -> TravelNetwork:
    given = ONE_METRE_A_SECOND.model_dump() | {"steps_s": 0, "signal_s": 0} | settings
    return build_network(
        basemap, mode=mode, settings=NetworkSection.model_validate(given),
        barriers=BarrierSection(), stage=Stage.PRIMARY,
    )  # fmt: skip


def test_tags_of_ways_and_nodes_are_read(basemap):
    ways = basemap.ways.set_index("way_id")
    assert ways["layer"].tolist() == [0, 0, 1, 0, 0]
    assert ways["lit"].tolist() == ["no", "", "", "", ""]
    assert ways.loc["2", "surface"] == "gravel"
    assert ways.loc["3", "foot"] == "private"
    points = basemap.points[["kind", "foot", "motor"]].values.tolist()
    assert sorted(points) == [["closed", "", "no"], ["closed", "no", "no"], ["signals", "", ""]]


def test_a_walk_as_tagged(basemap):
    plain = built(basemap)
    assert seconds(plain, "a", "b") == pytest.approx(6 * EAST_M, rel=0.002)
    assert seconds(plain, "c", "b") == pytest.approx(4 * NORTH_M, rel=0.002)
    # the gate is locked: its far side is a piece of its own
    assert seconds(plain, "a", "f") is None
    slow = built(basemap, steps_s=30, signal_s=5, unlit_factor=2, unpaved_factor=1.5)
    assert seconds(slow, "d", "a") == pytest.approx(4 * NORTH_M + 30, rel=0.002)
    assert seconds(slow, "b", "c") == pytest.approx(4 * NORTH_M * 1.5 + 5, rel=0.002)
    assert seconds(slow, "a", "b") == pytest.approx(6 * EAST_M * 2, rel=0.002)


def test_a_drive_as_tagged(basemap):
    drive = built(basemap, Mode.DRIVE)
    assert seconds(drive, "b", "c") == pytest.approx(4 * NORTH_M / 10, rel=0.002)
    assert seconds(drive, "c", "b") is None
    assert seconds(drive, "a", "b") == pytest.approx(6 * EAST_M / 10, rel=0.002)
    # past the bollard nobody drives
    assert seconds(drive, "a", "d") is None


def test_private_ways_may_be_closed(basemap):
    closed = built(basemap, private_ways="closed")
    assert seconds(closed, "c", "d") == pytest.approx(6 * EAST_M + 8 * NORTH_M, rel=0.002)


def osmnx_of(basemap: Basemap, mode: Mode, settings: NetworkSection) -> Arcs:
    """The network as it was made before: the same segments, merged by OSMnx."""
    ways = basemap.ways
    segments = cut_into_segments(ways, mode=mode, settings=settings, stage=Stage.PRIMARY)
    segments = without_repeats(segments.take(usable_ways(ways, mode=mode)[segments.way]))
    segments, _ = without_residue(segments, min_nodes=settings.min_component_nodes)
    segments = meet_lines(segments, basemap, settings=BarrierSection()).segments
    structure = (ways["bridge"] | ways["tunnel"]).to_numpy()[segments.way]
    classes = ways["highway"].to_numpy(dtype=object)[segments.way]
    kinds = list(zip(classes, segments.speed.tolist(), structure.tolist(), strict=True))
    number = {kind: row for row, kind in enumerate(dict.fromkeys(kinds))}
    return osmnx_arcs(segments, np.array([number[kind] for kind in kinds]))


def assert_same_ways(basemap: Basemap, mode: Mode, settings: NetworkSection) -> None:
    """Times and lengths between all nodes that both have are the same to the rounding."""
    plain = settings.model_copy(update={"steps_s": 0.0, "signal_s": 0.0})
    network = build_network(
        basemap, mode=mode, settings=plain, barriers=BarrierSection(trunk_crossing_s=0),
        stage=Stage.PRIMARY,
    )  # fmt: skip
    before, now = osmnx_of(basemap, mode, plain), arcs_of_network(network)
    common = sorted(set(before.places) & set(now.places))
    assert set(before.places) == set(common), "no node is lost"
    starts = common[:: max(1, len(common) // 25)]
    for what in ("time", "length"):
        then, today = (arcs.costs(what, starts, common) for arcs in (before, now))
        assert (np.isfinite(then) == np.isfinite(today)).all()
        reached = np.isfinite(then)
        assert reached.sum() > len(starts)
        # an edge that is cut in two at a crossing is rounded twice: a millisecond a node
        assert np.abs(then[reached] - today[reached]).max() <= 0.0005 * then[reached].max()


@pytest.mark.parametrize("mode", list(Mode))
def test_a_drawn_map_is_travelled_as_before(mode):
    picture = """
    a-b-c>d-e
    |   |   |
    f   g=h-i
    |   B   |
    k-l-m<n-o
    | |   v
    p q-r-s
    """
    lines = {"river": [(-1.0, 1.5), (9.0, 1.5)], "railway": [(2.5, -1.0), (2.5, 9.0)]}
    assert_same_ways(draw(picture, lines=lines), mode, ONE_METRE_A_SECOND)


@pytest.mark.parametrize("mode", list(Mode))
def test_the_demo_is_travelled_as_before(mode, tmp_path):
    words = ["--lang", "en", "demo", str(tmp_path / "demo"), "--size", "small"]
    assert CliRunner().invoke(main, words, catch_exceptions=False).exit_code == 0
    settings = load_settings(tmp_path / "demo" / "study.toml")
    basemap = read_basemap(tmp_path / "demo" / "inputs", settings)
    assert_same_ways(basemap, mode, settings.network)


@pytest.mark.shared
@pytest.mark.parametrize("mode", list(Mode))
def test_futian_is_travelled_as_before(mode: Mode, shared_data: Path) -> None:
    basemap = read_roads_file(shared_data / "futian" / "G.graphml")
    assert_same_ways(basemap, mode, NetworkSection())
