"""Personal data in a text, found and masked before anything is public.

What has a form is found surely: identity numbers, telephones, mail addresses. Names of children
have none: they are found where words around them say so, and a person looks at every text before
it is shown.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from zoning.intake.personal import is_identity_number, is_old_identity_number

if TYPE_CHECKING:
    from collections.abc import Iterator

MASK = "＊"


class Personal(StrEnum):
    """What kind of personal data was found."""

    IDENTITY = "identity"
    PHONE = "phone"
    MAIL = "mail"
    ACCOUNT = "account"
    NAME = "name"


@dataclass(frozen=True)
class Found:
    """Personal data at a place of a text: characters from `start` to before `end`."""

    kind: Personal
    start: int
    end: int


@dataclass(frozen=True)
class Masked:
    """A text without the personal data that was found in it."""

    text: str
    found: tuple[Found, ...]


_FIGURES = {sign: str(at) for at, sign in enumerate("零一二三四五六七八九")}
_FIGURES |= {"〇": "0", "○": "0", "幺": "1", "壹": "1", "贰": "2", "叁": "3", "肆": "4", "伍": "5"}
_FIGURES |= {"陆": "6", "柒": "7", "捌": "8", "玖": "9", "两": "2"}

# a list of door numbers is written with commas: these do not join figures; what nobody sees does
_UNSEEN = r"\u00ad\u034f\u180e\u200b-\u200f\u20e3\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
_GAP = rf"[ \t\u00a0\u3000\-‐-―·._()+{_UNSEEN}]*"
_RUN = re.compile(rf"[0-9](?:{_GAP}[0-9]){{5,}}(?:{_GAP}[xX](?![a-zA-Z]))?")
_MOBILE = re.compile(r"(?:0086|86)?1[3-9]\d{9}")
# as people cut it; with commas, too, which otherwise part door numbers
_CUT = re.compile(r"(?<![0-9])1[3-9][0-9](?:[\s,/;]{1,3}[0-9]{4}){2}(?![0-9号])")
_LANDLINE = re.compile(r"0\d{2,3}[2-9]\d{6,7}")
# a number of a town has no form of its own: the word before it says what it is
_TOLD = re.compile(
    r"(?:电话|手机|座机|热线|联系方式|[Tt]el(?:ephone)?|[Pp]hone|[Mm]obile)(?:号码|号)?[\s:：.是为]*"
    rf"([0-9](?:{_GAP}[0-9]){{6,11}})"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ACCOUNT = re.compile(
    r"(?:微信号?|[Ww]e[Cc]hat|VX|vx|WX|wx|[Qq]{2}号?)[\s:：是为]*([A-Za-z0-9_\-]{5,20})"
)

# surnames that are frequent today, without those that begin a common word more often than a name
_COMPOUND = (
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 端木 宇文 长孙 南宫".split()
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤"
    "温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿兰焦俞左柳甘祝包宁符舒阮柯纪梅童凌毕季裴"
    "霍涂苗谷盛冉翁蓝骆路游辛靳柴蒙鲍华喻祁蒲房滕屈饶牟艾尤穆司古吉缪简麦褚娄窦戚岑景党宫费冷晏席卫米柏"
    "宗瞿桂佟臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查"
)
_GIVEN = r"[\u4e00-\u9fff]{1,2}"
_ONE_NAME = rf"(?:(?:{'|'.join(_COMPOUND)}|[{_SURNAMES}]){_GIVEN})"
_SHORT_FIRST = rf"(?:(?:{'|'.join(_COMPOUND)}|[{_SURNAMES}]){_GIVEN}?)"
_LONG_NAME = r"[\u4e00-\u9fff]{2,8}(?:[·•‧・][\u4e00-\u9fff]{2,10})+"
_LATIN_NAME = r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+){0,2}"
_CHILD = (
    r"(?:孩子|小孩|娃儿?|宝宝|宝贝|儿子|女儿|闺女|大儿|小儿|大女儿?|小女儿?|孙子|孙女|外孙女?|外甥女?|侄子|侄女"
    r"|哥哥|姐姐|弟弟|妹妹|学生|小朋友|同学|老大|老二)"
)
_END = (
    r"(?=$|[^\u4e00-\u9fff]|今年|现在|现|在|是|已|就|读|上|要|将|也|的|和|与|跟|明年|即|到|从|想|能"
    r"|会|应|属|都)"
)
_CALLED = r"(?:名字?叫做?|名字|叫做?|名字?[是为]|姓名[:：是为]?|名为|[:：])"
_NAMES = (
    # 我女儿叫张小雨, 学生姓名：张小雨, 孩子：张小雨
    re.compile(rf"(?:{_CHILD}|本人|我)的?\s*{_CALLED}\s*({_LONG_NAME}|{_SHORT_FIRST}){_END}"),
    re.compile(rf"姓名\s*[:：是为]\s*({_LONG_NAME}|{_ONE_NAME})"),
    # 我的孩子张小雨今年六岁
    re.compile(rf"{_CHILD}({_LONG_NAME}|{_SHORT_FIRST}){_END}"),
    # 张小雨小朋友, 张小雨同学
    re.compile(rf"({_LONG_NAME}|{_ONE_NAME})(?:小朋友|同学)"),
    # 张小雨今年六岁, 张小雨（6岁）
    re.compile(
        rf"({_LONG_NAME}|{_ONE_NAME})[,，\s]*(?:今年|现年)[0-9一二三四五六七八九十]{{1,3}}周?岁"
    ),
    re.compile(rf"({_LONG_NAME}|{_ONE_NAME})[(（][0-9一二三四五六七八九十]{{1,3}}周?岁"),
    # 张小雨的妈妈, 我是张小雨家长
    re.compile(rf"({_LONG_NAME}|{_ONE_NAME})的?(?:妈妈|爸爸|父亲|母亲|爷爷|奶奶)"),
    re.compile(rf"我是({_LONG_NAME}|{_ONE_NAME})的?家长"),
    re.compile(rf"({_LONG_NAME})"),
    # my daughter Zhang Xiaoyu, a pupil named Aman
    re.compile(
        r"\b(?:[Ss]on|[Dd]aughter|[Cc]hild|[Kk]id|[Bb]oy|[Gg]irl|[Pp]upil|[Ss]tudent|[Bb]rother|[Ss]ister"
        r"|[Gg]randson|[Gg]randdaughter|[Nn]ephew|[Nn]iece|[Cc]hildren|[Nn]ame|[Nn]amed|[Cc]alled)s?"
        r"(?:'s name)?,?:?\s+(?:is\s+|are\s+)?(?:named\s+|called\s+)?"
        rf"({_LATIN_NAME}(?:(?:,| and) {_LATIN_NAME})*)"
    ),
    re.compile(rf"({_LATIN_NAME})'s (?:father|mother|dad|mum|mom|parents?)\b"),
)
# words that begin like a surname and are none
_NO_NAMES = re.compile(
    r"^(?:安全|安排|方便|方面|方案|文化|文明|高年|高中|高峰|明年|明天|明确|万一|任何|许多|周边|周围|周末|路上|路远|路程|"
    r"路口|马上|马路|严重|金额|石油|平安|米|师资|师生|商业|商量|查询|边上|宁可|宁愿|左右|康复|温暖|钱|景区|党员|申请|"
    r"于|何|曾|田径|白天|江边|夏天|夏季|秦|季节|童年|简单|房|荣誉|冷|顾虑)"
)


def find_personal(text: str) -> tuple[Found, ...]:
    """Find personal data in a text, in the order of its places; none overlap."""
    plain = _plain(text)
    kept: list[Found] = []
    # the surest kinds first: a mail address may hold a number, a number no name
    for item in (*_forms(plain), *_numbers(plain), *_named(plain)):
        if all(item.end <= other.start or item.start >= other.end for other in kept):
            kept.append(item)
    return tuple(sorted(kept, key=lambda item: item.start))


def masked(text: str) -> Masked:
    """Return a text with its personal data masked; its length and all else stay."""
    found = find_personal(text)
    letters = list(text)
    for item in found:
        letters[item.start : item.end] = MASK * (item.end - item.start)
    return Masked("".join(letters), found)


def _plain(text: str) -> str:
    """Return the text with each character in its usual width, so that places stay."""
    letters = []
    for letter in text:
        usual = unicodedata.normalize("NFKC", letter)
        letters.append(usual if len(usual) == 1 else letter)
    return "".join(letters)


def _numbers(text: str) -> Iterator[Found]:
    """Find identity numbers and telephones, also where figures are written as words or apart."""
    figures = "".join(_FIGURES.get(letter, letter) for letter in text)
    for match in _RUN.finditer(figures):
        digits = re.sub(_GAP, "", match.group())
        kind = _kind_of(digits)
        if kind is not None:
            yield Found(kind, match.start(), match.end())
    for match in _CUT.finditer(figures):
        yield Found(Personal.PHONE, match.start(), match.end())
    # after the longer ones: the first figures of an identity number are no telephone
    for match in _TOLD.finditer(figures):
        yield Found(Personal.PHONE, match.start(1), match.end(1))


def _kind_of(digits: str) -> Personal | None:
    if _MOBILE.search(digits) or _LANDLINE.fullmatch(digits):
        # a longer run may hold both a telephone and more: all of it is masked
        return Personal.IDENTITY if is_identity_number(digits) else Personal.PHONE
    runs = (digits[at : at + 18] for at in range(max(1, len(digits) - 17)))
    if any(is_identity_number(run) for run in runs):
        return Personal.IDENTITY
    if len(digits) == 15 and is_old_identity_number(digits):
        return Personal.IDENTITY
    return None


def _forms(text: str) -> Iterator[Found]:
    for match in _MAIL.finditer(text):
        yield Found(Personal.MAIL, match.start(), match.end())
    for match in _ACCOUNT.finditer(text):
        yield Found(Personal.ACCOUNT, match.start(1), match.end(1))


def _named(text: str) -> Iterator[Found]:
    for pattern in _NAMES:
        for match in pattern.finditer(text):
            if not _NO_NAMES.match(match.group(1)):
                yield Found(Personal.NAME, match.start(1), match.end(1))
