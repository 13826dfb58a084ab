"""Names of an OpenStreetMap extract in a study: a hint where the bureau's table has no answer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from tiny_study import CRS, SIZE_M, SOUTH, WEST, tiny_study

from zoning.cli import main
from zoning.crs import System, to_lonlat
from zoning.errors import InputError
from zoning.geocode.queue import State
from zoning.intake.osm_names import read_names
from zoning.study import open_study
from zoning.study.geocode import geocode, study_places
from zoning.study.map_names import MAP_NAMES_FILE
from zoning.study.publish import index_files
from zoning.study.review import review

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.integration

BLOCKS = """
A . . .
. . . .
. . . B
"""
TODAY = """
A A B B
A A B B
A A B B
"""
Tags = dict[str, str]
HOMES = {"landuse": "residential"}
# what the map shows: middle in blocks from the north-western corner, side in metres, tags
AREAS: tuple[tuple[float, float, float, Tags], ...] = (
    (0.5, 0.5, 60, {**HOMES, "name": "碧水云天"}),
    (2.0, 1.5, 60, {**HOMES, "name": "桥头花园"}),  # lies in both zones
    (0.5, 1.5, 40, {"building": "apartments", "name": "Willow Court", "name:zh": "垂柳公寓"}),
    (1.5, 1.5, 20, {"building": "apartments", "name": "3号楼"}),  # of what compound?
    (3.5, 0.5, 60, {**HOMES, "name": "小区00"}),  # the bureau has it elsewhere
    (40.0, 1.5, 60, {**HOMES, "name": "远方花园"}),  # in another county
    (1.5, 2.5, 60, {"landuse": "industrial", "name": "纺织园"}),
)
# corners in the order in which they are drawn: a bow tie; cut by the border of the extract
BROKEN: tuple[tuple[tuple[int, ...], Tags], ...] = (
    ((1, 12, 2, 11, 1), {**HOMES, "name": "蝴蝶苑"}),
    ((1, 2, 9999, 1), {**HOMES, "name": "半边苑"}),
)
POINTS: tuple[tuple[float, float, Tags], ...] = (
    (0.5, 2.5, {"place": "hamlet", "name": "柳树庄"}),
    (0.5, 2.5, {"place": "city", "name": "大柳市"}),
)


def node(number: int, across: float, down: float, tags: Tags) -> str:
    x, y = WEST + across * SIZE_M, SOUTH - down * SIZE_M
    lon, lat = to_lonlat([x], [y], source=System("", CRS))
    return f'<node id="{number}" lat="{lat[0]:.7f}" lon="{lon[0]:.7f}">{_said(tags)}</node>'


def way(number: int, nodes: Sequence[int], tags: Tags) -> str:
    inside = "".join(f'<nd ref="{item}"/>' for item in nodes)
    return f'<way id="{number}">{inside}{_said(tags)}</way>'


def _said(tags: Tags) -> str:
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())


def extract() -> str:
    """Draw a road along every row of blocks, one road across them, and the named places."""
    nodes, ways = [], []
    for row in range(3):
        first = 10 * row + 1
        nodes += [node(first + at, at + 0.5, row + 0.5, {}) for at in range(4)]
        ways.append(way(100 + row, range(first, first + 4), {"highway": "residential"}))
    ways.append(way(110, (1, 11, 21), {"highway": "residential"}))
    for at, (across, down, side, tags) in enumerate(AREAS):
        half, first = side / 2 / SIZE_M, 1000 + 10 * at
        corners = ((-half, -half), (half, -half), (half, half), (-half, half))
        nodes += [
            node(first + n, across + east, down + south, {})
            for n, (east, south) in enumerate(corners)
        ]
        ways.append(way(200 + at, [*range(first, first + 4), first], tags))
    ways += [way(300 + at, *item) for at, item in enumerate(BROKEN)]
    nodes += [node(2000 + at, *item) for at, item in enumerate(POINTS)]
    return "\n".join(['<osm version="0.6">', *nodes, *ways, "</osm>"])


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tiny_study(
        tmp_path_factory.mktemp("map_names") / "study", BLOCKS, seats={"A": 40, "B": 40},
        today=TODAY,
    )  # fmt: skip
    (folder / "inputs" / "roads.osm").write_text(extract(), encoding="utf-8")
    settings = folder / "study.toml"
    said = settings.read_text(encoding="utf-8").replace("roads.gpkg", "roads.osm")
    settings.write_text(said, encoding="utf-8")
    return folder


def call(*words: object) -> dict[str, Any]:
    result = CliRunner().invoke(
        main, ["--lang", "en", *map(str, words), "--json"], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    record: dict[str, Any] = json.loads(result.stdout)
    return record


def ask(study: Path, text: str) -> dict[str, Any]:
    return call("geocode", study, "--address", text, "--plan", "today")


def test_what_is_read_from_an_extract(study: Path) -> None:
    read = read_names(study / "inputs" / "roads.osm")
    assert sorted(zip(read["name"], read["place"], strict=True)) == sorted(
        [
            *((name, "") for name in ("碧水云天", "桥头花园", "Willow Court", "垂柳公寓")),
            *((name, "") for name in ("3号楼", "小区00", "远方花园")),
            ("柳树庄", "hamlet"),
        ]
    )


@pytest.mark.parametrize("kept", [0, 300])
def test_a_file_that_is_cut_off_is_told(study: Path, tmp_path: Path, kept: int) -> None:
    cut = tmp_path / "roads.osm"
    cut.write_bytes((study / "inputs" / "roads.osm").read_bytes()[:kept])
    with pytest.raises(InputError, match="BROKEN_OSM"):
        read_names(cut)


@pytest.mark.parametrize(
    ("text", "code", "outcome", "schools"),
    [
        ("碧水云天", "building", "one_school", ["A"]),
        ("碧水雲天", "building", "one_school", ["A"]),
        ("方格县碧水云天", "building", "one_school", ["A"]),
        ("垂柳公寓", "building", "one_school", ["A"]),
        ("willow court", "building", "one_school", ["A"]),
        # the ground lies in both zones, or a hamlet reaches farther than its zone
        ("桥头花园", "building", "near_boundary", ["A", "B"]),
        ("柳树庄", "village", "near_boundary", ["A", "B"]),
    ],
)
def test_a_name_of_the_map_is_a_hint(
    study: Path, text: str, code: str, outcome: str, schools: list[str]
) -> None:
    record = ask(study, text)
    assert (record["match_code"], record["accepted"], record["found_id"]) == (code, False, "")
    assert "name from OpenStreetMap, not in the bureau's table" in record["explanation"]
    assert record["radius_m"] >= 50
    (stage,) = record["stages"]
    assert (stage["outcome"], [item["school_id"] for item in stage["schools"]]) == (
        outcome, schools
    )  # fmt: skip
    assert stage["addresses"] == []


@pytest.mark.parametrize(
    "text", ["碧水云", "碧水云天对面", "碧水云天和桥头花园", "镇2碧水云天", "3号楼", "远方花园",
             "纺织园", "大柳市"]
)  # fmt: skip
def test_what_is_no_such_name_is_no_hint(study: Path, text: str) -> None:
    record = ask(study, text)
    assert "OpenStreetMap" not in record["explanation"]
    assert {stage["outcome"] for stage in record["stages"]} == {"not_found"}


def test_the_bureaus_own_row_goes_before_the_map(study: Path) -> None:
    record = ask(study, "小区00")
    assert record["found_id"] == "D00"
    assert "OpenStreetMap" not in record["explanation"]


def test_an_address_without_a_point_waits_for_an_officer(study: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(study, tmp_path / "study", ignore=lambda *_: {"build"}))
    table = own / "inputs" / "addresses.csv"
    with table.open("a", encoding="utf-8") as stream:
        stream.write("E1,碧水云天,,,10,,\n")
    opened = open_study(own)
    (record,) = geocode(opened, lambda *_: None).records
    assert (record["match_code"], record["accepted"], record["found_id"]) == ("building", False, "")
    waiting = review(opened, plan="today", progress=lambda *_: None)
    (item,) = waiting.queue.items
    # nothing of the table is matched, and what may be chosen are its own rows
    assert (item.ids, item.state) == (("E1",), State.REFUSED)
    assert set(item.choices) <= set(range(len(waiting.places.table)))
    assert "OpenStreetMap" not in "".join(waiting.places.table["name"])


def test_a_version_in_force_keeps_the_names(study: Path) -> None:
    opened = open_study(study)
    study_places(opened, lambda *_: None)
    assert MAP_NAMES_FILE in index_files(opened)


def test_the_names_are_not_told_as_addresses(study: Path) -> None:
    places = study_places(open_study(study), lambda *_: None)
    assert set(places.table["address_id"]) == {f"D{r}{c}" for r in range(3) for c in range(4)}
