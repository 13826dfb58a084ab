"""The parts of all addresses in one file: mapped, not read address by address.

A city has some hundred thousand addresses, but few values of each of their parts. The file holds
each value once, and where it stands as arrays that all workers share. An address is put together
when somebody asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from zoning.errors import StorageError
from zoning.geocode.store import read_arrays, write_arrays
from zoning.study.by_parts import Parts, PartsIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from zoning.geocode.admin import Divisions

_COLUMNS = ("names", "doors", "roads", "villages", "group", "building", "town")
# of the addresses that were looked at last, so that memory does not grow with the questions
_REMEMBERED = 8_192
_HANDLES, _WRITTEN = "handles", "written"


class KeptLists(Mapping[str, Sequence[int]]):
    """Addresses by a text, in the order in which they were written.

    Parameters
    ----------
    keys
        The texts, K of them.
    ptr
        Where the addresses of each text begin, shape (K + 1,).
    rows
        Positions of addresses.
    """

    def __init__(
        self, keys: Sequence[str], ptr: NDArray[np.int64], rows: NDArray[np.int32]
    ) -> None:
        self._at = dict(zip(keys, range(len(keys)), strict=True))
        # of a memory view a single number is had sooner than of an array
        self._ptr, self._rows = memoryview(ptr), memoryview(rows)  # type: ignore[arg-type]

    def __getitem__(self, key: str) -> list[int]:
        """Return the addresses of a text."""
        at = self._at[key]
        return self._rows[self._ptr[at] : self._ptr[at + 1]].tolist()

    def __contains__(self, key: object) -> bool:
        return key in self._at

    def get(self, key: str, default: Any = None, /) -> Any:
        """Return the addresses of a text, or something else where it has none."""
        return self[key] if key in self._at else default

    def __iter__(self) -> Iterator[str]:
        """Go through the texts."""
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)


class KeptRows(Sequence[Parts]):
    """The parts of each address, put together when they are asked for.

    Parameters
    ----------
    values
        The values that each part has.
    columns
        Which of them each address has, shape (n,).
    """

    def __init__(
        self, values: Mapping[str, Sequence[Any]], columns: Mapping[str, NDArray[np.int32]]
    ) -> None:
        self._values = [values[name] for name in _COLUMNS]
        self._at = [memoryview(columns[name]) for name in _COLUMNS]  # type: ignore[arg-type]
        # buildings of a compound are looked at together, and have one door
        self._doors = lru_cache(_REMEMBERED)(_doors)
        self._row = lru_cache(_REMEMBERED)(self._put_together)

    def __len__(self) -> int:
        return len(self._at[0])

    @overload
    def __getitem__(self, at: int) -> Parts: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Parts]: ...
    def __getitem__(self, at: int | slice) -> Parts | Sequence[Parts]:
        """Return the parts of an address."""
        if isinstance(at, slice):
            return [self[row] for row in range(*at.indices(len(self)))]
        return self._row(at)

    def _put_together(self, at: int) -> Parts:
        found = [values[own[at]] for values, own in zip(self._values, self._at, strict=True)]
        names, doors, roads, villages, group, building, town = found
        return Parts(
            names=names, doors=self._doors(doors), roads=roads, villages=villages, group=group,
            building=building, town=town,
        )  # fmt: skip


def write_parts(index: PartsIndex, file: Path) -> None:
    """Write the addresses of a study by their parts.

    Parameters
    ----------
    index
        The addresses.
    file
        Where to.

    Raises
    ------
    StorageError
        The file cannot be written.
    """
    facts: dict[str, Any] = {}
    arrays: dict[str, NDArray[Any]] = {}
    for name, plain in zip(_COLUMNS, _PLAIN, strict=True):
        known: dict[Hashable, int] = {}
        own = (getattr(parts, name) for parts in index.rows)
        column = [known.setdefault(value, len(known)) for value in own]
        facts[name], arrays[name] = [plain(value) for value in known], np.array(column, np.int32)
    for name, lists in ((_HANDLES, index.handles), (_WRITTEN, index.written)):
        facts[name] = sorted(lists)
        rows = [lists[key] for key in facts[name]]
        arrays[f"{name}.ptr"] = np.cumsum([0, *map(len, rows)], dtype=np.int64)
        arrays[f"{name}.rows"] = np.array([row for own in rows for row in own], dtype=np.int32)
    write_arrays(file, arrays, facts=facts)


def open_parts(file: Path, *, divisions: Divisions) -> PartsIndex:
    """Open a file of `write_parts`.

    Parameters
    ----------
    file
        The file.
    divisions
        Divisions of the area.

    Raises
    ------
    StorageError
        The file cannot be read, or is none of these.
    """
    arrays, facts = read_arrays(file)
    try:
        values = {
            name: list(map(read, facts[name])) for name, read in zip(_COLUMNS, _READ, strict=True)
        }
        handles, written = (
            KeptLists(facts[name], arrays[f"{name}.ptr"], arrays[f"{name}.rows"])
            for name in (_HANDLES, _WRITTEN)
        )
        rows = KeptRows(values, arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise StorageError("geocode.NO_INDEX", file=file.name) from error
    return PartsIndex(rows, handles, written, divisions=divisions)


def open_former_parts(file: Path, *, divisions: Divisions) -> PartsIndex:
    """Read the parts of addresses as they were kept at first, one list for each address.

    Parameters
    ----------
    file, divisions
        See `open_parts`.
    """
    read = json.loads(file.read_text(encoding="utf-8"))
    rows = [_former(values[:-1]) for values in read]
    return PartsIndex.of(rows, [values[-1] for values in read], divisions=divisions)


def _former(values: list[Any]) -> Parts:
    names, doors, roads, villages, group, building, town = values
    return Parts(
        names=frozenset((name, tuple(phases)) for name, phases in names),
        doors=frozenset((road, number, suffix) for road, number, suffix in doors),
        roads=frozenset(roads),
        villages=frozenset(villages),
        group=group,
        building=building,
        town=town,
    )


def _doors(said: str) -> frozenset[tuple[str, int, str]]:
    return frozenset((road, number, suffix) for road, number, suffix in json.loads(said))


def _said_doors(doors: Iterable[tuple[str, int, str]]) -> str:
    """Return doors as one text: nearly every address has its own, and few are ever asked for."""
    return json.dumps(sorted(doors), ensure_ascii=False)


def _names(said: Iterable[tuple[str, Sequence[str]]]) -> frozenset[tuple[str, tuple[str, ...]]]:
    return frozenset((name, tuple(phases)) for name, phases in said)


def _as_it_is(value: Any) -> Any:
    return value


# each part as plain values, and back, in the order of `_COLUMNS`
_PLAIN: tuple[Callable[[Any], Any], ...] = (
    sorted, _said_doors, sorted, sorted, _as_it_is, _as_it_is, _as_it_is,
)  # fmt: skip
_READ: tuple[Callable[[Any], Any], ...] = (
    _names, _as_it_is, frozenset, frozenset, _as_it_is, _as_it_is, _as_it_is,
)  # fmt: skip
