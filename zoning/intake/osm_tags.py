"""What OpenStreetMap tags say about a way; pure, shared by every reader of OSM data.

Meanings follow the tag pages of the OpenStreetMap wiki: Key:oneway, Tag:junction=roundabout,
Key:access, Key:maxspeed, Tag:motorroad=yes.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_A_WAY = frozenset(
    {
        "abandoned", "bus_guideway", "bus_stop", "construction", "corridor", "demolished",
        "disused", "elevator", "emergency_bay", "escape", "no", "planned", "platform", "proposed",
        "raceway", "razed", "rest_area", "services",
    }
)  # fmt: skip
BARRIER_RAILWAYS = frozenset({"rail", "light_rail", "narrow_gauge"})
BARRIER_WATERWAYS = frozenset({"river", "canal"})

_KM_PER_MILE = 1.609344
_SPEED = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?\s*$")
_NO = frozenset({"", "no", "none", "false", "0"})
_FORBIDDEN = frozenset({"no", "use_sidepath"})


def is_structure(value: object) -> bool:
    """Tell whether the value of `bridge` or `tunnel` names one."""
    return str(value).strip().lower() not in _NO


def oneway_of(tags: Mapping[str, str]) -> int:
    """Return 1 for travel along the line only, -1 for against it only, 0 for both."""
    value = tags.get("oneway", "").strip().lower()
    if value in {"yes", "true", "1"}:
        return 1
    if value in {"-1", "reverse"}:
        return -1
    if value:
        return 0
    implied = (
        tags.get("junction") in {"roundabout", "circular"} or tags.get("highway") == "motorway"
    )
    return int(implied)


def kmh_of(value: str) -> float:
    """Return a `maxspeed` in km/h, NaN where it is no number."""
    match = _SPEED.match(value)
    if match is None:
        return math.nan
    speed = float(match.group(1))
    return speed * _KM_PER_MILE if match.group(2) == "mph" else speed


def name_of(tags: Mapping[str, str]) -> str:
    """Return the Chinese name if there is one, else the local name, else the road number."""
    for key in ("name:zh-Hans", "name:zh", "name", "ref"):
        if tags.get(key):
            return tags[key]
    return ""


def _access(tags: Mapping[str, str], *keys: str) -> str:
    for key in keys:
        value = tags.get(key, "")
        if value:
            return "no" if value in _FORBIDDEN else value
    return ""


def way_values(tags: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the columns of a way, None where the tags describe no way that anyone travels on.

    Private ways stay in: most children live in compounds, whose own roads are private.
    """
    highway = tags.get("highway", "")
    if not highway or highway in NOT_A_WAY:
        return None
    foot = _access(tags, "foot", "access")
    if not tags.get("foot") and tags.get("motorroad") == "yes":
        foot = "no"
    return {
        "name": name_of(tags),
        "highway": highway,
        "oneway": oneway_of(tags),
        "bridge": is_structure(tags.get("bridge", "")),
        "tunnel": is_structure(tags.get("tunnel", "")),
        "foot": foot,
        "motor": _access(tags, "motorcar", "motor_vehicle", "vehicle", "access"),
        "maxspeed": kmh_of(tags.get("maxspeed", "")),
    }


def line_values(tags: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the columns of a barrier line, None where the tags describe none."""
    if tags.get("railway") in BARRIER_RAILWAYS:
        kind = "railway"
    elif tags.get("waterway") in BARRIER_WATERWAYS:
        kind = "river"
    else:
        return None
    return {
        "kind": kind,
        "name": name_of(tags),
        "bridge": is_structure(tags.get("bridge", "")),
        "tunnel": is_structure(tags.get("tunnel", "")),
    }
