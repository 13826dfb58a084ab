"""From chances to an answer: the match code, whether to ask, and why, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zoning.geocode.answer import Answer, MatchCode, Reason
from zoning.geocode.doubts import UNLESS_NAMED
from zoning.geocode.kernels import FAR_M, METRES
from zoning.geocode.model import Kind
from zoning.geocode.reasons import reasons_of, why_refused

if TYPE_CHECKING:
    from zoning.geocode.fallback import Fallback
    from zoning.geocode.judged import Judged
    from zoning.geocode.record import Record

# an answer elsewhere that is at least half as probable makes a tie
TIED_SHARE = 0.5
# a point stands for a whole compound: its gate, its middle, or one of its buildings
LEAST_RADIUS_M = 50.0
# how often a point between two numbers is right in invented cities, however close they are: the
# rows that have them may be wrong, and more so where the comparison points to another place
SOUND, CONTRADICTED = 0.97, 0.6
# what is said of an answer by the road or the village if its name had to be put right
RESPELT = {
    MatchCode.INTERPOLATED: "ROAD_RESPELT",
    MatchCode.ROAD: "ROAD_RESPELT",
    MatchCode.TIED: "ROAD_RESPELT",
    MatchCode.VILLAGE: "VILLAGE_RESPELT",
}
# with any of these an equal name or number may still be another place
_DIFFER = (
    "part_conflict", "part_one_sided", "road_conflict", "number_near", "number_far",
    "suffix_conflict", "building_conflict", "group_conflict", "place_conflict", "district_conflict",
    "respelt",
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """From what on an answer is given.

    Parameters
    ----------
    accept
        Chance from which an answer is given without asking.
    likely
        Chance below which it is refused.
    accuracy_m
        How far rows of the table about one place lie apart.
    """

    accept: float
    likely: float
    accuracy_m: float = 0.0


def decide(
    asked: Record, judged: Judged, *, limits: Limits, fallback: Fallback | None = None
) -> Answer:
    """Decide what is answered; whatever a question gives reason to ask about is not accepted.

    A tie is a tie only where it matters: candidates of one zone lead to one school, whichever is
    meant.

    Parameters
    ----------
    asked
        The question.
    judged
        The row that it probably means.
    limits
        From what on an answer is given.
    fallback
        What the road, its numbers or the village of a question without a name say; None where they
        say nothing.
    """
    answer = _decide(asked, judged, limits, fallback)
    doubts = [key for key in asked.doubts if not (asked.name and key in UNLESS_NAMED)]
    if not doubts:
        return answer
    told = tuple(Reason(key, {}) for key in doubts)
    return replace(answer, accepted=False, doubted=True, reasons=(*answer.reasons, *told))


def _decide(asked: Record, judged: Judged, limits: Limits, fallback: Fallback | None) -> Answer:
    """Decide what is answered to a question that gives no other reason to ask."""
    own_row = judged.has("text_equal") and asked.group >= 0
    if fallback is not None and is_village(asked) and not own_row:
        return _from_fallback(fallback, asked, judged, limits)
    sure = min(judged.point, judged.place) >= limits.accept
    safe = judged.zone is not None and judged.zone >= limits.accept
    weak = judged.row is None or min(judged.point, judged.place) < limits.likely
    tied = judged.rival is not None and judged.rival_point >= TIED_SHARE * judged.raw_point
    tied = tied and not judged.rival_in_zone and not safe
    # neither of two places that are as likely is likely alone
    if weak and not safe and not (tied and judged.raw_point + judged.rival_point >= limits.likely):
        return _weak(asked, judged, limits, fallback)
    if tied:
        why = (*reasons_of(judged), Reason("TIED", {}))
        return _answer(MatchCode.TIED, judged, limits, reasons=why)
    code, reasons = _code(asked, judged), reasons_of(judged)
    if code is MatchCode.BUILDING:
        reasons = (*reasons, Reason("BUILDING", {"building": asked.building}))
    if safe and not sure:
        reasons = (*reasons, Reason("ONE_ZONE", {"chance": judged.zone}))
    answer = _answer(code, judged, limits, reasons=reasons)
    # another building of the compound is not the very place: only its zone may be sure
    told = sure and not judged.has("building_conflict") and not _is_whole(asked)
    # the very place may stand in several zones
    told = told and judged.zone is None
    # a door whose number has another addition is another door: 2-30号 is not 2号
    told = told and (bool(asked.name) or not judged.has("suffix_conflict"))
    return replace(answer, accepted=told or safe)


def _weak(asked: Record, judged: Judged, limits: Limits, fallback: Fallback | None) -> Answer:
    """Answer where no row is likely: by the road, or not at all."""
    if fallback is None or asked.name:
        return _answer(MatchCode.REFUSED, judged, limits, reasons=why_refused(judged))
    answer = _from_fallback(fallback, asked, judged, limits)
    if not _is_its_door(judged, fallback):
        return answer
    return replace(answer, code=_code(asked, judged), row=judged.row, reasons=reasons_of(judged))


def is_village(asked: Record) -> bool:
    """Tell whether a village, perhaps with a group in it, is all that was asked for."""
    return bool(asked.village and not asked.name and not asked.doors)


def _is_whole(asked: Record) -> bool:
    """Tell whether a whole road or village is asked for: no row of it is all of it."""
    if asked.group >= 0 or any(door.number >= 0 for door in asked.doors):
        return False
    return not asked.name or (asked.name.endswith("村") and not asked.doors and not asked.building)


def _is_its_door(judged: Judged, fallback: Fallback) -> bool:
    """Tell whether a row is about the very number of the road: nothing has to be interpolated."""
    numbered = fallback.code is MatchCode.INTERPOLATED and judged.has("number_equal")
    return numbered and not _contradicts(judged, fallback)


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
    code: MatchCode, judged: Judged, limits: Limits, *, reasons: tuple[Reason, ...]
) -> Answer:
    if judged.row is None:
        return Answer(
            code, None, None, None, judged.probability, None, accepted=False, reasons=reasons
        )  # fmt: skip
    others = (judged.rival, judged.across)
    return Answer(
        code, judged.row, judged.lon, judged.lat, judged.probability,
        _radius(judged.spread_m, limits), accepted=False,
        alternatives=tuple(dict.fromkeys(at for at in others if at is not None)),
        zone_probability=judged.zone, reasons=reasons,
    )  # fmt: skip


def _radius(metres: float, limits: Limits) -> float:
    return max(metres, limits.accuracy_m, LEAST_RADIUS_M)


def _from_fallback(fallback: Fallback, asked: Record, judged: Judged, limits: Limits) -> Answer:
    """Answer with a road or village; a number between known ones or a group may be told.

    Neither on a road or in a village whose name had to be put right: two slips and it is another
    one; nor on one that lies in another town or district, or in several, or beside a second road
    with a number; nor for a number with an addition that no row has, or whose side of the road no
    row tells: a boundary often runs along the road.
    It is never surer than rows of the table about one door agree, and is asked about where the rows
    that it rests on lie in several zones.
    """
    code, chance = fallback.code, fallback.probability
    its_door = _is_its_door(judged, fallback) and not judged.has("suffix_conflict")
    known = fallback.inside and not fallback.beyond and not fallback.several
    told = known and not asked.respelt and fallback.in_one_zone is not False
    reasons: tuple[Reason, ...] = (fallback.reason,)
    if code is MatchCode.INTERPOLATED:
        sound = min(SOUND, fallback.agree)
        chance *= CONTRADICTED if _contradicts(judged, fallback) else sound
        told = told and len({door.road for door in asked.doors if door.number >= 0}) == 1
        told = told and not fallback.ranged
        # 84号附1号 is another door than 84号; that of a row is told by the row
        told = told and (its_door or not any(door.suffix for door in asked.doors))
        if fallback.several:
            reasons = (*reasons, Reason("SEVERAL_ROADS", {"road": fallback.reason.params["road"]}))
    elif code is MatchCode.TIED:
        told, chance = False, CONTRADICTED / (1 + len(fallback.others))
    elif code is MatchCode.NORMALISED:
        same = fallback.inside and not asked.respelt
        chance = min(SOUND if same else CONTRADICTED, fallback.agree)
        code, reasons = _of_group(asked, fallback)
    else:
        told = False
        if not fallback.inside:
            reasons = (*reasons, Reason("OTHER_TOWN", {}))
    if asked.respelt and code in RESPELT:
        reasons = (*reasons, Reason(RESPELT[code], {}))
    if fallback.beyond:
        reasons = (*reasons, Reason("BEYOND_TOWN", {}))
    if fallback.in_one_zone is False:
        reasons = (*reasons, Reason("SEVERAL_ZONES", {}))
    told = told and chance >= limits.accept
    if told and not fallback.side_known:
        # whoever knows the ground of the zones may find that both sides lie in one of them
        told, reasons = False, (*reasons, Reason("SIDE_UNKNOWN", {}))
    return Answer(
        code, judged.row if fallback.row is None else fallback.row, fallback.lon, fallback.lat,
        chance, _radius(fallback.radius_m, limits), accepted=told, alternatives=fallback.others,
        zone_probability=chance if told and fallback.in_one_zone else None,
        doubted=not known and code is not MatchCode.TIED, reasons=reasons,
    )  # fmt: skip


def _of_group(asked: Record, fallback: Fallback) -> tuple[MatchCode, tuple[Reason, ...]]:
    """Return how a group of a village was found, and what is to be said of it."""
    said = [fallback.reason]
    house = next((text for part in asked.said if (text := part.first(Kind.NUMBER))), "")
    if not fallback.inside:
        said.append(Reason("OTHER_VILLAGE", {}))
    if asked.respelt:
        said.append(Reason("VILLAGE_RESPELT", {}))
    if house:
        said.append(Reason("HOUSE", {"house": house}))
    if asked.respelt or not fallback.inside:
        return MatchCode.FUZZY, tuple(said)
    return MatchCode.BUILDING if house else MatchCode.NORMALISED, tuple(said)


def _contradicts(judged: Judged, fallback: Fallback) -> bool:
    """Tell whether the row that is probably meant lies elsewhere."""
    if judged.row is None:
        return False
    east = (judged.lon - fallback.lon) * math.cos(math.radians(fallback.lat))
    return METRES * math.hypot(east, judged.lat - fallback.lat) > FAR_M
