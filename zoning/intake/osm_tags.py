"""What OpenStreetMap tags say about a way; pure, shared by every reader of OSM data.

Meanings follow the tag pages of the OpenStreetMap wiki: Key:oneway, Tag:junction=roundabout,
Key:access, Key:maxspeed, Tag:motorroad=yes, Key:layer, Key:lit, Key:surface, Key:barrier,
Tag:highway=traffic_signals, Tag:highway=busway, Key:crossing.
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

NAME_KEYS = ("name:zh-Hans", "name:zh", "name", "ref")
# All that `way_values` and `line_values` read, but the name.
WAY_KEYS = (
    "highway", "railway", "waterway", "oneway", "junction", "bridge", "tunnel", "access", "foot",
    "vehicle", "motor_vehicle", "motorcar", "motorroad", "maxspeed", "layer", "lit", "surface",
)  # fmt: skip
# All that `point_values` reads.
POINT_KEYS = (
    "highway", "crossing", "barrier", "access", "foot", "vehicle", "motor_vehicle", "motorcar",
)  # fmt: skip
# For buses alone, unless other tags say so.
BUSWAY = "busway"
SIGNALS = "signals"
CLOSED = "closed"

# Built so that feet may pass and cars may not, unless other tags say so.
_STOPS_CARS = frozenset(
    {
        "block", "bollard", "cycle_barrier", "full-height_turnstile", "jersey_barrier",
        "kissing_gate", "log", "motorcycle_barrier", "planter", "stile", "turnstile",
    }
)  # fmt: skip
_KM_PER_MILE = 1.609344
_LAYER = re.compile(r"^\s*([+-]?\d)(?:\.0)?\s*$")
_SPEED = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?\s*$")
_NO = frozenset({"", "no", "none", "false", "0"})
_MOTOR = ("motorcar", "motor_vehicle", "vehicle", "access")
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
    for key in NAME_KEYS:
        name = tags.get(key)
        if name:
            return name
    return ""


def layer_of(value: str) -> int:
    """Return how high a way lies above (or below) the ground, 0 where that is not said."""
    match = _LAYER.match(value)
    return int(match.group(1)) if match else 0


def lit_of(value: str) -> str:
    """Return "yes", "no", or "" where it is not known whether a way is lit."""
    word = value.strip().lower()
    return "no" if word in {"no", "disused"} else "yes" if word else ""


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
    foot, motor = _access(tags, "foot", "access"), _access(tags, *_MOTOR)
    if not tags.get("foot") and tags.get("motorroad") == "yes":
        foot = "no"
    if highway == BUSWAY:
        foot, motor = foot or "no", motor or "no"
    return {
        "name": name_of(tags),
        "highway": highway,
        "oneway": oneway_of(tags),
        "bridge": is_structure(tags.get("bridge", "")),
        "tunnel": is_structure(tags.get("tunnel", "")),
        "foot": foot,
        "motor": motor,
        "maxspeed": kmh_of(tags.get("maxspeed", "")),
        "layer": layer_of(tags.get("layer", "")),
        "lit": lit_of(tags.get("lit", "")),
        "surface": tags.get("surface", "").strip().lower(),
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


def point_values(tags: Mapping[str, str]) -> dict[str, str] | None:
    """Return the columns of a point on ways, None where nobody is held up there.

    A signal, or a barrier that is closed to feet or to cars. A gate that is only private is open,
    as private ways are.
    """
    if tags.get("highway") == "traffic_signals" or tags.get("crossing") == "traffic_signals":
        return {"kind": SIGNALS, "foot": "", "motor": ""}
    barrier = tags.get("barrier", "")
    if not barrier or barrier == "no":
        return None
    foot, motor = _access(tags, "foot", "access"), _access(tags, *_MOTOR)
    if not motor and barrier in _STOPS_CARS:
        motor = "no"
    if "no" not in {foot, motor}:
        return None
    return {"kind": CLOSED, "foot": foot, "motor": motor}
