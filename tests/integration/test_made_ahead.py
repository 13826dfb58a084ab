"""What is made when a version is published says the same as what a server would make itself.

A . .       A A A
. . .       A A B
. . B       B B B
"""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from webmap.app import create_app
from webmap.config import Config
from webmap.maps import ahead, zone_map
from webmap.maps.ahead import draw_ahead
from webmap.public import pages
from webmap.services.archive import MADE
from webmap.services.desks import desk_name, keep_desk
from zoning.errors import StorageError
from zoning.geocode.admin import Divisions
from zoning.geocode.model import Kind
from zoning.lookup.answers import About, Answer
from zoning.lookup.archived import open_state
from zoning.lookup.desk_file import open_saved_desk
from zoning.lookup.opening import open_desk
from zoning.lookup.values_file import read_value, write_value
from zoning.network.snap import Placement
from zoning.plan.model import Zone, ZoneType
from zoning.settings.lookup import LookupSection
from zoning.study.by_parts import PartsIndex, parts_of
from zoning.study.parts_file import open_parts, write_parts

if TYPE_CHECKING:
    from pathlib import Path

    from published import Publisher

    from zoning.lookup.desk import Desk
    from zoning.lookup.opening import Kept
    from zoning.publish.version import Version

pytestmark = pytest.mark.integration
TwoPlans = tuple["Path", str, str, str]
FIRST = datetime(2027, 9, 1, 4, tzinfo=UTC)
TEXTS = (
    "红柳镇红旗村3组", "双岔口镇红旗村3组", "宁边街道幸福社区延安路5号",
    "宁边街道幸福社区延安路5号附1号",
    "宁边街道清堤路17号安林里2栋", "静阳府一期", "静阳府二期",
)  # fmt: skip
DIVISIONS = Divisions(
    {
        Kind.TOWN: ("红柳镇", "双岔口镇", "宁边街道"),
        Kind.COMMUNITY: ("红旗村", "幸福社区"),
    }
)


@pytest.fixture
def version(publisher: Publisher, two_plans: TwoPlans) -> Version:
    return publisher.commit(publisher.draft(two_plans[1]))


def about() -> About:
    return About("primary", None, None, "", "", None, "")


def every_answer(desk: Desk, kept: Kept) -> list[Answer]:
    """Ask for every address, every block, and words."""
    ids = [str(one) for one in kept.places.table["address_id"]]
    texts = [*kept.places.table["name"], "没有这个地方"]
    blocks = [str(one) for one in kept.blocks["block_id"]]
    return [
        *(desk.drawn(desk.choose(one, about())) for one in ids),
        *(desk.ask(str(one), about()) for one in texts),
        *(desk.at_blocks([one], about()) for one in blocks),
        *(desk.at_blocks(pair, about()) for pair in pairwise(blocks)),
    ]


def test_a_desk_that_was_kept_answers_as_one_that_is_opened(
    publisher: Publisher, version: Version
) -> None:
    keep_desk(publisher.folder, version, publisher.archive)
    kept = open_state(publisher.archive.index(version.index), page=LookupSection())
    made = publisher.archive.made(desk_name(version))
    assert made is not None
    saved = open_saved_desk(kept, made)
    assert saved is not None
    opened = open_desk(kept, publisher.archive.plan(version.plan_file))
    answers = every_answer(opened, kept)
    assert every_answer(saved, kept) == answers
    assert saved.near == opened.near
    assert len({type(answer) for answer in answers}) > 2


def test_another_distance_from_boundaries_is_worked_out_anew(
    publisher: Publisher, version: Version
) -> None:
    keep_desk(publisher.folder, version, publisher.archive)
    kept = open_state(publisher.archive.index(version.index), page=LookupSection(boundary_m=77))
    made = publisher.archive.made(desk_name(version))
    assert made is not None
    assert open_saved_desk(kept, made) is None


@pytest.mark.parametrize("harm", ["cut", "gone", "digest"])
def test_a_desk_that_was_damaged_is_not_opened(
    publisher: Publisher, version: Version, harm: str
) -> None:
    keep_desk(publisher.folder, version, publisher.archive)
    folder = publisher.folder / "published" / MADE / desk_name(version)
    (file,) = folder.glob("*.bin")
    wanted = next(folder.glob("*.sha256")) if harm == "digest" else file
    wanted.chmod(0o644)
    if harm == "gone":
        wanted.unlink()
    else:
        wanted.write_bytes(wanted.read_bytes()[:-1])
    assert publisher.archive.made(desk_name(version)) is None
    keep_desk(publisher.folder, version, publisher.archive)
    assert publisher.archive.made(desk_name(version)) == file


def shown(publisher: Publisher, path: str) -> str:
    config = Config(study=publisher.folder, secret="k" * 40, database_url=publisher.url)
    app = create_app(config, clock=lambda: FIRST)
    page = app.test_client().get(path)
    app.extensions["zoning-database"].close()
    assert page.status_code == 200
    return re.sub(r"nonce=\"[^\"]*\"", "", page.text)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_map_that_was_drawn_ahead_is_the_one_that_is_drawn(
    publisher: Publisher, version: Version, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    path = f"/zones/{version.stage}?lang={language}"
    drawn_now = shown(publisher, path)
    draw_ahead(publisher.folder, version, publisher.archive)
    monkeypatch.delattr(zone_map, "build_zone_map")
    for name in ("zones_picture", "zone_words"):
        monkeypatch.delattr(pages, name)
    assert shown(publisher, path) == drawn_now


def test_a_drawing_that_was_damaged_is_drawn_anew(publisher: Publisher, version: Version) -> None:
    path = f"/zones/{version.stage}?lang=en"
    drawn_now = shown(publisher, path)
    draw_ahead(publisher.folder, version, publisher.archive)
    files = list((publisher.folder / "published" / "drawn").glob("*.json"))
    assert len(files) == 5
    for file in files:
        file.chmod(0o644)
        file.write_bytes(file.read_bytes().replace(b"A", b"B"))
    assert shown(publisher, path) == drawn_now


def test_other_surroundings_have_another_drawing(
    publisher: Publisher, version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_ahead(publisher.folder, version, publisher.archive)
    one = ahead.Ahead(publisher.archive, version, "one")
    assert one.still("en") is None
    monkeypatch.setattr(ahead, "FORMAT", ahead.FORMAT + 1)
    file = publisher.folder / "study.toml"
    file.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    here = ahead.Ahead(publisher.archive, version, ahead.surroundings_digest(publisher.folder))
    assert here.still("en") is None


def test_parts_come_out_of_their_file_as_they_went_in(tmp_path: Path) -> None:
    rows = [parts_of(text, divisions=DIVISIONS) for text in TEXTS]
    index = PartsIndex.of(rows, [{text, text[-3:]} for text in TEXTS], divisions=DIVISIONS)
    write_parts(index, tmp_path / "parts.bin")
    opened = open_parts(tmp_path / "parts.bin", divisions=DIVISIONS)
    assert list(opened.rows) == rows
    assert opened.rows[1:3] == rows[1:3]
    assert dict(opened.handles) == dict(index.handles)
    assert dict(opened.written) == dict(index.written)
    for wanted in rows:
        assert opened.alike(wanted) == index.alike(wanted)
    assert opened.on_road("延安路") == [2, 3]
    assert opened.written.get("nothing", ()) == ()


def test_a_file_of_parts_does_not_depend_on_the_order_within_sets(tmp_path: Path) -> None:
    rows = [parts_of(text, divisions=DIVISIONS) for text in TEXTS]
    for name, ways in (("one", ["a", "b", "c"]), ("other", ["c", "b", "a"])):
        index = PartsIndex.of(rows, [ways] * len(rows), divisions=DIVISIONS)
        write_parts(index, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_values_come_out_of_their_file_as_they_went_in(tmp_path: Path) -> None:
    zone = Zone("z", "甲", ZoneType.SHARED, ("s", "t"), (1, 2))
    value = ((zone, None), {("a", 1): 2.5, "b": True}, frozenset({(1, "x")}))
    write_value(value, tmp_path / "value")
    assert read_value(tmp_path / "value", kinds=(Zone, ZoneType)) == value
    numbers = np.arange(3, dtype=np.int32)
    place = Placement(**{field.name: numbers for field in fields(Placement)})
    write_value(place, tmp_path / "place")
    found = read_value(tmp_path / "place", kinds=(Placement,))
    assert all((getattr(found, field.name) == numbers).all() for field in fields(Placement))
    with pytest.raises(StorageError):
        read_value(tmp_path / "place", kinds=(Zone,))
    with pytest.raises(TypeError):
        write_value(date(2027, 9, 1), tmp_path / "day")


def test_a_page_of_zones_is_compressed_and_a_browser_need_not_have_it_twice(
    publisher: Publisher, version: Version
) -> None:
    config = Config(study=publisher.folder, secret="k" * 40, database_url=publisher.url)
    app = create_app(config, clock=lambda: FIRST)
    client, accepted = app.test_client(), {"Accept-Encoding": "br"}
    path = f"/zones/{version.stage}?lang=en"
    page = client.get(path, headers=accepted)
    assert page.headers["Content-Encoding"] == "br"
    assert 3 * len(page.data) < len(client.get(path).data)
    again = client.get(path, headers={**accepted, "If-None-Match": page.headers["ETag"]})
    app.extensions["zoning-database"].close()
    assert (again.status_code, again.data) == (304, b"")
