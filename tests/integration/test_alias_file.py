"""Decisions beside the index: appended whole or not at all, read whatever a crash left."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reviewing import NOW, decision

from zoning.errors import StorageError
from zoning.geocode import aliases
from zoning.geocode.aliases import Decision, alias_file, read_aliases, record_decisions
from zoning.geocode.answer import MatchCode
from zoning.geocode.fallback import Streets
from zoning.geocode.gazetteer import Place, build_gazetteer, open_gazetteer, save_gazetteer
from zoning.geocode.kernels import FEATURES
from zoning.geocode.match import Geocoder, Question
from zoning.geocode.matching import Matching
from zoning.geocode.reviewed import reviewed

pytestmark = pytest.mark.integration


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return alias_file(tmp_path / "county.index")


def codes(file: Path) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.row) for finding in read_aliases(file).findings]


def test_what_is_recorded_is_read(file: Path) -> None:
    one = Decision(Question("阳光花园", "文三路12号", "杭州"), "A1", "王科长", NOW, "现场核对")
    none = decision("没有的", None)
    assert len(read_aliases(file)) == 0
    assert record_decisions(file, [one, none]) == 2
    there = read_aliases(file)
    assert (there.of(one.question), there.of(none.question)) == (one, none)
    assert there.of(Question(" 陽光花園", "文三路１２号", "杭州")) == one
    assert there.of(Question("阳光花园", "文三路12号")) is None
    assert file.name == "county.index.decided.jsonl"


def test_the_later_line_wins_and_the_earlier_stays(file: Path) -> None:
    record_decisions(file, [decision("甲", "A1"), decision("乙", "A1")])
    record_decisions(file, [decision("甲", None)])
    assert read_aliases(file).decided[("甲", "", "")].row is None  # type: ignore[index]
    assert len(file.read_text(encoding="utf-8").splitlines()) == 3


def test_the_same_decision_is_not_written_twice(file: Path) -> None:
    record_decisions(file, [decision("甲")])
    before = file.read_bytes()
    again = replace(decision("甲"), when=NOW.replace(year=2028))
    assert record_decisions(file, [again]) == 0
    assert file.read_bytes() == before
    assert record_decisions(file, [decision("甲", basis="另有依据")]) == 1


def test_a_city_written_otherwise_is_the_same_question(file: Path) -> None:
    asked = replace(decision("甲"), question=Question("甲", "", "杭州"))
    record_decisions(file, [asked])
    assert read_aliases(file).of(Question("甲", "", "浙江省杭州市")) is not None
    assert read_aliases(file).of(Question("甲", "", "宁波")) is None


@pytest.mark.parametrize("cut", [1, 10, 40])
def test_a_line_cut_off_by_a_crash_is_told_and_skipped(file: Path, cut: int) -> None:
    record_decisions(file, [decision("甲"), decision("乙")])
    file.write_bytes(file.read_bytes()[: -1 - cut])
    assert codes(file) == [("queue.CUT_LINE", 2)]
    assert list(read_aliases(file).decided) == [("甲", "", "")]
    record_decisions(file, [decision("乙"), decision("丙")])
    assert {key.name for key in read_aliases(file).decided} == {"甲", "乙", "丙"}
    assert codes(file) == [("queue.BROKEN_LINE", 2)]


def test_a_last_line_that_lacks_only_its_end_is_whole(file: Path) -> None:
    record_decisions(file, [decision("甲")])
    file.write_bytes(file.read_bytes()[:-1])
    assert codes(file) == []
    record_decisions(file, [decision("乙")])
    assert len(read_aliases(file)) == 2
    assert codes(file) == []


@pytest.mark.parametrize(
    "line",
    [
        b"[]", b"null", b"7", b"{}", b"\xff", b"[" * 100_000,
        b'{"name":"a","address":"","city":"","row":7,"who":"","when":"2027-01-01","basis":""}',
        b'{"name":"a","address":"","city":"","row":"A","who":"","when":"soon","basis":""}',
        b'{"name":" ","address":"","city":"","row":"A","who":"","when":"2027-01-01","basis":""}',
    ],
)  # fmt: skip
def test_any_other_line_is_told_and_skipped(file: Path, line: bytes) -> None:
    record_decisions(file, [decision("甲")])
    file.write_bytes(line + b"\n\n" + file.read_bytes())
    assert codes(file) == [("queue.BROKEN_LINE", 1)]
    assert len(read_aliases(file)) == 1


def test_a_full_disk_leaves_what_was_there(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record_decisions(file, [decision("甲")])
    before = file.read_bytes()
    write = os.write
    calls = []

    def full(descriptor: int, content: bytes) -> int:
        calls.append(content)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        return write(descriptor, content[:20])

    monkeypatch.setattr(aliases.os, "write", full)
    with pytest.raises(StorageError) as error:
        record_decisions(file, [decision("乙")])
    assert error.value.key == "queue.NOT_WRITTEN"
    assert len(calls) == 2
    assert file.read_bytes() == before


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        record_decisions(tmp_path / "none" / "file", [decision("甲")])
    with pytest.raises(StorageError):
        read_aliases(tmp_path)


def record_twenty(file: str, name: str) -> int:
    return sum(record_decisions(Path(file), [decision(f"{name}{at}")]) for at in range(20))


def test_two_processes_do_not_write_into_each_other(file: Path) -> None:
    with ProcessPoolExecutor(2) as pool:
        written = list(pool.map(record_twenty, [str(file)] * 2, ["甲", "乙"]))
    assert written == [20, 20]
    assert (len(read_aliases(file)), codes(file)) == (40, [])


@given(name=st.text(min_size=1), basis=st.text(), row=st.none() | st.text())
def test_any_text_survives(
    tmp_path_factory: pytest.TempPathFactory, name: str, basis: str, row: str | None
) -> None:
    file = tmp_path_factory.mktemp("any") / "file"
    one = Decision(Question("甲" + name), row, "王", NOW, basis)
    record_decisions(file, [one])
    assert (read_aliases(file).of(one.question), codes(file)) == (one, [])


def test_a_decision_works_with_an_index_that_was_built_before(file: Path) -> None:
    places = [
        Place("A1", "阳光花园", "文三路12号", 120.0, 30.0, aliases=("太阳花园", "向阳新村")),
        Place("A2", "月亮湾", "古墩路5号", 120.01, 30.02),
    ]
    index = file.with_name("county.index")
    save_gazetteer(build_gazetteer(places), index)
    table = open_gazetteer(index)
    features = np.zeros((2, len(FEATURES) + 1))
    knots = np.array([[-10.0, 10.0]] * 2)
    model = Matching(features, knots, knots, knots, accept=0.9, likely=0.5, verbatim=0.99)
    record_decisions(alias_file(index), [decision("老电影院宿舍", "A2"), decision("没有的", None)])
    asked = reviewed(Geocoder(table, Streets(table), model), read_aliases(alias_file(index)))
    found, none = asked.answer_all([Question("老电影院宿舍"), Question("没有的")])
    assert (found.row, found.lon, found.lat, found.accepted) == (1, 120.01, 30.02, True)
    assert (none.code, none.row) == (MatchCode.REFUSED, None)
    assert asked.rows.at(0) == ("A1", "阳光花园", "文三路12号", 120.0, 30.0)


def test_nothing_is_decided_about_no_text(file: Path) -> None:
    with pytest.raises(ValueError, match="Question"):
        record_decisions(file, [decision(" ")])
    assert len(read_aliases(file)) == 0
