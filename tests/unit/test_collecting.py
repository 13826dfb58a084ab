"""What a server has opened is looked through no more for what could be thrown away."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from webmap.collecting import without_collecting

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_was_opened_is_never_looked_through() -> None:
    with without_collecting():
        assert not gc.isenabled()
        opened = [[number] for number in range(1000)]
    assert gc.isenabled()
    assert not any(one is opened for one in gc.get_objects())


def test_a_fault_leaves_collecting_on() -> None:
    with pytest.raises(ValueError, match="told"), without_collecting():
        raise ValueError("told")
    assert gc.isenabled()
