"""Cut a run of names into components: the cheapest way through the suffixes that stand in it.

Each suffix may end a name, or be a part of one (the 市 of 市场路). A small dynamic programme over
the suffixes of the run weighs how long names of a kind usually are, and which kind follows which:
divisions from large to small, then roads, then compounds. The weights are set by hand.
"""

from __future__ import annotations

import re
from typing import Any

from zoning.geocode.model import Kind

# ranks: larger before smaller; also the indexes of the tables below
(
    START,
    PROV,
    CITY,
    DIST,
    DEV,
    TOWN,
    COMM,
    GROUP,
    ROAD,
    LANE,
    NUM,
    COMP,
    PHASE,
    BLDG,
    UNIT,
    FLOOR,
    ROOM,
) = range(17)
NUMERALS = "一二三四五六七八九十"
KINDS = (
    Kind.OTHER, Kind.PROVINCE, Kind.CITY, Kind.DISTRICT, Kind.DEVZONE, Kind.TOWN, Kind.COMMUNITY,
    Kind.GROUP, Kind.ROAD, Kind.LANE, Kind.NUMBER, Kind.COMPOUND, Kind.PHASE, Kind.BUILDING,
    Kind.UNIT, Kind.FLOOR, Kind.ROOM,
)  # fmt: skip
RANK = {kind: rank for rank, kind in enumerate(KINDS)}
NEVER = 99.0
# of the 34 divisions of the first level those that are called 省
PROVINCES = (
    "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南"
    "|陕西|甘肃|青海|台湾"
)
# the prefectures' cities with four characters: without them 乌鲁木齐市 reads like a city and
# another in it, as 宁波余姚市 is
CITIES_OF_FOUR = "乌鲁木齐|呼和浩特|鄂尔多斯|呼伦贝尔|乌兰察布|巴彦淖尔|齐齐哈尔|克拉玛依"
# how sure a kind is that its suffix tells, a cut beside a name without one, and such a name itself
SAID, UNSAID, GUESSED = 0.95, 0.6, 0.4

# rank, or a kind without one; start; end; confidence
Piece = tuple[int | Kind, int, int, float]
# no address has a longer run of names; what does is taken in parts, so that time stays linear
LONGEST_RUN = 40

# each suffix: what it costs to take it for a part of a longer name, and the kinds that it may end,
# with the cost of each number of characters before it
_Ends = tuple[tuple[int, tuple[float, ...]], ...]
_N = NEVER
_FIRM = (3.0, 0.5, 0.1, 0.0, 0.0, 0.2, 0.6, 1.0, 1.4)
_SHAPES: tuple[tuple[str, float, _Ends], ...] = (
    (f"(?:{PROVINCES})省", 3.0, ((PROV, (0.0, _N)),)),
    ("浦东新区", 3.0, ((DIST, (0.0, _N)),)),
    (f"(?:{CITIES_OF_FOUR})市", 3.0, ((CITY, (0.0, _N)),)),
    ("自治区|特别行政区", 3.0, ((PROV, (_N, 1.0, 0.0, 0.0, 0.0, 0.0)),)),
    ("省", 1.2, ((PROV, (_N, 2.0, 0.0, 0.5, 3.0)),)),
    ("自治州|地区|盟", 1.0, ((CITY, (_N, 2.0, 0.2, 0.2, 0.2, 0.3, 0.5, 0.5, 1.0, 1.0)),)),
    # a prefecture before what lies in it: 昌吉州沙泉县; of 杭州 and 郑州 too little stands before
    ("(?<=..)州(?=..{0,4}?[县市旗镇乡])", 0.8, ((CITY, (_N, _N, 0.0, 0.6, 1.0)),)),
    (
        "市(?!场|民[中广街]|心[东南西北中]?路|府[路大广]|委党|政府|容|集|郊)",
        1.2,
        (
            (CITY, (_N, 3.0, 0.0, 0.8, 2.0, 3.0, 5.0)),
            (DIST, (_N, 3.0, 0.1, 0.9, 2.2, 3.0, 5.0)),
        ),
    ),
    ("自治县|自治旗", 3.0, ((DIST, (_N, 2.0, 0.3, 0.2, 0.2, 0.2, 0.3, 0.4, 0.8)),)),
    ("县(?!前|衙|政府|府|学|医院)|旗(?=.)", 1.5, ((DIST, (_N, 0.6, 0.0, 1.2, 2.5, 4.0)),)),
    (
        (
            "(?:经济|技术|高新|产业|综合|工业|农业|国家级|旅游|高教)*开发区|高新技术产业园区|高新(?:园)?区"
            "|保税区|度假区|示范区|经开区|集聚区|新区|管委会"
        ),
        1.5,
        (
            (DEV, (0.3, 0.6, 0.0, 0.4, 0.6, 1.2, 2.0, 3.0)),
            (COMP, (3.0, 2.0, 1.0, 1.0, 1.0, 1.2)),
        ),
    ),
    ("村民小?组", 1.5, ((GROUP, (_N, 0.4, 0.0, 0.3, 0.8)),)),
    (
        "社区居委会|社区(?:居民委员会)?|居委会|居民委员会|村民委员会|村委会?|行政村|自然村|嘎查",
        1.2,
        ((COMM, (_N, 1.5, 0.0, 0.2, 0.7, 1.5, 2.5, 3.5)),),
    ),
    (
        "新村",
        0.8,
        (
            (COMP, (1.5, 0.6, 0.0, 0.3, 0.6, 1.2)),
            (COMM, (1.5, 0.4, 0.8, 1.2, 2.0, 3.0)),
        ),
    ),
    (
        f"(?<=[{NUMERALS}])村",
        0.7,
        (
            (COMM, (_N, 0.5, 1.0, 1.2, 1.8, 2.5)),
            (COMP, (_N, 1.5, 0.4, 0.1, 0.3, 0.8)),
        ),
    ),
    (
        "村",
        0.9,
        (
            (COMM, (_N, 1.2, 0.0, 0.3, 1.2, 2.0, 3.0, 4.0)),
            (COMP, (_N, 2.2, 1.0, 1.2, 1.5, 2.2, 3.0)),
        ),
    ),
    (
        (
            "工业园区|工业区|工业园|产业园区?|科技园区?|创业园|创意园|物流园|软件园|电子商务园|园区"
            "|住宅小?区|生活区|宿舍区|校区|交易区|商务区|小区"
        ),
        1.5,
        ((COMP, (0.5, 0.7, 0.0, 0.1, 0.2, 0.4, 0.7, 1.0, 1.4)),),
    ),
    (
        "(?<=[东南西北中])区",
        0.8,
        (
            (DIST, (_N, 1.2, 0.1, 1.4, 2.8)),
            (PHASE, (_N, 0.2, 1.4, 3.0)),
            (COMP, (_N, 2.2, 1.2, 0.5, 1.4, 1.4)),
        ),
    ),
    (
        "区(?!域|间|块|政府|委会|公所|公安)",
        1.6,
        (
            (DIST, (_N, 1.5, 0.0, 1.0, 2.4, 4.0, 5.0)),
            (COMP, (_N, 3.0, 1.6, 1.1, 1.0, 1.0, 1.4, 1.8)),
        ),
    ),
    ("街道(?:办事处|办)?", 2.5, ((TOWN, (_N, 2.0, 0.0, 0.4, 1.6, 2.6, 3.6)),)),
    (
        "苏木|办事处",
        0.8,
        (
            (TOWN, (_N, 2.0, 0.3, 0.6, 1.2, 2.2)),
            (COMP, (2.0, 2.0, 1.0, 0.6, 0.5, 0.5, 0.6)),
        ),
    ),
    ("镇(?!政府)", 1.3, ((TOWN, (_N, 1.0, 0.0, 0.5, 2.2, 3.5)),)),
    ("乡(?!政府|村)", 0.8, ((TOWN, (_N, 1.5, 0.0, 0.5, 1.6, 2.2, 2.7, 3.2)),)),
    # a service road has the doors, and the name of the road beside it
    (
        "[东南西北中]?(?:大街|大道|马路|公路|路|街|道)辅[路道](?!桥|口)",
        1.4,
        ((ROAD, (2.4, 0.8, 0.0, 0.3, 1.4, 2.8, 3.8)),),
    ),
    # what many towns have, and name roads after: no 工人 is a city or a town
    (
        (
            "(?:工人|职工|人民|市民)(?:体育场|体育馆|文化宫|公园|广场|中心|会堂|医院)"
            "[东南西北中]?(?:大街|大道|马路|路|街(?!道)|巷)"
        ),
        3.0,
        ((ROAD, (0.0, _N)),),
    ),
    # 东四十条 and 西里二条: lanes that are counted
    (
        f"(?<=[{NUMERALS}])条(?=$|\\d|[甲乙丙丁附新临])",
        1.4,
        ((ROAD, (_N, 2.4, 0.4, 0.0, 0.2, 0.8, 1.6)),),
    ),
    (f"[{NUMERALS}](?:马路|经路|纬路)", 1.4, ((ROAD, (0.4, 1.6, 0.2, 0.5, 2.0, 3.0)),)),
    # 南大街 is a whole name, 中路 hardly ever
    ("[东南西北中]大?街(?!道)", 1.4, ((ROAD, (0.7, 0.5, 0.0, 0.5, 2.0, 3.0, 4.0)),)),
    (
        f"(?:[东南西北中]|[{NUMERALS}])(?:大街|大道|马路|路|街|(?<=[{NUMERALS}])道)(?!道|街道|桥|边摊)",
        1.4,
        ((ROAD, (2.4, 0.5, 0.0, 0.5, 2.0, 3.0, 4.0)),),
    ),
    ("大街|大道|马路|公路|高速", 1.4, ((ROAD, (1.5, 1.2, 0.0, 0.3, 1.4, 2.8, 3.8)),)),
    ("路(?!桥区|桥街|政|街道)", 1.2, ((ROAD, (_N, 1.6, 0.0, 0.6, 2.0, 3.0, 4.0)),)),
    ("胡同|街(?!道)|巷|弄", 0.9, ((ROAD, (_N, 1.0, 0.0, 0.4, 1.2, 2.5, 3.5)),)),
    ("道(?![路口])|线(?!路)|堤", 0.2, ((ROAD, (_N, 3.0, 1.4, 2.0, 3.0, 4.0)),)),
    ("(?<=.)组(?![团合])", 0.3, ((GROUP, (_N, 1.6, 0.8, 1.4, 3.0)),)),
    (
        "(?:股份)?有限(?:责任)?公司|分公司|公司|集团",
        0.8,
        ((COMP, (3.0, 2.0, 0.8, 0.4, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.2, 0.4, 0.6, 0.8)),),
    ),
    (
        (
            "花园|花苑|花城|家园|嘉园|佳苑|嘉苑|名苑|新苑|雅苑|公寓|大厦|广场|大楼|商城|市场|中心|新城"
            "|别墅|山庄|宿舍|大院|家属院|学校|中学|小学|幼儿园|卫生院|大酒店|酒店|宾馆"
            "|饭店|超市|工厂|支行|商场|百货|车站|客运站|火车站|地铁站|加油站|派出所|政府|检察院"
            "|法院|公园|商厦|商贸城|商业街|菜场|研究所|研究院|服务站"
        ),
        0.9,
        ((COMP, _FIRM),),
    ),
    (
        "[苑厦寓邸墅郡轩庭]",
        0.8,
        ((COMP, (_N, 0.9, 0.3, 0.2, 0.4, 0.6, 1.0, 1.4)),),
    ),
    # names of these go on: 某大学某校区, 某银行某支行
    ("大学|学院|医院|银行", 0.3, ((COMP, _FIRM),)),
    (
        "国际|[园厂院馆店局府湾居庄坊城楼阁里都所站部场家厅]",
        0.1,
        ((COMP, (_N, 1.3, 0.4, 0.2, 0.4, 0.6, 1.0, 1.4)),),
    ),
)
# at most characters no rule has to be tried
_BEGINS = "".join(
    sorted(set(re.findall("[\u4e00-\u9fff]", "".join(rule for rule, _, _ in _SHAPES))))
)
_SUFFIX = re.compile(f"(?=[{_BEGINS}])(?:" + "|".join(f"({rule})" for rule, _, _ in _SHAPES) + ")")
_WEIGHTS = tuple(weight for _, weight, _ in _SHAPES)
_ENDS = tuple(kinds for _, _, kinds in _SHAPES)
_LONGER = 0.9  # each character beyond the lengths of a table


def _follows(before: int, kind: int) -> float:
    """Return the cost of one kind after another."""
    if kind == PROV:
        return (3.0 if before > TOWN else 1.5) if before else 0.0
    if kind <= TOWN:
        if before > TOWN:
            return 4.5
        if before >= kind:
            return 1.6 if before == kind else 2.8
        if kind == DIST:
            return 0.3 if before < CITY else 0.0
        # between a prefecture and a town there is a district; 市 above a town is a county's
        return 0.6 if kind == TOWN and before == CITY else 0.0
    if kind == COMM:
        return {COMM: 0.8, ROAD: 1.8, LANE: 2.5, NUM: 3.0, COMP: 1.2}.get(
            before, 4.0 if before > COMP else 0.0
        )
    if kind == ROAD:
        return {ROAD: 0.8, LANE: 1.2, NUM: 1.2, COMP: 0.5}.get(
            before, 2.0 if before > COMP else 0.0
        )
    if kind == PHASE:
        return {COMP: 0.0, COMM: 0.6, PHASE: 1.0}.get(before, 2.4)
    if kind == GROUP:
        return 0.0 if before == COMM else 1.5
    return {COMP: 0.9, ROAD: 0.2, NUM: 0.0, PHASE: 0.8, PROV: 1.0}.get(before, 0.3)


_COUNT = len(KINDS)
_INTO = tuple(tuple(_follows(before, kind) for before in range(_COUNT)) for kind in range(_COUNT))


def _unsaid(before: int, kind: int) -> tuple[tuple[int, float, tuple[int, ...]], ...]:
    """Return the names without suffix that may stand between two kinds.

    Each is how many characters it takes, its cost, and its kinds, two characters each where there
    are several: 金华义乌 before 福田街道 is a city and a district.
    """
    if kind == DIST:
        return ((2, 1.2, (CITY,)), (3, 2.8, (CITY,))) if before < CITY else ()
    if kind in {DEV, TOWN}:
        if before < CITY:
            one = CITY if kind == DEV else DIST
            return ((2, 1.5, (one,)), (3, 3.2, (one,)), (4, 2.2, (CITY, DIST)))
        return ((2, 1.2, (DIST,)), (3, 2.6, (DIST,))) if before == CITY else ()
    if kind == COMP and before == PROV:
        return ((2, 0.5, (CITY,)), (4, 1.2, (CITY, DIST)))  # there is a city between
    if kind not in {COMM, ROAD} or before > COMM:
        return ((2, 2.4, (COMP,)), (3, 2.4, (COMP,)), (4, 2.2, (COMP,))) if kind == ROAD else ()
    if before < DIST:
        two = (CITY, DIST) if before < CITY else (DIST, TOWN)
        three = (6, 3.4, (CITY, DIST, TOWN)) if before < CITY else (6, _N, ())
        return ((2, 1.6, two[:1]), (3, 3.0, two[1:]), (4, 2.6, two), three)
    if before < TOWN:
        return ((2, 1.6, (TOWN,)), (3, 2.2, (TOWN,)), (4, 3.0, (TOWN, COMM)))
    if before == TOWN and kind == ROAD:
        return ((2, 1.7, (COMM,)), (3, 2.0, (COMM,)), (4, 2.6, (COMP,)))
    return ((2, 2.4, (COMP,)), (3, 2.4, (COMP,)), (4, 2.4, (COMP,))) if kind == ROAD else ()


_BARE = tuple(tuple(_unsaid(before, kind) for before in range(_COUNT)) for kind in range(_COUNT))
# what is left at the end of a run and has no suffix
_REST = (0.0, 2.8, 1.4, 1.2, 1.0, 1.2, 1.5, 1.8, 2.1, 2.4)

# cost, where it ends, kind, weight of all suffixes up to here, the state before, the unsaid between
_State = tuple[float, int, int, float, Any, Any]


def cut(text: str, start: int, end: int, before: int) -> list[Piece]:
    """Return the components of a run of names as (rank, start, end, confidence).

    Parameters
    ----------
    text
        Plain text.
    start, end
        The run in it.
    before
        Rank of the component before the run.
    """
    if end - start > LONGEST_RUN:
        pieces: list[Piece] = []
        for first in range(start, end, LONGEST_RUN):
            pieces += cut(text, first, min(end, first + LONGEST_RUN), before)
            before = int(pieces[-1][0])
        return pieces
    states: list[_State] = [(0.0, start, before, 0.0, None, None)]
    weight = 0.0
    for match in _SUFFIX.finditer(text, start, end):
        stem, at = match.span()
        shape = (match.lastindex or 1) - 1
        reached = []
        for kind, lengths in _ENDS[shape]:
            state = _cheapest(states, stem, at, kind, lengths, weight, _WEIGHTS[shape])
            if state is not None:
                reached.append(state)
        states += reached
        weight += _WEIGHTS[shape]
    return _trace(states, end, weight)


def _cheapest(
    states: list[_State],
    stem: int,
    at: int,
    kind: int,
    lengths: tuple[float, ...],
    weight: float,
    own: float,
) -> _State | None:
    """Return the cheapest way to a name of a kind that ends here."""
    lowest = _N
    chosen: _State | None = None
    unsaid = None
    into, bare, many = _INTO[kind], _BARE[kind], len(lengths)
    for state in states:
        cost, ended, previous, skipped, _, _ = state
        core = stem - ended
        if core < 0:
            continue
        cost += into[previous] + weight - skipped
        if cost >= lowest:
            continue
        whole = cost + (lengths[core] if core < many else lengths[-1] + _LONGER * (core - many + 1))
        if whole < lowest:
            lowest, chosen, unsaid = whole, state, None
        for name in bare[previous]:
            left = core - name[0]
            if 0 <= left < many and cost + name[1] + lengths[left] < lowest:
                lowest, chosen, unsaid = cost + name[1] + lengths[left], state, name
    if chosen is None:
        return None
    return (lowest, at, kind, weight + own, chosen, unsaid)


def _trace(states: list[_State], end: int, weight: float) -> list[Piece]:
    """Return the names along the cheapest way to the end."""
    lowest = _N * 10
    chosen = states[0]
    for state in states:
        left = end - state[1]
        cost = state[0]
        if left:
            cost += _REST[left] if left < len(_REST) else _REST[-1] + 0.2 * (left - len(_REST) + 1)
            cost += _INTO[COMP][state[2]] + weight - state[3]
        if cost < lowest:
            lowest, chosen = cost, state
    pieces: list[Piece] = []
    if chosen[1] < end:
        pieces.append((COMP, chosen[1], end, UNSAID))
    while chosen[4] is not None:
        _, at, kind, _, previous, unsaid = chosen
        first = previous[1]
        if unsaid is None:
            pieces.append((kind, first, at, SAID))
        else:
            pieces.append((kind, first + unsaid[0], at, UNSAID))
            pieces += _spread(unsaid, first)
        chosen = previous
    pieces.reverse()
    return pieces


def _spread(unsaid: tuple[int, float, tuple[int, ...]], first: int) -> list[Piece]:
    """Return the names without suffix, the last one first."""
    size, _, kinds = unsaid
    each = size // len(kinds)
    return [
        (kind, first + each * at, first + each * (at + 1), GUESSED)
        for at, kind in reversed(list(enumerate(kinds)))
    ]
