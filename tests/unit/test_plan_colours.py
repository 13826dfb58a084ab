"""Neighbouring zones never have one colour, nor two that look alike."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from gridworld import world

from zoning.plan.colours import ALIKE, FILLS, NO_SCHOOL, OPACITY, PALETTE, greedy_colours
from zoning.plan.colours import zone_colours as colours_of

PAPER = np.array([0xEF, 0xEA, 0xE1]) / 255


def beside(count: int, *pairs: tuple[int, int]) -> np.ndarray:
    matrix = np.zeros((count, count), dtype=bool)
    for one, other in pairs:
        matrix[one, other] = matrix[other, one] = True
    return matrix


def test_neighbours_differ_and_do_not_look_alike() -> None:
    built = world("A.B\n.C.\nD.E", seats=dict.fromkeys("ABCDE", 9))
    plan = built.plan("A A B\nA C B\nD E E")
    colours = dict(zip("ABCDE", colours_of(plan, built.adjacency).tolist(), strict=True))
    for one, other in ("AB", "AC", "BC", "AD", "CE", "DE", "BE"):
        pair = tuple(sorted((colours[one], colours[other])))
        assert pair[0] != pair[1]
        assert pair not in ALIKE


def test_zones_without_a_school_are_grey() -> None:
    built = world("A..\n...\n..B", seats={"A": 9, "B": 9})
    drawn = built.plan("A A A\nA . B\nB B B")
    assert colours_of(drawn, built.adjacency).tolist()[2] == NO_SCHOOL
    assert PALETTE[NO_SCHOOL] not in FILLS


def test_a_resembling_colour_is_avoided_while_another_is_left() -> None:
    star = beside(6, *((0, leaf) for leaf in range(1, 6)), (1, 2), (3, 4))
    colours = greedy_colours(star, colours=3, alike=((0, 1),)).tolist()
    assert colours[0] == 0
    assert colours[5] == 2
    assert all(colours[one] != colours[other] for one, other in zip(*star.nonzero(), strict=True))


def test_two_colours_suffice_for_a_path() -> None:
    assert greedy_colours(beside(3, (0, 1), (1, 2)), colours=2).tolist() in ([0, 1, 0], [1, 0, 1])


def test_with_too_few_colours_conflicts_are_few() -> None:
    pairs = [(0, 1), (1, 2), (0, 2)]
    colours = greedy_colours(beside(3, *pairs), colours=2)
    assert sum(colours[a] == colours[b] for a, b in pairs) == 1


def test_colours_are_used_evenly() -> None:
    colours = greedy_colours(beside(14), colours=7).tolist()
    assert all(colours.count(number) == 2 for number in range(7))


def test_the_colour_of_a_plan_does_not_depend_on_the_order_of_its_neighbours() -> None:
    built = world("A.B\n.C.\nD.E", seats=dict.fromkeys("ABCDE", 9))
    plan = built.plan("A A B\nA C B\nD E E")
    turned = built.adjacency.iloc[::-1].rename(columns={"block_a": "block_b", "block_b": "block_a"})
    assert colours_of(plan, turned).tolist() == colours_of(plan, built.adjacency).tolist()


def linear(colour: np.ndarray) -> np.ndarray:
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


def parts(colour: str) -> np.ndarray:
    return np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])


def lab(colour: str) -> np.ndarray:
    """CIELAB of a fill as it lies on the paper."""
    seen = linear(parts(colour) * OPACITY + PAPER * (1 - OPACITY))
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(np.array(to_xyz) @ seen / [0.9505, 1.0, 1.0890])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_the_pairs_that_look_alike_are_those_that_lie_close_together() -> None:
    close = [
        (one, other)
        for one, other in combinations(range(len(FILLS)), 2)
        if np.linalg.norm(lab(FILLS[one]) - lab(FILLS[other])) < 24
    ]
    assert tuple(close) == ALIKE


@pytest.mark.parametrize("ink", ["#4b2a5c", "#1d2f4d"])
def test_labels_can_be_read_on_every_fill(ink: str) -> None:
    def luminance(colour: str) -> float:
        """Relative luminance as WCAG 2.2 defines it."""
        return float(linear(parts(colour)) @ [0.2126, 0.7152, 0.0722])

    for fill in PALETTE:
        assert (luminance(fill) + 0.05) / (luminance(ink) + 0.05) >= 4.5
