"""Times on foot of a stage that is driven: the step, the answers, and what a version keeps.

A - . x . - B     小区02 is decided to be A's; between it and A (x) nobody may walk
0   1   2   3     小区00 has a second door, in block 1
"""

from __future__ import annotations

import html
import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from lookup_town import ASKED
from published import Publisher
from tiny_study import CRS, drawn, middle, tiny_study

from webmap.app import create_app
from webmap.config import Config
from webmap.maps.facts import Texts
from webmap.public.wording import Wording
from webmap.services.desks import desk_name, keep_desk
from webmap.services.in_force import NewestPlans
from webmap.services.lookup import Lookup
from webmap.static_site.answers import Part, Told
from zoning.lookup.answers import About, Minutes, served_of
from zoning.lookup.archived import open_state, state_files
from zoning.lookup.desk_file import open_saved_desk
from zoning.lookup.opening import open_desk, prepare
from zoning.network.travel import load_travel
from zoning.plan.store import read_plan
from zoning.progress import silent
from zoning.settings import Mode
from zoning.settings.lookup import LookupSection
from zoning.study import exclusive, open_study
from zoning.study.cache import STAMP
from zoning.study.road import ready, travel
from zoning.study.walking import STEP, walking_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask.testing import FlaskClient

    from zoning.lookup.answers import Answer, Served
    from zoning.lookup.desk import Desk
    from zoning.lookup.opening import Kept
    from zoning.publish.version import Version

pytestmark = pytest.mark.integration

DRIVEN = '[draw]\nrounds = 2\n[network.modes]\nprimary = "drive"'
OF_A = ["锁定", "小学", "小区02", "A校"]
# a block of 200 m at 0.9 m/s
BLOCK_MIN = 200 / 0.9 / 60
BEGINS, FIRST = date(2027, 9, 1), datetime(2027, 9, 1, 4, tzinfo=UTC)


def without_a_footway(study: Path) -> None:
    """Let nobody walk between the blocks 1 and 2."""
    lines = [shapely.LineString([middle(0, at), middle(0, at + 1)]) for at in range(3)]
    columns = {"name": [""] * 3, "highway": ["residential"] * 3, "foot": ["", "no", ""]}
    gpd.GeoDataFrame(columns, geometry=lines, crs=CRS).to_file(study / "inputs" / "roads.gpkg")


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study, its plan drawn and its look-up made ready; copy it before changing anything."""
    folder = tmp_path_factory.mktemp("walking") / "方格县"
    study = tiny_study(folder, "A . . B", seats={"A": 9, "B": 9}, decisions=[OF_A], settings=DRIVEN)
    without_a_footway(study)
    addresses = study / "inputs" / "addresses.csv"
    x, y = middle(0, 1)
    second = f"X0,小区00,镇0,第0社区,5,{x},{y}\n"
    addresses.write_text(addresses.read_text("utf-8-sig").rstrip() + f"\n{second}", "utf-8-sig")
    drawn(study)
    with exclusive(study) as opened:
        prepare(opened, silent)
    return study


@pytest.fixture(scope="module")
def lookup(driven: Path) -> Lookup:
    return Lookup(driven, NewestPlans(driven))


def served(answer: Answer) -> Served:
    found = served_of(answer)
    assert found is not None
    return found


def ask(lookup: Lookup, text: str) -> Served:
    return served(lookup.ask("primary", lambda desk, about: desk.ask(text, about)))


def made(study: Path) -> list[str]:
    folder = study / "build" / STEP
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.*"))


def again(study: Path) -> int:
    """Run the step again; return when its stamp was written."""
    with exclusive(study) as opened:
        walking_from(opened, ready(opened, silent), silent)
    return (study / "build" / STEP / STAMP).stat().st_mtime_ns


def test_the_table_is_the_one_of_the_same_study_if_its_children_walked(tmp_path: Path) -> None:
    def study_of(name: str, mode: str) -> Path:
        modes = f'[network.modes]\njunior_middle = "{mode}"'
        return tiny_study(
            tmp_path / name, "A . b\n. c .", seats={"A": 9, "b": 9, "c": 9}, settings=modes
        )

    one, other = study_of("driven", "drive"), study_of("walking", "walk")
    travel(open_study(other), progress=silent)
    again(one)
    found = load_travel(one / "build" / STEP / "junior_middle" / "travel.npz")
    wanted = load_travel(other / "build" / "travel" / "junior_middle" / "travel.npz")
    assert (found.mode, found.school_ids, found.block_ids) == (
        Mode.WALK, ("b", "c"), wanted.block_ids
    )  # fmt: skip
    for name in ("time_ms", "distance_m", "within"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name))


def test_where_every_stage_walks_there_is_nothing_but_the_stamp(tmp_path: Path) -> None:
    study = tiny_study(tmp_path, "A . b", seats={"A": 9, "b": 9})
    first = again(study)
    assert made(study) == [STAMP]
    # neither blocks nor roads are asked for
    assert not (study / "build" / "blocks").exists()
    assert again(study) == first


def moved_gate(study: Path) -> None:
    file = study / "inputs" / "gates.csv"
    lines = file.read_text("utf-8-sig").splitlines()
    cells = lines[1].split(",")
    cells[-1] = str(float(cells[-1]) + 20)
    file.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]), "utf-8-sig")


def with_settings(study: Path, added: str) -> None:
    file = study / "study.toml"
    text = file.read_text("utf-8")
    assert added.splitlines()[0] not in text
    file.write_text(f"{text}\n{added}\n", "utf-8")


@pytest.mark.parametrize(
    "change",
    [
        moved_gate,
        lambda study: with_settings(study, '[barriers]\nriver = "none"'),
        lambda study: with_settings(study, "[blocks]\nmin_area_m2 = 10"),
    ],
)
def test_what_it_reads_makes_it_anew(
    driven: Path, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    study = Path(shutil.copytree(driven, tmp_path / "study"))
    first = again(study)
    assert again(study) == first
    change(study)
    assert again(study) != first


def test_another_walking_speed_is_another_time_and_a_stage_that_walks_has_none_besides(
    driven: Path, tmp_path: Path
) -> None:
    study = Path(shutil.copytree(driven, tmp_path / "study"))
    first = again(study)
    settings = study / "study.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("[draw]", "walk_m_per_s = { primary = 0.5 }\n[draw]"), "utf-8")
    second = again(study)
    assert second != first
    table = load_travel(study / "build" / STEP / "primary" / "travel.npz")
    assert table.time_ms[1, 0] == pytest.approx(400_000, abs=2)
    settings.write_text(text.replace('"drive"', '"walk"'), "utf-8")
    again(study)
    assert made(study) == [STAMP]


def test_roads_for_cars_alone_are_no_fault(driven: Path, tmp_path: Path) -> None:
    study = Path(shutil.copytree(driven, tmp_path / "study"))
    roads = study / "inputs" / "roads.gpkg"
    gpd.read_file(roads).assign(foot="no").to_file(roads)
    with exclusive(study) as opened:
        prepare(opened, silent)
    assert made(study) == [STAMP]


def test_an_answer_tells_the_way_on_foot_beside_its_own(lookup: Lookup) -> None:
    found = ask(lookup, "小区01")
    assert found.mode == "drive"
    (way,), (on_foot,) = found.ways, found.on_foot
    assert way is not None
    assert on_foot is not None
    assert on_foot.low == on_foot.high == pytest.approx(BLOCK_MIN, rel=0.01)
    assert way.high < on_foot.low


def test_a_compound_has_the_shortest_and_the_longest_way_of_its_doors(lookup: Lookup) -> None:
    (on_foot,) = ask(lookup, "小区00").on_foot
    assert on_foot is not None
    assert (on_foot.low, on_foot.high) == (0.0, pytest.approx(BLOCK_MIN, rel=0.01))


def test_without_a_way_on_foot_there_is_still_one_by_car(lookup: Lookup) -> None:
    found = ask(lookup, "小区02")
    assert found.schools[0].school_id == "A"
    assert found.ways[0] is not None
    assert found.on_foot == (None,)


def test_for_a_place_on_the_map_the_mean_of_its_block_counts(lookup: Lookup) -> None:
    answer = lookup.ask("primary", lambda desk, about: desk.at_blocks(["b01"], about))
    (on_foot,) = served(answer).on_foot
    assert on_foot is not None
    assert on_foot.low == on_foot.high == pytest.approx(BLOCK_MIN, rel=0.01)


def test_a_stage_that_walks_is_told_once(town: Path) -> None:
    walks = ask(Lookup(town, NewestPlans(town)), "阳光花园")
    assert (walks.mode, walks.on_foot) == ("walk", ())
    assert Wording(Texts("en")).ways(walks) == (("about 1 min on foot",),)


def page(client: FlaskClient, text: str, language: str) -> list[str]:
    """Return what the answer's page says of ways."""
    form = client.get("/lookup").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token is not None
    data = {"csrf_token": token[1], "stage": "primary", "address": text}
    told = html.unescape(client.post(f"/lookup?lang={language}", data=data).text)
    return re.findall(r'class="way">([^<]*)<', told)


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "小区01", "about 4 min on foot"),
        ("zh-CN", "小区01", "步行约 4 分钟"),
        ("en", "小区00", "about 1 to 4 min on foot"),
        ("zh-CN", "小区00", "步行约 1 至 4 分钟"),
        ("en", "小区02", "no way on foot was found on the network"),
        ("zh-CN", "小区02", "路网上没有找到步行通路"),
    ],
)
def test_page_and_plain_files_have_a_line_for_it(
    driven: Path, lookup: Lookup, language: str, text: str, said: str
) -> None:
    lines = page(create_app(Config(study=driven)).test_client(), text, language)
    assert len(lines) == 2
    assert lines[1] == said
    part = Part(Wording(Texts(language)), {})
    part.add("key", Told(lookup.ask("primary", lambda desk, about: desk.ask(text, about))))
    assert " · ".join(lines) in json.loads(part.written())["texts"]


BY = {"drive": "about {} min by car or bus", "boarding": "about {} min by road, without a bus"}


@pytest.fixture(scope="module", params=list(BY))
def other_town(
    request: pytest.FixtureRequest, town: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[FlaskClient, str]:
    """The town of every answer, whose children do not walk to the same schools; and how they go."""
    mode = request.param
    study = Path(shutil.copytree(town, tmp_path_factory.mktemp(mode) / "town"))
    with_settings(study, f'[network.modes]\nprimary = "{mode}"')
    with exclusive(study) as opened:
        prepare(opened, silent)
    return create_app(Config(study=study)).test_client(), BY[mode]


@pytest.mark.parametrize(
    ("kind", "schools"),
    [("one_school", 1), ("these_schools", 2), ("seats_exhausted", 1), ("near_boundary", 1),
     ("no_school", 0)],
)  # fmt: skip
def test_every_answer_with_schools_has_both_lines_for_each(
    other_town: tuple[FlaskClient, str], kind: str, schools: int
) -> None:
    client, other = other_town
    lines = [re.sub(r"\d+", "{}", line) for line in page(client, ASKED[kind], "en")]
    assert lines == [other, "about {} min on foot"] * schools


def test_a_program_is_told_it_beside_the_way(driven: Path) -> None:
    client = create_app(Config(study=driven)).test_client()

    def given(text: str) -> dict[str, Any]:
        body = {"stage": "primary", "text": text}
        response = client.post("/api/v1/lookup/text", json=body)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.get_json()["answer"]["served"]
        return found

    told = given("小区01")
    (on_foot,) = told["on_foot"]
    assert on_foot == {"low": pytest.approx(BLOCK_MIN, rel=0.01), "high": on_foot["low"]}
    assert (told["mode"], len(told["ways"])) == ("drive", 1)
    assert given("小区02")["on_foot"] == [None]


@pytest.fixture
def publisher(driven: Path, tmp_path: Path) -> Iterator[Publisher]:
    """An officer with a copy of the study, on SQLite alone: nothing here is of the database."""
    folder = Path(shutil.copytree(driven, tmp_path / "方格县"))
    officer = Publisher(folder, f"sqlite:///{tmp_path / 'kept.sqlite'}")
    yield officer
    officer.database.close()


def published(publisher: Publisher) -> Version:
    (plan,) = (publisher.folder / "plans").glob("*.gpkg")
    return publisher.commit(publisher.draft(plan.stem, begins=BEGINS))


def every_answer(desk: Desk, kept: Kept) -> list[Answer]:
    about = About("primary", None, None, "", "", None, "")
    return [
        *(desk.choose(str(one), about) for one in kept.places.table["address_id"]),
        *(desk.ask(str(one), about) for one in kept.places.table["name"]),
        *(desk.at_blocks([str(one)], about) for one in kept.blocks["block_id"]),
    ]


def test_a_version_keeps_it_and_places_no_address_anew(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = published(publisher)
    shutil.rmtree(publisher.folder / "build")
    keep_desk(publisher.folder, version, publisher.archive)
    kept = open_state(publisher.archive.index(version.index), page=LookupSection())
    answers = every_answer(open_desk(kept, publisher.archive.plan(version.plan_file)), kept)
    file = publisher.archive.made(desk_name(version))
    assert file is not None
    monkeypatch.delattr("zoning.network.travel.place_points")
    saved = open_saved_desk(kept, file)
    assert saved is not None
    assert every_answer(saved, kept) == answers
    told = [found.on_foot for found in map(served_of, answers) if found is not None]
    assert all(len(on_foot) == 1 for on_foot in told)
    assert {type(on_foot) for (on_foot,) in told} == {Minutes, type(None)}


def as_published_before(publisher: Publisher) -> Version:
    """Publish a version of which nothing on foot is kept."""
    study = open_study(publisher.folder)
    (plan,) = (publisher.folder / "plans").glob("*.gpkg")
    now = publisher.kept(publisher.draft(plan.stem, begins=BEGINS))
    files = state_files(study, read_plan(plan).plan)
    before = {name: file for name, file in files.items() if f"/{STEP}/" not in name}
    assert len(before) < len(files)
    version = replace(now, index=publisher.archive.keep_index(before))
    publisher.versions.add(version)
    return version


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_version_that_was_published_without_it_answers_as_before(
    publisher: Publisher, lookup: Lookup, language: str
) -> None:
    version = as_published_before(publisher)
    keep_desk(publisher.folder, version, publisher.archive)
    kept = open_state(publisher.archive.index(version.index), page=LookupSection())
    desk = open_desk(kept, publisher.archive.plan(version.plan_file))
    answers = every_answer(desk, kept)
    file = publisher.archive.made(desk_name(version))
    assert file is not None
    saved = open_saved_desk(kept, file)
    assert saved is not None
    assert every_answer(saved, kept) == answers
    found = served(desk.ask("小区01", About("primary", None, None, "", "", None, "")))
    assert found == replace(ask(lookup, "小区01"), on_foot=())
    (lines,) = Wording(Texts(language)).ways(found)
    assert len(lines) == 1


def test_a_study_that_was_made_ready_without_it_is_asked_as_before(
    driven: Path, lookup: Lookup, tmp_path: Path
) -> None:
    study = Path(shutil.copytree(driven, tmp_path / "study"))
    shutil.rmtree(study / "build" / STEP)
    before = Lookup(study, NewestPlans(study))
    assert ask(before, "小区01") == replace(ask(lookup, "小区01"), on_foot=())
    assert set(before.middles(["小区01"])) == {"小区01"}
    # once it is there it is told, without a new plan
    again(study)
    assert ask(Lookup(study, NewestPlans(study)), "小区01").on_foot


def test_a_server_opens_such_a_version(publisher: Publisher) -> None:
    as_published_before(publisher)
    shutil.rmtree(publisher.folder / "build")
    config = Config(study=publisher.folder, secret="k" * 40, database_url=publisher.url)
    app = create_app(config, clock=lambda: FIRST)
    lines = page(app.test_client(), "小区01", "en")
    app.extensions["zoning-database"].close()
    (line,) = lines
    assert line.endswith("by car or bus")
