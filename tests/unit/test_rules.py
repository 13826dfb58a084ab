"""Rule sets: numbers with their source."""

from __future__ import annotations

import pytest

from zoning.errors import SettingsError
from zoning.rules import available_rule_sets, load_rule_set
from zoning.settings import Stage


@pytest.mark.parametrize("name", available_rule_sets())
def test_every_number_has_a_source(name: str) -> None:
    rules = load_rule_set(name)
    for stage in Stage:
        for rule in (rules.class_size[stage], rules.service_radius_m[stage]):
            assert rule.value > 0
            assert rule.source


def test_the_bundled_numbers() -> None:
    rules = load_rule_set("changji-2026")
    assert (rules.class_size["primary"].value, rules.class_size["junior_middle"].value) == (45, 50)


def test_an_unknown_rule_set_names_those_there_are() -> None:
    with pytest.raises(SettingsError) as caught:
        load_rule_set("atlantis-1")
    assert "changji-2026" in str(caught.value.params["known"])


@pytest.mark.parametrize("name", available_rule_sets())
def test_rules_of_a_notice_are_no_part_of_what_a_plan_rests_on(name: str) -> None:
    # a plan's id holds the digest of this text: it stays when only a notice is ruled otherwise
    rules = load_rule_set(name)
    assert rules.notice.name == name
    assert rules.notice.days.source not in repr(rules)
