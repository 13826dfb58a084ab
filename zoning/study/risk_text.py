"""The computed facts of a risk assessment in words, as plain values, and for the case."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from zoning.messages import text
from zoning.notice.model import Fact
from zoning.units import MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zoning.plan.risk import Moving, Passed, Swing
    from zoning.study.risk_facts import Risk

_HUNDREDTHS = 10_000
_PER_CENT = 100
_SHOWN = 12
FEWEST_TOLD = 5
"""Smaller counts of children are withheld in what is public."""


def risk_record(risk: Risk) -> dict[str, Any]:
    """Return plain values for JSON, with the names of schools; what is not known is null."""
    record = asdict(risk.facts)
    record["school_names"] = dict(sorted(risk.school_names.items()))
    return record


def risk_lines(risk: Risk, language: str) -> list[str]:
    """Say the facts line by line; what a fact lists stands below it.

    Parameters
    ----------
    risk
        The facts.
    language
        In which language.
    """
    lines = []
    for name, items in _Teller(risk, language).all():
        head = text(f"risk.NAME_{name}", language) + text("risk.COLON", language)
        if len(items) == 1:
            lines.append(head + items[0])
        else:
            lines += [head, *(f"  · {item}" for item in items)]
    return lines


def case_facts(risk: Risk, language: str) -> tuple[Fact, ...]:
    """Return the facts as a case keeps them in its risk assessment: name and value as text.

    The log of a case is public, so counts of 1 to 4 children are told as fewer than 5.

    Parameters
    ----------
    risk
        The facts.
    language
        In which language.
    """
    return tuple(
        Fact(text(f"risk.NAME_{name}", language), text("risk.LISTED", language).join(items))
        for name, items in _Teller(risk, language, withhold=True).all()
    )


def gap_text(gap: float) -> str:
    """Write a gap in per cent, rounded up so that what is said still holds."""
    return f"{math.ceil(gap * _HUNDREDTHS) / _PER_CENT:.2f}"


class _Teller:
    def __init__(self, risk: Risk, language: str, *, withhold: bool = False) -> None:
        self._facts, self._names, self._language = risk.facts, risk.school_names, language
        self._withhold = withhold

    def all(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the name of each fact and what is said of it, in the order of the assessment."""
        facts = self._facts
        changed = self._say(
            "CHANGED",
            changed=facts.changed_addresses,
            addresses=facts.addresses,
            year=facts.year,
            children=self._few(facts.changed_children),
            all=facts.children,
        )
        yield "CHANGED", [changed]
        if facts.without_before or facts.without_after:
            without = {
                "before": self._few(facts.without_before),
                "after": self._few(facts.without_after),
            }
            yield "WITHOUT", [self._say("WITHOUT", **without)]
        yield "MOVING", self._some([self._moving(item) for item in facts.moving])
        yield "LONGER", self._longer()
        yield "CROSSED", [self._crossed()]
        yield "SIBLINGS", [self._say("SIBLINGS", at_most=self._few(facts.siblings.at_most))]
        yield "PASSED", self._passed()
        yield "HOLES", self._some([f"{name} {count}" for name, count in facts.holes])
        yield "FILL", self._fill()
        for percent in sorted({item.percent for item in facts.swings} - {_PER_CENT}):
            rows = [item for item in facts.swings if item.percent == percent]
            name = "FEWER" if percent < _PER_CENT else "MORE"
            yield name, [self._swing(item) for item in rows]
        yield "GAP", [self._gap()]

    def _way(self, item: Passed) -> str:
        own, near = self._schools(item.own_schools), self._schools(item.school_id)
        return self._say("WAY", own=own, near=near)

    def _say(self, key: str, **params: object) -> str:
        return text(f"risk.{key}", self._language, params)

    def _few(self, children: int) -> int | str:
        """Return a count of children, or that they are few where it must not be told."""
        few = self._withhold and 0 < children < FEWEST_TOLD
        return self._say("FEW", count=FEWEST_TOLD) if few else children

    def _some(self, items: list[str]) -> list[str]:
        """Return items; of many the first, and how many more there are."""
        if not items:
            return [self._say("NONE")]
        rest = [self._say("AND_MORE", count=len(items) - _SHOWN)] if len(items) > _SHOWN else []
        return [*items[:_SHOWN], *rest]

    def _schools(self, ids: str) -> str:
        return self._several([school for school in ids.split(";") if school], "NO_SCHOOL")

    def _several(self, ids: Sequence[str], none: str) -> str:
        names = [self._names.get(school, school) for school in ids]
        return self._say("AND").join(names) or self._say(none)

    def _moving(self, item: Moving) -> str:
        return self._say(
            "MOVE",
            before=self._schools(item.from_schools),
            after=self._schools(item.to_schools),
            children=self._few(item.children),
            addresses=item.addresses,
        )

    def _longer(self) -> list[str]:
        facts = self._facts
        parts = [
            self._say(
                "LONGER_UP_TO",
                low=item.over_min,
                high=item.up_to_min,
                count=self._few(item.children),
            )
            if item.up_to_min is not None
            else self._say("LONGER_OVER", low=item.over_min, count=self._few(item.children))
            for item in facts.longer
            if item.children
        ]
        if facts.shorter:
            parts.append(self._say("SHORTER", count=self._few(facts.shorter)))
        if facts.unknown_way:
            parts.append(self._say("NO_WAY", count=self._few(facts.unknown_way)))
        if facts.mean_change_min is not None and facts.max_longer_min is not None:
            mean, most = f"{facts.mean_change_min:+.1f}", f"{facts.max_longer_min:.1f}"
            parts.append(self._say("MEAN", mean=mean, most=most))
        return parts or [self._say("NONE")]

    def _crossed(self) -> str:
        crossed = self._facts.crossed
        if crossed is None:
            return self._say("CROSSED_UNKNOWN")
        counts = {name: self._few(count) for name, count in asdict(crossed).items()}
        return self._say("CROSSED", **counts)

    def _passed(self) -> list[str]:
        facts = self._facts
        if not facts.passed_pairs:
            return [self._say("NONE")]
        parts = [
            self._say(
                "PASSED" if item.own_s is not None else "PASSED_NO_WAY",
                way=self._way(item),
                blocks=item.blocks,
                children=self._few(item.children),
                near=f"{item.nearer_s / MINUTE_S:.1f}",
                own="" if item.own_s is None else f"{item.own_s / MINUTE_S:.1f}",
                far=f"{item.admitted_s / MINUTE_S:.1f}",
                reason=text(f"plan.REASON_{item.reason}", self._language),
            )
            for item in facts.passed
        ]
        head = self._say("PAIRS", pairs=facts.passed_pairs, listed=facts.passed_listed)
        return [head, *self._some(parts)]

    def _fill(self) -> list[str]:
        facts, parts = self._facts, []
        for year in sorted({item.year for item in facts.fill}):
            rows = [item for item in facts.fill if item.year == year]
            children, seats = sum(item.children for item in rows), sum(item.seats for item in rows)
            over = [item.school_id for item in rows if item.children > item.seats]
            rate = f"{_PER_CENT * children / seats:.1f}" if seats else "–"
            counts = {"year": year, "children": children, "seats": seats, "rate": rate}
            parts.append(self._say("FILL", **counts, over=self._several(over, "NONE")))
        return parts

    def _swing(self, item: Swing) -> str:
        counts = {"year": item.year, "children": item.children, "seats": item.seats}
        names = self._several(item.schools_over, "NONE")
        return self._say("SWING", **counts, over=self._few(item.over), schools=names)

    def _gap(self) -> str:
        facts = self._facts
        if facts.gap is None:
            return self._say("NO_GAP")
        key = "GAP" if facts.certified else "GAP_OPEN"
        return self._say(key, gap=gap_text(facts.gap))
