"""The options of the search that all benchmarks of the partitioner take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.settings import DrawSection

if TYPE_CHECKING:
    import argparse


def add_search_options(parser: argparse.ArgumentParser) -> None:
    """Add time limit, seed and amount of work."""
    parser.add_argument(
        "--time-limit", type=float, required=True, metavar="S", help="seconds for one solve"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--rounds", type=int, help="amount of work; the setting's default unless told otherwise"
    )


def search_settings(given: argparse.Namespace) -> DrawSection:
    """Return the settings of the search that were asked for."""
    settings = DrawSection(seed=given.seed, time_limit_s=given.time_limit)
    if given.rounds is None:
        return settings
    return settings.model_copy(update={"rounds": given.rounds})
