"""What a program may send: what is not of this form is refused, with all of its faults at once."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

BLOCKS_AT_MOST = 8
LONGEST = 120
LONGEST_ID = 80

StageName = Literal["primary", "junior_middle"]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]


def _day(said: str) -> str:
    try:
        datetime.date.fromisoformat(said)
    except ValueError as error:
        raise PydanticCustomError("date", "date") from error
    return said


Day = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(_day),
]


class _Asked(BaseModel):
    """Frozen; what is not known is refused, and nothing is read as what it is not."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Staged(_Asked):
    stage: StageName = Field(description="api.FIELD_STAGE")


class _Dated(_Staged):
    """For today, unless a day or a version is named."""

    on: Day | None = Field(None, description="api.FIELD_ON")
    version: Id | None = Field(None, description="api.FIELD_WHICH_VERSION")


class TextQuestion(_Dated):
    """What somebody wrote."""

    text: Text = Field(description="api.FIELD_TEXT")


class SandboxQuestion(_Staged):
    """What somebody wrote, to the sandbox, which knows one day only."""

    text: Text = Field(description="api.FIELD_TEXT")


class AddressQuestion(_Dated):
    """An address that was chosen from an answer."""

    # an id of the list, and the mark of a whole compound or building
    address_id: str = Field(min_length=1, max_length=LONGEST_ID + 2, description="api.FIELD_CHOSEN")


class PointQuestion(_Dated):
    """A place on the map."""

    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] = Field(
        description="api.FIELD_LON"
    )
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] = Field(
        description="api.FIELD_LAT"
    )


class BlocksQuestion(_Staged):
    """The blocks in which a place may lie, today: another version may call others so."""

    block_ids: Annotated[list[Id], Field(min_length=1, max_length=BLOCKS_AT_MOST)] = Field(
        description="api.FIELD_BLOCK_IDS"
    )


class OfStage(_Asked):
    """Which versions are listed."""

    stage: StageName | None = Field(None, description="api.FIELD_OF_STAGE")


class OnDay(_Asked):
    """Which version is meant."""

    stage: StageName = Field(description="api.FIELD_STAGE")
    on: Day | None = Field(None, description="api.FIELD_ON")


class WhichPlan(_Asked):
    """Which plan open data are of."""

    stage: StageName | None = Field(None, description="api.FIELD_WHICH_STAGE")
    version: Id | None = Field(None, description="api.FIELD_WHICH_VERSION")
    on: Day | None = Field(None, description="api.FIELD_ON")
