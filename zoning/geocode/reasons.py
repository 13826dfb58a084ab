"""What fits and what does not between a question and a row, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.geocode.answer import Reason
from zoning.geocode.kernels import FEATURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.geocode.judged import Judged

# names with less in common are other names
_LEAST = 0.1


def reasons_of(judged: Judged) -> tuple[Reason, ...]:
    """Say what fits and what does not."""
    features = judged.features
    if judged.has("text_equal"):  # all else follows from it
        sentences = ["TEXT_EQUAL", *(["RIVALS_EQUAL"] if judged.has("rivals_equal") else [])]
        return tuple(Reason(key, {}) for key in sentences)
    said = [Reason(key, {}) for column, key in _BY_COLUMN if features[column] > 0]
    if not judged.has("name_equal") and not judged.has("no_name"):
        alike = judged.value("name_in_order")
        named = (
            Reason("NAME_ALIKE", {"share": alike}) if alike > _LEAST else Reason("NAME_OTHER", {})
        )
        said.append(named)
    return tuple(said)


def why_refused(judged: Judged) -> tuple[Reason, ...]:
    """Say why there is no answer."""
    if judged.row is None:
        return (Reason("NOTHING", {}),)
    chances = {"point": judged.probability, "place": judged.place}
    return (Reason("NOT_SURE", chances), *reasons_of(judged))


_SENTENCES: Mapping[str, str] = {
    "name_equal": "NAME_EQUAL",
    "part_equal": "PART_EQUAL",
    "part_conflict": "PART_CONFLICT",
    "part_one_sided": "PART_ONE_SIDED",
    "number_equal": "NUMBER_EQUAL",
    "number_near": "NUMBER_NEAR",
    "number_far": "NUMBER_FAR",
    "suffix_conflict": "NUMBER_SUFFIX",
    "number_missing": "ROAD_EQUAL",
    "road_conflict": "ROAD_CONFLICT",
    "respelt": "ROAD_RESPELT",
    "building_equal": "BUILDING_EQUAL",
    "building_conflict": "BUILDING_CONFLICT",
    "group_equal": "GROUP_EQUAL",
    "group_conflict": "GROUP_CONFLICT",
    "district_equal": "DISTRICT_EQUAL",
    "district_conflict": "DISTRICT_CONFLICT",
    "near_conflict": "NEAR_CONFLICT",
    "rivals_equal": "RIVALS_EQUAL",
}
_BY_COLUMN = tuple((FEATURES.index(feature), key) for feature, key in _SENTENCES.items())
