"""Faults of single characters: homophones, similar shapes, other forms, readings.

`characters.toml` holds, for the characters of `words.py` and of addresses, their readings and
traditional forms: facts of the script.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geocode_training.dice import Dice

FILE = Path(__file__).with_name("characters.toml")
SIMILAR = (
    "己已巳 未末 土士 日曰 千干 大太 天夭 王玉 人入 八入 石右 困囚 园圆 苑宛 兰蓝 郡群 圆园 拦栏 "
    "塘溏 湖潮 洲州 浦埔 桔橘 侨桥 泰秦 辛幸 茶荼 晴睛 清青 徐除 榕溶 福富 弘宏 昌晶 星早 宝室 "
    "盛晟 琳林 珑龙 熙照 辰晨 澜蓝 坪平 玺尔 樟障 杨扬 阳杨 城诚 丽骊 丰半 贸货 商商 第弟 "
    "工土 厂广 局居 建健 化华 粮良"
).split()
FULL_WIDTH = {chr(at): chr(at + 0xFEE0) for at in range(0x21, 0x7F)}
DIGITS = "零一二三四五六七八九"


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    readings = {char: sound for sound, chars in raw["readings"].items() for char in chars}
    return raw["readings"], readings, raw["traditional"]


def pinyin(text: str) -> str:
    """Spell a text as people type it."""
    _, readings, _ = _tables()
    return "".join(readings.get(char, char) for char in text)


def traditional(text: str) -> str:
    """Write a text in traditional characters."""
    return "".join(_tables()[2].get(char, char) for char in text)


def full_width(text: str) -> str:
    """Write letters and digits in full width."""
    return "".join(FULL_WIDTH.get(char, char) for char in text)


def homophone(text: str, *, dice: Dice) -> str:
    """Write one character by another of the same sound."""
    sounds, readings, _ = _tables()
    for at in dice.shuffled(range(len(text))):
        others = sounds.get(readings.get(text[at], ""), text[at]).replace(text[at], "")
        if others:
            return text[:at] + dice.pick(others) + text[at + 1 :]
    return text


def similar(text: str, *, dice: Dice) -> str:
    """Write one character by another of similar shape; by its sound if none is alike."""
    for at in dice.shuffled(range(len(text))):
        others = "".join(group for group in SIMILAR if text[at] in group).replace(text[at], "")
        if others:
            return text[:at] + dice.pick(others) + text[at + 1 :]
    return homophone(text, dice=dice)


def typo(text: str, *, dice: Dice) -> str:
    """Misspell one character."""
    return homophone(text, dice=dice) if dice.chance(0.7) else similar(text, dice=dice)


def dropped(text: str, *, dice: Dice) -> str:
    """Leave out one character."""
    if len(text) < 3:
        return text
    at = dice.whole(0, len(text) - 1)
    return text[:at] + text[at + 1 :]


def added(text: str, *, dice: Dice) -> str:
    """Write one character too many: the same twice, or a filler."""
    if not text:
        return text
    at = dice.whole(0, len(text) - 1)
    extra = text[at] if dice.chance(0.3) else dice.pick("新大小老中省市东西南北")
    return text[:at] + extra + text[at:]


def odd_form(text: str, *, dice: Dice) -> str:
    """Write one character in its traditional form, or the digits in full width."""
    if any(char.isdigit() for char in text) and dice.chance(0.5):
        return full_width(text)
    if not text:
        return text
    at = dice.whole(0, len(text) - 1)
    return text[:at] + traditional(text[at]) + text[at + 1 :]


def chinese(number: int) -> str:
    """Write a number below 10,000 in Chinese: 105 一百零五."""
    said, zero = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            said += ("零" if zero and said else "") + DIGITS[digit] + unit
            zero = False
        else:
            zero = True
    return said.removeprefix("一") if said.startswith("一十") else said or "零"
