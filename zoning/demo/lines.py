"""The county's outline and the long lines through it: river, railway, motorway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from zoning.demo.segments import Floats

OUTLINE_STEP_M = 450.0
RIVER_STEP_M = 90.0
LINE_STEP_M = 250.0
END_GAP_M = 600.0


@dataclass(frozen=True)
class LongLines:
    """The outline and what runs from one side of it to the other, each [n, 2] vertices in metres.

    River, railway and motorway begin and end at vertices of the outline.
    """

    outline: Floats
    river: Floats
    railway: Floats
    motorway: Floats


def draw_lines(
    radius_m: float, town_m: tuple[float, float], *, rng: np.random.Generator
) -> LongLines:
    """Draw the outline, river, railway and motorway.

    Parameters
    ----------
    radius_m
        Mean radius of the county.
    town_m
        Half width and half height of the county town, which stands at the origin.
    rng
        Source of the shapes.
    """
    width, height = town_m
    outline = _outline(radius_m, rng)
    river = _through(
        outline,
        np.radians([72 + rng.uniform(-6, 6), -62 + rng.uniform(-6, 6)]),
        (width * rng.uniform(0.22, 0.34), -0.05 * height),
        RIVER_STEP_M,
    )
    railway = _through(
        outline,
        np.radians([14 + rng.uniform(-4, 4), 168 + rng.uniform(-4, 4)]),
        (0.0, height * rng.uniform(0.5, 0.6)),
        LINE_STEP_M,
    )
    motorway = _through(
        outline,
        np.radians([-27 + rng.uniform(-4, 4), 207 + rng.uniform(-4, 4)]),
        (0.0, -1.18 * height - 350.0),
        LINE_STEP_M,
    )
    return LongLines(
        outline,
        _wind(river, amplitude=min(0.09 * height, 260.0), wave=2_400.0, rng=rng),
        _wind(railway, amplitude=25.0, wave=5_000.0, rng=rng),
        _wind(motorway, amplitude=60.0, wave=7_000.0, rng=rng),
    )


def _outline(radius_m: float, rng: np.random.Generator) -> Floats:
    count = int(2 * np.pi * radius_m / OUTLINE_STEP_M)
    turn = np.arange(count) / count * 2 * np.pi
    radius = np.ones(count)
    for k in range(2, 9):
        radius += rng.uniform(0.0, 0.14 / k) * np.cos(k * turn + rng.uniform(0, 2 * np.pi))
    radius += rng.uniform(-0.006, 0.006, count)
    place = radius_m * radius[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return np.asarray(np.round(place, 2))


def nearest_vertex(outline: Floats, turn: float, *, avoid: Floats | None = None) -> Floats:
    """Return the vertex of the outline that lies nearest to a direction, in radians.

    Parameters
    ----------
    outline
        [n, 2] vertices around the origin.
    turn
        The direction.
    avoid
        [k, 2] ends of other lines; vertices within 600 m of one are not taken.
    """
    angle = np.arctan2(outline[:, 1], outline[:, 0])
    away = np.abs(np.angle(np.exp(1j * (angle - turn))))
    if avoid is not None:
        near = np.hypot(*(outline[:, None] - avoid[None]).transpose(2, 0, 1)).min(axis=1)
        away[near < END_GAP_M] = np.inf
    return np.asarray(outline[int(np.argmin(away))])


def _through(outline: Floats, turns: Floats, via: tuple[float, float], step_m: float) -> Floats:
    """Draw a smooth curve between two vertices of the outline through a third point."""
    start, stop = (nearest_vertex(outline, float(turn)) for turn in turns)
    control = 2 * np.asarray(via) - (start + stop) / 2
    count = int(np.hypot(*(stop - start)) // step_m) + 2
    t = np.linspace(0, 1, count)[:, None]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * stop)


def _wind(line: Floats, *, amplitude: float, wave: float, rng: np.random.Generator) -> Floats:
    """Move the vertices of a line, except its ends, to its left and right."""
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    swing = np.zeros(len(line))
    for factor, share in ((1.0, 0.6), (1.9, 0.3), (3.3, 0.1)):
        turn = 2 * np.pi * length * factor / wave + rng.uniform(0, 2 * np.pi)
        swing += share * amplitude * np.sin(turn)
    rest = np.minimum(length, length[-1] - length)
    swing *= np.clip(rest / (wave / 2), 0, 1)
    way = np.gradient(line, axis=0)
    left = np.stack([-way[:, 1], way[:, 0]], axis=1) / np.hypot(*way.T)[:, None]
    return np.asarray(np.round(line + swing[:, None] * left, 2))


def wiggle(start: Floats, stop: Floats, step_m: float, *, rng: np.random.Generator) -> Floats:
    """Draw a country road: [n, 2] vertices from start to stop, a little off the straight line."""
    length = float(np.hypot(*(stop - start)))
    count = max(2, int(length // step_m) + 2)
    t = np.linspace(0, 1, count)
    sway = sum(
        rng.uniform(-1, 1) / k * np.sin(np.pi * k * t) for k in range(1, min(4, count - 1) + 1)
    )
    left = np.array([start[1] - stop[1], stop[0] - start[0]]) / length
    offset = np.asarray(sway) * min(0.06 * length, 160.0)
    return np.asarray(np.round(start + t[:, None] * (stop - start) + offset[:, None] * left, 2))
