"""What the geocoder answers: a match code, a point with its radius, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class MatchCode(StrEnum):
    """How an answer was found; `docs/geocoding.md` explains each to an officer."""

    EXACT = "exact"
    NORMALISED = "normalised"
    FUZZY = "fuzzy"
    BUILDING = "building"
    INTERPOLATED = "interpolated"
    ROAD = "road"
    VILLAGE = "village"
    TIED = "tied"
    REFUSED = "refused"


@dataclass(frozen=True)
class Reason:
    """One sentence of an explanation.

    Parameters
    ----------
    key
        Message of the catalogue, without its area `geocode`.
    params
        Values for its placeholders.
    """

    key: str
    params: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """The answer to one question.

    Parameters
    ----------
    code
        How it was found.
    row
        Row of the table that is meant, or comes nearest; None where there is none.
    lon, lat
        WGS 84, degrees; None without a point. With `REFUSED` and `TIED` it is where an officer
        would look first, and no answer.
    probability
        How often such points lie within 500 m of the place.
    radius_m
        Nine of ten such points lie within this distance of the place; None without a point.
    accepted
        Whether it may be given without asking.
    alternatives
        Rows elsewhere that may be meant, the more probable first.
    zone_probability
        How often the place lies in the zone of the point; None where there are no zones.
    doubted
        Whether the question itself gives reason to ask, wherever the likely places lie.
    reasons
        The explanation.
    """

    code: MatchCode
    row: int | None
    lon: float | None
    lat: float | None
    probability: float
    radius_m: float | None
    accepted: bool
    alternatives: tuple[int, ...] = ()
    zone_probability: float | None = None
    doubted: bool = False
    reasons: tuple[Reason, ...] = ()
