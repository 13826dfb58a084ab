"""Roads that a question names with a slip, found among those that the table has."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# below this a name with one slip could be any other
SHORTEST = 3
# a slip that fits more roads than this says nothing
MOST = 4


class Spelling:
    """Known roads by what is left of them when one letter is missing (SymSpell's idea).

    Parameters
    ----------
    roads
        The known ones.
    """

    def __init__(self, roads: Iterable[str]) -> None:
        self.known = frozenset(roads)
        self._less: defaultdict[str, list[str]] = defaultdict(list)
        for road in sorted(self.known):
            if len(road) >= SHORTEST:
                for at in range(len(road)):
                    self._less[road[:at] + road[at + 1 :]].append(road)

    def near(self, road: str, *, most: int = MOST, anew: bool = False) -> tuple[str, ...]:
        """Return known roads that differ from a name by one letter; none for a known one.

        Or by two that stand side by side and have changed places.

        Parameters
        ----------
        road
            As the question names it, plain.
        most
            A name that is near more roads than this is near none.
        anew
            Whether a known road may have been meant for another.
        """
        if (road in self.known and not anew) or len(road) < SHORTEST - 1:
            return ()
        found: dict[str, None] = {}
        if len(road) >= SHORTEST:
            for at in range(len(road)):
                less = road[:at] + road[at + 1 :]
                if less in self.known:
                    found[less] = None
                # one letter exchanged: both lose it at the same place
                for other in self._less.get(less, ()):
                    if len(other) == len(road) and other[:at] + other[at + 1 :] == less:
                        found[other] = None
            swapped = (
                road[:at] + road[at + 1] + road[at] + road[at + 2 :] for at in range(len(road) - 1)
            )
            found.update(dict.fromkeys(name for name in swapped if name in self.known))
        # one letter missing in the question
        found.update(dict.fromkeys(self._less.get(road, ())))
        found.pop(road, None)
        return tuple(found) if len(found) <= most else ()
