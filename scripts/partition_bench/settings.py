"""The options of the search that all benchmarks of the partitioner take.

The time limit alone ends a search, unless the plan is proved best before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.settings import DrawSection

if TYPE_CHECKING:
    import argparse

ENDLESS = 100_000


def add_search_options(parser: argparse.ArgumentParser) -> None:
    """Add time limit, seed and amount of work."""
    parser.add_argument(
        "--time-limit", type=float, required=True, metavar="S", help="seconds for one solve"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--rounds", type=int, default=ENDLESS, help="amount of work; without end unless told"
    )


def search_settings(given: argparse.Namespace) -> DrawSection:
    """Return the settings of the search that were asked for."""
    return DrawSection(
        seed=given.seed, time_limit_s=given.time_limit, rounds=given.rounds, enough_gap=0.0
    )
