"""Read a rule set: no number of the law is a constant in code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING

from zoning.errors import SettingsError
from zoning.rules.notice import read_notice_rules
from zoning.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.rules.notice import NoticeRules


@dataclass(frozen=True)
class RuleSet:
    """The rules of a jurisdiction.

    Parameters
    ----------
    name
        File name without its ending, as given in `study.toml`.
    title
        What a reader sees.
    class_size
        Children in a class at most, by stage value.
    service_radius_m
        Walking distance in metres that a school should serve at most, by stage value.
    day_distance_m
        Road in metres up to which a child without a bus can be a day pupil (走读) of a boarding
        school, by stage value.
    notice
        What a public notice of a zone change has to keep, and the dates of a year.
    """

    name: str
    title: str
    class_size: Mapping[str, Rule]
    service_radius_m: Mapping[str, Rule]
    day_distance_m: Mapping[str, Rule]
    # not part of what a plan rests on, so not of its text either: plans keep their ids
    notice: NoticeRules = field(repr=False)


def available_rule_sets() -> tuple[str, ...]:
    """Return the names of the bundled rule sets."""
    files = resources.files("zoning.rules").joinpath("sets").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files))


def load_rule_set(name: str) -> RuleSet:
    """Read a bundled rule set.

    Raises
    ------
    SettingsError
        There is no rule set of that name.
    """
    if name not in available_rule_sets():
        known = ", ".join(available_rule_sets())
        raise SettingsError("settings.RULE_SET_UNKNOWN", name=name, known=known)
    file = resources.files("zoning.rules").joinpath("sets", f"{name}.toml")
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    return RuleSet(
        name=name,
        title=raw["title"],
        class_size={stage: Rule(**rule) for stage, rule in raw["class_size"].items()},
        service_radius_m={stage: Rule(**rule) for stage, rule in raw["service_radius_m"].items()},
        day_distance_m={stage: Rule(**rule) for stage, rule in raw["day_distance_m"].items()},
        notice=read_notice_rules(raw["notice"], raw["dates"], name=name),
    )
