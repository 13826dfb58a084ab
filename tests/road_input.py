"""Roads as an input of a study: the settings that name their file, and how it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zoning.errors import InputError
from zoning.intake.roads import read_roads_file
from zoning.messages import explain, languages
from zoning.settings import StudySettings

if TYPE_CHECKING:
    from pathlib import Path


def settings_of(roads_file: str, **inputs: dict[str, str]) -> StudySettings:
    files = {"schools": {"file": "s.xlsx"}, "demand": {"file": "d.csv"},
             "addresses": {"file": "a.csv"}, "roads": {"file": roads_file}}  # fmt: skip
    return StudySettings.model_validate(
        {"study": {"name": "昌吉市", "years": [2027]}, "inputs": files | inputs}
    )


def refused(file: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_roads_file(file)
    for language in languages():
        # the officer is told what to do, with the name of the file
        assert file.name in explain(caught.value, language)
    return caught.value
