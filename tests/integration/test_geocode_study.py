"""The geocoder in a study, on the demo county: its own addresses, and those without coordinates."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from zoning.cli import main
from zoning.study import open_study
from zoning.study.geocode import study_places
from zoning.study.places import distances
from zoning.study.whose_school import Outcome, judge, zones_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from zoning.study.places import Places
    from zoning.study.whose_school import Zones

pytestmark = pytest.mark.integration

FORMS = (
    "{village}村{han}组", "{village}村{group}组", "{village}{han}组", "{village}{group}组",
    "{town}{village}村{han}组", "{town}{village}{group}组", "{short}{village}{han}组",
    "{town}{village}村第{han}村民小组", "{town}{village}村民委员会{group}组",
)  # fmt: skip
HAN = "零一二三四五六七八九"


def call(*words: object, code: int = 0) -> dict[str, Any]:
    """Run a command with `--json` and return its answer."""
    result = CliRunner().invoke(
        main, ["--lang", "en", *map(str, words), "--json"], catch_exceptions=False
    )
    assert result.exit_code == code, result.output
    record: dict[str, Any] = json.loads(result.stdout)
    return record


def say(*words: object) -> str:
    result = CliRunner().invoke(main, list(map(str, words)), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def lines_of(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8-sig").splitlines()


@pytest.fixture(scope="module")
def study(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo county, so that the geocoder leaves no trace in the one of others."""
    return Path(shutil.copytree(small_study, tmp_path_factory.mktemp("geocode") / "county"))


@pytest.fixture(scope="module")
def places(study: Path) -> Places:
    return study_places(open_study(study), lambda *_: None)


@pytest.fixture(scope="module")
def today(study: Path, places: Places) -> list[Zones]:
    return zones_of(open_study(study), "today", places=places, progress=lambda *_: None)


def rows_of(study: Path) -> list[dict[str, str]]:
    with (study / "inputs" / "addresses.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def write_rows(study: Path, rows: list[dict[str, str]]) -> None:
    file = study / "inputs" / "addresses.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_county_whose_addresses_all_have_points_does_not_meet_the_geocoder(
    small_study: Path, tmp_path: Path
) -> None:
    # tests of the shared one may have asked its geocoder by now
    fresh = shutil.copytree(small_study, tmp_path / "county", ignore=lambda *_: {"build", "plans"})
    findings = call("check", fresh)["findings"]
    assert not (fresh / "build" / "geocode").exists()
    assert not any("geocode" in item["code"] for item in findings)


def test_every_group_of_every_village_is_found_in_all_its_forms(places: Places) -> None:
    groups = places.table[places.table["name"].str.contains(r"村\d+组$")]
    assert len(groups) > 30
    for row, words in groups.iterrows():
        village, group = words["name"].removesuffix("组").split("村")
        known = {
            "village": village, "group": group, "han": HAN[int(group)],
            "town": words["division"], "short": words["division"][:-1],
        }  # fmt: skip
        for form in FORMS:
            found = places.find(form.format(**known))
            assert found.rows == (row,), form.format(**known)
            assert found.answer.accepted


def test_every_address_is_found_by_what_the_table_says_of_it(places: Places) -> None:
    for row, words in enumerate(places.table.itertuples(index=False)):
        where = words.division + words.community + words.road + words.number
        whole = where if words.name == words.road + words.number else where + words.name
        for text in (words.name, whole):
            assert row in places.find(text).rows, text


def test_a_name_whose_addresses_lie_in_several_zones_never_has_one_school(
    places: Places, today: list[Zones]
) -> None:
    """What the table itself says of a name, counted apart from the judging."""
    seen: set[Outcome] = set()
    for zones in today:
        inside = places.in_zones(zones.of_row)
        for column in ("name", "community"):
            for name, rows in places.table.groupby(column).groups.items():
                own = set(zones.of_row[list(rows)].tolist())
                verdict = judge(inside.find(str(name)), inside, zones)
                seen.add(verdict.outcome)
                if len(own) > 1:
                    assert verdict.outcome is Outcome.CHOOSE, name
                elif verdict.zones:
                    assert set(verdict.zones) == own, name
    assert {Outcome.ONE_SCHOOL, Outcome.CHOOSE} <= seen


def test_a_look_up_has_the_school_of_the_block_in_the_plan_file(study: Path) -> None:
    (file,) = (study / "plans").glob("primary-*.gpkg")
    zone_of = gpd.read_file(file, layer="blocks").set_index("block_id")["zone_id"]
    schools = gpd.read_file(file, layer="schools")
    build = study / "build" / "blocks" / "address_block.parquet"
    where = pd.read_parquet(build).set_index("address_id")["block_id"]
    rows = {row["小区或村"]: row["地址编号"] for row in rows_of(study)}
    for asked, name in (("白碱三组", "白碱村3组"), ("银堤三巷八十一号", "银堤三巷81号")):
        record = call("geocode", study, "--address", asked, "--plan", "primary")
        assert (record["found_id"], record["match_code"]) == (rows[name], "normalised")
        (stage,) = record["stages"]
        here = schools[schools["zone_id"] == zone_of[where[rows[name]]]]
        assert {item["school_id"] for item in stage["schools"]} == set(here["school_id"])
        assert stage["outcome"] == ("one_school" if len(here) == 1 else "these_schools")


def test_today_has_a_school_for_each_stage_and_says_so_in_words(study: Path) -> None:
    record = call("geocode", study, "--address", "红柳镇白碱村三组", "--plan", "today")
    assert [stage["stage"] for stage in record["stages"]] == ["primary", "junior_middle"]
    said = say("--lang", "zh", "geocode", study, "--address", "白碱三组", "--plan", "today")
    for stage in record["stages"]:
        assert all(school["name"] in said for school in stage["schools"])
    assert "“白碱三组”：内容相同。" in said


@pytest.mark.parametrize(
    "asked", ["月球", "", "  ", "鼓楼区白碱村三组", "银堤三巷81号,海江府", "🏫" * 50, "5" * 400]
)
def test_what_is_not_there_has_no_school(study: Path, asked: str) -> None:
    record = call("geocode", study, "--address", asked, "--plan", "today")
    assert [stage["outcome"] for stage in record["stages"]] == ["not_found"] * 2
    assert not any(stage["schools"] for stage in record["stages"])
    assert not record["accepted"]


def test_a_house_of_a_group_is_found_by_the_group(study: Path) -> None:
    record = call("geocode", study, "--address", "白碱村2组5号")
    assert (record["match_code"], record["accepted"]) == ("building", True)
    unknown = call("geocode", study, "--address", "白碱村9组")
    assert (unknown["match_code"], unknown["accepted"]) == ("village", False)


@pytest.mark.parametrize(
    "asked",
    [
        "白减村2组", "白涧村二组", "红柳镇白减村2组", "红柳白减2组", "白减2组",
        "白件村第二村民小组",
        "baijian cun 2 zu", "baijiancun2zu", "hongliuzhen baijiancun 2zu", "Báijiǎn cūn 2 zǔ",
    ],
)  # fmt: skip
def test_a_group_of_a_village_with_a_slip_or_in_pinyin_is_asked_about(
    study: Path, asked: str
) -> None:
    record = call("geocode", study, "--address", asked, "--plan", "today")
    assert not record["accepted"]
    assert [stage["outcome"] for stage in record["stages"]] == ["choose"] * 2
    for stage in record["stages"]:
        assert [item["name"] for item in stage["addresses"]] == ["白碱村2组"]


def test_a_community_before_a_road_is_not_all_that_is_known(study: Path) -> None:
    numbered = call("geocode", study, "--address", "双桥街道星林社区建设北路119号")
    assert (numbered["match_code"], numbered["accepted"]) == ("interpolated", False)
    assert numbered["found_name"] == "建设北路117号"
    whole = call("geocode", study, "--address", "双桥街道星林社区建设北路")
    assert (whole["match_code"], whole["accepted"]) == ("road", False)


def test_an_addition_that_no_row_has_is_another_door(study: Path) -> None:
    for asked in ("银堤三巷81号附1号", "双桥街道银堤三巷81号附1号"):
        record = call("geocode", study, "--address", asked)
        assert not record["accepted"], asked
        assert record["found_name"] == "银堤三巷81号"
    assert call("geocode", study, "--address", "银堤三巷81号")["accepted"]


def test_a_prefecture_before_the_county_is_no_other_county(study: Path) -> None:
    county = open_study(study).settings.study.name.partition("县")[0] + "县"
    for asked in (f"昌吉州{county}红柳镇白碱村三组", f"新疆昌吉回族自治州{county}白碱村三组"):
        record = call("geocode", study, "--address", asked)
        assert (record["match_code"], record["accepted"]) == ("normalised", True), asked


@pytest.mark.parametrize("asked", ["兰州白碱村三组", "兰州市白碱村", "兰州银堤三巷81号"])
def test_a_city_that_is_named_alone_is_asked_about(study: Path, asked: str) -> None:
    record = call("geocode", study, "--address", asked, "--plan", "today")
    assert {stage["outcome"] for stage in record["stages"]} <= {"choose", "not_found"}
    assert not any(stage["schools"] for stage in record["stages"])
    assert not record["accepted"]


def test_two_known_names_have_no_one_school(study: Path, places: Places) -> None:
    names = [str(name) for name in places.table["name"] if str(name).endswith(("小区", "府", "苑"))]
    one, other = names[0], next(name for name in names if name[:2] != names[0][:2])
    for sign in ("和", "与", "或", "/", " ", "、", "，"):
        record = call("geocode", study, "--address", f"{one}{sign}{other}", "--plan", "today")
        assert not any(stage["schools"] for stage in record["stages"]), sign
        assert not record["accepted"]
    record = call("geocode", study, "--address", f"{one}（{other}）")
    assert not record["accepted"]
    assert call("geocode", study, "--address", one)["match_code"] in {"exact", "normalised"}


@pytest.mark.parametrize(
    "form", ["{name}搬到幸福花园", "{name}（现幸福花园）", "{name}3号楼幸福花园5号楼", "{name}Ⅱ期"]
)
def test_a_known_name_beside_one_that_the_table_lacks_is_asked_about(
    places: Places, today: list[Zones], form: str
) -> None:
    zones = today[0]
    inside = places.in_zones(zones.of_row)
    name = next(name for name in places.table["name"] if name.endswith("苑"))
    assert judge(inside.find(name), inside, zones).outcome is not Outcome.CHOOSE
    verdict = judge(inside.find(form.format(name=name)), inside, zones)
    assert verdict.outcome is Outcome.CHOOSE
    listed = set(places.table["name"].iloc[list(verdict.rows)])
    assert listed == {name}


def test_a_row_is_asked_about_wherever_a_text_is(places: Places) -> None:
    row = places.table[places.table["number"].str.fullmatch(r"\d+号")].iloc[0]
    numbers = ("{n}-{m}号", "{n}号、{m}号", "{n}号附近", "{n}号对面", "{n}号旁", "{n}号（现{m}号）")
    number = int(str(row["number"]).removesuffix("号"))
    rows = pd.DataFrame(
        [
            {
                **dict.fromkeys(row.index, ""),
                "road": row["road"],
                "number": form.format(n=number, m=number + 110),
            }
            for form in numbers
        ]
    )
    for form, found in zip(numbers, places.find_rows(rows), strict=True):
        assert not found.answer.accepted, form
        assert not found.rows, form


def test_a_village_in_a_town_that_is_not_its_own_has_no_school(study: Path, places: Places) -> None:
    towns = set(places.table["division"])
    villages = places.table[places.table["community"].str.endswith("村")]
    own = villages.groupby("community")["division"].first()
    village, town = next(iter(own.items()))
    other = min(towns - {town, ""})
    for group in ("", "1组", "99组"):
        record = call("geocode", study, "--address", f"{other}{village}{group}", "--plan", "today")
        assert {stage["outcome"] for stage in record["stages"]} <= {"choose", "not_found"}
        assert not any(stage["schools"] for stage in record["stages"])
        assert not record["accepted"]


def test_explain_uses_what_the_geocoder_accepts_and_says_how_it_was_found(study: Path) -> None:
    record = call("explain", study, "primary", "--address", "白碱三组")["address"]
    assert [home["text"] for home in record["households"]] == ["白碱村3组（红柳镇白碱村）"]
    assert record["found"]["match_code"] == "normalised"
    said = say("--lang", "zh", "explain", study, "primary", "--address", "白碱三组")
    assert "“白碱三组”按“白碱村3组（红柳镇白碱村）”解释" in said
    exact = call("explain", study, "primary", "--address", "白碱村3组")["address"]
    assert exact["found"] is None
    assert exact["block"] == record["block"]


# --- addresses without coordinates ---------------------------------------------------------


@pytest.fixture
def lose(study: Path, tmp_path: Path) -> Callable[..., tuple[Path, dict[str, tuple[float, float]]]]:
    """Return what copies the study and takes the coordinates of some addresses away."""

    def change(*names: str, more: dict[str, str] | None = None) -> Any:
        folder = Path(shutil.copytree(study, tmp_path / "county"))
        rows = rows_of(folder)
        taken = {}
        for row in rows:
            if row["小区或村"] + row["门牌号"] in names:
                taken[row["地址编号"]] = float(row["经度"]), float(row["纬度"])
                row["经度"] = row["纬度"] = ""
        assert len(taken) == len(names)
        write_rows(folder, rows + ([dict.fromkeys(rows[0], "") | more] if more else []))
        return folder, taken

    return change


LOST = ("安林里17号10幢", "安林里17号13号楼", "祥杨雅居137号8幢")


def test_an_address_without_coordinates_is_placed_and_marked(lose: Any) -> None:
    study, truth = lose(*LOST)
    checked = call("check", study)
    (said,) = [item for item in checked["findings"] if item["code"] == "study_geocode.PLACED"]
    assert (said["severity"], said["file"]) == ("info", "addresses.csv")
    assert "3 addresses" in said["message"]
    assert "build/geocode/answers.csv" in said["fix"]
    answers = pd.read_csv(study / "build" / "geocode" / "answers.csv", dtype={"address_id": str})
    assert set(answers["address_id"]) == set(truth)
    assert set(answers["match_code"]) == {"building"}
    assert (answers["accepted"] == 1).all()
    assert answers["probability"].between(0.9, 1).all()
    for row in answers.itertuples():
        away = distances(np.array([row.lng]), np.array([row.lat]), *truth[row.address_id])[0]
        assert away <= row.radius_m + 30, row.name
    # the frame that everything later reads has the point of the list
    frame = gpd.read_parquet(study / "build" / "intake" / "addresses.parquet").to_crs(4326)
    here = frame.set_index("address_id").loc[answers["address_id"]].geometry
    assert np.allclose(here.x, answers["lng"], atol=1e-6)
    assert np.allclose(here.y, answers["lat"], atol=1e-6)
    assert call("blocks", study)["facts"]["addresses"] == 354


def test_what_cannot_be_placed_is_one_warning_and_stays_what_it_was(lose: Any) -> None:
    nowhere = {"地址编号": "Z1", "小区或村": "月球基地", "道路": "环形山路", "门牌号": "7号"}
    study, _ = lose(LOST[0], more=nowhere)
    checked = call("check", study)
    codes = [item["code"] for item in checked["findings"] if item["severity"] == "warning"]
    assert codes.count("study_geocode.OPEN") == 1
    assert codes.count("intake.PLACE_NO_POINT_EMPTY") == 1
    (said,) = [item for item in checked["findings"] if item["code"] == "study_geocode.OPEN"]
    assert "Of 2 addresses" in said["message"]
    assert "could not place 1" in said["message"]
    frame = gpd.read_parquet(study / "build" / "intake" / "addresses.parquet")
    assert "Z1" not in set(frame["address_id"])
    with (study / "inputs" / "demand.csv").open(encoding="utf-8-sig") as stream:
        head, first, *_ = stream.read().splitlines()
    assert head.startswith("地址编号")
    with (study / "inputs" / "demand.csv").open("a", encoding="utf-8") as stream:
        stream.write(",".join(["Z1", *first.split(",")[1:-1], "4"]) + "\n")
    refused = call("check", study, code=3)
    codes = [item["code"] for item in refused["findings"] if item["severity"] == "error"]
    assert codes == ["intake.PLACE_NO_POINT"]


def test_the_list_of_a_study(lose: Any, tmp_path: Path) -> None:
    nowhere = {"地址编号": "Z1", "小区或村": "月球基地", "道路": "环形山路", "门牌号": "7号"}
    study, _ = lose(LOST[0], more=nowhere)
    for ending in ("csv", "xlsx"):
        out = tmp_path / f"list.{ending}"
        told = call("geocode", study, "--plan", "today", "--out", out)
        assert (told["accepted"], told["open"], told["file"]) == (1, 1, str(out))
        assert told["counts"]["building"] == {"addresses": 1, "accepted": 1}
        if ending == "csv":
            read = pd.read_csv(out, keep_default_na=False).to_dict(orient="records")
        else:
            head, *cells = openpyxl.load_workbook(out).active.iter_rows(values_only=True)
            read = [dict(zip(head, row, strict=True)) for row in cells]
        by_id = {row["address_id"]: row for row in read}
        assert by_id.pop("Z1")["primary_outcome"] == "not_found"
        (other,) = by_id.values()
        assert other["primary_outcome"] in {"one_school", "these_schools"}
        assert other["primary_schools"]
        assert other["explanation"]
        if ending == "csv":  # as in the answers of any table
            assert {line.split(",")[8] for line in lines_of(out)[1:]} == {"true", "false"}
    said = say("--lang", "zh", "geocode", study)
    assert "落到小区" in said
    assert "answers.csv" in said
    usage = CliRunner().invoke(main, ["geocode", str(study), "--out", "list.pdf"])
    assert usage.exit_code == 2


def test_the_step_is_redone_only_when_addresses_or_roads_change(lose: Any) -> None:
    study, _ = lose(LOST[0])
    stamp = study / "build" / "geocode" / "step.json"
    call("check", study)
    before = stamp.read_text()
    assert call("geocode", study)["accepted"] == 1
    with (study / "inputs" / "demand.csv").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    call("check", study)
    assert stamp.read_text() == before
    (study / "build" / "geocode" / "answers.json").write_text("[]")
    assert call("geocode", study)["accepted"] == 1
    rows = rows_of(study)
    rows[0]["小区或村"] = "新名"
    write_rows(study, rows)
    assert call("geocode", study)["accepted"] == 1
    assert stamp.read_text() != before


def test_without_a_single_point_there_is_nothing_to_ask(study: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(study, tmp_path / "county"))
    write_rows(folder, [row | {"经度": "", "纬度": ""} for row in rows_of(folder)])
    told = call("geocode", folder, code=3)
    assert told["error"]["code"] == "study_geocode.NOT_READ"
    checked = call("check", folder, code=3)
    assert "intake.PLACES_NO_POINT" in {item["code"] for item in checked["findings"]}
