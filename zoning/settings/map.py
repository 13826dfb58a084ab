"""The section `[map]` of `study.toml`: what public maps carry and show; no plan rests on it."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from zoning.settings.section import Section

# it goes into a header as it is, so nothing but a scheme, a host and a port
Site = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d+)?$")]
FileName = Annotated[str, Field(pattern=r"^([^/\\\x00]+\.(xlsx|csv))?$")]

_UNSEEN = re.compile(r"[\x00-\x1f\x7f<>]")
_DIGIT, _YEAR = re.compile(r"[0-9]"), re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")


class MapSection(Section):
    """What stands on every map, whose tiles lie under it, and what pages of zones show with it.

    A map that is shown to the public needs a review, and carries its number: Regulations on Map
    Management (地图管理条例, State Council Decree 664), articles 15 and 22.

    Attributes
    ----------
    approval_number
        Number of the review (审图号), such as "新S(2027)012号"; empty where there is none.
    approval_exemption
        Why none is needed, who decided that and when; empty where nothing is recorded.
    tianditu_key
        Key of the bureau for tiles of Tianditu in browsers; empty asks nobody for tiles.
    embed_sites
        Sites that may show a zone map within their own pages, https://…; none where it is empty.
    zone_texts
        Table in `inputs/` with the bureau's words for each zone, as `zoning publish --texts` reads
        it; empty writes them from the addresses.
    """

    approval_number: Annotated[str, Field(max_length=60)] = ""
    approval_exemption: Annotated[str, Field(max_length=300)] = ""
    tianditu_key: Annotated[str, Field(pattern=r"^([0-9A-Za-z]{8,64})?$")] = ""
    embed_sites: tuple[Site, ...] = ()
    zone_texts: FileName = ""

    @field_validator("approval_number")
    @classmethod
    def _names_a_number(cls, given: str) -> str:
        return _line(given, _DIGIT, "approval_number")

    @field_validator("approval_exemption")
    @classmethod
    def _says_when(cls, given: str) -> str:
        return _line(given, _YEAR, "approval_exemption")

    @property
    def is_recorded(self) -> bool:
        """Whether a number or an exemption is there."""
        return bool(self.approval_number or self.approval_exemption)


def _line(given: str, needed: re.Pattern[str], kind: str) -> str:
    """Return one line of text; what is only a word is no record of anything."""
    said = given.strip()
    if said and (_UNSEEN.search(said) or not needed.search(said)):
        raise PydanticCustomError(kind, kind)
    return said
