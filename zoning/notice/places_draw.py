"""A draw of places at a meeting that anybody can do again from what is published.

The order is that of SHA-256("LIST:SEED:NUMBER"), where LIST is the digest of the sign-up list as it
stands when the sign-up is over, SEED comes from the source that was announced, and NUMBER is the
number in the list. Nobody can choose an order: the list is fixed before the seed is known.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from zoning.notice.canonical import digest_of
from zoning.notice.participation import Drawn
from zoning.notice.record import record_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zoning.notice.participation import Announced, SignedUp


def list_digest(signed_up: Iterable[SignedUp]) -> str:
    """Return the digest of a sign-up list, which is published before the seed is known."""
    return digest_of([record_of(item) for item in signed_up])


def order_of(announced: Announced, seed: str) -> tuple[tuple[str, SignedUp], ...]:
    """Return who signed up in the order of the draw, each with the digest that decides it.

    Parameters
    ----------
    announced
        The meeting, after its sign-up.
    seed
        Text of the seed, as it was published.
    """
    frozen = list_digest(announced.signed_up)

    def rank(item: SignedUp) -> str:
        return hashlib.sha256(f"{frozen}:{seed}:{item.number}".encode()).hexdigest()

    return tuple(
        sorted(((rank(item), item) for item in announced.signed_up), key=lambda one: one[0])
    )


def draw_places(announced: Announced, seed: str) -> Drawn:
    """Draw who may come; the parameters are those of `order_of`."""
    ordered = [item for _, item in order_of(announced, seed)]
    meeting = announced.meeting
    chosen = [item.number for item in ordered if not item.observer]
    observers = [item.number for item in ordered if item.observer]
    return Drawn(seed, tuple(chosen[: meeting.places]), tuple(observers[: meeting.observer_places]))
