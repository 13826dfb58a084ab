"""Numbers of `study.toml`: true and false are none, though Python counts them as 1 and 0."""

from __future__ import annotations

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError


def _no_truth(given: object) -> object:
    if isinstance(given, bool):
        raise PydanticCustomError("number", "number")
    return given


def _no_truth_for_whole(given: object) -> object:
    if isinstance(given, bool):
        raise PydanticCustomError("whole", "whole")
    return given


# they stand behind the limits of a number, which pydantic checks otherwise after them
A_NUMBER = BeforeValidator(_no_truth)
A_WHOLE_NUMBER = BeforeValidator(_no_truth_for_whole)
