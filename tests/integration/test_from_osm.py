"""A study out of a map extract alone: an invented village, and a real town where it is at hand."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from zoning.cli import main
from zoning.errors import InputError, StorageError
from zoning.settings import Stage
from zoning.study.from_osm import Assumptions, create_from_osm

pytestmark = pytest.mark.integration

STEP = 0.002  # degrees between streets
SOUTH, WEST = 43.9, 87.2
ASSUMPTIONS = Assumptions(2027, {Stage.PRIMARY: 0.8})


def village(side: int = 5) -> str:
    """Draw `side` x `side` crossings with streets between them, homes on the streets, two schools.

    +--h--+--h--+        + crossing   h home
    |     |  S  |        S school
    h     h     h
    |  S  |     |
    +--h--+--h--+
    """
    lines = ['<?xml version="1.0"?>', '<osm version="0.6">']
    for row in range(side):
        for column in range(side):
            lat, lon = SOUTH + row * STEP, WEST + column * STEP
            lines.append(f'<node id="{1 + row * side + column}" lat="{lat:.6f}" lon="{lon:.6f}"/>')
    number = 1000
    for row in range(side):
        for column in range(side - 1):
            for lat, lon in (
                (SOUTH + row * STEP + 0.0001, WEST + (column + 0.5) * STEP),
                (SOUTH + (column + 0.5) * STEP, WEST + row * STEP + 0.0001),
            ):
                number += 1
                lines.append(
                    f'<node id="{number}" lat="{lat:.6f}" lon="{lon:.6f}">'
                    f'<tag k="addr:housenumber" v="{number}"/>'
                    f'<tag k="addr:street" v="{row + 1}号路"/></node>'
                )
    for place, name in ((0.5, "东村小学"), (side - 1.5, "西村小学")):
        number += 1
        lines.append(
            f'<node id="{number}" lat="{SOUTH + place * STEP:.6f}" lon="{WEST + place * STEP:.6f}">'
            f'<tag k="amenity" v="school"/><tag k="name" v="{name}"/></node>'
        )
    along = [[1 + way * side + at for at in range(side)] for way in range(side)]
    across = [[1 + at * side + way for at in range(side)] for way in range(side)]
    for number, nodes in enumerate([*along, *across]):
        inside = "".join(f'<nd ref="{node}"/>' for node in nodes)
        lines.append(
            f'<way id="{5000 + number}">{inside}<tag k="highway" v="residential"/>'
            f'<tag k="name" v="{number + 1}号路"/></way>'
        )
    return "\n".join([*lines, "</osm>"])


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    file = tmp_path / "village.osm"
    file.write_text(village(), encoding="utf-8")
    return file


def test_from_a_map_to_a_plan(extract: Path, tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "scripts" / "study_from_osm.py"
    study = tmp_path / "study"
    made = subprocess.run(
        [sys.executable, str(script), str(extract), str(study), "--primary", "0.8"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "2 schools, 40 addresses" in made.stdout
    result = CliRunner().invoke(main, ["--lang", "en", "run", str(study), "--json"])
    assert result.exit_code == 0, result.output
    plan = json.loads(result.stdout)["plans"][0]
    assert plan["facts"]["children"] > 0
    assert plan["overload"] == []
    assert plan["unassigned"] == []


def test_assumptions_are_written_down(extract: Path, tmp_path: Path) -> None:
    create_from_osm(
        extract, tmp_path / "study", name="某村", assumptions=ASSUMPTIONS, language="en"
    )
    readme = (tmp_path / "study" / "README.md").read_text(encoding="utf-8")
    assert "An assumption, not a fact" in readme
    assert re.search(r"Stage guessed, please check: –", readme)


def test_an_existing_study_is_left_alone(extract: Path, tmp_path: Path) -> None:
    for _ in range(2):
        folder = tmp_path / "study"
        if (folder / "study.toml").exists():
            with pytest.raises(StorageError):
                create_from_osm(
                    extract, folder, name="某村", assumptions=ASSUMPTIONS, language="en"
                )
        else:
            create_from_osm(extract, folder, name="某村", assumptions=ASSUMPTIONS, language="en")


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("", "places.UNREADABLE"),
        ("<osm", "places.UNREADABLE"),
        ('<osm version="0.6"></osm>', "places.NO_SCHOOLS"),
    ],
)
def test_an_extract_that_cannot_be_used(tmp_path: Path, content: str, key: str) -> None:
    file = tmp_path / "broken.osm"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        create_from_osm(file, tmp_path / "study", name="x", assumptions=ASSUMPTIONS, language="en")
    assert caught.value.key == key
    assert not (tmp_path / "study").exists()


@pytest.mark.shared
def test_newport_from_its_raw_file(shared_data: Path, tmp_path: Path) -> None:
    extract = next((shared_data / "newport").glob("*.osm.pbf"))
    study = tmp_path / "newport"
    rates = {Stage.PRIMARY: 0.21, Stage.JUNIOR_MIDDLE: 0.10}
    # seats are plentiful: how well scarce ones are shared out is tested elsewhere
    assumptions = Assumptions(2027, rates, reserve=0.2)
    create_from_osm(extract, study, name="Newport", assumptions=assumptions, language="en")
    result = CliRunner().invoke(main, ["--lang", "en", "run", str(study), "--json"])
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert [plan["stage"] for plan in said["plans"]] == ["primary", "junior_middle"]
    for plan in said["plans"]:
        assert plan["overload"] == []
        assert plan["facts"]["gap"] < 0.15
    for file in said["maps"]:
        assert 100_000 < Path(file).stat().st_size < 3_000_000
