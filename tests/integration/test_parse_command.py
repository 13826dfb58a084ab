"""`zoning parse`: a file of addresses in, a file of components out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from zoning.cli import main
from zoning.study import files

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

ADDRESSES = "西湖区文三路12号\n\n阳光花园二期3幢\n"


def call(*words: object) -> Result:
    return CliRunner().invoke(main, ["parse", *map(str, words)], catch_exceptions=False)


def records(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n")[:-1]]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "addresses.txt"
    file.write_text(ADDRESSES, encoding="utf-8")
    return file


def test_one_json_line_for_each_line(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    result = call("--in", source, "--out", out, "--lang", "en")
    assert (result.exit_code, "3 addresses" in result.stdout) == (0, True)
    first, empty, last = records(out)
    assert first == {
        "raw": "西湖区文三路12号",
        "text": "西湖区文三路12号",
        "components": [
            {"kind": "district", "text": "西湖区", "start": 0, "end": 3, "confidence": 0.95},
            {"kind": "road", "text": "文三路", "start": 3, "end": 6, "confidence": 0.95},
            {"kind": "number", "text": "12号", "start": 6, "end": 9, "confidence": 0.9},
        ],
    }
    assert empty == {"raw": "", "text": "", "components": []}
    assert [item["kind"] for item in last["components"]] == ["compound", "phase", "building"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_encodings_and_line_ends(encoding: str, line_end: str, tmp_path: Path) -> None:
    source, out = tmp_path / "in.txt", tmp_path / "out.jsonl"
    source.write_bytes(ADDRESSES.replace("\n", line_end).encode(encoding))
    assert call("--in", source, "--out", out).exit_code == 0
    assert [item["raw"] for item in records(out)] == ADDRESSES.split("\n")[:-1]


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    source, out = tmp_path / "in.txt", tmp_path / "out.jsonl"
    source.write_bytes(b"")
    assert call("--in", source, "--out", out).exit_code == 0
    assert out.read_bytes() == b""


def test_json(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    answer = json.loads(call("--in", source, "--out", out, "--json").stdout)
    assert (answer["ok"], answer["addresses"], answer["file"]) == (True, 3, str(out))


@pytest.mark.parametrize("content", [b"\xff\xff\xff\x81", b"a\0b", b"\x89PNG\r\n\x1a\n\0\0"])
def test_what_is_no_text_is_refused(content: bytes, tmp_path: Path) -> None:
    source, out = tmp_path / "in.txt", tmp_path / "out.jsonl"
    source.write_bytes(content)
    out.write_text("kept", encoding="utf-8")
    answer = json.loads(call("--in", source, "--out", out, "--json").stdout)
    assert answer["error"]["code"] == "cli.NO_TEXT"
    assert call("--in", source, "--out", out).exit_code == 3
    assert out.read_text(encoding="utf-8") == "kept"


def test_wrong_files(source: Path, tmp_path: Path) -> None:
    for words in (
        ("--in", tmp_path / "none.txt", "--out", tmp_path / "o"),
        ("--in", tmp_path, "--out", tmp_path / "o"),
        ("--in", source, "--out", tmp_path),
        ("--in", source, "--out", tmp_path / "none" / "o"),
        ("--in", source, "--out", source),
        ("--in", source),
    ):
        assert call(*words).exit_code == 2
    assert source.read_text(encoding="utf-8") == ADDRESSES
    assert list(tmp_path.iterdir()) == [source]


def test_a_full_disk_leaves_what_was_there(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("kept", encoding="utf-8")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    assert call("--in", source, "--out", out).exit_code == 5
    assert out.read_text(encoding="utf-8") == "kept"
    assert sorted(tmp_path.iterdir()) == [source, out]
