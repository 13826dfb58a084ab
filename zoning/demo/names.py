"""Invented names: word lists and how they become names. No person is meant by any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np

STREET_WORDS = (
    "人民 建设 解放 团结 和平 文化 新华 光明 胜利 友谊 中山 长安 迎宾 振兴 青年 育才 工农 "
    "红星 东风 朝阳 幸福 健康 民主 创业 科技 昌盛 滨河 绿洲 天山 雪莲 胡杨 沙枣 石榴 葡萄 "
    "玉泉 金桥 银川 延安 黄河 长江 泰山 昆仑 祁连 博格 准噶 西域 丝路 敦煌 凉州 伊水 北庭 "
    "轮台 楼兰 高昌 交河 塔河 绿苑 湖滨 森林 体育"
).split()
TOWN_WORDS = "红柳 三道桥 北梁 榆树沟 沙枣滩 白杨河 头屯 石城子 月牙泉 梧桐窝 双岔口 胡杨渡".split()
TOWN_SUFFIXES = ("镇", "镇", "乡")
SUBDISTRICT_WORDS = (
    "中心 新市 宁边 开源 延庆 五家 六合 平川 迎旭 大学路 工业园 绿苑 锦西 石油 园林 创新 "
    "古城 双桥 建国 八一"
).split()
FIRST = "春秋晨朝明清翠碧锦绣金银玉瑞祥和安泰福康宁怡静雅文华景阳丽佳嘉盛兴荣昌永长天云月星海江湖"
SECOND = "晖苑园庭城江湖泉溪河林松柏杨柳桐梅兰荷枫云霞光阳和安宁泰康乐福瑞祥盛源丰华景秀锦翠岸堤"
LANE_SUFFIXES = ("巷", "街", "一巷", "二巷", "三巷")
COMPOUND_SUFFIXES = ("花园", "小区", "家园", "佳苑", "名苑", "新村", "雅居", "公馆", "府", "里")
OLD_UNITS = (
    "面粉厂 县医院 粮食局 纺织厂 供销社 农机站 运输公司 印刷厂 水泥厂 糖厂 畜牧局 邮电局 "
    "物资局 百货公司 林业站 水利局 皮革厂 棉麻公司 变压器厂 食品厂"
).split()
VILLAGE_FIRST = "上下东西南北大小新老头二三四五六"
VILLAGE_SECOND = (
    "沟 梁 渠 坝 滩 湾 泉 庄 户 畦 工 营 宫 桥 树 圃 台 岗 洼 堡 槽 圈 井 窝 渡".split()
)
VILLAGE_WORDS = (
    "红旗 团结 民主 前进 光明 五星 丰收 幸福 永胜 和谐 向阳 东风 新华 建新 友好 兴隆 太平 "
    "永丰 长山 阿什 二畦 中渠 高桥 沙梁 黑泉 白碱 红沙 黄草 青格 甘泉"
).split()

_DIGITS = "零一二三四五六七八九"


def numeral(value: int) -> str:
    """Write 1 to 999 in Chinese: 1 一, 12 十二, 105 一百零五."""
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    said = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        said += "零"
    return said + (_DIGITS[ones] if ones else "")


def combine(firsts: Iterable[str], seconds: Iterable[str]) -> list[str]:
    """Return every first part with every other second part."""
    return [a + b for a in firsts for b in seconds if a != b]


def draw(words: Sequence[str], count: int, *, rng: np.random.Generator) -> list[str]:
    """Draw different words; a word that is listed twice is drawn once."""
    listed = list(dict.fromkeys(words))
    return [listed[k] for k in rng.permutation(len(listed))[:count]]


def arterial_words(count: int, *, rng: np.random.Generator) -> list[str]:
    """Return different words for main roads, the well-known ones first."""
    known = draw(STREET_WORDS, len(STREET_WORDS), rng=rng)
    more = draw([w for w in combine(FIRST, SECOND) if w not in known], count, rng=rng)
    # The first two name the axes of the county town.
    known = ["人民", "建设", *(word for word in known if word not in {"人民", "建设"})]
    return (known + more)[:count]


def lane_names(count: int, *, rng: np.random.Generator) -> list[str]:
    """Return different names of small streets."""
    words = [*STREET_WORDS, *combine(FIRST, SECOND)]
    return draw(combine(words, LANE_SUFFIXES), count, rng=rng)


def side_road_names(count: int, *, taken: Iterable[str], rng: np.random.Generator) -> list[str]:
    """Return different names of roads between arterials, none with a word that is `taken`."""
    used = set(taken)
    words = [word for word in combine(FIRST, SECOND) if word not in used]
    return draw(combine(words, ("路", "街", "大道")), count, rng=rng)


def compound_names(count: int, *, rng: np.random.Generator) -> list[str]:
    """Return different names of compounds."""
    return draw(combine(combine(FIRST, SECOND), COMPOUND_SUFFIXES), count, rng=rng)


def village_names(count: int, *, rng: np.random.Generator) -> list[str]:
    """Return different names of villages."""
    known = draw(VILLAGE_WORDS, len(VILLAGE_WORDS), rng=rng)
    more = combine(combine(VILLAGE_FIRST, [s for s in SECOND if s not in "一二三"]), VILLAGE_SECOND)
    plain = draw(combine(VILLAGE_FIRST, VILLAGE_SECOND), len(VILLAGE_FIRST) * 20, rng=rng)
    words = dict.fromkeys([*known, *plain, *draw(more, count, rng=rng)])
    return [f"{word}村" for word in words][:count]
