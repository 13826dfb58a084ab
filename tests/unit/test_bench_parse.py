"""The benchmark of the parser: reading labels, mapping them, counting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bench_parse
import pytest

if TYPE_CHECKING:
    from pathlib import Path

LABELLED = """\
西 B-district
湖 I-district
区 I-district
文 B-road
三 I-road
路 I-road
12 B-roadno
号 I-roadno
某 B-person
人 I-person

3 B-roadno
弄 I-roadno
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "dev.txt"
    path.write_text(LABELLED, encoding="utf-8")
    return path


def test_tokens_become_spans(file: Path) -> None:
    first, second = (bench_parse.spans(tokens) for tokens in bench_parse.read(file))
    assert first == (
        "西湖区文三路12号某人",
        [("district", 0, 3), ("road", 3, 6), ("roadno", 6, 9), ("person", 9, 11)],
    )
    assert second == ("3弄", [("roadno", 0, 2)])


def test_their_labels_become_our_kinds() -> None:
    text = "3弄12号2幢二期浙江省"
    spans = [("roadno", 0, 2), ("houseno", 2, 5), ("houseno", 5, 7), ("subpoi", 7, 9)]
    counted, left_out = bench_parse.ours(text, [*spans, ("redundant", 9, 12), ("country", 9, 12)])
    assert counted == {("lane", 0, 2), ("number", 2, 5), ("building", 5, 7), ("phase", 7, 9)}
    assert left_out == [(9, 12)]


def test_every_label_of_theirs_is_mapped() -> None:
    labels = (
        "country prov city district devzone town community road subroad roadno subroadno poi "
        "subpoi houseno cellno floorno roomno person assist redundant otherinfo"
    )
    assert set(bench_parse.OURS) == set(labels.split())


def test_the_table(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench_parse.measure(file, worst=0)
    table = capsys.readouterr().out
    assert "dev.txt: 2 addresses" in table
    # district, road, number and lane: all four right, the person counts neither way
    assert "all       100.0%    100.0%  100.0%       4" in table
    assert "whole addresses right: 100.0%" in table


def test_f1() -> None:
    assert bench_parse.f1(2, 4, 4) == 0.5
    assert bench_parse.f1(0, 0, 0) == 0.0
