"""A table that is ready to be asked, in one file that workers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tiny_gazetteer import gazetteer

from zoning.errors import StorageError
from zoning.geocode import store
from zoning.geocode.gazetteer import Gazetteer, build_gazetteer, open_gazetteer, save_gazetteer
from zoning.geocode.kernels import answer_some
from zoning.geocode.match import Question, geocoder
from zoning.geocode.store import MAGIC, read_arrays, write_arrays
from zoning.messages import explain, languages

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration
ARRAYS = {
    "one": np.arange(7, dtype=np.int32),
    "none": np.zeros(0, dtype=np.uint64),
    "two": np.arange(6.0).reshape(2, 3),
}
TOWN = gazetteer(
    """
    a | 阳光花园   | 西湖区文三路12号 | 0, 0       | 杭州市
    b | 月亮湾     | 西湖区文三路40号 | 600, 0     | 杭州市
    c | 星河苑二期 | 西湖区学院路8号  | 0, 900     |        | 天河苑
    d | 长安府     | 红旗村三组       | 5300, 5000 |
    e |            | 古墩路2、4、6号  | 2000, 2000 |
    """
)
QUESTIONS = [
    Question("阳光花园", "西湖区文三路12号"), Question("天河苑"), Question("月亮弯", city="杭州"),
    Question("", "wensan lu 13 hao"), Question("", "红旗村3组"), Question("无此地"),
    Question("", "古墩路4号"),
]  # fmt: skip


def test_arrays_and_facts_come_back(tmp_path: Path) -> None:
    file = tmp_path / "new" / "file.idx"
    write_arrays(file, ARRAYS, facts={"word": "路\ud800", "number": 0.25})
    arrays, facts = read_arrays(file)
    assert facts == {"word": "路\ud800", "number": 0.25}
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert np.array_equal(arrays[name], array)
    assert [path.name for path in file.parent.iterdir()] == ["file.idx"]


def test_the_same_arrays_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_arrays(tmp_path / name, ARRAYS, facts={})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_mapped_array_cannot_be_written_to(tmp_path: Path) -> None:
    write_arrays(tmp_path / "file", ARRAYS, facts={})
    array = read_arrays(tmp_path / "file")[0]["one"]
    assert not array.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


def damaged(kind: str) -> bytes:
    head = b'{"facts": {}, "arrays": []}'
    return {
        "empty": b"",
        "foreign": b"PK\x03\x04" + bytes(500),
        "only the mark": MAGIC,
        "no head": MAGIC + (10**9).to_bytes(8, "little"),
        "other head": MAGIC + len(head).to_bytes(8, "little") + head,
        "no words": MAGIC + (3).to_bytes(8, "little") + b"\xff\xfe\xfd",
    }[kind]


@pytest.mark.parametrize(
    "kind", ["empty", "foreign", "only the mark", "no head", "other head", "no words"]
)
def test_what_is_no_index_is_refused(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "file.idx"
    file.write_bytes(damaged(kind))
    with pytest.raises(StorageError) as refused:
        open_gazetteer(file)
    assert refused.value.key == "geocode.NO_INDEX"
    for language in languages():
        assert "file.idx" in explain(refused.value, language)


def test_a_file_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    save_gazetteer(TOWN, whole)
    content = whole.read_bytes()
    for size in (*range(0, 400, 37), len(content) // 2, len(content) - 1):
        cut.write_bytes(content[:size])
        with pytest.raises(StorageError):
            open_gazetteer(cut)


def test_arrays_of_something_else_are_refused(tmp_path: Path) -> None:
    write_arrays(tmp_path / "file", ARRAYS, facts={})
    with pytest.raises(StorageError) as refused:
        open_gazetteer(tmp_path / "file")
    assert refused.value.key == "geocode.NO_INDEX"


@pytest.mark.parametrize("name", ["missing", ""])
def test_what_cannot_be_read_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError) as refused:
        open_gazetteer(tmp_path / name)
    assert refused.value.key == "geocode.NOT_READ"


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StorageError) as refused:
        write_arrays(tmp_path / "file" / "index", ARRAYS, facts={})
    assert refused.value.key == "geocode.NOT_WRITTEN"


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_the_old_file_stays_until_all_is_written(
    fault: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    write_arrays(file, ARRAYS, facts={"old": True})

    def fail(_descriptor: int) -> None:
        raise fault

    monkeypatch.setattr(store.os, "fsync", fail)
    with pytest.raises((StorageError, KeyboardInterrupt)):
        write_arrays(file, ARRAYS, facts={"old": False})
    assert read_arrays(file)[1] == {"old": True}
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    "table", [TOWN, build_gazetteer([]), gazetteer("a | 阳光花园 | 文三路12号 | 0, 0")]
)
def test_a_saved_table_answers_alike(table: Gazetteer, tmp_path: Path) -> None:
    save_gazetteer(table, tmp_path / "file")
    opened = open_gazetteer(tmp_path / "file")
    assert len(opened) == len(table)
    assert opened.divisions.names == table.divisions.names
    assert [opened.ids.at(row) for row in range(len(opened))] == [
        table.ids.at(row) for row in range(len(table))
    ]
    assert geocoder(opened).answer_all(QUESTIONS) == geocoder(table).answer_all(QUESTIONS)
    # the same compiled code for arrays in memory and in a file
    assert len(answer_some.signatures) == 1
