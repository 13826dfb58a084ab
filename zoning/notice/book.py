"""All opinions of a case as one value that never changes, though there may be 50,000."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from zoning.notice.model import Channel, Kind, Stance, Withheld

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CHUNK = 256


@dataclass(frozen=True, slots=True)
class Opinion:
    """An opinion as the log knows it: what it says is sealed apart.

    Parameters
    ----------
    number
        Its number in the case, from 1 on.
    received_at
        When it came.
    notice
        Number of the notice's version that it is about.
    sealed, participant
        Salted digests of its content and of who sent it.
    place, kind, stance, channel
        What it is about.
    shown
        Digest of the masked text that is shown; empty before moderation.
    withheld
        Why it is not shown; None if it is, or not yet decided.
    erased
        Whether its sealed content was erased.
    decided_at
        When it was first shown or withheld; None before moderation.
    """

    number: int
    received_at: datetime
    notice: int
    sealed: str
    participant: str
    place: str
    kind: Kind
    stance: Stance
    channel: Channel
    shown: str = ""
    withheld: Withheld | None = None
    erased: bool = False
    decided_at: datetime | None = None

    @property
    def pending(self) -> bool:
        """Whether nobody has decided yet if it is shown."""
        return not self.shown and self.withheld is None


@dataclass(frozen=True)
class OpinionBook:
    """Opinions in the order of their numbers.

    Adding one copies a chunk and the list of chunks, not all of them.
    """

    _chunks: tuple[tuple[Opinion, ...], ...] = ()
    _count: int = 0
    _pending: int = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Opinion]:
        for chunk in self._chunks:
            yield from chunk

    @property
    def pending(self) -> int:
        """How many nobody has decided on yet."""
        return self._pending

    def get(self, number: int) -> Opinion | None:
        """Return the opinion of a number, if there is one."""
        if not 1 <= number <= self._count:
            return None
        return self._chunks[(number - 1) // _CHUNK][(number - 1) % _CHUNK]

    @classmethod
    def of(cls, opinions: Sequence[Opinion]) -> OpinionBook:
        """Return the book of opinions that are in the order of their numbers."""
        chunks = tuple(
            tuple(opinions[start : start + _CHUNK]) for start in range(0, len(opinions), _CHUNK)
        )
        return cls(chunks, len(opinions), sum(item.pending for item in opinions))

    def added(self, opinion: Opinion) -> OpinionBook:
        """Return the book with one more; its number has to be the next."""
        if opinion.number != self._count + 1:
            msg = f"the next opinion has number {self._count + 1}"
            raise ValueError(msg)
        if self._count % _CHUNK == 0:
            chunks = (*self._chunks, (opinion,))
        else:
            chunks = (*self._chunks[:-1], (*self._chunks[-1], opinion))
        return OpinionBook(chunks, self._count + 1, self._pending + opinion.pending)

    def changed(
        self,
        number: int,
        *,
        shown: str | None = None,
        withheld: Withheld | None = None,
        erased: bool = False,
        decided_at: datetime | None = None,
    ) -> OpinionBook:
        """Return the book with a moderation or an erasure of one opinion.

        Raises
        ------
        KeyError
            There is no such opinion.
        """
        before = self.get(number)
        if before is None:
            raise KeyError(number)
        after = changed(
            before, shown=shown, withheld=withheld, erased=erased, decided_at=decided_at
        )
        at, inside = divmod(number - 1, _CHUNK)
        chunk = self._chunks[at]
        chunks = (
            *self._chunks[:at],
            (*chunk[:inside], after, *chunk[inside + 1 :]),
            *self._chunks[at + 1 :],
        )
        return OpinionBook(chunks, self._count, self._pending + after.pending - before.pending)


def changed(
    before: Opinion,
    *,
    shown: str | None = None,
    withheld: Withheld | None = None,
    erased: bool = False,
    decided_at: datetime | None = None,
) -> Opinion:
    """Return an opinion after a moderation or an erasure."""
    after = replace(
        before,
        erased=before.erased or erased,
        decided_at=before.decided_at or decided_at,
    )
    if shown is not None:
        return replace(after, shown=shown, withheld=None)
    return replace(after, withheld=withheld or before.withheld)
