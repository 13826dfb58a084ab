"""The demo of a county goes the whole road within its seats; docs/benchmarks.md has the city."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from zoning.cli import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def test_the_county_is_drawn_within_its_seats(tmp_path: Path) -> None:
    study = str(tmp_path / "county")
    for words in (["demo", study, "--size", "county", "--json"], ["run", study, "--json"]):
        result = CliRunner().invoke(main, words, catch_exceptions=False)
        assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert [plan["stage"] for plan in answer["plans"]] == ["primary", "junior_middle"]
    assert [plan["overload"] for plan in answer["plans"]] == [[], []]
    assert [plan["stray"] for plan in answer["plans"]] == [[], []]
