"""From chances to an answer: the match code, whether to ask, and why, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zoning.geocode.answer import Answer, MatchCode, Reason
from zoning.geocode.doubts import UNLESS_NAMED
from zoning.geocode.kernels import FAR_M, FEATURES, METRES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zoning.geocode.fallback import Fallback
    from zoning.geocode.record import Record

_COLUMN = {name: k for k, name in enumerate(FEATURES)}
# an answer elsewhere that is at least half as probable makes a tie
TIED_SHARE = 0.5
# a point stands for a whole compound: its gate, its middle, or one of its buildings
LEAST_RADIUS_M = 50.0
# how often a point between two numbers is right in invented cities, however close they are: the
# rows that have them may be wrong, and more so where the comparison points to another place
SOUND, CONTRADICTED = 0.97, 0.6
# names with less in common are other names
_LEAST = 0.1
# with any of these an equal name or number may still be another place
_DIFFER = (
    "part_conflict", "part_one_sided", "road_conflict", "number_near", "number_far",
    "suffix_conflict", "building_conflict", "group_conflict", "place_conflict", "district_conflict",
    "respelt",
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """What is known of the row that a question probably means.

    Parameters
    ----------
    row
        The row, or None where nothing comes near.
    lon, lat
        Its point.
    features
        The comparison, in the order of `FEATURES`.
    point, place
        Calibrated chances that the point is right, and that it is the very place.
    rival
        Row elsewhere that may be meant.
    rival_point
        Its chance, before calibration, beside `raw_point` of the row.
    raw_point
        Chance of the row before calibration.
    spread_m
        Distance within which nine tenths of the chance lie.
    zone
        Chance that the place lies in the zone of the point; None without zones.
    rival_in_zone
        Whether the rival lies in the same zone.
    """

    row: int | None
    lon: float
    lat: float
    features: Sequence[float]
    point: float
    place: float
    rival: int | None
    rival_point: float
    raw_point: float
    spread_m: float
    zone: float | None
    rival_in_zone: bool

    def has(self, feature: str) -> bool:
        """Tell whether the comparison says so."""
        return self.features[_COLUMN[feature]] > 0


def decide(
    asked: Record,
    judged: Judged,
    *,
    accept: float,
    likely: float,
    accuracy_m: float,
    fallback: Fallback | None,
) -> Answer:
    """Decide what is answered; whatever a question gives reason to ask about is not accepted."""
    answer = _decide(
        asked, judged, accept=accept, likely=likely, accuracy_m=accuracy_m, fallback=fallback
    )
    doubts = [key for key in asked.doubts if not (asked.name and key in UNLESS_NAMED)]
    if not doubts:
        return answer
    told = tuple(Reason(key, {}) for key in doubts)
    return replace(answer, accepted=False, reasons=(*answer.reasons, *told))


def _decide(
    asked: Record,
    judged: Judged,
    *,
    accept: float,
    likely: float,
    accuracy_m: float,
    fallback: Fallback | None,
) -> Answer:
    """Decide what is answered to a question that gives no other reason to ask.

    A tie is a tie only where it matters: candidates of one zone lead to one school, whichever is
    meant.

    Parameters
    ----------
    asked
        The question.
    judged
        The row that it probably means.
    accept, likely
        Chances from which an answer is given, and below which it is refused.
    accuracy_m
        How far rows of the table about one place lie apart.
    fallback
        What the road, its numbers or the village say; None where they say nothing.
    """
    sure = min(judged.point, judged.place) >= accept
    safe = judged.zone is not None and judged.zone >= accept
    weak = judged.row is None or min(judged.point, judged.place) < likely
    tied = judged.rival is not None and judged.rival_point >= TIED_SHARE * judged.raw_point
    tied = tied and not judged.rival_in_zone and not safe
    # neither of two places that are as likely is likely alone
    if weak and not safe and not (tied and judged.raw_point + judged.rival_point >= likely):
        if _is_its_group(asked, judged) and fallback is not None:
            # the group's own row lies nearer than the middle of the village
            chance = max(min(judged.point, judged.place), fallback.probability)
            answer = _answer(MatchCode.FUZZY, judged, accuracy_m, reasons=_reasons(judged))
            return replace(answer, probability=chance)
        if fallback is not None and not asked.name:
            answer = _from_fallback(fallback, asked, judged, accept=accept, accuracy_m=accuracy_m)
            if not _is_its_door(judged, fallback):
                return answer
            return replace(answer, code=_code(asked, judged), reasons=_reasons(judged))
        why = _why_refused(judged, fallback)
        return _answer(MatchCode.REFUSED, judged, accuracy_m, reasons=why)
    if tied:
        why = (*_reasons(judged), Reason("TIED", {}))
        return _answer(MatchCode.TIED, judged, accuracy_m, reasons=why)
    code, reasons = _code(asked, judged), _reasons(judged)
    if code is MatchCode.VILLAGE and fallback is not None:
        # the point of the whole village
        return _from_fallback(fallback, asked, judged, accept=accept, accuracy_m=accuracy_m)
    if code is MatchCode.BUILDING:
        reasons = (*reasons, Reason("BUILDING", {"building": asked.building}))
    if safe and not sure:
        reasons = (*reasons, Reason("ONE_ZONE", {"chance": judged.zone}))
    answer = _answer(code, judged, accuracy_m, reasons=reasons)
    # another building of the compound is not the very place: only its zone may be sure
    told = sure and not judged.has("building_conflict")
    return replace(answer, accepted=told or safe)


def is_village(asked: Record) -> bool:
    """Tell whether a village, perhaps with a group in it, is all that was asked for."""
    return bool(asked.village and not asked.name and not asked.doors)


def _is_its_door(judged: Judged, fallback: Fallback) -> bool:
    """Tell whether a row is about the very number of the road: nothing has to be interpolated."""
    numbered = fallback.code is MatchCode.INTERPOLATED and judged.has("number_equal")
    return numbered and not _contradicts(judged, fallback)


def _is_its_group(asked: Record, judged: Judged) -> bool:
    """Tell whether a row is about the very group of the very village that was asked for."""
    same = judged.has("place_equal") and judged.has("group_equal")
    return is_village(asked) and same and not judged.has("place_conflict")


def _code(asked: Record, judged: Judged) -> MatchCode:
    if judged.has("text_equal"):
        return MatchCode.EXACT
    if asked.building and not judged.has("building_equal"):
        return MatchCode.BUILDING
    if is_village(asked):
        same = judged.has("place_equal") and judged.has("group_equal")
        return MatchCode.NORMALISED if same else MatchCode.VILLAGE
    same = judged.has("name_equal") or (judged.has("no_name") and judged.has("number_equal"))
    return MatchCode.NORMALISED if same and not any(map(judged.has, _DIFFER)) else MatchCode.FUZZY


def _answer(
    code: MatchCode, judged: Judged, accuracy_m: float, *, reasons: tuple[Reason, ...]
) -> Answer:
    if judged.row is None:
        return Answer(code, None, None, None, judged.point, None, accepted=False, reasons=reasons)
    radius = max(judged.spread_m, accuracy_m, LEAST_RADIUS_M)
    return Answer(
        code, judged.row, judged.lon, judged.lat, judged.point, radius, accepted=False,
        alternatives=() if judged.rival is None else (judged.rival,),
        zone_probability=judged.zone, reasons=reasons,
    )  # fmt: skip


def _from_fallback(
    fallback: Fallback, asked: Record, judged: Judged, *, accept: float, accuracy_m: float
) -> Answer:
    """Answer with a road or village; only a number between known ones is told without asking.

    Not on a road whose name had to be put right: two slips and it is another road; nor on one that
    lies in another town or district, or beside a second road with a number. It is never surer than
    rows of the table about one door agree.
    """
    chance = fallback.probability
    if fallback.code is MatchCode.INTERPOLATED:
        sound = min(SOUND, fallback.agree)
        chance *= CONTRADICTED if _contradicts(judged, fallback) else sound
    told = fallback.code is MatchCode.INTERPOLATED and fallback.inside and not asked.respelt
    told = told and len({door.road for door in asked.doors if door.number >= 0}) == 1
    return Answer(
        fallback.code, judged.row if fallback.row is None else fallback.row,
        fallback.lon, fallback.lat, chance,
        max(fallback.radius_m, accuracy_m, LEAST_RADIUS_M),
        accepted=told and chance >= accept, reasons=(fallback.reason,),
    )  # fmt: skip


def _contradicts(judged: Judged, fallback: Fallback) -> bool:
    """Tell whether the row that is probably meant lies elsewhere."""
    if judged.row is None:
        return False
    east = (judged.lon - fallback.lon) * math.cos(math.radians(fallback.lat))
    return METRES * math.hypot(east, judged.lat - fallback.lat) > FAR_M


def _reasons(judged: Judged) -> tuple[Reason, ...]:
    """Say what fits and what does not."""
    features = judged.features
    if judged.has("text_equal"):  # all else follows from it
        sentences = ["TEXT_EQUAL", *(["RIVALS_EQUAL"] if judged.has("rivals_equal") else [])]
        return tuple(Reason(key, {}) for key in sentences)
    said = [Reason(key, {}) for column, key in _BY_COLUMN if features[column] > 0]
    if not judged.has("name_equal") and not judged.has("no_name"):
        alike = float(judged.features[_COLUMN["name_in_order"]])
        named = (
            Reason("NAME_ALIKE", {"share": alike}) if alike > _LEAST else Reason("NAME_OTHER", {})
        )
        said.append(named)
    return tuple(said)


def _why_refused(judged: Judged, fallback: Fallback | None) -> tuple[Reason, ...]:
    where = () if fallback is None else (fallback.reason,)
    if judged.row is None:
        return (Reason("NOTHING", {}), *where)
    chance = min(judged.point, judged.place)
    return (Reason("NOT_SURE", {"chance": chance}), *_reasons(judged), *where)


_SENTENCES: Mapping[str, str] = {
    "name_equal": "NAME_EQUAL",
    "part_equal": "PART_EQUAL",
    "part_conflict": "PART_CONFLICT",
    "part_one_sided": "PART_ONE_SIDED",
    "number_equal": "NUMBER_EQUAL",
    "number_near": "NUMBER_NEAR",
    "number_far": "NUMBER_FAR",
    "suffix_conflict": "NUMBER_SUFFIX",
    "number_missing": "ROAD_EQUAL",
    "road_conflict": "ROAD_CONFLICT",
    "respelt": "ROAD_RESPELT",
    "building_equal": "BUILDING_EQUAL",
    "building_conflict": "BUILDING_CONFLICT",
    "group_equal": "GROUP_EQUAL",
    "group_conflict": "GROUP_CONFLICT",
    "district_equal": "DISTRICT_EQUAL",
    "district_conflict": "DISTRICT_CONFLICT",
    "near_conflict": "NEAR_CONFLICT",
    "rivals_equal": "RIVALS_EQUAL",
}
_BY_COLUMN = tuple((_COLUMN[feature], key) for feature, key in _SENTENCES.items())
