"""What a text file was saved as."""

from __future__ import annotations

import pytest

from zoning.intake.encoding import decode

SIMPLIFIED = "编号,小区名称,地址\n1,阳光花园,文三路12号\n2,月亮湾,滨江路1号\n"
TRADITIONAL = "編號,小區名稱,地址\n1,陽光花園,文三路12號\n2,月亮灣,濱江路1號\n"


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (SIMPLIFIED, "utf-8", "utf-8-sig"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        ("犇骉龘靐㐂䶮昺堃", "gb18030", "gb18030"),  # characters that few people use
        ("id,name\n1,a\n", "ascii", "utf-8-sig"),
    ],
)
def test_text_is_read_as_it_was_saved(text: str, encoding: str, name: str) -> None:
    assert decode(text.encode(encoding)) == (text, name)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"PK\x03\x04\x00\x00", b"\x81"])
def test_what_is_no_text_is_none(data: bytes) -> None:
    assert decode(data) is None
