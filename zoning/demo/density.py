"""Where people lived ten years ago, and where the county town has grown since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from zoning.demo.segments import Floats

OLD_SPREAD = 0.62
NEW_SPREAD = 0.42
NEW_PLACE = 0.6
OUTSIDE = 0.3


@dataclass(frozen=True)
class Density:
    """Two hills of people: the old centre, and a new quarter towards one side.

    Attributes
    ----------
    half_m
        Half width and half height of the county town.
    growth
        Direction of the new quarter from the centre, in radians.
    """

    half_m: tuple[float, float]
    growth: float

    def old(self, xy: Floats) -> Floats:
        """Return [n] relative density of the old centre."""
        return np.asarray(np.exp(-self._squared(xy, 0.0) / OLD_SPREAD**2))

    def new(self, xy: Floats) -> Floats:
        """Return [n] relative density of the new quarter."""
        return np.asarray(np.exp(-self._squared(xy, NEW_PLACE) / NEW_SPREAD**2))

    def _squared(self, xy: Floats, out: float) -> Floats:
        hill = out * np.array([np.cos(self.growth), np.sin(self.growth)])
        return np.asarray(np.square(xy / np.asarray(self.half_m) - hill).sum(axis=1))
