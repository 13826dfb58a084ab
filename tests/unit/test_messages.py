"""Texts in the user's language."""

from __future__ import annotations

import pytest

from zoning.errors import ZoningError
from zoning.messages import choose_language, explain, text


@pytest.mark.parametrize(
    ("wanted", "environ", "chosen"),
    [
        ("en", {}, "en"),
        ("zh_CN.UTF-8", {}, "zh-CN"),
        (None, {"LANG": "en_GB.UTF-8"}, "en"),
        (None, {"ZONING_LANG": "zh", "LANG": "en_GB"}, "zh-CN"),
        (None, {"LANG": "C.UTF-8"}, "zh-CN"),
        ("tlh", {}, "zh-CN"),
        (None, {}, "zh-CN"),
    ],
)
def test_language_is_chosen(wanted: str | None, environ: dict[str, str], chosen: str) -> None:
    assert choose_language(wanted, environ=environ) == chosen


def test_placeholders_are_filled() -> None:
    assert text("cli.ROW", "zh-CN", {"row": 7}) == "第 7 行"
    assert text("cli.ROW", "en", {"row": 7}) == "row 7"


def test_an_error_says_what_and_what_to_do() -> None:
    error = ZoningError("settings.RULE_SET_UNKNOWN", name="x", known="a, b")
    said = explain(error, "en")
    assert "“x”" in said
    assert said.endswith("Choose one of: a, b.")


def test_an_unknown_key_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        text("cli.NO_SUCH_KEY", "en")
