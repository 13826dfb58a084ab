"""Classes of travel time for a map with a legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from zoning.units import MINUTE_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Bounds in minutes that people count in: even ones where times are short, widening ones where
# a county has both a town and far villages. The first that reach far enough are taken.
SCALES_MIN = (
    (2, 4, 6, 8, 10),
    (3, 6, 9, 12, 15),
    (5, 10, 15, 20, 25),
    (5, 10, 20, 30, 45),
    (10, 20, 30, 45, 60),
    (10, 20, 30, 60, 90),
    (15, 30, 60, 90, 120),
)
# ColorBrewer YlOrBr, six classes (Harrower and Brewer 2003): ordered by lightness alone, so it
# reads the same without colour vision and in print.
CLASS_FILLS = ("#ffffd4", "#fee391", "#fec44f", "#fe9929", "#d95f0e", "#993404")
UNREACHABLE_FILL = "#8c8c8c"
UNREACHABLE = len(CLASS_FILLS)
# Where nobody lives nobody has a way to school: the far corners of a county would else be the
# darkest on the map.
EMPTY_FILL = "#dfe3e8"
EMPTY = UNREACHABLE + 1
FILLS = (*CLASS_FILLS, UNREACHABLE_FILL, EMPTY_FILL)


@dataclass(frozen=True)
class TimeClasses:
    """Upper bounds of all classes but the last, which is open, in minutes."""

    bounds: tuple[int, ...]

    def ranges(self) -> list[tuple[int, int | None]]:
        """Return (from, below) in minutes for every class."""
        lows = (0, *self.bounds)
        return list(zip(lows, (*self.bounds, None), strict=True))

    def of(self, seconds: NDArray[Any]) -> NDArray[Any]:
        """Return the class of every time; `UNREACHABLE` where there is none (NaN).

        Parameters
        ----------
        seconds
            Times in seconds, NaN where a block cannot reach its school.
        """
        found = np.digitize(seconds / MINUTE_S, self.bounds)
        return np.where(np.isnan(seconds), UNREACHABLE, found)


def time_classes(seconds: NDArray[Any]) -> TimeClasses:
    """Choose classes that suit the times: one in twenty may fall into the open class.

    Parameters
    ----------
    seconds
        Times in seconds, NaN where a block cannot reach its school.
    """
    known = seconds[~np.isnan(seconds)] / MINUTE_S
    reach = float(np.quantile(known, 0.95)) if len(known) else 0.0
    fitting = (scale for scale in SCALES_MIN if scale[-1] >= reach)
    return TimeClasses(bounds=next(fitting, SCALES_MIN[-1]))
