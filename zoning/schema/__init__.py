"""Column contracts: what a bureau may write as a header, and what the frames after intake hold."""

from zoning.schema.columns import (
    INPUTS,
    Column,
    Contract,
    Kind,
    contract,
    contracts,
    vocabulary,
)
from zoning.schema.forbidden import Ban, banned, not_needed
from zoning.schema.frames import FRAMES, check_frame, frame_columns
from zoning.schema.headers import HeaderMatch, YearHeader, match_headers
from zoning.schema.words import (
    DecisionKind,
    StageWord,
    area_level_of,
    decision_of,
    level_of,
    squeeze,
    stage_of,
    year_of,
)

__all__ = [
    "FRAMES",
    "INPUTS",
    "Ban",
    "Column",
    "Contract",
    "DecisionKind",
    "HeaderMatch",
    "Kind",
    "StageWord",
    "YearHeader",
    "area_level_of",
    "banned",
    "check_frame",
    "contract",
    "contracts",
    "decision_of",
    "frame_columns",
    "level_of",
    "match_headers",
    "not_needed",
    "squeeze",
    "stage_of",
    "vocabulary",
    "year_of",
]
