"""Fixtures that every kind of test may use."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real inputs beside the checkout; they are too large, and not ours, to be in it."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real inputs (../shared/data) are not on this machine")
    return folder
