"""The one form of an address: width, traditional characters, look-alikes, marks, white space."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from zoning.geocode.text import plain, simplified

ROOT = Path(__file__).parents[2]

FORMS = [
    ("文三路１２号", "文三路12号"),
    ("ＡＢＣ大厦", "abc大厦"),
    ("西湖區古蕩街道", "西湖区古荡街道"),
    ("臺北市鐘樓區廣場東路", "台北市钟楼区广场东路"),
    ("⻄安⻓安路", "西安长安路"),  # U+2EC4, U+2ED3: NFKC leaves them
    ("⾧安⼤街", "长安大街"),  # Kangxi radicals
    ("3号楼—2单元－501", "3号楼-2单元-501"),
    ("人民路【东段】〔12〕", "人民路(东段)(12)"),
    ("A路1号；B路2号", "a路1号,b路2号"),
    ("三和•CITY", "三和·city"),
    (" 文三 路\t12 号\n", "文三路12号"),
    ("Block A 12", "block a 12"),
    ("běi jīng lù", "bei jing lu"),
    ("“名城”花园", "名城花园"),
    ("5一1310", "5-1310"),
    ("一号", "一号"),
    ("文三路\u200b12\ufeff号", "文三路12号"),
    ("①号", "1号"),
    ("", ""),
]


@pytest.mark.parametrize(("raw", "form"), FORMS)
def test_one_form(raw: str, form: str) -> None:
    assert plain(raw).text == form
    assert plain(form).text == form


def test_every_character_knows_where_it_stood() -> None:
    raw = " 臺 北１２號"
    ready = plain(raw)
    assert ready.text == "台北12号"
    assert [raw[at] for at in ready.origin[:-1]] == ["臺", "北", "１", "２", "號"]
    assert ready.origin[-1] == len(raw)


def test_one_character_that_stands_for_several() -> None:
    assert plain("㈠号").text == "(一)号"
    assert plain("㈠号").origin == (0, 0, 0, 1, 2)


def test_simplified_keeps_the_length() -> None:
    assert simplified("廣場東路") == "广场东路"


def test_the_table_is_the_one_that_opencc_gives() -> None:
    script = ROOT / "scripts" / "make_traditional.py"
    done = subprocess.run([sys.executable, str(script), "--check"], check=False)
    assert done.returncode == 0
