"""A town of ten blocks in a row that has every kind of answer.

A m B . C . D . E .     A, B, E: a school each; B is full; C and D share a zone; m: junior middle
0 1 2 3 4 5 6 7 8 9     block 9 has no school of its own; no junior middle plan is drawn
                        A, E and m have places for boarders

Every block is a compound with one address on 文三路, except that 清泉山庄 stands in blocks 0 and 8,
and 边界花园 in block 1, ten metres from block 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bureau import write_csv
from tiny_study import middle, run, tiny_study

from zoning.lookup.opening import prepare
from zoning.progress import silent
from zoning.study import exclusive

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = "A m B . C . D . E ."
NAMES = "阳光花园 月亮湾 翠竹小区 绿洲家园 东方名城 长安府 星河苑 清水湾 云栖里 牧场新村".split()
EXTRA = (("清泉山庄", 0, 30.0), ("清泉山庄", 8, 30.0), ("边界花园", 1, 90.0))
POLICY, REPORT = "0994-000 0001", "0994-000 0002"
SETTINGS = f"""
[draw]
rounds = 2
[lookup]
policy_hotline = "{POLICY}"
report_hotline = "{REPORT}"
boundary_m = 20
full_schools = ["B"]
[web]
reader_per_minute = 0
network_per_minute = 0
network_per_hour = 0
api_per_minute = 0
api_per_hour = 0
data_per_minute = 0
pages_per_minute = 0
"""
# what to write for each kind of answer
ASKED = {
    "one_school": "阳光花园",
    "these_schools": "东方名城",
    "no_school": "牧场新村",
    "seats_exhausted": "翠竹小区",
    "near_boundary": "边界花园",
    "choose": "清泉山庄",
    "outside": "北京市海淀区中关村大街1号",
    "not_found": "飞来峰度假村",
}


def lookup_town(folder: Path) -> Path:
    """Write the study, draw its primary plan and make its look-up ready."""
    study = tiny_study(
        folder,
        PICTURE,
        seats={"A": 9, "B": 9, "C": 9, "D": 6, "E": 9, "m": 90},
        decisions=[
            ["多校划片", "小学", "", "C校、D校"],
            ["锁定", "小学", "月亮湾", "A校"],
            ["锁定", "小学", "绿洲家园", "B校"],
            ["锁定", "小学", "长安府", "C校"],
            ["无学校区", "小学", "牧场新村", "", "", "", "牧场寄宿区"],
        ],
        settings=SETTINGS,
        today="A A B B C C D D E E",
        boarding={"A": 20, "E": 40, "m": 60},
    )
    _write_addresses(study)
    run("draw", study, "--stage", "primary")
    with exclusive(study) as opened:
        prepare(opened, silent)
    return study


def _write_addresses(study: Path) -> None:
    header = "地址编号 小区或村 乡镇街道 社区村 道路 门牌号 户数 经度 纬度".split()
    rows: list[list[object]] = [
        [f"D0{at}", name, "城关镇", "文三社区", "文三路", f"{10 * at + 2}号", 10, *middle(0, at)]
        for at, name in enumerate(NAMES)
    ]
    for number, (name, at, east) in enumerate(EXTRA):
        x, y = middle(0, at)
        door = f"{10 * at + 6}号"
        rows.append(
            [f"X{number}", name, "城关镇", "文三社区", "文三路", door, 5, x + east, y]
        )  # fmt: skip
    write_csv(study / "inputs" / "addresses.csv", [header, *rows])
