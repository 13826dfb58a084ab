"""What of a plan needs a reason in its case: ways past a nearer school (舍近求远), and holes.

One name for each, the same from a plan's file and from its computed facts, and in every language:
the case is opened by one person and assessed by another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.messages import text
from zoning.notice.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zoning.plan.store import PlanFile
    from zoning.study.risk_facts import Risk

ARROW, HOLE, AND = " → ", "○ ", "、"


def names_to_justify(
    passed: Iterable[tuple[str, str]], holes: Iterable[str], *, school_names: Mapping[str, str]
) -> tuple[str, ...]:
    """Name what needs a reason, each once.

    Parameters
    ----------
    passed
        Schools of blocks, ids joined by ";", and the nearer school that they are sent past.
    holes
        Names of zones with holes in them.
    school_names
        Name by school id.
    """
    pairs = (passed_name(own, near, school_names=school_names) for own, near in passed)
    return tuple(dict.fromkeys((*pairs, *(f"{HOLE}{zone}" for zone in holes))))


def passed_name(own: str, near: str, *, school_names: Mapping[str, str]) -> str:
    """Name a way past a nearer school: where the children go, and which school is nearer.

    Parameters
    ----------
    own
        Ids of their schools joined by ";"; empty for none.
    near
        Id of the nearer school.
    school_names
        Name by school id.
    """
    ids = [school for school in own.split(";") if school]
    gone = AND.join(school_names.get(school, school) for school in ids)
    return f"{gone or '–'}{ARROW}{school_names.get(near, near)}"


def plan_to_justify(content: PlanFile) -> tuple[str, ...]:
    """Name what of a plan needs a reason, as its file says.

    Parameters
    ----------
    content
        The file.
    """
    pairs, zones, schools = content.farther_admitted, content.zones, content.schools
    own, near = pairs["refused_school_id"].astype(str), pairs["school_id"].astype(str)
    holes = zones.loc[zones["holes"].fillna(0) > 0, "name"].astype(str)
    names = dict(zip(schools["school_id"], schools["name"], strict=True))
    return names_to_justify(zip(own, near, strict=True), holes, school_names=names)


def to_justify(risk: Risk) -> tuple[str, ...]:
    """Name what of a plan needs a reason, as was computed.

    Parameters
    ----------
    risk
        The facts.
    """
    passed = ((item.own_schools, item.school_id) for item in risk.facts.passed)
    holes = (name for name, _ in risk.facts.holes)
    return names_to_justify(passed, holes, school_names=risk.school_names)


def justified(risk: Risk, language: str) -> tuple[Fact, ...]:
    """Return the reasons that are computed, by the names of `to_justify`; holes have none.

    Parameters
    ----------
    risk
        The facts.
    language
        In which language.
    """
    found: dict[str, list[str]] = {}
    for item in risk.facts.passed:
        name = passed_name(item.own_schools, item.school_id, school_names=risk.school_names)
        found.setdefault(name, []).append(text(f"plan.REASON_{item.reason}", language))
    return tuple(Fact(name, " ".join(dict.fromkeys(said))) for name, said in found.items())
