"""The section `[boarding]` of `study.toml`: from where on a child should have a boarding place."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from zoning.settings.numbers import A_NUMBER
from zoning.settings.section import Section

# a hundred kilometres at most: more is a slip of the unit
_Metres = Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False), A_NUMBER]


class BoardingSection(Section):
    """Boarding (寄宿).

    Attributes
    ----------
    primary_day_m, junior_middle_day_m
        Road from home up to which a child without a bus can be a day pupil (走读), metres; as the
        county has fixed it. None takes that of the rule set.
    """

    primary_day_m: _Metres | None = None
    junior_middle_day_m: _Metres | None = None

    def day_m(self, stage: str) -> float | None:
        """Return the distance of a stage; None where the rule set says it."""
        by_stage = {"primary": self.primary_day_m, "junior_middle": self.junior_middle_day_m}
        return by_stage[stage]
