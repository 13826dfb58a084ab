"""What the comparison says of the row that a question probably means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.geocode.kernels import FEATURES

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLUMN = {name: k for k, name in enumerate(FEATURES)}


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
        Calibrated chances that the point is right, and that it is the very place, each for itself:
        an answer is given without asking where both are sure.
    probability
        How often the point is right if both are known.
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
    across
        The likeliest row in another zone, however near; None for none.
    """

    row: int | None
    lon: float
    lat: float
    features: Sequence[float]
    point: float
    place: float
    probability: float
    rival: int | None
    rival_point: float
    raw_point: float
    spread_m: float
    zone: float | None
    rival_in_zone: bool
    across: int | None = None

    def has(self, feature: str) -> bool:
        """Tell whether the comparison says so."""
        return self.features[_COLUMN[feature]] > 0

    def value(self, feature: str) -> float:
        """Return a feature of the comparison."""
        return self.features[_COLUMN[feature]]
