"""The base map: tiles of a study's roads, made once, read by ranges, and missed by nobody."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pyogrio
import pytest
import shapely
from click.testing import CliRunner
from tiny_plan import write_tiny_plan
from tiny_study import middle, tiny_study

from webmap.app import TIANDITU, create_app
from webmap.config import Config
from zoning.cli import main
from zoning.errors import InputError, StorageError
from zoning.intake.osm_ground import read_ground
from zoning.progress import silent
from zoning.study import at_hand, exclusive
from zoning.study.cache import file_digest
from zoning.study.tiles import tiles, write_tiles

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

pytestmark = pytest.mark.integration

URL = "/tiles/detail.pmtiles"


def make(folder: Path) -> dict[str, str]:
    with exclusive(folder) as study:
        stamp = tiles(study, silent)
    return stamp.contents(["overview.pmtiles", "detail.pmtiles"])


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A 2 × 3 grid whose roads have no name but one, 人民路, along its upper row."""
    folder = tmp_path_factory.mktemp("tiles") / "方格县"
    tiny_study(folder, "A..\n..B", seats={"A": 9, "B": 9})
    roads = pyogrio.read_dataframe(folder / "inputs" / "roads.gpkg")
    upper = roads.geometry.bounds["miny"] > middle(1, 0)[1] + 1
    roads.loc[upper, "name"] = "人民路"
    pyogrio.write_dataframe(roads, folder / "inputs" / "roads.gpkg")
    make(folder)
    return folder


def test_what_has_not_changed_is_told_without_reading_it(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = make(study)
    for name in ("load_inputs", "load_basemap"):
        monkeypatch.delattr(at_hand, name)
    assert make(study) == before


@pytest.fixture
def client(study: Path) -> FlaskClient:
    write_plan_once(study)
    return create_app(Config(study=study)).test_client()


def write_plan_once(study: Path) -> None:
    if not (study / "plans").exists():
        CliRunner().invoke(main, ["draw", str(study)], catch_exceptions=False)


def test_the_road_at_a_known_place_is_in_its_tile(study: Path) -> None:
    """Golden: read by GDAL, which knows nothing of our own reader."""
    x, y = middle(0, 1)
    file = study / "build" / "tiles" / "detail.pmtiles"
    found = pyogrio.read_dataframe(file, bbox=_web(x - 5, y - 5, x + 5, y + 5))
    assert "人民路" in set(found.loc[found["kind"] == "minor", "name"])
    assert set(found["kind"]) <= {"minor", "block", "place"}
    info = pyogrio.read_info(file)["dataset_metadata"]
    assert (info["minzoom"], info["maxzoom"], info["format"]) == ("13", "14", "pbf")


def _web(west: float, south: float, east: float, north: float) -> tuple[float, ...]:
    import geopandas as gpd

    box = gpd.GeoSeries([shapely.box(west, south, east, north)], crs="EPSG:4538")
    return tuple(box.to_crs(3857).total_bounds)


def test_the_same_study_gives_the_same_bytes_and_makes_them_once(
    study: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(study, tmp_path / "study")
    before = make(copy)
    state = (copy / "build" / "tiles" / "detail.pmtiles").stat().st_mtime_ns
    assert make(copy) == before
    assert (copy / "build" / "tiles" / "detail.pmtiles").stat().st_mtime_ns == state
    shutil.rmtree(copy / "build" / "tiles")
    assert make(copy) == before


def test_another_name_of_a_road_makes_other_tiles(study: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(study, tmp_path / "study")
    before = make(copy)
    roads = pyogrio.read_dataframe(copy / "inputs" / "roads.gpkg")
    pyogrio.write_dataframe(roads.assign(name="解放路"), copy / "inputs" / "roads.gpkg")
    assert make(copy)["detail.pmtiles"] != before["detail.pmtiles"]


def test_a_range_is_answered_with_just_these_bytes(client: FlaskClient, study: Path) -> None:
    whole = (study / "build" / "tiles" / "detail.pmtiles").read_bytes()
    answer = client.get(URL, headers={"Range": "bytes=7-126"})
    assert (answer.status_code, answer.data) == (206, whole[7:127])
    assert answer.headers["Content-Range"] == f"bytes 7-126/{len(whole)}"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"] == f'"{file_digest(study / "build/tiles/detail.pmtiles")}"'
    last = client.get(URL, headers={"Range": "bytes=-5"})
    assert (last.status_code, last.data) == (206, whole[-5:])


def test_if_range_never_mixes_two_states_of_a_file(client: FlaskClient) -> None:
    mark = client.get(URL).headers["ETag"]
    same = client.get(URL, headers={"Range": "bytes=0-9", "If-Range": mark})
    assert (same.status_code, len(same.data)) == (206, 10)
    other = client.get(URL, headers={"Range": "bytes=0-9", "If-Range": '"of-yesterday"'})
    assert (other.status_code, other.data[:7]) == (200, b"PMTiles")
    assert len(other.data) > 10
    dated = {"Range": "bytes=0-9", "If-Range": "Wed, 21 Oct 2015 07:28:00 GMT"}
    assert client.get(URL, headers=dated).status_code == 200
    assert client.get(URL, headers={"If-None-Match": mark}).status_code == 304


def test_what_lies_behind_the_end_is_refused(client: FlaskClient) -> None:
    assert client.get(URL, headers={"Range": "bytes=99999999-"}).status_code == 416
    assert client.get("/tiles/other.pmtiles").status_code == 404
    assert client.get("/tiles/../step.json").status_code == 404


def test_the_map_works_without_tiles(tmp_path: Path) -> None:
    write_tiny_plan(tmp_path)
    bare = create_app(Config(study=tmp_path)).test_client()
    assert bare.get(URL).status_code == 404
    (plan,) = (tmp_path / "plans").glob("*.gpkg")
    page = bare.get(f"/plans/{plan.stem}").get_data(as_text=True)
    assert "ground.js" not in page
    assert "map.js" in page


def test_tianditu_is_allowed_only_with_a_key(study: Path, tmp_path: Path) -> None:
    write_plan_once(study)
    copy = shutil.copytree(study, tmp_path / "study")
    file = copy / "study.toml"
    (plan,) = (copy / "plans").glob("*.gpkg")
    for key in ("", "0123456789abcdef"):
        text = file.read_text(encoding="utf-8")
        line = f'[map]\ntianditu_key = "{key}"'
        file.write_text(text.replace("[map]", line) if key else text, encoding="utf-8")
        answer = create_app(Config(study=copy)).test_client().get(f"/plans/{plan.stem}")
        assert (TIANDITU in answer.headers["Content-Security-Policy"]) is bool(key)
        start = answer.get_data(as_text=True).split('id="map-data">')[1].split("</script>")[0]
        assert json.loads(start)["ground"]["tianditu"] == key


OSM = """<osm version="0.6">
{nodes}
<way id="1">{ring1}<tag k="natural" v="water"/><tag k="name" v="清湖"/></way>
<way id="2">{ring2}<tag k="building" v="yes"/><tag k="name" v="王家"/></way>
<way id="3">{ring3}<tag k="building" v="no"/></way>
<way id="4"><nd ref="1"/><nd ref="3"/><tag k="highway" v="residential"/></way>
</osm>"""


def test_water_and_buildings_come_from_an_extract_and_no_name_of_a_house(tmp_path: Path) -> None:
    nodes = "".join(
        f'<node id="{4 * at + corner}" lon="{87.3 + 0.01 * at + dx}" lat="{44.0 + dy}"/>'
        for at in range(3)
        for corner, (dx, dy) in enumerate(((0, 0), (0.001, 0), (0.001, 0.001), (0, 0.001)), 1)
    )
    rings = {
        f"ring{at + 1}": "".join(f'<nd ref="{4 * at + corner}"/>' for corner in (1, 2, 3, 4, 1))
        for at in range(3)
    }
    file = tmp_path / "town.osm"
    file.write_text(OSM.format(nodes=nodes, **rings), encoding="utf-8")
    found = read_ground(file).sort_values("kind", ignore_index=True)
    assert list(zip(found["kind"], found["name"], strict=True)) == [
        ("building", ""), ("water", "清湖")
    ]  # fmt: skip
    assert found.geometry.iloc[1].centroid.x == pytest.approx(87.3005)
    file.write_text("<osm><way", encoding="utf-8")
    with pytest.raises(InputError):
        read_ground(file)


def test_tiles_that_cannot_be_written_are_told(study: Path, tmp_path: Path) -> None:
    layer = pyogrio.read_dataframe(study / "inputs" / "roads.gpkg").assign(kind="minor")
    with pytest.raises(StorageError) as caught:
        write_tiles(layer, tmp_path / "no such folder", "detail")
    assert caught.value.params["file"] == "detail.pmtiles"
