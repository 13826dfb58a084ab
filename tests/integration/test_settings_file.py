"""study.toml as editors save it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zoning.cli.output import error_text
from zoning.errors import SettingsError
from zoning.settings import load_settings, parse_settings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

LEAST = """
[study]
name = "示范县"
years = [2027]
[inputs]
schools = { file = "schools.xlsx" }
addresses = { file = "addresses.csv" }
demand = { file = "demand.csv" }
roads = { file = "roads.gpkg" }
"""


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_another_encoding_is_said(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "study.toml"
    file.write_bytes(LEAST.encode(encoding))
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert caught.value.key == "settings.NOT_UTF8"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_bytes(LEAST.encode("utf-8-sig"))
    assert load_settings(file) == parse_settings(LEAST)


def test_a_folder_of_that_name_is_said(tmp_path: Path) -> None:
    (tmp_path / "study.toml").mkdir()
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path / "study.toml")
    assert caught.value.key == "settings.CANNOT_READ"
    assert "文件夹" in error_text(caught.value, "zh-CN")
