"""How fast children walk: metres per second, or the name of an age band."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from zoning.settings.numbers import A_NUMBER

if TYPE_CHECKING:
    from collections.abc import Mapping

AGE_BAND_M_PER_S: Mapping[str, float] = MappingProxyType(
    {"primary": 0.9, "junior_middle": 1.1, "older": 1.3}
)
"""Metres per second by age band; where they come from: `docs/travel-times.md`, Speeds."""


def _speed_of_band(given: object) -> object:
    """Return the speed of an age band; what is a number stays as it is."""
    if not isinstance(given, str) or given.replace(".", "", 1).isdecimal():
        return given
    if given not in AGE_BAND_M_PER_S:
        raise PydanticCustomError("age_band", "age_band", {"known": ", ".join(AGE_BAND_M_PER_S)})
    return AGE_BAND_M_PER_S[given]


# a slip of a factor ten or of the unit is refused
WalkingSpeed = Annotated[
    float,
    Field(ge=0.1, le=5, allow_inf_nan=False),
    BeforeValidator(_speed_of_band),
    A_NUMBER,
]
