"""study.toml: defaults, and all faults at once."""

from __future__ import annotations

import pytest

from zoning.errors import SettingsError
from zoning.settings import Mode, Stage, parse_settings

LEAST = """
[study]
name = "示范县"
years = [2027, 2028]
[inputs.schools]
file = "schools.xlsx"
[inputs.addresses]
file = "addresses.csv"
[inputs.demand]
file = "demand.csv"
[inputs.roads]
file = "roads.gpkg"
"""


def test_the_least_that_is_needed_gets_defaults() -> None:
    settings = parse_settings(LEAST)
    assert settings.study.stages == (Stage.PRIMARY, Stage.JUNIOR_MIDDLE)
    assert settings.network.modes[Stage.PRIMARY] is Mode.WALK
    assert set(settings.inputs.named()) == {"schools", "addresses", "demand", "roads"}


def test_all_faults_are_told_at_once() -> None:
    document = LEAST.replace('name = "示范县"', 'nmae = "示范县"').replace(
        "[2027, 2028]", '["soon"]'
    )
    with pytest.raises(SettingsError) as caught:
        parse_settings(document)
    faults = {(fault.key, fault.kind) for fault in caught.value.faults}
    assert faults >= {
        ("study.name", "missing"),
        ("study.nmae", "unknown"),
        ("study.years.0", "value"),
    }


@pytest.mark.parametrize(
    ("years", "key"), [("[2028, 2027]", "study"), ("[2027, 2027]", "study"), ("[]", "study.years")]
)
def test_years_must_ascend(years: str, key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(LEAST.replace("[2027, 2028]", years))
    assert [fault.key for fault in caught.value.faults] == [key]


def test_demand_needs_a_place() -> None:
    document = LEAST.replace('[inputs.addresses]\nfile = "addresses.csv"\n', "")
    with pytest.raises(SettingsError) as caught:
        parse_settings(document)
    assert "addresses or blocks" in caught.value.faults[0].detail


def test_what_is_no_toml_is_said() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings("[study\nname =")
    assert caught.value.key == "settings.NOT_TOML"


def test_settings_cannot_be_changed() -> None:
    settings = parse_settings(LEAST)
    with pytest.raises(ValueError, match="frozen"):
        settings.draw.seed = 2  # type: ignore[misc]
