"""Databases for the tests: each gets an empty one, of either kind; a study; a case on notice."""

from __future__ import annotations

import shutil
from itertools import count
from typing import TYPE_CHECKING

import pytest
from bureau_online import Bureau
from case_site import Site, drafted, heard, on_notice
from published import Publisher, study_with_two_plans
from throwaway_postgresql import running_server

from zoning.lookup.opening import prepare
from zoning.progress import silent
from zoning.study import exclusive

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


@pytest.fixture(scope="session")
def two_plans(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str, str]:
    """A study, the ids of its two plans, and the block in which they differ; copy it first."""
    folder = tmp_path_factory.mktemp("publish") / "方格县"
    return (folder, *study_with_two_plans(folder))


@pytest.fixture
def publisher(
    two_plans: tuple[Path, str, str, str], tmp_path: Path, database_url: str
) -> Iterator[Publisher]:
    """An officer with a study of two plans and an empty database."""
    made = Publisher(shutil.copytree(two_plans[0], tmp_path / "方格县"), database_url)
    yield made
    made.database.close()


@pytest.fixture(scope="session")
def ready(two_plans: tuple[Path, str, str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study with two plans, its look-up made ready; copy it first."""
    folder = shutil.copytree(two_plans[0], tmp_path_factory.mktemp("ready") / "方格县")
    with exclusive(folder) as opened:
        prepare(opened, silent)
    return folder


@pytest.fixture
def bureau(
    ready: Path, two_plans: tuple[Path, str, str, str], tmp_path: Path, database_url: str
) -> Iterator[Bureau]:
    """An officer with that study and an empty database, and a server."""
    publisher = Publisher(shutil.copytree(ready, tmp_path / "方格县"), database_url)
    made = Bureau(publisher, (two_plans[1], two_plans[2]), publisher.folder)
    yield made
    made.close()


@pytest.fixture
def site(
    ready: Path, two_plans: tuple[Path, str, str, str], tmp_path: Path, database_url: str
) -> Iterator[Site]:
    """A server of that study with its first plan in force, and its accounts."""
    made = Site(shutil.copytree(ready, tmp_path / "方格县"), two_plans[1], database_url)
    yield made
    made.close()


@pytest.fixture
def running(site: Site, two_plans: tuple[Path, str, str, str]) -> Site:
    """The same with a case that is on notice with the second plan."""
    drafted(site, two_plans[2])
    heard(site)
    on_notice(site)
    return site
