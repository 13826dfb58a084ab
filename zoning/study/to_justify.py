"""What of a plan needs a reason in its case: ways past a nearer school (舍近求远), and holes.

One name for each, the same in every language: one person adds a plan and another assesses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.messages import text
from zoning.notice.model import Fact

if TYPE_CHECKING:
    from zoning.plan.risk import Passed
    from zoning.study.risk_facts import Risk

ARROW, HOLE, AND = " → ", "○ ", "、"


def to_justify(risk: Risk) -> tuple[str, ...]:
    """Name what of a plan needs a reason, each once.

    Parameters
    ----------
    risk
        The facts.
    """
    passed = (_passed_name(item, risk) for item in risk.facts.passed)
    holes = (f"{HOLE}{name}" for name, _ in risk.facts.holes)
    return tuple(dict.fromkeys((*passed, *holes)))


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
        name = _passed_name(item, risk)
        found.setdefault(name, []).append(text(f"plan.REASON_{item.reason}", language))
    return tuple(Fact(name, " ".join(dict.fromkeys(said))) for name, said in found.items())


def _passed_name(item: Passed, risk: Risk) -> str:
    """Name a way past a nearer school: where the children go, and which school is nearer."""
    names = risk.school_names
    ids = [school for school in item.own_schools.split(";") if school]
    gone = AND.join(names.get(school, school) for school in ids)
    return f"{gone or '–'}{ARROW}{names.get(item.school_id, item.school_id)}"
