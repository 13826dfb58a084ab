"""Neighbouring zones never have one colour."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from webmap.maps.colours import ZONE_FILLS, greedy_colours, touching_pairs


def areas(*rows: str) -> tuple[list[str], np.ndarray]:
    """Return letters and areas of a picture: one letter a unit square."""
    squares: dict[str, list[shapely.Polygon]] = {}
    for down, row in enumerate(rows):
        for across, letter in enumerate(row):
            square = shapely.box(across, -down - 1, across + 1, -down)
            squares.setdefault(letter, []).append(square)
    letters = sorted(squares)
    return letters, np.array([shapely.union_all(squares[letter]) for letter in letters])


def named_pairs(*rows: str) -> set[str]:
    letters, shapes = areas(*rows)
    return {letters[a] + letters[b] for a, b in touching_pairs(shapes)}


def test_a_common_edge_makes_neighbours() -> None:
    assert named_pairs("AB", "AC") == {"AB", "AC", "BC"}


def test_a_common_corner_does_not() -> None:
    assert named_pairs("AB", "CD") == {"AB", "AC", "BD", "CD"}


def test_neighbours_differ() -> None:
    letters, shapes = areas("AABBC", "ADDBC", "EEDFF", "GEHHF", "GGGHI")
    pairs = touching_pairs(shapes)
    colours = greedy_colours(len(letters), pairs, colours=len(ZONE_FILLS))
    assert pairs
    assert all(colours[a] != colours[b] for a, b in pairs)


def test_two_colours_suffice_for_a_path() -> None:
    assert greedy_colours(3, [(0, 1), (1, 2)], colours=2) in ([0, 1, 0], [1, 0, 1])


def test_with_too_few_colours_conflicts_are_few() -> None:
    pairs = [(0, 1), (1, 2), (0, 2)]
    colours = greedy_colours(3, pairs, colours=2)
    assert sum(colours[a] == colours[b] for a, b in pairs) == 1


def test_colours_are_used_evenly() -> None:
    colours = greedy_colours(14, [], colours=7)
    assert all(colours.count(number) == 2 for number in range(7))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ink", ["#4b2a5c", "#1d2f4d"])
def test_labels_can_be_read_on_every_fill(ink: str) -> None:
    for fill in ZONE_FILLS:
        assert (luminance(fill) + 0.05) / (luminance(ink) + 0.05) >= 4.5
