"""What is asked of a what-if: ways that are built for nobody, and ways that others hang on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely
from ascii_roads import CRS, draw, spot

from zoning.errors import InputError
from zoning.findings import Severity
from zoning.messages import languages
from zoning.network.whatif import changed_roads, merged_with
from zoning.settings import Mode, NetworkSection, PrivateWays, Stage
from zoning.study.whatif_reading import Asked, Ground, understood

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.intake.basemap import Basemap

pytestmark = pytest.mark.integration

LADDER = """
a-b-c-d
| | | |
e-f-g-h
"""


def ground(
    basemap: Basemap,
    *,
    mode: Mode = Mode.WALK,
    private: PrivateWays = PrivateWays.OPEN,
    boarding: int = 0,
) -> Ground:
    schools = gpd.GeoDataFrame(
        {"school_id": ["S"], "name": ["甲校"], "stage": ["primary"], "boarding": [boarding]},
        geometry=[shapely.Point(spot(0, 0))],
        crs=CRS,
    )
    network = NetworkSection(modes={Stage.PRIMARY: mode}, private_ways=private)
    return Ground(basemap, schools, Stage.PRIMARY, network)


def new_road(folder: Path, *columns: dict[str, str], zero: bool = False) -> Path:
    """Write roads from a to f, one for each set of columns."""
    line = shapely.LineString([spot(0, 0), spot(0, 0) if zero else spot(1, 1)])
    frame = gpd.GeoDataFrame(list(columns), geometry=[line] * len(columns), crs=CRS)
    frame.to_file(folder / "new.gpkg")
    return folder / "new.gpkg"


@pytest.mark.parametrize(
    ("columns", "settings", "used"),
    [
        ({"道路等级": "人行道"}, {"mode": Mode.DRIVE}, False),
        ({"道路等级": "人行道"}, {"mode": Mode.WALK}, True),
        ({"道路等级": "支路", "步行": "否", "机动车": "否"}, {"mode": Mode.WALK}, False),
        ({"道路等级": "支路", "机动车": "禁止"}, {"mode": Mode.DRIVE}, False),
        ({"道路等级": "支路", "步行": "禁止"}, {}, False),
        ({"道路等级": "支路", "步行": "禁止"}, {"boarding": 9}, True),
        ({"道路等级": "支路", "步行": "private"}, {"private": PrivateWays.CLOSED}, False),
        ({"道路等级": "支路", "步行": "private"}, {}, True),
    ],
)
def test_a_road_that_is_built_for_nobody_is_said(
    tmp_path: Path, columns: dict[str, str], settings: dict[str, object], used: bool
):
    asked = Asked(add_road=(new_road(tmp_path, columns),))
    _, findings = understood(asked, ground(draw(LADDER), **settings))
    told = [item for item in findings if item.code == "whatif.ROAD_NOT_USED"]
    assert len(told) == int(not used)
    for finding in told:
        assert (finding.severity, finding.params["count"]) == (Severity.WARNING, 1)
        assert all("new.gpkg" in finding.message(language) for language in languages())


def test_of_several_new_roads_those_for_nobody_are_counted(tmp_path: Path):
    classes = ({"highway": "footway"}, {"highway": "residential"}, {"highway": "steps"})
    asked = Asked(add_road=(new_road(tmp_path, *classes),))
    _, findings = understood(asked, ground(draw(LADDER), mode=Mode.DRIVE))
    (finding,) = [item for item in findings if item.code == "whatif.ROAD_NOT_USED"]
    assert (finding.params["count"], finding.params["ways"]) == (2, 3)


def test_a_road_without_length_is_refused(tmp_path: Path):
    asked = Asked(add_road=(new_road(tmp_path, {"highway": "residential"}, zero=True),))
    with pytest.raises(InputError) as caught:
        understood(asked, ground(draw(LADDER)))
    assert [item.code for item in caught.value.findings] == ["roads.NO_LENGTH"]


def merged() -> Basemap:
    """The ladder, whose street ab is the ways 9 and 10 in one line and whose street bc is 10."""
    basemap = draw(LADDER)
    ways = basemap.ways
    ways.loc[ways["way_id"] == "ab", ["way_id", "also"]] = ["9", "10"]
    ways.loc[ways["way_id"] == "bc", "way_id"] = "10"
    return basemap


@pytest.mark.parametrize(
    ("closed", "shut", "others"), [("9", ["ab"], ["10"]), ("10", ["ab", "bc"], ["9"])]
)
def test_a_merged_way_is_closed_by_any_of_its_ids(closed: str, shut: list[str], others: list[str]):
    basemap = merged()
    changes, findings = understood(Asked(close_way=(closed,)), ground(basemap))
    roads = changed_roads(basemap, changes)
    assert sorted(roads.closed["name"]) == shut
    assert merged_with(basemap.ways, closed) == others
    (finding,) = findings
    assert (finding.code, finding.params["others"]) == ("whatif.WAY_MERGED", others[0])


def test_a_way_of_its_own_has_no_others():
    _, findings = understood(Asked(close_way=("cd",)), ground(merged()))
    assert not findings


def test_a_part_of_the_id_of_a_merged_way_is_no_id():
    with pytest.raises(InputError) as caught:
        understood(Asked(close_way=("1",)), ground(merged()))
    assert [item.code for item in caught.value.findings] == ["whatif.NO_WAY"]
