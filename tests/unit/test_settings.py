"""study.toml: defaults, and all faults at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from zoning.cli.output import error_text
from zoning.errors import SettingsError
from zoning.settings import Mode, Stage, parse_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        ("study.years", "whole"),
    }


@pytest.mark.parametrize(
    ("years", "kind"),
    [("[2028, 2027]", "years"), ("[2027, 2027]", "years"), ("[]", "empty"), ("[-5]", "least")],
)
def test_years_must_ascend(years: str, kind: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(LEAST.replace("[2027, 2028]", years))
    assert [(fault.key, fault.kind) for fault in caught.value.faults] == [("study.years", kind)]


LIMITS = [
    ("[study]", "stages = []", "study.stages", "empty"),
    ("[study]", 'stages = ["primary", "primary"]', "study.stages", "stages"),
    ("[study]", 'stages = ["kindergarten"]', "study.stages", "choice"),
    ("[study]", 'rule_set = "nowhere"', "study.rule_set", "rule_set"),
    ("[study]", 'data_date = "soon"', "study.data_date", "date"),
    ("[inputs.roads]", "sheet = 5", "inputs.roads.sheet", "text"),
    ("", "[draw]\nseed = -1", "draw.seed", "least"),
    ("", "[draw]\nseed = 1e40", "draw.seed", "whole"),
    ("", "[draw]\ntime_limit_s = nan", "draw.time_limit_s", "number"),
    ("", "[draw]\ntime_limit_s = 0", "draw.time_limit_s", "above"),
    ("", "[draw.weights]\nchange = -1", "draw.weights.change", "least"),
    ("", "[draw.weights]\ntravel = 1001", "draw.weights.travel", "most"),
    ("", "[network.walk_m_per_s]\nprimary = 54", "network.walk_m_per_s.primary", "most"),
    ("", '[network.walk_m_per_s]\nprimary = "slow"', "network.walk_m_per_s.primary", "age_band"),
    ("", '[maps]\nzone_texts = "texts.csv"', "maps", "renamed"),
    ("", "network = 3", "network", "table"),
    ("", "[network]\nsteps_s = -1", "network.steps_s", "least"),
    ("", "[network]\nsignal_s = 4000", "network.signal_s", "most"),
    ("", "[network]\nunlit_factor = 0.5", "network.unlit_factor", "least"),
    ("", "[network]\nunpaved_factor = 11", "network.unpaved_factor", "most"),
    ("", '[network]\nprivate_ways = "yes"', "network.private_ways", "choice"),
    ("", '[barriers]\nriver = "soft"', "barriers.river", "choice"),
    ("", "[barriers]\nrailway_crossing_s = inf", "barriers.railway_crossing_s", "number"),
    ("", "[blocks]\ncut_by = 3", "blocks.cut_by", "list"),
    ("", '[blocks]\ncut_by = ["primary", "tertary"]', "blocks.cut_by", "road_class_near"),
    *(
        ("", f"[network.drive_km_per_h]\n{word} = 5", f"network.drive_km_per_h.{word}", kind)
        for word, kind in (
            ("residental", "road_class_near"),
            ("Motorway", "road_class_near"),
            ("xyz", "road_class"),
            ("footway", "road_class"),
        )
    ),
]


@pytest.mark.parametrize(("section", "line", "key", "kind"), LIMITS)
def test_what_cannot_be_used_is_said_in_both_languages(
    section: str, line: str, key: str, kind: str
) -> None:
    document = LEAST.replace(section, f"{section}\n{line}", 1) if section else f"{LEAST}\n{line}"
    if line.startswith("network ="):
        document = f"{line}\n{LEAST}"
    with pytest.raises(SettingsError) as caught:
        parse_settings(document, rule_sets=["changji-2026"])
    assert [(fault.key, fault.kind) for fault in caught.value.faults] == [(key, kind)]
    chinese, english = (error_text(caught.value, language) for language in ("zh-CN", "en"))
    assert key in chinese
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert key in english
    assert english.isascii() or not re.search(r"[\u4e00-\u9fff]", english)


def test_the_former_name_of_a_section_says_where_its_lines_belong_now() -> None:
    document = LEAST + '[map]\napproval_number = "1号"\n[maps]\nzone_texts = "texts.csv"\n'
    with pytest.raises(SettingsError) as caught:
        parse_settings(document)
    assert "[map]" in error_text(caught.value, "en")
    assert "[map]" in error_text(caught.value, "zh-CN")
    # a copy that was kept with a version cannot be mended any more
    kept = parse_settings(document, former_names=True).map
    assert (kept.approval_number, kept.zone_texts) == ("1号", "texts.csv")


def test_a_misspelt_class_of_road_is_told_those_like_it() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(LEAST + "[network]\ndrive_km_per_h = { residental = 5 }")
    assert caught.value.faults[0].params["value"] == "residental"
    assert caught.value.faults[0].params["known"].startswith("residential")
    links = parse_settings(LEAST + "[network]\ndrive_km_per_h = { motorway_link = 40 }")
    assert links.network.drive_km_per_h["motorway_link"] == 40


def numbers_of(given: object, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the keys of all numbers among settings."""
    if isinstance(given, dict):
        for key, value in given.items():
            yield from numbers_of(value, *path, key)
    elif isinstance(given, int | float) and not isinstance(given, bool):
        yield path


NUMBERS = [*numbers_of(parse_settings(LEAST).model_dump(mode="json")), ("draw", "change_limit")]


@pytest.mark.parametrize("path", NUMBERS, ids=".".join)
@pytest.mark.parametrize("word", ["true", "false"])
def test_true_and_false_are_no_numbers(path: tuple[str, ...], word: str) -> None:
    *section, key = path
    with pytest.raises(SettingsError) as caught:
        parse_settings(f"{LEAST}\n[{'.'.join(section)}]\n{key} = {word}")
    (fault,) = caught.value.faults
    assert fault.key == ".".join(path)
    assert fault.kind in {"number", "whole"}
    assert fault.params["value"] == word


def test_true_is_no_year() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(LEAST.replace("[2027, 2028]", "[2027, true]"))
    assert [(fault.key, fault.kind) for fault in caught.value.faults] == [("study.years", "whole")]


@pytest.mark.parametrize("file", ["/etc/schools.xlsx", "schools\\u0000.xlsx", ""])
def test_a_file_lies_in_the_study(file: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(LEAST.replace("schools.xlsx", file))
    assert [fault.key for fault in caught.value.faults] == ["inputs.schools.file"]


def test_a_walking_speed_may_be_said_by_age_band() -> None:
    walk = '[network.walk_m_per_s]\nprimary = "primary"\njunior_middle = "older"\n'
    speeds = parse_settings(LEAST + walk).network.walk_m_per_s
    assert speeds == {Stage.PRIMARY: 0.9, Stage.JUNIOR_MIDDLE: 1.3}
    # a plan is made from the speed, however it was said
    number = parse_settings(LEAST + walk.replace('"older"', "1.3"))
    assert (
        number.network.model_dump_json() == parse_settings(LEAST + walk).network.model_dump_json()
    )
    written = parse_settings(LEAST + walk.replace('"older"', '"1.3"'))
    assert written.network.walk_m_per_s[Stage.JUNIOR_MIDDLE] == 1.3


def test_a_speed_of_one_stage_leaves_the_default_of_the_other() -> None:
    settings = parse_settings(LEAST + "[network]\nwalk_m_per_s = { primary = 0.8 }\n")
    assert settings.network.walk_m_per_s == {Stage.PRIMARY: 0.8, Stage.JUNIOR_MIDDLE: 1.1}
    settings = parse_settings(LEAST + '[network]\nmodes = { primary = "drive" }\n')
    assert settings.network.modes[Stage.JUNIOR_MIDDLE] is Mode.WALK
    settings = parse_settings(LEAST + "[network]\ndrive_km_per_h = { trunk = 60 }\n")
    assert settings.network.drive_km_per_h["default"] == 20.0


def test_what_a_crossing_costs_follows_from_what_the_line_is() -> None:
    document = LEAST + '[barriers]\nriver = "priced"\nriver_crossing_s = 90\nmotorway = "none"\n'
    barriers = parse_settings(document).barriers
    assert barriers.hard_kinds == ("railway",)
    assert barriers.counted_kinds == ("railway", "river")
    assert barriers.seconds == {"railway": 0.0, "motorway": 0.0, "river": 90.0}


def test_demand_needs_a_place() -> None:
    document = LEAST.replace('[inputs.addresses]\nfile = "addresses.csv"\n', "")
    with pytest.raises(SettingsError) as caught:
        parse_settings(document)
    assert [fault.kind for fault in caught.value.faults] == ["place"]


def test_demand_without_a_place_is_told_beside_other_faults() -> None:
    document = LEAST.replace('[inputs.addresses]\nfile = "addresses.csv"\n', "")
    with pytest.raises(SettingsError) as caught:
        parse_settings(document.replace('file = "roads.gpkg"', ""))
    faults = {(fault.key, fault.kind) for fault in caught.value.faults}
    assert faults == {("inputs", "place"), ("inputs.roads.file", "missing")}


@pytest.mark.parametrize(
    ("document", "key", "row"),
    [
        ("[study\nname =", "settings.NOT_TOML", 1),
        ("[study]\nname = 示范县", "settings.NOT_TOML", 2),
        ("[study]\nname = ", "settings.NOT_TOML", 2),
        ("[study]\na = 1\na = 2", "settings.TOML_TWICE", 3),
        ("[study]\n[inputs]\n[study]", "settings.TOML_TWICE", 3),
    ],
)
def test_what_is_no_toml_is_shown_with_its_line(document: str, key: str, row: int) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(document)
    assert (caught.value.key, caught.value.params["row"]) == (key, row)
    assert f"第 {row} 行" in error_text(caught.value, "zh-CN")
    assert f"line {row}" in error_text(caught.value, "en")


def test_settings_cannot_be_changed() -> None:
    settings = parse_settings(LEAST)
    with pytest.raises(ValueError, match="frozen"):
        settings.draw.seed = 2  # type: ignore[misc]
