"""Databases for the tests: each gets an empty one, of either kind."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from throwaway_postgresql import running_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from throwaway_postgresql import Server

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty database is."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'kept.sqlite'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.new_database(f"test_{next(_NUMBERS)}")
