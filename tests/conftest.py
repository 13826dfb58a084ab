"""Fixtures that every kind of test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# no test is judged by the clock: the machine may have other work
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real inputs beside the checkout; they are too large, and not ours, to be in it."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real inputs (../shared/data) are not on this machine")
    return folder


@pytest.fixture(scope="session")
def small_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small demo county with the whole road gone; copy it before changing anything."""
    from click.testing import CliRunner

    from zoning.cli import main

    folder = tmp_path_factory.mktemp("demo") / "small"
    for words in (["demo", str(folder), "--size", "small"], ["run", str(folder)]):
        result = CliRunner().invoke(main, ["--lang", "en", *words], catch_exceptions=False)
        assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town of `lookup_town`; copy it before changing anything."""
    from lookup_town import lookup_town

    return lookup_town(tmp_path_factory.mktemp("town") / "town")
