"""Today's zones as the first version: what schools share today is answered with all of them.

A . B . C D     primary schools; for the years to come C and D are to have one zone
A A
  B B B         their zones of today: 小区01 is ground of A and of B
        C D
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely
from click.testing import CliRunner
from tiny_study import SIZE_M, middle, tiny_study

from webmap.app import create_app
from webmap.config import Config
from zoning.cli import main
from zoning.lookup.answers import served_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from zoning.lookup.answers import Answer

pytestmark = pytest.mark.integration

SETTINGS = """
[draw]
rounds = 2
[lookup]
boundary_m = 20
"""
ORDER = ("--school-year", "2027", "--effective-from", "2026-09-01", "--decision", "〔2026〕12号",
         "--decision-date", "2026-06-08", "--commit")  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    study = tiny_study(
        tmp_path_factory.mktemp("today") / "方格县",
        "A . B . C D",
        seats={"A": 9, "B": 3, "C": 9, "D": 9},
        decisions=[["多校划片", "小学", "", "C校、D校"]],
        settings=SETTINGS,
        today="A A B B C D",
    )
    _widen(study / "inputs" / "today.gpkg")
    words = ["--lang", "en", "publish", str(study), "today", *ORDER]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    # the version says of every address what its zones of today say
    assert "another answer through the plan: 0" in result.output
    made = create_app(Config(study=study))
    yield made
    made.extensions["zoning-database"].close()


def _widen(file: Path) -> None:
    """Let the zone of B reach over the second block, which is A's too."""
    zones = gpd.read_file(file)
    second = shapely.Point(middle(0, 1)).buffer(SIZE_M / 2, cap_style="square")
    own = zones["学校编号"] == "B"
    zones.loc[own, "geometry"] = zones.loc[own, "geometry"].map(lambda shape: shape.union(second))
    zones.to_file(file)


def asked(app: Flask, text: str) -> Answer:
    found: Answer = app.extensions["zoning-lookup"].ask(
        "primary", lambda desk, about: desk.ask(text, about)
    )
    return found


@pytest.mark.parametrize(
    ("text", "kind", "schools"),
    [
        ("小区00", "one_school", ["A校"]),
        ("小区01", "these_schools", ["A校", "B校"]),
        ("小区03", "one_school", ["B校"]),
        ("小区04", "one_school", ["C校"]),
    ],
)
def test_an_address_has_the_schools_of_today(
    app: Flask, text: str, kind: str, schools: list[str]
) -> None:
    answer = asked(app, text)
    assert answer.kind == kind
    served = served_of(answer)
    assert served is not None
    assert [school.name for school in served.schools] == schools
    # none of its own schools is one of which it is said why it is not
    others = {school.name for other in served.others for school in other.schools}
    assert not others & set(schools)


def test_no_part_of_the_children_is_said_to_have_been_decided(app: Flask) -> None:
    served = served_of(asked(app, "小区01"))
    assert served is not None
    assert served.shares == ()
    assert [item.seats for item in served.seats] == [9, 3]
    with app.test_client() as client:
        body = {"stage": "primary", "text": "小区01"}
        told = client.post("/api/v1/lookup/text", json=body).get_json()
        assert told["answer"]["kind"] == "these_schools"
        assert client.get("/zones/primary?lang=en").status_code == 200
        assert client.get("/schools/A?lang=en").status_code == 200
