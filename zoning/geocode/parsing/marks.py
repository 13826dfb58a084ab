"""Marks: what a number and its unit, a bracket or a separator say without looking around.

One expression finds them all, left to right; the name of its group says which kind of mark it is.
Between two marks there are only names.
"""

from __future__ import annotations

import re

from zoning.geocode.numerals import FORMAL, READ_OUT, SPOKEN
from zoning.geocode.parsing.names import PROVINCES

# the kinds of marks, as the groups of the expression are called
SEPARATOR, BRACKET, CROSS, NEAR, NOTE = "sep", "bracket", "cross", "near", "note"
HIGHWAY, GROUP, LANE, BUILDING, UNIT = "road", "group", "lane", "building", "unit"
TOWN, VILLAGE = "town", "village"
FLOOR, PHASE, ROOM, NUMBER, BARE = "floor", "phase", "room", "number", "bare"

_ONES = "一二三四五六七八九"
# 北段, 四段, 西一段: a stretch of a road, with door numbers of its own
STRETCH = rf"(?:[东南西北中]{{1,2}}|[东南西北]?(?:\d{{1,2}}|{SPOKEN}))段"
_FREE = r"(?:(?<![a-z\d])|(?<=\d[a-z]))"
_PART = r"(?:[a-z]{0,2}\d+[a-z]?|[a-z](?![a-z]))"
_CHAIN = rf"{_PART}(?:[-_]+{_PART})+"
_LIST = r"\d+[a-z]?(?:[-、,/_]+\d+){1,9}(?=号)"
# a single letter is a number only where a unit, a dash or the end follows
_CODE = r"(?:[a-z]{0,2}\d+[a-z]?|[a-z](?=[-_号栋幢撞座楼区排单室]|$))"
_SUB = r"附|自编|甲|乙|丙|临|新"

_WORDS = (
    (BRACKET, r"\([^()]{0,60}\)"),
    (SEPARATOR, r"[-_,、/ .:+#&?*()]+"),
    (
        CROSS,
        (
            r"(?<=[路街道巷弄线])(?<!街道)(?:与|和|及)(?=.{1,9}[路街道巷弄线])|交叉路?口?|十字路口|三岔路口"
            r"|交岔口|交口|交汇处?|相交处|交界处?|(?<=[路街道巷弄])路?口(?![街镇村乡社新小东南西北路])"
        ),
    ),
    (
        NEAR,
        (
            r"(?:斜|正)?对面|对过|附近|旁边|隔壁|边上|楼[上下]|后面|前面|以[东西南北]"
            r"|[往向]?[东西南北]{0,2}约?\d{1,5}米处?|的?[东西南北]{2}角"
            r"|[东西南北]{1,2}[侧边]|门口|院内|旁(?!山)|到底"
            rf"|(?<=[路街道线]){STRETCH}"
            r"|(?<=[路街道巷弄])[东西南北](?=\d)|(?<=[路街])尾"
            r"|(?<=[厂店院司区园场楼厦市村学校馆局所站])内(?![蒙部环街江])"
        ),
    ),
    (
        NOTE,
        (
            r"(?:请)?(?:提前)?(?:电话?联系?|致电|来电)(?:收件人)?|自取|null|市辖[区县]|其[他它](?:地区|区)"
            rf"|中国(?=(?:{PROVINCES})省)"
        ),
    ),
)
# buildings, units and floors without a number
_NAMED = (
    (BUILDING, r"[甲乙丙丁戊东西南北中]?[栋幢]|[甲乙丙丁]座"),
    (UNIT, r"[甲乙丙丁东西南北中]单元"),
    (FLOOR, r"首层|顶[层楼]|底[层楼]|架空层"),
)
_GROUPS = r"村民小组|村民组|居民组|居民小组|生产队|小组|组(?!团|合)|大队|队|社(?![区会])"
# 三、四组: what is listed before the unit is a part of it
_ONE_GROUP = rf"(?:\d{{1,3}}|{SPOKEN})"
_LISTED_GROUPS = rf"第?{_ONE_GROUP}(?:[-、,/和至到]{_ONE_GROUP}){{1,9}}(?:{_GROUPS})"
# units after any numeral
_UNITS = (
    (GROUP, _GROUPS),
    (LANE, r"号?(?:支弄|支路|支巷|横路|横巷|弄|巷)"),
    (BUILDING, r"号楼|号馆|号库|#楼?(?!\d)|号?[栋幢撞]楼?|座|排(?!头)"),
    (UNIT, r"单元|号门(?![市诊口卫面前])"),
    (FLOOR, r"[楼层](?!盘)"),
    # the companies of a regiment of 兵团 are its villages
    (VILLAGE, r"连队?(?=$|[-\d,、.()])"),
    (PHASE, rf"期(?:[{_ONES}a-z东西南北中]区)?|区|组团"),
)
# units after figures and letters only: 三里屯, 五一路 and 一号店 are names
_UNITS_OF_FIGURES = (
    (
        HIGHWAY,
        r"国道|省道|县道|乡道|号?[东南西北]?(?:大街|大道)|号?(?:公路|马路|路(?!口))|号街|道(?![路口])",
    ),
    (TOWN, rf"团场?(?=(?:\d{{1,2}}|{SPOKEN})连)"),
    (LANE, r"条|胡同|横街|街(?![道坊区])"),
    (UNIT, r"门(?![市诊口卫面前])"),
    (NUMBER, r"[甲乙丙丁]号(?![楼栋幢馆库门])"),
    (ROOM, r"室|号?房间?|号?商?铺|号?店[面铺]?|号?档口?|户|号?商位|门面|门市|号?摊位|办公室"),
)
_UNITS_OF_NUMERALS = ((HIGHWAY, r"号(?:大街|大道|路|街)"),)
_DOOR = (
    r"号(?!地块|码头|线|桥|站)"
    rf"(?:大院|院(?!士)|附\d+号?|之(?:\d+|[{_ONES}])|[甲乙丙丁](?![座栋])|-\d+(?![\d栋幢室单号]))?"
)


def _either(rules: tuple[tuple[str, str], ...], place: str) -> str:
    """Return the rules side by side; the place keeps the names of their groups apart."""
    named = enumerate(rules)
    return "|".join(f"(?P<{name}_{place}{at}>{rule})" for at, (name, rule) in named)


def _expression() -> re.Pattern[str]:
    figures = _either((*_UNITS, *_UNITS_OF_FIGURES, (NUMBER, _DOOR)), "f")
    numerals = _either((*_UNITS, *_UNITS_OF_NUMERALS, (NUMBER, f"{_DOOR}(?!店|公馆)")), "n")
    formal = _either((*_UNITS, (NUMBER, _DOOR)), "o")
    # 附, 甲 and the like only before a door's number
    door = rf"(?=[a-z\d{_ONES}十]{{1,9}}(?:[-、,/_]\d+){{0,9}}号(?![楼栋幢馆库门]))"
    lead = rf"(?:第|负|地下|[东南西北中](?=[\d{_ONES}十]+区)|(?:{_SUB}){door})?"
    words = _either((*_WORDS, (GROUP, _LISTED_GROUPS)), "w")
    counted = (
        rf"{lead}(?:{_FREE}(?:{_LIST}|{_CHAIN}|{_CODE})(?:{figures})?"
        rf"|{SPOKEN}(?:{numerals})|{FORMAL}(?:{formal})|{READ_OUT}(?:(?P<{ROOM}_r>室)|(?P<{NUMBER}_r>号)))"
    )
    rules = f"{words}|{_either(_NAMED, 'b')}|{counted}"
    begins = "".join(sorted(set(re.findall("[\u4e00-\u9fff]", rules))))
    # at most characters no rule has to be tried
    return re.compile(rf"(?=[\x20-\x7e、{begins}])(?:{rules})")


MARKS = _expression()
