"""Classes of roads as `study.toml` names them: a misspelt one is refused, with those like it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

# The page Key:highway of the OpenStreetMap wiki: roads, with their links, and special ones that
# carry motor traffic; then those that carry none.
DRIVEN_CLASSES = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary",
    "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential",
    "living_street", "service", "road", "busway",
)  # fmt: skip
WALKED_CLASSES = ("pedestrian", "track", "footway", "path", "steps", "cycleway", "bridleway")
DEFAULT = "default"


def _known(word: str, known: tuple[str, ...]) -> str:
    if word in known:
        return word
    # a class on which nobody drives is spelt well enough
    near = [] if word in WALKED_CLASSES else get_close_matches(word.casefold(), known, n=3)
    kind = "road_class_near" if near else "road_class"
    raise PydanticCustomError(kind, kind, {"known": ", ".join(near or known)})


def _driven(word: str) -> str:
    return _known(word, (*DRIVEN_CLASSES, DEFAULT))


def _any(word: str) -> str:
    return _known(word, (*DRIVEN_CLASSES, *WALKED_CLASSES))


DrivenClass = Annotated[str, AfterValidator(_driven)]
RoadClass = Annotated[str, AfterValidator(_any)]
