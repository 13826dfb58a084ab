"""How a long step tells how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """What a long step calls to show how far it is."""

    def __call__(self, label: str, done: int = 0, total: int = 0) -> None:
        """Show `done` of `total`; total 0 means that the end is not known."""


def silent(label: str, done: int = 0, total: int = 0) -> None:
    """Show nothing."""
