"""Plans of one study, kept in memory once they were read: a plan file never changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from webmap.errors import PlanNotFoundError
from webmap.services.plans import find_plan_by_id, list_plans, load_plan
from webmap.services.surroundings import load_surroundings, surroundings_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from pathlib import Path

    from webmap.services.plans import PlanData, PlanSummary
    from webmap.services.surroundings import Surroundings

T = TypeVar("T")


class Kept(Generic[T]):
    """A few results of something slow, the last used.

    One is made at a time: it may take all of a processor and much memory. Whoever asks for one that
    is there does not wait for that.

    Parameters
    ----------
    size
        How many are kept.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._values: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under a key, made now if it is not there."""
        for found in self._found(key):
            return found
        with self._making:
            # another thread may have made it meanwhile
            for found in self._found(key):
                return found
            return self._keep(key, make())

    def _found(self, key: Hashable) -> tuple[T, ...]:
        # none or one: what is kept may be None itself
        with self._lock:
            if key not in self._values:
                return ()
            self._values.move_to_end(key)
            return (self._values[key],)

    def _keep(self, key: Hashable, value: T) -> T:
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value


class Shelf:
    """What the server shows of a study.

    Parameters
    ----------
    study
        Folder of the study.
    published
        Returns the file of a plan that was published, by its id; None for others.
    """

    def __init__(
        self, study: Path, *, published: Callable[[str], Path | None] = lambda _: None
    ) -> None:
        self._study = study
        self._published = published
        self._plans: Kept[PlanData] = Kept(8)
        self._around: Kept[Surroundings] = Kept(1)
        self._digests: Kept[str] = Kept(1)

    def summaries(self) -> tuple[tuple[PlanSummary, ...], tuple[str, ...]]:
        """Return every plan, the newest first, and the names of damaged files."""
        return list_plans(self._study)

    def plan(self, plan_id: str) -> PlanData:
        """Return one plan.

        Raises
        ------
        PlanNotFoundError
            The study has no plan of this id, and none was published.
        """
        try:
            path = find_plan_by_id(self._study, plan_id)
        except PlanNotFoundError:
            kept = self._published(plan_id)
            if kept is None:
                raise
            path = kept
        made = partial(load_plan, path, plan_id=plan_id)
        return self._plans.get((path, path.stat().st_mtime_ns), made)

    def state(self) -> Hashable:
        """Return what tells the state of roads, lines and places from an earlier one."""
        build = self._study / "build"
        return tuple(
            sorted((str(file), file.stat().st_mtime_ns) for file in build.glob("*/step.json"))
        )

    def surroundings(self) -> Surroundings:
        """Return roads, lines and places."""
        return self._around.get(self.state(), lambda: load_surroundings(self._study))

    def drawn_around(self) -> str:
        """Return the digest of roads, lines and places: drawings are kept by it."""
        return self._digests.get(self.state(), lambda: surroundings_digest(self._study))
